"""What the model reads and writes. The trainer and the engine both take it from here, so that they cannot differ.

Contract: a prompt and an answer are lists of parts. A part is text, or a `Mark`: one token of its own, which no text
can hold (a source that spells `</comp:code>` is told as plain characters). Marks and texts become token ids in
`codec`.

    compress   [PYTHON] NL (code and [FLOW] and flow, as `INPUTS` says) <comp:code>  ->  "intent" NL view </comp:code>
    expand     [EXPAND] [PYTHON] NL <comp:code> view </comp:code>  ->  code </comp:code>

The intent stands first, in quotes, since the view is then written with it in mind; an answer that does not begin
with a quote has none. A view's first line is its header, which the engine takes from the compiler's flow.
"""

from __future__ import annotations

from dataclasses import dataclass

INPUTS = ("flow", "code", "both")
"""What a model is given: the compiler's flow, the code, or the code and then the flow."""
OUTPUTS = ("view", "intent")
"""What a model writes: the intent and the view, or the intent alone, above the compiler's flow."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A token of its own."""

    text: str


MAP, MAP_END = Mark("<comp:map>"), Mark("</comp:map>")
CODE, CODE_END = Mark("<comp:code>"), Mark("</comp:code>")
FLOW, EXPAND = Mark("[FLOW]"), Mark("[EXPAND]")
MARKS = (MAP, MAP_END, CODE, CODE_END, FLOW, EXPAND)
"""In the order in which they are added to a tokenizer."""

Part = str | Mark

QUOTE = '"'


def given(language: str, *, code: str = "", flow: str = "", reads: str = "flow") -> list[Part]:
    """The prompt for a view. `reads` is one of INPUTS."""
    parts: list[Part] = [f"[{language.upper()}]\n"]
    if reads != "flow":
        parts.append(code)
    if reads != "code":
        parts += [FLOW, flow]
    return [*parts, CODE]


def answer(intent: str, view: str, *, ends: bool = True) -> list[Part]:
    """What the model is to write. Without `view` and `ends`: only how an answer begins, the intent."""
    told = f"{QUOTE}{intent}{QUOTE}\n" if intent else ""
    return [told + view, CODE_END] if ends else [told + view]


def expansion(language: str, view: str) -> list[Part]:
    """The prompt for the code of a view."""
    return [EXPAND, f"[{language.upper()}]\n", CODE, view, CODE_END]


def header(view: str) -> str:
    """The first line of a view, with its newline where steps follow."""
    at = view.find("\n")
    return view if at < 0 else view[: at + 1]


def split(text: str) -> tuple[str, str]:
    """(intent, view) of an answer's text; the intent is empty where it has none or is not closed."""
    if not text.startswith(QUOTE):
        return "", text
    line, _, rest = text.partition("\n")
    if len(line) < 2 or not line.endswith(QUOTE):
        return "", rest
    return line[1:-1], rest

"""What a model answered: the code in it, and how its facts compare with the view's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiccl_converter.errors import CannotExpand, ParserStuck

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"<comp:code\b[^>\n]*>\n?(.*?)\n?</comp:code>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """Code that a model wrote from a view."""

    code: str
    model: str
    problems: tuple[str, ...] = ()
    """What the view states and the code does not, or otherwise; empty where the code passed the check."""
    checked: bool = True
    """False where the view or the code could not be compared; `problems` then says why."""
    input_tokens: int = 0
    output_tokens: int = 0


def code_of(text: str, language: str) -> str:
    """The code in an answer: its longest fenced block, or all of it where it is plain code."""
    blocks = [match["code"] for match in _FENCE.finditer(text)]
    if blocks:
        code = max(blocks, key=len)
        if code.strip():
            return code
    elif text.strip() and _is_code(text, language):
        return text.strip("\n") + "\n"
    raise CannotExpand("the model's answer holds no code; ask again, or print the prompt with --with prompt")


def problems_of(code: str, view: str, language: str) -> tuple[tuple[str, ...], bool]:
    """(problems, whether it could be checked) of code that was written from a view, a document or its body."""
    from aiccl_converter.fidelity import check

    body = "\n".join(_BLOCK.findall(view)) or view
    try:
        report = check(code, body, language)
    except Exception as error:  # a check that fails must not cost the answer
        return (f"not checked: {error}",), False
    if report.error:
        return (f"not checked: {report.error}",), False
    problems = [f"the view states {name}, the answer does not" for name in report.invented]
    problems += report.contradictions
    if report.score < report.threshold:
        problems += [f"the answer has {fact}, the view does not" for fact in report.missing]
    return tuple(problems), True


def _is_code(text: str, language: str) -> bool:
    from aiccl_converter.source import chunk_tree, parse_fragment
    from aiccl_converter.source import language as table_of

    try:
        tree, data, offset = parse_fragment(text, language)
    except ParserStuck:
        return False
    if tree.root_node.has_error:
        return False
    units = chunk_tree(tree, data, table_of(language))[1:]
    return any(unit.start_byte >= offset for unit in units)

"""Hover: the view of the function or class under the cursor, in a fenced block, and one line of figures under it.

Contract: it answers from what is there. The text that is shown belongs to the text that the buffer, or the file of the
definition, holds now; where that is not certain there is no hover. A unit whose view is still being made shows the
line that it begins with.
"""

from __future__ import annotations

import re

from lsprotocol import types

from aiccl_server import uris
from aiccl_server.found import Found
from aiccl_server.shown import Shown

MAX_LINES = 200
"""Lines of a view that a hover shows; a popup that is longer helps nobody."""

SHORT = 50
"""Tokens below which the converter leaves a unit as it is."""

_FENCE = re.compile(r"`{3,}")


def content(found: Found, level: str, markdown: bool = True) -> types.MarkupContent:
    """The text of a hover."""
    view = found.shown
    text = view.text if view is not None else found.headline
    body, cut = _cut(text)
    if cut:
        body += f"\n… {cut} more lines"
    line = figures(view) if view is not None else "the view is being made"
    if not markdown:
        return types.MarkupContent(types.MarkupKind.PlainText, f"{body}\n\n{line}")
    fence = "`" * max([3, *(len(m) + 1 for m in _FENCE.findall(body))])
    parts = [f"{fence}aiccl\n{body}\n{fence}", escaped(line)]
    if found.path is not None:
        parts.append(links(found, level))
    return types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(parts))


_MAKERS = {
    "outline": "outline: a syntax error, or no flow that can be read back",
    "model": "by model: its steps passed the check, its intent is a guess",
}


def figures(view: Shown) -> str:
    """One line: how much shorter, how faithful, by whom, what was left out."""
    parts = []
    if view.made_by == "source":
        why = "too short to gain" if view.source_tokens < SHORT else "nothing shorter says the same"
        parts.append(f"source as it is · {_count(view.source_tokens)} · {why}")
    else:
        parts.append(f"{view.ratio:.1f}× fewer tokens · {view.source_tokens:,} → {view.tokens:,}")
        parts.append(f"fidelity {percent(view.score)}")
        parts.append(_MAKERS.get(view.made_by) or f"by {view.made_by}")
    if view.level != "flow":
        parts.append(view.level)
    if view.left_out:
        shown = ", ".join(view.left_out[:5])
        more = len(view.left_out) - 5
        parts.append(f"left out: {shown}" + (f" and {more} more" if more > 0 else ""))
    return " · ".join(parts)


def links(found: Found, level: str) -> str:
    """Links to the other levels of the unit, and to the whole file's view."""
    assert found.path is not None
    place = (found.range.start.line, found.range.end.line)
    others = [name for name in ("flow", "outline", "exact") if name != level]
    parts = [f"[{name}]({uris.virtual_uri(name, found.path, place)})" for name in others]
    parts.append(f"[whole file]({uris.virtual_uri('flow', found.path)})")
    return " · ".join(parts)


def percent(score: float) -> str:
    """Rounded down, so that 100 % means all of it."""
    return f"{int(score * 1000 + 1e-9) / 10:g} %"


def escaped(line: str) -> str:
    """Words of the source as words, not as Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~])", r"\\\1", line)


def _cut(text: str) -> tuple[str, int]:
    lines = text.rstrip("\n").split("\n")
    if len(lines) <= MAX_LINES:
        return "\n".join(lines), 0
    return "\n".join(lines[:MAX_LINES]), len(lines) - MAX_LINES


def _count(tokens: int) -> str:
    return f"{tokens:,} token" + ("" if tokens == 1 else "s")

"""Python with as little layout as its grammar allows: one blank of indentation a level, simple statements joined.

A `;` that joins has no blank behind it, so that `restore` knows it from one of the source, which gets one.
"""

from __future__ import annotations

from collections.abc import Callable

from aiccl_converter.levels.exact.leaves import Leaf
from aiccl_converter.levels.exact.squeeze import PLAIN, SHY, may_touch

_NEAR = 24


def squeeze_python(leaves: list[Leaf], boldness: int, count: Callable[[str], int]) -> str:
    """The text of Python tokens."""
    parts: list[str] = []
    joining = False
    for index, leaf in enumerate(leaves):
        if not index:
            joining = leaf.simple
            parts.append(leaf.text)
            continue
        before = leaves[index - 1]
        own_semicolon = before.text == ";" and before.kind == ";"
        if leaf.level >= 0 and (leaf.breaks or not own_semicolon):
            line = "\n" + " " * leaf.level
            between = line
            if boldness != PLAIN and not own_semicolon:
                tail, following = before.text[-_NEAR:], leaf.text[:_NEAR]
                if leaf.first and before.text == ":":
                    between = min((line, "", " "), key=lambda choice: count(tail + choice + following))
                    joining = between != line
                elif leaf.simple and not leaf.first and previous_simple:
                    between = ";" if joining else min((line, ";"), key=lambda choice: count(tail + choice + following))
            if between == line:
                joining = False
            previous_simple = leaf.simple
        elif leaf.level >= 0:
            between = " "
            previous_simple = False
        else:
            between = _within(before, leaf, boldness, count)
        parts += (between, leaf.text)
        if index == 1:
            pass
    return "".join(parts)


def _within(before: Leaf, leaf: Leaf, boldness: int, count: Callable[[str], int]) -> str:
    gap = leaf.gap.replace("\\\r\n", "").replace("\\\n", "").replace("\\\r", "")
    if not leaf.gap:
        return ""
    if gap.strip():
        return leaf.gap
    if boldness == PLAIN or not may_touch(before.text, leaf.text, shy=boldness == SHY):
        return " "
    tail, following = before.text[-_NEAR:], leaf.text[:_NEAR]
    return min((" ", ""), key=lambda choice: count(tail + choice + following))

"""Python with as little layout as its grammar allows: one blank of indentation a level, simple statements joined.

A `;` that joins has no blank behind it, so that `restore` knows it from one of the source, which gets one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from aiccl_converter.levels.exact.leaves import Leaf
from aiccl_converter.levels.exact.squeeze import NEAR, PLAIN, SHY, cheapest, look_back, may_touch


def squeeze_python(leaves: list[Leaf], boldness: int, count: Callable[[str], int]) -> str:
    """The text of Python tokens."""
    if not leaves:
        return ""
    parts = [leaves[0].text]
    tail = leaves[0].text[-NEAR:]
    previous = leaves[0]
    """The token that began the last statement or clause."""
    inline = False
    """The statements of this block stand behind the block's colon."""
    for before, leaf in pairwise(leaves):
        if leaf.level < 0:
            between = _within(tail, before, leaf, boldness, count)
            parts += (between, leaf.text)
            tail = look_back(tail, between, leaf.text)
            continue
        line = "\n" + " " * leaf.level
        follows = leaf.simple and previous.simple and previous.level == leaf.level and not leaf.first
        if before.kind == ";":
            choices = [line if leaf.breaks and not inline else " "]
        elif boldness == PLAIN:
            choices = [line]
        elif leaf.first and before.text == ":":
            choices = [line, " ", ""]
        elif follows:
            choices = [";"] if inline else [line, ";"]
        else:
            choices = [line]
        between = cheapest(tail, tuple(choices), leaf.text[:NEAR], count)
        inline = between != line and (leaf.first or inline)
        parts += (between, leaf.text)
        tail = look_back(tail, between, leaf.text)
        previous = leaf
    return "".join(parts)


def _within(tail: str, before: Leaf, leaf: Leaf, boldness: int, count: Callable[[str], int]) -> str:
    """What stands between two tokens of one statement."""
    if not leaf.gap:
        return ""
    if leaf.gap.replace("\\\r\n", "").replace("\\\n", "").replace("\\\r", "").strip():
        return leaf.gap
    if boldness == PLAIN or not may_touch(before.text, leaf.text, shy=boldness == SHY):
        return " "
    return cheapest(tail, (" ", ""), leaf.text[:NEAR], count)

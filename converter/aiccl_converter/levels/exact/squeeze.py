"""Tokens with as little as possible between them: every token stays, blanks and line ends go where they may.

What stands between two tokens is chosen among what is legal there, by the number of o200k tokens of the neighbourhood;
on a tie the more readable wins. Nothing here is trusted: the caller reads the result again and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from aiccl_converter.levels.exact.layouts import Layout
from aiccl_converter.levels.exact.leaves import Leaf

#: How much may be dropped: everything that the rules allow; only blanks beside brackets and commas; nothing but
#: comments, indentation and empty lines.
BOLD, SHY, PLAIN = 0, 1, 2

_OPERATORS = frozenset("+-*/%&|^<>=!~?:.@#\\")
_QUOTES = frozenset("\"'`")
_BESIDE_LEFT = frozenset("([{,;=")
_BESIDE_RIGHT = frozenset(")]},;=")
#: Behind these no statement ends.
_AFTER = frozenset({"{", ";", ",", ":", "->", "=>"})
NEAR = 24
"""Characters of a neighbour that can change how the place between is cut into tokens."""


def squeeze(leaves: list[Leaf], rules: Layout, significant: bool, boldness: int, count: Callable[[str], int]) -> str:
    """The text of a language that has no indentation. `significant`: line ends may end statements."""
    parts: list[str] = []
    tail = ""
    directive = False
    for index, leaf in enumerate(leaves):
        if index:
            before = leaves[index - 1]
            if rules.directives and before.text.startswith("#"):
                directive = True
            choices = _choices(before, leaf, rules, significant, boldness, directive)
            between = choices[0] if len(choices) == 1 else cheapest(tail, tuple(choices), leaf.text[:NEAR], count)
            if between == "\n" and leaf.breaks:
                directive = False
            parts.append(between)
            tail = look_back(tail, between, leaf.text)
        else:
            tail = leaf.text[-NEAR:]
        parts.append(leaf.text)
    return "".join(parts)


def _choices(before: Leaf, leaf: Leaf, rules: Layout, significant: bool, boldness: int, directive: bool) -> list[str]:
    """What may stand between two tokens, the most readable first."""
    gap = leaf.gap
    if not gap:
        return [""]
    odd = gap.strip()
    if odd or before.kind in rules.solid or leaf.kind in rules.solid:
        return [gap]
    if leaf.breaks:
        if directive or (rules.directives and leaf.text.startswith("#")):
            return ["\n"]
        if boldness == PLAIN or (significant and _ends_statement(before, leaf, rules)):
            return ["\n"]
        if leaf.join in rules.markup:
            return ["\n", ""]
    elif directive or leaf.join in rules.markup:
        return [" "] if directive else [gap]
    choices = ["\n", " "] if leaf.breaks else [" "]
    if boldness != PLAIN and may_touch(before.text, leaf.text, shy=boldness == SHY or rules.shy):
        choices.append("")
    if leaf.breaks and significant and leaf.join not in rules.bodies:
        choices.remove("\n")
        choices.append("\n")
    return choices


def _ends_statement(before: Leaf, leaf: Leaf, rules: Layout) -> bool:
    if rules.anywhere:
        return leaf.join not in rules.loose
    if leaf.join in rules.bodies or leaf.join in rules.lines:
        return before.text not in _AFTER and leaf.text != "}"
    return False


def may_touch(left: str, right: str, shy: bool = False) -> bool:
    """Whether two tokens that a blank keeps apart stay two tokens without it."""
    a, b = left[-1], right[0]
    if shy:
        return (a in _BESIDE_LEFT and left in {"(", "[", "{", ",", ";", "=", "=>"} and b not in _OPERATORS) or (
            b in _BESIDE_RIGHT and right in {")", "]", "}", ",", ";", "="} and a not in _OPERATORS
        )
    if _wordlike(a) and (_wordlike(b) or b in _QUOTES):
        return False
    if a in _QUOTES and (b in _QUOTES or _wordlike(b)):
        return False
    if a in _OPERATORS and b in _OPERATORS:
        return a == "=" and left not in {"=>", "=="} and b in "-!&*"
    return not ((left[0].isdigit() and b == ".") or (a == "." and b.isdigit()))


def _wordlike(char: str) -> bool:
    return char.isalnum() or char in "_$@#" or char > "\x7f"


def look_back(tail: str, between: str, text: str) -> str:
    """What the next choice looks back on: the last token, with what stands before it where both may be cut as one."""
    if _wordlike(text[0]):
        return text[-NEAR:]
    return ((tail[-4:] + between if between != "\n" else "") + text)[-NEAR:]


@lru_cache(maxsize=50_000)
def cheapest(tail: str, choices: tuple[str, ...], following: str, count: Callable[[str], int]) -> str:
    """The choice that costs the fewest tokens between what stands before and behind; the first of equals."""
    return min(choices, key=lambda between: count(tail + between + following))

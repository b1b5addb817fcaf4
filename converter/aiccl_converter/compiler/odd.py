"""Whether a view may not read back: a look at its text, wrong only in sending too much to the long check.

Contract: a sound view of common size is answered from counts over its text alone. Brackets that stand in literals are
no reason, and long lines or chains of guards are one only where the tree has a chain of operators or guards near the
longest that a reader of AICCL takes (`MAX_CHAIN`).
"""

from __future__ import annotations

from typing import Any

from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.lexer import END, STR, lex
from aiccl_converter.language.tree import (
    Assign,
    Await,
    Bin,
    Call,
    Cond,
    If,
    Index,
    Member,
    Node,
    OrElse,
    Post,
    Str,
    Un,
    every,
)

LONG_LINE = 1500
"""Characters of a line that may hold more operators than a reader takes."""
LONG_CHAIN = 100
"""Operators, members or guards in one chain from which on it is read back."""
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))
_BELOW: dict[type, tuple[str, ...]] = {
    Assign: ("value",),
    Bin: ("left", "right"),
    OrElse: ("value", "other"),
    Cond: ("test", "then", "other"),
    Member: ("obj",),
    Index: ("obj",),
    Call: ("fn",),
    Await: ("value",),
    Un: ("value",),
    Post: ("value",),
}
"""Where the chain that a node belongs to goes on."""


def odd(body: str, steps: list[Node]) -> bool:
    """Whether the text of some steps should be read back before it is shown."""
    count = body.count
    gaps = [count(a) - count(b) for a, b in _PAIRS]
    if any(gaps) and gaps != _in_literals(steps):
        return True
    if count("\n}:") + 1 < LONG_CHAIN and (len(body) < LONG_LINE or max(map(len, body.split("\n"))) < LONG_LINE):
        return False
    return _longest_chain(steps) > LONG_CHAIN


def _in_literals(steps: list[Node]) -> list[int]:
    """The brackets of each pair that literals leave open: those that a reader takes as one literal."""
    total = [0, 0, 0]
    for node in every(steps):
        if node.__class__ is Str:
            text = node.text
            gaps = [text.count(a) - text.count(b) for a, b in _PAIRS]
            if any(gaps) and _is_one(text):
                total = [all_ + own for all_, own in zip(total, gaps, strict=True)]
    return total


def _is_one(text: str) -> bool:
    try:
        kinds = lex(text).kind
    except ParseError:
        return False
    return kinds[0] == STR and kinds[1] == END


def _longest_chain(steps: list[Node]) -> int:
    longest = 0
    length: dict[int, int] = {}
    node: Any
    for node in reversed(every(steps)):
        below = _BELOW.get(node.__class__)
        if below is not None:
            own = 1 + sum([length.get(id(getattr(node, name)), 0) for name in below])
        elif node.__class__ is If and node.other is not None and len(node.other) == 1:
            own = 1 + length.get(id(node.other[0]), 0)
        else:
            continue
        length[id(node)] = own
        longest = max(longest, own)
    return longest

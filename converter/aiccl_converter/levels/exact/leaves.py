"""A syntax tree as the sequence of its tokens, and as its shape, both without comments and layout.

Two texts are the same program for the exact view when both sequences are equal: the tokens' kinds and texts, and the
nodes' kinds and depths. The walk uses a cursor, so that depth costs no recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiccl_converter.levels.exact.layouts import Layout, layout
from aiccl_converter.source import Language, parse_fragment
from aiccl_converter.source.language import language

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_OPENERS = frozenset({"{", "(", "[", "begin"})
_CLOSERS = frozenset({"}", ")", "]", "end"})
_CONTINUERS = frozenset({";", ",", ":", "->", "lambda_parameters"})


@dataclass(slots=True)
class Leaf:
    """One token, or an opaque node as one; `gap` is what the source has between the token before and this one."""

    text: str
    kind: str
    gap: str
    """Without comments; a comment leaves a blank. Blanks alone, but for odd text that no token covers."""
    breaks: bool
    """The gap has a line's end."""
    join: str
    """Kind of the innermost node that holds both this token and the one before."""
    level: int
    """Indentation level where a line begins with this token, else -1."""
    inside: int
    """Indentation level of the code around."""
    body: str = ""
    """Kind of the body whose line that is."""
    simple: bool = False
    """Begins a statement that can share a line (Python)."""
    first: bool = False
    """Begins the first statement of a block whose statements are all simple (Python)."""


@dataclass(slots=True)
class Reading:
    """A text's tokens and shape."""

    leaves: list[Leaf] = field(default_factory=list)
    tokens: list[tuple[str, bytes]] = field(default_factory=list)
    """(kind, text) of every token, also of those within opaque nodes."""
    shape: list[tuple[int, str]] = field(default_factory=list)
    """(depth, kind) of every node."""
    comments: bool = False

    def same(self, other: Reading) -> bool:
        """Whether both are the same program."""
        return self.tokens == other.tokens and self.shape == other.shape


def read(text: str, name: str, split: bool = False) -> Reading:
    """Parse a text (a file or a fragment) and read its tokens. `split`: leave out `;` that the exact view put between
    Python statements, which is one with no blank behind it."""
    table = language(name)
    tree, data, offset = parse_fragment(text, name, marks=True)
    return read_tree(tree, data, offset, offset + len(text.encode("utf-8", "replace")), table, split)


def read_tree(tree: Tree, data: bytes, begin: int, end: int, table: Language, split: bool = False) -> Reading:
    """The tokens of a part of a tree."""
    rules = layout(table.name)
    comments, opaque, bodies = table.comments, rules.opaque, rules.bodies
    reading = Reading()
    cursor = tree.walk()
    kinds: list[str] = []
    levels: list[int] = [0]
    heads: list[str | None] = [None]
    """For each open node the token that ends its head, None when it is past it or has none."""
    starts: dict[int, tuple[int, str, bool, bool]] = {}
    """byte -> (level, body, simple, first) of the line that begins there"""
    last_end = begin
    blanks: list[tuple[int, int]] = []
    join, join_depth = "", 0
    """The innermost open node since the last token: the one that holds both that token and the next."""
    base = -1
    hidden_until = -1
    while True:
        node = cursor.node
        assert node is not None
        kind = node.type
        start, stop = node.start_byte, node.end_byte
        descend = False
        if stop <= begin or start >= end or (start == stop):
            pass
        elif kind in comments and start >= hidden_until:
            reading.comments = True
            blanks.append((start, stop))
        elif start < begin or stop > end:
            descend = True
        else:
            depth = len(kinds)
            if base < 0 or depth < base:
                base = depth
            body = bodies.get(kinds[-1]) if kinds else None
            level = levels[-1]
            if heads[-1] is not None:
                if heads[-1] == kind:
                    heads[-1] = None
            elif start >= hidden_until:
                _mark(node, kind, body, level, kinds, rules, starts)
            if node.child_count == 0:
                raw = data[start:stop]
                if not raw.isspace():
                    if split and kind == ";" and body is not None and data[stop : stop + 1] not in (b" ", b"\n", b""):
                        blanks.append((start, stop))
                        # a line's end stands for it
                        starts.setdefault(stop, (level, "", False, False))
                    else:
                        reading.tokens.append((kind, raw))
                        reading.shape.append((depth, kind))
                        if start >= hidden_until:
                            _add(reading, node, kind, data, last_end, blanks, join, starts, level, rules)
                            last_end, blanks, join_depth = stop, [], 1 << 30
                elif start < hidden_until:
                    reading.tokens.append((kind, raw))
                    reading.shape.append((depth, kind))
            else:
                reading.shape.append((depth, kind))
                if kind in opaque and start >= hidden_until:
                    _add(reading, node, kind, data, last_end, blanks, join, starts, level, rules)
                    last_end, blanks, join_depth = stop, [], 1 << 30
                    hidden_until = stop
                descend = True
        if descend and cursor.goto_first_child():
            kinds.append(kind)
            heads.append(rules.headed.get(kind))
            step = bodies.get(kind)
            levels.append(levels[-1] + (step if step and start >= begin else 0))
            continue
        finished = False
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                finished = True
                break
            kinds.pop()
            levels.pop()
            heads.pop()
        if finished:
            break
        if len(kinds) < join_depth:
            join, join_depth = kinds[-1] if kinds else "", len(kinds)
    if base > 0:
        reading.shape = [(depth - base, kind) for depth, kind in reading.shape]
    return reading


def _mark(
    node: Node,
    kind: str,
    body: int | None,
    level: int,
    kinds: list[str],
    rules: Layout,
    starts: dict[int, tuple[int, str, bool, bool]],
) -> None:
    """Note that a line begins with a node: a child of a body, or a clause of the statement around."""
    start = node.start_byte
    if body is not None:
        if kind in _OPENERS or kind in _CONTINUERS:
            return
        if kind in _CLOSERS or kind in rules.clauses:
            starts[start] = (max(level - body, 0), kinds[-1], False, False)
            return
        if start in starts and rules.compound:
            return
        simple = bool(rules.compound) and kind not in rules.compound
        first = False
        if simple and kinds[-1] == "block":
            parent = node.parent
            assert parent is not None
            first = start == parent.start_byte and all(
                child.type not in rules.compound for child in parent.named_children
            )
        starts[start] = (level, kinds[-1], simple, first)
    elif kind in rules.clauses or (kinds and kinds[-1] == "decorated_definition" and kind != "comment"):
        starts[start] = (level, "", False, False)


def _add(
    reading: Reading,
    node: Node,
    kind: str,
    data: bytes,
    last_end: int,
    blanks: list[tuple[int, int]],
    join: str,
    starts: dict[int, tuple[int, str, bool, bool]],
    level: int,
    rules: Layout,
) -> None:
    start = node.start_byte
    whole = data[last_end:start]
    if blanks:
        pieces, at = [], last_end
        for begin, stop in blanks:
            if begin > at:
                pieces.append(data[at:begin])
            at = max(at, stop)
        pieces.append(data[at:start])
        gap = b" ".join(pieces) or b" "
    else:
        gap = whole
    line, body, simple, first = starts.get(start, (-1, "", False, False))
    reading.leaves.append(
        Leaf(
            text=data[start : node.end_byte].decode("utf-8", "replace"),
            kind=kind,
            gap=gap.decode("utf-8", "replace"),
            breaks=b"\n" in whole or b"\r" in whole,
            join=join,
            level=line,
            inside=level,
            body=body,
            simple=simple,
            first=first,
        )
    )

"""One pass over a file's view: which pieces of it have one shape, what they say, and which names stand in it.

Contract: `Shapes(steps)` numbers the shape of each node (its kind, operators and parts; names and literals left out),
so that equal numbers are equal shapes, and lists where each shape stands that a rule could be made of. The texts that a
rule's parameters may stand for are kept in written order, so that those of a node are a slice of `leaves`. The names
and chains met on the way are kept for aliases. The tree is left as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from aiccl_converter.language.tree import (
    Assign,
    Await,
    Bin,
    Build,
    Call,
    Class,
    Coll,
    Comp,
    Cond,
    Const,
    Do,
    Each,
    Element,
    For,
    Func,
    If,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Raw,
    Route,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    names_of,
)

LEAST_NODES = 4
"""Nodes below which a repeated piece cannot pay."""
LEAST_SIZE = 9
"""Nodes that a rule must spare to be worth a closer look."""
LONGEST_RUN = 6
"""Members that one rule may stand for."""

WHOLE = frozenset({Func, Class, Route, Do, Assign, Each, If, Try, With, While, Switch, Const})
PARTS = frozenset({Call, Build, Element, Index, Bin, Coll, Comp, Lambda, Cond, Template, Un, Await})
_PIECES = WHOLE | PARTS
_RUNS = (Func, Assign, Do)
BINDERS = frozenset({Assign, Each, For, Func, Class})
_STEPS = frozenset({"body", "members", "then", "other", "final"})
_CHOICE = frozenset({"op", "open", "star", "mark", "kind", "word", "is_async", "many", "post", "inclusive"})
"""Fields that are part of a shape; all other texts are leaves, which a parameter may stand for."""
_TEXTS: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {}
_PLANS: dict[type, tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, bool], ...]]] = {}
_LONE_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`(?:[^`\\]|\\.)*`|(?<![.\w])([A-Za-z_]\w*)')
_SIMPLE: dict[type, int] = {Name: 0, Str: 1, Num: 2, Raw: 3}
"""The shapes of what has no parts."""


def text_fields(kind: type) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields of a node type that are part of the shape, and those that are leaves, in written order (cached)."""
    got = _TEXTS.get(kind)
    if got is None:
        nodes = set(names_of(kind))
        names = [f.name for f in fields(kind) if f.name != "pos"]
        got = _TEXTS[kind] = (
            tuple(n for n in names if n in _CHOICE),
            tuple(n for n in names if n not in _CHOICE and n not in nodes),
        )
    return got


def _plan(kind: type) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, bool], ...]]:
    """Fields that are part of the shape, leaves, and parts with whether they are steps (cached)."""
    shape, leaves = text_fields(kind)
    got = _PLANS[kind] = (shape, leaves, tuple((n, n in _STEPS) for n in names_of(kind)))
    return got


@dataclass(slots=True)
class Piece:
    """A place where a rule could be used: one node, or a run of members."""

    nodes: tuple[Node, ...]
    member: bool
    """Directly in a file or a class, where functions need no mark."""


Span = tuple[int, int, int, int, int]
"""What is known of a node: its shape, where it begins and ends in the order of the walk and among the leaves."""


class Taken:
    """Words that stand alone in a file's view, names above all: no rule or alias may be called so. A member's name does
    not, it has its dot. Found when they are first asked for."""

    def __init__(self, text: Callable[[], str], names: Iterable[str]) -> None:
        self._text = text
        self._names = names

    @cached_property
    def words(self) -> set[str]:
        """All of them; a name that is given away is added."""
        words = set(_LONE_WORD.findall(self._text()))
        words.discard("")
        words.update(self._names)
        return words


class Shapes:
    """The shapes of a file's steps."""

    def __init__(self, steps: list[Node]) -> None:
        self.leaves: list[str] = []
        self.spans: dict[int, Span] = {}
        """Of what has parts, members aside, by the node's identity. Two nodes overlap where their spans do."""
        self.shared = False
        """Whether one of these stands at two places."""
        self.names: list[str] = []
        """Plain names that are no part of a chain, each time one stands in the file."""
        self.chains: list[str] = []
        """`a.b.c`, the longest that stands there."""
        self.roots: list[str] = []
        """What the chains begin with."""
        self.binders: list[Any] = []
        """Nodes that introduce names."""
        self._numbers: dict[Any, int] = {}
        self._sizes = [1] * len(_SIMPLE)
        self._places: dict[Any, list[tuple[tuple[Node, ...], bool]]] = {}
        self._own = self._number((".", True), 2)
        self._plain = self._number((".", False), 2)
        self._clock = 0
        self._steps(steps, True)

    def groups(self) -> list[list[Piece]]:
        """Pieces of one shape, where there are enough of them to be worth a look."""
        return [
            [Piece(*place) for place in places]
            for key, places in self._places.items()
            if len(places) > 1 and (len(places) - 1) * self._size(key) > LEAST_SIZE
        ]

    def uses(self) -> Counter[str]:
        """How often each name and chain stands in the file; a chain counts for all that it begins with."""
        uses = Counter(self.names)
        for text, times in Counter(self.chains).items():
            at = text.find(".")
            while at >= 0:
                uses[text[:at]] += times
                at = text.find(".", at + 1)
            uses[text] += times
        return uses

    def _size(self, key: Any) -> int:
        """The nodes of one piece of a group."""
        return self._sizes[key] if key.__class__ is int else sum(self._sizes[number] for number in key)

    def _steps(self, items: list[Any], member: bool) -> list[int]:
        node = self._node
        shapes = [node(item, member) for item in items]
        if len(items) < 4 or len(set(shapes)) == len(shapes) or not any(isinstance(i, _RUNS) for i in items):
            return shapes
        for length in range(2, min(LONGEST_RUN, len(items) // 2) + 1):
            runs = [tuple(shapes[at : at + length]) for at in range(len(items) - length + 1)]
            seen = Counter(runs)
            if len(seen) == len(runs):
                break  # and so no longer one stands there twice
            for at, run in enumerate(runs):
                if seen[run] > 1 and len(set(run)) > 1:
                    self._places.setdefault(run, []).append((tuple(items[at : at + length]), member))
        return shapes

    def _node(self, node: Any, member: bool = False) -> int:
        kind = node.__class__
        if kind in _SIMPLE:
            if kind is Name:
                self.names.append(node.id)
                self.leaves.append(node.id)
            else:
                self.leaves.append(node.text)
            return _SIMPLE[kind]
        if kind is Member:
            return self._member(node)
        known = self.spans.get(id(node))
        if known is not None:
            self.shared = True
            self.leaves.extend(self.leaves[known[3] : known[4]])
            return known[0]
        begin = self._clock
        self._clock = begin + 1
        leaves = self.leaves
        first = len(leaves)
        shape, texts, parts = _PLANS.get(kind) or _plan(kind)
        key: list[Any] = [kind]
        add = key.append
        for name in shape:
            add(getattr(node, name))
        for name in texts:
            value = getattr(node, name)
            if value is None:
                add(-1)
            elif value.__class__ is list:
                add(-2 - len(value))
                leaves.extend(map(str, value))
            else:
                add(0)
                if value.__class__ is str:
                    leaves.append(value)
        sizes = self._sizes
        size = 1
        for name, steps in parts:
            value = getattr(node, name)
            if value.__class__ is not list:
                values: Any = (value,)
            elif steps:
                numbers = self._steps(value, kind is Class)
                add(-2 - len(numbers))
                key += numbers
                for number in numbers:
                    size += sizes[number]
                continue
            else:
                add(-2 - len(value))
                values = value
            for item in values:
                part = item.__class__
                if part is Name:
                    leaves.append(item.id)
                    self.names.append(item.id)
                    number = 0
                elif part is Member:
                    number = self._member(item)
                elif part is Str:
                    leaves.append(item.text)
                    number = 1
                elif item is None:
                    add(-1)
                    continue
                elif part is str:
                    leaves.append(item)
                    add("s")
                    continue
                else:
                    number = self._node(item)
                add(number)
                size += sizes[number]
        shown = tuple(key)
        number = self._numbers.get(shown, -1)
        if number < 0:
            number = self._number(shown, size)
        self.spans[id(node)] = (number, begin, self._clock, first, len(leaves))
        if size >= LEAST_NODES and kind in _PIECES:
            self._places.setdefault(number, []).append(((node,), member))
        if kind in BINDERS:
            self.binders.append(node)
        return number

    def _member(self, node: Any) -> int:
        """A member and what it is a member of: a third of all nodes."""
        top = node.obj
        if node.op == "." and (top is None or top.__class__ is Name):  # most of them
            self.leaves.append(node.name)
            if top is None:
                return self._own
            self.leaves.append(top.id)
            self.roots.append(top.id)
            self.chains.append(f"{top.id}.{node.name}")
            return self._plain
        names: list[str] = []
        ops: list[str] = []
        top = node
        while top.__class__ is Member:
            names.append(top.name)
            ops.append(top.op)
            top = top.obj
        self.leaves.extend(names)
        plain = len(names)
        """How many of the members, the innermost first, make a chain with what they begin with."""
        for at, op in enumerate(reversed(ops)):
            if op != ".":
                plain = at
                break
        if top is None:
            number = self._number((ops[-1], True), 2)
            ops.pop()
        elif top.__class__ is Name:
            self.leaves.append(top.id)
            if plain:
                self.roots.append(top.id)
                self.chains.append(".".join([top.id, *names[: -plain - 1 : -1]]))
            else:
                self.names.append(top.id)
            number = self._number((ops[-1], False), 2)
            ops.pop()
        else:
            number = self._node(top)
        for op in reversed(ops):
            number = self._number((op, number, Member), self._sizes[number] + 1)
        return number

    def _number(self, key: Any, size: int) -> int:
        got = self._numbers.get(key)
        if got is None:
            got = self._numbers[key] = len(self._sizes)
            self._sizes.append(size)
        return got

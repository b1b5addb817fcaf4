"""What every part of the reader stands on: places, words, steps in order.

Contract: `words` grows as operands are met, so the words of any expression are a slice of it, and `places` tells where
each stands. Parts that come later in the chain of classes are declared here and given there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from aiccl_converter.fidelity.model import Atom, Facts, Formula, Place, Span, Unit
from aiccl_converter.fidelity.reading.idioms import is_logging
from aiccl_converter.fidelity.reading.tables import MARKS, NOTHING
from aiccl_converter.fidelity.words import IDENT
from aiccl_converter.language import tree as T


class Core:
    """One part of the reader; see the contract above."""

    table: ClassVar[dict[type, Callable[[Any, Any, Place], Any]]] = {}
    """How each kind of node is read, filled by the last class of the chain."""

    def __init__(
        self, members: frozenset[str] = frozenset(), free: bool = False, fixed: frozenset[str] = frozenset()
    ) -> None:
        self.members = members
        self.fixed = fixed
        self.free = free
        self.facts = Facts()
        self.words = self.facts.words
        self.places = self.facts.places
        self.events = self.facts.events
        self.unit = Unit("")
        self.after: list[tuple[Formula, int]] = []
        self.passed: list[tuple[Formula, int]] = []
        self.globals: set[str] = set()
        self.depth = 0
        self.english = 0
        self.count = 0
        self.in_class = 0

    def read(self, nodes: list[T.Node]) -> Facts:
        root = Place(None, "unit", None, 1, NOTHING, self.unit, 0)
        self.block(nodes, root)
        return self.facts

    def place(self, up: Place, kind: str, test: Formula = None, sign: int = 1, span: Span = NOTHING) -> Place:
        self.count += 1
        return Place(up, kind, test, sign, span, self.unit, self.count)

    def block(self, steps: list[T.Node] | None, at: Place) -> bool:
        """Reads steps in order; True where the last one leaves the block."""
        leaves = False
        left = 0
        passed: list[tuple[Formula, int]] = []
        if steps:
            outer, self.after = self.after, []
            stops = self.facts.stops
            top = at.kind == "unit"
            for step in steps:
                if leaves and type(step) not in MARKS:
                    self.facts.dead.append((len(self.words), left))
                stops.append(len(self.words))
                if top:
                    self.facts.tops.append((len(self.words), step.pos))
                start = len(self.words)
                if self.visit(step, at):
                    leaves, left = True, start
                if self.after:
                    passed += self.after
                    for test, sign in self.after:
                        at = self.place(at, "after", test, sign)
                    self.after = []
            stops.append(len(self.words))
            self.after = outer
        self.passed = passed
        return leaves

    def body(self, steps: list[T.Node], at: Place) -> bool:
        """A block that is there for something; one that at most logs is hollow."""
        before = len(self.words)
        logs = len(self.facts.logs)
        leaves = self.block(steps, at)
        if not leaves and (
            len(self.words) == before or (len(self.facts.logs) > logs and all(is_logging(s) for s in steps))
        ):
            self.facts.hollow += 1
        return leaves

    def visit(self, node: T.Node | None, at: Place) -> Any:
        if node is None:
            return None
        if self.depth > 150:
            return None
        self.depth += 1
        read = self.table.get(type(node))
        got = None
        if read is not None:
            got = read(self, node, at)
        else:
            self.below(node, at)
        self.depth -= 1
        return got

    def below(self, node: T.Node, at: Place) -> None:
        for child in T.children(node):
            self.visit(child, at)

    def span(self, node: T.Node | None, at: Place) -> Span:
        start = len(self.words)
        self.visit(node, at)
        return start, len(self.words)

    def without_tail(self, start: int, end: int) -> int:
        """The end of a value that is followed by an aside only."""
        for i in range(start, end):
            if self.facts.asides.get(i) == end:
                return i
        return end

    def aside(self, start: int) -> None:
        """The words since `start` are no part of the value they stand in."""
        if len(self.words) > start:
            self.facts.asides[start] = len(self.words)

    def mention(self, word: str, at: Place) -> None:
        self.words.append(word)
        self.places.append(at)

    def bind(self, pattern: str, source: Span | None) -> None:
        """A name that the function introduces, and what it comes from."""
        span = source or NOTHING
        defs = self.unit.defs
        for w in [pattern] if pattern.isidentifier() else IDENT.findall(pattern):
            defs.setdefault(w, []).append(span)

    def atom(self, op: str, sign: int, left: Span, right: Span) -> Atom:
        made = Atom(op, sign, left, right, self.unit)
        self.facts.atoms.append(made)
        return made

    # given by later parts of the chain

    def assign_to(self, targets: list[T.Node], value: T.Node | None, op: str, at: Place) -> None:
        """Binds or writes; see `writes.py`."""
        raise NotImplementedError

    def switch(self, n: T.Switch, at: Place, kind: str = "") -> bool:
        """Reads a switch; see `steps.py`."""
        raise NotImplementedError

"""What the reader of a tree hands to the checker: words in order, events, conditions, places.

Contract: plain records without behaviour beyond lazy, cached views of themselves. A `Span` is a pair of indexes into
`Facts.words`; a word is `name` (bare, may be a local), `.name` (member, key, callee), `"text` (literal) or `#1`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Span = tuple[int, int]

CALL, RAISE, RETURN, WRITE, YIELD, LOOP = "call", "raise", "return", "write", "yield", "loop"


class Atom:
    """One elementary test. `op`: `t` presence or truth, `=` equality, `<` order (a before b), `in`, `is`, `w` words,
    `n` a test that has a name.
    `sign` is -1 where the source writes its opposite. `left` and `right` are spans of its operands."""

    __slots__ = ("keys", "left", "lkeys", "op", "right", "rkeys", "sign", "unit")

    def __init__(self, op: str, sign: int, left: Span, right: Span, unit: Unit) -> None:
        self.op = op
        self.sign = sign
        self.left = left
        self.right = right
        self.unit = unit
        self.keys: frozenset[str] | None = None
        self.lkeys: frozenset[str] | None = None
        self.rkeys: frozenset[str] | None = None


# A formula is an Atom, ("!", f), ("&", f, g), ("|", f, g), or ("=", f, atom) for a formula and its name.
Formula = Any


class Unit:
    """The function whose locals are meant: what each local is assigned from, and which conditions it names."""

    __slots__ = ("alias", "cache", "defs", "forms", "name", "params")

    def __init__(self, name: str) -> None:
        self.name = name
        self.defs: dict[str, list[Span]] = {}
        self.forms: dict[str, Formula] = {}
        self.params: set[str] = set()
        self.cache: dict[str, frozenset[str]] = {}
        self.alias: dict[str, str] = {}


class Place:
    """Where something stands: a chain of conditions, loops, handlers and scopes. `kind`: `if`, `after` (an early exit),
    `or`, `loop`, `handler`, `with`, `fn`, `unit`."""

    __slots__ = ("flat", "kind", "loops", "number", "sign", "span", "test", "unit", "up")

    def __init__(
        self, up: Place | None, kind: str, test: Formula, sign: int, span: Span, unit: Unit, number: int
    ) -> None:
        self.up = up
        self.kind = kind
        self.test = test
        self.sign = sign
        self.span = span
        self.unit = unit
        self.number = number
        self.flat: list[Clause] | None = None
        self.loops: list[Place] | None = None


class Clause:
    """Literals (atom, sign) of which at least one holds here; one of them alone holds for certain."""

    __slots__ = ("depth", "kind", "literals")

    def __init__(self, literals: list[tuple[Atom, int]], kind: str, depth: int) -> None:
        self.literals = literals
        self.kind = kind
        self.depth = depth


class Event:
    """Something that happens. `args`: (keyword or "", span); `recv` the span of the receiver; `value` of all operands;
    `index` is its position among the words."""

    __slots__ = (
        "args",
        "effect",
        "index",
        "kind",
        "local",
        "log",
        "made",
        "name",
        "op",
        "place",
        "recv",
        "vague",
        "value",
    )

    def __init__(
        self, kind: str, name: str, place: Place, recv: Span, value: Span, args: list[tuple[str, Span]], index: int
    ) -> None:
        self.kind = kind
        self.name = name
        self.place = place
        self.recv = recv
        self.value = value
        self.args = args
        self.index = index
        self.op = ""
        self.log = False
        self.local = False
        self.made = False
        self.effect = False
        self.vague = False


@dataclass(slots=True)
class Parameter:
    """A parameter of a unit as a caller sees it."""

    unit: str
    name: str
    default: Span | None
    star: str
    whole: bool


@dataclass(slots=True)
class Facts:
    """All that was read from one tree. `asides` are ranges of words (start -> end) inside operands that are no part of
    the value: the test of `a?b:c`, what `x|^..` leaves with, the conditions of a comprehension. `absurd` counts errors
    that are given back where there are none."""

    words: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    texts: list[tuple[str, int]] = field(default_factory=list)
    numbers: list[tuple[str, int]] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    strict: list[tuple[str, str]] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    tops: list[tuple[int, int]] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    typed: set[str] = field(default_factory=set)
    statuses: list[tuple[str, int]] = field(default_factory=list)
    exits: list[Place] = field(default_factory=list)
    asides: dict[int, int] = field(default_factory=dict)
    binds: list[Event] = field(default_factory=list)
    phrases: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    logs: list[Span] = field(default_factory=list)
    awaits: int = 0
    yields: int = 0
    spreads: int = 0
    items: list[Place] = field(default_factory=list)
    hollow: int = 0
    absurd: int = 0
    routes: int = 0
    dead: list[tuple[int, int]] = field(default_factory=list)
    sieves: list[tuple[Formula, int]] = field(default_factory=list)

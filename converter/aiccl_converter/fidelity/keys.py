"""The keys of operands: public words only, locals replaced by what they are made from.

Contract: `Keys(facts, other)` turns spans of one side into frozen sets of keys that both sides share. A local stands
for the words of its definitions (so renaming or inlining it changes nothing); a bare name that this side does not
define but the other side does, is read as the other side's local. Results are cached per unit and name.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Atom, Clause, Facts, Formula, Place, Span, Unit

EMPTY: frozenset[str] = frozenset()
_LIMIT = 60
_MOST = 1000
"""Locals that are looked into for one name before each is looked into once only: where many are made from each other
in circles, the ways through them are more than could ever be walked."""


class Keys:
    """Expansion of one side's spans. `other` is the other side's expansion, asked for names unknown here."""

    def __init__(self, facts: Facts, other: Keys | None = None) -> None:
        self.words = facts.words
        self.asides = facts.asides
        self.other = other
        self.units: dict[str, Unit] = {}
        self.busy: set[str] = set()
        self.spent = 0
        self.seen: dict[tuple[int, str], frozenset[str]] = {}

    def of(self, span: Span, unit: Unit) -> frozenset[str]:
        """The keys of a span."""
        a, b = span
        if a >= b:
            return EMPTY
        if b - a == 1:
            word = self.words[a]
            first = word[0]
            if first == ".":
                return frozenset((word[1:],))
            if first == '"' or first == "#":
                return frozenset((word,))
            return self.local(word, unit)
        got: set[str] = set()
        words = self.words[a : min(b, a + 400)]
        if self.asides:
            words = self.outside(a, min(b, a + 400), words)
        for word in words:
            first = word[0]
            if first == ".":
                got.add(word[1:])
            elif first == '"' or first == "#":
                got.add(word)
            else:
                got |= self.local(word, unit)
        return frozenset(got)

    def outside(self, a: int, b: int, words: list[str]) -> list[str]:
        """The words of a span without its asides; a span that lies in an aside itself is whole."""
        asides = self.asides
        if not any(i in asides for i in range(a, b)):
            return words
        got = []
        i = a
        while i < b:
            end = asides.get(i)
            if end is not None and end <= b and not (i == a and end == b):
                i = end
                continue
            got.append(self.words[i])
            i += 1
        return got

    def local(self, name: str, unit: Unit) -> frozenset[str]:
        """A bare name's keys: of its definitions for a local, itself otherwise."""
        found = unit.cache.get(name)
        if found is not None:
            return found
        spans = unit.defs.get(name)
        if spans is None:
            for side in (self, self.other) if name not in unit.params else ():
                theirs = side.binder(name, unit.name) if side is not None else None
                if theirs is not None and theirs is not unit:
                    found = side.local(name, theirs)  # type: ignore[union-attr]
                    unit.cache[name] = found
                    return found
            found = frozenset((name,))
            unit.cache[name] = found
            return found
        if name in self.busy:
            return EMPTY
        if not self.busy:
            self.spent = 0
            self.seen.clear()
        self.spent += 1
        if self.spent > _MOST:
            held = self.seen.get((id(unit), name))
            if held is not None:
                return held
        self.busy.add(name)
        got: set[str] = {name} if name in unit.params else set()
        for span in spans[:8]:
            if len(got) > _LIMIT:
                break
            got |= self.of(span, unit)
        self.busy.discard(name)
        found = frozenset(got or (name,))
        if not self.busy:
            unit.cache[name] = found
        elif self.spent > _MOST:
            self.seen[id(unit), name] = found
        return found

    def binder(self, name: str, unit: str) -> Unit | None:
        """The unit of this side that binds a name as a local: that of the same name first."""
        mine = self.units.get(unit)
        for one in ([mine] if mine is not None else []) + list(self.units.values()):
            if name in one.params:
                return None
            if name in one.defs:
                return one
        return None

    def atom(self, atom: Atom) -> frozenset[str]:
        """The keys of both operands of a test."""
        if atom.keys is None and atom.op == "n":  # a test that has a name is known by it alone
            atom.lkeys = atom.keys = frozenset("=" + w for w in self.words[slice(*atom.left)])
            atom.rkeys = EMPTY
        if atom.keys is None:
            atom.lkeys = self.of(atom.left, atom.unit)
            atom.rkeys = self.of(atom.right, atom.unit)
            atom.keys = atom.lkeys | atom.rkeys
        return atom.keys


def literals(test: Formula, sign: int, out: list[Clause], kind: str, depth: int) -> None:
    """Appends the clauses of a formula that holds (sign 1) or does not (sign -1)."""
    if test is None:
        return
    if type(test) is Atom:
        out.append(Clause([(test, sign * test.sign)], kind, depth))
        return
    op = test[0]
    if op == "=":  # what a name stands for, and the name
        literals(test[1], sign, out, kind, depth)
        literals(test[2], sign, out, kind, depth)
        return
    if op == "!":
        literals(test[1], -sign, out, kind, depth)
    elif (op == "&") == (sign > 0):
        literals(test[1], sign, out, kind, depth)
        literals(test[2], sign, out, kind, depth)
    else:
        weak: list[Clause] = []
        literals(test[1], sign, weak, kind, depth)
        literals(test[2], sign, weak, kind, depth)
        merged = [one for clause in weak for one in clause.literals]
        out.append(Clause(merged[:12], kind, depth))


def clauses(place: Place) -> list[Clause]:
    """All that holds at a place, outermost first; `depth` is the place's number."""
    got = place.flat
    if got is None:
        up = clauses(place.up) if place.up is not None else []
        if place.test is None:
            got = up
        else:
            got = list(up)
            literals(place.test, place.sign, got, place.kind, place.number)
        place.flat = got
    return got


def loops(place: Place) -> list[Place]:
    """The loops around a place, outermost first."""
    got = place.loops
    if got is None:
        up = loops(place.up) if place.up is not None else []
        got = place.loops = [*up, place] if place.kind == "loop" else up
    return got

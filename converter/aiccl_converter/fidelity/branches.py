"""Tells by what a test guards whether the view turns it round.

Contract: `Branches(pairs).turned()` gives the source's tests whose two branches the view exchanges. A test is known by
its words, or, where it is told in other words, by what stands under it. What stands under a test when it holds and what
stands there when it does not are compared as sets of words; a word that stands under both speaks for neither. A test of
the view is wrong only where every test of the source that it may be has its branches the other way round.
"""

from __future__ import annotations

from copy import copy

from aiccl_converter.fidelity.keys import Keys, clauses, literals
from aiccl_converter.fidelity.model import Atom, Clause, Facts, Place
from aiccl_converter.fidelity.places import TURNED, Places
from aiccl_converter.fidelity.words import bare


class Test:
    """One test and the words that stand only where it holds, and only where it does not. `side`: 1 where something
    stands only where the test holds, -1 only where it does not, 0 on both sides."""

    __slots__ = ("atom", "maybe_no", "maybe_yes", "no", "raw", "side", "yes")

    def __init__(self, atom: Atom, facts: Facts) -> None:
        self.atom = atom
        self.yes: set[str] = set()
        self.no: set[str] = set()
        self.maybe_yes: set[str] = set()
        self.maybe_no: set[str] = set()
        self.side = 0
        words = facts.words
        self.raw = tuple([bare(w) for span in (atom.left, atom.right) for w in words[span[0] : span[1]]])

    def settle(self) -> None:
        """Drops what stands in both branches, or in the test."""
        if self.side != _BOTH and (self.yes or self.no):
            self.side = bool(self.yes) - bool(self.no)
        if self.maybe_yes or self.maybe_no:
            both = (self.yes | self.maybe_yes) & (self.no | self.maybe_no)
        else:
            both = self.yes & self.no
        both.update(self.raw)
        for words in (self.yes, self.no, self.maybe_yes, self.maybe_no):
            words -= both

    def turned(self) -> Test:
        """The same test asked the other way round."""
        other = copy(self)
        other.yes, other.no, other.maybe_yes, other.maybe_no = self.no, self.yes, self.maybe_no, self.maybe_yes
        return other

    def shared(self, other: Test) -> tuple[int, int]:
        """How many words the view's test and the source's guard alike, and how many the other way round. What the
        source has where one of several tests holds, the view may have under one of them, where they agree elsewhere."""
        yes, no = self.yes | self.maybe_yes, self.no | self.maybe_no
        same = len(yes & (other.yes | other.maybe_yes)) + len(no & (other.no | other.maybe_no))
        against = len(self.yes & other.no) + len(self.no & other.yes)
        against += len(self.maybe_yes & other.no) + len(self.maybe_no & other.yes)
        if not same:
            against += len(self.yes & other.maybe_no) + len(self.no & other.maybe_yes)
        return same, against


def tests(facts: Facts, drop: frozenset[str] | set[str]) -> list[Test]:
    """The tests of one side that guard something."""
    under: dict[int, tuple[Place, set[str]]] = {}
    for word, place in zip(facts.words, facts.places, strict=True):
        found = under.get(place.number)
        if found is None:
            found = under[place.number] = (place, set())
        found[1].add(word)
    for bind in facts.binds:
        found = under.get(bind.place.number)
        if found is not None:
            found[1].add("=" + bind.name)
    got: dict[int, Test] = {}
    maybe: list[tuple[list[tuple[Atom, int]], set[str]]] = []
    for place, words in under.values():
        names = {bare(w) for w in words} - drop
        held = clauses(place)
        sure: set[tuple[int, int]] = set()
        if any(len(c.literals) > 1 for c in held):
            sure = {(id(c.literals[0][0]), c.literals[0][1]) for c in held if len(c.literals) == 1}
        for clause in held:
            if len(clause.literals) == 1:
                atom, sign = clause.literals[0]
                test = got.get(id(atom))
                if test is None:
                    test = got[id(atom)] = Test(atom, facts)
                (test.yes if sign > 0 else test.no).update(names)
                if clause.kind == "or":  # it may stand there only to be asked
                    test.side = _BOTH
            elif not any((id(atom), sign) in sure for atom, sign in clause.literals):
                maybe.append((clause.literals, names))
    for formula, way in facts.sieves:
        found_here: list[Clause] = []
        literals(formula, way, found_here, "if", 0)
        for clause in found_here:
            if len(clause.literals) == 1:
                atom, sign = clause.literals[0]
                test = got.setdefault(id(atom), Test(atom, facts))
                test.side = test.side or (1 if sign > 0 else -1)
    for several, names in maybe:  # where one of several tests holds, each of them may be the one that does not
        for atom, sign in several:
            weak = got.get(id(atom))
            if weak is None:
                weak = got[id(atom)] = Test(atom, facts)
            (weak.maybe_no if sign < 0 else weak.maybe_yes).update(names)
    for test in got.values():
        test.settle()
    return [t for t in got.values() if t.yes or t.no or t.side or t.maybe_yes or t.maybe_no]


class Branches:
    """The tests of both sides, and how they correspond."""

    def __init__(self, source: Facts, view: Facts, keys: tuple[Keys, Keys], places: Places) -> None:
        self.ours = tests(source, _SILENT)
        self.theirs = tests(view, _SILENT) if self.ours else []
        self.keys = keys
        self.places = places

    def turned(self) -> list[Test]:
        """Tests of the view whose branches are exchanged."""
        return [v for v in self.theirs if self.wrong(v)]

    def wrong(self, v: Test) -> bool:
        """True where every test of the source that `v` may be says the opposite."""
        found = False
        for s, sign in self.partners(v):
            same, against = (v if sign > 0 else v.turned()).shared(s)
            if against <= same * _CLEARLY and (same or not self.opposed(s, v, sign)):
                return False
            found = True
        return found

    def opposed(self, s: Test, v: Test, sign: int) -> bool:
        """True where both guard one side only, by the very same test, and not the same side."""
        if _BOTH in (s.side, v.side) or s.side * v.side * sign >= 0 or s.atom.op != v.atom.op:
            return False
        return self.alike(s, v)

    def alike(self, s: Test, v: Test) -> bool:
        """True where both ask the very same, word by word or in what their locals are made of."""
        return s.raw == v.raw or self.keys[0].atom(s.atom) == self.keys[1].atom(v.atom)

    def partners(self, v: Test) -> list[tuple[Test, int]]:
        """The tests of the source that `v` may be, with 1, or -1 for those that it says the other way round."""
        got = [(s, 1) for s in self.ours if s.raw == v.raw and s.atom.op == v.atom.op]
        if got:
            return got
        for s in self.ours:
            relation = self.places.relation(s.atom, v.atom)
            if relation:
                got.append((s, -1 if relation == TURNED else 1))
        return got or self.guarding(v)

    def guarding(self, v: Test) -> list[tuple[Test, int]]:
        """The one test of the source that guards most of what `v` guards."""
        if v.atom.op in "<n" or len(v.raw) > _LONG:
            return []
        mine = v.yes | v.no
        best: list[Test] = []
        most = 0.0
        for s in self.ours:
            if s.atom.op == "n":
                continue
            theirs = s.yes | s.no
            share = len(mine & theirs) / (len(mine | theirs) or 1)
            if share > most + 1e-9:
                most, best = share, [s]
            elif share and share > most - 1e-9:
                best.append(s)
        if most < _ALIKE or len(best) != 1 or self.places.ordered(best[0].atom):
            return []
        one = self.places.leaning((best[0].atom, best[0].atom.sign), self.keys[0]) * best[0].atom.sign
        two = self.places.leaning((v.atom, v.atom.sign), self.keys[1]) * v.atom.sign
        return [(best[0], one * two)] if one * two else []


_CLEARLY = 1
_BOTH = 2
_LONG = 6
_ALIKE = 0.45
_SILENT = frozenset(("nil", "self", "this", "cls", "range", "err", "error"))

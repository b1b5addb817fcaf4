"""Compares where two things stand: under which conditions, in which loops.

Contract: `Places(source_keys, view_keys, ...)` says of a source place and a view place which conditions are turned
round (`flipped`), which the second lacks (`absent`) and which differ only at their boundary. Tests are matched by the
words of their operands, not by their spelling; a test that no word matches proves nothing. Verdicts are cached by pair.
"""

from __future__ import annotations

from aiccl_converter.fidelity.keys import Keys, clauses
from aiccl_converter.fidelity.model import Atom, Clause, Place
from aiccl_converter.fidelity.reading.tables import ABSENT
from aiccl_converter.fidelity.vocabulary import NEGATIVE
from aiccl_converter.fidelity.words import bare, said

SAME, TURNED, UNSURE = 1, -1, 0


class Places:
    """Verdicts about pairs of places of the two sides."""

    def __init__(
        self,
        source: Keys,
        view: Keys,
        known: frozenset[str] | set[str],
        atoms: tuple[list[Atom], list[Atom]],
        free: bool = False,
    ) -> None:
        self.free = free
        self.source = source
        self.view = view
        self.known = known
        self.relations: dict[tuple[int, int], int | None] = {}
        self.verdicts: dict[tuple[int, int], list[Clause]] = {}
        self._marks: dict[tuple[object, ...], int] = {(): 0}
        self._numbers: dict[int, int] = {}
        self._nearest: dict[int, list[Atom]] = {}
        self._left: dict[tuple[int, int], list[Clause]] = {}
        self._ways: set[frozenset[str]] | None = None
        self._exact: frozenset[frozenset[str]] | None = None
        self.atoms = atoms
        self.mine = frozenset(atoms[0])

    def mark(self, place: Place, keys: Keys) -> int:
        """A number for what holds at a place, the same for places where the same holds; 0 where nothing does."""
        number = place.number if keys is self.source else -1 - place.number
        mark = self._numbers.get(number)
        if mark is None:
            said = tuple(
                [
                    tuple([(atom.op, sign, keys.atom(atom), atom.lkeys) for atom, sign in clause.literals])
                    for clause in clauses(place)
                ]
            )
            mark = self._numbers[number] = self._marks.setdefault(said, len(self._marks))
        return mark

    def same(self, s: Place, v: Place) -> bool:
        """True where just the same holds at a place of the source and a place of the view."""
        return self.mark(s, self.source) == self.mark(v, self.view)

    def relation(self, s: Atom, v: Atom) -> int | None:
        """SAME or TURNED where the two test the same thing, UNSURE where they may, None where they do not."""
        key = (id(s), id(v))
        if key in self.relations:
            return self.relations[key]
        got = self.relations[key] = self._relate(s, v)
        return got

    def _relate(self, s: Atom, v: Atom) -> int | None:
        a, b = self.source.atom(s), self.view.atom(v)
        if not a or not b:
            return None
        if s.op == "n" or v.op == "n":
            return SAME if s.op == v.op and a == b else None
        if v.op != "w" and a != b and not b <= self.known:  # names that the view made up say nothing
            b = frozenset(k for k in b if k in self.known or k[0] in '"#') or b
        if v.op == "w":
            return self._worded(s, v, a, b) if s in self.nearest(v) else None
        both = a & b
        if not both:
            return None
        if self.elided(s, v, b):
            return SAME
        if a == b and (s.op == v.op or "<" not in (s.op, v.op)):
            if s.op != v.op and self.free and self.parted(a):
                return UNSURE
            if s.op == "<" and s.lkeys == v.rkeys and s.rkeys == v.lkeys and s.lkeys != s.rkeys:
                return TURNED
            return SAME
        if a != b:
            exact = self.exact
            if a in exact or b in exact:
                return None  # each has its own partner
            if s not in self.nearest(v):
                return UNSURE
        small = min(len(a), len(b))
        if s.op == v.op:
            if s.op in ("=", "in", "is"):
                right = s.rkeys & v.rkeys  # type: ignore[operator]
                crossed = (s.lkeys & v.rkeys) and (s.rkeys & v.lkeys)  # type: ignore[operator]
                if not right and s.rkeys and v.rkeys and not crossed:
                    return None
                if not (s.lkeys & v.lkeys) and s.lkeys and v.lkeys and not crossed:  # type: ignore[operator]
                    if not self.free or not right or any(k in self.known or k[0] in '"#' for k in v.lkeys):
                        return UNSURE
                    return SAME  # a name that the view made up says nothing
                return SAME if len(both) * 2 >= small else UNSURE
            if s.op == "<":
                straight = len(s.lkeys & v.lkeys) + len(s.rkeys & v.rkeys)  # type: ignore[operator]
                turned = len(s.lkeys & v.rkeys) + len(s.rkeys & v.lkeys)  # type: ignore[operator]
                if straight == turned or (_numbers(s) and _numbers(v) and _numbers(s) != _numbers(v)):
                    return UNSURE
                return SAME if straight > turned else TURNED
            if s.op == "w":
                return UNSURE
            return SAME if len(both) * 2 >= max(len(a), len(b)) or len(both) == small else UNSURE
        return UNSURE

    def parted(self, keys: frozenset[str]) -> bool:
        """True for operands that a side tests in two ways: `k in m and m[k]!=x`; each way has its own partner."""
        if self._ways is None:
            ways: dict[frozenset[str], set[str]] = {}
            for a in self.atoms[0]:
                ways.setdefault(self.source.atom(a), set()).add(a.op)
            self._ways = {k for k, ops in ways.items() if len(ops) > 1}
        return keys in self._ways

    def elided(self, s: Atom, v: Atom, b: frozenset[str]) -> bool:
        """True where the view names only what the source's one such test compares with: `array?`, `not str`."""
        if v.op != "t" or s.op not in ("is", "=") or not self.free or not s.rkeys or not b <= s.rkeys:
            return False
        if b in self.exact:
            return False  # it has its own partner
        same = {
            self.source.atom(a)
            for a in self.atoms[0]
            if a.op in ("is", "=") and self.source.atom(a) and b <= (a.rkeys or b)
        }
        return len(same) == 1

    def nearest(self, v: Atom) -> list[Atom]:
        """The source's tests that share most with a test of the view."""
        found = self._nearest.get(id(v))
        if found is None:
            b = self.view.atom(v)
            best = 0.0
            found = []
            for s in self.atoms[0][:80]:
                a = self.source.atom(s)
                share = self.share(a, b)
                if share > best + 1e-9:
                    best, found = share, [s]
                elif share and share > best - 1e-9:
                    found.append(s)
            self._nearest[id(v)] = found
        return found

    def share(self, a: frozenset[str], b: frozenset[str]) -> float:
        """How much two tests have in common; words of English count by what they mean."""
        if a == b:
            return 2.0
        both = float(len(a & b))
        own = [k for k in b if k not in self.known and k[0] not in '"#']
        if own and a:
            mine: set[str] = set()
            for k in a:
                if k[0] not in '"#':
                    mine |= said(k)
            both += sum(0.9 for k in own if not mine.isdisjoint(said(k)))
        return both / max(1, len(a | b)) if both else 0.0

    def _worded(self, s: Atom, v: Atom, a: frozenset[str], b: frozenset[str]) -> int | None:
        """A test in English: its negations are counted in its sign, so it is the source's where they share words."""
        known = [k for k in b if k in self.known]
        own = [k for k in b if k not in self.known and k[0] not in '"#']
        mine: set[str] = set()
        for k in a:
            if k[0] not in '"#':
                mine |= said(k)
        alike = any(not mine.isdisjoint(said(k)) for k in own)
        shared = sum(1 for k in known if k in a)
        if shared < len(known):  # spelled alike, whatever the locals are made of
            spelled = {bare(w) for w in self.source.words[s.left[0] : max(s.left[1], s.right[1])]}
            theirs = {bare(w) for w in self.view.words[v.left[0] : v.left[1]]} & self.known
            if theirs and theirs <= spelled:
                shared = len(known)
        if not shared and not alike:
            return None
        if (
            s.op not in ("t", "=", "in", "is")
            or shared < len(known)
            or len(b) > 6
            or any(k in _TURNING and k not in self.known for k in b)
        ):
            return UNSURE
        return SAME

    @property
    def exact(self) -> frozenset[frozenset[str]]:
        """The operands of tests that both sides have word by word."""
        if self._exact is None:
            mine = {self.source.atom(a) for a in self.atoms[0]}
            self._exact = frozenset(mine & {self.view.atom(a) for a in self.atoms[1]})
        return self._exact

    def certain(self, clause: Clause) -> bool:
        """True where a test of the clause stands word by word on the other side."""
        exact = self.exact
        return any((self.source.atom(a) if a in self.mine else self.view.atom(a)) in exact for a, _ in clause.literals)

    def lacking(self, one: Place, two: Place, turned: bool = False) -> list[Clause]:
        """Clauses of `one` that `two` turns round. `turned`: `one` is of the view, `two` of the source."""
        key = (one.number, -two.number if turned else two.number)
        got = self.verdicts.get(key)
        if got is None:
            got = self.verdicts[key] = self._flipped(clauses(one), clauses(two), turned)
        return got

    def flipped(self, s: Place, v: Place) -> list[Clause]:
        """Clauses that the other side's place turns round, seen from either side."""
        return self.lacking(s, v) or self.lacking(v, s, True)

    def left(self, s: Place, v: Place) -> list[Clause]:
        """The one condition of either side that no word matches, where the view turns it round: what is left over on
        both sides, when all else that holds at the two places agrees, can only be one condition told in other words."""
        key = (s.number, v.number)
        got = self._left.get(key)
        if got is None:
            got = self._left[key] = self._leftover(clauses(s), clauses(v))
        return got

    def _leftover(self, ones: list[Clause], twos: list[Clause]) -> list[Clause]:
        if not ones or not twos or len(ones) > 8 or len(twos) > 8:
            return []
        ones = [c for c in ones if c.literals[0][0].op != "n"]
        twos = [c for c in twos if c.literals[0][0].op != "n"]
        mine = [c for c in ones if self.standing(c, twos, False) != 1]
        if len(mine) != 1 or len(mine[0].literals) != 1:
            return []
        theirs = [c for c in twos if self.standing(c, ones, True) != 1]
        if len(theirs) != 1 or len(theirs[0].literals) != 1:
            return []
        a, b = mine[0].literals[0], theirs[0].literals[0]
        if self.ordered(a[0]) or b[0].op == "<" or self.relation(a[0], b[0]) == SAME:
            return []
        one, two = self.leaning(a, self.source), self.leaning(b, self.view)
        return mine if one * two < 0 else []

    def ordered(self, s: Atom) -> bool:
        """True for a comparison of the source that says nothing but an order; `x > 1` says that there are several."""
        return s.op == "<" and not (self.free and s.left[1] - s.left[0] == 1 and self.source.words[s.left[0]] == "#1")

    def leaning(self, literal: tuple[Atom, int], keys: Keys) -> int:
        """1 where a test holds if something is so, -1 where it holds if it is not, 0 where its words do not tell."""
        atom, sign = literal
        words = keys.words
        for i in (*range(*atom.left), *range(*atom.right)):
            word = bare(words[i])
            low = word.lower()
            if low in _TURNING and (keys is self.source or word not in self.known):
                return 0
            if words[i] in ABSENT or low in NEGATIVE:
                if atom.op == "t" and atom.left[1] - atom.left[0] == 1:
                    if words[i] in _VALUES or not self.free:
                        sign = -sign  # `0?`: the subject is left out
                elif words[i] in ABSENT and words[i] != ".nil":
                    return 0
        return sign

    def _flipped(self, ones: list[Clause], twos: list[Clause], turned: bool) -> list[Clause]:
        out = []
        for clause in ones:
            if self.standing(clause, twos, turned) == -1 and not self.reassigned(clause, ones, turned):
                out.append(clause)
        return out

    def reassigned(self, clause: Clause, ones: list[Clause], turned: bool) -> bool:
        """True where the place itself stands under the test and under its opposite: of a variable set anew between."""
        side = self.view if turned else self.source
        for atom, sign in clause.literals:
            keys = side.atom(atom)
            for other in ones:
                if other is not clause:
                    for atom2, sign2 in other.literals:
                        if sign2 == -sign and atom2.op == atom.op and side.atom(atom2) == keys:
                            return True
        return False

    def standing(self, clause: Clause, twos: list[Clause], turned: bool) -> int | None:
        """1 where `twos` keep the clause, -1 where they say its opposite, 0 where they touch it, None otherwise."""
        touched = False
        against = 0
        many = len(clause.literals) > 1
        if many:
            verdicts = [self.counter(clause, other, turned) for other in twos]
            if False not in verdicts and True in verdicts:
                return -1
        for atom, sign in clause.literals:
            opposite = False
            for other in twos:
                for atom2, sign2 in other.literals:
                    rel = self.relation(atom2, atom) if turned else self.relation(atom, atom2)
                    if rel is None:
                        continue
                    if rel == UNSURE:
                        touched = True
                        continue
                    if sign * sign2 * rel > 0:
                        return 1
                    if len(other.literals) == 1:
                        touched = opposite = True
            if opposite:
                against += 1
        if against and (
            against == len(clause.literals) or (many and turned and self.free and self.denied(clause, twos))
        ):
            return -1
        return 0 if touched else None

    def denied(self, clause: Clause, twos: list[Clause]) -> bool:
        """True for a view's `not (a and b)` where the source has, word by word, the opposite of one of them for certain
        and nothing that the others may be."""
        sure = False
        for atom, sign in clause.literals:
            keys = self.view.atom(atom)
            for other in twos:
                for atom2, sign2 in other.literals:
                    rel = self.relation(atom2, atom)
                    if rel is None or (rel == UNSURE and atom.op == "w"):
                        continue
                    if rel == UNSURE or sign * sign2 * rel > 0:
                        return False
                    sure = sure or (self.source.atom(atom2) == keys and len(other.literals) == 1)
        return sure

    def counter(self, clause: Clause, other: Clause, turned: bool) -> bool | None:
        """True where two clauses test the same things and one of the tests is turned round, False where they agree."""
        if len(clause.literals) != len(other.literals):
            return None
        wrong = False
        for atom, sign in clause.literals:
            found = 0
            for atom2, sign2 in other.literals:
                rel = self.relation(atom2, atom) if turned else self.relation(atom, atom2)
                if rel:
                    found = 1 if sign * sign2 * rel > 0 else found or -1
            if not found:
                return None
            wrong = wrong or found < 0
        return wrong


def _numbers(atom: Atom) -> frozenset[str]:
    return frozenset(k for k in atom.keys or () if k[0] == "#")


_TURNING = frozenset(
    """
    unchanged outside exceeds beyond below above under over less more greater smaller than other
    absolute unlike invalid before after until only fewer least most or and either both even odd
    """.split()
)
_VALUES = frozenset(("#0", '"', ".false"))

"""Is the view's event the source's event?

Contract: `Pairs.pair(s, v)` lists what would be wrong if `v` were `s`: other arguments, another value, a condition
turned round, lost or gained, another loop. What no fact settles is not held against a view.
"""

from __future__ import annotations

from aiccl_converter.fidelity.keys import clauses, loops
from aiccl_converter.fidelity.model import (
    CALL,
    RAISE,
    RETURN,
    WRITE,
    YIELD,
    Atom,
    Clause,
    Event,
    Facts,
    Place,
    Span,
    Unit,
)
from aiccl_converter.fidelity.operands import Operands, show
from aiccl_converter.fidelity.places import Places
from aiccl_converter.fidelity.reading.tables import ABSENT
from aiccl_converter.fidelity.report import Finding
from aiccl_converter.fidelity.sides import Side, chain
from aiccl_converter.fidelity.vocabulary import NEGATIVE, PLUMBING, POSITIVE, VALUES
from aiccl_converter.fidelity.words import bare, flat


class Pairs:
    """Judges one event of the view against one of the source."""

    def __init__(self, source: Facts, view: Facts, text: str = "", free: bool = False) -> None:
        self.free = free
        self.source = Side(source, None)
        self.view = Side(view, self.source.keys, text)
        self.known = self.source.exact
        self.places = Places(self.source.keys, self.view.keys, self.known, (source.atoms, view.atoms), free)
        self.operands = Operands(self.source.keys, self.view.keys, self.known)
        self.found: list[Finding] = []
        self._locals: set[str] | None = None
        self._meant: set[str] | None = None
        self._texts = ""
        self._shared: set[str] | None = None
        self._renamed: dict[tuple[str, str], str] = {}

    def pair(self, s: Event, v: Event, of_source: bool = False) -> list[tuple[str, str]]:
        """What is wrong if the view's event `v` is the source's event `s`."""
        wrong: list[tuple[str, str]] = []
        if s.kind in (RETURN, YIELD):
            tag = self.same_value(s, v)
            if tag and tag in _FREE_VALUES and self.view.vague(v, self.known, self.locals):
                return []
            if tag:
                return [(f"value-{tag}", "another value")]
            if "test" in (s.name, v.name) and s.name != v.name:
                if v.name == "test" and of_source:
                    return [("value-test", "another value")]
                return []
        elif s.kind == RAISE:
            pass
        elif s.kind == WRITE:
            found = self.operands.differ(s.value, s.place.unit, v.value, v.place.unit)
            if found is not None:
                wrong.append((f"value-{found[0]}", f"the value is {found[1]}"))
            elif s.op != v.op and {s.op, v.op} not in _SAME_OPS and s.op != "=" and v.op != "=":
                wrong.append(("op", f"{s.op} is {v.op} in the view"))
        else:
            wrong += self.arguments(s, v)
        if v.vague:
            return []
        vague = self.view.vague(v, self.known, self.locals)
        if vague and wrong and wrong[0][0].rpartition("-")[2] in ("both", "more", "less"):
            wrong = []
        same = self.places.same(s.place, v.place)
        flipped = [] if same else self.places.flipped(s.place, v.place) or self.places.left(s.place, v.place)
        if same:
            pass
        elif flipped:
            wrong.append(("flipped", f"stands under the opposite of {self.spell(flipped[0], self.source)}"))
        elif not vague and not (self.loose and s.kind == CALL and flat(s.name) in VALUES):
            lost = self.unguarded(s, v, self.source, self.view, False)
            if lost is not None:
                wrong.append(("unguarded", f"without its condition {self.spell(lost, self.source)}"))
            gained = self.unguarded(v, s, self.view, self.source, True)
            if gained is not None:
                wrong.append(
                    ("guarded", f"under a condition that is not the source's, {self.spell(gained, self.view)}")
                )
        if not vague and s.kind != RAISE:
            wrong += self.looped(s, v)
        return wrong

    def spell(self, clause: Clause, side: Side) -> str:
        atom, sign = clause.literals[0]
        words = side.facts.words[atom.left[0] : max(atom.left[1], atom.right[1])][:6]
        text = "".join(w if w[0] == "." else f" {bare(w)}" for w in words).strip(" .")
        return ("" if sign * atom.sign > 0 else "not ") + text

    def same_value(self, s: Event, v: Event) -> str:
        """Why two results cannot be the same value, or nothing; `name` is set where the value is one word."""
        a, b = s.name, v.name
        if "status" in (a, b):
            return ""
        if a and b:
            if a == b or (a in _NIL and b in _NIL):
                return ""
            if a == "nil" or b == "nil":
                return "nil"
            if (a == "test" and b in _TRUTH) or (b == "test" and a in _TRUTH):
                return ""
            if a[0] in '."#' and b[0] in '."#':
                return "word"
        elif "nil" in (a, b):
            return "nil"
        elif a in _TRUTH:
            mine = self.view.keys.of(v.value, v.place.unit)
            return "" if all(k in self.known or k[0] in '"#' or flat(k) in PLUMBING for k in mine) else "truth"
        found = self.operands.differ(s.value, s.place.unit, v.value, v.place.unit)
        if found is not None and found[0] == "name" and self.free and self.given_back(v):
            return ""
        return found[0] if found is not None else ""

    def given_back(self, v: Event) -> bool:
        """True for a result that is one name, which the source gives back too, be it elsewhere: set anew, or empty."""
        name = self.view.facts.words[v.value[0]] if v.value[1] - v.value[0] == 1 else ""
        words = self.source.facts.words
        return any(name in words[slice(*e.value)] for e in self.source.facts.events if e.kind == v.kind)

    def arguments(self, s: Event, v: Event) -> list[tuple[str, str]]:
        """Where the view passes other arguments. Names in keywords decide; else the order does."""
        if not v.args or not s.args:
            return []
        su, vu = s.place.unit, v.place.unit
        differ = self.operands.differ
        if len(s.args) == len(v.args) and not any(k in _SPREAD for k, _ in (*s.args, *v.args)):
            named = {key: span for key, span in s.args if key and key != "=>"}
            folded = any(p.kind == "list" for p in chain(v.place))
            for i, (key, span) in enumerate(v.args):
                theirs, mine = s.args[i]
                if key == "=>" or theirs == "=>":
                    continue
                if key in named:
                    mine = named[key]
                elif key and theirs:
                    continue
                found = differ(mine, su, span, vu)
                long = span[1] - span[0] > 3 or mine[1] - mine[0] > 3
                if found is not None and found[0] == "other" and (self.loose or self.free):
                    if long or (self.free and self.outlined(span, vu)):
                        continue
                if found is not None and not folded:
                    return [(f"arg-{found[0]}", f"argument {i + 1} is {found[1]}")]
            return []
        if self.free and s.made and v.made and len(v.args) > len(s.args):
            later = [(k, span) for k, span in v.args if k and (WRITE, k) in self.source.buckets]
            if len(v.args) - len(later) == len(s.args) and all(k for k, _ in s.args):
                return []  # fields that the source sets after it has made the object
        found = differ((min(s.recv[0], s.value[0]), s.value[1]), su, v.value, vu)
        if found is not None and found[0] in ("other", "both", "more"):
            return [(f"argset-{found[0]}", f"arguments are {found[1]}")]
        return []

    def outlined(self, span: Span, unit: Unit) -> bool:
        """True for an operand of a view that tells several by one: a text with holes, words of English."""
        if any(k[0] == '"' and "{}" in k for k in self.view.keys.of(span, unit)):
            return True
        return any(
            w[0] not in '"#' and bare(w) not in self.known and w not in unit.defs and w not in unit.params
            for w in self.view.facts.words[span[0] : span[1]]
        )

    def unguarded(self, one: Event, two: Event, a: Side, b: Side, turned: bool) -> Clause | None:
        """The nearest condition of `one` that `two` does not stand under, nor mentions in its statement."""
        if self.free and not turned and self.hoisted(one):
            return None
        place: Place | None = one.place
        theirs = clauses(two.place)
        depth = 0
        while place is not None and place.kind not in ("handler", "unit") and (depth == 0 or not self.loose):
            if place.test is not None and place.kind == "if":
                depth += 1
                up = len(clauses(place.up)) if place.up is not None else 0
                found = self.unmet(one, two, clauses(place)[up:], theirs, a, b, turned)
                if found is not None:
                    return found
            place = place.up
        return None

    def hoisted(self, s: Event) -> bool:
        """True for a call that the source makes in both branches of a test, or for its value alone in several places:
        made once before, it is the same call."""
        others = [e for e in self.source.buckets.get((s.kind, s.name), ()) if e is not s]
        if s.kind != CALL or not others or len(self.view.buckets.get((s.kind, s.name), ())) > len(others):
            return False
        if not s.effect and not any(e.effect for e in others) and len(self.view.buckets[s.kind, s.name]) == 1:
            return True
        mine = {(id(c.literals[0][0]), c.literals[0][1]) for c in clauses(s.place) if len(c.literals) == 1}
        return any(
            len(c.literals) == 1 and (id(c.literals[0][0]), -c.literals[0][1]) in mine
            for e in others
            for c in clauses(e.place)
        )

    def unmet(
        self, one: Event, two: Event, own: list[Clause], theirs: list[Clause], a: Side, b: Side, turned: bool
    ) -> Clause | None:
        """The first of `own` conditions where none of them is met by the place of `two`, or named near it."""
        for clause in own:
            if self.places.standing(clause, theirs, turned) is not None:
                return None
        # named near by, or in no words that can be looked for
        start, end = b.statement(two.index - 1 if two.index else 0)
        near = {bare(b.facts.words[i]) for i in range(start, end)}
        near -= {bare(w) for a0, a1 in (one.value, one.recv) for w in a.facts.words[a0:a1]}
        if self.free and not turned:  # what an operand itself is chosen by
            near |= self.chosen(two, b)
        for clause in own:
            for atom, _ in clause.literals:
                keys = a.keys.atom(atom)
                if not keys or not keys.isdisjoint(near):
                    return None
        if turned and any(self.tested(atom) for clause in own for atom, _ in clause.literals):
            return None
        for c in theirs:
            if any(atom.op == "w" for atom, _ in c.literals):
                return None
        if theirs and self.free and any(self.subjectless(atom, b) for atom, _ in theirs[-1].literals):
            return None
        if any(p.kind == "handler" for p in chain(two.place)):
            return None
        return own[0] if own else None

    def chosen(self, event: Event, side: Side) -> set[str]:
        """The words of the tests inside an event's operands."""
        got: set[str] = set()
        asides = side.facts.asides
        for a, b in (event.recv, event.value):
            for i in range(a, min(b, a + 200)) if asides else ():
                end = asides.get(i)
                if end is not None and end <= b:
                    for w in side.facts.words[i:end]:
                        got.add(bare(w))
                        got |= side.keys.local(w, event.place.unit) if w[0] not in '."#' else set()
        return got

    def subjectless(self, atom: Atom, side: Side) -> bool:
        """True for a test that leaves out what it asks about: `none?`, `empty?`, `null|..`."""
        if atom.op != "t" or atom.left[1] - atom.left[0] != 1:
            return False
        word = side.facts.words[atom.left[0]]
        return word in ABSENT or bare(word).lower() in NEGATIVE or bare(word).lower() in POSITIVE

    def tested(self, atom: Atom) -> bool:
        """True where the source tests the same thing somewhere: an exit or a value may carry the condition there."""
        return any(self.places.relation(s, atom) is not None for s in self.source.facts.atoms)

    def looped(self, s: Event, v: Event) -> list[tuple[str, str]]:
        ls, lv = loops(s.place), loops(v.place)
        if not ls and not lv:
            return []
        if not ls or not lv:
            if any(p.kind == "list" for p in chain(v.place if ls else s.place)):
                return []  # a list of values gone through step by step
            if not ls and any(p.kind == "list" for p in lv[-1:]):
                return []
        if ls and not lv:
            start, end = self.view.statement(v.index - 1 if v.index else 0)
            if end - start > 200 or any(bare(w) in _EACH for w in self.view.facts.words[start:end]):
                return []
            return [("unlooped", "out of its loop")]
        if lv and not ls:
            return [("looped", "in a loop that the source has not")]
        if len(ls) == len(lv):
            found = self.operands.differ(ls[-1].span, ls[-1].unit, lv[-1].span, lv[-1].unit)
            if found is not None:
                return [(f"loop-{found[0]}", f"in a loop over {found[1]}")]
            return []
        mine = self.source.keys.of(ls[-1].span, ls[-1].unit)
        theirs: frozenset[str] = frozenset()
        for p in lv:
            theirs |= self.view.keys.of(p.span, p.unit)
        if mine and theirs and mine.isdisjoint(theirs) and not self.operands.alike(mine, theirs):
            return [("loop-other", f"in a loop over {show(theirs)}, not {show(mine)}")]
        return []

    @property
    def locals(self) -> set[str]:
        """Names that either side binds."""
        if self._locals is None:
            self._locals = set()
            for side in (self.source, self.view):
                for unit in side.keys.units.values():
                    self._locals.update(unit.defs)
        return self._locals

    @property
    def shared(self) -> set[str]:
        """Locals that go by one name on both sides."""
        if self._shared is None:
            mine = {n for u in self.source.keys.units.values() for n in u.defs}
            self._shared = {n for u in self.view.keys.units.values() for n in u.defs if n in mine}
        return self._shared

    @property
    def loose(self) -> bool:
        """True where the view is told in English somewhere."""
        if self.view.wordy is None and self.view.facts.events:
            self.view.vague(self.view.facts.events[0], self.known, self.locals)
        return bool(self.view.wordy)


_SAME_OPS: list[set[str]] = [{"++", "+="}, {"--", "-="}, {"||=", "??="}, {"or=", "||="}]
_SPREAD = frozenset(("*", "**", "...", "&"))
_NIL = frozenset(("nil", ".nil"))
_TRUTH = frozenset((".true", ".false"))
_EACH = frozenset(
    """
    each every all any for map foreach both likewise same per whose those first last sum count group
    """.split()
)
_FREE_VALUES = frozenset(("both", "more", "less", "other", "nil"))

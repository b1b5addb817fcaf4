"""Aligns the facts of two sides and says where the view contradicts the source.

Contract: `Alignment(source, view, source_text)` with `findings()` (contradictions) and `kept()` (weights stated and in
all, what is missing). Events meet in buckets of one callee, target or kind; within a bucket the partner that contradicts
least is taken, so an event is wrong only where every reading of it is wrong. What no fact settles is not held against a
view.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict

from aiccl_converter.fidelity.keys import Keys, clauses, loops
from aiccl_converter.fidelity.model import (
    CALL,
    LOOP,
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
from aiccl_converter.fidelity.report import Finding
from aiccl_converter.fidelity.vocabulary import LOG_OBJECTS, PLUMBING, TYPE_WORDS
from aiccl_converter.fidelity.words import bare, chunks, flat, is_error

_BIG = 12
_DIRECT = frozenset(("if", "or"))


def lines(facts: Facts, text: str) -> list[int]:
    """Where the steps of a unit begin among the words; steps of one line of the text are one."""
    got: list[int] = []
    last = -1
    for index, pos in sorted(facts.tops):
        if text and 0 <= last < pos and "\n" not in text[last:pos]:
            continue
        last = pos
        got.append(index)
    return got


class Side:
    """One side's facts with their keys, buckets and statement bounds."""

    def __init__(self, facts: Facts, other: Keys | None, text: str = "") -> None:
        self.facts = facts
        self.keys = Keys(facts, other)
        for event in facts.events:
            self.keys.units.setdefault(event.place.unit.name, event.place.unit)
        self.buckets: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in facts.events:
            kind = event.kind
            if event.log or (kind == WRITE and event.local):
                continue
            if kind in (RETURN, YIELD, LOOP):
                self.buckets[(kind, event.place.unit.name)].append(event)
            elif (kind != RAISE or not event.made) and flat(event.name) not in _FORMS:
                self.buckets[(kind, event.name)].append(event)
        self.stops = sorted(set(facts.stops))
        self.tops = lines(facts, text)
        self.wordy: list[int] | None = None
        self.exact = {w[1:] if w[0] == "." else w for w in facts.words}

    def statement(self, index: int) -> Span:
        """The words of the innermost statement around a word."""
        i = bisect_right(self.stops, index)
        start = self.stops[i - 1] if i else 0
        end = self.stops[i] if i < len(self.stops) else len(self.facts.words)
        return start, end

    def vague(self, event: Event, known: set[str], names: set[str]) -> bool:
        """True where the step around an event is told in English, at least in part."""
        if self.wordy is None:
            self.wordy = sorted(
                {
                    *self.facts.phrases,
                    *(
                        i
                        for i, w in enumerate(self.facts.words)
                        if w[0] not in '"#'
                        and bare(w) not in known
                        and w not in names
                        and flat(bare(w)) not in PLUMBING
                        and flat(bare(w)) not in TYPE_WORDS
                        and w not in _VERBS
                    ),
                }
            )
        if event.vague or any(p.kind == "told" for p in _chain(event.place)):
            return True
        return self.english_near(max(event.index - 1, 0))

    def english_near(self, index: int) -> bool:
        """True where the line around a word has English in it."""
        if not self.wordy:
            return False
        i = bisect_right(self.tops, index)
        start = self.tops[i - 1] if i else 0
        end = self.tops[i] if i < len(self.tops) else len(self.facts.words)
        at = bisect_right(self.wordy, start - 1)
        return at < len(self.wordy) and self.wordy[at] < end


class Alignment:
    """The comparison of two sides."""

    def __init__(self, source: Facts, view: Facts, text: str = "") -> None:
        self.source = Side(source, None)
        self.view = Side(view, self.source.keys, text)
        self.known = self.source.exact
        self.places = Places(self.source.keys, self.view.keys, self.known, (source.atoms, view.atoms))
        self.operands = Operands(self.source.keys, self.view.keys, self.known)
        self.found: list[Finding] = []
        self._exits: dict[int, Atom] | None = None
        self._locals: set[str] | None = None
        self._shared: set[str] | None = None
        self._renamed: dict[tuple[str, str], str] = {}

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
    def loose(self) -> bool:
        """True where the view is told in English somewhere."""
        if self.view.wordy is None and self.view.facts.events:
            self.view.vague(self.view.facts.events[0], self.known, self.locals)
        return bool(self.view.wordy)

    @property
    def shared(self) -> set[str]:
        """Locals that go by one name on both sides."""
        if self._shared is None:
            mine = {n for u in self.source.keys.units.values() for n in u.defs}
            self._shared = {n for u in self.view.keys.units.values() for n in u.defs if n in mine}
        return self._shared

    # --- contradictions -----------------------------------------------------------------------------------------

    def findings(self) -> list[Finding]:
        """Where the view says other than the source."""
        self.errors()
        for key, views in self.view.buckets.items():
            sources = self.source.buckets.get(key)
            if not sources:
                self.stranger(key, views)
                continue
            if key[0] == LOOP:
                self.over(sources, views)
                continue
            self.bucket(key, sources, views)
        self.mentions()
        self.bound()
        self.exchanged()
        if self.view.facts.hollow > self.source.facts.hollow:
            self.note("hollow", "a branch or a loop does nothing where the source does something")
        if not self.source.facts.dead and any(not self.told(i) for i in self.view.facts.dead):
            self.note("dead-steps", "steps follow an exit that nothing guards")
        return self.found

    def told(self, index: int) -> bool:
        """True where the step that starts at a word is told in English."""
        if not self.loose:
            return False
        wordy = self.view.wordy or []
        start, end = self.view.statement(index)
        at = bisect_right(wordy, start - 1)
        return at < len(wordy) and wordy[at] < end

    def exchanged(self) -> None:
        """A literal that is gone while another stands more often than in the source: one was put for the other."""
        for what, mine, theirs in (
            ("literal", self.source.facts.texts, self.view.facts.texts),
            ("number", self.source.facts.numbers, self.view.facts.numbers),
        ):
            logs = self.source.facts.logs
            ours = Counter(t for t, i in mine if not any(a <= i < b for a, b in logs))
            shown = Counter(t for t, _ in theirs)
            gone = [t for t in ours if t and t not in shown and (what == "number" or chunks(t))]
            more = [t for t, n in shown.items() if t and n > ours.get(t, 0) > 0 and (what == "number" or chunks(t))]
            if gone and more and not any(p.kind == "list" for e in self.view.facts.events for p in _chain(e.place)):
                self.note(f"{what}-exchanged", f"{what} {more[0]!r} stands where the source has {gone[0]!r}")

    def over(self, sources: list[Event], views: list[Event]) -> None:
        """Each loop of the view goes over what some loop of the source goes over."""
        if len(sources) > _BIG or len(views) > _BIG:
            return
        for v in views:
            if v.name or not v.value[1] > v.value[0]:
                continue
            why = None
            for s in sources:
                found = self.operands.differ(s.value, s.place.unit, v.value, v.place.unit)
                if found is None:
                    why = None
                    break
                why = why or found
            if why is not None and not (self.loose and v.value[1] - v.value[0] > 1):
                self.note(f"over-{why[0]}", f"a loop over {why[1]}")

    def stranger(self, key: tuple[str, str], views: list[Event]) -> None:
        """A view's event whose kind and name the source has not."""
        kind, name = key
        if kind == CALL and name not in self.known:
            return  # judged as a name
        if kind == WRITE and name in self.known:
            for event in views:
                if (
                    not self.loose
                    and event.op == "="
                    and not event.local
                    and flat(name) not in PLUMBING
                    and name not in self.locals
                ):
                    self.note("strange-write", f"{name} is written, the source only reads it")
            return

    def bucket(self, key: tuple[str, str], sources: list[Event], views: list[Event]) -> None:
        if len(sources) > _BIG or len(views) > _BIG:
            if len(sources) == len(views):
                for s, v in zip(sources, views, strict=True):
                    self.best(key, s, [v], True)
            return
        tests = key[0] in (RETURN, YIELD)
        if len(sources) == len(views):  # mostly they correspond in order
            odd = [(s, v) for s, v in zip(sources, views, strict=True) if self.pair(s, v)]
            if not odd:
                return
            if len(sources) == 1:
                self.best(key, views[0], sources, False)
                return
        if key[0] == CALL and len(views) < len(sources):
            self.duplicates(key, sources, views)
        for v in views:
            if not v.made or not tests:
                self.best(key, v, sources, False)
        if len(views) < len(sources) and not tests:
            return  # several of them are one step of the view, or told in words
        for s in sources:
            if not s.made or not tests:
                self.best(key, s, views, True)

    def duplicates(self, key: tuple[str, str], sources: list[Event], views: list[Event]) -> None:
        """A call that the source makes more often than the view: each needs its own partner, or one that stands for
        several (in a loop over a list, in a helper, or under fewer conditions)."""
        if flat(key[1]) in PLUMBING or self.loose:
            return
        free = list(views)
        rest = []
        for s in sources:
            partner = next((v for v in free if not self.pair(s, v)), None)
            if partner is None:
                rest.append(s)
            else:
                free.remove(partner)
        for s in rest:
            mine = len(clauses(s.place))
            if not any(
                (len(clauses(v.place)) < mine or any(p.kind in ("list", "fn", "loop") for p in _chain(v.place)))
                and not self.pair(s, v)
                for v in views
            ):
                self.note("lost-repeat", f"call {key[1]} is made {len(sources)} times, {len(views)} times in the view")
                return

    def best(self, key: tuple[str, str], one: Event, others: list[Event], of_source: bool) -> None:
        """Notes what is wrong with the partner that contradicts `one` least."""
        if of_source and one.kind == RETURN and one.name in _NIL:
            if one.place.kind != "if" or not any(o.name in _NIL for o in others):
                return  # the end of a unit says as much
        least: list[tuple[str, str]] | None = None
        for other in others:
            s, v = (one, other) if of_source else (other, one)
            wrong = self.pair(s, v, of_source)
            if not wrong:
                return
            if least is None or len(wrong) < len(least):
                least = wrong
        kind, name = key
        what = f"{kind} {name}" if kind in (CALL, WRITE) else kind
        for tag, text in least or ():
            self.note(f"{kind}-{tag}" if of_source else f"{kind}-{tag}", f"{what}: {text}")

    def note(self, kind: str, text: str) -> None:
        if self.loose and kind in _PLAIN_ONLY:
            return  # told in English: too free to be held to the letter
        for f in self.found:
            if f.kind == kind and f.text == text:
                return
        self.found.append(Finding(kind, text))

    def pair(self, s: Event, v: Event, of_source: bool = False) -> list[tuple[str, str]]:
        """What is wrong if the view's event `v` is the source's event `s`."""
        wrong: list[tuple[str, str]] = []
        if s.kind in (RETURN, YIELD):
            tag = self.same_value(s, v)
            if tag and not (
                tag in ("both", "more", "less", "other", "nil") and self.view.vague(v, self.known, self.locals)
            ):
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
        flipped = self.places.flipped(s.place, v.place)
        if flipped:
            wrong.append(("flipped", f"stands under the opposite of {self.spell(flipped[0], self.source)}"))
        elif not vague:
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
        words = [bare(w) for w in side.facts.words[atom.left[0] : max(atom.left[1], atom.right[1])][:6]]
        return ("" if sign * atom.sign > 0 else "not ") + " ".join(words)

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
        return found[0] if found is not None else ""

    def arguments(self, s: Event, v: Event) -> list[tuple[str, str]]:
        """Where the view passes other arguments. Names in keywords decide; else the order does."""
        if not v.args or not s.args:
            return []
        su, vu = s.place.unit, v.place.unit
        differ = self.operands.differ
        if len(s.args) == len(v.args) and not any(k in _SPREAD for k, _ in (*s.args, *v.args)):
            named = {key: span for key, span in s.args if key and key != "=>"}
            folded = any(p.kind == "list" for p in _chain(v.place))
            for i, (key, span) in enumerate(v.args):
                theirs, mine = s.args[i]
                if key == "=>" or theirs == "=>":
                    continue
                if key in named:
                    mine = named[key]
                elif key and theirs:
                    continue
                found = differ(mine, su, span, vu)
                if found is not None and not folded:
                    return [(f"arg-{found[0]}", f"argument {i + 1} is {found[1]}")]
            return []
        found = differ((min(s.recv[0], s.value[0]), s.value[1]), su, v.value, vu)
        if found is not None and found[0] in ("other", "both", "more"):
            return [(f"argset-{found[0]}", f"arguments are {found[1]}")]
        return []

    def unguarded(self, one: Event, two: Event, a: Side, b: Side, turned: bool) -> Clause | None:
        """The nearest condition of `one` that `two` does not stand under, nor mentions in its statement."""
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
        for clause in own:
            for atom, _ in clause.literals:
                keys = a.keys.atom(atom)
                if not keys or not keys.isdisjoint(near):
                    return None
        if turned and any(self.exiting(atom) for clause in own for atom, _ in clause.literals):
            return None
        for c in theirs:
            if any(atom.op == "w" for atom, _ in c.literals):
                return None
        if any(p.kind == "handler" for p in _chain(two.place)):
            return None
        return own[0] if own else None

    def exiting(self, atom: Atom) -> bool:
        """True where the source leaves the unit or the loop under the same test: what follows stands under its opposite."""
        if self._exits is None:
            self._exits = {id(a): a for place in self.source.facts.exits for c in clauses(place) for a, _ in c.literals}
        return any(self.places.relation(s, atom) is not None for s in self._exits.values())

    def looped(self, s: Event, v: Event) -> list[tuple[str, str]]:
        ls, lv = loops(s.place), loops(v.place)
        if not ls and not lv:
            return []
        if not ls or not lv:
            if any(p.kind == "list" for p in _chain(v.place if ls else s.place)):
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

    def errors(self) -> None:
        """A shortened name of an error is that of an error: that there is one means that something failed."""
        for atom in self.view.facts.atoms:
            if atom.op == "t" and atom.left[1] - atom.left[0] == 1:
                word = self.view.facts.words[atom.left[0]]
                if word[0] not in '."#' and word in atom.unit.defs and not is_error(word):
                    if is_error(self.renamed(word, atom.unit)):
                        atom.sign = -atom.sign

    def renamed(self, name: str, unit: Unit) -> str:
        """What the source calls a local of the view: the same, or the one local that is made of the same words."""
        theirs = self.source.keys.units.get(unit.name)
        if theirs is None or name in theirs.defs:
            return name
        known = self._renamed.get((unit.name, name))
        if known is None:
            keys = self.view.keys.local(name, unit)
            same = [n for n in theirs.defs if n not in unit.defs and self.source.keys.local(n, theirs) == keys]
            known = self._renamed[unit.name, name] = same[0] if len(same) == 1 else name
        return known

    def bound(self) -> None:
        """Locals that are set in as many places on both sides are set under the same conditions."""
        ours: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for bind in self.source.facts.binds:
            ours[bind.place.unit.name, bind.name].append(bind)
        theirs: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for bind in self.view.facts.binds:
            theirs[bind.place.unit.name, self.renamed(bind.name, bind.place.unit)].append(bind)
        for key, views in theirs.items():
            sources = ours.get(key, ())
            if len(sources) != len(views):
                continue
            for s, v in zip(sources, views, strict=True):
                if self.view.vague(v, self.known, self.locals):
                    continue
                flipped = self.places.flipped(s.place, v.place)
                if flipped:
                    self.note(
                        "bind-flipped", f"{s.name} is set under the opposite of {self.spell(flipped[0], self.source)}"
                    )
                    continue
                lost = self.unguarded(s, v, self.source, self.view, False)
                if lost is not None:
                    self.note(
                        "bind-unguarded", f"{s.name} is set without its condition {self.spell(lost, self.source)}"
                    )

    def mentions(self) -> None:
        """Words that stand only under the opposite of what they stand under in the source."""
        source = self.where(self.source.facts)
        view = self.where(self.view.facts)
        for facts, table in ((self.source.facts, source), (self.view.facts, view)):
            for bind in facts.binds:
                name = bind.name if facts is self.source.facts else self.renamed(bind.name, bind.place.unit)
                table.setdefault(f"={name}", []).append(bind.place)
        for word, places in view.items():
            if (
                (word in self.locals and word not in self.shared)
                or word in _SILENT
                or (word[0] == '"' and not chunks(word))
                or flat(bare(word)) in LOG_OBJECTS
            ):
                continue
            theirs = source.get(word)
            if theirs is None and word[0] == '"' and len(word) > 6:  # a part of a longer text
                theirs = next((p for w, p in source.items() if w[0] == '"' and word[1:].strip("{} ") in w), None)
            if theirs is None or len(theirs) > _BIG or len(places) > _BIG:
                continue
            strict = len(theirs) <= 4 and word[0] in '.="#'
            wrong = self.turned(places, theirs, False, strict) or self.turned(theirs, places, True, False)
            if wrong is not None:
                self.note("word-flipped", f"{bare(word)} stands under the opposite of {self.spell(wrong, self.source)}")

    def turned(self, ones: list[Place], others: list[Place], of_source: bool, strict: bool) -> Clause | None:
        """The condition that one of `ones` turns round against all of `others`; where `strict`, places that stand under
        no condition at all speak for nothing."""
        for one in ones:
            if not clauses(one):
                continue
            wrong: Clause | None = None
            for other in others:
                s, v = (one, other) if of_source else (other, one)
                found = self.places.flipped(s, v)
                if found:
                    wrong = found[0]
                elif not strict or clauses(other):
                    wrong = None
                    break
            if wrong is not None:
                return wrong
        return None

    @staticmethod
    def where(facts: Facts) -> dict[str, list[Place]]:
        got: dict[str, list[Place]] = {}
        last: dict[str, Place] = {}
        words = facts.words
        if facts.logs:
            quiet = {i for a, b in facts.logs for i in range(a, b)}
            pairs = [(w, p) for i, (w, p) in enumerate(zip(words, facts.places, strict=True)) if i not in quiet]
        else:
            pairs = list(zip(words, facts.places, strict=True))
        for word, place in pairs:
            if last.get(word) is place:
                continue
            last[word] = place
            found = got.get(word)
            if found is None:
                got[word] = [place]
            elif place not in found:
                found.append(place)
        return got


def _chain(place: Place | None):  # type: ignore[no-untyped-def]
    while place is not None:
        yield place
        place = place.up


_SAME_OPS: list[set[str]] = [{"++", "+="}, {"--", "-="}, {"||=", "??="}, {"or=", "||="}]
_NOTHING = frozenset(("nil", ".nil", ".true", ".false"))
_FORMS = frozenset(("assert", "range", "errorf", "wrap", "wrapf", "sprintf", "format", "withmessage", "withstack"))
_SPREAD = frozenset(("*", "**", "...", "&"))
_VERBS = frozenset(
    (".save", ".query", ".delete", ".validate", ".transform", ".filter", ".Unlock", ".RUnlock", ".unlock")
)
_PLAIN_ONLY = frozenset(
    """return-value-both return-value-other return-value-less return-value-more return-value-nil return-value-truth return-value-word
    yield-value-both yield-value-other yield-value-less yield-value-more yield-value-nil yield-value-truth yield-value-word
    write-value-both write-value-other write-value-less write-value-more write-value-name
    call-arg-more call-arg-both return-guarded call-guarded raise-guarded write-guarded yield-guarded over-more over-both over-less
    call-loop-more call-loop-both call-loop-less write-loop-more write-loop-both call-unlooped write-unlooped call-looped raise-looped raise-unlooped
    return-looped return-unlooped strange-write lost-repeat""".split()
)
_NIL = frozenset(("nil", ".nil"))
_TRUTH = frozenset((".true", ".false"))
_SILENT = _NOTHING | {
    "self",
    "this",
    "cls",
    ".self",
    ".this",
    "#0",
    "#1",
    ".range",
    "err",
    "=err",
    "error",
    "=error",
    "errors",
    "fmt",
    ".New",
}
_EACH = frozenset(
    "each every all any for map foreach both likewise same per whose those first last sum count group".split()
)

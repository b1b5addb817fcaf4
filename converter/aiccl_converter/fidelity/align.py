"""Aligns the facts of two sides and says where the view contradicts the source.

Contract: `Alignment(source, view).findings()`. Events meet in buckets of one callee, target or kind; within a bucket
the partner that contradicts least is taken, so an event is wrong only where every reading of it is wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict

from aiccl_converter.fidelity.branches import Branches
from aiccl_converter.fidelity.keys import clauses
from aiccl_converter.fidelity.model import CALL, LOOP, RAISE, RETURN, WRITE, YIELD, Clause, Event, Facts, Place, Unit
from aiccl_converter.fidelity.pairs import Pairs
from aiccl_converter.fidelity.report import Finding
from aiccl_converter.fidelity.sides import chain
from aiccl_converter.fidelity.vocabulary import LOG_OBJECTS, PLUMBING, VALUES
from aiccl_converter.fidelity.words import bare, chunks, flat, is_error, said


class Alignment(Pairs):
    """The comparison of two sides."""

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
        self.branches()
        self.exchanged()
        self.relabelled()
        self.renamed_errors()
        self.picked()
        if self.view.facts.hollow > self.source.facts.hollow:
            self.note("hollow", "a branch or a loop does nothing where the source does something")
        if self.view.facts.absurd != self.source.facts.absurd:
            self.note("raise-flipped", "an error is given back where there is none")
        if not self.source.facts.dead and any(
            not self.told(i) and not self.told(left) for i, left in self.view.facts.dead
        ):
            self.note("dead-steps", "steps follow an exit that nothing guards")
        return self.found

    def branches(self) -> None:
        """Tests whose two branches are exchanged."""
        for test in Branches(
            self.source.facts, self.view.facts, (self.source.keys, self.view.keys), self.places
        ).turned():
            self.note("test-flipped", f"what {' '.join(test.raw[:6])} guards stands under its opposite")

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
            plain = [t for t in {*ours, *shown} if t and (what == "number" or chunks(t))]
            gone = [t for t in plain if t in ours and t not in shown]
            more = (
                [t for t in ours if t and shown[t] > ours[t]] if gone else [t for t in plain if shown[t] > ours[t] > 0]
            )
            if not gone:  # each still stands somewhere: one time less, and another one time more
                less = [t for t in plain if ours[t] > shown[t]]
                if (
                    len(less) == len(more) == 1
                    and ours[less[0]] - shown[less[0]] == shown[more[0]] - ours[more[0]] == 1
                ):
                    gone = less
            if gone and more and not any(p.kind == "list" for e in self.view.facts.events for p in chain(e.place)):
                self.note(f"{what}-exchanged", f"{what} {more[0]!r} stands where the source has {gone[0]!r}")

    def picked(self) -> None:
        """Where both sides pick items as often, none is picked by the opposite of its test."""
        ours, theirs = self.source.facts.items, self.view.facts.items
        if len(ours) != len(theirs) or len(ours) > _BIG:
            return
        for s, v in zip(ours, theirs, strict=True):
            if self.places.same(s, v):
                continue
            flipped = self.places.flipped(s, v)
            if flipped:
                self.note("test-flipped", f"items are picked by the opposite of {self.spell(flipped[0], self.source)}")

    def renamed_errors(self) -> None:
        """As many errors are raised as in the source, and one stands where the source has another."""
        ours = Counter(e.name for e in self.source.facts.events if e.kind == RAISE and e.made)
        shown = Counter(e.name for e in self.view.facts.events if e.kind == RAISE and e.made)
        if ours == shown:
            return
        less, more = ours - shown, shown - ours
        if sum(ours.values()) == sum(shown.values()) and len(less) == len(more) == 1 and next(iter(more)) in ours:
            if less.total() == more.total() == 1:
                self.note("raise-exchanged", f"{next(iter(more))} is raised where the source raises {next(iter(less))}")

    def relabelled(self) -> None:
        """A key of an item that is gone while another stands more often than in the source."""
        ours = Counter(n for n, kind in self.source.facts.strict if kind == "key")
        shown = Counter(n for n, kind in self.view.facts.strict if kind == "key")
        gone = [n for n in ours if n not in shown and n not in self.view.exact]
        more = [n for n in ours if shown[n] > ours[n]]
        if gone and more:
            self.note("key-exchanged", f"key {more[0]!r} stands where the source has {gone[0]!r}")

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
                    and event.recv[1] - event.recv[0] > 1
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
            if self.free:
                self.untold(key, sources, views)
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
            if not s.effect:
                continue
            mine = len(clauses(s.place))
            if not any(
                (len(clauses(v.place)) < mine or any(p.kind in ("list", "fn", "loop") for p in chain(v.place)))
                and not self.pair(s, v)
                for v in views
            ):
                self.note("lost-repeat", f"call {key[1]} is made {len(sources)} times, {len(views)} times in the view")
                return

    def untold(self, key: tuple[str, str], sources: list[Event], views: list[Event]) -> None:
        """A call that the source makes more often than the view, on something of which the view says nothing."""
        for s in sources:
            if not s.effect or s.log or flat(s.name) in PLUMBING:
                continue
            if any(not self.pair(s, v) for v in views):
                continue
            words = self.source.facts.words
            for i in (*range(*s.recv), *range(*s.value)):
                word = bare(words[i])
                if words[i][0] == "#" or len(word) < 3 or (words[i][0] == '"' and not chunks(word)):
                    continue
                if (
                    word in s.place.unit.defs
                    or word in self.view.exact
                    or flat(word) in PLUMBING
                    or flat(word) in VALUES
                ):
                    continue
                if not self.mentioned(word):
                    self.note("lost-step", f"call {key[1]} of {word} is not told")
                    return

    def mentioned(self, word: str) -> bool:
        """True where words of the view mean a name or a literal of the source."""
        if self._meant is None:
            self._meant = {
                k for w in self.view.exact if w and w[0] not in '"#' and w not in self.known for k in said(w)
            }
            self._texts = " ".join(w for w in self.view.exact if w and w[0] == '"')
        return not said(word).isdisjoint(self._meant) or word.lstrip('"') in self._texts

    def best(self, key: tuple[str, str], one: Event, others: list[Event], of_source: bool) -> None:
        """Notes what is wrong with the partner that contradicts `one` least."""
        if not of_source and one.kind == RETURN and one.name == "nil":
            return  # an exit; what follows tells whether it is right
        if of_source and one.kind == RETURN and one.name in _NIL:
            if one.name == "nil" and self.free and len(others) < self.exits:
                return  # several exits told as one, or as the other branch
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
            self.note(f"{kind}-{tag}", f"{what}: {text}")

    def note(self, kind: str, text: str) -> None:
        if (self.loose or self.free) and kind in _PLAIN_ONLY:
            return  # written by hand or told in English: too free to be held to the letter
        for f in self.found:
            if f.kind == kind and f.text == text:
                return
        self.found.append(Finding(kind, text))

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
                if self.places.same(s.place, v.place) or self.view.vague(v, self.known, self.locals):
                    continue
                flipped = self.places.flipped(s.place, v.place)
                if flipped:
                    self.note(
                        "bind-flipped", f"{s.name} is set under the opposite of {self.spell(flipped[0], self.source)}"
                    )
                    continue
                if self.free and len(sources) == 1 and s.name not in s.place.unit.params:
                    continue  # set in one place alone: where its condition does not hold, nothing has it
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
            source_marks = {self.places.mark(p, self.source.keys) for p in theirs}
            if source_marks == {self.places.mark(p, self.view.keys) for p in places}:
                continue
            strict = len(theirs) <= 4 and word[0] in '"#'
            wrong = self.turned(places, theirs, False, strict)
            if wrong is None and (len(places) >= len(theirs) or not self.loose):  # else it may be told once for several
                wrong = self.turned(theirs, places, True, False)
            if wrong is not None and self.free and not self.places.certain(wrong):
                continue  # the test itself is told in other words
            known = (f"call {bare(word)}:", f"write {bare(word)}:")
            if wrong is not None and not any(f.text.startswith(known) for f in self.found):
                self.note("word-flipped", f"{bare(word)} stands under the opposite of {self.spell(wrong, self.source)}")

    @property
    def exits(self) -> int:
        """How often the source leaves without a value."""
        return sum(e.kind == RETURN and e.name == "nil" for e in self.source.facts.events)

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
                if not found and len(ones) == len(others) == 1 and strict:
                    found = self.places.left(s, v)
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


_BIG = 12
_PLAIN_ONLY = frozenset(
    """
    return-value-both return-value-other return-value-less return-value-more return-value-nil return-value-truth
    return-value-word yield-value-both yield-value-other yield-value-less yield-value-more yield-value-nil
    yield-value-truth yield-value-word write-value-both write-value-other write-value-less write-value-more
    write-value-name call-arg-more call-arg-both return-guarded call-guarded raise-guarded write-guarded
    yield-guarded over-more over-both over-less call-loop-more call-loop-both call-loop-less write-loop-more
    write-loop-both call-unlooped write-unlooped call-looped raise-looped raise-unlooped return-looped
    return-unlooped strange-write lost-repeat
    """.split()
)
_NIL = frozenset(("nil", ".nil"))
_SILENT = frozenset(
    """
    nil .nil .true .false self this cls .self .this #0 #1 .range err =err error =error errors fmt .New
    """.split()
)

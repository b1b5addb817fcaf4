"""The share of a source's facts that a view still states.

Contract: `kept(source, view, stated)` weighs every fact of the source once and says which are missing. What AICCL may
leave out (logging, conversions, loop mechanics, types) weighs little or nothing; a callee, an error, a literal, a
parameter or a written attribute that no word of the view stands for is missing.
"""

from __future__ import annotations

from collections.abc import Collection

from aiccl_converter.fidelity.model import CALL, LOOP, RAISE, RETURN, WRITE, YIELD, Event
from aiccl_converter.fidelity.report import Finding
from aiccl_converter.fidelity.sides import Side
from aiccl_converter.fidelity.vocabulary import ANSWERS, PLUMBING, ROUTERS, VALUE_HEADS, VALUES
from aiccl_converter.fidelity.words import bare, chunks, flat, pieces, said, stem


class Kept:
    """The tally."""

    def __init__(self, source: Side, view: Side, stated: Collection[str], view_text: str, loose: bool = False) -> None:
        self.source = source
        self.view = view
        self.stated = stated
        self.total = 0.0
        self.have = 0.0
        self.count = 0
        self.missing: list[str] = []
        self.lost: list[Finding] = []
        self.loose = loose
        self.blob = view_text
        self.low = view_text.lower()
        self._body: set[str] | None = None
        self._written: set[str] | None = None
        self._english: set[str] | None = None
        self._bound: set[str] | None = None
        self._flats: set[str] | None = None
        self._free: set[str] | None = None

    @property
    def score(self) -> float:
        """Between 0 and 1; 1 for a source that has no facts."""
        return self.have / self.total if self.total else 1.0

    def fact(self, weight: float, stated: bool, kind: str, name: str) -> None:
        """One fact. Missing ones are listed, heavy ones also found wanting."""
        self.total += weight
        self.count += 1
        if stated or f"{kind} {name}" in self.stated or name in self.stated:
            self.have += weight
        elif weight >= 0.3:
            self.missing.append(f"{kind} {name}")
            self.lost.append(Finding(f"lost-{kind}", f"{kind} {name}"))

    def names(self, name: str, effect: bool = False) -> bool:
        """True where some word of the view stands for the name. A word that is a name of the source stands for itself
        alone; English and shortened names stand for what they are parts of or share a concept with."""
        if name in self.body or name in self.bound:
            return True
        split = pieces(name)
        if len(split) > 1 and split[0] in _ACCESS and "".join(split[1:]) in (self.written if effect else self.flats):
            return True
        if split[:1] == ("assert",) and "assert" in self.body:
            return True
        table = self.free
        mine = [p for p in dict.fromkeys(split) if p not in _SMALL] or list(split)
        held = [stem(p) in table or not said(p).isdisjoint(table) for p in mine]
        if len(mine) == 1:
            return held[0] or not said(name).isdisjoint(table)
        if len(mine) == 2:
            return all(held) or (held[0] and mine[0] in self.english)
        return sum(held) >= len(mine) - 1

    @property
    def body(self) -> set[str]:
        """The view's words without the names of the units themselves."""
        if self._body is None:
            heads = set(self.view.facts.headers)
            self._body = (
                {bare(w) for i, w in enumerate(self.view.facts.words) if i not in heads} if heads else self.view.exact
            )
        return self._body

    @property
    def written(self) -> set[str]:
        """Names of the attributes and locals that the view writes, as the tables spell them."""
        if self._written is None:
            keys = {flat(key) for e in self.view.facts.events for key, _ in e.args if key}
            self._written = (
                keys | {flat(e.name) for e in self.view.facts.events if e.kind == WRITE} | {flat(b) for b in self.bound}
            )
        return self._written

    @property
    def english(self) -> set[str]:
        """The pieces of the view's own lower-case words."""
        if self._english is None:
            known = self.source.exact
            self._english = {
                w
                for w in (*self.view.facts.english, *self.view.exact)
                if w.islower() and w.isidentifier() and w not in known and w not in self.bound
            }
        return self._english

    @property
    def bound(self) -> set[str]:
        """Names that the view assigns."""
        if self._bound is None:
            self._bound = set()
            for unit in self.view.keys.units.values():
                self._bound.update(unit.defs)
        return self._bound

    @property
    def flats(self) -> set[str]:
        """The view's words as the tables spell them."""
        if self._flats is None:
            self._flats = {flat(w) for w in self.view.exact if w and w[0] not in '"#'}
        return self._flats

    @property
    def free(self) -> set[str]:
        """The keys of the view's own words."""
        if self._free is None:
            known = self.source.exact
            words = {w for w in self.view.exact if w and w[0] not in '"#' and (w not in known or w in _VERBS)}
            words.update(w for w in self.view.facts.english if w not in known)
            self._free = {k for w in words for k in said(w)}
        return self._free

    def run(self) -> Kept:
        """Weighs everything."""
        seen: set[tuple[str, str]] = set()
        view = self.view
        exact = view.exact
        effects = {(CALL, e.name) for e in self.source.facts.events if e.effect}
        theirs: dict[str, set[str]] = {}
        for p in view.facts.parameters:
            theirs.setdefault(p.unit, set(view.facts.typed)).add(p.name)
        for p in self.source.facts.parameters:
            if p.name in _HANDED_ON:
                continue
            names = theirs.get(p.unit)
            self.fact(
                1.0,
                (names is not None and p.name in names)
                or ((names is None or not p.whole) and (p.name in exact or self.names(p.name))),
                "parameter" if p.whole else "pattern",
                p.name,
            )
        for e in self.source.facts.events:
            kind = e.kind
            name = e.name
            if kind == CALL:
                if e.log or (kind, name) in seen:
                    continue
                seen.add((kind, name))
                low = flat(name)
                if name in e.place.unit.params and e.effect and not self.loose:
                    self.fact(1.0, (CALL, name) in self.view.buckets, "call", name)
                    continue
                if name in e.place.unit.params or name in e.place.unit.defs:
                    if e.effect and name in e.place.unit.defs and self.idle(name):
                        self.fact(1.0, False, "call", name)
                    continue  # a function that is bound here goes by its own name
                if name in self.body:
                    self.fact(1.0, True, "call", name)
                elif (
                    low in PLUMBING
                    or (self.view.facts.statuses and low in ANSWERS)
                    or (self.view.facts.routes and low in ROUTERS)
                ):
                    self.fact(0.1, self.names(name), "call", name)
                else:
                    effect = (e.effect or (CALL, name) in effects) and not self.builds(e)
                    value = low in VALUES or (pieces(name)[:1] and pieces(name)[0] in VALUE_HEADS)
                    value = value or (e.op == "build" and not effect)
                    weight = 1.0 if not value else 0.5 if effect else 0.2
                    if name == e.place.unit.name and "itself" in self.view.exact:
                        continue
                    said_so = self.names(name, effect) or (
                        name == e.place.unit.name and not _SUPER.isdisjoint(self.view.exact)
                    )
                    said_so = said_so or (low in _MERGES and self.view.facts.spreads > self.source.facts.spreads)
                    value = value and not (effect and low in VALUES and not self.loose and self.called_on(e))
                    if low in VALUES and not effect:
                        value = True
                    plain = not effect and (value or self.loose)
                    kind = "value" if plain or (value and low in VALUES) else "call"
                    self.fact(weight, said_so, kind, name)
            elif kind == RAISE:
                if name and (kind, name) not in seen:
                    seen.add((kind, name))
                    self.fact(1.0, name in exact or '"' + name in exact or self.names(name), "error", name)
            elif kind == WRITE:
                if not e.local and (kind, name) not in seen:
                    seen.add((kind, name))
                    self.fact(1.0, name in exact or self.names(name), "write", name)
            elif kind == LOOP:
                keys = self.source.keys.of(e.value, e.place.unit)
                if keys:
                    self.fact(
                        0.2,
                        not keys.isdisjoint(exact) or any(self.names(k) for k in keys if k[0] not in '"#'),
                        "loop",
                        " ".join(sorted(keys)[:3]),
                    )
            elif kind in (RETURN, YIELD) and e.name and e.name[0] in '."#' and e.name not in _PLAIN:
                shown = e.name[1:] if e.name[0] == "." else e.name
                if (kind, e.name) not in seen:
                    seen.add((kind, e.name))
                    said_so = shown in exact or self.text(shown) or self.names(shown) or shown in ("Ok", "Err", "Some")
                    self.fact(1.0, said_so, "outcome" if self.loose else "result", shown)
        self.literals()
        return self

    def idle(self, name: str) -> bool:
        """True for a function that the view gives its name and never uses. A component's state is set in other words
        than by its setter."""
        if name not in self.bound or name in self.body or "useState" in self.body:
            return False
        return _CHANGES.isdisjoint(self.view.exact)

    def builds(self, e: Event) -> bool:
        """True for a call that only adds to a local (`xs.extend(ys)`): a restated loop or literal says as much."""
        if e.recv[1] - e.recv[0] != 1 or flat(e.name) not in VALUES:
            return False
        word = self.source.facts.words[e.recv[0]]
        return word in e.place.unit.defs and word not in e.place.unit.params

    def called_on(self, e: Event) -> bool:
        """True for a call on an object; a library class (`System.arraycopy`) is none."""
        return e.recv[1] > e.recv[0] and not bare(self.source.facts.words[e.recv[1] - 1])[:1].isupper()

    def literals(self) -> None:
        logs = self.source.facts.logs
        done: set[str] = set()
        for text, i in self.source.facts.texts:
            if text in done or not text or any(a <= i < b for a, b in logs):
                continue
            done.add(text)
            kind = "mark" if self.loose and len(chunks(text)) < 3 else "literal"
            self.fact(1.0 if len(text) > 1 else 0.2, self.text(text), kind, repr(text))
        for text, i in self.source.facts.numbers:
            if text in done or any(a <= i < b for a, b in logs):
                continue
            done.add(text)
            said_so = (
                "#" + text in self.view.exact
                or text in self.blob
                or any(text == t for t, _ in self.view.facts.statuses)
            )
            self.fact(0.5, said_so, "figure" if self.loose else "number", text)

    def text(self, text: str) -> bool:
        """True where the view has a literal, whole or by its words."""
        text = text.lstrip('"')
        if text in self.blob:
            return True
        words = chunks(text)
        if not words:
            return True
        return all(w in self.blob or w.lower() in self.low or all(p in self.low for p in pieces(w)) for w in words)


_SMALL = frozenset(("a", "an", "the", "of", "to", "in", "by", "for", "and", "or", "on", "at", "as"))
_HANDED_ON = frozenset(("self", "this", "cls", "ctx", "_", "context"))
_ACCESS = frozenset(("get", "set", "is", "has", "with"))
_VERBS = frozenset(("save", "query", "delete", "validate", "transform", "filter"))
_PLAIN = frozenset((".nil", ".true", ".false", "#0", "#1", '"'))
_CHANGES = frozenset("toggle toggles toggled flip flips set sets open close clear reset resets show hide".split())
_SUPER = frozenset(("super", "base", "parent"))
_MERGES = frozenset(("update", "addall", "extend", "putall", "assign", "merge", "pushall", "addrange", "appendall"))
"""Callees that add all of one thing to another: `[*a,*b]` and `{**a,b=c}` say as much."""

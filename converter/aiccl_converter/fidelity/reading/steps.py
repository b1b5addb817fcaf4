"""Steps: branches, loops, handlers, scopes.

Contract: each gives True where it always leaves; what follows an early exit stands under its opposite.
"""

from __future__ import annotations

from typing import Any

from aiccl_converter.fidelity.model import CALL, LOOP, Event, Formula, Place, Span
from aiccl_converter.fidelity.reading.idioms import built_name, is_logging, last_name
from aiccl_converter.fidelity.reading.results import Results
from aiccl_converter.fidelity.reading.tables import ABSENT, AND, CALLS, EXITS, HELPER, NOTHING, OR, SCOPE_ENDS
from aiccl_converter.fidelity.words import IDENT, bare
from aiccl_converter.language import tree as T


class Steps(Results):
    """One part of the reader; see the contract above."""

    def do(self, n: T.Do, at: Place) -> Any:
        value = n.value
        if type(value) is T.Build and self.fields(value, at):
            return None
        if type(value) is T.Bin and value.op in AND:  # a && f(): a guard
            test = self.condition(value.left, at)
            if self.visit(value.right, self.place(at, "if", test, 1)):
                self.after.append((test, -1))
            return None
        if type(value) is T.Bin and value.op in OR:
            test = self.condition(value.left, at)
            if self.visit(value.right, self.place(at, "or", test, -1)):
                self.after.append((test, 1))
            return None
        before = len(self.events)
        alone = type(value) in (T.Member, T.Name)
        got = self.visit(value, at)
        while type(value) is T.Await or type(value) is T.Post or type(value) is T.OrElse:
            value = value.value
        if (
            type(value) is T.Name
            and value.id == "skip"
            and "skip" not in self.unit.defs
            and "skip" not in self.unit.params
        ):
            self.facts.exits.append(at)
            return True
        if alone and self.words:  # a call without parentheses
            end = len(self.words)
            event = Event(CALL, bare(self.words[-1]), at, (max(end - 2, 0), end - 1), (end, end), [], end)
            event.effect = True
            self.events.append(event)
        if type(value) in CALLS and len(self.events) > before:
            name = built_name(value)
            for event in reversed(self.events[before:]):
                if event.kind == CALL and event.name == name:
                    event.effect = True
                    break
        if type(value) is T.Call and last_name(value.fn) in EXITS:
            return True
        return got

    def branch(self, n: T.If, at: Place) -> bool:
        start, logs = len(self.words), len(self.facts.logs)
        test = self.condition(n.test, at)
        asked = len(self.words)
        yes = self.body(n.then, self.place(at, "if", test, 1))
        if not n.other and len(self.facts.logs) > logs and all(is_logging(s) for s in n.then):
            self.facts.logs.append((start, asked))  # asked only to log
        no = self.block(n.other, self.place(at, "if", test, -1)) if n.other else False
        if yes and not no:
            self.after.append((test, -1))
            if n.other and len(n.other) == 1 and type(n.other[0]) is T.If:  # a chain of exits
                self.after += self.passed
        elif no and not yes:
            self.after.append((test, 1))
        return yes and no

    def each(self, n: T.Each, at: Place) -> None:
        span = self.span(n.iter, at)
        literal_list = type(n.iter) is T.Coll  # a folded run of equal steps is no loop of its own
        inner = self.place(at, "list" if literal_list else "loop", span=span)
        self.events.append(Event(LOOP, "", inner, NOTHING, span, [], len(self.words)))
        for t in n.targets:
            self.target(t, span)
        self.body(n.body, inner)
        self.block(n.other, at)

    def during(self, n: T.While, at: Place) -> None:
        start = len(self.words)
        if n.test is None:
            inner = self.place(at, "loop")
        else:
            test = self.condition(n.test, at)
            inner = self.place(at, "loop", test, 1, (start, len(self.words)))
        self.events.append(Event(LOOP, "while", inner, NOTHING, (start, len(self.words)), [], len(self.words)))
        self.block(n.body, inner)
        self.block(n.other, at)

    def loop(self, n: T.Loop, at: Place) -> None:
        start = len(self.words)
        self.block(n.init, at)
        test = self.condition(n.test, at) if n.test is not None else None
        inner = self.place(at, "loop", test, 1, (start, len(self.words)))
        self.events.append(Event(LOOP, "for", inner, NOTHING, (start, len(self.words)), [], len(self.words)))
        self.block(n.step, inner)
        self.block(n.body, inner)

    def attempt(self, n: T.Try, at: Place) -> bool:
        leaves = self.body(n.body, at)
        for h in n.handlers:
            start = len(self.words)
            for t in h.types:
                self.visit(t, at)
                if type(t) is T.Name and t.id.endswith(("Error", "Exception")):
                    self.facts.strict.append((t.id, "type"))
            inner = self.place(at, "handler", span=(start, len(self.words)))
            if h.name:
                self.bind(h.name, (start, len(self.words)))
            leaves = self.block(h.body, inner) and leaves
        self.block(n.other, at)
        return self.block(n.final, at) or leaves

    def scoped(self, n: T.With, at: Place) -> bool:
        start = len(self.words)
        for item in n.items:
            self.visit(item, at)
        for word in SCOPE_ENDS:  # what the end of a scope does
            self.mention(word, at)
        return self.block(n.body, self.place(at, "with", span=(start, len(self.words))))

    def switch(self, n: T.Switch, at: Place, kind: str = "") -> bool:
        subject = self.span(n.subject, at)
        earlier: list[Formula] = []
        leave = bool(n.cases)
        closed = False
        for case in n.cases:
            test: Formula = None
            for label in case.labels:
                one = self.label(label, n.subject is not None, subject, at)
                test = one if test is None else ("|", test, one)
            inner = at
            for before in earlier:
                inner = self.place(inner, "if", before, -1)
            if test is not None:
                earlier.append(test)
                inner = self.place(inner, "if", test, 1)
            else:
                closed = True
            if case.guard is not None:
                inner = self.place(inner, "if", self.condition(case.guard, inner), 1)
            if kind and len(case.body) == 1 and not isinstance(case.body[0], (T.Return, T.Raise, T.If, T.Assign)):
                only = case.body[0]
                self.result(kind, only.value if isinstance(only, T.Do) else only, inner)
            else:
                leave = self.block(case.body, inner) and leave
        return leave and closed

    def label(self, n: T.Node, has_subject: bool, subject: Span, at: Place) -> Formula:
        if not has_subject:
            return self.condition(n, at)
        start = len(self.words)
        self.visit(n, at)
        if isinstance(n, T.Call):
            for arg in n.args:
                self.target(arg, subject)
        elif isinstance(n, T.Build):
            for arg in n.items:
                self.target(arg, subject)
        end = len(self.words)
        if end - start == 1 and self.words[start] in ABSENT:
            return self.atom("t", -1, subject, NOTHING)
        return self.atom("=", 1, subject, (start, end))

    def fails(self, n: T.Fail, at: Place) -> None:
        span = self.span(n.error, at)
        self.visit(n.action, self.place(at, "handler", span=span))

    def jump(self, n: T.Jump, at: Place) -> bool:
        self.facts.exits.append(at)
        return True

    def started(self, n: T.Go, at: Place) -> None:
        self.mention("." + n.word, at)
        self.block(n.body, self.place(at, "fn"))

    def word(self, n: T.Word, at: Place) -> bool:
        if n.word in ("global", "nonlocal"):
            for a in n.args:
                if isinstance(a, T.Name):
                    self.globals.add(a.id)
            return False
        start = len(self.words)
        if n.word == "assert" and n.args:
            test = self.condition(n.args[0], at)
            self.after.append((test, 1))
            for a in n.args[1:]:
                self.visit(a, at)
        else:
            for a in n.args:
                self.visit(a, at)
        name = n.word
        self.mention("." + name, at)
        end = len(self.words) - 1
        self.events.append(Event(CALL, name, at, NOTHING, (start, end), [("", (start, end))], start))
        self.events[-1].log = name == "log"
        return n.word in EXITS

    def nested(self, n: T.Block, at: Place) -> bool:
        head = n.head.strip()
        if head in ("loop", "forever", "repeat", "while true"):
            inner = self.place(at, "loop")
            self.events.append(Event(LOOP, "while", inner, NOTHING, NOTHING, [], len(self.words)))
            self.block(n.body, inner)
            return False
        if head:
            helper = HELPER.fullmatch(head) if self.free else None
            for name in IDENT.findall(head) if helper else ():  # `link(n): ..` is said once and used by its name
                if name not in self.fixed:
                    self.bind(name, None)
            self.loose(head, at)
        if head.endswith(":"):
            self.facts.phrases.append(max(len(self.words) - 1, 0))
            self.block(n.body, self.place(at, "told"))  # a label or a condition in words
            return False
        return self.block(n.body, at)

    def quirk(self, n: T.Quirk, at: Place) -> None:
        self.loose(n.text, at)

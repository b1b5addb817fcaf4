"""What a unit gives back: values, errors, statuses.

Contract: `^a?b:c` and `^a|b` are two results, each under its condition; a test given back is true under itself and
false else; an error given back as a value is a raise.
"""

from __future__ import annotations

from aiccl_converter.fidelity.keys import clauses
from aiccl_converter.fidelity.model import CALL, RAISE, RETURN, YIELD, Event, Place
from aiccl_converter.fidelity.reading.expressions import Expressions
from aiccl_converter.fidelity.reading.idioms import default_of, is_failure, is_status, is_test, is_zero
from aiccl_converter.fidelity.reading.tables import LEAVING, NOTHING
from aiccl_converter.fidelity.vocabulary import NIL, PLUMBING
from aiccl_converter.fidelity.words import bare, flat, is_error
from aiccl_converter.language import tree as T

TRUTH = frozenset((".true", ".false", ".nil"))
"""Results that a default may be."""


class Results(Expressions):
    """One part of the reader; see the contract above."""

    def give(self, n: T.Return, at: Place) -> bool:
        self.facts.exits.append(at)
        self.result(RETURN, n.value, at)
        return True

    def result(self, kind: str, value: T.Node | None, at: Place) -> None:
        """`^a?b:c` is two returns, each under its condition."""
        if type(value) is T.Cond:
            test = self.condition(value.test, at)
            self.result(kind, value.then, self.place(at, "if", test, 1))
            self.result(kind, value.other, self.place(at, "if", test, -1))
            return
        if type(value) is T.Switch:
            self.switch(value, at, kind)
            return
        if type(value) is T.Words and value.items and is_status(value.items[0]):  # `^404 "msg"`
            self.facts.statuses.append((value.items[0].text, len(self.words)))  # type: ignore[attr-defined]
            start = len(self.words)
            for item in value.items[1:]:
                self.visit(item, at)
            event = Event(kind, "status", at, NOTHING, (start, len(self.words)), [], len(self.words))
            self.events.append(event)
            return
        if is_status(value):
            self.facts.statuses.append((value.text, len(self.words)))  # type: ignore[union-attr]
            self.events.append(Event(kind, "status", at, NOTHING, NOTHING, [], len(self.words)))
            return
        if type(value) is T.Coll and value.open in ("", "(") and len(value.items) > 1:
            last = value.items[-1]
            if is_failure(last):
                self.throw(T.Raise(last), at)
                for item in value.items[:-1]:
                    if not is_zero(item):
                        self.visit(item, at)
                return
            if type(last) is T.Name and last.id in NIL:  # Go's nil error
                value = value.items[0] if len(value.items) == 2 else T.Coll("", value.items[:-1])
        elif value is not None and is_failure(value):
            self.throw(T.Raise(value), at)
            return
        kept, other = default_of(value) if value is not None else (None, None)
        if kept is not None and not is_test(value) and type(other) not in LEAVING:
            test = self.condition(kept, at)
            self.result(kind, kept, self.place(at, "or", test, 1))
            before = len(self.events)
            self.result(kind, other, self.place(at, "if", test, -1))
            for event in self.events[before:]:
                if event.kind == kind and event.name in TRUTH:
                    event.made = True
            return
        start = len(self.words)
        if is_test(value):
            test = self.condition(value, at)
            end = len(self.words)
        else:
            start, end = self.span(value, at)
            end = self.without_tail(start, end)
        name = ""
        if is_test(value):
            for word, sign in ((".true", 1), (".false", -1)):
                event = Event(kind, word, self.place(at, "if", test, sign), NOTHING, (start, end), [], end)
                event.made = True
                self.events.append(event)
            name = "test"
        elif end == start:
            name = "nil"
        elif end == start + 1 and self.words[start][0] in '."#':
            name = self.words[start]
        self.events.append(Event(kind, name, at, NOTHING, (start, end), [], end))

    def throw(self, n: T.Raise, at: Place) -> bool:
        self.facts.exits.append(at)
        if type(n.value) is T.Name and is_error(n.value.id) and self.absent(n.value.id, at):
            self.facts.absurd += 1
        start = len(self.words)
        before = len(self.events)
        self.visit(n.value, at)
        name = ""
        made = False
        if type(n.value) in (T.Call, T.Build, T.Un):
            if len(self.events) > before and self.events[-1].kind == CALL:
                made = True
                if not is_failure(n.value):
                    name = self.events[-1].name
                    self.events[-1].made = True
                else:
                    made = False
        elif start < len(self.words):
            name = bare(self.words[start])
            if type(n.value) in (T.Member, T.Name):
                name = bare(self.words[-1])
        if (
            name in ("err", "error", "e")
            or type(n.value) in (T.Template, T.Str)
            or (n.value is not None and is_failure(n.value))
        ):
            made = False
            name = ""
        elif (made and name[:1].islower() and flat(name) in PLUMBING) or (
            type(n.value) is T.Name and n.value.id in self.unit.defs and n.value.id not in self.unit.params
        ):  # a conversion, or a local: no name of an error
            made = False
            name = ""
        self.visit(n.cause, at)
        end = len(self.words)
        event = Event(RAISE, name, at, NOTHING, (start, end), [], end)
        event.made = made
        self.events.append(event)
        return True

    def absent(self, name: str, at: Place) -> bool:
        """True where the nearest condition says that there is no such error."""
        for clause in clauses(at)[-1:]:
            for atom, sign in clause.literals:
                a, b = atom.left
                if sign > 0 and atom.op == "t" and b - a == 1 and self.words[a] == name:
                    return True
        return False

    def produce(self, n: T.Yield, at: Place) -> None:
        self.facts.yields += 1
        self.result(YIELD, n.value, at)

"""Tests as formulas.

Contract: `condition` reads a test in any spelling and gives a formula of atoms: presence and truth, equality, order,
membership and type, pushed to one form; what `and` and `or` guard stands under their left side.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Atom, Formula, Place
from aiccl_converter.fidelity.reading.idioms import also, error_sign, is_list, last_name, says_null
from aiccl_converter.fidelity.reading.leaves import Leaves
from aiccl_converter.fidelity.reading.tables import (
    ABSENT,
    AND,
    EQUAL,
    HOLDS,
    HOLDS_LAST,
    MEMBER,
    NOT,
    NOTHING,
    OR,
    ORDER,
    TYPE,
    TYPE_CALLS,
)
from aiccl_converter.fidelity.vocabulary import NEGATIVE, PRESENCE
from aiccl_converter.fidelity.words import flat
from aiccl_converter.language import tree as T


class Conditions(Leaves):
    """One part of the reader; see the contract above."""

    def condition(self, n: T.Node | None, at: Place) -> Formula:
        """Reads a test and gives its formula; what `and` and `or` guard stands under their left side."""
        kind = type(n)
        if kind is T.Bin:
            op = n.op  # type: ignore[union-attr]
            left, right = n.left, n.right  # type: ignore[union-attr]
            if op in AND:
                a = self.condition(left, at)
                b = self.condition(right, self.place(at, "or", a, 1))
                return ("&", a, b)
            if op in OR:
                told = also(left, right) or self.shared(left, right)
                if told is not None:
                    return self.condition(told, at)
                if says_null(right) and type(left) in (T.Name, T.Member):  # `a or b null`
                    left = T.Bin(right.op, left, right.right)
                a = self.condition(left, at)
                b = self.condition(right, self.place(at, "or", a, -1))
                return ("|", a, b)
            if op in (":=", "="):
                self.assign_to([left], right, "=", at)
                return self.condition(left, at)
            return self.compare(op, left, right, at)
        if kind is T.Un and n.op in NOT:  # type: ignore[union-attr]
            return ("!", self.condition(n.value, at))  # type: ignore[union-attr]
        if kind is T.Name:
            form = self.unit.forms.get(n.id)  # type: ignore[union-attr]
            start = len(self.words)
            self.name(n, at)  # type: ignore[arg-type]
            if form is not None:
                return form
            return self.atom("t", error_sign(n), (start, len(self.words)), NOTHING)
        if kind is T.OrElse:
            a = self.condition(n.value, at)  # type: ignore[union-attr]
            b = self.condition(n.other, self.place(at, "or", a, -1))  # type: ignore[union-attr]
            return ("|", a, b)
        if kind is T.Await or kind is T.Post:
            return self.condition(n.value, at)  # type: ignore[union-attr]
        if kind is T.Words or is_list(n):
            return self.worded(n, at)  # type: ignore[arg-type]
        if kind is T.Coll and len(n.items) == 1 and n.open == "(":  # type: ignore[union-attr]
            return self.condition(n.items[0], at)  # type: ignore[union-attr]
        start = len(self.words)
        self.visit(n, at)
        atom = self.atom("t", 1, (start, len(self.words)), NOTHING)
        if kind is T.Call and len(n.args) == 2 and last_name(n.fn) in TYPE_CALLS and self.events:  # type: ignore[union-attr]
            args = self.events[-1].args
            if len(args) == 2:  # isinstance(x, T) is `x is T`
                atom.op, atom.left, atom.right = "is", args[0][1], args[1][1]
                return atom
        if kind is T.Call and len(n.args) == 1 and last_name(n.fn) in TYPE_CALLS and self.events:  # type: ignore[union-attr]
            event = self.events[-1]
            if event.recv[1] > event.recv[0]:  # x.is_a?(T)
                atom.op, atom.left, atom.right = "is", event.recv, event.args[0][1]
                return atom
        if kind is T.Call and self.events and self.holding(n, atom):  # type: ignore[arg-type]
            return atom
        if kind is T.Call:
            name = last_name(n.fn)  # type: ignore[union-attr]
            atom.sign = PRESENCE.get(name, 1)
        elif kind is T.Member:
            atom.sign = PRESENCE.get(flat(n.name), 1)  # type: ignore[union-attr]
        return atom

    def shared(self, left: T.Node, right: T.Node) -> T.Node | None:
        """`encoding UTF_8 or US_ASCII`, `env is test or development`: a value that is no local has the first one's
        subject, in a view that is told freely."""
        if not self.free:
            return None
        if type(right) is T.Name:
            if right.id in self.unit.defs or right.id in self.unit.params or not right.id.isidentifier():
                return None
        elif type(right) not in (T.Str, T.Num):
            return None
        if type(left) is T.Un and left.op in NOT and type(left.value) is T.Name and type(right) is T.Name:
            if left.value.id not in self.unit.defs and left.value.id not in self.unit.params:  # `not list or tuple`
                return T.Un("not", T.Bin("or", left.value, right))
        if type(left) is T.Words and len(left.items) > 1 and type(left.items[-1]) in (T.Name, T.Str, T.Num):
            return T.Bin("or", left, T.Words([*left.items[:-1], right]))
        if type(left) is T.Bin and left.op == "is":
            return T.Bin("or", left, T.Bin("is", left.left, right))
        return None

    def holding(self, n: T.Call, atom: Atom) -> bool:
        """`xs.contains(x)` and `in_array(x, xs)` are `x in xs`."""
        name = last_name(n.fn)
        event = self.events[-1]
        if flat(event.name) != name:
            return False
        spans = [span for _, span in event.args]
        if name in HOLDS and len(spans) == 1 and event.recv[1] > event.recv[0]:
            atom.left, atom.right = spans[0], event.recv
        elif name in HOLDS_LAST and len(spans) >= 2:
            atom.left, atom.right = spans[0], spans[1]
        else:
            return False
        atom.op = "in"
        return True

    def compare(self, op: str, left: T.Node, right: T.Node, at: Place) -> Formula:
        words = self.words
        s = len(words)
        self.visit(left, at)
        m = len(words)
        self.visit(right, at)
        e = len(words)
        if op in ("is", ":=") and type(right) is T.Call:  # `x is Some(v)` binds v
            for arg in right.args:
                if type(arg) is T.Name and arg.id[:1].islower():
                    self.bind(arg.id, (s, m))
        if op in EQUAL:
            sign = EQUAL[op]
            if e - m == 1 and words[m] in ABSENT:
                return self.atom("t", -sign * error_sign(left), (s, m), NOTHING)
            if e - m == 1 and words[m] == ".true":
                return self.atom("t", sign * self.leaning(left), (s, m), NOTHING)
            if m - s == 1 and words[s] in ABSENT:
                return self.atom("t", -sign, (m, e), NOTHING)
            if op in ("is", "is not") and isinstance(right, T.Raw | T.Name | T.Call):
                return self.atom("is", sign, (s, m), (m, e))
            return self.atom("=", sign, (s, m), (m, e))
        order = ORDER.get(op)
        if order is not None:
            sign, turned = order
            a, b = ((m, e), (s, m)) if turned else ((s, m), (m, e))
            if e - m == 1 and words[m] == "#0" and turned:  # x > 0, x <= 0
                return self.atom("t", sign, (s, m), NOTHING)
            if e - m == 1 and words[m] == "#1" and not turned:  # x < 1, x >= 1
                return self.atom("t", -sign, (s, m), NOTHING)
            return self.atom("<", sign, a, b)
        if op in MEMBER:
            return self.atom("in", MEMBER[op], (s, m), (m, e))
        if op in TYPE:
            return self.atom("is", TYPE[op], (s, m), (m, e))
        return self.atom("t", 1, (s, e), NOTHING)

    def leaning(self, n: T.Node) -> int:
        if isinstance(n, T.Call):
            return PRESENCE.get(last_name(n.fn), 1)
        return 1

    def worded(self, n: T.Words, at: Place) -> Formula:
        """English as a condition: `modules empty`, `runtime set`, `none of a, b`."""
        start = len(self.words)
        sign = 1
        self.english += 1
        self.facts.phrases.append(len(self.words))
        items = list(n.items)
        while items:
            item = items.pop(0)
            if isinstance(item, T.Words) or is_list(item):
                items[:0] = item.items  # type: ignore[attr-defined]
            elif isinstance(item, T.Name):
                if item.id in NEGATIVE:
                    sign = -sign
                self.name(item, at)
            elif isinstance(item, T.Un) and item.op in NOT:
                sign = -sign
                self.visit(item.value, at)
            elif type(item) is T.Bin and item.op == "-" and type(item.left) is T.Name and item.left.id == "non":
                if type(item.right) is not T.Name or item.right.id not in NEGATIVE:  # `non-empty` is `nonempty`
                    sign = -sign
                self.visit(item, at)
            else:
                self.visit(item, at)
        self.english -= 1
        return self.atom("w", sign, (start, len(self.words)), NOTHING)

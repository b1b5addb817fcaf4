"""Tests as formulas.

Contract: `condition` reads a test in any spelling and gives a formula of atoms: presence and truth, equality, order,
membership and type, pushed to one form; what `and` and `or` guard stands under their left side.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import Atom, Formula, Place
from aiccl_converter.fidelity.reading.idioms import also, error_sign, is_list, last_name, says_null, spread
from aiccl_converter.fidelity.reading.leaves import Leaves
from aiccl_converter.fidelity.reading.tables import (
    ABSENT,
    AND,
    COMPARERS,
    EQUAL,
    EQUALS,
    HOLDS,
    HOLDS_LAST,
    LEAVING,
    MEMBER,
    NOT,
    NOTHING,
    OR,
    ORDER,
    QUANTITY,
    SEEKERS,
    TYPE,
    TYPE_CALLS,
)
from aiccl_converter.fidelity.vocabulary import FALSE, NEGATIVE, NIL, PRESENCE
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
        if kind is T.Pipe or (kind is T.Bin and n.op == ">"):  # type: ignore[union-attr]
            value, to = (n.value, n.to) if kind is T.Pipe else (n.left, n.right)  # type: ignore[union-attr]
            if type(to) is T.Name and self.names(to.id):  # `f(x)>n?..` gives n its name and asks whether it is there
                start = len(self.words)
                asked = self.condition(value, at)
                self.unit.defs.setdefault(to.id, []).append((start, len(self.words)))
                return asked
            known = type(to) is T.Name and (to.id in self.unit.params or to.id in self.fixed)
            if kind is T.Pipe and (known or type(to) not in (T.Coll, T.Words, T.Call, T.Name)):
                return self.compare(">", value, to, at)
        if kind is T.Cond and type(n.then) not in LEAVING and type(n.other) not in LEAVING:  # type: ignore[union-attr]
            a = self.condition(n.test, at)  # type: ignore[union-attr]
            b = self.condition(n.then, self.place(at, "or", a, 1))  # type: ignore[union-attr]
            c = self.condition(n.other, self.place(at, "or", a, -1))  # type: ignore[union-attr]
            return ("|", ("&", a, b), ("&", ("!", a), c))
        if kind is T.Name:
            form = self.unit.forms.get(n.id)  # type: ignore[union-attr]
            start = len(self.words)
            self.name(n, at)  # type: ignore[arg-type]
            if form is not None:
                if type(form) is Atom or (type(form[1]) is Atom and form[0] == "!"):
                    return form
                return ("=", form, self.atom("n", 1, (start, len(self.words)), NOTHING))
            return self.atom("t", self.naming(n), (start, len(self.words)), NOTHING)  # type: ignore[arg-type]
        if kind is T.OrElse:
            a = self.condition(n.value, at)  # type: ignore[union-attr]
            b = self.condition(n.other, self.place(at, "or", a, -1))  # type: ignore[union-attr]
            return ("|", a, b)
        if kind is T.Await or kind is T.Post:
            return self.condition(n.value, at)  # type: ignore[union-attr]
        if kind is T.Words or is_list(n) or (self.free and kind is T.Coll and len(n.items) > 1):  # type: ignore
            if kind is T.Words and len(n.items) == 2 and type(n.items[0]) is T.Raw:  # type: ignore[union-attr]
                sign = EQUAL.get(n.items[0].text)  # type: ignore[union-attr]
                if sign:  # `a and !=b`
                    return self.held(n.items[1], sign, at, "=")  # type: ignore[union-attr]
            told = spread(n)  # type: ignore[arg-type]
            return self.worded(n, at) if told is n else self.condition(told, at)  # type: ignore[arg-type]
        if kind is T.Coll and len(n.items) == 1 and n.open == "(":  # type: ignore[union-attr]
            return self.condition(n.items[0], at)  # type: ignore[union-attr]
        if kind is T.Call:
            told = self.equated(n, at)  # type: ignore[arg-type]
            if told is not None:
                return told
        if type(n) is T.Un and n.op == "in":  # `x and in xs`
            return self.held(n.value, 1, at)
        if type(n) is T.Un and n.op == "is":  # `x and is not T`
            if type(n.value) is T.Un and n.value.op in NOT:
                return self.held(n.value.value, -1, at, "is")
            return self.held(n.value, 1, at, "is")
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
            if name in PRESENCE and len(n.args) == 1 and self.events and flat(self.events[-1].name) == name:  # type: ignore
                event = self.events[-1]
                if event.recv[0] == event.recv[1] and event.args[0][1][1] > event.args[0][1][0]:  # isset(x)
                    atom.left = event.args[0][1]
        elif kind is T.Member:
            atom.sign = PRESENCE.get(flat(n.name), 1)  # type: ignore[union-attr]
        return atom

    def equated(self, n: T.Call, at: Place) -> Formula | None:
        """`a.equals(b)` and `Objects.equals(a, b)` are `a == b`; `strcmp(a, b)` is its opposite."""
        name = last_name(n.fn)
        sign = 1 if name in EQUALS else -1 if name in COMPARERS else 0
        if not sign or name in self.unit.defs or any(type(a) in (T.Lambda, T.Spread, T.Arg) for a in n.args):
            return None
        before = len(self.events)
        self.visit(n, at)
        event = self.events[-1] if len(self.events) > before else None
        if event is not None and flat(event.name) == name and event.args:
            spans = [span for _, span in event.args]
            if len(spans) == 1 and event.recv[1] > event.recv[0]:
                return self.atom("=", sign, event.recv, spans[0])
            if len(spans) >= 2:
                return self.atom("=", sign, spans[0], spans[1])
            return self.atom("t", 1, (event.recv[0], event.value[1]), NOTHING)
        return None

    def held(self, n: T.Node, sign: int, at: Place, op: str = "in") -> Formula:
        """`in xs`, `!=x`, the subject being that of the test before."""
        before = NOTHING
        if self.facts.atoms:
            last = self.facts.atoms[-1]
            before = last.left[0], last.left[0] + 1 if last.op == "w" else last.left[1]
        start = len(self.words)
        self.visit(n, at)
        return self.atom(op, sign, before, (start, len(self.words)))

    def names(self, name: str) -> bool:
        """True for a name that a view made by hand may give to a value: no name of the source that it could compare
        with, and nothing yet."""
        if not self.free or not name.isidentifier() or name in self.unit.defs or name in self.unit.params:
            return False
        return name not in self.fixed and not name[:1].isupper()

    def naming(self, n: T.Name) -> int:
        """The sign of a name alone: an error says that something failed, `empty?` and `null?` that nothing is there."""
        if self.free and n.id not in self.unit.defs and n.id not in self.unit.params:
            if (n.id in NEGATIVE and n.id not in FALSE) or n.id in NIL:
                return -1
        return error_sign(n)

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
        if type(left) is T.Name and left.id == "not" and op == "in":  # `x and not in xs`
            return self.held(right, -1, at)
        found = self.sought(op, left, right, at)
        if found is not None:
            return found
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

    def sought(self, op: str, left: T.Node, right: T.Node, at: Place) -> Formula | None:
        """What a library answers with a number or a mark: `strcmp(a, b) == 0` is `a == b`, `xs.indexOf(x) != -1` is
        `x in xs`, `it == xs.end()` is the absence of it, `typeof x === "undefined"` that of x."""
        if type(left) is T.Num and type(right) is T.Call and op in EQUAL:
            left, right = right, left
        if type(left) is T.Call and type(right) is T.Num and right.text == "0" and op in EQUAL:
            if last_name(left.fn) in COMPARERS:
                told = self.equated(left, at)
                return ("!", told) if EQUAL[op] > 0 and told is not None else told
        if type(left) is T.Call and last_name(left.fn) in SEEKERS and len(left.args) == 1:
            sign = _FOUND.get((op, "-1" if type(right) is T.Un and right.op == "-" else ""), 0)
            number = right.value if sign and type(right) is T.Un else right
            if type(number) is T.Num and not sign and number.text in ("0", "-1"):
                sign = _FOUND.get((op, number.text), 0)
            elif sign and not (type(number) is T.Num and number.text == "1"):
                sign = 0
            if sign:
                before = len(self.events)
                self.visit(left, at)
                self.visit(right, at)
                event = self.events[-1] if len(self.events) > before else None
                if event is not None and event.args and event.recv[1] > event.recv[0]:
                    return self.atom("in", sign, event.args[0][1], event.recv)
                return None
        if op in EQUAL and type(right) is T.Call and not right.args and last_name(right.fn) in ("end", "cend"):
            start = len(self.words)
            self.visit(left, at)
            end = len(self.words)
            self.visit(right, at)
            return self.atom("t", -EQUAL[op], (start, end), NOTHING)
        if op in EQUAL and type(left) is T.Un and left.op == "typeof" and type(right) is T.Str:
            if right.text[1:-1] == "undefined":
                start = len(self.words)
                self.visit(left.value, at)
                return self.atom("t", -EQUAL[op], (start, len(self.words)), NOTHING)
        return None

    def leaning(self, n: T.Node) -> int:
        if isinstance(n, T.Call):
            return PRESENCE.get(last_name(n.fn), 1)
        return 1

    def worded(self, n: T.Words, at: Place) -> Formula:
        """English as a condition: `modules empty`, `runtime set`, `none of a, b`."""
        start = len(self.words)
        sign = 1
        less = False
        self.english += 1
        self.facts.phrases.append(len(self.words))
        items = list(n.items)
        while items:
            item = items.pop(0)
            if isinstance(item, T.Words) or is_list(item):
                items[:0] = item.items  # type: ignore[attr-defined]
            elif isinstance(item, T.Name):
                lacks = item.id in NEGATIVE or item.id in NIL
                if lacks or (less and error_sign(item) < 0):  # `no error`
                    sign = -sign
                less = lacks
                self.name(item, at)
                if item.id in QUANTITY:
                    self.mention("#" + QUANTITY[item.id], at)
            elif isinstance(item, T.Un) and item.op in NOT:
                sign = -sign
                items.insert(0, item.value)
            elif isinstance(item, T.Bin) and (EQUAL.get(item.op) or MEMBER.get(item.op) or TYPE.get(item.op)) == -1:
                sign = -sign
                self.visit(item, at)
            elif type(item) is T.Bin and item.op == "-" and type(item.left) is T.Name and item.left.id == "non":
                if type(item.right) is not T.Name or item.right.id not in NEGATIVE:  # `non-empty` is `nonempty`
                    sign = -sign
                self.visit(item, at)
            else:
                self.visit(item, at)
        self.english -= 1
        return self.atom("w", sign, (start, len(self.words)), NOTHING)


_FOUND = {
    ("==", "-1"): -1, ("===", "-1"): -1, ("!=", "-1"): 1, ("!==", "-1"): 1, (">", "-1"): 1, ("<=", "-1"): -1,
    (">=", "0"): 1, ("<", "0"): -1,
}  # fmt: skip
"""Whether a comparison of a position says that something was found."""

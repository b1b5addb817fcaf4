"""Assignments: what is bound, what is written, under which condition.

Contract: a local is remembered with the words that it is made of; an attribute, an item or a global is an event.
"""

from __future__ import annotations

from aiccl_converter.fidelity.model import WRITE, Event, Place, Span
from aiccl_converter.fidelity.reading.conditions import Conditions
from aiccl_converter.fidelity.reading.idioms import default_of, is_membership, is_test, joins, owner_name, unchained
from aiccl_converter.fidelity.reading.tables import FORMS, KEEPS, LEAVING, NOTHING
from aiccl_converter.fidelity.words import bare
from aiccl_converter.language import tree as T


class Writes(Conditions):
    """One part of the reader; see the contract above."""

    def target(self, node: T.Node, source: Span) -> None:
        """Binds what a loop or an assignment introduces."""
        kind = type(node)
        if kind is T.Name:
            self.bind(node.id, source)  # type: ignore[attr-defined]
        elif kind is T.Coll or kind is T.Words:
            for item in node.items:  # type: ignore[attr-defined]
                if type(item) is T.Arg:  # `{a=1}`: a, 1 where there is none
                    self.bind(item.name, source)
                else:
                    self.target(item, source)
        elif kind is T.Spread or kind is T.Pair or kind is T.Arg:
            self.target(node.value, source)  # type: ignore[attr-defined]
        elif kind is T.Raw:
            self.bind(node.text, source)  # type: ignore[attr-defined]
        elif kind is T.Call or kind is T.Build:
            for item in getattr(node, "args", None) or getattr(node, "items", None) or ():
                self.target(item, source)

    def assign(self, n: T.Assign, at: Place) -> None:
        if n.type:
            self.loose(n.type, at)
        if self.free and n.op == "=" and len(n.targets) == 1 and n.value is not None and self.helper(n.targets[0]):
            self.visit(n.value, self.place(at, "told"))
            return
        if n.op in ("??=", "||=") and n.value is not None and len(n.targets) == 1:  # x ??= y is x = x ?? y
            self.assign_to(n.targets, T.Bin(n.op[:-1], n.targets[0], n.value), "=", at)
            return
        if n.op in KEEPS and len(n.targets) == 1:  # x??=y writes where x is missing
            test = self.condition(n.targets[0], at)
            self.write(n.targets, n.value, "=", self.place(at, "if", test, -1))
        elif n.op in ("=", ":=", "?="):
            self.assign_to(n.targets, n.value, "=", at)
        else:
            self.write(n.targets, n.value, n.op, at)

    def helper(self, n: T.Node) -> bool:
        """True for `bad(m,k)=..`, a step that a hand-written view names to say it once; it binds the names."""
        if type(n) is not T.Call or type(n.fn) is not T.Name or not n.fn.id[:1].islower():
            return False
        if n.fn.id in self.fixed or not all(type(a) is T.Name for a in n.args):
            return False
        for name in (n.fn, *n.args):
            self.bind(name.id, None)  # type: ignore[attr-defined]
        return True

    def assign_to(self, targets: list[T.Node], value: T.Node | None, op: str, at: Place) -> None:
        """Locals are bound, everything else is written. `x=c?a:b` assigns under its condition."""
        targets, value = unchained(targets, value)
        if type(value) is T.Cond and type(value.then) not in LEAVING and type(value.other) not in LEAVING:
            test = self.condition(value.test, at)
            self.assign_to(targets, value.then, op, self.place(at, "if", test, 1))
            self.assign_to(targets, value.other, op, self.place(at, "if", test, -1))
            return
        if len(targets) == 1 and value is not None:
            kept, other = default_of(value)
            if kept is not None and kept == targets[0] and type(other) not in LEAVING:
                test = self.condition(kept, at)
                self.assign_to(targets, other, op, self.place(at, "if", test, -1))
                return
        if len(targets) == 1 and type(targets[0]) is T.Name:
            name = targets[0].id
            if name in self.members and name not in self.unit.params:
                targets = [T.Member(None, name)]
            elif name.isidentifier() and name not in self.globals:
                start = len(self.words)
                if self.in_class == 0 and (
                    (type(value) in FORMS and (is_test(value) or joins(value))) or is_membership(value)
                ):
                    form = self.condition(value, at)
                    if name not in self.unit.defs and name not in self.unit.params:
                        self.unit.forms[name] = form
                    else:
                        self.unit.forms.pop(name, None)
                    end = len(self.words)
                else:
                    start, end = self.span(value, at)
                    self.unit.forms.pop(name, None)
                    if type(value) is T.Member:
                        self.unit.alias[name] = value.name
                    else:
                        self.unit.alias.pop(name, None)
                if self.in_class and name not in self.unit.params and self.unit.name == "":
                    self.facts.declared.append(("field", name))
                    self.mention("." + name, at)
                else:
                    self.unit.defs.setdefault(name, []).append((start, end))
                    if not (type(value) is T.Name and value.id == name):
                        self.facts.binds.append(Event("bind", name, at, NOTHING, (start, end), [], end))
                return
        if len(targets) == 1 and type(targets[0]) is T.Coll:
            targets = targets[0].items
        parts = value.items if type(value) is T.Coll and value.open in ("", "(", "[") else []
        if len(parts) == len(targets) > 1 and not any(type(x) is T.Spread for x in (*parts, *targets)):
            spans = [self.span(part, at) for part in parts]
            for target, span in zip(targets, spans, strict=True):
                self.written(target, span, op, at)
            return
        self.write(targets, value, op, at)

    def write(self, targets: list[T.Node], value: T.Node | None, op: str, at: Place) -> None:
        if len(targets) == 1 and type(targets[0]) is T.Member and targets[0].op == "?." and targets[0].obj is not None:
            at = self.place(at, "if", self.condition(targets[0].obj, at), 1)  # `x?.a=b` writes where x is there
        if len(targets) == 1 and value is not None:
            kept, other = default_of(value)
            if kept is not None and kept == targets[0]:  # x = x|y writes where x is missing
                test = self.condition(kept, at)
                at = self.place(at, "if", test, -1)
                value = other
        if type(value) is T.Cond:  # x.a=c?b:d is two writes, each under its condition
            test = self.condition(value.test, at)
            self.write(targets, value.then, op, self.place(at, "if", test, 1))
            self.write(targets, value.other, op, self.place(at, "if", test, -1))
            return
        kept, other = default_of(value) if value is not None else (None, None)
        if kept is not None and not is_test(kept) and type(other) not in LEAVING:
            test = self.condition(kept, at)
            self.write(targets, kept, op, self.place(at, "if", test, 1))
            self.write(targets, other, op, self.place(at, "if", test, -1))
            return
        targets, value = unchained(targets, value)
        span = self.span(value, at)
        for target in targets:
            self.written(target, span, op, at)

    def written(self, target: T.Node, value: Span, op: str, at: Place) -> None:
        kind = type(target)
        words = self.words
        if kind is T.Name:
            name = target.id  # type: ignore[attr-defined]
            if op != "=" or name in self.globals or not name.isidentifier():
                start = len(words)
                self.name(target, at)  # type: ignore[arg-type]
                local = name not in self.globals and name.isidentifier()
                if local:
                    self.unit.defs.setdefault(name, []).append(value)
                event = Event(WRITE, name.lstrip("@$"), at, (start, len(words)), value, [], len(words))
                event.local, event.op = local, op
                self.events.append(event)
            else:
                self.unit.defs.setdefault(name, []).append(value)
                self.facts.binds.append(Event("bind", name, at, NOTHING, value, [], len(words)))
            return
        if kind in (T.Coll, T.Words):
            for item in target.items:  # type: ignore[attr-defined]
                field = item.key if type(item) is T.Pair else item
                if type(target) is T.Coll and target.open == "{" and type(field) is T.Name:  # {a,b}=x takes x.a and x.b
                    start = len(words)
                    self.mention("." + field.id, at)
                    bound = item.value if type(item) is T.Pair else field
                    if type(bound) is T.Name:
                        self.unit.defs.setdefault(bound.id, []).extend((value, (start, start + 1)))
                        continue
                self.written(item, value, op, at)
            return
        if kind is T.Arg:  # `{a=1}` of a pattern: the default is read where there is no a
            self.visit(target.value, at)  # type: ignore[attr-defined]
            self.written(T.Name(target.name), value, op, at)  # type: ignore[attr-defined]
            return
        if kind in (T.Spread, T.Pair):
            self.written(target.value, value, op, at)  # type: ignore[attr-defined]
            return
        start = len(words)
        self.visit(target, at)
        end = len(words)
        if end == start:
            return
        root = words[start]
        local = root[0] not in '."#' and root in self.unit.defs
        last = next((w for w in reversed(words[start:end]) if w[0] not in '"#'), root)
        if kind is T.Index and not (len(target.args) == 1 and type(target.args[0]) is T.Str):  # type: ignore[attr-defined]
            last = "." + owner_name(target.obj) if owner_name(target.obj) else last  # type: ignore[attr-defined]
        if local and kind is T.Index:
            self.unit.defs[root].append((start, end))
            self.unit.defs[root].append(value)
        event = Event(WRITE, bare(last), at, (start, end), value, [], end)
        event.local, event.op = local, op
        self.events.append(event)

    def fields(self, n: T.Build, at: Place) -> bool:
        """`.{a,b=x}` and `obj{a=1}` as a step: fields written one by one."""
        owner = n.type
        if type(owner) is T.Name:
            if owner.id != "." and not (owner.id[:1].islower() or owner.id in self.unit.defs):
                return False
        elif type(owner) is not T.Member or owner.name[:1].isupper():
            return False
        if not any(type(i) is T.Arg for i in n.items):
            return False
        obj = None if type(owner) is T.Name and owner.id == "." else owner
        for item in n.items:
            if type(item) is not T.Arg:
                self.visit(item, at)
                continue
            names, value = unchained([T.Name(item.name)], item.value)
            targets: list[T.Node] = [T.Member(obj, t.id) if type(t) is T.Name else t for t in names]
            if len(targets) > 1:
                self.write(targets, value, "=", at)
            else:
                self.assign_to(targets, value, "=", at)
        return True

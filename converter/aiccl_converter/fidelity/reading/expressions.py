"""Calls, builds and everything with operands.

Contract: a call of any kind (`f(x)`, `new X(..)`, `X{..}`, markup) is one event with its arguments as spans; functions
handed to a map or a filter are loops over what they are called on.
"""

from __future__ import annotations

from typing import Any

from aiccl_converter.fidelity.model import CALL, LOOP, Event, Place, Span
from aiccl_converter.fidelity.reading.idioms import is_logger
from aiccl_converter.fidelity.reading.tables import ASKS, EACH, LIBRARIES, NOT, NOTHING, SIEVES, TESTS, VERBS, WHERE
from aiccl_converter.fidelity.reading.writes import Writes
from aiccl_converter.fidelity.vocabulary import LOGGING
from aiccl_converter.fidelity.words import IDENT, bare, flat, number
from aiccl_converter.language import tree as T


class Expressions(Writes):
    """One part of the reader; see the contract above."""

    def member(self, n: T.Member, at: Place) -> None:
        if n.obj is not None:
            self.visit(n.obj, at)
        if not n.name:  # `o?.[k]`, `f?.(x)`
            return
        self.words.append("." + n.name)
        self.places.append(at)
        self.facts.strict.append((n.name, "member"))

    def call(self, n: T.Call, at: Place) -> None:
        fn = n.fn
        words = self.words
        start = len(words)
        kind = type(fn)
        if kind is T.Member and not fn.name:  # type: ignore[attr-defined]  # `f?.(x)`
            fn = fn.obj  # type: ignore[attr-defined]
            kind = type(fn)
        while kind is T.Index:  # generic arguments
            for arg in fn.args:  # type: ignore[attr-defined]
                self.visit(arg, at)
            fn = fn.obj  # type: ignore[attr-defined]
            kind = type(fn)
        if kind is T.Member:
            if fn.obj is not None:  # type: ignore[attr-defined]
                self.visit(fn.obj, at)  # type: ignore[attr-defined]
            name = fn.name  # type: ignore[attr-defined]
        elif kind is T.Name:
            name = fn.id  # type: ignore[attr-defined]
            if not name.isidentifier():
                found = IDENT.findall(name)
                for w in found[:-1]:
                    self.mention(w, at)
                name = found[-1] if found else ""
        else:
            self.visit(fn, at)
            name = ""
        recv = (start, len(words))
        inner = fn.obj if kind is T.Member else None  # type: ignore[attr-defined]
        while type(inner) is T.Member and inner.op != "?.":
            inner = inner.obj
        if type(inner) is T.Member and type(inner.obj) is T.Name and recv[1] > recv[0]:  # a?.b.f()
            at = self.place(at, "if", self.atom("t", 1, (start, start + 1), NOTHING), 1)
        if kind is T.Member and fn.op == "?." and recv[1] > recv[0]:  # type: ignore[attr-defined]
            at = self.place(at, "if", self.atom("t", 1, recv, NOTHING), 1)
        if name:
            if kind is T.Name:
                alias = self.unit.alias.get(name)
                if alias:
                    self.mention(name, at)
                    name = alias
            bound = kind is T.Name and name in self.unit.defs and name not in self.unit.params
            self.mention(name if bound else "." + name, at)
            self.facts.strict.append((name, "call"))
        self.arguments(n.args, at, name, recv)

    def arguments(self, items: list[T.Node], at: Place, name: str, recv: Span, made: bool = False) -> None:
        words = self.words
        begin = len(words)
        first = len(self.events)
        args: list[tuple[str, Span]] = []
        for arg in items:
            kind = type(arg)
            key = ""
            s = len(words)
            if kind is T.Arg:
                key = arg.name  # type: ignore[attr-defined]
                self.mention("." + key, at)
                self.facts.strict.append((key, "keyword"))
                s = len(words)
                arg = arg.value  # type: ignore[attr-defined]
                kind = type(arg)
            elif kind is T.Pair and made and type(arg.key) is T.Name:  # type: ignore[attr-defined]
                key = arg.key.id  # type: ignore[attr-defined]
                self.mention("." + key, at)
                s = len(words)
                arg = arg.value  # type: ignore[attr-defined]
                kind = type(arg)
            elif kind is T.Spread:
                key = arg.op  # type: ignore[attr-defined]
                arg = arg.value  # type: ignore[attr-defined]
                kind = type(arg)
            if kind is T.Lambda:
                source = recv if flat(name) in EACH else None
                if source is not None and (
                    source[0] == source[1] or (source[1] - source[0] == 1 and words[source[0]] in LIBRARIES and args)
                ):
                    source = (begin, len(words))
                self.function(arg, at, source, SIEVES.get(flat(name), 0))  # type: ignore[arg-type]
                key = key or "=>"
            else:
                read = self.table.get(kind)
                self.visit(arg, at) if read is None else read(self, arg, at)
            args.append((key, (s, len(words))))
        if name:
            event = Event(CALL, name, at, recv, (begin, len(words)), args, begin)
            event.made = made
            low = flat(name)
            if (
                low in LOGGING
                or (low == "debug" and recv[0] == recv[1])
                or (
                    recv[1] > recv[0]
                    and (is_logger(words[recv[0]]) or is_logger(words[recv[1] - 1]))
                    and low not in ("getlogger", "fatal", "panic")
                )
            ):
                event.log = True
                for inner in self.events[first:]:
                    inner.log = True
                self.facts.logs.append((begin, len(words)))
            elif recv[1] - recv[0] == 1 and args and low not in ASKS:  # xs.append(a): xs holds a
                held = self.unit.defs.get(words[recv[0]])
                if held is not None and len(held) < 8:
                    held.append((begin, len(words)))
            self.events.append(event)

    def build(self, n: T.Build, at: Place) -> None:
        start = len(self.words)
        self.visit(n.type, at)
        end = len(self.words)
        name = bare(self.words[end - 1]) if end > start else ""
        self.arguments(n.items, at, name, (start, max(start, end - 1)), True)
        if name:
            self.events[-1].op = "build"

    def element(self, n: T.Element, at: Place) -> None:
        start = len(self.words)
        found = IDENT.findall(n.tag)
        for w in found:
            self.mention("." + w, at)
        name = found[-1] if found else ""
        self.arguments(n.attrs, at, name, (start, start), True)
        for child in n.children:
            self.visit(child, at)

    def unary(self, n: T.Un, at: Place) -> None:
        if n.op in NOT:
            self.condition(n, at)
        elif n.op == "@":  # a decorator among the steps
            self.english += 1
            self.visit(n.value, at)
            self.english -= 1
        elif n.op == "new" and isinstance(n.value, T.Name):
            self.arguments([], at, n.value.id, NOTHING)
            self.mention("." + n.value.id, at)
        else:
            if n.op == "-" and isinstance(n.value, T.Num):
                text = "-" + number(n.value.text)
                self.mention("#" + text, at)
                return
            self.visit(n.value, at)
            if n.op == "delete":
                self.mention("." + n.op, at)

    def postfix(self, n: T.Post, at: Place) -> None:
        if n.op in ("++", "--"):
            self.write([n.value], None, n.op, at)
        else:
            self.visit(n.value, at)

    def binary(self, n: T.Bin, at: Place) -> None:
        if n.op == "<-":
            self.mention(".send", at)
        if n.op in TESTS or n.op == ":=":
            self.condition(n, at)
            return
        self.visit(n.left, at)
        start = len(self.words)
        self.visit(n.right, at)
        if n.op == "as":
            self.aside(start)

    def choice(self, n: T.Cond, at: Place) -> bool:
        start = len(self.words)
        test = self.condition(n.test, at)
        self.aside(start)
        a = self.visit(n.then, self.place(at, "if", test, 1))
        b = self.visit(n.other, self.place(at, "if", test, -1))
        if a and not b:
            self.after.append((test, -1))
        elif b and not a:
            self.after.append((test, 1))
        return bool(a and b)

    def or_else(self, n: T.OrElse, at: Place) -> None:
        test = self.condition(n.value, at)
        start = len(self.words)
        if self.visit(n.other, self.place(at, "or", test, -1)):
            self.after.append((test, 1))
            self.aside(start)

    def function(self, n: T.Lambda, at: Place, source: Span | None = None, sieve: int = 0) -> None:
        inner = self.place(at, "fn" if source is None else "loop", span=source or NOTHING)
        for p in n.params:
            self.bind(p.name, source)
            if p.type:
                self.loose(p.type, at)
            if p.default is not None:
                self.visit(p.default, at)
        asked = n.body
        if sieve and isinstance(asked, list) and len(asked) == 1 and type(asked[0]) in (T.Return, T.Do):
            asked = asked[0].value  # type: ignore[attr-defined]
        if sieve and isinstance(asked, T.Node):
            test = self.condition(asked, inner)
            self.facts.sieves.append((test, sieve))
            self.facts.items.append(self.place(inner, "if", test, sieve))
        elif isinstance(n.body, list):
            self.block(n.body, inner)
        else:
            self.block([n.body], inner)

    def collection(self, n: T.Coll, at: Place) -> None:
        labelled = n.open == "{"
        for item in n.items:
            if type(item) is T.Spread:
                self.facts.spreads += 1
            if labelled and type(item) is T.Name:  # `{a}` is `{a:a}`
                self.mention("." + item.id, at)
            self.visit(item, at)

    def pair(self, n: T.Pair, at: Place) -> None:
        key = n.key
        if isinstance(key, T.Name):
            self.mention("." + key.id, at)
            self.facts.strict.append((key.id, "key"))
        elif isinstance(key, T.Str) and key.text.replace("$", "_").isidentifier():  # a label without quotes
            self.mention("." + key.text, at)
            self.facts.strict.append((key.text, "key"))
        else:
            self.visit(key, at)
        self.visit(n.value, at)

    def comprehension(self, n: T.Comp, at: Place) -> None:
        for clause in n.clauses:
            span = self.span(clause.iter, at)
            at = self.place(at, "loop", span=span)
            self.events.append(Event(LOOP, "", at, NOTHING, span, [], len(self.words)))
            self.target(clause.target, span)
            for cond in clause.conds:
                start = len(self.words)
                at = self.place(at, "if", self.condition(cond, at), 1)
                self.aside(start)
        if any(clause.conds for clause in n.clauses):
            self.facts.items.append(at)
        self.visit(n.elt, at)

    def pipe(self, n: T.Pipe, at: Place) -> Any:
        to = n.to
        kind = type(to)
        value = n.value
        if type(value) is T.Name and len(value.id) == 1 and value.id in "sqdvtf" and kind is not T.Name:
            start = len(self.words)
            self.mention(VERBS[value.id], at)
            self.visit(to, at)
            self.events.append(
                Event(CALL, VERBS[value.id][1:], at, NOTHING, (start, len(self.words)), [], len(self.words))
            )
            return None
        if type(value) is T.Name and value.id in VERBS and kind is T.Name and value.id not in self.unit.defs:
            start = len(self.words)
            self.mention(VERBS[value.id], at)
            self.visit(to, at)
            end = len(self.words)
            self.events.append(
                Event(CALL, VERBS[value.id][1:], at, NOTHING, (start, end), [("", (start + 1, end))], end)
            )
            return None
        if kind is T.Name and to.id.isidentifier():  # type: ignore[attr-defined]
            self.assign_to([to], value, "=", at)
            return None
        if kind is T.Coll or (kind is T.Words and all(isinstance(i, T.Name) for i in to.items)):  # type: ignore[attr-defined]
            self.assign_to([to], value, "=", at)
            return None
        if kind is T.Member and not isinstance(value, T.Pipe):
            self.write([to], value, "=", at)
            return None
        span = self.span(value, at)
        self.visit(to, self.place(at, "fn", span=span))
        return None

    def ranged(self, n: T.Range, at: Place) -> None:
        self.visit(n.lo, at)
        self.visit(n.hi, at)

    def awaited(self, n: T.Await, at: Place) -> Any:
        self.facts.awaits += 1
        return self.visit(n.value, at)

    def english_words(self, n: T.Words, at: Place) -> bool:
        leaves = False
        head = n.items[0] if n.items else None
        if type(head) is T.Name and len(n.items) > 1 and head.id.isidentifier():  # `match T_COMMA`: a call in words
            event = Event(CALL, head.id, at, NOTHING, (len(self.words) + 1, len(self.words) + 1), [], len(self.words))
            event.vague = True
            self.events.append(event)
        told = next((i for i, w in enumerate(n.items) if i and type(w) is T.Name and w.id in WHERE), 0)
        if told and told + 1 < len(n.items):
            return self.trailing(n.items, told, at)
        self.english += 1
        self.facts.phrases.append(len(self.words))
        for item in n.items:
            leaves = bool(self.visit(item, at)) or leaves
        self.english -= 1
        return leaves

    def trailing(self, items: list[T.Node], told: int, at: Place) -> bool:
        """`a if c else b` in words: a stands where c holds, b where it does not."""
        end = next((i for i in range(told + 1, len(items)) if _names(items[i], "else")), len(items))
        asked = items[told + 1 : end]
        self.facts.phrases.append(len(self.words))
        test = self.condition(asked[0] if len(asked) == 1 else T.Words(asked), at) if asked else None
        self.english += 1
        for i, item in enumerate(items):
            if i < told or i > end:
                self.visit(item, self.place(at, "if", test, 1 if i < told else -1))
        self.english -= 1
        return False


def _names(n: T.Node, word: str) -> bool:
    return type(n) is T.Name and n.id == word

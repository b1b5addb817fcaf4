"""Reads the facts of a tree: one walk, in the order in which things happen.

Contract: `extract(tree) -> Facts`, for a lowered source and for a parsed view alike; it never fails on a strange tree.
Restatements that AICCL knows are brought to one form here, so that both sides say them alike: conditions are pushed to
atoms (De Morgan, order, presence), what follows an early exit stands under its opposite, `x|y`, `a?b:c`, `and` and `or`
guard what they guard, a map with a function is a loop, `new X(..)`, `X{..}` and `<X ..>` are calls of X.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aiccl_converter.fidelity.model import (
    CALL,
    LOOP,
    RAISE,
    RETURN,
    WRITE,
    YIELD,
    Atom,
    Event,
    Facts,
    Formula,
    Parameter,
    Place,
    Span,
    Unit,
)  # fmt: skip
from aiccl_converter.fidelity.vocabulary import FALSE, LOG_OBJECTS, LOGGING, NEGATIVE, NIL, PRESENCE, TRUE
from aiccl_converter.fidelity.words import IDENT, bare, flat, holed, is_error, literal, number
from aiccl_converter.language import tree as T

_AND = frozenset(("&&", "and"))
_OR = frozenset(("||", "or", "??", "?:"))
_EQUAL = {
    "==": 1, "===": 1, "is": 1, "equals": 1, "eq": 1, "=": 1, "eql?": 1, "equal?": 1,
    "!=": -1, "!==": -1, "is not": -1, "isnt": -1, "<>": -1, "ne": -1, "not is": -1,
}  # fmt: skip
_ORDER = {"<": (1, False), ">": (1, True), ">=": (-1, False), "<=": (-1, True)}
_MEMBER = {"in": 1, "not in": -1, "!in": -1}
_TYPE = {"instanceof": 1, "is": 1, "!is": -1, "isa": 1}
_TESTS = frozenset(_EQUAL) | frozenset(_ORDER) | frozenset(_MEMBER) | frozenset(_TYPE) | _AND | _OR
_NOT = frozenset(("not", "!"))
_STRICT = frozenset(("&&", "and", "||", "or"))
_COMPARES = _TESTS - _AND - _OR
_KEEPS = frozenset(("??=", "||=", "or=", "|="))
_EXITS = frozenset(("exit", "die", "panic", "abort", "goto", "break", "continue", "os.exit", "unreachable", "todo"))
_WRAPS = frozenset(("errorf", "wrap", "wrapf", "withmessage", "withmessagef", "withstack", "newerror"))
_EMPTY = ("", "0", "1")
_EACH = frozenset(
    """map foreach each filter find findfirst findindex some every reduce flatmap any all sort sorted sortby orderby groupby select
    where reject collect anymatch allmatch nonematch eachwithindex first single count sum max min partition associate associateby
    associatewith eachwithobject tohash maptoobj toarray filtermap foldl fold inject retain sortbykey firstordefault selectmany iterate takewhile
    dropwhile then let also run apply with mapnotnull mapindexed foreachindexed filternot minby maxby sumof keyby usort arraymap arrayfilter""".split()
)

_DECORATED = re.compile(r"@\w+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?")
_NOTHING: Span = (0, 0)


def extract(tree: T.Node | list[T.Node], members: frozenset[str] = frozenset()) -> Facts:
    """The facts of a unit, of steps or of a document's blocks. `members` are names that are fields even where they stand
    alone, as a source with an implicit receiver has them."""
    return _Reader(members).read(tree if isinstance(tree, list) else [tree])


class _Reader:
    """One walk. `words` grows as operands are met, so the words of any expression are a slice of it."""

    def __init__(self, members: frozenset[str] = frozenset()) -> None:
        self.members = members
        self.facts = Facts()
        self.words = self.facts.words
        self.places = self.facts.places
        self.events = self.facts.events
        self.unit = Unit("")
        self.after: list[tuple[Formula, int]] = []
        self.globals: set[str] = set()
        self.depth = 0
        self.english = 0
        self.count = 0
        self.in_class = 0

    def read(self, nodes: list[T.Node]) -> Facts:
        root = Place(None, "unit", None, 1, _NOTHING, self.unit, 0)
        self.block(nodes, root)
        return self.facts

    # --- places and steps ---------------------------------------------------------------------------------------

    def place(self, up: Place, kind: str, test: Formula = None, sign: int = 1, span: Span = _NOTHING) -> Place:
        self.count += 1
        return Place(up, kind, test, sign, span, self.unit, self.count)

    def block(self, steps: list[T.Node] | None, at: Place) -> bool:
        """Reads steps in order; True where the last one leaves the block."""
        leaves = False
        if steps:
            outer, self.after = self.after, []
            stops = self.facts.stops
            top = at.kind == "unit"
            for step in steps:
                if leaves and type(step) not in _MARKS:
                    self.facts.dead.append(len(self.words))
                stops.append(len(self.words))
                if top:
                    self.facts.tops.append((len(self.words), step.pos))
                leaves = bool(self.visit(step, at)) or leaves
                if self.after:
                    for test, sign in self.after:
                        at = self.place(at, "after", test, sign)
                    self.after = []
            stops.append(len(self.words))
            self.after = outer
        return leaves

    def visit(self, node: T.Node | None, at: Place) -> Any:
        if node is None:
            return None
        if self.depth > 150:
            return None
        self.depth += 1
        read = _READ.get(type(node))
        got = None
        if read is not None:
            got = read(self, node, at)
        else:
            self.below(node, at)
        self.depth -= 1
        return got

    def below(self, node: T.Node, at: Place) -> None:
        for child in T.children(node):
            self.visit(child, at)

    def span(self, node: T.Node | None, at: Place) -> Span:
        start = len(self.words)
        self.visit(node, at)
        return start, len(self.words)

    def without_tail(self, start: int, end: int) -> int:
        """The end of a value that is followed by an aside only."""
        for i in range(start, end):
            if self.facts.asides.get(i) == end:
                return i
        return end

    def mention(self, word: str, at: Place) -> None:
        self.words.append(word)
        self.places.append(at)

    # --- leaves -------------------------------------------------------------------------------------------------

    def name(self, n: T.Name, at: Place) -> None:
        word = n.id
        if not word.isidentifier():
            found = IDENT.findall(word)
            for w in found[:-1]:
                self.mention("." + w if w in NIL else w, at)
            if not found:
                return
            word = found[-1]
            if len(found) > 1:
                word = "." + word
            elif n.id[0] == "@":
                word = "." + word
        if word in self.members and word not in self.unit.params:
            word = "." + word
        elif word in NIL:
            word = ".nil"
        elif word in TRUE:
            word = ".true"
        elif word in FALSE:
            word = ".false"
        elif self.english:
            self.facts.english.append(word)
        else:
            self.facts.strict.append((word, "name"))
        self.words.append(word)
        self.places.append(at)

    def num(self, n: T.Num, at: Place) -> None:
        text = number(n.text)
        if text not in _EMPTY:
            self.facts.numbers.append((text, len(self.words)))
        self.words.append("#" + text)
        self.places.append(at)

    def string(self, n: T.Str, at: Place) -> None:
        self.text(literal(n.text), at)
        raw = n.text
        if "{" in raw or "$" in raw:
            self.holes(raw, at)

    def holes(self, raw: str, at: Place) -> None:
        """Names in the holes of a literal that stayed text."""
        self.english += 1
        depth = 0
        start = 0
        for i, c in enumerate(raw):
            if c == "{":
                depth += 1
                if depth == 1:
                    start = i + 1
            elif c == "}" and depth:
                depth -= 1
                if depth == 0:
                    for w in IDENT.findall(raw[start:i])[:12]:
                        self.mention(w, at)
            elif c == "$" and depth == 0:
                found = IDENT.match(raw, i + 1)
                if found:
                    self.mention(found.group(), at)
        self.english -= 1

    def text(self, text: str, at: Place) -> None:
        self.facts.texts.append((text, len(self.words)))
        self.mention("." + text if text.isidentifier() else '"' + text, at)

    def template(self, n: T.Template, at: Place) -> None:
        self.text(holed("".join([p if isinstance(p, str) else "{}" for p in n.parts])), at)
        for part in n.parts:
            if not isinstance(part, str):
                self.visit(part, at)

    def raw(self, n: T.Raw, at: Place) -> None:
        self.loose(n.text, at)

    def loose(self, text: str, at: Place) -> None:
        self.english += 1
        for w in IDENT.findall(text):
            self.mention(".nil" if w in NIL else w, at)
            self.facts.english.append(w)
        self.english -= 1

    # --- expressions --------------------------------------------------------------------------------------------

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
        if kind is T.Member and fn.op == "?." and recv[1] > recv[0]:  # type: ignore[attr-defined]
            at = self.place(at, "if", self.atom("t", 1, recv, _NOTHING), 1)
        if name:
            if kind is T.Name:
                alias = self.unit.alias.get(name)
                if alias:
                    self.mention(name, at)
                    name = alias
            self.mention("." + name, at)
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
                source = recv if flat(name) in _EACH else None
                if source is not None and source[0] == source[1]:
                    source = (begin, len(words))
                self.function(arg, at, source)  # type: ignore[arg-type]
                key = key or "=>"
            else:
                read = _READ.get(kind)
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
                    and (_logs(words[recv[0]]) or _logs(words[recv[1] - 1]))
                    and low not in ("getlogger", "fatal", "panic")
                )
            ):
                event.log = True
                for inner in self.events[first:]:
                    inner.log = True
                self.facts.logs.append((begin, len(words)))
            elif recv[1] - recv[0] == 1 and args:  # xs.append(a): xs holds a
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
        if n.op in _NOT:
            self.condition(n, at)
        elif n.op == "new" and isinstance(n.value, T.Name):
            self.arguments([], at, n.value.id, _NOTHING)
            self.mention("." + n.value.id, at)
        else:
            if n.op == "-" and isinstance(n.value, T.Num):
                text = "-" + number(n.value.text)
                self.mention("#" + text, at)
                return
            self.visit(n.value, at)

    def postfix(self, n: T.Post, at: Place) -> None:
        if n.op in ("++", "--"):
            self.write([n.value], None, n.op, at)
        else:
            self.visit(n.value, at)

    def binary(self, n: T.Bin, at: Place) -> None:
        if n.op == "<-":
            self.mention(".send", at)
        if n.op in _TESTS or n.op == ":=":
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

    def aside(self, start: int) -> None:
        """The words since `start` are no part of the value they stand in."""
        if len(self.words) > start:
            self.facts.asides[start] = len(self.words)

    def function(self, n: T.Lambda, at: Place, source: Span | None = None) -> None:
        inner = self.place(at, "fn" if source is None else "loop", span=source or _NOTHING)
        for p in n.params:
            self.bind(p.name, source)
            if p.type:
                self.loose(p.type, at)
            if p.default is not None:
                self.visit(p.default, at)
        if isinstance(n.body, list):
            self.block(n.body, inner)
        else:
            self.block([n.body], inner)

    def bind(self, pattern: str, source: Span | None) -> None:
        """A name that the function introduces, and what it comes from."""
        span = source or _NOTHING
        defs = self.unit.defs
        for w in [pattern] if pattern.isidentifier() else IDENT.findall(pattern):
            defs.setdefault(w, []).append(span)

    def collection(self, n: T.Coll, at: Place) -> None:
        labelled = n.open == "{"
        for item in n.items:
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
            self.events.append(Event(LOOP, "", at, _NOTHING, span, [], len(self.words)))
            self.target(clause.target, span)
            for cond in clause.conds:
                start = len(self.words)
                at = self.place(at, "if", self.condition(cond, at), 1)
                self.aside(start)
        self.visit(n.elt, at)

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
            for item in getattr(node, "args", None) or getattr(node, "items", ()):
                self.target(item, source)

    def pipe(self, n: T.Pipe, at: Place) -> Any:
        to = n.to
        kind = type(to)
        value = n.value
        if type(value) is T.Name and len(value.id) == 1 and value.id in "sqdvtf" and kind is not T.Name:
            start = len(self.words)
            self.mention(_VERBS[value.id], at)
            self.visit(to, at)
            self.events.append(
                Event(CALL, _VERBS[value.id][1:], at, _NOTHING, (start, len(self.words)), [], len(self.words))
            )
            return None
        if type(value) is T.Name and value.id in _VERBS and kind is T.Name and value.id not in self.unit.defs:
            start = len(self.words)
            self.mention(_VERBS[value.id], at)
            self.visit(to, at)
            end = len(self.words)
            self.events.append(
                Event(CALL, _VERBS[value.id][1:], at, _NOTHING, (start, end), [("", (start + 1, end))], end)
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
            event = Event(CALL, head.id, at, _NOTHING, (len(self.words) + 1, len(self.words) + 1), [], len(self.words))
            event.vague = True
            self.events.append(event)
        self.english += 1
        self.facts.phrases.append(len(self.words))
        for item in n.items:
            leaves = bool(self.visit(item, at)) or leaves
        self.english -= 1
        return leaves

    # --- conditions ---------------------------------------------------------------------------------------------

    def condition(self, n: T.Node | None, at: Place) -> Formula:
        """Reads a test and gives its formula; what `and` and `or` guard stands under their left side."""
        kind = type(n)
        if kind is T.Bin:
            op = n.op  # type: ignore[union-attr]
            left, right = n.left, n.right  # type: ignore[union-attr]
            if op in _AND:
                a = self.condition(left, at)
                b = self.condition(right, self.place(at, "or", a, 1))
                return ("&", a, b)
            if op in _OR:
                if _says_null(right) and type(left) in (T.Name, T.Member):  # `a or b null`
                    left = T.Bin(right.op, left, right.right)
                a = self.condition(left, at)
                b = self.condition(right, self.place(at, "or", a, -1))
                return ("|", a, b)
            if op in (":=", "="):
                self.assign_to([left], right, "=", at)
                return self.condition(left, at)
            return self.compare(op, left, right, at)
        if kind is T.Un and n.op in _NOT:  # type: ignore[union-attr]
            return ("!", self.condition(n.value, at))  # type: ignore[union-attr]
        if kind is T.Name:
            form = self.unit.forms.get(n.id)  # type: ignore[union-attr]
            start = len(self.words)
            self.name(n, at)  # type: ignore[arg-type]
            if form is not None:
                return form
            return self.atom("t", _bad(n), (start, len(self.words)), _NOTHING)
        if kind is T.OrElse:
            a = self.condition(n.value, at)  # type: ignore[union-attr]
            b = self.condition(n.other, self.place(at, "or", a, -1))  # type: ignore[union-attr]
            return ("|", a, b)
        if kind is T.Await or kind is T.Post:
            return self.condition(n.value, at)  # type: ignore[union-attr]
        if kind is T.Words or (kind is T.Coll and n.open == "" and len(n.items) > 1):  # type: ignore[union-attr]
            return self.worded(n, at)  # type: ignore[arg-type]
        if kind is T.Coll and len(n.items) == 1 and n.open == "(":  # type: ignore[union-attr]
            return self.condition(n.items[0], at)  # type: ignore[union-attr]
        start = len(self.words)
        self.visit(n, at)
        atom = self.atom("t", 1, (start, len(self.words)), _NOTHING)
        if kind is T.Call and len(n.args) == 2 and _last(n.fn) in _IS and self.events:  # type: ignore[union-attr]
            args = self.events[-1].args
            if len(args) == 2:  # isinstance(x, T) is `x is T`
                atom.op, atom.left, atom.right = "is", args[0][1], args[1][1]
                return atom
        if kind is T.Call and len(n.args) == 1 and _last(n.fn) in _IS and self.events:  # type: ignore[union-attr]
            event = self.events[-1]
            if event.recv[1] > event.recv[0]:  # x.is_a?(T)
                atom.op, atom.left, atom.right = "is", event.recv, event.args[0][1]
                return atom
        if kind is T.Call:
            name = _last(n.fn)  # type: ignore[union-attr]
            atom.sign = PRESENCE.get(name, 1)
        elif kind is T.Member:
            atom.sign = PRESENCE.get(flat(n.name), 1)  # type: ignore[union-attr]
        return atom

    def atom(self, op: str, sign: int, left: Span, right: Span) -> Atom:
        made = Atom(op, sign, left, right, self.unit)
        self.facts.atoms.append(made)
        return made

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
        if op in _EQUAL:
            sign = _EQUAL[op]
            if e - m == 1 and words[m] in _ABSENT:
                return self.atom("t", -sign * _bad(left), (s, m), _NOTHING)
            if e - m == 1 and words[m] == ".true":
                return self.atom("t", sign * self.leaning(left), (s, m), _NOTHING)
            if m - s == 1 and words[s] in _ABSENT:
                return self.atom("t", -sign, (m, e), _NOTHING)
            if op in ("is", "is not") and isinstance(right, T.Raw | T.Name | T.Call):
                return self.atom("is", sign, (s, m), (m, e))
            return self.atom("=", sign, (s, m), (m, e))
        order = _ORDER.get(op)
        if order is not None:
            sign, turned = order
            a, b = ((m, e), (s, m)) if turned else ((s, m), (m, e))
            if e - m == 1 and words[m] == "#0" and turned:  # x > 0, x <= 0
                return self.atom("t", sign, (s, m), _NOTHING)
            if e - m == 1 and words[m] == "#1" and not turned:  # x < 1, x >= 1
                return self.atom("t", -sign, (s, m), _NOTHING)
            return self.atom("<", sign, a, b)
        if op in _MEMBER:
            return self.atom("in", _MEMBER[op], (s, m), (m, e))
        if op in _TYPE:
            return self.atom("is", _TYPE[op], (s, m), (m, e))
        return self.atom("t", 1, (s, e), _NOTHING)

    def leaning(self, n: T.Node) -> int:
        if isinstance(n, T.Call):
            return PRESENCE.get(_last(n.fn), 1)
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
            if isinstance(item, T.Words) or (isinstance(item, T.Coll) and item.open == ""):
                items[:0] = item.items
            elif isinstance(item, T.Name):
                if item.id in NEGATIVE:
                    sign = -sign
                self.name(item, at)
            elif isinstance(item, T.Un) and item.op in _NOT:
                sign = -sign
                self.visit(item.value, at)
            else:
                self.visit(item, at)
        self.english -= 1
        return self.atom("w", sign, (start, len(self.words)), _NOTHING)

    # --- steps --------------------------------------------------------------------------------------------------

    def do(self, n: T.Do, at: Place) -> Any:
        value = n.value
        if type(value) is T.Build and self.fields(value, at):
            return None
        if type(value) is T.Bin and value.op in _AND:  # a && f(): a guard
            test = self.condition(value.left, at)
            if self.visit(value.right, self.place(at, "if", test, 1)):
                self.after.append((test, -1))
            return None
        if type(value) is T.Bin and value.op in _OR:
            test = self.condition(value.left, at)
            if self.visit(value.right, self.place(at, "or", test, -1)):
                self.after.append((test, 1))
            return None
        before = len(self.events)
        alone = type(value) in (T.Member, T.Name)
        got = self.visit(value, at)
        while type(value) is T.Await or type(value) is T.Post or type(value) is T.OrElse:
            value = value.value
        if alone and self.words:  # a call without parentheses
            end = len(self.words)
            event = Event(CALL, bare(self.words[-1]), at, (max(end - 2, 0), end - 1), (end, end), [], end)
            event.effect = True
            self.events.append(event)
        if type(value) in _CALLS and len(self.events) > before:
            name = _last_name(value)
            for event in reversed(self.events[before:]):
                if event.kind == CALL and event.name == name:
                    event.effect = True
                    break
        if type(value) is T.Call and _last(value.fn) in _EXITS:
            return True
        return got

    def fields(self, n: T.Build, at: Place) -> bool:
        """`.{a,b=x}` and `obj{a=1}` as a step: fields written one by one."""
        owner = n.type
        if type(owner) is T.Name:
            if owner.id != "." and not (owner.id[:1].islower() or owner.id in self.unit.defs):
                return False
        elif type(owner) is not T.Member or owner.name[:1].isupper():
            return False
        if not all(type(i) is T.Arg for i in n.items):
            return False
        obj = None if type(owner) is T.Name and owner.id == "." else owner
        for item in n.items:
            names, value = _unchained([T.Name(item.name)], item.value)  # type: ignore[attr-defined]
            targets: list[T.Node] = [T.Member(obj, t.id) if type(t) is T.Name else t for t in names]
            if len(targets) > 1:
                self.write(targets, value, "=", at)
            else:
                self.assign_to(targets, value, "=", at)
        return True

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
        if type(value) is T.Words and value.items and _status(value.items[0]):  # `^404 "msg"`
            self.facts.statuses.append((value.items[0].text, len(self.words)))  # type: ignore[attr-defined]
            start = len(self.words)
            for item in value.items[1:]:
                self.visit(item, at)
            event = Event(kind, "status", at, _NOTHING, (start, len(self.words)), [], len(self.words))
            self.events.append(event)
            return
        if _status(value):
            self.facts.statuses.append((value.text, len(self.words)))  # type: ignore[union-attr]
            self.events.append(Event(kind, "status", at, _NOTHING, _NOTHING, [], len(self.words)))
            return
        if type(value) is T.Coll and value.open in ("", "(") and len(value.items) > 1:
            last = value.items[-1]
            if _failure(last):
                self.throw(T.Raise(last), at)
                for item in value.items[:-1]:
                    if not _zero(item):
                        self.visit(item, at)
                return
            if type(last) is T.Name and last.id in NIL:  # Go's nil error
                value = value.items[0] if len(value.items) == 2 else T.Coll("", value.items[:-1])
        elif value is not None and _failure(value):
            self.throw(T.Raise(value), at)
            return
        kept, other = _default(value) if value is not None else (None, None)
        if kept is not None and not _is_test(value) and type(other) not in _LEAVING:
            test = self.condition(kept, at)
            self.result(kind, kept, self.place(at, "if", test, 1))
            self.result(kind, other, self.place(at, "if", test, -1))
            return
        start = len(self.words)
        if _is_test(value):
            test = self.condition(value, at)
            end = len(self.words)
        else:
            start, end = self.span(value, at)
            end = self.without_tail(start, end)
        name = ""
        if _is_test(value):
            for word, sign in ((".true", 1), (".false", -1)):
                event = Event(kind, word, self.place(at, "if", test, sign), _NOTHING, (start, end), [], end)
                event.made = True
                self.events.append(event)
            name = "test"
        elif end == start:
            name = "nil"
        elif end == start + 1 and self.words[start][0] in '."#':
            name = self.words[start]
        self.events.append(Event(kind, name, at, _NOTHING, (start, end), [], end))

    def throw(self, n: T.Raise, at: Place) -> bool:
        self.facts.exits.append(at)
        start = len(self.words)
        before = len(self.events)
        self.visit(n.value, at)
        name = ""
        made = False
        if type(n.value) in (T.Call, T.Build, T.Un):
            if len(self.events) > before and self.events[-1].kind == CALL:
                made = True
                if not _failure(n.value):
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
            or (n.value is not None and _failure(n.value))
        ):
            made = False
            name = ""
        self.visit(n.cause, at)
        end = len(self.words)
        event = Event(RAISE, name, at, _NOTHING, (start, end), [], end)
        event.made = made
        self.events.append(event)
        return True

    def produce(self, n: T.Yield, at: Place) -> None:
        self.facts.yields += 1
        self.result(YIELD, n.value, at)

    def assign(self, n: T.Assign, at: Place) -> None:
        if n.type:
            self.loose(n.type, at)
        if n.op in ("??=", "||=") and n.value is not None and len(n.targets) == 1:  # x ??= y is x = x ?? y
            self.assign_to(n.targets, T.Bin(n.op[:-1], n.targets[0], n.value), "=", at)
            return
        if n.op in _KEEPS and len(n.targets) == 1:  # x??=y writes where x is missing
            test = self.condition(n.targets[0], at)
            self.write(n.targets, n.value, "=", self.place(at, "if", test, -1))
        elif n.op in ("=", ":=", "?="):
            self.assign_to(n.targets, n.value, "=", at)
        else:
            self.write(n.targets, n.value, n.op, at)

    def assign_to(self, targets: list[T.Node], value: T.Node | None, op: str, at: Place) -> None:
        """Locals are bound, everything else is written. `x=c?a:b` assigns under its condition."""
        targets, value = _unchained(targets, value)
        if type(value) is T.Cond and type(value.then) not in _LEAVING and type(value.other) not in _LEAVING:
            test = self.condition(value.test, at)
            self.assign_to(targets, value.then, op, self.place(at, "if", test, 1))
            self.assign_to(targets, value.other, op, self.place(at, "if", test, -1))
            return
        if len(targets) == 1 and type(targets[0]) is T.Name:
            name = targets[0].id
            if name in self.members and name not in self.unit.params:
                targets = [T.Member(None, name)]
            elif name.isidentifier() and name not in self.globals:
                start = len(self.words)
                if type(value) in _FORMS and self.in_class == 0 and (_is_test(value) or _joins(value)):
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
                        self.facts.binds.append(Event("bind", name, at, _NOTHING, (start, end), [], end))
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
        if len(targets) == 1 and value is not None:
            kept, other = _default(value)
            if kept is not None and kept == targets[0]:  # x = x|y writes where x is missing
                test = self.condition(kept, at)
                at = self.place(at, "if", test, -1)
                value = other
        if type(value) is T.Cond:  # x.a=c?b:d is two writes, each under its condition
            test = self.condition(value.test, at)
            self.write(targets, value.then, op, self.place(at, "if", test, 1))
            self.write(targets, value.other, op, self.place(at, "if", test, -1))
            return
        kept, other = _default(value) if value is not None else (None, None)
        if kept is not None and not _is_test(kept):  # x.a=y|z writes y where there is y, else z
            test = self.condition(kept, at)
            self.write(targets, kept, op, self.place(at, "if", test, 1))
            self.write(targets, other, op, self.place(at, "if", test, -1))
            return
        targets, value = _unchained(targets, value)
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
                self.facts.binds.append(Event("bind", name, at, _NOTHING, value, [], len(words)))
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
            last = "." + _owner(target.obj) if _owner(target.obj) else last  # type: ignore[attr-defined]
        if local and kind is T.Index:
            self.unit.defs[root].append((start, end))
            self.unit.defs[root].append(value)
        event = Event(WRITE, bare(last), at, (start, end), value, [], end)
        event.local, event.op = local, op
        self.events.append(event)

    def branch(self, n: T.If, at: Place) -> bool:
        test = self.condition(n.test, at)
        yes = self.body(n.then, self.place(at, "if", test, 1))
        no = self.block(n.other, self.place(at, "if", test, -1)) if n.other else False
        if yes and not no:
            self.after.append((test, -1))
        elif no and not yes:
            self.after.append((test, 1))
        return yes and no

    def body(self, steps: list[T.Node], at: Place) -> bool:
        """A block that is there for something; one that at most logs is hollow."""
        before = len(self.words)
        logs = len(self.facts.logs)
        leaves = self.block(steps, at)
        if not leaves and (
            len(self.words) == before or (len(self.facts.logs) > logs and all(_logging(s) for s in steps))
        ):
            self.facts.hollow += 1
        return leaves

    def each(self, n: T.Each, at: Place) -> None:
        span = self.span(n.iter, at)
        literal_list = type(n.iter) is T.Coll  # a folded run of equal steps is no loop of its own
        inner = self.place(at, "list" if literal_list else "loop", span=span)
        self.events.append(Event(LOOP, "", inner, _NOTHING, span, [], len(self.words)))
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
        self.events.append(Event(LOOP, "while", inner, _NOTHING, (start, len(self.words)), [], len(self.words)))
        self.block(n.body, inner)
        self.block(n.other, at)

    def loop(self, n: T.Loop, at: Place) -> None:
        start = len(self.words)
        self.block(n.init, at)
        test = self.condition(n.test, at) if n.test is not None else None
        inner = self.place(at, "loop", test, 1, (start, len(self.words)))
        self.events.append(Event(LOOP, "for", inner, _NOTHING, (start, len(self.words)), [], len(self.words)))
        self.block(n.step, inner)
        self.block(n.body, inner)

    def attempt(self, n: T.Try, at: Place) -> bool:
        leaves = self.body(n.body, at)
        for h in n.handlers:
            start = len(self.words)
            for t in h.types:
                self.visit(t, at)
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
        for word in _ENDS:  # what the end of a scope does
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
        if end - start == 1 and self.words[start] in _ABSENT:
            return self.atom("t", -1, subject, _NOTHING)
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
        self.events.append(
            Event(CALL, name, at, _NOTHING, (start, len(self.words) - 1), [("", (start, len(self.words) - 1))], start)
        )
        return n.word in _EXITS

    def nested(self, n: T.Block, at: Place) -> bool:
        head = n.head.strip()
        if head in ("loop", "forever", "repeat", "while true"):
            inner = self.place(at, "loop")
            self.events.append(Event(LOOP, "while", inner, _NOTHING, _NOTHING, [], len(self.words)))
            self.block(n.body, inner)
            return False
        if head:
            self.loose(head, at)
        if head.endswith(":"):
            self.facts.phrases.append(max(len(self.words) - 1, 0))
            self.block(n.body, self.place(at, "told"))  # a label or a condition in words
            return False
        return self.block(n.body, at)

    def quirk(self, n: T.Quirk, at: Place) -> None:
        self.loose(n.text, at)

    # --- units --------------------------------------------------------------------------------------------------

    def unit_of(self, n: T.Func, at: Place) -> None:
        outer_unit, outer_globals, outer_class = self.unit, self.globals, self.in_class
        unit = Unit(n.name or outer_unit.name)
        if at.kind != "unit" or outer_unit.name:
            unit.defs = dict(outer_unit.defs)
            unit.forms = dict(outer_unit.forms)
            unit.params = set(outer_unit.params)
            if n.name:
                self.bind(n.name, _NOTHING)
        self.unit, self.globals, self.in_class = unit, set(), 0
        inner = self.place(at, "unit" if not outer_unit.name else "fn")
        if n.name:
            self.facts.declared.append(("function", n.name))
            self.facts.headers.append(len(self.words))
            self.mention("." + n.name, inner)
            self.facts.strict.append((n.name, "unit"))
        for d in n.decorators:
            self.loose(d, inner)
        for p in n.params:
            default = self.span(p.default, inner) if p.default is not None else None
            nested = at.kind != "unit" or bool(outer_unit.name)
            for w in IDENT.findall(_DECORATED.sub("", p.name)):
                unit.params.add(w)
                unit.defs.pop(w, None)
                unit.forms.pop(w, None)
                self.mention(w, inner)
                if not nested:
                    self.facts.parameters.append(Parameter(unit.name, w, default, p.star, p.name == w))
                self.facts.strict.append((w, "parameter"))
            if p.type:
                self.loose(p.type, inner)
        if n.returns:
            self.loose(n.returns, inner)
        body = n.body
        if body:
            begun = len(self.words)
            last = body[-1]
            ends = type(last) is T.Return and last.value is None  # the end of a unit says as much
            self.block(body[:-1] if ends else body, inner)
            if type(last) is T.Do and self.events:
                self.events[-1].op = self.events[-1].op or "last"
            if n.name and outer_unit.name:  # handing the function on hands on what it does
                outer_unit.defs.setdefault(n.name, []).append((begun, len(self.words)))
        self.unit, self.globals, self.in_class = outer_unit, outer_globals, outer_class

    def class_of(self, n: T.Class, at: Place) -> None:
        outer_unit, outer_class = self.unit, self.in_class
        self.unit, self.in_class = Unit(""), 1
        inner = self.place(at, "unit")
        self.facts.declared.append(("class", n.name))
        self.mention("." + n.name, inner)
        self.facts.strict.append((n.name, "unit"))
        for b in n.bases:
            self.loose(b, inner)
        for d in n.decorators:
            self.loose(d, inner)
        for p in n.params or ():
            self.mention("." + p.name, inner)
            if p.type:
                self.loose(p.type, inner)
            self.visit(p.default, inner)
        self.block(n.members, inner)
        self.unit, self.in_class = outer_unit, outer_class

    def route(self, n: T.Route, at: Place) -> None:
        self.facts.routes += 1
        self.mention("." + n.method.lower(), at)
        self.text(literal('"' + n.path + '"'), at)
        self.visit(n.func, at)

    def constant(self, n: T.Const, at: Place) -> None:
        self.facts.declared.append(("constant", n.name))
        self.facts.strict.append((n.name, "unit"))
        self.mention("." + n.name, at)
        self.visit(n.value, at)

    def rule(self, n: T.Rule, at: Place) -> None:
        for p in n.params or ():
            self.bind(p.name, None)
        self.bind(n.name, None)
        self.block(n.body, self.place(at, "fn"))


def _logs(word: str) -> bool:
    low = flat(bare(word))
    return low in LOG_OBJECTS or low.endswith("logger")


def _unchained(targets: list[T.Node], value: T.Node | None) -> tuple[list[T.Node], T.Node | None]:
    """`a=b=c` as two targets of one value."""
    while True:
        if type(value) is T.Bin and value.op in ("=", ":="):
            targets, value = [*targets, value.left], value.right
        elif type(value) is T.Assign and value.op in ("=", ":=") and value.value is not None:
            targets, value = [*targets, *value.targets], value.value
        else:
            return targets, value


def _owner(n: T.Node | None) -> str:
    """The name of what is indexed."""
    while type(n) is T.Index:
        n = n.obj
    if type(n) is T.Member:
        return n.name
    return n.id if type(n) is T.Name and n.id.isidentifier() else ""


def _last_name(n: T.Node) -> str:
    fn = n.fn if type(n) is T.Call else n.type if type(n) is T.Build else None  # type: ignore[attr-defined]
    while type(fn) is T.Index:
        fn = fn.obj
    if type(fn) is T.Member:
        return fn.name
    if type(fn) is T.Name:
        found = IDENT.findall(fn.id)
        return found[-1] if found else ""
    return ""


def _logging(n: T.Node) -> bool:
    """True for a step that only logs."""
    call = n.value if type(n) is T.Do else n
    if type(call) is not T.Call:
        return False
    fn: T.Node | None = call.fn
    while True:
        if type(fn) is T.Member:
            if _logs(fn.name):
                return True
            fn = fn.obj
        elif type(fn) is T.Call:
            fn = fn.fn
        elif type(fn) is T.Name:
            return _logs(fn.id) or flat(fn.id) in LOGGING or fn.id.split(":")[0] in LOG_OBJECTS
        else:
            return False


def _bad(n: T.Node | None) -> int:
    """-1 for the name of an error: that there is one says that what it came from failed."""
    return -1 if type(n) is T.Name and is_error(n.id) else 1


def _zero(n: T.Node) -> bool:
    """A value that only fills the place beside an error."""
    if type(n) is T.Name:
        return n.id in NIL or n.id in FALSE
    if type(n) in (T.Num, T.Str):
        return True
    if type(n) is T.Un:
        return _zero(n.value)
    return isinstance(n, T.Build | T.Coll) and not n.items


def _last_of(n: T.Node | None) -> str:
    return _last(n.fn) if type(n) is T.Call else ""


def _failure(n: T.Node | None) -> bool:
    """True for an error given back as a value: `err`, `fmt.Errorf(..)`, `errors.Wrap(err, ..)`."""
    if type(n) is T.Name:
        return n.id in ("err", "ErrNotFound") or (n.id.startswith(("err", "Err")) and n.id[3:4].isupper())
    if type(n) is T.Call:
        fn = n.fn
        if type(fn) is T.Member and fn.name == "Err" and not n.args:
            return True
        if type(fn) is T.Member and fn.name == "New" and type(fn.obj) is T.Name:
            return fn.obj.id in ("errors", "xerrors")
        return _last(fn) in _WRAPS
    return False


def _status(n: T.Node | None) -> bool:
    """An HTTP status in the place of a value."""
    return type(n) is T.Num and len(n.text) == 3 and n.text.isdigit() and "100" <= n.text < "600"


def _default(n: T.Node) -> tuple[T.Node | None, T.Node | None]:
    """The two sides of `x|y` in any spelling."""
    if type(n) is T.OrElse:
        return n.value, n.other
    if type(n) is T.Bin and n.op in _OR:
        return n.left, n.right
    return None, None


def _says_null(n: T.Node) -> bool:
    return type(n) is T.Bin and n.op in ("is", "is not") and type(n.right) is T.Name and n.right.id in ("null", "nil")


def _joins(n: T.Node | None) -> bool:
    return type(n) is T.Bin and n.op in _STRICT


def _is_test(n: T.Node | None) -> bool:
    """True for an expression whose value can only be true or false."""
    if type(n) is T.Bin:
        return n.op in _COMPARES or (n.op in _STRICT and _is_test(n.left) and _is_test(n.right))
    return type(n) is T.Un and n.op in _NOT


def _last(fn: T.Node) -> str:
    """The callee's last name as the tables spell it."""
    if type(fn) is T.Member:
        return flat(fn.name)
    if type(fn) is T.Name:
        return flat(fn.id.rsplit(":", 1)[-1].rsplit(".", 1)[-1])
    return ""


_VERBS = {"s": ".save", "q": ".query", "d": ".delete", "v": ".validate", "t": ".transform", "f": ".filter"}
_ABSENT = frozenset((".nil", ".false", "#0", '"'))
_IS = frozenset(("isinstance", "isa", "kindof", "instanceof", "issubclass"))
_ENDS = (".Unlock", ".RUnlock", ".unlock")
_MARKS = frozenset((T.Func, T.Class, T.Const, T.Quirk, T.Block, T.Word))
_LEAVING = frozenset((T.Return, T.Raise, T.Jump, T.Block))
_CALLS = frozenset((T.Call, T.Build))
_FORMS = frozenset((T.Bin, T.Un))

_READ: dict[type, Callable[[Any, Any, Place], Any]] = {
    T.Name: _Reader.name,
    T.Num: _Reader.num,
    T.Str: _Reader.string,
    T.Template: _Reader.template,
    T.Raw: _Reader.raw,
    T.Member: _Reader.member,
    T.Call: _Reader.call,
    T.Build: _Reader.build,
    T.Element: _Reader.element,
    T.Un: _Reader.unary,
    T.Post: _Reader.postfix,
    T.Bin: _Reader.binary,
    T.Cond: _Reader.choice,
    T.OrElse: _Reader.or_else,
    T.Lambda: _Reader.function,
    T.Coll: _Reader.collection,
    T.Pair: _Reader.pair,
    T.Comp: _Reader.comprehension,
    T.Pipe: _Reader.pipe,
    T.Range: _Reader.ranged,
    T.Await: _Reader.awaited,
    T.Words: _Reader.english_words,
    T.Assign: _Reader.assign,
    T.Do: _Reader.do,
    T.Return: _Reader.give,
    T.Raise: _Reader.throw,
    T.Yield: _Reader.produce,
    T.If: _Reader.branch,
    T.Each: _Reader.each,
    T.While: _Reader.during,
    T.Loop: _Reader.loop,
    T.Try: _Reader.attempt,
    T.With: _Reader.scoped,
    T.Switch: _Reader.switch,
    T.Fail: _Reader.fails,
    T.Jump: _Reader.jump,
    T.Go: _Reader.started,
    T.Word: _Reader.word,
    T.Block: _Reader.nested,
    T.Quirk: _Reader.quirk,
    T.Func: _Reader.unit_of,
    T.Class: _Reader.class_of,
    T.Route: _Reader.route,
    T.Const: _Reader.constant,
    T.Rule: _Reader.rule,
}

"""Units: functions that stand alone, classes, members, routes, constants.

Contract: in a class `name(x)` declares a method, in a file it is a call unless a body, a type or a modifier follows.
"""

from __future__ import annotations

from ..lexer import END, NAME, NUM, OP, ROUTE, STR
from ..precedence import ASSIGN_OPS, COND, ORELSE
from ..tree import Assign, Class, Coll, Const, Do, Func, Name, Node, Path, Raw, Route
from ..vocabulary import UNIT_MARKS
from .headers import HeaderReader
from .marks import ENDS, MAX_CHAIN, SEPARATORS, STATES, STEP_WORDS, TARGETS, TELLING
from .shapes import unquoted

_GOES_ON = frozenset((">", "|", ".", "?", "==", "!=", "&&", "||"))
"""After a body these tell that it was markup, part of an expression."""


class UnitReader(HeaderReader):
    """Units: functions that stand alone, classes, members, routes, constants."""

    def alone(self) -> Node:
        """A unit that stands alone: header, then steps without braces."""
        while self.word[self.i] == "\n":
            self.i += 1
        at = self.pos()
        start = self.i
        decorators = self.decorators()
        while self.word[self.i] in SEPARATORS:
            self.i += 1
        if self.kind[self.i] == ROUTE:
            return self.route(at, decorators, alone=True)
        unit = self.marked(decorators, at, True)
        if unit is not None:
            return unit
        func = self.header(decorators, at) or self.bare_header(decorators, at) or self.operator_header(decorators, at)
        if func is None:
            if self.strict:
                raise self.fail(
                    "a unit starts with its header", "name(params)->T, then its steps on the lines below", start
                )
            self.i = start
            return Func("", [], self.steps(""), pos=at)
        self.header_rest(func)
        if self.word[self.i] == "{" and self.braces_end_unit():
            func.body = self.braces()
            return func
        body = self.steps("")
        func.body = body or None
        return func

    def braces_end_unit(self) -> bool:
        i = self.close[self.i] + 1
        while self.word[i] in SEPARATORS:
            i += 1
        return self.kind[i] == END

    def decorated(self) -> Node | None:
        """A unit with its decorators among steps."""
        at = self.pos()
        decorators = self.decorators()
        while self.word[self.i] == "\n":
            self.i += 1
        unit = self.marked(decorators, at, False)
        if unit is not None or self.kind[self.i] == ROUTE:
            return unit or self.route(at, decorators)
        func = self.header(decorators, at)
        if func is None or self.word[self.i] != "{":
            return None
        func.body = self.braces()
        return func

    def unit_step(self, at: int) -> Node | None:
        """A unit that starts with its mark."""
        return self.marked([], at, False)

    def marked(self, decorators: list[str], at: int, in_class: bool) -> Node | None:
        """A unit that starts with its mark, modifiers before it: `F:`, `C:`, `K:` and so on; None if there is none."""
        i = self.i
        word, kind = self.word, self.kind
        k = i
        modifiers: list[str] = []
        while kind[k] == NAME and kind[k + 1] == NAME and self.spaced[k + 1] and k - i < 8:
            modifiers.append(word[k])
            k += 1
        mark = word[k]
        if mark not in UNIT_MARKS or kind[k] != NAME or word[k + 1] != ":" or self.spaced[k + 1]:
            return None
        if (kind[k + 2] != NAME and word[k + 2] not in "~(") or self.spaced[k + 2]:
            return None
        self.i = k + 2
        if mark == "F":
            func = self.header(decorators, at)
            if func is None:
                self.i = i
                return None
            func.modifiers[:0] = modifiers
            self.header_rest(func)
            if word[self.i] == "{":
                func.body = self.braces()
            return func
        name = word[self.i]
        if mark in "KT":
            self.i += 1
            tparams = ""
            if word[self.i] == "<" and self.angles(self.i) > 0:
                end = self.angles(self.i)
                tparams = self.slice(self.i, end)
                self.i = end
            if word[self.i] != "=":
                self.i = i
                return None
            self.i += 1
            if mark == "T":
                end = self.i
                while word[end] not in ENDS:
                    end = self.close[end] + 1 if end in self.close else end + 1
                value: Node = Raw(self.slice(self.i, end), pos=self.pos())
                self.i = end
            else:
                value = self.values() if word[self.i] not in ENDS else Name("")
            return Const(mark, name + tparams, value, pos=at)
        self.i += 1
        while word[self.i] in (".", "/", "-", "::") and kind[self.i + 1] == NAME and not self.spaced[self.i]:
            name += word[self.i] + word[self.i + 1]
            self.i += 2
        return self.class_rest(mark, name, modifiers, decorators, at, i)

    def class_rest(
        self, mark: str, name: str, modifiers: list[str], decorators: list[str], at: int, back: int
    ) -> Node | None:
        word = self.word
        node = Class(mark, name, [], [], None, decorators, modifiers, pos=at)
        if word[self.i] == "<" and self.angles(self.i) > 0:
            end = self.angles(self.i)
            node.tparams = self.slice(self.i, end)
            self.i = end
        groups = 0
        while word[self.i] == "(" and groups < 2:
            close = self.close[self.i]
            if groups == 0:
                node.bases = self.type_list(self.i + 1, close)
            else:
                node.params = self.params(self.i + 1, close)
            groups += 1
            self.i = close + 1
        if not self.strict:
            while word[self.i] not in ENDS and word[self.i] != "{" and self.kind[self.i] != STR:
                self.i = self.close[self.i] + 1 if self.i in self.close else self.i + 1
        if self.kind[self.i] == STR:
            node.intent = unquoted(word[self.i])
            self.i += 1
        if word[self.i] != "{":
            if self.strict:
                raise self.fail(f"`{{` expected before the members, found {self.shown()}", "C:Name(Base){members}")
            if word[self.i] not in ENDS:
                self.i = back
                return None
            return node
        self.deeper()
        self.i += 1
        node.members = self.members("}", True)
        self.depth -= 1
        self.expect("}", "after the members")
        return node

    def members(self, close: str, in_class: bool) -> list[Node]:
        """Units and fields up to the closing mark."""
        out: list[Node] = []
        word = self.word
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = True, False, STATES
        while True:
            w = word[self.i]
            if w == "\n" or w == ";" or (w == "," and in_class):
                self.i += 1
                continue
            if w == close or not w:
                break
            start = self.i
            out.append(self.member(in_class))
            if word[self.i] not in ENDS and not (in_class and word[self.i] == ","):
                self.left_over(out, word[self.i - 1] == "}" or word[self.i - 1] == ")")
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        return out

    def member(self, in_class: bool) -> Node:
        at = self.pos()
        start = self.i
        decorators = self.decorators()
        while self.word[self.i] == "\n" and decorators:
            self.i += 1
        if self.kind[self.i] == ROUTE:
            return self.route(at, decorators)
        unit = self.marked(decorators, at, in_class)
        if unit is not None:
            return unit
        here = self.i
        tells = self.word[here] in TELLING and (self.spaced[here + 1] or self.word[here + 1] == "{")
        if not tells and (self.kind[here] != OP or self.word[here] in "~("):
            func = self.header(decorators, at)
            if func is not None:
                self.member_header_rest(func)
                if self.word[self.i] == "{":
                    func.body = self.braces()
                    if self.word[self.i] not in _GOES_ON:
                        return func
                ends = self.word[self.i] in ENDS or (in_class and self.word[self.i] == ",")
                if ends and (in_class or func.returns or func.modifiers or decorators):
                    return func
        if decorators and not self.strict:
            self.i = here
        else:
            self.i = start
        if in_class:
            return self.field(at)
        return self.step()

    def field(self, at: int) -> Node:
        """`x`, `x:T`, `x=1`, `x:T=1` in a class; commas separate fields."""
        i = self.i
        w = self.word[i]
        if (self.kind[i] == NAME and w not in STEP_WORDS) or self.kind[i] == NUM:
            nxt = self.word[i + 1]
            name = Name(w, pos=at)
            if nxt in ENDS or nxt == ",":
                self.i += 1
                return Assign([name], None, pos=at)
            typed = None
            if nxt == ":" and not self.spaced[i + 1]:
                end = self.type_end(i + 2, True)
                if end > i + 2:
                    typed = self.slice(i + 2, end)
                    self.i = end
                    if self.word[end] != "=":
                        return Assign([name], None, "=", typed, pos=at)
                    nxt = "="
                    i = end - 1
            if nxt == "=":
                self.i = i + 2
                if self.word[self.i] in ENDS or self.word[self.i] == ",":
                    return Assign([name], name, "=", typed, pos=at)
                return Assign([name], self.chained(), "=", typed, pos=at)
            self.i = self.index_of(i, at)
        if w == "[" and self.i in self.close and self.word[self.close[self.i] + 1] == ":":
            target = self.operand_group()
            end = self.type_end(self.i + 1, True)
            typed = self.slice(self.i + 1, end)
            self.i = end
            if self.word[end] != "=":
                return Assign([target], None, "=", typed, pos=at)
            self.i += 1
            return Assign([target], self.chained(), "=", typed, pos=at)
        if self.word[self.i] == "(" and self.word[self.close[self.i] + 1] in ASSIGN_OPS:
            target = self.group()
            op = self.word[self.i]
            self.i += 1
            return Assign([target], self.expr(COND), op, pos=at)
        return self.member_step(at)

    def chained(self) -> Node:
        """The value of a field, `b=c=1` too."""
        chain: list[Node] = [self.expr(COND)]
        while self.word[self.i] == "=" and type(chain[-1]) in TARGETS and len(chain) < MAX_CHAIN:
            self.i += 1
            chain.append(self.expr(COND))
        value = chain.pop()
        while chain:
            target = chain.pop()
            value = Assign([target], value, pos=target.pos)
        return value

    def index_of(self, i: int, at: int) -> int:
        for k in range(self.i, -1, -1):
            if self.place[k] + self.offset <= at:
                return k
        return i

    def member_step(self, at: int) -> Node:
        """A step of a class body: as any, but a comma ends it."""
        w = self.word[self.i]
        if (self.kind[self.i] == NAME and w in STEP_WORDS) or (self.kind[self.i] == OP and w not in "(.[~"):
            return self.step()
        node = self.expr(ORELSE)
        w = self.word[self.i]
        if w in ASSIGN_OPS:
            self.i += 1
            if self.word[self.i] in ENDS or self.word[self.i] == ",":
                return Assign([node], node, w, pos=at)
            return Assign([node], self.expr(COND), w, pos=at)
        if w == "?":
            return self.guard(node, at)
        if w == "<-":
            return self.each([node], at)
        if w == ":":
            return self.colon(node, at)
        return Do(node, pos=at)

    def route(self, at: int, decorators: list[str] | None = None, alone: bool = False) -> Node:
        """`R:GET /path name(params) {flow}`, `R:/path handler,more`."""
        method, _, path = self.word[self.i][2:].partition(" ")
        self.i += 1
        if method[:1] == "/":
            end = self.i
            while self.word[end] not in ENDS:
                end = self.close.get(end, end) + 1
            given = self.items(end, False)
            return Path(method, given[0] if len(given) == 1 else Coll("" if given else "(", given), pos=at)
        func = Func("", [], None, None, False, None, decorators or [], pos=at)
        if self.word[self.i] not in ENDS and self.word[self.i] != "{":
            head = self.header(decorators or [], at)
            if head is not None:
                func = head
                self.header_rest(func) if alone else self.member_header_rest(func)
        if self.kind[self.i] == STR and self.word[self.i + 1] in ENDS | {"{"}:
            func.intent = unquoted(self.word[self.i])
            self.i += 1
        if self.word[self.i] == "{":
            func.body = self.braces()
        elif alone:
            func.body = self.steps("") or None
        return Route(method, path, func, pos=at)

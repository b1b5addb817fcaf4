"""What stands between brackets: arguments, items, pairs, comprehensions, groups.

Contract: each reads up to its closing bracket whatever is inside; what fits no form there becomes words.
"""

from __future__ import annotations

from ..lexer import ARROW, END, NAME, OP, RETURNS, ROUTE, SEMI
from ..precedence import ASSIGN_OPS, COND, ORELSE, RANGE, UNARY
from ..tree import Arg, Bin, Block, Coll, Comp, For, Index, Lambda, Member, Name, Node, Pair, Raw, Spread, Un
from ..vocabulary import MODIFIERS, UNIT_MARKS
from .marks import CLAUSE_STOPS, ENDS, STATES, TYPE_MARKS
from .postfix import PostfixReader
from .shapes import words

_STEP_MARKS = frozenset(("=", "^", "^!", "?", ":", "<-", "\n"))
_CLOSERS = frozenset((")", ""))


class ListReader(PostfixReader):
    """What stands between brackets: arguments, items, pairs, comprehensions, groups."""

    def stuck(self, node: Node, ends: frozenset[str], start: int = -1) -> Node:
        """Inside brackets, what cannot follow: a type, an error, or words."""
        if start >= 0 and (self.word[self.i] in TYPE_MARKS or self.word[self.i] == ">"):
            end = self.type_end(start, True)
            if end > self.i and self.word[end] in (",", ")", "]"):
                self.i = end
                return Raw(self.slice(start, end), pos=node.pos)
        if self.strict:
            raise self.fail(f"{self.shown()} cannot stand here", "separate with a comma")
        left = self.rest(ends)
        return words(node, left) if left else node

    def args(self) -> list[Node]:
        """`(a,b=x,*c)`."""
        close = self.close[self.i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, STATES
        if self.i < close and self.inside[self.i - 1] & SEMI and self.ahead(self.i, _STEP_MARKS, _CLOSERS) < 0:
            out: list[Node] = [Raw(self.slice(self.i, close), pos=self.pos())]
        elif self.i < close and self.inside[self.i - 1] & SEMI and not self.strict:
            steps = self.steps(")")
            out = [Lambda([], steps)] if len(steps) != 1 else steps
        else:
            out = self.items(close, False)
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        return out

    def items(self, close: int, build: bool) -> list[Node]:
        """Items between commas up to the token `close`, and past it for a build."""
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, STATES
        out: list[Node] = []
        word = self.word
        while self.i < close:
            if word[self.i] == "," or word[self.i] == "\n" or word[self.i] == ";":
                self.i += 1
                continue
            start = self.i
            node = self.item(close, build)
            if self.i < close and word[self.i] == "for" and not out:
                node = Comp("(", node, self.clauses(CLAUSE_STOPS), pos=node.pos)
            if self.i < close and word[self.i] not in (",", "\n"):
                node = self.stuck(node, frozenset((",", "\n")), start)
            out.append(node)
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        if build:
            self.i = close + 1
        return out

    def item(self, close: int, build: bool) -> Node:
        """One argument, field or element."""
        i = self.i
        at = self.pos()
        w = self.word[i]
        kind = self.kind[i]
        if kind == NAME:
            nxt = self.word[i + 1]
            if nxt == "=":
                self.i += 2
                if self.i >= close or self.word[self.i] == ",":
                    return Arg(w, Name(w, pos=at), pos=at)
                return Arg(w, self.keyed(), pos=at)
            if build and (i + 1 == close or nxt == ","):
                self.i += 1
                return Arg(w, Name(w, pos=at), pos=at)
        elif kind == OP:
            if w == "*" and self.begins(i + 1) and not self.spaced[i + 1]:
                self.i += 1
                value = self.expr(UNARY)
                if self.i >= close or self.word[self.i] in (",", "for", "\n"):
                    return Spread("*", value, pos=at)
                return self.expr(COND, Un("*", value, pos=at))
            if w == "*" and self.begins(i + 1):
                self.i += 1
                return self.expr(COND, Un("*", self.expr(UNARY), pos=at))
        if (w in UNIT_MARKS and self.word[i + 1] == ":" and not self.spaced[i + 1]) or (
            w in MODIFIERS and kind == NAME
        ):
            unit = self.marked([], at, False)
            if unit is not None:
                return unit
        elif kind == ROUTE and self.word[i][2] == "/":
            return self.route(at)
        node = self.expr(COND)
        w = self.word[self.i]
        if w == ":" and self.i < close:
            self.i += 1
            if self.i >= close or self.word[self.i] == ",":
                key = Name(node.id) if type(node) is Name else Name("")
                return Pair(node, key, pos=at)
            return Pair(node, self.keyed(), pos=at)
        if w == "=>" and self.i < close:
            self.i += 1
            return Pair(node, self.keyed(), pos=at)
        if w == "=" and self.i + 1 < close and type(node) in (Member, Index, Name) and self.begins(self.i + 1):
            self.i += 1
            return Bin("=", node, self.keyed(), pos=at)
        if w == "<-" and not self.strict:
            return self.each([node], at)
        return node

    def keyed(self) -> Node:
        """A value after `=` or `:` in a list."""
        if self.word[self.i] == "*" and self.begins(self.i + 1):
            at = self.pos()
            self.i += 1
            return self.expr(COND, Un("*", self.expr(UNARY), pos=at))
        if self.kind[self.i] == NAME and self.word[self.i + 1] == "=" and self.begins(self.i + 2):
            name, at = self.word[self.i], self.pos()
            self.i += 2
            return Arg(name, self.keyed(), pos=at)
        return self.expr(COND)

    def clauses(self, stops: frozenset[str]) -> list[For]:
        """`for t in xs if p` once or more."""
        out: list[For] = []
        word = self.word
        saved = self.stops
        self.stops = stops
        while True:
            is_async = word[self.i] == "async" and word[self.i + 1] == "for"
            if is_async:
                self.i += 1
            if word[self.i] != "for":
                break
            at = self.pos()
            self.i += 1
            target = self.expr(RANGE) if word[self.i] != "*" else self.item(self.i + 2, False)
            if word[self.i] == ",":
                items = [target]
                while word[self.i] == ",":
                    self.i += 1
                    items.append(self.expr(RANGE) if word[self.i] != "*" else self.item(self.i + 2, False))
                target = Coll("", items, pos=target.pos)
            if word[self.i] != "in":
                if self.strict:
                    raise self.fail(f"`in` expected after the target, found {self.shown()}", "for x in xs")
                out.append(For(Name(""), target, [], is_async, pos=at))
            else:
                self.i += 1
                out.append(For(target, self.expr(ORELSE), [], is_async, pos=at))
            if word[self.i] not in ("if", "for", "async") and self.kind[self.i] != END and not self.strict:
                extra = self.rest_of_clause()
                if extra:
                    out[-1].iter = words(out[-1].iter, extra)
            while word[self.i] == "if":
                self.i += 1
                out[-1].conds.append(self.expr(ORELSE))
        self.stops = saved
        return out

    def rest_of_clause(self) -> list[Node]:
        if self.word[self.i] in ENDS or self.word[self.i] in (",", ":", "?", "|"):
            return []
        return self.rest(frozenset((",", "\n", ";", "if", "for", ":")))

    def group(self) -> Node:
        """`(..)`: an expression, a tuple, a comprehension, an assignment or a loop as a value."""
        i = self.i
        at = self.pos()
        close = self.close[i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, STATES
        if self.inside[i] & SEMI and not self.strict:
            node: Node = Block("", self.steps(")"), pos=at)
        else:
            items: list[Node] = []
            comma = False
            while self.i < close:
                if self.word[self.i] == ",":
                    comma = True
                    self.i += 1
                    continue
                start = self.i
                item = self.one_of_group()
                if self.word[self.i] == "for" and not items:
                    item = Comp("(", item, self.clauses(CLAUSE_STOPS), pos=at)
                if self.i < close and self.word[self.i] != ",":
                    item = self.stuck(item, frozenset(","))
                items.append(item)
                if self.i == start:
                    self.i += 1
            if len(items) == 1 and not comma:
                node = items[0]
            else:
                node = Coll("(", items, pos=at)
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        return node

    def one_of_group(self) -> Node:
        at = self.pos()
        if self.word[self.i] == "*" and self.begins(self.i + 1) and not self.spaced[self.i + 1]:
            self.i += 1
            value = self.expr(UNARY)
            if self.word[self.i] in (",", ")") and self.word[self.i] == ",":
                return Spread("*", value, pos=at)
            node = self.expr(COND, Un("*", value, pos=at))
            if self.word[self.i] in ASSIGN_OPS and self.begins(self.i + 1):
                op = self.word[self.i]
                self.i += 1
                return Bin(op, node, self.expr(COND), pos=at)
            return node
        if self.word[self.i] in ("^", "^!"):
            return self.step()
        node = self.expr(COND)
        w = self.word[self.i]
        if w in ASSIGN_OPS and self.begins(self.i + 1):
            self.i += 1
            return Bin(w, node, self.expr(COND), pos=at)
        if w == "<-":
            return self.each([node], at)
        if w == ":" and self.begins(self.i + 1):
            self.i += 1
            return Pair(node, self.expr(COND), pos=at)
        return node

    def operand_group(self) -> Node:
        """`[..]` or `{..}` as a literal, a comprehension, or a block where steps stand in it."""
        i = self.i
        at = self.pos()
        opener = self.word[i]
        close = self.close[i]
        if opener == "{" and self.inside[i] & (SEMI | ARROW | RETURNS) and not self.strict:
            return Block("", self.braces(), pos=at)
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, STATES
        items: list[Node] = []
        word = self.word
        node: Node | None = None
        while self.i < close:
            if word[self.i] == "," or word[self.i] == "\n" or word[self.i] == ";":
                self.i += 1
                continue
            start = self.i
            item = self.item(close, False)
            if self.i < close and word[self.i] in ("for", "async") and not items:
                node = Comp(opener, item, self.clauses(CLAUSE_STOPS), pos=at)
                if self.i < close:
                    node = self.stuck(node, frozenset())
                break
            if self.i < close and word[self.i] not in (",", "\n", ";"):
                item = self.stuck(item, frozenset((",", "\n", ";")))
            items.append(item)
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        if node is not None:
            return node
        if (
            opener == "["
            and not self.spaced[self.i]
            and (self.kind[self.i] == NAME or (not items and word[self.i] in ("*", "[")))
        ):
            end = self.cast_end(self.i)
            if end > self.i and not self.spaced[end - 1]:
                self.i = end
                return Raw(self.slice(i, end), pos=at)
        return Coll(opener, items, pos=at)

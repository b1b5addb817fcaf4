"""Operands: names, literals, prefixes, lambdas, builds and markup.

Contract: `operand` always moves on or returns an empty name at an end, so that no caller can hang.
"""

from __future__ import annotations

from typing import Any

from ..lexer import ARROW, NAME, NUM, OP, RETURNS, ROUTE, SEMI, STR
from ..precedence import ASSIGN_OPS, COALESCE, COMPARE, COND, ORELSE, RANGE, UNARY
from ..printer import print_expr
from ..strings import parse_string
from ..tree import (
    Await,
    Block,
    Build,
    Call,
    Coll,
    Element,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Param,
    Raise,
    Range,
    Raw,
    Return,
    Slice,
    Spread,
    Str,
    Un,
    While,
    Yield,
)
from ..vocabulary import BLOCK_WORDS, INFIX_WORDS, MODIFIERS, UNIT_MARKS
from .expressions import ExpressionReader
from .marks import ENDS, OPERAND_WORDS, PREFIX, STATES, STEPS_INSIDE, TARGETS
from .shapes import child


class OperandReader(ExpressionReader):
    """Operands: names, literals, prefixes, lambdas, builds and markup."""

    def operand(self) -> Node:
        """A prefix, a literal, a name or a group, with what is attached to it."""
        i = self.i
        kind, w = self.kind[i], self.word[i]
        at = self.place[i] + self.offset
        if kind == NAME:
            if i == self.dotted:
                self.i += 1
                return self.postfix(Member(None, w, pos=at), at)
            if w[0] == "@" and w[1] != "@":
                self.i += 1
                return Un("@", self.postfix(Name(w[1:], pos=at + 1), at), pos=at)
            nxt = self.word[i + 1]
            if nxt == "=>":
                self.i += 2
                return self.lambda_body([Param(w, pos=at)], at)
            if w in ("struct", "interface") and nxt == "{" and self.close[i + 1] == i + 2:
                self.i += 3
                return self.postfix(Raw(w + "{}", pos=at), at)
            if w in OPERAND_WORDS:
                node = self.word_operand(i, w, at)
                if node is not None:
                    return node
            self.i += 1
            return self.postfix(Name(w, pos=at), at)
        if kind == NUM:
            self.i += 1
            if w[0] == "." and w[1:].isdigit() and self.word[i + 1] in (".", "[", "(") and not self.spaced[i + 1]:
                return self.postfix(Member(None, w[1:], pos=at), at)
            return self.postfix(Num(w, pos=at), at)
        if kind == STR:
            self.i += 1
            return self.postfix(parse_string(w, at), at)
        if w == "(":
            close = self.close[i]
            if self.word[close + 1] == "=>":
                return self.lambda_at(i, at)
            node = self.group()
            if self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next:
                if type(node) is Call or self.word[self.i + 1] in MODIFIERS | UNIT_MARKS:
                    return self.postfix(self.brace_after(node, at), at)
                if type(node) in (Name, Coll) and self.inside[self.i] & STEPS_INSIDE:
                    return Lambda(self.params(i + 1, close), self.braces(), pos=at)
            return self.postfix(node, at)
        if w == ".":
            if self.kind[i + 1] == NAME and not self.spaced[i + 1]:
                self.i += 2
                return self.postfix(Member(None, self.word[i + 1], pos=at), at)
            self.i += 1
            if self.word[i + 1] == "{" and not self.spaced[i + 1] and not self.body_next:
                return self.brace_after(Member(None, "", pos=at), at)
            return Raw(".", pos=at)
        if w == "[":
            return self.postfix(self.operand_group(), at)
        if w == "{":
            return self.postfix(self.operand_group(), at)
        if w == "~":
            self.i += 1
            nxt = self.word[self.i]
            if (nxt == "(" and self.word[self.close[self.i] + 1] == "=>") or self.word[self.i + 1] == "=>":
                node = self.operand()
                if type(node) is Lambda:
                    node.is_async = True
                    return node
                return Await(node, pos=at)
            return Await(self.expr(UNARY), pos=at)
        if w in PREFIX and not (w == "*" and self.word[i + 1] == "{"):
            self.i += 1
            op = w
            if (
                w == "-"
                and self.kind[i + 1] == NUM
                and not self.spaced[i + 1]
                and self.word[i + 2] not in ("**", ".", "[")
            ):
                self.i += 1
                return Num("-" + self.word[i + 1], pos=at)
            if w == "&&" and self.begins(self.i):
                return Un("&", Un("&", self.expr(UNARY), pos=at), pos=at)
            if w == "&" and self.word[self.i] == "mut" and self.begins(self.i + 1):
                self.i += 1
                op = "&mut"
            if not self.begins(self.i):
                if self.strict:
                    raise self.fail(f"an operand expected after `{w}`, found {self.shown()}")
                return Raw(w, pos=at)
            return Un(op, self.expr(UNARY), pos=at)
        if w == "..." or w == "**":
            self.i += 1
            if self.begins(self.i):
                return Spread(w, self.expr(UNARY), pos=at)
            return Raw(w, pos=at)
        if w == ".." or w == "..=":
            self.i += 1
            return Range(None, self.expr(RANGE + 1) if self.begins(self.i) else None, w == "..=", pos=at)
        if w == "^":
            self.i += 1
            return Return(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == "^!":
            self.i += 1
            return Raise(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == "^^":
            self.i += 1
            if self.word[self.i] == "*" and not self.spaced[self.i]:
                self.i += 1
                return Yield(self.expr(UNARY), True, pos=at)
            return Yield(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == ":" and self.kind[i + 1] in (NAME, STR) and not self.spaced[i + 1]:
            self.i += 2
            text = ":" + self.word[i + 1]
            if self.word[i + 2] in ("?", "!", "=") and not self.spaced[i + 2] and self.symbol_ends(i + 3):
                text += self.word[i + 2]
                self.i += 1
            return self.postfix(Str(text, pos=at), at)
        if w == "::" and self.kind[i + 1] == NAME and not self.spaced[i + 1]:
            self.i += 2
            return self.postfix(Name("::" + self.word[i + 1], pos=at), at)
        if w == "<-" and self.begins(i + 1):
            self.i += 1
            return Un("<-", self.expr(UNARY), pos=at)
        if w == "<" and self.angles(i) > 0 and self.word[self.angles(i)] == "::":
            end = self.angles(i)
            while self.word[end] == "::" and self.kind[end + 1] == NAME:
                end += 2
            self.i = end
            return self.postfix(Raw(self.slice(i, end), pos=at), at)
        if w == "*" and self.word[i + 1] == "{":
            self.i += 1
            return While(None, self.braces(), pos=at)
        if w == "<>" and self.word[i + 1] in ("(", "{"):
            self.i += 1
            return self.element(Name("", pos=at), [], at) if self.word[self.i] == "{" else self.fragment(at)
        if (w == "|" or w == "||") and not self.spaced[i + 1]:
            node = self.closure(i, at)
            if node is not None:
                return node
        if self.strict:
            raise self.fail(f"an expression expected, found {self.shown()}", "see docs/language.md for the forms")
        if w in ENDS:
            return Name("", pos=at)
        self.i += 1
        return Raw(w, pos=at)

    def symbol_ends(self, i: int) -> bool:
        """Whether the token at i stands behind a Ruby symbol: its mark is its own then, `x==:odd? ?a:b`."""
        w = self.word[i]
        if w in ENDS or w == ",":
            return True
        return self.spaced[i] and (w == "?" or (w == ":" and self.spaced[i + 1]))

    def fragment(self, at: int) -> Node:
        args = self.args()
        if self.word[self.i] == "{":
            return self.element(Name("", pos=at), args, at)
        return Element("", args, [], pos=at)

    def closure(self, i: int, at: int) -> Node | None:
        """Rust's `|a,b| expr`."""
        params: list[Param] = []
        if self.word[i] == "|":
            end = self.ahead(i + 1, frozenset("|"), ENDS)
            if end < 0:
                return None
            params = self.params(i + 1, end)
            self.i = end + 1
        else:
            self.i += 1
        return self.lambda_body(params, at)

    def word_operand(self, i: int, w: str, at: int) -> Node | None:
        """An operand that starts with a word of the language."""
        spaced = self.spaced[i + 1]
        if w == "match":
            switch = self.switch(at)
            return switch if switch is None else self.postfix(switch, at)
        if w == "not":
            if not self.begins(i + 1) or (self.kind[i + 1] == NAME and self.word[i + 1] in ("in", "is", "and", "or")):
                return None
            self.i += 1
            return Un("not", self.expr(COMPARE), pos=at)
        if not spaced or not self.begins(i + 1) or (self.kind[i + 1] == OP and self.word[i + 1] not in "([.~{*&-!"):
            return None
        if self.kind[i + 1] == OP and self.word[i + 1] in "*&-" and self.spaced[i + 2]:
            return None
        if self.kind[i + 1] == NAME and (self.word[i + 1] in INFIX_WORDS or self.word[i + 1] in self.stops):
            return None
        self.i += 1
        if w == "new":
            if self.kind[i + 1] != NAME:
                return Un("new", self.expr(UNARY), pos=at)
            start = self.pos()
            node: Node = Name(self.word[i + 1], pos=start)
            self.i += 1
            while self.word[self.i] == "." and self.kind[self.i + 1] == NAME and not self.spaced[self.i]:
                node = Member(node, self.word[self.i + 1], pos=start)
                self.i += 2
            generic = self.generic(node)
            if generic is not None:
                node = generic
            if self.word[self.i] == "(" and not self.spaced[self.i]:
                node = Call(node, self.args(), pos=start)
            elif self.word[self.i] == "[" and not self.spaced[self.i]:
                node = self.index(node, start)
            elif self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next:
                return Un("new", self.brace_after(node, start), pos=at)
            return self.postfix(Un("new", node, pos=at), at)
        if w == "in" or w == "is":
            return Un(w, self.expr(COMPARE + 1), pos=at)
        return Un(w, self.expr(UNARY), pos=at)

    def lambda_at(self, i: int, at: int) -> Node:
        close = self.close[i]
        params = self.params(i + 1, close)
        self.i = close + 2
        return self.lambda_body(params, at)

    def lambda_body(self, params: list[Param], at: int) -> Node:
        self.deeper()
        w = self.word[self.i]
        if w == "{" and not (self.looks_like_pairs(self.i) and self.word[self.i + 2] == ":"):
            body: Any = self.braces()
        else:
            body = self.expr(COND)
            w = self.word[self.i]
            if w in ASSIGN_OPS and type(body) in TARGETS:
                body = [self.assign([body], body.pos)]
        self.depth -= 1
        return Lambda(params, body, pos=at)

    def with_text(self, node: Node, text: str) -> Node:
        if type(node) is Name:
            return Name(node.id + text, pos=node.pos)
        if type(node) is Member:
            return Member(node.obj, node.name + text, node.op, pos=node.pos)
        return node

    def call(self, node: Node, at: int) -> Node:
        args = self.args()
        if self.word[self.i] == "{" and self.paths(self.i):
            return Call(node, args, pos=at)
        if self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next and type(node) in (Name, Member):
            return self.element(node, args, at)
        return Call(node, args, pos=at)

    def paths(self, i: int) -> bool:
        """Whether paths stand in the brace at i."""
        return self.kind[i + 1] == ROUTE and self.word[i + 1][2] == "/"

    def element(self, tag: Node, attrs: list[Node], at: int) -> Node:
        """`tag(attrs){child;child}`."""
        name = print_expr(tag)
        if not attrs and type(tag) is Index:
            return Block(name, self.braces(), pos=at)
        children = [child(s) for s in self.braces()]
        node = Element(name, attrs, children, pos=at)
        if self.word[self.i] == "(" and not self.spaced[self.i] and not attrs:
            node.attrs = self.args()
        return node

    def brace_after(self, node: Node, at: int) -> Node:
        """`Type{a,b=x}`, or `tag{child;child}`."""
        i = self.i
        if type(node) is Index and type(node.obj) is Name and node.obj.id in BLOCK_WORDS:
            return Block(print_expr(node), self.braces(), pos=at)
        if self.inside[i] & STEPS_INSIDE and not self.multiline_build(i):
            return self.element(node, [], at)
        self.deeper()
        close = self.close[i]
        self.i += 1
        items = self.items(close, True)
        self.depth -= 1
        return Build(node, items, pos=at)

    def multiline_build(self, i: int) -> bool:
        """Whether only layout breaks the lines of a build."""
        if self.inside[i] & (SEMI | ARROW | RETURNS):
            return False
        return self.kind[i + 1] == NAME and self.word[i + 2] in (":", "=") and self.word[self.close[i] - 1] == ","

    def index(self, node: Node, at: int) -> Node:
        i = self.i
        close = self.close[i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, STATES
        args: list[Node] = []
        while self.i < close:
            if self.word[self.i] == ",":
                self.i += 1
                continue
            start = self.i
            args.append(self.slice_or_item(close))
            if self.i < close and self.word[self.i] != ",":
                args[-1] = self.stuck(args[-1], frozenset(","))
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        if type(node) is Name and node.id == "map" and not self.spaced[self.i]:
            end = self.cast_end(self.i)
            if end > self.i and not self.spaced[end - 1]:
                self.i = end
                return Raw("map" + self.slice(i, end), pos=at)
        return Index(node, args, pos=at)

    def slice_or_item(self, close: int) -> Node:
        at = self.pos()
        parts: list[Node | None] = [None, None, None]
        colons = 0
        while self.i < close:
            w = self.word[self.i]
            if w == ":" and (colons < 2):
                colons += 1
                self.i += 1
            elif w == "::" and colons < 1:
                colons += 2
                self.i += 1
            elif w == "," or parts[min(colons, 2)] is not None:
                break
            else:
                start = self.i
                parts[min(colons, 2)] = self.expr(ORELSE if colons else COND) if w != "*" else self.item(close, False)
                if self.i == start:
                    break
        if colons:
            return Slice(parts[0], parts[1], parts[2], pos=at)
        return parts[0] if parts[0] is not None else Name("", pos=at)

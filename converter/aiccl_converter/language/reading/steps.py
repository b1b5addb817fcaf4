"""Steps: the loop over them, what starts with `^`, assignments, and what follows a step on its line.

Contract: `steps` reads up to a closing mark and always moves on.
"""

from __future__ import annotations

from typing import Any

from ..lexer import NAME, NUM, OP, ROUTE, STR
from ..precedence import ASSIGN_OPS, COALESCE, COND, ORELSE, UNARY
from ..tree import (
    Assign,
    Block,
    Coll,
    Cond,
    Do,
    Each,
    If,
    Member,
    Name,
    Node,
    OrElse,
    Pair,
    Pipe,
    Raise,
    Raw,
    Return,
    Words,
    Yield,
)
from ..vocabulary import UNIT_MARKS
from .lists import ListReader
from .marks import BRACE, ENDS, RAISE_STATES, SEPARATORS, STATES, STEP_WORDS, TARGETS, VALUE_ENDS
from .shapes import as_step, or_words, words


class StepReader(ListReader):
    """Steps: the loop over them, what starts with `^`, assignments, and what follows a step on its line."""

    def steps(self, close: str) -> list[Node]:
        """Steps up to the closing mark, which stays."""
        out: list[Node] = []
        word = self.word
        saved = self.pipe, self.body_next, self.stops, self.in_branch, self.in_cases
        self.pipe, self.body_next, self.stops, self.in_branch, self.in_cases = True, False, STATES, False, False
        while True:
            w = word[self.i]
            if w == "\n" or w == ";":
                self.i += 1
                continue
            if w == close or not w:
                break
            at = self.i
            out.append(self.step())
            w = word[self.i]
            if w not in ENDS:
                self.left_over(out, word[self.i - 1] == "}")
            if self.i == at:
                self.i += 1
        self.pipe, self.body_next, self.stops, self.in_branch, self.in_cases = saved
        return out

    def braces(self) -> list[Node]:
        """`{steps}`."""
        self.expect("{", "before the steps")
        self.deeper()
        out = self.steps("}")
        self.depth -= 1
        self.expect("}", "after the steps")
        return out

    def left_over(self, out: list[Node], ended: bool) -> None:
        """What follows a step on its line: words that belong to it."""
        w = self.word[self.i]
        if ended and (self.kind[self.i] in (NAME, STR, NUM) or w in "^^!^.*~(["):
            return
        if w == "if" and self.kind[self.i] == NAME:
            at = self.pos()
            self.i += 1
            test = self.expr(ORELSE)
            out[-1] = If(test, [out[-1]], None, pos=at)
            if self.word[self.i] in ENDS:
                return
        elif w == "for" and self.kind[self.i] == NAME and self.loop_after(out):
            return
        if self.strict:
            raise self.fail(f"{self.shown()} cannot follow here", "separate steps with a newline or ;")
        items = self.rest(SEPARATORS)
        last = out[-1]
        holder: Any = last
        while type(holder) in (Do, Return, Raise, Assign, Yield) and type(holder.value) in (Assign,):
            holder = holder.value
        if type(holder) in (Do, Return, Raise, Assign) and holder.value is not None:
            holder.value = words(holder.value, items)
        else:
            out.append(Do(Words(items, pos=items[0].pos), pos=items[0].pos))

    def loop_after(self, out: list[Node]) -> bool:
        """`step for x in xs if p` as a loop."""
        end = self.ahead(self.i, frozenset(("in",)), ENDS)
        if end < 0 or type(out[-1]) is not Do:
            return False
        clauses = self.clauses(frozenset(("for", "if", "else", "from")))
        node: Node = out[-1]
        for c in reversed(clauses):
            for test in reversed(c.conds):
                node = If(test, [node], None, pos=c.pos)
            targets = c.target.items if type(c.target) is Coll and c.target.open == "" else [c.target]
            node = Each(targets, c.iter, [node], c.is_async, pos=c.pos)
        out[-1] = node
        return self.word[self.i] in ENDS

    def step(self) -> Node:
        """One step."""
        at = self.pos()
        i = self.i
        kind, word = self.kind[i], self.word[i]
        if kind == NAME and i != self.dotted:
            handler = STEP_WORDS.get(word)
            if handler is not None:
                node: Node | None = getattr(self, handler)(at)
                if node is not None:
                    return node
                self.i = i
            elif word[0] == "@" and len(word) > 1 and (self.word[i + 1] in "\n(" or self.kind[i + 1] == NAME):
                unit = self.decorated()
                if unit is not None:
                    return unit
                self.i = i
                head = self.decorators(1)
                if head and self.word[self.i] == "{" and not self.spaced[self.i]:
                    return Block(head[0], self.braces(), pos=at)
                self.i = i
            elif word[0] == "#":
                brace = self.ahead(i, BRACE, ENDS)
                if brace > 0:
                    self.i = brace
                    return Block(self.slice(i, brace), self.braces(), pos=at)
            elif self.word[i + 1] in UNIT_MARKS and self.word[i + 2] == ":" and self.spaced[i + 1]:
                unit = self.marked([], at, False)
                if unit is not None:
                    return unit
        elif kind == OP:
            if word == "^":
                self.i += 1
                return Return(self.value_or_none(), pos=at)
            if word == "^!":
                self.i += 1
                return self.raise_rest(at)
            if word == "^^":
                self.i += 1
                return self.yield_rest(at)
            if word == "*":
                node = self.while_step(at)
                if node is not None:
                    return node
            elif word == "{":
                end = self.close[i]
                if self.word[end + 1] not in ASSIGN_OPS or self.word[end + 1] != "=":
                    return Block("", self.braces(), pos=at)
                target = self.operand_group()
                return self.assign([target], at)
            elif word == "~" and self.word[i + 1] == "with":
                self.i += 1
                node = self.with_step(at)
                if node is not None:
                    node.is_async = True  # type: ignore[attr-defined]
                    return node
                self.i = i
            elif (word == ":" or word == "?") and not (word == ":" and self.begins(i)):
                if not self.strict:
                    items: list[Node] = [Raw(word, pos=at)]
                    self.i += 1
                    items += self.rest(SEPARATORS)
                    return Do(Words(items, pos=at), pos=at)
                raise self.fail(f"a step cannot start with `{word}`", "`test?step:other` on one line")
        elif kind == ROUTE:
            return self.route(at)
        return self.expression_step(at)

    def expression_step(self, at: int) -> Node:
        """A step that starts with an expression: a call, an assignment, a guard, a loop, a declaration."""
        first = self.expr(ORELSE)
        word = self.word
        w = word[self.i]
        if w in ENDS:
            return Do(first, pos=at) if type(first) is not Cond else as_step(first)
        if w == "?":
            return self.guard(first, at)
        items = [first]
        if w == ",":
            items = self.more(first, stop=True)
            w = word[self.i]
            if w == "?":
                return self.guard(or_words(items, at), at)
        if w == "<-":
            return self.each(items, at)
        if w == ">" and word[self.i + 1] == ">":
            end = self.i + 2
            while word[end] == ">":
                end += 1
            if word[end] == "=":
                op = ">" * (end - self.i) + "="
                self.i = end
                node = self.assign(items, at)
                node.op = op
                return node
        if w in ASSIGN_OPS:
            last = items[-1]
            if type(last) is OrElse and len(items) == 1 and type(last.other) in TARGETS:
                step = self.assign([last.other], last.other.pos)
                return Do(OrElse(last.value, Block("", [step]), pos=at), pos=at)
            return self.assign(items, at)
        value: Node = items[0]
        if len(items) > 1:
            if type(first) is Pipe and type(first.to) is Name and all(type(n) is Name for n in items[1:]):
                value = Pipe(first.value, Coll("(", [first.to, *items[1:]]), pos=at)
            else:
                value = Coll("", items, pos=at)
        if w == ":" and not self.in_branch:
            return self.colon(value, at)
        return Do(value, pos=at)

    def more(self, first: Node, stop: bool = False) -> list[Node]:
        """The rest of a list between commas."""
        items = [first]
        word = self.word
        while word[self.i] == ",":
            self.i += 1
            w = word[self.i]
            if w in ENDS or (w in ASSIGN_OPS and w != "&="):
                break
            at = self.i
            item = self.expr(ORELSE if stop else COND)
            w = word[self.i]
            if w not in VALUE_ENDS and w not in ASSIGN_OPS and w != "<-" and not stop and not self.strict:
                item = self.filled(item, frozenset((",", "\n", ";")))
            if self.i == at:
                break
            items.append(item)
        return items

    def filled(self, item: Node, ends: frozenset[str]) -> Node:
        """The item and whatever stands after it up to the next of `ends`, as words."""
        if self.kind[self.i] == NAME and self.word[self.i] in self.stops:
            return item
        left = self.rest(ends)
        return words(item, left) if left else item

    def values(self, least: int = COND) -> Node:
        """An expression or a bare list after `=` or `^`."""
        at = self.pos()
        saved = self.pipe
        self.pipe = True
        node = self.expr(least)
        if self.word[self.i] == ",":
            items = self.more(node)
            if len(items) > 1:
                node = Coll("", items, pos=at)
            elif self.word[self.i - 1] == ",":
                node = Coll("(", items, pos=at)
        self.pipe = saved
        return node

    def value_or_none(self) -> Node | None:
        w = self.word[self.i]
        if w in VALUE_ENDS and w != "|":
            return None
        return self.values()

    def raise_rest(self, at: int) -> Node:
        w = self.word[self.i]
        saved, self.stops = self.stops, RAISE_STATES
        value = None if w in VALUE_ENDS and w != "|" else self.values()
        self.stops = saved
        cause = None
        if value is not None and self.word[self.i] == "from":
            self.i += 1
            cause = self.expr(COALESCE)
        return Raise(value, cause, pos=at)

    def yield_rest(self, at: int) -> Node:
        if self.word[self.i] == "*" and not self.spaced[self.i]:
            self.i += 1
            return Yield(self.expr(UNARY), True, pos=at)
        value = self.value_or_none()
        if self.word[self.i] == ":" and value is not None and not self.in_branch:
            self.i += 1
            value = Pair(value, self.expr(COND), pos=value.pos)
        return Yield(value, pos=at)

    def assign(self, targets: list[Node], at: int, typed: str | None = None) -> Assign:
        op = self.word[self.i]
        self.i += 1
        w = self.word[self.i]
        if w in ENDS or w == ",":
            last = targets[-1]
            name = last.name if type(last) is Member else last.id if type(last) is Name else None
            value: Node | None = Name(name, pos=at) if name else None
            return Assign(targets, value, op, typed, pos=at)
        start = self.i
        value = self.values()
        if self.word[self.i] == "=" and type(value) in TARGETS and self.word[start] != "(":
            self.deeper()
            value = self.assign([value], value.pos)
            self.depth -= 1
        return Assign(targets, value, op, typed, pos=at)

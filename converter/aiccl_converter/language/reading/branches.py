"""Guards, loops and colons: the steps that hold steps and start with an expression.

Contract: a guard's branch ends at its `:`, and chains are read in a loop, not by recursion.
"""

from __future__ import annotations

from ..lexer import NAME, OP
from ..precedence import COND, ORELSE
from ..printer import print_expr
from ..tree import (
    Assign,
    Await,
    Bin,
    Block,
    Coll,
    Do,
    Each,
    Fail,
    Handler,
    If,
    Member,
    Name,
    Node,
    Pair,
    Pipe,
    Try,
    While,
    Words,
)
from .marks import BRACE, ENDS, MAX_CHAIN, QUESTION, STEP_WORDS, TEST_ENDS, WHILE_ENDS
from .shapes import is_error, is_test, markup, words
from .steps import StepReader


class BranchReader(StepReader):
    """Guards, loops and colons: the steps that hold steps and start with an expression."""

    def guard(self, test: Node, at: int) -> Node:
        """`test?then:other`, chains in a loop."""
        root = node = If(test, [], None, pos=at)
        word = self.word
        turns = 0
        while True:
            turns += 1
            if turns > MAX_CHAIN:
                raise self.fail(f"more than {MAX_CHAIN} guards in one chain", "a `match` says it shorter")
            self.i += 1
            node.then = self.branch()
            if word[self.i] == "\n" and (word[self.i + 1] == ":" or (word[self.i + 1] == "else" and not self.in_cases)):
                self.i += 1
            w = word[self.i]
            if w == "else" and self.kind[self.i] == NAME:
                self.i += 1
                if word[self.i] == ":":
                    self.i += 1
            elif w == ":":
                self.i += 1
            else:
                return root
            if word[self.i] == "\n":
                self.i += 1
            if word[self.i] == "{" and self.is_block(self.i):
                node.other = self.braces()
                return root
            if word[self.i] in ENDS:
                node.other = []
                return root
            start = self.pos()
            step = self.branch_step(True)
            if type(step) is list:
                following = If(step[0], [], None, pos=start)
                node.other = [following]
                node = following
                continue
            node.other = [step]  # type: ignore[list-item]
            return root

    def is_block(self, i: int) -> bool:
        """Whether the `{` at i holds steps; after a guard it always does unless a value goes on after it."""
        return self.word[self.close[i] + 1] not in (".", "[") or self.spaced[self.close[i] + 1]

    def branch(self) -> list[Node]:
        if self.word[self.i] == "{" and self.is_block(self.i):
            return self.braces()
        if self.word[self.i] in ENDS or self.word[self.i] == ":":
            if self.strict:
                raise self.fail(
                    f"a step expected after `?`, found {self.shown()}", "write what happens if the test holds"
                )
            return []
        self.deeper()
        step = self.branch_step(False)
        self.depth -= 1
        return [step]  # type: ignore[list-item]

    def branch_step(self, want_test: bool) -> Node | list[Node]:
        """A single step in a branch; with `want_test` the test of a chained guard comes back in a list."""
        w, kind = self.word[self.i], self.kind[self.i]
        if want_test and (kind != OP or w in "(.![~-") and not (kind == NAME and (w in STEP_WORDS or w[0] == "@")):
            mark = self.ahead(self.i, QUESTION, TEST_ENDS)
            if mark >= 0:
                at = self.i
                test = self.expr(ORELSE)
                if self.word[self.i] == "?":
                    return [test]
                self.i = at
        saved, self.in_branch = self.in_branch, True
        step = self.step()
        self.in_branch = saved
        return step

    def each(self, targets: list[Node], at: int) -> Node:
        is_async = False
        first = targets[0]
        if type(first) is Pipe and type(first.to) is Name:
            inner = self.each([first.to, *targets[1:]], first.to.pos)
            return Do(markup(Pipe(first.value, inner, pos=at)), pos=at)
        if type(first) is Await:
            is_async = True
            targets = [first.value, *targets[1:]]
        self.i += 1
        saved = self.body_next, self.pipe
        self.body_next, self.pipe = True, False
        source = self.expr(COND) if self.word[self.i] not in ENDS and self.word[self.i] != "{" else Name("")
        if self.word[self.i] == ",":
            source = Coll("", self.more(source, stop=True), pos=source.pos)
        if self.word[self.i] not in ENDS and self.word[self.i] not in "{:?" and not self.strict:
            source = words(source, self.rest(frozenset(("{", "\n", ";", ":"))))
        self.body_next, self.pipe = saved
        if self.word[self.i] == "{":
            body = self.braces()
        elif self.word[self.i] == ":":
            self.i += 1
            body = self.branch()
        elif self.word[self.i] == "?":
            self.i += 1
            body = [If(source, self.branch(), None, pos=at)]
            return Each(targets, Name(""), body, is_async, pos=at)
        else:
            left = targets[0] if len(targets) == 1 else Coll("", targets, pos=at)
            return Do(Bin("<-", left, source, pos=at), pos=at)
        return Each(targets, source, body, is_async, self.else_block(), pos=at)

    def else_block(self) -> list[Node] | None:
        if self.word[self.i] == "else" and self.word[self.i + 1] == "{":
            self.i += 1
            return self.braces()
        return None

    def head(self) -> Node:
        """An expression right before a `{body}`."""
        saved = self.body_next, self.pipe
        self.body_next, self.pipe = True, False
        node = self.expr(ORELSE)
        if self.word[self.i] != "{" and self.word[self.i] not in ENDS and self.word[self.i] != "," and not self.strict:
            node = words(node, self.rest(frozenset(("{", "\n", ";", ","))))
        self.body_next, self.pipe = saved
        return node

    def while_step(self, at: int) -> Node | None:
        i = self.i
        body = self.ahead(i + 1, BRACE, WHILE_ENDS)
        if body < 0:
            return None
        self.i += 1
        test = None if body == i + 1 else self.head()
        if self.word[self.i] != "{":
            self.i = i
            return None
        steps = self.braces()
        return While(test, steps, False, self.else_block(), pos=at)

    def colon(self, node: Node, at: int) -> Node:
        """`x:T`, `x:T=v`, `label:{..}`, `step Err:other`, `words: step`."""
        i = self.i
        if self.word[i + 1] == "{" and type(node) in (Name, Member) and not self.spaced[i]:
            self.i += 1
            return Block(self.headline(node) + ":", self.braces(), pos=at)
        caught = self.caught(node, at)
        if caught is not None:
            return caught
        simple = type(node) is Name or type(node) is Member
        if (simple and not self.spaced[i + 1]) or (simple and self.strict):
            end = self.type_end(i + 1, True)
            if end > i + 1 and (self.word[end] in ENDS or self.word[end] == "=" or self.word[end] == ","):
                typed = self.slice(i + 1, end)
                self.i = end
                if self.word[end] == "=":
                    return self.assign([node], at, typed)
                return Assign([node], None, "=", typed, pos=at)
        if type(node) is Pipe and self.kind[i + 1] == NAME and self.word[i + 2] in ENDS:
            self.i += 2
            to = Pair(node.to, Name(self.word[i + 1]), pos=node.to.pos)
            return Do(Pipe(node.value, to, pos=at), pos=at)
        if self.strict:
            raise self.fail("`:` after an expression", "`name:type`, or `test?step:other`")
        self.i += 1
        if self.word[self.i] == "\n" or self.word[self.i] in ENDS:
            return Block(self.headline(node) + ":", [], pos=at)
        self.deeper()
        body = self.braces() if self.word[self.i] == "{" else [self.step()]
        if self.word[self.i] not in ENDS and self.word[self.i] not in ":,":
            self.left_over(body, self.word[self.i - 1] == "}")
        self.depth -= 1
        if is_test(node):
            return If(node, body, None, pos=at)
        return Block(self.headline(node) + ":", body, pos=at)

    def headline(self, node: Node) -> str:
        return print_expr(node).replace("\n", " ")

    def caught(self, node: Node, at: int) -> Node | None:
        """`step Err e:other`: the step tried, its error handled."""
        outer = node
        lists: list[Node] | None = None
        if type(node) is Coll and node.open == "":
            lists = node.items
            node = lists[-1]
        items = node.items if type(node) is Words else [node]
        name = None
        error = items[-1]
        rest = items[:-1]
        if len(items) > 1 and type(error) is Name and is_error(items[-2]) and not is_error(error):
            name = error.id
            error = items[-2]
            rest = items[:-2]
        if not is_error(error):
            return None
        while rest and type(rest[-1]) is Name and rest[-1].id in ("on", "On", "catch", "if"):
            rest = rest[:-1]
        self.i += 1
        body = self.branch()
        handler = Handler([error], name, body, pos=error.pos)
        kept: Node | None = None
        if rest:
            kept = rest[0] if len(rest) == 1 else Words(rest, pos=node.pos)
        if lists is not None:
            lists = lists[:-1] + ([kept] if kept is not None else [])
            kept = lists[0] if len(lists) == 1 else Coll("", lists, pos=outer.pos)
        if kept is None:
            if name is None and len(body) == 1:
                return Fail(error, body[0], pos=at)
            return Fail(error, Block(name or "", body), pos=at)
        return Try([Do(kept, pos=at)], [handler], pos=at)

"""Steps that start with a word of the language: `do`, `for`, `fail`, `with`, `go`, `assert` and their like.

Contract: each returns None, the caller puts the place back, where the word turns out to be an ordinary name.
"""

from __future__ import annotations

from ..lexer import NAME, NUM, SEMI, STR
from ..precedence import ASSIGN_OPS, COALESCE, COND, ORELSE
from ..tree import Assign, Bin, Block, Coll, Do, Fail, Go, Jump, Loop, Name, Node, Quirk, Raw, While, With, Word, Words
from ..vocabulary import INFIX_WORDS, LONE_WORDS
from .branches import BranchReader
from .marks import BRACE, ENDS, JUMP_ENDS, SEPARATORS


class WordStepReader(BranchReader):
    """Steps that start with a word of the language: `do`, `for`, `fail`, `with`, `go`, `assert` and their like."""

    def do_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != "{":
            return None
        self.i += 1
        body = self.braces()
        if self.word[self.i] == "*":
            self.i += 1
            test = None if self.word[self.i] in ENDS else self.expr(ORELSE)
            return While(test, body, True, pos=at)
        return Block("do", body, pos=at)

    def for_step(self, at: int) -> Node | None:
        i = self.i + 1
        if self.word[i] != "(" or not self.inside[i] & SEMI:
            return None
        end = self.close[i]
        if self.word[end + 1] != "{":
            return None
        self.i = i + 1
        self.deeper()
        saved = self.pipe
        self.pipe = False
        parts: list[list[Node]] = [[]]
        while self.i < end:
            w = self.word[self.i]
            if w == ";":
                parts.append([])
                self.i += 1
            elif w == ",":
                self.i += 1
            else:
                start = self.i
                parts[-1].append(self.loop_part(len(parts) == 2))
                if self.i == start:
                    self.i += 1
                elif self.word[self.i] not in ",;)":
                    if self.strict:
                        raise self.fail(f"{self.shown()} cannot stand in the head of a loop", "for(init;test;step){..}")
                    parts[-1][-1] = Do(Words([Raw(self.slice(start, self.i)), *self.rest(frozenset(",;"))]))
        self.depth -= 1
        self.pipe = saved
        self.i = end + 1
        while len(parts) < 3:
            parts.append([])
        test: Node | None = None
        if parts[1]:
            tests = [s.value if type(s) is Do else s for s in parts[1]]
            test = tests[0] if len(tests) == 1 else Coll("(", tests)
        return Loop(parts[0], test, parts[2], self.braces(), pos=at)

    def loop_part(self, is_test: bool) -> Node:
        at = self.pos()
        node = self.expr(COND if is_test else ORELSE)
        w = self.word[self.i]
        if (w in ASSIGN_OPS and not is_test) or (w == ":" and not is_test):
            typed = None
            if w == ":":
                end = self.type_end(self.i + 1, True)
                typed = self.slice(self.i + 1, end)
                self.i = end
                if self.word[self.i] != "=":
                    return Assign([node], None, "=", typed, pos=at)
            op = self.word[self.i]
            self.i += 1
            return Assign([node], self.expr(COND), op, typed, pos=at)
        return Do(node, pos=at)

    def fail_step(self, at: int) -> Node | None:
        i = self.i + 1
        if not self.spaced[i] or (self.kind[i] != NAME and self.word[i][:1] != "^"):
            return None
        self.i = i
        error: Node | None = None
        if self.kind[i] == NAME:
            end = self.ahead(i, frozenset(":"), ENDS)
            if end < 0:
                return None
            error = self.plain(i, end)
            self.i = end + 1
        return Fail(error, self.step(), pos=at)

    def jump_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] in JUMP_ENDS:
            self.i = i
            return Jump(word, pos=at)
        if self.kind[i] in (NAME, NUM, STR) and self.word[i + 1] in JUMP_ENDS:
            self.i = i + 1
            return Jump(word, self.word[i], pos=at)
        return None

    def go_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] == "{":
            self.i = i
            return Go(word, self.braces(), pos=at)
        if not self.spaced[i] or not self.begins(i) or (self.kind[i] == NAME and self.word[i] in INFIX_WORDS):
            return None
        self.i = i
        return Go(word, [Do(self.expr(COALESCE), pos=self.place[i] + self.offset)], pos=at)

    def word_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] in ENDS:
            if word not in LONE_WORDS:
                return None
            self.i = i
            return Word(word, [], pos=at)
        if not self.spaced[i] or not self.begins(i) or (self.kind[i] == NAME and self.word[i] in INFIX_WORDS):
            return None
        if self.word[i] in "-*&+" and self.spaced[i + 1]:
            return None
        self.i = i
        args: list[Node] = []
        saved, self.pipe = self.pipe, False
        while True:
            start = self.pos()
            node = self.expr(COND)
            if self.word[self.i] in ASSIGN_OPS and self.begins(self.i + 1):
                op = self.word[self.i]
                self.i += 1
                node = Assign([node], self.expr(COND), op, pos=start)
            args.append(node)
            if self.word[self.i] != "," or not self.begins(self.i + 1):
                self.pipe = saved
                return Word(word, args, pos=at)
            self.i += 1

    def state_step(self, at: int) -> Node | None:
        """`state x=0,y`: what a component keeps."""
        i = self.i + 1
        if not self.spaced[i] or self.kind[i] != NAME:
            return None
        self.i = i
        args: list[Node] = []
        while True:
            start, name = self.pos(), self.word[self.i]
            if self.kind[self.i] != NAME:
                return None
            self.i += 1
            value = None
            if self.word[self.i] == "=":
                self.i += 1
                value = self.expr(COND)
            args.append(Assign([Name(name)], value, pos=start))
            if self.word[self.i] != ",":
                break
            self.i += 1
        return Word("state", args, pos=at) if self.word[self.i] in ENDS else None

    def block_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] == "{":
            self.i = i
            return Block(word, self.braces(), pos=at)
        if word == "synchronized" and self.spaced[i] and self.ahead(i, BRACE, ENDS) > 0:
            self.i = i
            lock = self.head()
            if self.word[self.i] == "{":
                return With([lock], self.braces(), pos=at)
        return None

    def quirk_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != ":":
            return None
        lo = self.i + 2
        i = lo
        while self.word[i] != "\n" and self.word[i] not in ("", ")", "]", "}"):
            i = self.close[i] + 1 if i in self.close else i + 1
        self.i = i
        return Quirk(self.slice(lo, i), pos=at)

    def with_step(self, at: int) -> Node | None:
        if (self.word[self.i + 1] in "=.,(" and not self.spaced[self.i + 1]) or self.ahead(
            self.i, BRACE, SEPARATORS
        ) < 0:
            return None
        self.i += 1
        items: list[Node] = []
        while True:
            start = self.pos()
            node = self.head()
            if self.word[self.i] == "=":
                self.i += 1
                value = self.head()
                if type(node) is Coll and node.open == "(":
                    items.append(Assign([node], value, pos=start))
                else:
                    items.append(Assign([node], value, pos=start))
            elif type(node) is Bin and node.op == "as":
                items.append(Assign([node.right], node.left, pos=start))
            else:
                items.append(node)
            if self.word[self.i] != ",":
                break
            self.i += 1
        if self.word[self.i] != "{":
            return None
        return With(items, self.braces(), pos=at)

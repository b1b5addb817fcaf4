"""`try` with its handlers and `match` with its arms.

Contract: an arm ends at a separator, a handler at its body.
"""

from __future__ import annotations

from ..lexer import NAME
from ..precedence import ORELSE
from ..printer import ERROR_TYPE
from ..tree import Case, Coll, Handler, Name, Node, Switch, Try
from ..vocabulary import INFIX_WORDS
from .marks import BRACE, ENDS, HANDLER_MARKS, HANDLER_STOPS, STATES, SWITCH_STOPS
from .wordsteps import WordStepReader


class BlockReader(WordStepReader):
    """`try` with its handlers and `match` with its arms."""

    def try_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != "{":
            return None
        self.i += 1
        node = Try(self.braces(), [], pos=at)
        while True:
            i = self.i
            w = self.word[i]
            if (
                w == "\n"
                and self.kind[i + 1] == NAME
                and (self.handler_ahead(i + 1) or self.word[i + 1] in ("fin", "finally"))
            ):
                i += 1
                w = self.word[i]
            if w in ("fin", "finally") and self.word[i + 1] == "{":
                self.i = i + 1
                node.final = self.braces()
            elif w == "else" and self.word[i + 1] == "{":
                self.i = i + 1
                node.other = self.braces()
            elif (i == self.i and self.word[i] not in ENDS and self.handler_end(i) > 0) or i != self.i:
                self.i = i
                node.handlers.append(self.handler())
            else:
                return node

    def handler_ahead(self, i: int) -> bool:
        """Whether a handler starts a new line at i: an error type or `err`, perhaps a name, and a body."""
        w = self.word[i]
        if w != "err" and w != "catch" and not ERROR_TYPE.match(w):
            return False
        return self.handler_end(i) > 0

    def handler_end(self, i: int) -> int:
        """The `{` or `:` of a handler that starts at i, -1 if none does."""
        end = self.ahead(i, HANDLER_MARKS, HANDLER_STOPS)
        return end if end > i or self.word[i] == "{" else -1

    def handler(self) -> Handler:
        at = self.pos()
        lo, hi = self.i, self.handler_end(self.i)
        if self.word[lo] in ("catch", "except") and lo < hi:
            lo += 1
        if self.word[lo] == "(" and self.close[lo] == hi - 1:
            lo, hi = lo + 1, hi - 1
        end = hi
        name = None
        if (
            hi - lo > 1
            and self.kind[hi - 1] == NAME
            and (self.kind[hi - 2] == NAME or self.word[hi - 2] in (">", "&", "*", ")", "]"))
        ):
            name = self.word[hi - 1]
            hi -= 1
            if self.word[hi - 1] == "as" and hi - 1 > lo:
                hi -= 1
        types: list[Node] = []
        start = lo
        for k in range(lo, hi + 1):
            if k == hi or self.word[k] == "|" or self.word[k] == ",":
                if k > start:
                    types.append(self.plain(start, k))
                start = k + 1
        if len(types) == 1 and type(types[0]) is Name and types[0].id == "err":
            types = []
        self.i = self.ahead(end, HANDLER_MARKS, HANDLER_STOPS)
        if self.word[self.i] == ":":
            self.i += 1
            return Handler(types, name, self.branch(), pos=at)
        return Handler(types, name, self.braces(), pos=at)

    def switch_step(self, at: int) -> Node | None:
        node = self.switch(at)
        if node is None:
            return None
        return node if self.word[self.i] in ENDS or self.word[self.i] in ":," else None

    def switch(self, at: int) -> Node | None:
        i = self.i
        nxt = self.word[i + 1]
        if nxt == "{":
            self.i += 1
            return Switch(None, self.cases(), pos=at)
        if not self.spaced[i + 1] or (self.kind[i + 1] == NAME and nxt in INFIX_WORDS):
            return None
        if not self.begins(i + 1) or self.ahead(i + 1, BRACE, SWITCH_STOPS) < 0:
            return None
        self.i += 1
        subject = self.head()
        if self.word[self.i] == ",":
            subject = Coll("", [subject, *[self.after_comma() for _ in range(9) if self.word[self.i] == ","]], pos=at)
        if self.word[self.i] != "{":
            self.i = i
            return None
        return Switch(subject, self.cases(), pos=at)

    def after_comma(self) -> Node:
        self.i += 1
        return self.head()

    def cases(self) -> list[Case]:
        """`{A,B:step;C if g:{..};else:step}`."""
        self.deeper()
        close = self.close[self.i]
        self.i += 1
        saved = self.pipe, self.body_next, self.stops, self.in_branch, self.in_cases
        self.in_branch, self.in_cases = False, True
        out: list[Case] = []
        while self.i < close:
            if self.word[self.i] in "\n;,":
                self.i += 1
                continue
            at = self.pos()
            start = self.i
            self.pipe, self.body_next, self.stops = False, False, STATES
            labels: list[Node] = []
            guard = None
            if self.word[self.i] == "else":
                self.i += 1
            elif self.word[self.i] in ("_", "default") and self.word[self.i + 1] in ":i":
                self.i += 1
            else:
                labels = self.more(self.expr(ORELSE), stop=True)
            if self.word[self.i] == "if":
                self.i += 1
                guard = self.expr(ORELSE)
            self.pipe = True
            if self.word[self.i] not in (":", "=>", "->"):
                if self.strict:
                    raise self.fail(f"`:` expected after the labels of an arm, found {self.shown()}", "A,B:step")
                if self.word[self.i] == "?":
                    self.i = start
                    step = self.step()
                    out.append(Case([], None, [step], pos=at))
                else:
                    self.rest(frozenset(("\n", ";", ":")))
            body: list[Node] = []
            if self.word[self.i] in (":", "=>", "->"):
                self.i += 1
                if self.word[self.i] == "\n" and self.i + 1 < close:
                    self.i += 1
                if self.word[self.i] == "{" and self.is_block(self.i):
                    body = self.braces()
                elif self.word[self.i] not in ENDS:
                    body = [self.step()]
                    if self.word[self.i] not in ENDS and self.word[self.i] != ",":
                        self.left_over(body, False)
                out.append(Case(labels, guard, body, pos=at))
            elif not out or out[-1].pos != at:
                out.append(Case(labels, guard, [], pos=at))
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops, self.in_branch, self.in_cases = saved
        self.depth -= 1
        self.i = close + 1
        return out

"""Operators and what stands side by side, by precedence climbing.

Contract: `expr(least)` reads operators that bind at least as tight as `least` and leaves the rest. Operands without
an operator between them become `Words`, so that terse English always reads. `>` pipes between steps, and compares
elsewhere.
"""

from __future__ import annotations

from ..lexer import ARROW, NAME, NUM, OP, RETURNS, SEMI, STR
from ..precedence import BINARY, COALESCE, COMPARE, COND, ORELSE, POWER, PREFIX_WORDS, RANGE, WORDS
from ..tree import Bin, Block, Cond, Name, Node, OrElse, Pipe, Raise, Range, Raw, Return, Un, Words
from ..vocabulary import INFIX_WORDS, JUMPS, TEST_WORDS, UNIT_MARKS
from .marks import (
    COND_STOPS,
    ELSE,
    ENDS,
    GIVES,
    INFIX,
    MAX_CHAIN,
    PIPE_STOPS,
    QUESTION,
    RAISE_STATES,
    STATES,
    VALUE_ENDS,
)
from .params import ParamReader
from .shapes import extend, markup, words


class ExpressionReader(ParamReader):
    """Operators and what stands side by side, by precedence climbing."""

    def expr(self, least: int, left: Node | None = None) -> Node:
        """Operators that bind at least as tight as `least`; `left` is the first operand if it is read already."""
        self.deeper()
        if left is None:
            at = self.pos()
            left = self.operand()
        else:
            at = left.pos
        word, kind = self.word, self.kind
        own: list[Node] | None = None
        turns = 0
        while True:
            i = self.i
            w = word[i]
            k = kind[i]
            turns += 1
            if turns > MAX_CHAIN and own is None:
                raise self.fail(f"more than {MAX_CHAIN} operators in one chain", "name a part of it")
            if k == OP:
                rank = INFIX.get(w)
                if rank is not None:
                    if rank < least:
                        break
                    if self.word[i + 1] in ENDS and word[i + 1] != "\n":
                        break
                    self.i += 1
                    if rank == POWER:
                        right = self.expr(POWER)
                    else:
                        right = self.expr(rank + 1)
                    left = Bin(w, left, right, pos=at)
                    continue
                if w == ">":
                    if COMPARE < least:
                        break
                    compared = self.greater(left, at, least)
                    if compared is None:
                        break
                    left = compared
                    continue
                if w == "|":
                    if self.spaced[i] and self.spaced[i + 1] and word[i + 1] != "\n":
                        if BINARY["|"] < least:
                            break
                        self.i += 1
                        left = Bin("|", left, self.expr(BINARY["|"] + 1), pos=at)
                        continue
                    if ORELSE < least:
                        break
                    self.i += 1
                    left = self.or_else(left, at)
                    continue
                if w == "?":
                    if COND < least:
                        break
                    left = self.conditional(left, at)
                    continue
                if w == ".." or w == "..=":
                    if RANGE < least:
                        break
                    self.i += 1
                    near = not self.spaced[self.i] or self.word[self.i] == "."
                    hi = self.expr(RANGE + 1) if near and self.begins(self.i) else None
                    left = Range(left, hi, w == "..=", pos=at)
                    continue
                if w == "." and self.spaced[i] and self.spaced[i + 1]:
                    if BINARY["."] < least:
                        break
                    self.i += 1
                    left = Bin(".", left, self.expr(BINARY["."] + 1), pos=at)
                    continue
                if w == "^!" or w == "^^":
                    if self.spaced[i] or BINARY["^"] < least or word[i - 1] == "}":
                        break
                    self.i += 1
                    right = self.expr(BINARY["^"] + 1)
                    left = Bin("^", left, Un("!", right) if w == "^!" else right, pos=at)
                    continue
                if w == "!" and word[i + 1] in ("in", "is") and not self.spaced[i + 1]:
                    if COMPARE < least:
                        break
                    self.i += 2
                    left = Bin("!" + word[i + 1], left, self.expr(COMPARE + 1), pos=at)
                    continue
            elif k == NAME:
                if w in INFIX_WORDS:
                    got = self.infix_word(left, at, w, least)
                    if got is not None:
                        left = got
                        continue
                    if self.i != i:
                        break
                    if BINARY.get(w, 99) < least:
                        break
                elif w == "not" and least <= WORDS:
                    nxt = word[i + 1]
                    if nxt == "in" and least <= COMPARE:
                        self.i += 2
                        left = Bin("not in", left, self.expr(COMPARE + 1), pos=at)
                        continue
                    if nxt in TEST_WORDS:
                        self.i += 2
                        left = Bin("is not", left, Name(nxt, pos=self.place[i + 1] + self.offset), pos=at)
                        continue
                elif w == "if" and least <= COND and self.else_ahead(i):
                    self.i += 1
                    test = self.expr(ORELSE)
                    if word[self.i] == "else":
                        self.i += 1
                        left = Cond(test, left, self.expr(COND), pos=at)
                        continue
                    left = words(left, [Raw("if"), test])
                    continue
                elif w in TEST_WORDS and least <= WORDS and self.spaced[i]:
                    self.i += 1
                    left = Bin("is", left, Name(w, pos=self.place[i] + self.offset), pos=at)
                    continue
                if w in self.stops:
                    break
            if least > WORDS or not self.goes_on(i):
                break
            right = self.expr(COMPARE)
            if own is not None and type(left) is Words and left.items is own:
                extend(own, right)
            else:
                left = words(left, [right])
                own = left.items
            if self.i == i:
                break
        self.depth -= 1
        return left

    def goes_on(self, i: int) -> bool:
        """Whether another operand follows side by side."""
        k = self.kind[i]
        if k == NAME or k == NUM:
            return True
        if k == STR:
            return True
        if k != OP:
            return False
        w = self.word[i]
        if w == "(" or w == "[":
            return True
        if w == "{":
            return not self.body_next and (self.spaced[i] or self.word[i - 1] in "}")
        if w == ".":
            return self.spaced[i] and not self.spaced[i + 1] and self.kind[i + 1] == NAME
        if w == "~" or w == "...":
            return self.spaced[i] and self.begins(i + 1)
        if w == "!":
            return self.spaced[i] and not self.spaced[i + 1] and self.begins(i + 1)
        return False

    def else_ahead(self, i: int) -> bool:
        return self.ahead(i + 1, ELSE, COND_STOPS) >= 0

    def infix_word(self, left: Node, at: int, w: str, least: int) -> Node | None:
        i = self.i
        rank = BINARY[w]
        if rank < least:
            return None
        if not self.begins(i + 1) and not (w == "as" and self.word[i + 1] in "?!" and self.begins(i + 2)):
            return None
        if w == "is":
            if self.word[i + 1] == "not" and self.begins(i + 2):
                self.i = i + 2
                return Bin("is not", left, self.expr(COMPARE + 1), pos=at)
        elif w == "as" or w == "satisfies":
            start = i + 1
            op = w
            if w == "as" and self.word[start] in ("?", "!") and not self.spaced[start]:
                op += self.word[start]
                start += 1
            end = self.cast_end(start)
            if end == start:
                return None
            self.i = end
            return Bin(op, left, self.plain(start, end), pos=at)
        self.i = i + 1
        if (w == "is" or w == "instanceof") and self.kind[i + 1] == NAME:
            end = self.cast_end(i + 1)
            if ">" in self.word[i + 1 : end] and self.word[end] != "(":
                self.i = end
                return Bin(w, left, self.plain(i + 1, end), pos=at)
        return Bin(w, left, self.expr(rank + 1), pos=at)

    def greater(self, left: Node, at: int, least: int) -> Node | None:
        """`>`: compares, pipes, or is the start of `>=`, `>>`, `>>>`."""
        word, spaced = self.word, self.spaced
        i = self.i
        j = i + 1
        op = ">"
        while word[j] == ">" and not spaced[j] and len(op) < 3:
            op += ">"
            j += 1
        if word[j] in ("=", "==") and not spaced[j]:
            if word[j] == "=" and op == ">":
                op = ">="
                j += 1
            else:
                return None
        if op == ">":
            if self.pipes(left, i):
                if RANGE - 1 < least:
                    return None
                self.i = j
                return markup(Pipe(left, self.expr(RANGE), pos=at))
        elif op != ">=":
            if BINARY[op] < least:
                return None
        if not self.begins(j):
            return None
        self.i = j
        return Bin(op, left, self.expr(BINARY[op] + 1), pos=at)

    def pipes(self, left: Node, i: int) -> bool:
        """Whether the `>` at i hands on or names a value."""
        spaced, word = self.spaced, self.word
        if spaced[i] and spaced[i + 1]:
            return False
        if self.pipe and not self.body_next and self.ahead(i + 1, QUESTION, PIPE_STOPS) < 0:
            return True
        if type(left) not in GIVES or self.kind[i + 1] != NAME or not self.new_name(i + 1):
            return False
        w = word[i + 2]
        name = word[i + 1]
        if not name[0].islower() or spaced[i + 1]:
            return False
        if name in PREFIX_WORDS and (self.kind[i + 2] == NAME or w == "("):
            return False  # an operand, `a[i]>new B()`
        return w in ("?", "|", ",", "&&", "||", ")", "{") or (w == "(" and spaced[i + 2]) or self.kind[i + 2] == NAME

    def or_else(self, left: Node, at: int) -> Node:
        """What follows `value|`."""
        w = self.word[self.i]
        start = self.pos()
        if w == "^":
            self.i += 1
            nxt = self.word[self.i]
            value = None if nxt in VALUE_ENDS else self.expr(COALESCE)
            if self.word[self.i] == "?" and value is not None and self.pipe:
                value = self.conditional(value, start)
            return OrElse(left, Return(value, pos=start), pos=at)
        if w == "^!":
            self.i += 1
            nxt = self.word[self.i]
            saved, self.stops = self.stops, RAISE_STATES
            value = None if nxt in VALUE_ENDS else self.expr(COALESCE)
            self.stops = saved
            cause = None
            if self.word[self.i] == "from":
                self.i += 1
                cause = self.expr(COALESCE)
            return OrElse(left, Raise(value, cause, pos=start), pos=at)
        if w in JUMPS and self.kind[self.i] == NAME:
            jump = self.jump_step(start)
            if jump is not None:
                return OrElse(left, jump, pos=at)
        if w == "{" and not self.body_next:
            if self.close[self.i] > self.i + 1 and not self.looks_like_pairs(self.i):
                return OrElse(left, Block("", self.braces(), pos=start), pos=at)
        if not self.begins(self.i) and w not in ("^^", ":"):
            if self.strict:
                raise self.fail(f"a value or a step expected after `|`, found {self.shown()}", "x|other")
            return OrElse(left, Name(""), pos=at)
        return OrElse(left, self.expr(COALESCE), pos=at)

    def looks_like_pairs(self, i: int) -> bool:
        """Whether the `{` at i opens a literal with keys: `{a:..`, `{"a":..`, `{...x`, `{a,b}`."""
        if self.inside[i] & (SEMI | ARROW | RETURNS):
            return False
        k, w = self.kind[i + 1], self.word[i + 1]
        if (
            w in UNIT_MARKS
            and self.word[i + 2] == ":"
            and self.kind[i + 3] == NAME
            and self.word[i + 4] in ("(", "<", "{")
        ):
            return False
        if w in ("...", "**", "}") or (w == "[" and self.word[self.close[i + 1] + 1] == ":"):
            return True
        if (k == NAME or k == STR or k == NUM) and self.word[i + 2] in (":", ",", "}"):
            return self.word[i + 2] != "}" or k != NAME
        return False

    def conditional(self, test: Node, at: int) -> Node:
        """`test?then:other` as a value."""
        self.i += 1
        self.deeper()
        saved = self.pipe, self.body_next
        self.pipe, self.body_next = False, False
        then = self.expr(COND) if self.begins_value() else None
        self.pipe, self.body_next = saved
        if then is None:
            if self.strict:
                raise self.fail(f"a value expected after `?`, found {self.shown()}", "test?then:other")
            self.depth -= 1
            return words(test, [Raw("?")])
        if self.word[self.i] == "\n" and self.word[self.i + 1] == ":":
            self.i += 1
        if self.word[self.i] == ":":
            self.i += 1
            if self.begins_value():
                saved_pipe, self.pipe = self.pipe, False
                other = self.expr(COND)
                self.pipe = saved_pipe
                self.depth -= 1
                return Cond(test, then, other, pos=at)
        elif self.strict:
            raise self.fail(f"`:` expected after the first value, found {self.shown()}", "test?then:other")
        self.depth -= 1
        return Cond(test, then, Name(""), pos=at)

    def begins_value(self) -> bool:
        return self.begins(self.i) or self.word[self.i] in ("^", "^!", "^^")

    def rest(self, ends: frozenset[str]) -> list[Node]:
        """Atoms up to a separator or the closing bracket: never fails, always moves on."""
        items: list[Node] = []
        word, kind = self.word, self.kind
        while True:
            w = word[self.i]
            if not w or w in ends or w == ")" or w == "]" or w == "}":
                return items
            at = self.i
            if (kind[self.i] == NAME and w in STATES) or not self.begins(self.i):
                items.append(Raw(w, pos=self.pos()))
                self.i += 1
                continue
            item = self.expr(COMPARE)
            if self.i == at:
                items.append(Raw(w, pos=self.pos()))
                self.i += 1
            else:
                extend(items, item)

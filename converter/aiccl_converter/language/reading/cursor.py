"""The token lists of one text and the place in them: what every part of the parser stands on.

Contract: nothing here knows a form of the language. The methods at the end are the forms that lower parts call before
they are defined, in the classes that build on this one; `documents.Reader` has them all.
"""

from __future__ import annotations

from ..errors import ParseError
from ..lexer import END, MAX_DEPTH, NAME, NL, NUM, OP, STR, lex
from ..tree import Assign, Node
from .marks import AHEAD, PREFIX, SEPARATORS, STATES


class Cursor:
    """The token lists of one text and the place in them: what every part of the parser stands on."""

    def __init__(self, text: str, strict: bool, whole: str | None = None, offset: int = 0, depth: int = 0) -> None:
        self.text = text
        self.strict = strict
        self.whole = whole
        self.offset = offset
        try:
            tokens = lex(text, depth)
        except ParseError as e:
            if whole is None:
                raise
            raise ParseError(e.message, whole, e.pos + offset, e.hint) from None
        self.kind = tokens.kind
        self.word = tokens.word
        self.place = tokens.pos
        self.spaced = tokens.spaced
        self.close = tokens.close
        self.inside = tokens.inside
        self.i = 0
        self.depth = depth
        self.pipe = True
        self.body_next = False
        self.stops = STATES
        self.first: dict[str, int] | None = None
        self.dotted = -1
        self.in_branch = False
        self.in_cases = False

    def fail(self, message: str, hint: str = "", at: int | None = None) -> ParseError:
        pos = self.place[self.i if at is None else at] + self.offset
        return ParseError(message, self.text if self.whole is None else self.whole, pos, hint)

    def finish(self) -> None:
        """Nothing but separators may be left."""
        while self.word[self.i] in SEPARATORS:
            self.i += 1
        if self.kind[self.i] != END:
            raise self.fail(f"`{self.word[self.i]}` after the end", "one unit at a time")

    def pos(self) -> int:
        return self.place[self.i] + self.offset

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"more than {MAX_DEPTH} forms inside each other", "name the inner parts")

    def slice(self, lo: int, hi: int) -> str:
        """The text of tokens lo..hi-1."""
        if hi <= lo:
            return ""
        return self.text[self.place[lo] : self.place[hi - 1] + len(self.word[hi - 1])]

    def expect(self, mark: str, what: str) -> None:
        if self.word[self.i] != mark:
            raise self.fail(f"`{mark}` expected {what}, found {self.shown()}", f"write {mark}")
        self.i += 1

    def shown(self) -> str:
        word = self.word[self.i]
        return "the end of the line" if word == "\n" else f"`{word}`" if word else "the end"

    def ahead(self, start: int, marks: frozenset[str], stops: frozenset[str]) -> int:
        """The next of `marks` at this depth from `start` on, -1 if a stop or too much comes first."""
        word, close = self.word, self.close
        i, end = start, len(word)
        for _ in range(AHEAD):
            if i >= end:
                return -1
            w = word[i]
            if w in marks:
                return i
            if w in stops and not (w == "=" and word[i - 1] == ">" and not self.spaced[i]):
                return -1
            i = close[i] + 1 if i in close else i + 1
        return -1

    def new_name(self, i: int) -> bool:
        """Whether the name at i stands in the text for the first time."""
        if self.first is None:
            self.first = {}
            first = self.first
            for k, w in enumerate(self.word):
                if w not in first:
                    first[w] = k
        return self.first.get(self.word[i]) == i

    def begins(self, i: int) -> bool:
        """Whether an operand can start at token i."""
        k = self.kind[i]
        if k == NAME or k == NUM or k == STR:
            return True
        w = self.word[i]
        if k != OP:
            return False
        if w in "([{~":
            return True
        if w == "." or w == "::":
            return not self.spaced[i + 1] and (self.kind[i + 1] == NAME or self.word[i + 1] == "{")
        if w == ":" or (w == "&" and self.word[i + 1] == ":"):
            return self.kind[i + (1 if w == ":" else 2)] in (NAME, STR) and not self.spaced[i + 1] and self.symbol_at(i)
        if w in PREFIX or w == "<-":
            end = i + 8
            while i < end and not self.spaced[i + 1] and self.kind[i + 1] == OP and self.word[i + 1] in PREFIX:
                i += 1
            if i == end:
                return False
            return not self.spaced[i + 1] and self.begins(i + 1)
        return (w == "<>" and self.word[i + 1] in ("(", "{")) or w in ("..", "..=", "...", "**")

    def symbol_at(self, i: int) -> bool:
        """Whether the `:` (or `&:`) at i can start a symbol: where an operand is due."""
        return (
            self.word[i] == "&" or i == 0 or (self.kind[i - 1] in (OP, NL) and self.word[i - 1] not in (")", "]", "}"))
        )

    # --- forms that are defined further up

    def keyed(self) -> Node:
        raise NotImplementedError

    def operand(self) -> Node:
        raise NotImplementedError

    def jump_step(self, at: int) -> Node | None:
        raise NotImplementedError

    def braces(self) -> list[Node]:
        raise NotImplementedError

    def postfix(self, node: Node, at: int) -> Node:
        raise NotImplementedError

    def group(self) -> Node:
        raise NotImplementedError

    def operand_group(self) -> Node:
        raise NotImplementedError

    def args(self) -> list[Node]:
        raise NotImplementedError

    def switch(self, at: int) -> Node | None:
        raise NotImplementedError

    def generic(self, node: Node) -> Node | None:
        raise NotImplementedError

    def assign(self, targets: list[Node], at: int, typed: str | None = None) -> Assign:
        raise NotImplementedError

    def items(self, close: int, build: bool) -> list[Node]:
        raise NotImplementedError

    def stuck(self, node: Node, ends: frozenset[str], start: int = -1) -> Node:
        raise NotImplementedError

    def item(self, close: int, build: bool) -> Node:
        raise NotImplementedError

    def steps(self, close: str) -> list[Node]:
        raise NotImplementedError

    def marked(self, decorators: list[str], at: int, in_class: bool) -> Node | None:
        raise NotImplementedError

    def each(self, targets: list[Node], at: int) -> Node:
        raise NotImplementedError

    def step(self) -> Node:
        raise NotImplementedError

    def decorated(self) -> Node | None:
        raise NotImplementedError

    def decorators(self, most: int = 99) -> list[str]:
        raise NotImplementedError

    def while_step(self, at: int) -> Node | None:
        raise NotImplementedError

    def with_step(self, at: int) -> Node | None:
        raise NotImplementedError

    def route(self, at: int, decorators: list[str] | None = None, alone: bool = False) -> Node:
        raise NotImplementedError

    def guard(self, test: Node, at: int) -> Node:
        raise NotImplementedError

    def colon(self, node: Node, at: int) -> Node:
        raise NotImplementedError

"""Types, read as text: where one ends.

Contract: a type is kept as it is written. It ends where its parameter, its header line or its field does; angle
brackets count, `->` and `=>` are part of it, and a `{` is only where an operand is due.
"""

from __future__ import annotations

from ..lexer import NAME, NUM, OP, STR
from ..tree import Member, Name, Node, Raw
from .cursor import Cursor
from .marks import ENDS, NO_SPACE, TYPE_JOINS, TYPE_MARKS, TYPE_PREFIXES


class TypeReader(Cursor):
    """Types, read as text: where one ends."""

    def type_end(self, i: int, in_list: bool, hi: int | None = None, commas: bool = False) -> int:
        """The token after the type that starts at i."""
        word, kind, spaced = self.word, self.kind, self.spaced
        depth = 0
        operand = True
        limit = hi if hi is not None else len(word)
        while i < limit:
            w = word[i]
            k = kind[i]
            if k == NAME:
                if w in ("throws", "where") and not operand and depth <= 0:
                    return i
                if w[0] == "@" and not operand and depth <= 0:
                    if not in_list:
                        return i
                    i += 1
                    if word[i] == "(":
                        i = self.close[i] + 1
                    continue
                if w in ("const", "noexcept") and not operand and depth <= 0 and not in_list:
                    if word[i + 1] in ENDS or word[i + 1] == "{" or kind[i + 1] in (NAME, STR):
                        return i
                operand = w in TYPE_PREFIXES
                i += 1
            elif k == STR or k == NUM:
                if not operand and depth <= 0:
                    return i
                operand = False
                i += 1
            elif w == "(" or w == "[":
                if w == "(" and not operand and spaced[i] and depth <= 0 and not in_list:
                    return i
                closed_square = w == "["
                empty = self.close[i] == i + 1
                before = operand
                i = self.close[i] + 1
                operand = (
                    before
                    and closed_square
                    and (empty or kind[i] == NUM)
                    and kind[i] in (NAME, OP)
                    and (kind[i] == NAME or word[i] in "*[(")
                    and not spaced[i]
                )
            elif w == "{":
                if not operand and depth <= 0 and word[i - 1] not in ("struct", "interface"):
                    return i
                i = self.close[i] + 1
                operand = False
            elif w == "<":
                depth += 1
                operand = True
                i += 1
            elif w == "<<":
                depth += 2
                i += 1
            elif w == ">":
                if depth <= 0:
                    return i
                depth -= 1
                operand = False
                i += 1
            elif w == "@" and in_list and kind[i + 1] == NAME:
                i += 2
                if word[i] == "(":
                    i = self.close[i] + 1
            elif w == ",":
                if depth <= 0 and not commas:
                    return i
                operand = True
                i += 1
            elif w == "=":
                if depth <= 0:
                    return i
                operand = True
                i += 1
            elif w == ":":
                if depth <= 0 and not commas:
                    return i
                operand = True
                i += 1
            elif w in TYPE_JOINS:
                operand = True
                i += 1
            elif w in TYPE_MARKS:
                i += 1
                if w in "*&" and operand:
                    continue
            else:
                return i
        return i

    def angles(self, i: int) -> int:
        """The token after the `>` that closes the `<` at i, if only a type stands between, else -1."""
        depth = 0
        word, kind = self.word, self.kind
        for _ in range(60):
            w = word[i]
            k = kind[i]
            if w == "<":
                depth += 1
            elif w == "<>":
                pass
            elif w == ">":
                depth -= 1
                if not depth:
                    return i + 1
            elif w == "[" or w == "(" or w == "{":
                i = self.close[i]
            elif k == NAME or k == STR:
                pass
            elif w not in TYPE_MARKS:
                return -1
            i += 1
        return -1

    def cast_end(self, i: int) -> int:
        """The end of the type after `as`: one name, with its prefix, arguments and brackets."""
        word = self.word
        while word[i] in ("&", "*", "[") and not (word[i] == "[" and self.close[i] > i + 2):
            i = self.close[i] + 1 if word[i] == "[" else i + 1
        while (
            self.kind[i] == NAME
            and word[i] in ("const", "mut", "unsigned", "signed", "long", "short", "struct", "typeof", "keyof")
            and (self.kind[i + 1] == NAME)
        ):
            i += 1
        if self.kind[i] != NAME:
            return self.close[i] + 1 if word[i] in "([{" and i in self.close and word[i] else i
        if word[i] == "map" and word[i + 1] == "[":
            return self.cast_end(self.close[i + 1] + 1)
        if word[i] in ("struct", "interface") and word[i + 1] == "{" and self.close[i + 1] == i + 2:
            return i + 3
        i += 1
        while True:
            if word[i] == "." and not self.spaced[i] and self.kind[i + 1] == NAME:
                i += 2
            elif word[i] == "<" and not self.spaced[i]:
                end = self.angles(i)
                if end < 0:
                    return i
                i = end
            elif word[i] == "[" and not self.spaced[i]:
                i = self.close[i] + 1
            elif word[i] == "*" and not self.spaced[i] and not self.begins(i + 1):
                i += 1
            elif word[i] == "?" and not self.spaced[i] and word[i + 1] in (")", ",", "]", "\n", ";", "|"):
                i += 1
            else:
                return i

    def plain(self, lo: int, hi: int) -> Node:
        """Tokens lo..hi-1 as a name, a member, or text."""
        node: Node | None = None
        if self.kind[lo] == NAME:
            node = Name(self.word[lo], pos=self.place[lo] + self.offset)
            k = lo + 1
            while k + 1 < hi and self.word[k] in NO_SPACE and self.kind[k + 1] == NAME:
                node = Member(node, self.word[k + 1], self.word[k], pos=node.pos)
                k += 2
            if k == hi:
                return node
        return Raw(self.slice(lo, hi), pos=self.place[lo] + self.offset)

    def type_list(self, lo: int, hi: int) -> list[str]:
        out: list[str] = []
        start = lo
        depth = 0
        i = lo
        while i <= hi:
            w = self.word[i]
            if i == hi or (w == "," and depth <= 0):
                if i > start:
                    out.append(self.slice(start, i))
                start = i + 1
            elif w == "<":
                depth += 1
            elif w == ">":
                depth -= 1
            i = self.close[i] + 1 if i in self.close and i < hi else i + 1
        return out

    def modifier_texts(self, lo: int, hi: int) -> list[str]:
        out: list[str] = []
        i = lo
        while i < hi:
            j = i + 1
            while j < hi and not self.spaced[j]:
                j += 1
            text = self.slice(i, j)
            if text != "~":
                out.append(text.lstrip("~") if text[0] == "~" else text)
            i = j
        return out

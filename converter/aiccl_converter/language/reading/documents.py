"""What stands in the blocks of a document: code, and the entries of a map.

Contract: `Reader` is the whole parser of one text; `parser.py` holds the functions to call.
"""

from __future__ import annotations

from typing import Any

from ..errors import ParseError
from ..lexer import ARROW, END, NAME, RETURNS, SEMI
from ..precedence import COND
from ..tree import Call, Class, Const, Do, Func, Node, Param, Raw, Route, Rule
from .marks import ENDS
from .units import UnitReader


class Reader(UnitReader):
    """What stands in the blocks of a document: code, and the entries of a map."""

    def block(self) -> list[Node]:
        """The body of a code block: one unit that stands alone, or members."""
        nodes = self.members("", False)
        if len(nodes) > 1:
            alone = self.joined(nodes)
            if alone is not None:
                return [alone]
        return nodes

    def joined(self, nodes: list[Node]) -> Node | None:
        """A header and the steps below it that were read as members, as the one unit they are."""
        func = nodes[0]
        target: Any = func.func if type(func) is Route else func
        call = None
        if type(func) is Do and type(func.value) is Call:
            call = func.value
        if (type(target) is Func and target.body is None) or call is not None:
            if any(type(n) in (Func, Class, Route, Const) for n in nodes[1:]):
                return None
            p = type(self)(self.text, self.strict, self.whole, self.offset)
            try:
                node = p.alone()
                p.finish()
            except ParseError:
                return None
            return node if type(node) in (Func, Route) else None
        return None

    def rules(self) -> list[Node]:
        """Map entries, one a line (or after a comma)."""
        out: list[Node] = []
        word = self.word
        while self.kind[self.i] != END:
            if word[self.i] in "\n;,":
                self.i += 1
                continue
            start = self.i
            out.append(self.rule())
            if self.i == start:
                self.i += 1
        return out

    def rule(self) -> Node:
        at = self.pos()
        i = self.i
        word = self.word
        params: list[Param] | None = None
        k = i
        while word[k] not in ("=", "(", "\n", "") and k - i < 12:
            k += 1
        if word[k] == "(":
            close = self.close[k]
            if word[close + 1] == "=":
                params = self.params(k + 1, close)
                name = self.slice(i, k)
                self.i = close + 2
                return Rule(name, params, self.rule_body(), pos=at)
        elif word[k] == "=" and k > i:
            name = self.slice(i, k)
            self.i = k + 1
            return Rule(name, None, self.rule_body(), pos=at)
        member = self.member(False)
        if type(member) is Do and self.word[self.i] not in ENDS:
            out: list[Node] = [member]
            if self.word[self.i] != ",":
                self.left_over(out, False)
            return out[0]
        return member

    def rule_body(self) -> list[Node]:
        out: list[Node] = []
        word = self.word
        if word[self.i] == "/" or word[self.i] == "*":
            end = self.i
            while word[end] not in ("\n", ""):
                end = self.close[end] + 1 if end in self.close else end + 1
            raw = Raw(self.slice(self.i, end), pos=self.pos())
            self.i = end
            return [Do(raw, pos=raw.pos)]
        while word[self.i] not in ("\n", ""):
            if word[self.i] == ";":
                self.i += 1
                continue
            if word[self.i] == "," and self.rule_next(self.i + 1):
                break
            start = self.i
            if word[start] == "{" and not self.inside[start] & (SEMI | ARROW | RETURNS) and not out:
                literal = self.expr(COND)
                out.append(Do(literal, pos=literal.pos))
                continue
            unit = self.member(False)
            out.append(unit)
            if word[self.i] not in ENDS:
                self.left_over(out, word[self.i - 1] == "}")
            if self.i == start:
                self.i += 1
        return out

    def rule_next(self, i: int) -> bool:
        return self.kind[i] == NAME and self.word[i + 1] == "="

"""Parameters: AICCL's `name:type=default`, and those of the source languages, `Type name`, `...names`, `&$x`.

Contract: every list of tokens between two brackets gives parameters; in strict mode what cannot be one is an error.
"""

from __future__ import annotations

from ..lexer import NAME
from ..tree import Name, Node, Param, Raw
from ..vocabulary import PARAM_WORDS
from .marks import AFTER_PARAM
from .types import TypeReader


class ParamReader(TypeReader):
    """Parameters: AICCL's `name:type=default`, and those of the source languages, `Type name`, `...names`, `&$x`."""

    def params(self, lo: int, hi: int) -> list[Param]:
        """Parameters between tokens lo and hi."""
        out: list[Param] = []
        i = lo
        word = self.word
        while i < hi:
            if word[i] == ",":
                i += 1
                continue
            i = self.param(i, hi, out)
        return out

    def param(self, i: int, hi: int, out: list[Param]) -> int:
        word, kind = self.word, self.kind
        at = self.place[i] + self.offset
        start = i
        star = ""
        if word[i] in ("*", "**", "...", "/"):
            star = word[i]
            i += 1
        while (
            i + 1 < hi
            and word[i] in PARAM_WORDS
            and kind[i + 1] == NAME
            and (i + 2 >= hi or word[i + 2] in AFTER_PARAM or word[i + 1] in PARAM_WORDS)
        ):
            star += word[i] + " "
            i += 1
        name = ""
        if i < hi and word[i] in ("{", "[", "("):
            end = self.close[i] + 1
            name = self.slice(i, end)
            i = end
        elif i + 1 < hi and word[i] == "&" and kind[i + 1] == NAME and (i + 2 >= hi or word[i + 2] in AFTER_PARAM):
            name = self.slice(i, i + 2)
            i += 2
        elif i < hi and kind[i] == NAME and (i + 1 >= hi or word[i + 1] in AFTER_PARAM):
            name = word[i]
            i += 1
        elif star and (i >= hi or word[i] == ","):
            pass
        else:
            return self.foreign_param(start, hi, out)
        mark = ""
        if i < hi and word[i] in ("?", "!", "#"):
            mark = word[i]
            i += 1
        elif i < hi and word[i] == ":" and (i + 1 >= hi or word[i + 1] == ","):
            mark = ":"
            i += 1
        elif i < hi and word[i] == "?:":
            mark = "?"
            end = self.type_end(i + 1, True, hi)
            out.append(Param(name, self.slice(i + 1, end), self.default(end, hi), star, mark, pos=at))
            return self.next_param(self.i if word[end] == "=" else end, hi)
        typed = None
        if i < hi and word[i] == ":":
            end = self.type_end(i + 1, True, hi)
            typed = self.slice(i + 1, end)
            i = end
        default = self.default(i, hi)
        out.append(Param(name, typed, default, star, mark, pos=at))
        return self.next_param(self.i if default is not None else i, hi)

    def default(self, i: int, hi: int) -> Node | None:
        if i >= hi or self.word[i] != "=":
            return None
        back = self.i
        saved = self.pipe, self.body_next
        self.pipe, self.body_next = False, False
        self.i = i + 1
        node = self.keyed() if self.i < hi else Name("")
        self.pipe, self.body_next = saved
        if self.i > hi:
            self.i = back
            return Raw(self.slice(i + 1, hi))
        return node

    def next_param(self, i: int, hi: int) -> int:
        """To the comma: what else stands there is dropped with a word of warning in strict mode."""
        if i < hi and self.word[i] != "," and self.strict:
            raise self.fail(f"`{self.word[i]}` cannot stand in a parameter", "name:type=default", i)
        depth = 0
        while i < hi:
            w = self.word[i]
            if w == "," and depth <= 0:
                return i + 1
            depth += {"<": 1, ">": -1}.get(w, 0)
            i = self.close[i] + 1 if i in self.close else i + 1
        return i

    def foreign_param(self, i: int, hi: int, out: list[Param]) -> int:
        """`Type name`, `Type... name`, `&$data`, a literal: the last word before `=` is the name."""
        word, kind = self.word, self.kind
        start = i
        depth = 0
        end = hi
        equals = -1
        while i < hi:
            w = word[i]
            if w == "," and depth <= 0:
                end = i
                break
            if w == "=" and depth <= 0 and equals < 0:
                equals = i
            depth += {"<": 1, ">": -1}.get(w, 0)
            i = self.close[i] + 1 if i in self.close else i + 1
        stop = equals if equals >= 0 else end
        name_at = stop - 1
        star = ""
        if stop <= start or kind[name_at] != NAME:
            text = self.slice(start, end)
            if text:
                out.append(Param(text, pos=self.place[start] + self.offset))
            return min(hi, end + 1) if end < hi else hi
        name = word[name_at]
        if name_at > start and word[name_at - 1] in (".", "::") and not self.spaced[name_at]:
            out.append(Param(self.slice(start, stop), pos=self.place[start] + self.offset))
            return end + 1 if end < hi else hi
        typed = self.slice(start, name_at).rstrip()
        if typed in ("&", "...", "&...", "mut", "&mut", "final", "const", "var", "val", "@"):
            star, typed = ("..." if "..." in typed else ""), ""
        elif typed[:1] == "@":
            star, typed = typed + " ", ""
        elif typed.endswith("..."):
            star = "..."
            typed = typed[:-3].rstrip()
        default = self.default(equals, end) if equals >= 0 else None
        out.append(Param(name, typed or None, default, star, pos=self.place[start] + self.offset))
        return end + 1 if end < hi else hi

"""The header line of a function, in AICCL's way or a source language's.

Contract: `header` returns None, with the place put back, where no header stands. The name is the last word before the
parameters; words before it are modifiers.
"""

from __future__ import annotations

from ..errors import ParseError
from ..lexer import NAME, OP, SEMI, STR
from ..tree import Func
from .blocks import BlockReader
from .marks import ENDS, HEADER_MARKS, HEADER_STOPS, NEVER_MODIFIERS, STEP_WORDS
from .shapes import unquoted


class HeaderReader(BlockReader):
    """The header line of a function, in AICCL's way or a source language's."""

    def header(self, decorators: list[str], at: int) -> Func | None:
        """`mod ~recv.name<T>(params)->T throws X`; None (and the place restored) if no header stands here."""
        back = self.i
        word, kind, spaced = self.word, self.kind, self.spaced
        i = self.i
        lead: list[int] = []
        is_async = False
        opening = -1
        for _ in range(40):
            w = word[i]
            if w == "(":
                if word[self.close[i] + 1] != "(" and not (kind[self.close[i] + 1] == NAME and i == back):
                    opening = i
                    break
                i = self.close[i] + 1
                continue
            if w == "{" and i > back and not spaced[i] and self.close[i] == i + 2 and kind[i + 1] == NAME:
                i += 3  # a rule's parameter inside of a name
                if (word[i] != "(" and kind[i] != NAME) or spaced[i]:
                    break
                continue
            if w in ENDS or w in HEADER_STOPS or kind[i] == STR:
                break
            if w == "<":
                end = self.angles(i)
                if end < 0:
                    break
                i = end
                continue
            if w == "[":
                i = self.close[i] + 1
                continue
            if w == "~" and kind[i + 1] != OP:
                is_async = True
            elif kind[i] != NAME and w not in HEADER_MARKS:
                break
            elif w == "operator" and kind[i] == NAME:
                k = i + 3 if word[i + 1] == "(" and self.close[i + 1] == i + 2 else i + 1
                while k < i + 6 and word[k] != "(" and word[k] not in ENDS:
                    k = self.close[k] + 1 if k in self.close else k + 1
                if word[k] == "(":
                    opening = k
                    break
            lead.append(i)
            i += 1
        if opening < 0:
            self.i = back
            return None
        close = self.close[opening]
        calls = any(word[k] in NEVER_MODIFIERS for k in range(back, min(opening - 1, back + 8)) if kind[k] == NAME)
        if self.inside[opening] & SEMI or (self.spaced[opening] and opening > back) or calls:
            self.i = back
            return None
        # the name: the last run of tokens without a blank between
        tparams = ""
        name_end = opening
        if opening > back and word[opening - 1] == ">":
            depth = 0
            for k in range(opening - 1, back, -1):
                depth += {">": 1, "<": -1}.get(word[k], 0)
                if not depth:
                    tparams = self.slice(k, opening)
                    name_end = k
                    break
        if opening > back and word[opening - 1] == "]" and not tparams:
            k = next((k for k in range(opening - 2, back, -1) if self.close.get(k) == opening - 1), back)
            if k > back and kind[k - 1] == NAME and not spaced[k]:
                tparams = self.slice(k, opening)
                name_end = k
        first = name_end
        depth = 0
        while first > back and (not spaced[first] or depth):
            first -= 1
            depth += {">": 1, "<": -1}.get(word[first], 0)
        if word[first] == "~":
            first += 1
        if "operator" in word[back:name_end] and opening - back < 40:
            first = back + word[back:name_end].index("operator")
            while first > back and not spaced[first]:
                first -= 1
            if tparams and word[opening - 2] not in (">",):
                tparams = ""
            name_end = opening if not tparams else name_end
        name = self.slice(first, name_end)
        receiver = ""
        if "." in name and name[0] != ".":
            receiver, _, name = name.rpartition(".")
        elif name[:1] == "." or any(c in name for c in "()[]\"'`;,"):
            if "operator" not in name:
                self.i = back
                return None
        modifiers = self.modifier_texts(back, first)
        try:
            params = self.params(opening + 1, close)
        except ParseError:
            if decorators or modifiers or word[close + 1] in ("{", "->"):
                raise
            self.i = back
            return None
        func = Func(name, params, None, None, is_async, None, decorators, modifiers, pos=at)
        func.tparams, func.receiver = tparams, receiver
        if modifiers and modifiers[-1] in ("get", "set"):
            func.kind = modifiers.pop()
        if name == "constructor":
            func.kind = "constructor"
        self.i = close + 1
        while kind[self.i] == NAME and word[self.i] in ("const", "noexcept", "override", "final") and word[self.i]:
            if word[self.i] in ("const", "noexcept"):
                func.modifiers.append(word[self.i])
            else:
                func.modifiers.insert(0, word[self.i])
            self.i += 1
        if word[self.i] == "->" or (
            word[self.i] == ":"
            and word[self.i + 1] not in ENDS
            and not self.strict
            and (
                kind[self.i + 1] == NAME
                and not spaced[self.i + 1]
                and word[self.type_end(self.i + 1, False)] in ENDS | {"{"}
            )
        ):
            end = self.type_end(self.i + 1, False)
            func.returns = self.slice(self.i + 1, end) or None
            self.i = end
        while kind[self.i] == NAME and word[self.i] in ("throws", "const", "noexcept", "where"):
            start = self.i
            if word[start] in ("const", "noexcept"):
                self.i += 1
            else:
                self.i = self.type_end(start + 1, False, commas=True)
            func.modifiers.append(self.slice(start, self.i))
        return func

    def bare_header(self, decorators: list[str], at: int) -> Func | None:
        """`name` alone on the first line, perhaps with modifiers before and decorators after it."""
        i = self.i
        while self.kind[i] == NAME and self.kind[i + 1] == NAME and self.word[i + 1][0] != "@" and i < self.i + 6:
            i += 1
        after = self.word[i + 1]
        if self.kind[i] != NAME or (after != "\n" and after[:1] != "@") or self.word[i] in STEP_WORDS:
            return None
        func = Func(self.word[i], [], None, None, False, None, decorators, self.modifier_texts(self.i, i), pos=at)
        self.i = i + 1
        return func

    def operator_header(self, decorators: list[str], at: int) -> Func | None:
        """`==(other)`, `[](i)`: an operator that is defined."""
        i = self.i
        start = i
        i = self.close[i] + 1 if self.word[i] == "[" and self.close[i] == i + 1 else i
        while self.kind[i] == OP and self.word[i] != "(" and self.word[i] not in ENDS and i < start + 4:
            i += 1
        if i == start or self.word[i] != "(" or self.word[self.close[i] + 1] not in ENDS | {"->", "{"}:
            return None
        func = Func(
            self.slice(start, i), self.params(i + 1, self.close[i]), None, None, False, None, decorators, pos=at
        )
        self.i = self.close[i] + 1
        return func

    def header_rest(self, func: Func) -> None:
        """What stands on the header line after parameters and type: modifiers, decorators, the intent."""
        while self.kind[self.i] == NAME and self.word[self.i][0] == "@":
            func.decorators.extend(self.decorators(1))
        if self.kind[self.i] == STR and func.intent is None and self.word[self.i + 1] in ENDS | {"{"}:
            func.intent = unquoted(self.word[self.i])
            self.i += 1
        if self.word[self.i] in ENDS or self.word[self.i] == "{":
            return
        if self.word[self.i] == ":" and self.word[self.i + 1] in ENDS:
            self.i += 1
            return
        if self.strict:
            raise self.fail(f"{self.shown()} cannot stand on the header line", "steps start on the next line")
        if self.word[self.i] in ("!", "=", ":"):
            self.i += 1

    def member_header_rest(self, func: Func) -> None:
        while self.kind[self.i] == NAME and self.word[self.i][0] == "@":
            func.decorators.extend(self.decorators(1))
        if self.kind[self.i] == STR and self.word[self.i + 1] in ENDS | {"{", ","}:
            func.intent = unquoted(self.word[self.i])
            self.i += 1

    def decorators(self, most: int = 99) -> list[str]:
        """Lines of `@name(args)`."""
        out: list[str] = []
        word, kind, spaced = self.word, self.kind, self.spaced
        while len(out) < most:
            i = self.i
            while word[i] == "\n":
                i += 1
            if kind[i] == NAME and word[i][0] == "@" and len(word[i]) > 1:
                start = i
                i += 1
            elif word[i] == "#" and word[i + 1] == "[" and not spaced[i + 1]:
                start = i
                i = self.close[i + 1] + 1
            else:
                return out
            while not spaced[i]:
                if word[i] in ("(", "["):
                    i = self.close[i] + 1
                elif word[i] in (".", ":") and kind[i + 1] == NAME and not spaced[i + 1]:
                    i += 2
                elif word[i] == "<" and self.angles(i) > 0:
                    i = self.angles(i)
                else:
                    break
            out.append(self.slice(start, i))
            self.i = i
            while word[self.i] == "\n" and word[self.i + 1][:1] == "@":
                self.i += 1
        return out

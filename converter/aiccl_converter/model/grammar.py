"""Which token may come next, so that what is written always reads as AICCL and names only what the source names.

Contract: `Intent` and `View` hold the text so far. `allows(piece)` says whether the text with `piece` can still
become a whole answer; `take(piece)` adds it; `View.done` says that it could end here. The lexer that reads views
decides, from the last line that it finished; so a view that may end always passes it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from aiccl_converter.language.lexer import _SCAN as SCAN

_GROUP = SCAN.groupindex
_NAME, _STRING, _LONG = _GROUP["name"], _GROUP["string"], _GROUP["long"]
_OPENS = {"(": ")", "[": "]", "{": "}"}
_CLOSES = {")", "]", "}"}
_QUOTES = ('"', "'", "`")
DEEPEST = 40
"""Brackets inside each other; the lexer takes more."""

IDENTIFIER = re.compile(r"[^\W\d]\w*")
_INTENT = re.compile(r"[A-Za-z0-9 _.,:;/()<>=+*#&%'@$!?|\[\]{}~^-]*")
MOST_WORDS, MOST_CHARACTERS = 20, 140
"""Of an intent."""


class Intent:
    """A line of words between quotes; the opening one is written already."""

    def __init__(self) -> None:
        self.text = ""
        self.closed = False

    def allows(self, piece: str | None) -> bool:
        """Whether a piece may follow."""
        if not piece or self.closed:
            return False
        words, quote, rest = piece.partition('"')
        if rest or _INTENT.fullmatch(words) is None:
            return False
        text = self.text + words
        if text[:1] == " " or "  " in text or len(text.split()) > MOST_WORDS or len(text) > MOST_CHARACTERS:
            return False
        return not quote or len(text.split()) > 1

    def take(self, piece: str) -> None:
        """Add an allowed piece."""
        words, quote, _ = piece.partition('"')
        self.text += words
        self.closed = bool(quote)


class Names:
    """The names that a view may use where only a name can stand."""

    def __init__(self, texts: Iterable[str], more: Iterable[str] = ()) -> None:
        found = {name for text in texts for name in IDENTIFIER.findall(text)}
        self.known = found | set(more)
        self._sorted = sorted(self.known)

    def begins(self, start: str) -> bool:
        """Whether a known name begins so."""
        at = bisect_left(self._sorted, start)
        return at < len(self._sorted) and self._sorted[at].startswith(start)


class View:
    """Steps of a unit, after its header."""

    def __init__(self, names: Names, also: str = "") -> None:
        self.text = ""
        self.names = names
        self._foreign = frozenset(c for c in also if c > "~" and c.isprintable())
        self._base = 0
        """Where the last finished line ends."""
        self._stack: tuple[str, ...] = ()
        self._own: set[str] = set()
        """Names that the view itself gave."""
        self._state: tuple[tuple[str, ...], bool] | None = ((), False)

    @property
    def done(self) -> bool:
        """Whether nothing is open."""
        return self._state is not None and not self._state[0] and not self._state[1]

    @property
    def closers(self) -> str:
        """What would close all brackets that are open."""
        return "".join(_OPENS[mark] for mark in reversed(self._state[0])) if self._state else ""

    def allows(self, piece: str | None) -> bool:
        """Whether a piece may follow."""
        if not piece:
            return False
        for c in piece:
            if not (" " <= c <= "~" or c == "\n" or c in self._foreign):
                return False
        if piece[0] == "\n" and (not self.text or self.text[-1] == "\n"):
            return False  # no empty lines
        return self._scan(self.text[self._base :] + piece) is not None

    def take(self, piece: str) -> None:
        """Add an allowed piece."""
        tail = self.text[self._base :] + piece
        self.text += piece
        self._state = self._scan(tail)
        at = tail.rfind("\n")
        if at >= 0 and self._state is not None and not self._state[1]:
            line = self._scan(tail[: at + 1])
            if line is not None and not line[1]:
                for found in _BOUND.finditer(tail[:at]):
                    self._own.add(found[1] or found[2])
                self._base += at + 1
                self._stack = line[0]

    def _scan(self, tail: str) -> tuple[tuple[str, ...], bool] | None:
        """(open brackets, whether a text is open) after a tail; None where no view can go on so."""
        stack = list(self._stack)
        tail = "\n" + tail  # what stands before decides what a quote or a slash is
        end = len(tail)
        last = "\n"
        for m in SCAN.finditer(tail, 1):
            word = m[0]
            group = m.lastindex
            if group == _NAME:
                if not self._named(word, last, tail[m.end() : m.end() + 1], m.end() == end):
                    return None
            elif group in (_STRING, _LONG) or len(word) > 1:
                pass
            elif word in _OPENS:
                if len(stack) >= DEEPEST:
                    return None
                stack.append(word)
            elif word in _CLOSES:
                if not stack or _OPENS[stack.pop()] != word:
                    return None
            elif word in _QUOTES:
                before = tail[m.start() - 1]
                if word == "'" and (before.isalnum() or before in "_)]}"):
                    continue
                if "\n" in tail[m.start() :] and word != "`":
                    return None
                return tuple(stack), True
            if word.strip():
                last = word
            elif word[-1] == "\n":
                last = "\n"
        return tuple(stack), False

    def _named(self, word: str, last: str, after: str, growing: bool) -> bool:
        """Whether a name may stand there: a known one where only a name can, any word elsewhere."""
        names = self.names
        for part in IDENTIFIER.findall(word):
            if part in names.known or part in self._own:
                continue
            strict = last in (".", "?.", "::", "->") or after == "(" or _named_oddly(part)
            if strict and not (growing and names.begins(part)):
                return False
        return True


_BOUND = re.compile(r"(?:^|[;{}\n,(])\s*([A-Za-z_]\w*)\s*(?:=(?!=)|<-)|>([A-Za-z_]\w*)")


def _named_oddly(word: str) -> bool:
    """Whether a word cannot be English."""
    return "_" in word or any(c.isdigit() for c in word) or any(c.isupper() for c in word[1:])

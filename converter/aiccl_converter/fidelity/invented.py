"""Names, numbers and texts that a view says and its source does not.

Contract: `invented(view, known, source_text)` lists them. A name in a place where only a name can stand (called, after
a dot, a keyword, a key, a type) is judged strictly; a lower-case word elsewhere leniently, for it may be English.
"""

from __future__ import annotations

import re

from aiccl_converter.fidelity.model import Facts
from aiccl_converter.fidelity.vocabulary import LANGUAGE, STATUS, STOP
from aiccl_converter.fidelity.words import IDENT, bare, chunks, flat, number, parts, pieces, said, stem

_NUMERAL = re.compile(r"(?<![\w.])(?:0[xXbBoO]\w+|\d[\d_']*(?:\.\d+)?(?:[eE][-+]?\d+)?\w*|\.\d+)")
_UNITS = re.compile(r"(?<=\d)(?:st|nd|rd|th|ms|s|m|h|d|x|px|kb|mb)$")


class Known:
    """All that a source says, as names, as parts of names and as text."""

    def __init__(self, facts: Facts, text: str) -> None:
        self.names = {bare(w) for w in facts.words}
        self.names.update(name for _, name in facts.declared)
        self.statuses = {status for status, _ in facts.statuses}
        if text:
            self.names.update(IDENT.findall(text))
            # A text that the source writes in pieces ("a" "b") is one for the view.
            joined = [one for one, _ in facts.texts if one not in text]
            self.blob = "\n".join([text, *joined])
        else:
            self.blob = "\n".join(bare(w) for w in facts.words)
        self.lower = self.blob.lower()
        self._stems: set[str] | None = None
        self._said: set[str] | None = None

    def figure(self, text: str) -> bool:
        """True where a number stands in the source, be it in a name or a text, and not as a part of another number."""
        at = self.blob.find(text)
        while at >= 0:
            end = at + len(text)
            if not self.blob[at - 1 : at].isdigit() and not self.blob[end : end + 1].isdigit():
                return True
            at = self.blob.find(text, at + 1)
        return False

    @property
    def stems(self) -> set[str]:
        """The stems of the pieces of every name."""
        if self._stems is None:
            self._stems = {s for n in self.names for s in parts(n)}
        return self._stems

    @property
    def said(self) -> set[str]:
        """Every key under which one of the source's words may be recognised."""
        if self._said is None:
            self._said = {s for n in self.names for s in said(n)}
        return self._said


def invented(view: Facts, known: Known) -> list[str]:
    """What the view made up, in the order it says it, each once."""
    out: dict[str, None] = {}
    names = known.names
    own: set[str] | None = None
    for word, role in view.strict:
        if word in names:
            continue
        if own is None:
            own = _introduced(view)
        if word in own and role in ("name", "call", "parameter", "member"):
            continue
        if not _fair(word, role, known):
            out[word] = None
    for word in view.english:
        if word in names or word in out:
            continue
        if own is None:
            own = _introduced(view)
        if word not in own and not _fair(word, "english", known):
            out[word] = None
    for text, _ in view.numbers:
        if not _number(text, known):
            out[text] = None
    for text, _ in view.statuses:
        if text != "200" and text not in known.statuses and not _number(text, known):
            out[text] = None
    for text, _ in view.texts:
        if text and text not in known.blob and not _text(text, known):
            out[f'"{text}"'] = None
    return list(out)


def _introduced(view: Facts) -> set[str]:
    """Names that the view binds itself: locals, loop variables, helpers."""
    got: set[str] = set()
    seen: set[int] = set()
    for place in view.places:
        unit = place.unit
        if id(unit) not in seen:
            seen.add(id(unit))
            got.update(unit.defs)
    return got


def _fair(word: str, role: str, known: Known) -> bool:
    if not word.isidentifier():
        found = IDENT.findall(word)
        return found != [word] and all(w in known.names or _fair(w, role, known) for w in found)
    low = flat(word)
    if low in LANGUAGE or low in STOP:
        return True
    if low in known.lower and (role in ("english", "name", "member", "key", "keyword") or low == word.lower()):
        return True
    split = pieces(word)
    if word.islower() and len(split) == 1:
        if role in ("english", "name"):
            return True
        return stem(word) in known.stems or not said(word).isdisjoint(known.said)
    if role == "english" and word.isupper() and len(word) <= _ACRONYM:
        return True
    if role == "english" and not any(c.isupper() for c in word[1:]) and "_" not in word:
        return True
    if role in ("english", "name") and all(stem(p) in known.stems or p in known.lower or p.isdigit() for p in split):
        return True
    return False


_ACRONYM = 4


def _number(text: str, known: Known) -> bool:
    plain = _UNITS.sub("", text.lstrip("-"))
    if known.figure(plain):
        return True
    names = STATUS.get(plain)
    if names is not None and any(n in known.lower for n in names):
        return True
    if plain in ("2", "-1"):
        return True
    return any(number(word) == plain for word in _NUMERAL.findall(known.blob))


def _text(text: str, known: Known) -> bool:
    words = chunks(text)
    if not words:
        return True
    blob = known.blob
    return all(w in blob for w in words)

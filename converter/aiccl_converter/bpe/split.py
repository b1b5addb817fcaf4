"""Cuts text into the pieces that an encoding merges separately: words, numbers, punctuation runs, white space.

The two encodings define their pieces by Unicode classes that Python's `re` does not know. So a text that is not
ASCII is first mapped, character by character, to a *shadow*: a text of the same length in which one character
stands for each class. The pattern runs on the shadow and the spans are cut out of the text. ASCII is its own
shadow.
"""

from __future__ import annotations

import re
import unicodedata

# One representative a class. The white-space one is a tab, since only a real space may lead a word.
UPPER, LOWER, LETTER, MARK, NUMBER, SPACE, OTHER = "A", "a", "\xaa", "\u0300", "0", "\t", "!"

CLASS_OF_CATEGORY = {
    "Lu": UPPER,
    "Lt": UPPER,
    "Ll": LOWER,
    "Lm": LETTER,
    "Lo": LETTER,
    "Mn": MARK,
    "Mc": MARK,
    "Me": MARK,
    "Nd": NUMBER,
    "Nl": NUMBER,
    "No": NUMBER,
    "Zs": SPACE,
    "Zl": SPACE,
    "Zp": SPACE,
}
# U+0085 is white space without a separator's category; U+017F is a long s, which a contraction may hold.
CLASS_OF_CHARACTER = {0x85: SPACE, 0x17F: "s"}

_UP = f"A-Z{LETTER}{MARK}"
_LOW = f"a-z{LETTER}{MARK}"
_WORD = f"A-Za-z{LETTER}"
_CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

PATTERNS = {
    "o200k_base": (
        rf"[^\r\n{_WORD}0-9]?[{_UP}]*[{_LOW}]+{_CONTRACTION}?"
        rf"|[^\r\n{_WORD}0-9]?[{_UP}]+[{_LOW}]*{_CONTRACTION}?"
        rf"|[0-9]{{1,3}}"
        rf"| ?[^\s{_WORD}0-9]+[\r\n/]*"
        rf"|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
    "cl100k_base": (
        rf"(?i:'[sdmt]|'ll|'ve|'re)"
        rf"|[^\r\n{_WORD}0-9]?[{_WORD}]+"
        rf"|[0-9]{{1,3}}"
        rf"| ?[^\s{_WORD}0-9]+[\r\n]*"
        rf"|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}


class _Shadow(dict[int, str]):
    """Code point -> class representative, filled as characters are met."""

    def __missing__(self, point: int) -> str:
        if point < 128:
            found = chr(point)
        else:
            found = CLASS_OF_CHARACTER.get(point) or CLASS_OF_CATEGORY.get(unicodedata.category(chr(point)), OTHER)
        self[point] = found
        return found


_shadow = _Shadow()
_compiled: dict[str, re.Pattern[str]] = {}


def pieces(text: str, encoding: str) -> list[str]:
    """The pieces of `text`, in order; joined they give `text` again."""
    pattern = _compiled.get(encoding)
    if pattern is None:
        pattern = _compiled[encoding] = re.compile(PATTERNS[encoding], re.ASCII)
    if text.isascii():
        return pattern.findall(text)
    shadow = text.translate(_shadow)
    return [text[match.start() : match.end()] for match in pattern.finditer(shadow)]


def is_settled(text: str) -> bool:
    """Whether this Python's Unicode tables know every character, so that `pieces` cannot disagree with newer
    tables."""
    return text.isascii() or not any(ord(c) > 127 and unicodedata.category(c) == "Cn" for c in set(text))

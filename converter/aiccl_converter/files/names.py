"""How a path is shown: always with /, always encodable, whatever bytes the file system holds.

A byte that is no UTF-8 is shown as \\xNN; a control character, a quote, < and > likewise, so that no name can break a
line, a terminal or a document's tag.
"""

from __future__ import annotations

import os


def shown(path: str) -> str:
    """`path` for a reader."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace") if not path.isascii() else path
    if os.sep != "/":
        text = text.replace(os.sep, "/")
    if text.startswith("./") and len(text) > 2:
        text = text[2:]
    if text.isprintable() and _MARKS.isdisjoint(text):
        return text
    return "".join(_escaped(character) for character in text)


_MARKS = frozenset('"<>')


def _escaped(character: str) -> str:
    if character in _MARKS:
        return f"\\x{ord(character):02x}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()

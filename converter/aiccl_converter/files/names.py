"""How a path is shown: always with /, always encodable, whatever bytes the file system holds.

A byte that is no UTF-8 is shown as \\xNN, a control character likewise, so that no name can break a line or a
terminal.
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
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

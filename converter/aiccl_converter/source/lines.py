"""Byte offsets to lines and UTF-16 columns, as the language server protocol counts them.

LF, CRLF and lone CR end a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_END_OF_LINE = re.compile(rb"\r\n?|\n")


class Lines:
    """The line table of one text; building it is one scan, a position one bisection."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._ascii = data.isascii()
        self._starts = [0, *(match.end() for match in _END_OF_LINE.finditer(data))]

    def position(self, offset: int) -> tuple[int, int]:
        """(0-based line, column in UTF-16 units) of a byte offset."""
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if self._ascii:
            return line, offset - start
        head = self._data[start:offset]
        if head.isascii():
            return line, len(head)
        return line, len(head.decode("utf-8", "replace").encode("utf-16-le")) // 2

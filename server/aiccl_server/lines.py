"""Lines and positions of a text, as LSP counts them.

A line ends with \\n, \\r\\n or \\r and nothing else: form feeds and U+2028 are characters like others (`str.splitlines`
thinks otherwise, and shifts every later position). Offsets are code points; a position's character is counted in the
encoding that was agreed upon. Positions past the end of a line or text mean its end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate

from lsprotocol import types

Encoding = types.PositionEncodingKind | str
_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """The line index of one text; make a new one for a new text."""

    def __init__(self, text: str, encoding: Encoding = types.PositionEncodingKind.Utf16) -> None:
        self.text = text
        self.encoding = str(getattr(encoding, "value", encoding))
        if "\r" in text:
            self.starts = [0, *(match.end() for match in _END.finditer(text))]
        else:
            self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]

    def bounds(self, line: int) -> tuple[int, int]:
        """Where a line's own characters start and end, its line end left out."""
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        if line + 1 < len(self.starts):
            end -= 2 if self.text.endswith("\r\n", start, end) else 1
        return start, end

    def offset(self, position: types.Position) -> int:
        """The offset of a position."""
        return self.offset_in(position.line, position.character, self.encoding)

    def offset_in(self, line: int, character: int, encoding: str) -> int:
        """The offset of a line and a column counted in an encoding."""
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.bounds(line)
        content = self.text[start:end]
        return start + _points(content, max(character, 0), encoding)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        return types.Position(line=line, character=_units(self.text[start:offset], self.encoding))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(start=self.position(start), end=self.position(end))


def _points(content: str, character: int, encoding: str) -> int:
    """Code points before a column. A column inside a character means the character's start."""
    if encoding == "utf-32" or content.isascii():
        return min(character, len(content))
    used = 0
    for index, letter in enumerate(content):
        used += _width(letter, encoding)
        if used > character:
            return index
    return len(content)


def _units(content: str, encoding: str) -> int:
    if encoding == "utf-32" or content.isascii():
        return len(content)
    return sum(_width(letter, encoding) for letter in content)


def _width(letter: str, encoding: str) -> int:
    code = ord(letter)
    if encoding == "utf-8":
        return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
    return 2 if code > 0xFFFF else 1

"""The text of a source file, or one line that says why not and what to do.

Nothing is opened that is not a regular file, so a pipe cannot hold a run up. The text has no byte order mark and
ends its lines with \\n; `Source.offset` leads from a byte of that text back to the byte of the file. What cannot be
source (binary, another encoding, too large, one endless line) raises UnreadableSource.
"""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import UnreadableSource
from .walk import SPECIAL_KINDS

if TYPE_CHECKING:
    from ..source.chunk import Chunk
    from ..views import View

MAX_BYTES = 8_000_000
MAX_LINE = 200_000

BOM = b"\xef\xbb\xbf"
# Signatures of other encodings; each holds NUL bytes or invalid UTF-8 later, but this says it better. The longer
# first.
OTHER_BOMS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Text as the converter wants it, and the way back to the file's bytes."""

    text: str
    #: Bytes before the text in the file: a byte order mark.
    lead: int = 0
    #: Positions in the text's bytes of each \\n that was \\r\\n in the file.
    shortened: list[int] = field(default_factory=list)

    def offset(self, position: int) -> int:
        """The byte of the file for a byte of the text."""
        return self.lead + position + bisect_left(self.shortened, position)

    def in_file(self, views: list[View]) -> list[View]:
        """Views of the text, with byte ranges of the file."""
        if not self.lead and not self.shortened:
            return views
        return [replace(view, chunk=self._chunk_in_file(view.chunk)) for view in views]

    def _chunk_in_file(self, chunk: Chunk) -> Chunk:
        return replace(
            chunk,
            start_byte=self.offset(chunk.start_byte),
            end_byte=self.offset(chunk.end_byte),
            node_start=self.offset(chunk.node_start),
            node_end=self.offset(chunk.node_end),
        )


def read_source(path: str | os.PathLike[str], max_bytes: int = MAX_BYTES) -> Source:
    """Read a file. Raises UnreadableSource."""
    path = os.fspath(path)
    try:
        _require_regular(os.stat(path).st_mode)
        # The file may have been swapped since: without O_NONBLOCK a pipe would wait for its writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            _require_regular(os.fstat(handle).st_mode)
            data = file.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise UnreadableSource(*_explain(error)) from None
    return decode(data, max_bytes)


def decode(data: bytes, max_bytes: int = MAX_BYTES) -> Source:
    """The bytes of a file as a Source. Raises UnreadableSource."""
    if len(data) > max_bytes:
        raise UnreadableSource(f"larger than {max_bytes:,} bytes", "split it, ignore it, or raise --max-bytes")
    lead = 0
    if data.startswith(BOM):
        lead = len(BOM)
        data = data[lead:]
    else:
        for signature, name in OTHER_BOMS:
            if data.startswith(signature):
                raise UnreadableSource(f"is {name} text", "save it as UTF-8")
    nul = data.find(0)
    if nul >= 0:
        raise UnreadableSource(
            f"binary, or broken text (NUL byte at offset {nul + lead:,})", "leave it out, or remove the NUL bytes"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableSource(
            f"not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start + lead:,}, line {line:,})",
            "save it as UTF-8 or leave it out",
        ) from None
    shortened: list[int] = []
    if b"\r" in data:
        shortened = _shortened(data)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    _require_lines(text)
    return Source(text, lead, shortened)


def plain(data: bytes) -> tuple[bytes, Source]:
    """Any bytes without a byte order mark and with \\n line ends, and the way back to them (a Source without text).
    Refuses nothing: what is no text is the caller's to judge."""
    lead = len(BOM) if data.startswith(BOM) else 0
    data = data[lead:]
    if b"\r" not in data:
        return data, Source("", lead)
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), Source("", lead, _shortened(data))


def _shortened(data: bytes) -> list[int]:
    """Positions of the line ends of two bytes, each in the text where those before have one."""
    found: list[int] = []
    at = 0
    for piece in data.split(b"\r\n")[:-1]:
        at += len(piece)
        found.append(at)
        at += 1
    return found


def _require_lines(text: str) -> None:
    start = 0
    # Whole blocks are stepped over: a text has many lines and nearly never a long one.
    while len(text) - start > MAX_LINE:
        end = text.rfind("\n", start, start + MAX_LINE + 1)
        if end < 0:
            raise UnreadableSource(
                f"line {text.count(chr(10), 0, start) + 1:,} has over {MAX_LINE:,} characters (minified, or data)",
                "format it or leave it out",
            )
        start = end + 1


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = SPECIAL_KINDS.get(stat.S_IFMT(mode), "something else")
        raise ValueError(f"is {kind}, no regular file")


def _explain(error: OSError | ValueError) -> tuple[str, str]:
    if isinstance(error, PermissionError):
        return "cannot be read (permission denied)", "check its permissions"
    if isinstance(error, FileNotFoundError):
        return "no such file", "check the path"
    if isinstance(error, OSError):
        return f"cannot be read ({(error.strerror or str(error)).lower()})", "check the path"
    return str(error), "name a source file, or pipe its text to `-`"

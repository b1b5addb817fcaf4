"""A rank table: from the bytes of a token to its rank, in a file that is mapped into memory and never parsed.

Layout: 8 bytes of magic, then BUCKETS + 1 offsets as little-endian 32-bit numbers, then the records, grouped by the
CRC-32 of their token. A record is 0xFF, the token, 0xFE, and the rank as three 7-bit digits, the highest first.
Tokens are pieces of UTF-8, so 0xFE and 0xFF occur in none but the two single bytes of that value, which are not in
the file: a search for 0xFF token 0xFE within the bucket finds the record or nothing. Single bytes have their own
small index at the end of the bucket table.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from zlib import crc32

MAGIC = b"AICCLRK1"
BUCKETS = 1 << 14
START, STOP = b"\xff", b"\xfe"
_HEAD = len(MAGIC)
_OFFSETS = struct.Struct(f"<{BUCKETS + 1}I")
_RECORDS = _HEAD + _OFFSETS.size


class Table:
    """The ranks of one encoding."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        with open(path, "rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._data[:_HEAD] != MAGIC:
            raise ValueError(f"{os.fspath(path)}: no rank table; build it again with aiccl_converter.bpe.build")
        # A view of the offsets, not a copy: opening a table must cost nothing. (The file is little-endian.)
        if sys.byteorder == "little":
            self._offsets = memoryview(self._data)[_HEAD:_RECORDS].cast("I")
        else:
            self._offsets = memoryview(struct.pack(f"={BUCKETS + 1}I", *_OFFSETS.unpack_from(self._data, _HEAD))).cast(
                "I"
            )
        self._find = self._data.find

    def rank(self, token: bytes) -> int | None:
        """The rank of `token` (two bytes or more), or None if no token is spelled so."""
        bucket = crc32(token) & (BUCKETS - 1)
        at = self._find(START + token + STOP, self._offsets[bucket], self._offsets[bucket + 1])
        if at < 0:
            return None
        at += len(token) + 2
        high, middle, low = self._data[at : at + 3]
        return high << 14 | middle << 7 | low


def encode(ranks: dict[bytes, int]) -> bytes:
    """The file for `ranks`; tokens of one byte are left out, for `merge` never looks for them."""
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) < 2:
            continue
        if START in token or STOP in token or rank >= 1 << 21:
            raise ValueError(f"token {token!r} of rank {rank} does not fit the table's layout")
        digits = bytes((rank >> 14, rank >> 7 & 127, rank & 127))
        buckets[crc32(token) & (BUCKETS - 1)].append(START + token + STOP + digits)
    bodies = [b"".join(records) for records in buckets]
    offsets = [_RECORDS]
    for body in bodies:
        offsets.append(offsets[-1] + len(body))
    return MAGIC + _OFFSETS.pack(*offsets) + b"".join(bodies)

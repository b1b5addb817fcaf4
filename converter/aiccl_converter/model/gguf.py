"""The head of a GGUF file: its keys and values, and how long the file must be.

Contract: `head(path)` reads what stands before the weights, in any GGUF of version 2 or 3, and nothing more. Raises
ModelUnusable where the file is none, or shorter than its own table of tensors says. A file of this machine's order of
bytes is all that llama.cpp loads, and all that is read here.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_converter.errors import ModelUnusable

AGAIN = "copy the file again, or write it with `aiccl-train export --gguf q4_1`"
_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_PLAIN = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MOST_DIMENSIONS = 8
_BLOCKS = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    30: (1, 2),
}
"""Kind of a tensor -> (weights of a block, bytes of a block): F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K to Q6_K,
BF16. What is of another kind has at least one byte."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the weights."""

    values: dict[str, Any]
    needs: int
    """Bytes that the file must have."""


def head(path: Path) -> Head:
    """A file's head, of a file that is whole."""
    try:
        with open(path, "rb") as file:
            if file.read(4) != _MAGIC:
                raise ModelUnusable(f"{path}: is no GGUF file", AGAIN)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                size = len(data)
                made = _read(_Reader(data))
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read ({error.strerror or error})", AGAIN) from None
    except (struct.error, IndexError, KeyError, OverflowError, RecursionError, ValueError):
        raise ModelUnusable(f"{path}: is cut off or damaged (its head cannot be read)", AGAIN) from None
    if size < made.needs:
        raise ModelUnusable(f"{path}: is cut off ({size:,} bytes instead of {made.needs:,})", AGAIN)
    return made


class _Reader:
    """A place in bytes that moves on."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = 4

    def number(self, code: str) -> Any:
        """One number of a kind that `struct` names."""
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return value

    def text(self) -> str:
        """A string with its length before it."""
        length = self.number("Q")
        end = self.at + length
        if end > len(self.data):
            raise IndexError(end)
        value = self.data[self.at : end].decode("utf-8")
        self.at = end
        return value

    def value(self, kind: int) -> Any:
        """A value of a kind of GGUF."""
        if kind == _STRING:
            return self.text()
        if kind != _ARRAY:
            return self.number(_PLAIN[kind])
        of, count = self.number("I"), self.number("Q")
        if count > len(self.data) - self.at:
            raise IndexError(count)
        if of in (_STRING, _ARRAY):
            return [self.value(of) for _ in range(count)]
        code = f"<{count}{_PLAIN[of]}"
        values = struct.unpack_from(code, self.data, self.at)
        self.at += struct.calcsize(code)
        return list(values)


def _read(reader: _Reader) -> Head:
    if reader.number("I") not in _VERSIONS:
        raise ValueError("version")
    tensors, count = reader.number("Q"), reader.number("Q")
    values = {}
    for _ in range(count):
        key = reader.text()
        values[key] = reader.value(reader.number("I"))
    last = 0
    for _ in range(tensors):
        reader.text()
        weights = 1
        dimensions = reader.number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError(dimensions)
        for _ in range(dimensions):
            weights *= reader.number("Q")
        kind, offset = reader.number("I"), reader.number("Q")
        of, size = _BLOCKS.get(kind, (weights, 1))
        last = max(last, offset + -(-weights // of) * size)
    align = int(values.get("general.alignment", 32))
    return Head(values, -(-reader.at // align) * align + last)

"""The exact level: every token but comments and layout, and back.

`compress` gives the shortest text found, in o200k tokens, of which `expand` makes a text with the same token sequence:
the same kinds and texts of tokens and the same syntax tree. That is checked here, at conversion; where no short text
passes, the source itself is the view. So an exact view is always right, and `exact(...)` says which case it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiccl_converter.errors import ParserStuck
from aiccl_converter.levels.exact.layouts import layout
from aiccl_converter.levels.exact.leaves import Reading, read
from aiccl_converter.levels.exact.restore import restore, restore_and_read
from aiccl_converter.levels.exact.squeeze import BOLD, PLAIN, SHY, squeeze
from aiccl_converter.levels.exact.squeeze_python import squeeze_python
from aiccl_converter.source.language import language


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact view. `fell_back`: the text is the source, since nothing shorter gave its tokens back."""

    text: str
    fell_back: bool


def compress(data: bytes | str, name: str) -> str:
    """The exact view of a file or a fragment (a method, say)."""
    return exact(data, name).text


def expand(text: str, name: str) -> str:
    """An exact view laid out again, with the token sequence of its source."""
    return restore(text, name)


def exact(data: bytes | str, name: str) -> Exact:
    """The exact view, and whether it is more than the source."""
    from aiccl_converter.tokens import count

    source = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    name = language(name).name
    try:
        reading = read(source, name)
    except ParserStuck:
        return Exact(source, True)
    if not reading.leaves:
        return Exact(source.strip() if reading.tokens else "", False)
    indented = language(name).layout == "indent"
    for boldness in (BOLD, SHY, PLAIN):
        text = _squeezed(reading, name, boldness, count)
        try:
            again = restore_and_read(text, name)[1]
        except ParserStuck:
            continue
        # A grammar may read the same lines in two ways (Kotlin's annotated statements); while every line's end stays
        # and indentation means nothing, the tokens are proof enough.
        if again.same(reading) or (boldness == PLAIN and not indented and again.tokens == reading.tokens):
            return Exact(text, False)
    return Exact(source, True)


def same_tokens(one: str, other: str, name: str) -> bool:
    """Whether two texts have the same token sequence, comments and layout aside."""
    return read(one, name).tokens == read(other, name).tokens


def _squeezed(reading: Reading, name: str, boldness: int, count: Callable[[str], int]) -> str:
    kind = language(name).layout
    if kind == "indent":
        return squeeze_python(reading.leaves, boldness, count)
    return squeeze(reading.leaves, layout(name), kind == "newline", boldness, count)


__all__ = ["Exact", "compress", "exact", "expand", "same_tokens"]

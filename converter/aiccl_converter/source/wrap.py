"""Fragments: text that is no file of its own (a method, an object's property) parsed as if it stood where it belongs.

`parse_fragment` tries the text bare and in the surroundings that its language's table names, and takes the first that
parses without an error and yields a unit at the fragment's first token; else the one with the fewest errors. Offsets:
a byte `i` of the fragment is byte `offset + i` of `data`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aiccl_converter.errors import ParserStuck
from aiccl_converter.source.chunks import count_errors, find_units
from aiccl_converter.source.grammars import parse
from aiccl_converter.source.language import Language, language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Tree


class Fragment(NamedTuple):
    """A parsed fragment: the tree of `data`, in which the fragment begins at byte `offset`."""

    tree: Tree
    data: bytes
    offset: int


def parse_fragment(code: str | bytes, name: str, marks: bool = False) -> Fragment:
    """Parse a fragment of a language with whatever has to be around it. `marks`: see `grammars.parse`."""
    raw = code.encode("utf-8", "replace") if isinstance(code, str) else code
    table = language(name)
    best: Fragment | None = None
    best_rank = (True, True, True)
    fallbacks: list[Fragment] = []
    for before, after in _surroundings(raw, table):
        data = before + raw + after
        try:
            tried = Fragment(parse(data, table.name, marks), data, len(before))
        except ParserStuck:
            continue
        wrong = tried.tree.root_node.has_error
        rank = (wrong, wrong or not _unit_at_start(tried, len(raw), table), bool(before))
        if best is None or rank < best_rank:
            best, best_rank = tried, rank
        if rank[:2] == (False, False):
            break
        fallbacks.append(tried)
    if best is None:
        raise ParserStuck
    if best_rank[0] and len(fallbacks) > 1:
        best = min(fallbacks, key=lambda fragment: count_errors(fragment.tree, table))
    return best


def _surroundings(raw: bytes, table: Language) -> Iterator[tuple[bytes, bytes]]:
    around = [(before.encode(), after.encode()) for before, after in table.fragments]
    bare = [(b"", b"")] if table.bare_needs.encode() in raw or not around else []
    if table.member_first:
        yield from around[:1]
        yield from bare
        yield from around[1:]
    else:
        yield from bare
        yield from around
    if table.layout == "indent":
        lines = raw.split(b"\n")[1:]
        indented = next((line for line in lines if line.strip()), b"")
        margin = indented[: len(indented) - len(indented.lstrip())]
        if margin:
            yield b"if 1:\n" + margin, b""


def _unit_at_start(fragment: Fragment, length: int, table: Language) -> bool:
    """Whether a unit stands in the fragment that begins with its first token (attributes and comments aside)."""
    raw = fragment.data[fragment.offset : fragment.offset + length]
    start = fragment.offset + length - len(raw.lstrip())
    return any(unit.start == start for unit in find_units(fragment.tree, fragment.data, table))

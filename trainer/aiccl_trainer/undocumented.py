"""A function without its own doc comment: what a model reads that is to learn what the comment says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any


@cache
def undocumented(language: str, code: str) -> str:
    """The code without the comments in front of its first unit and without that unit's doc string. As it is where it
    has neither; empty where it cannot be read, or nothing is left."""
    from aiccl_converter.source import find_units, parse_fragment
    from aiccl_converter.source import language as table_of
    from aiccl_converter.source.chunks import docstring_node

    raw = code.encode("utf-8", "replace")
    try:
        table = table_of(language)
        fragment = parse_fragment(raw, language)
        units = find_units(fragment.tree, fragment.data, table)
    except Exception:
        return ""
    found = next((unit for unit in units if unit.start >= fragment.offset), None)
    if found is None:
        return ""
    if not found.doc:
        return code
    string = docstring_node(found.unit, found.node) if table.docstring else None
    if string is not None:
        body = found.unit.body_of(found.node)
        if body is None or sum(child.type not in table.comments for child in body.named_children) < 2:
            return ""
        cut = [string]
    else:
        cut = [n for n in _walk(fragment.tree.root_node) if n.type in table.comments]
        cut = [n for n in cut if found.start <= n.start_byte and n.end_byte <= found.node.start_byte]
    for node in reversed(cut):
        start, end = node.start_byte - fragment.offset, node.end_byte - fragment.offset
        while raw[end : end + 1] in (b" ", b"\t", b"\r", b";"):
            end += 1
        line = raw.rfind(b"\n", 0, start) + 1
        if raw[end : end + 1] == b"\n" and not raw[line:start].strip():
            start, end = line, end + 1
        raw = raw[:start] + raw[end:]
    return raw.decode("utf-8", "replace")


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _walk(child)

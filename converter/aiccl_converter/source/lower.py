"""Source text to AICCL tree: a whole file, or a fragment that is parsed in the surroundings it needs.

The trees are unrestated: they say all that the source says, and are what the fidelity check compares a view with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.language.tree import Node
from aiccl_converter.source.language import language
from aiccl_converter.source.lowering import Lowering, Syntax
from aiccl_converter.source.wrap import Fragment, parse_fragment

if TYPE_CHECKING:
    from tree_sitter import Tree


def lowering(name: str, data: bytes) -> Lowering:
    """A lowering for a text of a language, LookupError where the language has no table yet."""
    table = language(name).lower
    if table is None:
        raise LookupError(f"{name} has no lowering table")
    return Lowering(table, data)


def lower_tree(tree: Tree, data: bytes, name: str) -> list[Node]:
    """The steps and units of a whole file, in order. `pos` of a unit is its byte offset in `data`."""
    lw = lowering(name, data)
    return lw.sequence(tree.root_node.named_children)


def lower_file(tree: Tree, data: bytes, name: str) -> tuple[list[Node], bool]:
    """The same, and whether something in it is nested so deeply that its view may be too deep to read back."""
    lw = lowering(name, data)
    return lw.sequence(tree.root_node.named_children), lw.deep


def lower_unit(code: str | bytes, name: str) -> list[Node]:
    """The steps and units of a fragment: mostly one `Func` or `Class`."""
    return lower_fragment(parse_fragment(code, name), name, len(code.encode() if isinstance(code, str) else code))


def lower_fragment(fragment: Fragment, name: str, length: int) -> list[Node]:
    """The same for a fragment that is parsed already; `length` is its size in bytes."""
    return lower_part(fragment, name, length)[0]


def lower_part(fragment: Fragment, name: str, length: int) -> tuple[list[Node], bool]:
    """The same, and whether something in it is nested so deeply that its view may be too deep to read back."""
    lw = lowering(name, fragment.data)
    raw = fragment.data[fragment.offset : fragment.offset + length]
    start = fragment.offset + len(raw) - len(raw.lstrip())
    end = fragment.offset + len(raw.rstrip())
    node = fragment.tree.root_node
    while True:
        inside = [c for c in node.named_children if c.start_byte < end and c.end_byte > start]
        whole = len(inside) == 1 and inside[0].start_byte <= start and inside[0].end_byte >= end
        if not whole or (inside[0].start_byte == start and inside[0].end_byte <= end and fragment.offset == 0):
            break
        if inside[0].start_byte == start:
            break
        node = inside[0]
    return lw.sequence([c for c in inside if c.start_byte >= start or fragment.offset == 0]), lw.deep


def lower_node(node: Syntax, data: bytes, name: str) -> list[Node]:
    """The steps of one syntax node, for a unit that stands within an expression."""
    return lowering(name, data).step(node)

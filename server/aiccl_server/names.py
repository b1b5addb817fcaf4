"""Where a unit's own name stands in its text: what a hover on a definition points at.

The tree is walked from the unit's node, past what comes before the name (decorators, modifiers, types) and without
entering bodies and parameters, so that the cost is that of the header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.chunk import Chunk

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

#: Fields that never hold the name.
_NOT_HERE = frozenset(
    {
        "body",
        "parameters",
        "type",
        "return_type",
        "result",
        "type_parameters",
        "superclasses",
        "superclass",
        "interfaces",
    }
)
_NOT_THESE = ("decorator", "annotation", "modifier", "attribute", "comment", "block", "parameter_list", "heritage")
#: Nodes looked at for one unit; a header that is longer is odd.
_LIMIT = 400


def name_point(tree: Tree, chunk: Chunk) -> tuple[int, int] | None:
    """Row and byte column of the name, or None where it is not found (an unnamed unit, broken code)."""
    node = tree.root_node.descendant_for_byte_range(chunk.node_start, max(chunk.node_end - 1, chunk.node_start))
    if node is None or not chunk.name:
        return None
    wanted = chunk.name.encode("utf-8", "surrogatepass")
    while node.parent is not None and node.parent.start_byte == node.start_byte:
        if node.type == chunk.node_kind or node.parent.end_byte > chunk.node_end:
            break
        node = node.parent
    return _find(node, wanted)


def _find(top: Node, wanted: bytes) -> tuple[int, int] | None:
    stack = [top]
    seen = 0
    while stack and seen < _LIMIT:
        node = stack.pop()
        seen += 1
        if not node.child_count:
            if node.is_named and _same(node.text, wanted):
                return node.start_point[0], node.start_point[1]
            continue
        below = []
        for index, child in enumerate(node.children):
            field = node.field_name_for_child(index)
            if field in _NOT_HERE and not (field == "body" and node is top and child.child_count == 0):
                continue
            if field != "name" and any(word in child.type for word in _NOT_THESE):
                continue
            below.append((field != "name", index, child))
        stack.extend(child for _, _, child in sorted(below, key=lambda item: item[:2], reverse=True))
    return None


def _same(text: bytes | None, wanted: bytes) -> bool:
    return text is not None and (text == wanted or text.strip(b"'\"") == wanted or text.lstrip(b"#~") == wanted)

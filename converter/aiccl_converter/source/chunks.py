"""Files into chunks: `chunks(data, language)`.

One tree-sitter query, generated from the language's table, finds every unit, comment and attribute at the speed of C;
Python touches only what it found, so that deep nesting costs no recursion and expressions cost nothing. The order is
that of the text, an outer chunk before its inner ones; chunk 0 is the module, and every other chunk has a parent.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aiccl_converter.source.chunk import CLASS_LIKE, Chunk
from aiccl_converter.source.doc import clean_comments, clean_docstring
from aiccl_converter.source.grammars import grammar, parse
from aiccl_converter.source.language import Language, NamePath, Unit, language, text
from aiccl_converter.source.lines import Lines
from aiccl_converter.source.recover import recover

if TYPE_CHECKING:
    from tree_sitter import Node, Query, Tree

_PREFACE = "preface"


@dataclass(slots=True)
class Found:
    """A unit in the tree, before it is a chunk."""

    unit: Unit
    node: Node
    path: NamePath
    start: int
    end: int
    doc: str | None
    broken: bool | None = None
    """Known for a unit of a file that does not parse, else None."""


def chunks(data: bytes, name: str) -> list[Chunk]:
    """The chunks of a file in a language (its own name or an alias)."""
    table = language(name)
    return chunk_tree(parse(data, table.name), data, table)


def chunk_tree(tree: Tree, data: bytes, table: Language) -> list[Chunk]:
    """The chunks of a file that is parsed already."""
    found = find_units(tree, data, table)
    if tree.root_node.has_error:
        found = recover(found, data, table, find_units)
    return _chunked(found, tree, data, table)


def find_units(tree: Tree, data: bytes, table: Language) -> list[Found]:
    """Units in the order of the text, with their whole ranges."""
    if _hopeless(tree):
        return []
    from tree_sitter import QueryCursor

    captured = QueryCursor(units_query(table.name)).captures(tree.root_node)
    prefaces = _Prefaces(captured.pop(_PREFACE, []), data, table)
    found: dict[int, Found] = {}
    for index, unit in enumerate(table.units):
        for node in captured.get(f"unit{index}", ()):
            if node.id in found:
                continue
            path = unit.name_of(node)
            if not path or not path[-1]:
                continue
            outer = _outermost(node, table)
            start, comments = prefaces.before(outer.start_byte)
            end = outer.end_byte
            if table.semicolon_after and data[end : end + 1] == b";":
                end += 1
            doc = _docstring(unit, node) if table.docstring else None
            found[node.id] = Found(unit, node, path, start, end, doc or clean_comments(comments))
    return sorted(found.values(), key=lambda f: (f.start, -f.end, f.node.start_byte))


@cache
def units_query(name: str) -> Query:
    """The query that a language's table amounts to."""
    from tree_sitter import Query

    table = language(name)
    patterns = []
    for index, unit in enumerate(table.units):
        shape, _, predicates = unit.when.partition(";")
        patterns.append(f"(({unit.node} {shape}) @unit{index} {predicates})")
    kinds = sorted(table.comments | table.prefaces)
    patterns += [f"({kind}) @{_PREFACE}" for kind in kinds]
    return Query(grammar(name), "\n".join(patterns))


@cache
def _errors_query(name: str) -> Query:
    from tree_sitter import Query

    return Query(grammar(name), "(ERROR) @error (MISSING) @error")


def count_errors(tree: Tree, table: Language) -> int:
    """How many ERROR and MISSING nodes a tree has."""
    from tree_sitter import QueryCursor

    if not tree.root_node.has_error:
        return 0
    if _hopeless(tree):
        return tree.root_node.child_count
    return len(QueryCursor(_errors_query(table.name)).captures(tree.root_node).get("error", ()))


def _hopeless(tree: Tree) -> bool:
    """Whether a text is of no language at all: thousands of bare marks side by side, over which a query takes time that
    grows with their square."""
    root = tree.root_node
    return root.type == "ERROR" and root.child_count > 3_000 and root.child_count > 4 * root.named_child_count


def _outermost(node: Node, table: Language) -> Node:
    """The node with the parents that belong to it."""
    current = node
    while (parent := current.parent) is not None:
        if parent.type in table.wrappers:
            current = parent
        elif parent.type in table.sole_wrappers and _holds_one(parent, table):
            current = parent
        else:
            break
    return current


def _holds_one(node: Node, table: Language) -> bool:
    return sum(child.type not in table.comments for child in node.named_children) == 1


def docstring_node(unit: Unit, node: Node) -> Node | None:
    """The doc string of a unit's body."""
    body = unit.body_of(node)
    first = next((child for child in body.named_children if child.type != "comment"), None) if body else None
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return None
    string = first.named_children[0]
    return string if string.type == "string" else None


def _docstring(unit: Unit, node: Node) -> str | None:
    string = docstring_node(unit, node)
    if string is None:
        return None
    return clean_docstring("".join(text(child) for child in string.named_children if child.type == "string_content"))


class _Prefaces:
    """Comments and attributes of a file, to be claimed by the unit that they stand in front of."""

    def __init__(self, nodes: list[Node], data: bytes, table: Language) -> None:
        self._data = data
        self._table = table
        self._nodes = sorted(nodes, key=lambda node: node.end_byte)
        self._ends = [node.end_byte for node in self._nodes]

    def before(self, start: int) -> tuple[int, list[str]]:
        """Where a unit that begins at `start` really begins, and the comments in front of it."""
        comments: list[str] = []
        index = bisect_right(self._ends, start) - 1
        while index >= 0:
            node = self._nodes[index]
            gap = self._data[node.end_byte : start]
            if gap and not gap.isspace():
                break
            if node.type in self._table.comments:
                whole = self._data[node.start_byte : node.end_byte]
                breaks = gap.count(b"\n") or gap.count(b"\r")
                if breaks + whole.endswith(b"\n") > 1 or not self._starts_line(node.start_byte):
                    break
                comment = whole.decode("utf-8", "replace")
                if comment.startswith(("#!", *self._table.inner_doc)):
                    break
                comments.append(comment)
            start = node.start_byte
            index -= 1
        comments.reverse()
        return start, comments

    def _starts_line(self, offset: int) -> bool:
        line = max(self._data.rfind(b"\n", 0, offset), self._data.rfind(b"\r", 0, offset)) + 1
        head = self._data[line:offset]
        return not head or head.isspace() or head == b"\xef\xbb\xbf"


def _chunked(units: list[Found], tree: Tree, data: bytes, table: Language) -> list[Chunk]:
    lines = Lines(data)
    spans = [(0, len(data)), *((unit.start, unit.end) for unit in units)]
    parents = _parents(spans)
    broken = _broken(tree, table, spans, parents, [None, *map(_known, units)])
    root = tree.root_node
    result: list[Chunk] = []
    for index, (start, end) in enumerate(spans):
        parent = parents[index]
        raw = data[start:end]
        line, column = lines.position(start)
        last_line, last_column = lines.position(end)
        kind, path, node, doc = "module", "", root, None
        if parent is not None:
            found = units[index - 1]
            owner = result[parent]
            kind, node, doc = found.unit.kind, found.node, found.doc
            if kind == "function" and owner.kind in CLASS_LIKE:
                kind = "method"
            path = ".".join((owner.qualified_name, *found.path) if owner.qualified_name else found.path)
        result.append(
            Chunk(
                kind=kind,
                name=found.path[-1] if parent is not None else "",
                qualified_name=path,
                language=table.name,
                start_byte=start,
                end_byte=end,
                start_line=line,
                end_line=last_line,
                start_utf16=column,
                end_utf16=last_column,
                parent=parent,
                hash=hashlib.sha256(raw).hexdigest(),
                code=raw.decode("utf-8", "replace"),
                doc=doc,
                broken=index in broken,
                node_start=node.start_byte,
                node_end=node.end_byte,
                node_kind=node.type,
            )
        )
    return result


def _parents(spans: list[tuple[int, int]]) -> list[int | None]:
    parents: list[int | None] = []
    open_: list[int] = []
    for index, (_, end) in enumerate(spans):
        while open_ and spans[open_[-1]][1] < end:
            open_.pop()
        while open_ and spans[open_[-1]][1] <= spans[index][0]:
            open_.pop()
        parents.append(open_[-1] if open_ else (0 if index else None))
        open_.append(index)
    return parents


def _broken(
    tree: Tree, table: Language, spans: list[tuple[int, int]], parents: list[int | None], known: list[bool | None]
) -> set[int]:
    """Indices of the chunks that hold a syntax error outside of their nested chunks."""
    if not tree.root_node.has_error:
        return set()
    if _hopeless(tree):
        return {0}
    from tree_sitter import QueryCursor

    errors = QueryCursor(_errors_query(table.name)).captures(tree.root_node).get("error", [])
    starts = [start for start, _ in spans]
    broken = {index for index, state in enumerate(known) if state}
    for node in errors:
        index: int | None = bisect_right(starts, node.start_byte) - 1
        while index is not None and (spans[index][1] < node.end_byte or known[index] is False):
            index = parents[index]
        broken.add(index or 0)
    return broken


def _known(unit: Found) -> bool | None:
    return unit.broken if unit.broken is not None or unit.node.has_error else False

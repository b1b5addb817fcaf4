"""The tree of folders, files and chunks with their token counts, from the results at every level.

A folder's counts are the sums of its files', a file's are its document's; a chunk's are its own view's, so the
chunks of a file need not add up to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .figures import times

if TYPE_CHECKING:
    from ..bulk import Outcome
    from ..views import FileResult

#: In the order of what they keep.
LEVELS = ("exact", "flow", "outline")

__all__ = ["LEVELS", "Node", "label", "record", "times", "tree"]


@dataclass
class Node:
    """A folder, a file or a chunk. `tokens`: of the source, then of each of LEVELS."""

    name: str
    kind: str
    tokens: list[int] = field(default_factory=lambda: [0] * (1 + len(LEVELS)))
    language: str | None = None
    line: int | None = None
    children: list[Node] = field(default_factory=list)


def tree(outcomes: Iterable[Outcome]) -> Node:
    """All outcomes below one root."""
    root = Node("total", "folder")
    folders: dict[str, Node] = {"": root}
    for outcome in outcomes:
        path = outcome.task.name
        above = os.path.dirname(path) if outcome.task.data is None else ""
        node = _file(os.path.basename(path), outcome.results)
        _folder(above, folders).children.append(node)
    # Folders first get their sums when everything is in place, the deepest first.
    for folder in sorted(folders.values(), key=_height):
        for child in folder.children:
            folder.tokens = [a + b for a, b in zip(folder.tokens, child.tokens, strict=True)]
    return _shortened(root)


def label(node: Node) -> str:
    """A name that shows the kind."""
    return node.name + "/" if node.kind == "folder" and node.name not in ("total", "/") else node.name


def record(node: Node) -> dict[str, Any]:
    """The node as JSON has it."""
    out: dict[str, Any] = {"name": node.name, "kind": node.kind}
    if node.language is not None:
        out["language"] = node.language
    if node.line is not None:
        out["line"] = node.line
    out["tokens"] = dict(zip(("source", *LEVELS), node.tokens, strict=True))
    if node.children:
        out["children"] = [record(child) for child in node.children]
    return out


def _folder(path: str, folders: dict[str, Node]) -> Node:
    """The node of a folder, made with those above it if need be."""
    missing = []
    while path not in folders:
        missing.append(path)
        above = os.path.dirname(path)
        path = above if above != path else ""
    node = folders[path]
    for path in reversed(missing):
        child = folders[path] = Node(os.path.basename(path) or path, "folder")
        node.children.append(child)
        node = child
    return node


def _height(node: Node) -> int:
    height = 0
    level = [node]
    while level:
        height += 1
        level = [child for above in level for child in above.children if child.kind == "folder"]
    return height


def _shortened(root: Node) -> Node:
    """Folders that hold nothing but one folder are told as one: src/main/java."""
    stack = [root]
    while stack:
        node = stack.pop()
        for child in node.children:
            while child.kind == "folder" and len(child.children) == 1 and child.children[0].kind == "folder":
                only = child.children[0]
                child.name = f"{child.name.rstrip('/')}/{only.name}"
                child.children = only.children
        stack.extend(node.children)
    return root


def _file(name: str, results: dict[str, FileResult]) -> Node:
    first = results[LEVELS[0]]
    node = Node(name, "file", [first.source_tokens, *(results[level].tokens for level in LEVELS)], first.language)
    node.children = _chunks(results)
    return node


def _chunks(results: dict[str, FileResult]) -> list[Node]:
    """The file's chunks, nested as they stand; only those that have a view at every level."""
    by_level = [
        {(view.chunk.start_byte, view.chunk.end_byte): view for view in results[level].views} for level in LEVELS
    ]
    top: list[Node] = []
    open_: list[tuple[int, Node]] = []  # the chunks that enclose the next one, with their ends
    for place, view in sorted(by_level[0].items(), key=lambda item: (item[0][0], -item[0][1])):
        if view.chunk.kind == "module" or any(place not in views for views in by_level):
            continue
        counts = [view.source_tokens, *(views[place].tokens for views in by_level)]
        node = Node(view.chunk.name, view.chunk.kind, counts, line=view.chunk.start_line + 1)
        while open_ and open_[-1][0] <= place[0]:
            open_.pop()
        (open_[-1][1].children if open_ else top).append(node)
        open_.append((place[1], node))
    return top

"""A chunk: one named unit of a source file, with the place where it stands.

Bytes are offsets into the file as it was read; lines are 0-based; columns are UTF-16 code units, as editors
count them. A chunk's range takes in its decorators, attributes, annotations and the comment above it, and starts
at its first character, not at the indentation before it.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds a chunk may have. "module" is the whole file, always the first chunk of a file and the only one without parent.
KINDS = (
    "module",
    "namespace",
    "class",
    "interface",
    "trait",
    "struct",
    "enum",
    "impl",
    "function",
    "method",
    "property",
    "type",
    "macro",
)

#: Kinds whose functions are methods.
CLASS_LIKE = frozenset({"class", "interface", "trait", "struct", "enum", "impl"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """One unit of source text. `data[start_byte:end_byte]` is its text, `code` the same decoded."""

    kind: str
    name: str
    qualified_name: str
    language: str
    start_byte: int
    end_byte: int
    start_line: int
    end_line: int
    start_utf16: int
    end_utf16: int
    parent: int | None
    """Index of the enclosing chunk in the file's list; None for the module itself."""
    hash: str
    """SHA-256 of the chunk's bytes, in hex."""
    code: str
    doc: str | None = None
    """The doc string or the comment above it, without comment marks."""
    broken: bool = False
    """True where the chunk's own text, nested chunks aside, holds a syntax error."""
    node_start: int = 0
    """Byte where the unit's own syntax node starts, past comments and sibling attributes (to find it in a tree)."""
    node_end: int = 0
    node_kind: str = ""

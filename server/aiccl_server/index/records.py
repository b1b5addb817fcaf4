"""What the index holds, as the rest of the server sees it. Lines are 0-based, columns UTF-16 code units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredView:
    """A chunk's text at one level."""

    hash: str
    """SHA-256 of the chunk's text, in hex: the view is for no other text."""
    language: str
    level: str
    text: str
    made_by: str
    score: float
    left_out: tuple[str, ...]
    rules: tuple[str, ...]
    tokens: int
    source_tokens: int
    map: str = ""
    """For a module at level flow: the rules of its file that the text uses."""

    @property
    def ratio(self) -> float:
        """How many times fewer tokens the view has than its source."""
        return self.source_tokens / self.tokens if self.tokens else 1.0


@dataclass(frozen=True, slots=True)
class ChunkEntry:
    """A chunk of a file. The first of a file is the module."""

    kind: str
    name: str
    qualified_name: str
    start_line: int
    start_utf16: int
    end_line: int
    end_utf16: int
    parent: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as it was when it was last indexed."""

    path: str
    mtime_ns: int
    size: int
    hash: str
    """SHA-256 of its text with \\n line ends and without a byte order mark; empty where there is a problem."""
    language: str
    source_tokens: int
    tokens: int
    score: float
    problem: str | None
    """Why there are no chunks, or None."""
    chunks: tuple[ChunkEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a name is defined."""

    path: str
    language: str
    chunk: ChunkEntry


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the index, or over the files below a folder."""

    files: int = 0
    chunks: int = 0
    views: int = 0
    source_tokens: int = 0
    tokens: int = 0
    problems: int = 0
    bytes: int = 0
    """Size of the index on disk."""

"""What the converter returns: views of chunks, files and folders, with their figures.

Tokens are counts in the result's `tokenizer`. `ratio` is source tokens over view tokens (1 for an empty source).
`score` is the weighted share of the source's facts that the view states, 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aiccl_converter.source.chunk import Chunk

LEVELS = ("flow", "outline", "exact")


def ratio(source_tokens: int, tokens: int) -> float:
    """How many times fewer tokens the view has."""
    return source_tokens / tokens if tokens else 1.0


@dataclass(frozen=True, slots=True)
class View:
    """One chunk at one level."""

    chunk: Chunk
    level: str
    text: str
    made_by: str
    """`compiler` (restated by rules, or unrestated where that did not pass the check), `source` (the source itself: too
    small to gain), `outline` (it has a syntax error, or no flow of it can be read back), `model`."""
    score: float
    invented: tuple[str, ...]
    left_out: tuple[str, ...]
    rules: tuple[str, ...]
    tokens: int
    source_tokens: int

    @property
    def ratio(self) -> float:
        return ratio(self.source_tokens, self.tokens)


@dataclass(slots=True)
class FileResult:
    """One file (or snippet) at one level: the whole document and the views of its chunks."""

    path: str | None
    language: str
    level: str
    text: str
    map: str
    """The file's rules with parameters, empty where nothing repeats."""
    views: list[View]
    source_tokens: int
    tokens: int
    score: float
    tokenizer: str = "o200k_base"
    error: str | None = None
    """Why there is no view, or None."""
    outlined: int = 0
    """Units of which no flow can be shown, for a syntax error or since it cannot be read back: their outline is."""
    units: int = 0
    """Functions and methods in the file."""

    @property
    def ratio(self) -> float:
        return ratio(self.source_tokens, self.tokens)


@dataclass(slots=True)
class DirectoryResult:
    """A folder: its files in the order of their paths, the rules they share, what was passed over."""

    path: str
    level: str
    files: list[FileResult]
    map: str = ""
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def source_tokens(self) -> int:
        return sum(f.source_tokens for f in self.files)

    @property
    def tokens(self) -> int:
        return sum(f.tokens for f in self.files)

    @property
    def ratio(self) -> float:
        return ratio(self.source_tokens, self.tokens)

    @property
    def score(self) -> float:
        weights = [(f.score, f.source_tokens) for f in self.files if f.error is None]
        total = sum(w for _, w in weights)
        return sum(s * w for s, w in weights) / total if total else 1.0

    @property
    def text(self) -> str:
        """All documents, one after another, with the shared map first."""
        return "\n".join(part for part in (self.map, *(f.text for f in self.files)) if part)

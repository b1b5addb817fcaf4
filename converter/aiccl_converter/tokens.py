"""Token counts in the encodings of large models: offline, exact, and quick for one file as for a whole repository.

`count(text)` is the number of tokens of `text` as ordinary text: something like "<|endoftext|>" in a source file
counts as the characters it is. Every figure that the project prints names its tokenizer.

Two engines give the same counts (a test compares both with tiktoken). `bpe`, in Python, needs no loading; the
native `toktok` counts some fifty times faster but takes half a second to load. The first is used until so much has
been counted that the second pays; a caller that knows of much work ahead says so with `expect_much()`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .errors import UnknownTokenizer

TOKENIZERS = ("o200k_base", "cl100k_base")
DEFAULT_TOKENIZER = "o200k_base"

# Characters that the Python engine counts before the native one is loaded, and pieces that it remembers.
_NATIVE_AFTER = 1_000_000
_REMEMBERED_PIECES = 200_000
# The native engine does not know that a long s may stand in a contraction, as "'s" does; the encodings' patterns do.
_LONG_S = "'\u017f"


def count(text: str, tokenizer: str = DEFAULT_TOKENIZER) -> int:
    """The number of tokens of `text` in `tokenizer`, as ordinary text."""
    return counter(tokenizer).count(text)


def counter(tokenizer: str = DEFAULT_TOKENIZER) -> Counter:
    """The shared counter of a tokenizer. Raises UnknownTokenizer for a name not in TOKENIZERS."""
    found = _counters.get(tokenizer)
    if found is None:
        if tokenizer not in TOKENIZERS:
            raise UnknownTokenizer(tokenizer, TOKENIZERS)
        found = _counters[tokenizer] = Counter(tokenizer)
    return found


def expect_much(tokenizer: str = DEFAULT_TOKENIZER) -> None:
    """Load the native engine now, if it is installed: for a directory, a server, a worker."""
    counter(tokenizer)._go_native()


def expect_little(tokenizer: str = DEFAULT_TOKENIZER) -> None:
    """Do without the native engine in this process: loading it takes 60 MB, and half a second in which no other thread
    runs. Counts are the same."""
    counter(tokenizer)._native_missing = True


class Counter:
    """Counts in one encoding. Use `counter()`, which shares what is loaded."""

    def __init__(self, tokenizer: str) -> None:
        self.tokenizer = tokenizer
        self._native: Callable[[str], int] | None = None
        self._native_missing = False
        self._pieces: _PieceCounts | None = None
        self._counted = 0

    def count(self, text: str) -> int:
        """The number of tokens of `text`. Lone surrogates count as U+FFFD, as in tiktoken."""
        if not text:
            return 0
        if self._native is None:
            self._counted += len(text)
            if self._counted > _NATIVE_AFTER and not self._native_missing:
                self._go_native()
        if self._native is not None and _LONG_S not in text:
            try:
                return self._native(text)
            except UnicodeEncodeError:
                return self._native(_without_surrogates(text))
        return self._count_in_python(text)

    __call__ = count

    def _count_in_python(self, text: str) -> int:
        from .bpe import split

        if not text.isascii():
            text = _without_surrogates(text)
            if not self._native_missing and _LONG_S not in text and not split.is_settled(text):
                self._go_native()
                if self._native is not None:
                    return self._native(text)
        counts = self._pieces
        if counts is None or len(counts) > _REMEMBERED_PIECES:
            counts = self._pieces = _PieceCounts(self.tokenizer)
        return sum(map(counts.__getitem__, split.pieces(text, self.tokenizer)))

    def _go_native(self) -> None:
        if self._native is None and not self._native_missing:
            try:
                # `batch_count`, the public call, starts threads for each text: 30 us a call against 0.2 us. The
                # version is pinned.
                from toktok import _encoding
            except ImportError:
                self._native_missing = True
                return
            self._native = _encoding(self.tokenizer).count
            self._pieces = None


class _PieceCounts(dict[str, int]):
    """Piece -> its number of tokens, worked out when first asked for."""

    def __init__(self, tokenizer: str) -> None:
        super().__init__()
        from .bpe.table import Table

        self._table = Table(Path(__file__).parent / "bpe" / f"{tokenizer}.ranks")

    def __missing__(self, piece: str) -> int:
        from .bpe.merge import count as count_piece

        found = self[piece] = count_piece(piece.encode(), self._table)
        return found


_counters: dict[str, Counter] = {}


def _without_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

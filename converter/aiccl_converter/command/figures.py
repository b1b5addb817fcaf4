"""Figures in words: "1,074 -> 410 tokens (2.62x, o200k_base), fidelity 0.98"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..views import FileResult


def times(source_tokens: int, tokens: int) -> float:
    """How many times fewer tokens; 1 where there is nothing."""
    return source_tokens / tokens if tokens else 1.0


def saving(source_tokens: int, tokens: int, tokenizer: str) -> str:
    """Both counts and their ratio."""
    return f"{source_tokens:,} -> {tokens:,} tokens ({times(source_tokens, tokens):.2f}x, {tokenizer})"


def score(results: Sequence[FileResult]) -> float:
    """The mean score of files, each weighing its source tokens."""
    weight = sum(result.source_tokens for result in results)
    return sum(result.score * result.source_tokens for result in results) / weight if weight else 1.0


def file_line(result: FileResult) -> str:
    """The figures of one file."""
    line = (
        f"{result.path}: {saving(result.source_tokens, result.tokens, result.tokenizer)}, fidelity {result.score:.2f}"
    )
    if result.units:
        line += f"; {result.units:,} function{'s' if result.units > 1 else ''}"
        if result.outlined:
            line += f", {result.outlined:,} of them as outline"
    return line


def total_line(results: Sequence[FileResult]) -> str:
    """The figures of many files."""
    source_tokens = sum(result.source_tokens for result in results)
    tokens = sum(result.tokens for result in results)
    return (
        f"{len(results):,} files: {saving(source_tokens, tokens, results[0].tokenizer)}, fidelity {score(results):.2f}"
    )

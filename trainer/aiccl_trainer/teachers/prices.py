"""What Claude costs, in US dollars a million tokens, so that a run can say what it will cost and what it did.

List prices as they were known when this was written; `--price IN/OUT` replaces them. A batch costs half, writing the
cache a quarter more than plain input, reading it a tenth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiccl_trainer.errors import BadData

BATCH = 0.5
CACHE_WRITE, CACHE_READ = 1.25, 0.1
CLAUDE_TOKENS = 1.25
"""Tokens of Claude's own tokenizer for one of o200k_base, on code: a cautious estimate."""

_LIST = (
    (re.compile(r"claude-(?:3-)?opus-4-[01]|claude-opus-4-2025|claude-3-opus"), (15.0, 75.0)),
    (re.compile(r"claude-opus"), (5.0, 25.0)),
    (re.compile(r"claude-3-haiku"), (0.25, 1.25)),
    (re.compile(r"claude-3-5-haiku"), (0.8, 4.0)),
    (re.compile(r"claude-haiku"), (1.0, 5.0)),
    (re.compile(r"claude-.*sonnet"), (3.0, 15.0)),
)


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars a million tokens."""

    input: float
    output: float


@dataclass(slots=True)
class Used:
    """Tokens of some requests."""

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0

    def add(self, other: Used) -> None:
        """Those of others as well."""
        self.input += other.input
        self.output += other.output
        self.cache_write += other.cache_write
        self.cache_read += other.cache_read

    def cost(self, price: Price, batch: bool) -> float:
        """In dollars."""
        given = self.input + CACHE_WRITE * self.cache_write + CACHE_READ * self.cache_read
        return (given * price.input + self.output * price.output) / 1e6 * (BATCH if batch else 1.0)


def price_of(model: str, given: str | None = None) -> Price | None:
    """The price of a model, None where it is not known. Raises BadData for a `given` that makes no sense."""
    if given:
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)\s*", given)
        if found is None:
            raise BadData(f"--price {given!r}: is no INPUT/OUTPUT in dollars a million tokens, such as 3/15")
        return Price(float(found[1]), float(found[2]))
    for shape, (into, out) in _LIST:
        if shape.match(model):
            return Price(into, out)
    return None

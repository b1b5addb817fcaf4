"""Examples laid end to end into rows of one length, none of which sees another.

Contract: `pack` puts examples into rows by first fit within a window, so that their order stays nearly as given and
rows are nearly full. `Row.mask(i, j)` is never stored: `segments` tells which example each token is of, 0 for
padding, and `positions` starts anew with each. `learnt` says which tokens are predicted (the answers'), from the one
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiccl_trainer.fitting.examples import Example

WINDOW = 32
"""Rows that are open at once."""


@dataclass(slots=True)
class Row:
    """Parallel lists, one entry a token."""

    ids: list[int] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    learnt: list[bool] = field(default_factory=list)

    def add(self, example: Example) -> None:
        """Append an example."""
        number = self.segments[-1] + 1 if self.segments else 1
        length = len(example.ids)
        self.ids += example.ids
        self.segments += [number] * length
        self.positions += range(length)
        self.learnt += [False] * example.start + [True] * (length - example.start)

    def pad(self, length: int) -> None:
        """Fill up with token 0 of no example."""
        rest = length - len(self.ids)
        self.ids += [0] * rest
        self.segments += [0] * rest
        self.positions += [0] * rest
        self.learnt += [False] * rest


def pack(examples: Sequence[Example], length: int) -> list[Row]:
    """Rows of one length. Every example must fit into one."""
    done: list[Row] = []
    open_: list[Row] = []
    for example in examples:
        for row in open_:
            if len(row.ids) + len(example.ids) <= length:
                row.add(example)
                break
        else:
            if len(open_) == WINDOW:
                fullest = max(range(WINDOW), key=lambda i: len(open_[i].ids))
                done.append(open_.pop(fullest))
            row = Row()
            row.add(example)
            open_.append(row)
    done += open_
    for row in done:
        row.pad(length)
    return done

"""Alike code, alike views?

Contract: `neighbours(codes)` gives pairs of indices whose code is alike but not the same; `consistency(one, other)`
compares how alike two views are with how alike their codes are, 1 where the views are at least as alike.
Deterministic.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from aiccl_trainer.collecting.nearly import BINS, ROWS, runs, signature

LEAST = 0.4
"""Share of runs in common from which code counts as alike."""
MOST_IN_BUCKET = 12
_TOKEN = re.compile(r"\w+|[^\w\s]")


def neighbours(codes: Sequence[str]) -> list[tuple[int, int]]:
    """(earlier, later) of alike codes, each later one with its nearest earlier one."""
    sets = [runs(code) for code in codes]
    buckets: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    found: list[tuple[int, int]] = []
    for index, mine in enumerate(sets):
        signed = signature(mine)
        keys = [(band, signed[band : band + ROWS]) for band in range(0, BINS, ROWS)]
        near = sorted({other for key in keys for other in buckets[key][-MOST_IN_BUCKET:]})
        best, at = LEAST, -1
        for other in near:
            both = len(mine & sets[other])
            share = both / (len(mine) + len(sets[other]) - both)
            if share > best:
                best, at = share, other
        if at >= 0:
            found.append((at, index))
        for key in keys:
            buckets[key].append(index)
    return found


def consistency(codes: tuple[str, str], views: tuple[str, str]) -> float:
    """Likeness of the views over likeness of the codes, at most 1."""
    code, view = _alike(*codes), _alike(*views)
    return min(1.0, view / code) if code else 1.0


def _alike(one: str, other: str) -> float:
    """The share of tokens that both have."""
    mine, theirs = Counter(_TOKEN.findall(one)), Counter(_TOKEN.findall(other))
    total = sum(mine.values()) + sum(theirs.values())
    return 2 * sum((mine & theirs).values()) / total if total else 1.0

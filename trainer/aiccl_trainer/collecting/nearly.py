"""Functions that are nearly the same: MinHash over runs of tokens, verified by counting.

Contract: `copies(codes)` gives, for each code that is a copy of an earlier one (at least `threshold` of their runs of
five tokens in common, Jaccard), the index of that earlier one. The earlier one is never itself a copy. Deterministic.

One hash of each run is enough: it is put into one of 64 bins by its low bits, and a bin keeps its least
(one-permutation hashing); empty bins borrow from their right neighbour. Bands of four bins make buckets; who shares a
bucket is compared.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Sequence

RUN = 5
BINS, ROWS = 64, 4
THRESHOLD = 0.8
MOST_IN_BUCKET = 64
"""Candidates of one bucket that are compared, the earliest: a larger bucket is of code that says next to nothing."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!include|define|if|end|el)[^\n]*|\"{3}.*?\"{3}", re.S | re.M)


def runs(code: str) -> frozenset[int]:
    """Hashes of the runs of five tokens, comments aside."""
    tokens = _TOKEN.findall(_COMMENT.sub(" ", code))
    if len(tokens) <= RUN:
        return frozenset((zlib.crc32(" ".join(tokens).encode("utf-8", "replace")),))
    return frozenset(
        zlib.crc32(" ".join(tokens[i : i + RUN]).encode("utf-8", "replace")) for i in range(len(tokens) - RUN + 1)
    )


def signature(hashes: frozenset[int]) -> tuple[int, ...]:
    """The least hash in each bin."""
    least: list[int | None] = [None] * BINS
    for value in hashes:
        at, rest = value % BINS, value // BINS
        held = least[at]
        if held is None or rest < held:
            least[at] = rest
    filled: list[int] = [0] * BINS
    borrowed, far = 0, 0
    for at in range(2 * BINS - 1, -1, -1):
        own = least[at % BINS]
        if own is not None:
            borrowed, far = own, 0
        else:
            far += 1
        filled[at % BINS] = borrowed + far * 0x9E3779B1
    return tuple(filled)


def alike(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of runs that both have, of those that either has."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def copies(codes: Sequence[str], threshold: float = THRESHOLD) -> dict[int, int]:
    """Index of a copy -> index of the earlier code that it is a copy of."""
    sets: dict[int, frozenset[int]] = {}
    buckets: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    for index, code in enumerate(codes):
        mine = runs(code)
        signed = signature(mine)
        keys = [(band, signed[band : band + ROWS]) for band in range(0, BINS, ROWS)]
        near = sorted({other for key in keys for other in buckets[key][:MOST_IN_BUCKET]})
        twin = next((other for other in near if alike(mine, sets[other]) >= threshold), None)
        if twin is not None:
            found[index] = twin
            continue
        sets[index] = mine
        for key in keys:
            buckets[key].append(index)
    return found

"""Counts the tokens of one piece: the pair of the lowest rank is merged first, the leftmost of equals, until none
is left.

A heap holds the candidate pairs and the parts are a linked list, so a piece of n bytes costs n log n: a run of
100,000 equal characters is no trap.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from .table import Table


def count(piece: bytes, table: Table) -> int:
    """The number of tokens of `piece`."""
    size = len(piece)
    if size < 2:
        return size
    rank = table.rank
    if size <= 128 and rank(piece) is not None:
        return 1
    # Part i is piece[i:end[i]]; before[i] is where the part on its left starts. A part that was merged away has end
    # 0.
    end = list(range(1, size + 1))
    before = list(range(-1, size - 1))
    heap = [(r, i, i + 2) for i in range(size - 1) if (r := rank(piece[i : i + 2])) is not None]
    heapify(heap)
    left = size
    while heap:
        _, start, stop = heappop(heap)
        middle = end[start]
        if not middle or middle >= stop or end[middle] != stop:
            continue  # one of the two parts has changed since
        end[start], end[middle] = stop, 0
        left -= 1
        if stop < size:
            before[stop] = start
            r = rank(piece[start : end[stop]])
            if r is not None:
                heappush(heap, (r, start, end[stop]))
        previous = before[start]
        if previous >= 0:
            r = rank(piece[previous:stop])
            if r is not None:
                heappush(heap, (r, previous, stop))
    return left

"""Guesses of the next tokens: a view copies much of what it is made from.

Contract: `Lookup(ids)` learns a prompt; `add` what is written; `guess(k)` gives up to k tokens that followed the
last place where the same few tokens stood, preferring the place after the last guess that held, so that a copied
line is guessed to its end. `held(n, of)` tells how many of a guess were right, by which the next one is longer or
shorter. Depends on tokens alone, never on time: the same input gives the same guesses.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST, SHORTEST, FIRST = 10, 2, 4
SIZES = (3, 2)
"""Tokens that must agree before a guess is made, the longer first."""


class Lookup:
    """The tokens so far, by what followed which."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], list[int]] = {}
        self._next = -1
        self.length = FIRST
        for number in ids:
            self.add(number)

    def add(self, number: int) -> None:
        """One token more."""
        ids = self._ids
        ids.append(number)
        end = len(ids)
        if 0 <= self._next < end - 1 and ids[self._next] == number:
            self._next += 1
        else:
            self._next = -1
        for size in SIZES:
            if end > size:
                # What stands at `end - 1` followed the tokens before it.
                self._after.setdefault(tuple(ids[end - 1 - size : end - 1]), []).append(end - 1)

    def guess(self, most: int) -> list[int]:
        """The tokens that may come next; often none."""
        ids = self._ids
        most = min(most, self.length)
        if most <= 0:
            return []
        at = self._next
        if at < 0:
            for size in SIZES:
                found = self._after.get(tuple(ids[-size:])) if len(ids) >= size else None
                if found:
                    at = found[-1] if len(found) == 1 else self._nearest(found)
                    break
        if at < 0:
            return []
        self._next = at
        return ids[at : at + most]

    def _nearest(self, found: list[int]) -> int:
        """Of several places the first: the prompt's own order is followed."""
        return found[0]

    def held(self, right: int, of: int) -> None:
        """So many of a guess were right."""
        if of and right == of:
            self.length = min(LONGEST, self.length + 2)
        elif right * 2 < of:
            self.length = max(SHORTEST, self.length - 1)

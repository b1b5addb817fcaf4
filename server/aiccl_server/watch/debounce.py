"""Many changes to one answer: wait until it has been quiet for a moment, then give all paths at once.

A burst, such as `git checkout` makes, is answered by one rescan, not by thousands of paths; a stream that never
pauses is answered now and then all the same. Knows no clock and no thread: the caller tells the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final


class Rescan:
    """Too much has changed: look at everything."""


RESCAN: Final = Rescan()


class Debounce:
    """`delay`: seconds of quiet to wait for; `longest`: to wait in all; `burst`: paths that make a rescan."""

    def __init__(self, delay: float = 0.3, longest: float = 2.0, burst: int = 500) -> None:
        self._delay, self._longest, self._burst = delay, longest, burst
        self._paths: set[str] = set()
        self._all = False
        self._first = self._last = 0.0

    def add(self, paths: Iterable[str], now: float) -> None:
        """Paths that have changed."""
        if not self._waiting:
            self._first = now
        self._last = now
        if not self._all:
            self._paths.update(paths)
            if len(self._paths) > self._burst:
                self.add_all(now)

    def add_all(self, now: float) -> None:
        """Nobody knows what has changed: an ignore file did, or a watcher lost events."""
        if not self._waiting:
            self._first = now
        self._last = now
        self._all = True
        self._paths.clear()

    @property
    def _waiting(self) -> bool:
        return self._all or bool(self._paths)

    def due(self) -> float | None:
        """When to call `take`, or None while there is nothing."""
        # A burst is still going on: a checkout of thousands of files takes a while.
        delay = self._delay * 2 if self._all else self._delay
        return min(self._last + delay, self._first + self._longest) if self._waiting else None

    def take(self, now: float) -> set[str] | Rescan | None:
        """What has changed, if it is time."""
        due = self.due()
        if due is None or now < due:
            return None
        paths, everything = self._paths, self._all
        self._paths, self._all = set(), False
        return RESCAN if everything else paths

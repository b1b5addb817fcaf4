"""The place for a slower, better converter, such as a local model: its views replace the compiled ones as they come.

It gets a chunk at a time, what the user looks at first, and only while nothing else is to be done, the user does not
type, and the machine is not on its battery. The queue is bounded: what does not fit is converted when it is looked at.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aiccl_server.index.records import StoredView

MAX_WAITING = 2_000


@dataclass(frozen=True, slots=True)
class SlowJob:
    """A chunk to restate, with the view there is already."""

    path: str
    kind: str
    name: str
    code: str
    compiled: StoredView


class SlowConverter(Protocol):
    """What a model engine offers. It is called from the worker's loop, one chunk at a time."""

    model: str
    """Hash of the model's files and decoding settings: part of the key of its views."""

    def convert(self, job: SlowJob, stop: Callable[[], bool]) -> StoredView | None:
        """A view that is better than the compiled one (shorter, and no less faithful), or None. `stop()` is to be
        asked every few steps: once it is true the answer is not wanted any more."""


def load() -> SlowConverter | None:
    """The slow converter that is installed; there is none yet."""
    return None


@dataclass(slots=True)
class SlowQueue:
    """Chunks by priority, the smallest first, then in the order they came; each text once."""

    limit: int = MAX_WAITING
    _heap: list[tuple[int, int, str]] = field(default_factory=list)
    _jobs: dict[str, tuple[int, SlowJob]] = field(default_factory=dict)
    _sequence: int = 0

    def add(self, job: SlowJob, priority: int) -> bool:
        """Add a chunk, or raise its priority. False where the queue is full of more important ones."""
        key = job.compiled.hash
        held = self._jobs.get(key)
        if held is not None and held[0] <= priority:
            return True
        if held is None and len(self._jobs) >= self.limit:
            worst = max(self._jobs, key=lambda other: self._jobs[other][0])
            if self._jobs[worst][0] <= priority:
                return False
            del self._jobs[worst]
        self._sequence += 1
        self._jobs[key] = (priority, job)
        heapq.heappush(self._heap, (priority, self._sequence, key))
        return True

    def raise_to(self, key: str, priority: int) -> bool:
        """Let a chunk that waits go before others; False where it does not wait."""
        held = self._jobs.get(key)
        return held is not None and self.add(held[1], priority)

    def take(self) -> SlowJob | None:
        """The next chunk, taken off."""
        while self._heap:
            priority, _, key = heapq.heappop(self._heap)
            held = self._jobs.get(key)
            if held is not None and held[0] == priority:
                del self._jobs[key]
                return held[1]
        return None

    def __len__(self) -> int:
        return len(self._jobs)

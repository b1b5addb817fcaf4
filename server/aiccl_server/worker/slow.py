"""The place for a slower, better converter, such as a local model: its views replace the compiled ones as they come.

It gets a chunk at a time, what the user looks at first, and only while nothing else is to be done, the user does not
type, and the machine is not on its battery. The queue is bounded: what does not fit is taken up again from the index.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aiccl_server.index.records import StoredView

MAX_WAITING = 2_000

#: Whose chunks go first: what somebody looks at, files that are opened or saved, the rest of the workspace.
LOOKED_AT, IN_USE, REST = 0, 5, 20


@dataclass(frozen=True, slots=True)
class SlowJob:
    """A chunk to restate, with the view there is already."""

    path: str
    kind: str
    name: str
    code: str
    compiled: StoredView
    tokenizer: str = "o200k_base"


class SlowConverter(Protocol):
    """What a model engine offers. It is called from the worker's loop, one chunk at a time."""

    model: str
    """Hash of the model's files and decoding settings: part of the key of its views."""

    def takes(self, job: SlowJob) -> bool:
        """Whether there is anything for it to write; cheap."""
        return True

    def convert(self, job: SlowJob, stop: Callable[[], bool]) -> StoredView | None:
        """A view that is better than the compiled one (shorter, or with an intent, and as faithful), or None. `stop()`
        is to be asked every few steps: once it is true the answer is not wanted any more. Raises ModelUnusable where
        no chunk can ever be converted."""

    def close(self) -> None:
        """Give memory back; the next chunk loads what is needed."""


def load(folder: Path | None = None) -> SlowConverter | None:
    """The slow converter that is installed, not loaded yet. `folder` is the cache folder."""
    from aiccl_server.worker.model import installed

    return installed(folder)


@dataclass(slots=True)
class SlowQueue:
    """Chunks by priority, the smallest first, then in the order they came; each text once."""

    limit: int = MAX_WAITING
    lost: int = 0
    """How many had to make room."""
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
            self.lost += 1
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

    def take(self) -> tuple[int, SlowJob] | None:
        """The next chunk with its priority, taken off."""
        key = self.first()
        if not key:
            return None
        heapq.heappop(self._heap)
        return self._jobs.pop(key)

    def first(self) -> str:
        """Hash of the chunk that `take` would give; empty for none."""
        while self._heap:
            priority, _, key = self._heap[0]
            held = self._jobs.get(key)
            if held is not None and held[0] == priority:
                return key
            heapq.heappop(self._heap)
        return ""

    def before(self, priority: int) -> list[SlowJob]:
        """Those that go before a priority, the first first."""
        found = [(held, at, job) for at, (held, job) in enumerate(self._jobs.values()) if held < priority]
        return [job for _, _, job in sorted(found, key=lambda one: one[:2])]

    def clear(self) -> None:
        """Forget them."""
        self._heap.clear()
        self._jobs.clear()

    def __len__(self) -> int:
        return len(self._jobs)

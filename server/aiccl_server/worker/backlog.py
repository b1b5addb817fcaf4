"""What is to be done next: what the user looks at, then what changed, then the workspace, the nearest and latest first.

One entry a path: a newer one takes the place of an older. Bounded by the number of files there are.
"""

from __future__ import annotations

import heapq
import os
from dataclasses import dataclass, field

#: Classes of urgency, the most urgent first.
WANTED, OPENED, CHANGED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Job:
    """A file to index. `text` is an editor's; without it the file is read."""

    path: str
    text: str | None = None
    ids: tuple[int, ...] = ()
    """The requests that it answers."""
    background: bool = False


@dataclass(slots=True)
class Backlog:
    """Two queues: the urgent one in order, the background one by nearness to what is open."""

    _urgent: dict[str, tuple[tuple[int, int, int], Job]] = field(default_factory=dict)
    _heap: list[tuple[tuple[int, int, int], str]] = field(default_factory=list)
    _sequence: int = 0
    _background: dict[str, int] = field(default_factory=dict)
    """Path -> mtime_ns."""
    _order: list[str] = field(default_factory=list)
    _sorted: bool = False
    _near: dict[str, None] = field(default_factory=dict)

    def urge(self, job: Job, urgency: int, priority: int = 0) -> None:
        """Add a job before all background ones. A smaller `priority` goes first."""
        self._sequence += 1
        key = (urgency, priority, self._sequence)
        held = self._urgent.get(job.path)
        if held is not None:
            text = job.text if job.text is not None or urgency == CHANGED else held[1].text
            job = Job(job.path, text, (*held[1].ids, *job.ids))
            key = min(key, held[0])
        self._urgent[job.path] = (key, job)
        heapq.heappush(self._heap, (key, job.path))
        self._background.pop(job.path, None)

    def fill(self, files: list[tuple[str, int]]) -> None:
        """Add background jobs: paths with their mtime_ns."""
        self._background.update((path, mtime) for path, mtime in files if path not in self._urgent)
        self._sorted = False

    def opened(self, path: str) -> None:
        """A file the user works on: what is near it comes sooner."""
        folder = os.path.dirname(path)
        if folder not in self._near:
            self._near[folder] = None
            if len(self._near) > 8:
                del self._near[next(iter(self._near))]
            self._sorted = False

    def drop(self, path: str) -> None:
        """Forget a path and all below it."""
        prefix = path + os.sep
        for held in [held for held in self._background if held == path or held.startswith(prefix)]:
            del self._background[held]

    def clear(self) -> None:
        """Forget the background jobs."""
        self._background.clear()

    @property
    def urgent(self) -> int:
        return len(self._urgent)

    @property
    def waiting(self) -> int:
        """Background jobs."""
        return len(self._background)

    def next(self, background: bool = True) -> Job | None:
        """The next job, taken off."""
        while self._heap:
            key, path = heapq.heappop(self._heap)
            held = self._urgent.get(path)
            if held is not None and held[0] == key:
                del self._urgent[path]
                return held[1]
        if not background or not self._background:
            return None
        if not self._sorted:
            self._sort()
        while self._order:
            path = self._order.pop()
            if self._background.pop(path, None) is not None:
                return Job(path, background=True)
        self._sorted = False
        return self.next() if self._background else None

    def _sort(self) -> None:
        """The order, the first to do last."""
        near = [folder.split(os.sep) for folder in self._near]
        distances: dict[str, int] = {}

        def rank(path: str) -> tuple[int, int]:
            folder = os.path.dirname(path)
            distance = distances.get(folder)
            if distance is None:
                parts = folder.split(os.sep)
                distance = distances[folder] = min((_distance(parts, other) for other in near), default=0)
            return distance, -self._background[path]

        self._order = sorted(self._background, key=rank, reverse=True)
        self._sorted = True


def _distance(one: list[str], other: list[str]) -> int:
    """Steps from one folder to another."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return len(one) + len(other) - 2 * shared

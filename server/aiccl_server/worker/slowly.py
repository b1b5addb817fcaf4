"""When the slow converter works, and on what: the part of the loop that is about it.

It waits while the user types and while the machine is on its battery. A converter that fails again and again is put
away; the compiled views stay.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiccl_server.index.records import StoredView
from aiccl_server.worker.power import on_battery
from aiccl_server.worker.slow import SlowConverter, SlowJob, SlowQueue

if TYPE_CHECKING:
    from aiccl_converter.views import FileResult

#: Seconds without a keystroke before it goes on.
QUIET_S = 2.0
#: How often to look whether the machine is plugged in.
POWER_EVERY_S = 30.0
FAILURES = 3
#: Chunks remembered as tried.
TRIED = 20_000


def loaded(load: Callable[[], SlowConverter | None]) -> Slowly:
    """The converter that `load` gives. One that cannot be loaded (a file is missing, cut short, or not what its hash
    says) is told, and done without; the next worker tries again."""
    try:
        return Slowly(load())
    except Exception as error:
        without = Slowly()
        without.failed = f"{type(error).__name__}: {error}"
        return without


class Slowly:
    """The slow converter, if there is one, and its queue."""

    def __init__(
        self, converter: SlowConverter | None = None, battery: Callable[[], bool] = on_battery, quiet: float = QUIET_S
    ) -> None:
        self._converter = converter
        self._queue = SlowQueue()
        self._battery, self._quiet = battery, quiet
        self._typed = float("-inf")
        self._looked: float | None = None
        self._on_battery = False
        self._failures = 0
        self._tried: OrderedDict[str, None] = OrderedDict()
        """Chunks that it has had, whatever came of it."""
        self.failed = ""
        """Why it was put away, once."""

    @property
    def ready(self) -> bool:
        """Whether there is one."""
        return self._converter is not None

    @property
    def model(self) -> str:
        return self._converter.model if self._converter else ""

    def typed(self, now: float) -> None:
        """The user has changed a text."""
        self._typed = now

    def add(self, path: str, result: FileResult, priority: int) -> None:
        """All restated chunks of a file."""
        for view in result.views:
            if view.made_by == "source":
                continue
            chunk = view.chunk
            compiled = StoredView(
                chunk.hash,
                chunk.language,
                view.level,
                view.text,
                view.made_by,
                view.score,
                view.left_out,
                view.rules,
                view.tokens,
                view.source_tokens,
            )
            self._queue.add(SlowJob(path, chunk.kind, chunk.qualified_name, chunk.code, compiled), priority)

    def look(self, digest: str) -> bool:
        """Someone looks at a chunk: it goes first. False where it is not known, and is to be added."""
        return digest in self._tried or self._queue.raise_to(digest, 0)

    def due(self, now: float) -> float | None:
        """When `step` would do something; None: not before something is added."""
        if self._converter is None or not len(self._queue):
            return None
        if self._plugged_out(now):
            return now + POWER_EVERY_S
        return max(now, self._typed + self._quiet)

    def step(self, now: float, stop: Callable[[], bool]) -> tuple[str, StoredView] | None:
        """One chunk, if it is time: its path and its new view. A view for another text is dropped."""
        due = self.due(now)
        if self._converter is None or due is None or due > now:
            return None
        job = self._queue.take()
        if job is None:
            return None
        self._tried[job.compiled.hash] = None
        if len(self._tried) > TRIED:
            self._tried.popitem(last=False)
        try:
            view = self._converter.convert(job, stop)
            self._failures = 0
        except Exception as error:
            self._failures += 1
            if self._failures >= FAILURES:
                self.failed = f"{type(error).__name__}: {error}"
                self._converter = None
            return None
        if view is None:
            if stop():
                del self._tried[job.compiled.hash]
                self._queue.add(job, 5)
            return None
        old = job.compiled
        same = (view.hash, view.language, view.level) == (old.hash, old.language, old.level)
        return (job.path, view) if same else None

    def _plugged_out(self, now: float) -> bool:
        if self._looked is None or now - self._looked >= POWER_EVERY_S:
            self._looked = now
            self._on_battery = self._battery()
        return self._on_battery

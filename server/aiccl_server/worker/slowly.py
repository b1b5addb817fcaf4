"""When the slow converter works, and on what: the part of the loop that is about it.

It waits while the user types and while the machine is on its battery, and gives its memory back when it has had nothing
to do for a while. A converter that cannot work, or fails again and again, is put away; the compiled views stay.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from aiccl_converter.errors import AICCLError, ModelUnusable

from aiccl_server.index.records import StoredView
from aiccl_server.worker import limits
from aiccl_server.worker.power import on_battery
from aiccl_server.worker.slow import LOOKED_AT, REST, SlowConverter, SlowJob, SlowQueue

if TYPE_CHECKING:
    from aiccl_converter.views import FileResult

#: Seconds without a keystroke before it goes on.
QUIET_S = 2.0
#: How often to look whether the machine is plugged in.
POWER_EVERY_S = 30.0
#: Seconds without work after which it is unloaded.
IDLE_S = 60.0
FAILURES = 3
#: Chunks remembered as tried, and as looked at.
TRIED, LOOKED = 20_000, 500
OFF = "switched off by aiccl.model.enable"


def loaded(load: Callable[[], SlowConverter | None]) -> Slowly:
    """The converter that `load` gives. One that cannot be used (a file is missing, cut short, of another format) is
    told, and done without; the next worker tries again."""
    try:
        found = load()
    except Exception as error:
        return Slowly(failed=_words(error))
    if found is not None:
        return Slowly(found)
    from aiccl_server.worker.model import missing

    return Slowly(why=missing())


class Slowly:
    """The slow converter, if there is one, and its queue."""

    def __init__(
        self,
        converter: SlowConverter | None = None,
        battery: Callable[[], bool] = on_battery,
        quiet: float = QUIET_S,
        *,
        why: str = "",
        failed: str = "",
    ) -> None:
        self._converter = converter
        self._id = converter.model if converter else ""
        self._queue = SlowQueue()
        self._battery, self._quiet = battery, quiet
        self._typed = float("-inf")
        self._looked: float | None = None
        self._on_battery = False
        self._failures = 0
        self._tried: OrderedDict[str, None] = OrderedDict()
        """Chunks that it has had, whatever came of it."""
        self._unmade: set[str] = set()
        """Those of them that it failed on."""
        self._skipped: frozenset[str] = frozenset()
        """Chunks that are left alone."""
        self._wanted: OrderedDict[str, None] = OrderedDict()
        """Chunks that somebody looked at."""
        self._used: float | None = None
        """When it last worked; None while it is unloaded."""
        self._why = why or failed
        self.enabled = True
        """As the settings say."""
        self.wide = True
        """Whether it is to have the whole workspace in time, or only what is opened and looked at."""
        self.more = False
        """Whether the index may hold files for it, to be taken up when the queue is empty."""
        self.unmade = 0
        """How often it failed on a chunk, or a chunk that it had failed on was added again."""
        self.held = 0
        """Bytes that it has made the process grow by."""
        self.failed = failed
        """Why it was put away, once."""

    @property
    def ready(self) -> bool:
        """Whether there is one that may work."""
        return self._converter is not None and self.enabled

    @property
    def model(self) -> str:
        """What its views are known by; of one that was put away too, since what it made is as good as it was."""
        return self._id if self.enabled else ""

    @property
    def why(self) -> str:
        """Why there is none, empty where there is."""
        return "" if self.ready else self._why or OFF

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def lost(self) -> int:
        """Chunks that found no room in the queue, or were pushed out of it."""
        return self._queue.lost

    def urgent(self) -> list[tuple[str, str]]:
        """Path and hash of the chunks that wait for a reason that the index does not know, the first first."""
        return [(job.path, job.compiled.hash) for job in self._queue.before(REST)][:LOOKED]

    def enable(self, enabled: bool) -> None:
        """As the settings say: switched off it forgets what it was to do, and is unloaded."""
        if not enabled and self.enabled:
            self.forget()
            self.rest()
        self.more = self.more or enabled
        self.enabled = enabled

    def forget(self) -> None:
        """Another index, or other settings: nothing has been tried."""
        self._queue.clear()
        self._tried.clear()
        self._unmade.clear()
        self._wanted.clear()

    def skip(self, digests: Iterable[str]) -> None:
        """Leave chunks alone."""
        self._skipped |= frozenset(digests)

    def typed(self, now: float) -> None:
        """The user has changed a text."""
        self._typed = now

    def add(self, path: str, result: FileResult, priority: int) -> None:
        """The chunks of a file that there is something to write of, but for those that it has had."""
        if self._converter is None:
            return
        for view in result.views:
            chunk = view.chunk
            self.unmade += chunk.hash in self._unmade
            if view.made_by == "source" or chunk.hash in self._tried or chunk.hash in self._skipped:
                continue
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
            job = SlowJob(path, chunk.kind, chunk.qualified_name, chunk.code, compiled, result.tokenizer)
            if self._converter.takes(job):
                self._queue.add(job, LOOKED_AT if chunk.hash in self._wanted else priority)

    def knows(self, digest: str) -> bool:
        """Whether nothing comes of looking at a chunk once more. May be asked from any thread."""
        return digest in self._wanted or digest in self._tried or digest in self._skipped

    def look(self, digest: str) -> bool:
        """Someone looks at a chunk: it goes first. False where it is not known, and is to be added."""
        if digest in self._tried or digest in self._skipped:
            return True
        _remember(self._wanted, digest, LOOKED)
        return self._queue.raise_to(digest, LOOKED_AT)

    def due(self, now: float) -> float | None:
        """When there is something to do: a chunk, the index to be asked for more, or to be unloaded; None: not before
        something is added."""
        times = [self._work_due(now), None if self._used is None else self._used + IDLE_S]
        known = [moment for moment in times if moment is not None]
        return min(known) if known else None

    def hungry(self, now: float) -> bool:
        """Whether it is time to take up more from the index."""
        due = self._work_due(now)
        return self._asks and not len(self._queue) and due is not None and due <= now

    def step(self, now: float, stop: Callable[[], bool]) -> tuple[str, StoredView] | None:
        """One chunk, if it is time: its path and its new view. A view for another text is dropped."""
        if self._used is not None and now - self._used >= IDLE_S:
            self.rest()
        due = self._work_due(now)
        if self._converter is None or due is None or due > now:
            return None
        taken = self._queue.take()
        if taken is None:
            return None
        priority, job = taken
        view = self._converted(self._converter, job, stop)
        self._used = now
        if view is None:
            if stop() and self._converter is not None:
                self._queue.add(job, priority)
            else:
                self._have_tried(job.compiled.hash)
            return None
        self._have_tried(job.compiled.hash)
        old = job.compiled
        same = (view.hash, view.language, view.level) == (old.hash, old.language, old.level)
        return (job.path, view) if same else None

    def next(self, now: float) -> str:
        """Hash of the chunk that `step` would take now; empty for none."""
        due = self._work_due(now)
        return self._queue.first() if due is not None and due <= now else ""

    def rest(self) -> None:
        """Unload, and give the memory back."""
        if self._used is None:
            return
        self._used = None
        before = limits.resident()
        if self._converter is not None:
            with contextlib.suppress(Exception):
                self._converter.close()
        limits.give_back()
        self._grown(before)

    def _converted(self, converter: SlowConverter, job: SlowJob, stop: Callable[[], bool]) -> StoredView | None:
        before = limits.resident()
        try:
            view = converter.convert(job, stop)
        except ModelUnusable as error:
            self._put_away(error)
            return None
        except Exception as error:
            self._failures += 1
            self._unmade.add(job.compiled.hash)
            self.unmade += 1
            if self._failures >= FAILURES:
                self._put_away(error)
            return None
        self._failures = 0
        self._grown(before)
        return view

    def _put_away(self, error: Exception) -> None:
        self.failed = self._why = _words(error)
        self._used = 0.0
        self.rest()
        self._converter = None
        self._queue.clear()

    def _grown(self, before: int) -> None:
        self.held = max(0, self.held + limits.resident() - before)

    def _have_tried(self, digest: str) -> None:
        _remember(self._tried, digest, TRIED)

    def _work_due(self, now: float) -> float | None:
        if not self.ready or not (len(self._queue) or self._asks):
            return None
        if self._plugged_out(now):
            return now + POWER_EVERY_S
        return max(now, self._typed + self._quiet)

    @property
    def _asks(self) -> bool:
        return self.wide and self.more

    def _plugged_out(self, now: float) -> bool:
        if self._looked is None or now - self._looked >= POWER_EVERY_S:
            self._looked = now
            self._on_battery = self._battery()
        return self._on_battery


def _remember(held: OrderedDict[str, None], key: str, most: int) -> None:
    held[key] = None
    held.move_to_end(key)
    if len(held) > most:
        held.popitem(last=False)


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, AICCLError) else f"{type(error).__name__}: {error}"

"""Keeps a worker alive: starts it, notices that it died or hangs, starts it again, and tells which file is to blame.

One thread, one queue: callers and the worker's output put into it, all decisions are made here. Nothing is lost by a
death: what was asked for and not answered is asked again, and the workspace is scanned again, which is cheap for what
is indexed. A file that ends the worker twice is quarantined until it changes; a chunk that ends it twice while the
model restates it is left to the compiler, and a model that ends it again and again is done without.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiccl_server.worker.child import Child, command
from aiccl_server.worker.events import Event, Indexed, Makers, Progress, State, WithoutModel, WorkerStatus
from aiccl_server.worker.messages import Message
from aiccl_server.worker.pace import Backoff, Pace

log = logging.getLogger(__name__)

Item = tuple[str, Any, Any]


class Supervisor:
    """Runs in a thread of its own; `put` and `status` are for all others."""

    def __init__(
        self,
        folder: Path,
        on_event: Callable[[Event], None],
        settings: Message,
        pace: Pace,
        line: Sequence[str] | None = None,
    ) -> None:
        self._folder, self._on_event, self._pace = folder, on_event, pace
        self._line = list(line) if line is not None else None
        self.status = WorkerStatus()
        self._mail: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._settings = settings
        self._child: Child | None = None
        self._ready = False
        self._start_at: float | None = None
        self._started = 0.0
        self._backoff = Backoff(pace)
        self._stopping = False
        self._recycled = False
        # What is asked of the worker, to be asked again of the next one.
        self._scan: Message | None = None
        self._paused = False
        self._clear = False
        self._changed: list[str] = []
        self._pending: dict[str, Message] = {}
        self._ids = 0
        # What it is doing.
        self._file: str | None = None
        self._file_since = 0.0
        # Processor time, as the worker says it: before the file, and lately.
        self._file_used = self._used = 0.0
        self._slow, self._slow_since = "", 0.0
        self._looks: list[Message] = []
        self._skipped: set[str] = set()
        self._model_deaths: list[float] = []
        self._without_model = ""
        self._busy = False
        self._pings = 0
        self._pinged: float | None = None
        self._heard = 0.0
        self._crashes: dict[str, int] = {}
        self._quarantined: set[str] = set()
        self._released: list[str] = []
        self._thread = threading.Thread(target=self._run, name="aiccl-worker", daemon=True)

    def start(self) -> None:
        """Start the thread and the worker."""
        self._thread.start()

    def put(self, kind: str, value: Any = None) -> None:
        """Ask for something; never waits."""
        self._mail.put((kind, value, None))

    def join(self, timeout: float) -> None:
        """Wait until all has ended."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def kill(self) -> None:
        """End the process at once, when `join` has waited long enough."""
        child = self._child
        if child is not None:
            child.kill()

    # The thread

    def _run(self) -> None:
        self._spawn()
        while not self._stopping:
            try:
                kind, value, sender = self._mail.get(timeout=self._patience())
            except queue.Empty:
                pass
            else:
                try:
                    getattr(self, f"_on_{kind}")(value, sender)
                except Exception:
                    log.exception("worker client: %s", kind)
            if not self._stopping:
                self._check(time.monotonic())
        self._end()

    def _patience(self) -> float | None:
        """Seconds until something has to be looked at; None while the worker is idle: then nothing wakes us."""
        now = time.monotonic()
        if self._start_at is not None:
            return max(0.0, self._start_at - now)
        if self._child is None:
            return None
        times = []
        if not self._ready:
            times.append(self._started + self._pace.start_deadline)
        if self._file is not None:
            # What processor time it takes is told by the pongs, and looked at when one comes.
            times.append(self._file_since + self._pace.file_longest)
        if self._slow:
            times.append(self._slow_since + self._pace.file_longest)
        if self._pinged is not None:
            times.append(self._pinged + self._pace.answer_deadline)
        elif self._ready and self._working():
            times.append(self._heard + self._pace.ping_every)
        return max(0.01, min(times) - now) if times else None

    def _working(self) -> bool:
        return self._busy or self._file is not None or bool(self._pending)

    def _check(self, now: float) -> None:
        """Deadlines."""
        if self._start_at is not None:
            if now >= self._start_at:
                self._spawn()
            return
        if self._child is None:
            return
        if not self._ready and now - self._started > self._pace.start_deadline:
            self._lost(f"it did not start within {self._pace.start_deadline:g} s")
        elif self._hangs(now):
            self._lost(f"a file took more than {self._pace.file_deadline:g} s")
        elif self._slow and now - self._slow_since > self._pace.file_longest:
            self._lost(f"the model took more than {self._pace.file_longest:g} s")
        elif self._pinged is not None and now - self._pinged > self._pace.answer_deadline:
            self._lost(f"it did not answer for {self._pace.answer_deadline:g} s")
        elif self._ready and self._pinged is None and self._working() and now - self._heard > self._pace.ping_every:
            self._pings += 1
            self._pinged = now
            self._child.send({"do": "ping", "n": self._pings})

    def _hangs(self, now: float) -> bool:
        """Whether the file it is at takes too long."""
        if self._file is None:
            return False
        by_clock = now - self._file_since > self._pace.file_longest
        return by_clock or self._used - self._file_used > self._pace.file_deadline

    def _spawn(self) -> None:
        self._start_at = None
        self._ready = self._busy = False
        self._file = self._pinged = None
        self._slow = ""
        now = time.monotonic()
        self._started = self._heard = now
        try:
            self._child = Child(
                self._line or command(self._folder),
                self._folder,
                lambda child, message: self._mail.put(("heard", message, child)),
            )
        except OSError as error:
            self._child = None
            self._again(f"it cannot be started ({error})", now)
            return
        self.status = replace(self.status, pid=self._child.pid)
        if self.status.state == "stopped":
            self.status = replace(self.status, state="busy", reason="starting")
        send = self._child.send
        send({"do": "settings", **self._wanted_settings()})
        if self._skipped:
            send({"do": "skip", "hashes": sorted(self._skipped)})
        if self._released:
            send({"do": "release", "paths": self._released})
        if self._quarantined:
            send({"do": "quarantine", "paths": sorted(self._quarantined)})
        if self._paused:
            send({"do": "pause"})
        if self._clear:
            send({"do": "clear"})
            self._clear = False
        for message in (*self._pending.values(), *self._looks):
            send(message)
        self._looks = []
        if self._scan is not None:
            send(self._scan)
        if self._changed:
            send({"do": "changed", "paths": self._changed})

    def _lost(self, reason: str) -> None:
        """The process is of no use any more: end it, and blame the file it was at."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.ended(2.0)
        now = time.monotonic()
        path, self._file = self._file, None
        chunk, self._slow = self._slow, ""
        self._pinged = None
        self._busy = False
        if self._recycled:
            self._recycled = False
            self._spawn()
            return
        log.warning("worker: %s%s", reason, f", at {path}" if path else "")
        self.status = replace(self.status, pid=None, restarts=self.status.restarts + 1)
        if chunk and path is None:
            self._blame_model(chunk, reason, now)
        if path is not None:
            self._crashes[path] = self._crashes.get(path, 0) + 1
            if self._crashes[path] >= self._pace.crashes_to_quarantine:
                self._quarantine(path)
                if len(self._quarantined) <= self._pace.quarantined_at_most:
                    # The cause is known and gone: that is no reason to lose patience.
                    self._backoff.reset()
        self._again(reason, now)

    def _blame_model(self, chunk: str, reason: str, now: float) -> None:
        """It died while the model restated a chunk."""
        self._crashes[chunk] = self._crashes.get(chunk, 0) + 1
        if self._crashes[chunk] >= self._pace.crashes_to_quarantine:
            self._skipped.add(chunk)
        self._model_deaths = [when for when in self._model_deaths if now - when < self._pace.give_up_within] + [now]
        if len(self._model_deaths) >= self._pace.model_deaths and not self._without_model:
            times = len(self._model_deaths)
            self._without_model = f"it ended the worker {times} times ({reason}); restart the worker to try it again"
            self._emit(WithoutModel(self._without_model))

    def _quarantine(self, path: str) -> None:
        self._quarantined.add(path)
        self._pending.pop(path, None)
        self.status = replace(self.status, quarantined=tuple(sorted(self._quarantined)))

    def _again(self, reason: str, now: float) -> None:
        delay = self._backoff.died(now)
        if delay is None:
            self._pending.clear()
            self._state("failed", f"the worker was given up: {reason}, {self._pace.give_up_after} times in a row")
            return
        self._start_at = now + delay
        self._state("restarting", reason)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.send({"do": "stop"})
            child.close()
            if child.ended(1.5) is None:
                child.kill()
                child.ended(1.0)
        self.status = replace(self.status, pid=None)
        self._state("stopped")

    # What callers ask for

    def _send(self, message: Message) -> None:
        if self._child is not None:
            self._child.send(message)

    def _on_text(self, message: Message, _: Any) -> None:
        """open, save or want: answered once, or asked again."""
        path = message["path"]
        if path in self._quarantined:
            if message["do"] != "save":
                return
            self._release([path])
        self._ids += 1
        message["id"] = self._ids
        held = self._pending.get(path)
        if held is not None and "text" in held and "text" not in message:
            # Asking for a file does not undo that it was opened with another text.
            message["text"] = held["text"]
        if self._child is None and self._start_at is None:
            return  # given up
        self._pending[path] = message
        if len(self._pending) == 1:
            self._heard = max(self._heard, time.monotonic())
        self._send(message)

    def _on_changed(self, paths: list[str], _: Any) -> None:
        if self._scan is None:
            self._changed = list(dict.fromkeys([*self._changed, *paths]))[-1000:]
        self._send({"do": "changed", "paths": paths})

    def _on_scan(self, message: Message, _: Any) -> None:
        self._scan = message
        self._send(message)

    def _on_look(self, message: Message, _: Any) -> None:
        self._send(message)

    def _on_settings(self, message: Message, _: Any) -> None:
        self._settings = {**self._settings, **message}
        self._send({"do": "settings", **self._wanted_settings()})

    def _wanted_settings(self) -> Message:
        return {**self._settings, "model": False} if self._without_model else self._settings

    def _on_pause(self, *_: Any) -> None:
        self._paused = True
        self._send({"do": "pause"})

    def _on_resume(self, *_: Any) -> None:
        self._paused = False
        self._send({"do": "resume"})

    def _on_clear(self, *_: Any) -> None:
        self._release(sorted(self._quarantined))
        if self._child is None:
            self._clear = True
        else:
            self._send({"do": "clear"})

    def _on_restart(self, *_: Any) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.ended(2.0)
        self._release(sorted(self._quarantined))
        self._crashes.clear()
        self._skipped.clear()
        self._model_deaths.clear()
        self._without_model = ""
        self._backoff.reset()
        self.status = replace(self.status, restarts=self.status.restarts + 1)
        self._state("restarting", "it was asked for")
        self._spawn()

    def _release(self, paths: list[str]) -> None:
        """Out of quarantine; another crash brings them back at once."""
        if not paths:
            return
        self._quarantined.difference_update(paths)
        for path in paths:
            self._crashes[path] = self._pace.crashes_to_quarantine - 1
        self.status = replace(self.status, quarantined=tuple(sorted(self._quarantined)))
        if self._child is None:
            self._released = [*self._released, *paths]  # the next worker is told before it scans
        else:
            self._send({"do": "release", "paths": paths})

    def _on_stop(self, *_: Any) -> None:
        self._stopping = True

    # What the worker says

    def _on_heard(self, message: Message | None, child: Child) -> None:
        if child is not self._child:
            return
        self._heard = time.monotonic()
        if message is None:
            code = child.ended(2.0)
            self._lost("it ended" if code is None else _exit(code))
            return
        act = getattr(self, f"_is_{message.get('is')}", None)
        if act is None:
            return
        try:
            act(message)
        except (KeyError, TypeError, ValueError):
            log.warning("worker: a message that is none: %.80r", message)

    def _is_ready(self, message: Message) -> None:
        self._ready = True
        # It read that in the index, before it was told what is released.
        self._quarantined.update(set(message["quarantined"]).difference(self._released))
        self._released = []
        self.status = replace(self.status, quarantined=tuple(sorted(self._quarantined)))

    def _is_begin(self, message: Message) -> None:
        self._file_used = self._used = float(message["used"])
        self._file, self._file_since = message["path"], time.monotonic()

    def _is_end(self, _: Message) -> None:
        if self._file is not None and self._file not in self._quarantined:
            self._crashes.pop(self._file, None)
        self._file = None

    def _is_answered(self, message: Message) -> None:
        ids = set(message["ids"])
        for path in [path for path, asked in self._pending.items() if asked["id"] in ids]:
            del self._pending[path]

    def _is_indexed(self, message: Message) -> None:
        self._changed = []
        for path in message["paths"]:
            self._emit(Indexed(path))

    def _is_progress(self, message: Message) -> None:
        done, total = int(message["done"]), int(message["total"])
        self.status = replace(self.status, done=done, total=total)
        self._emit(Progress(done, total))

    def _is_state(self, message: Message) -> None:
        self._busy = message["name"] == "busy"
        if message["name"] in ("ready", "paused", "busy"):
            # It has proved itself since it was started.
            self._pinged = None
        self._state(message["name"], message["reason"])

    def _is_pong(self, message: Message) -> None:
        self._pinged = None
        self._used = float(message["used"])

    def _is_makers(self, message: Message) -> None:
        self._emit(Makers(tuple(map(str, message["keys"]))))

    def _is_watch(self, message: Message) -> None:
        self.status = replace(self.status, watch=message["kind"])

    def _is_scanned(self, message: Message) -> None:
        self.status = replace(self.status, refused=tuple(message["refused"]))

    def _is_released(self, message: Message) -> None:
        self._quarantined.discard(message["path"])
        self.status = replace(self.status, quarantined=tuple(sorted(self._quarantined)))

    def _is_slowly(self, message: Message) -> None:
        digest = str(message["hash"])
        if self._slow and not digest:
            self._crashes.pop(self._slow, None)
        self._slow, self._slow_since = digest, time.monotonic()

    def _is_model(self, message: Message) -> None:
        self.status = replace(
            self.status,
            model=str(message["id"]),
            without_model=self._without_model or str(message["reason"]),
            model_chunks=int(message["waiting"]),
            model_files=int(message["files"]),
        )

    def _is_slow(self, message: Message) -> None:
        self._emit(WithoutModel(str(message["failed"])))

    def _is_recycle(self, message: Message) -> None:
        self._looks = [{"do": "look", "path": str(path), "hash": str(digest)} for path, digest in message["looks"]]
        self._recycled = True

    def _state(self, name: str, reason: str = "") -> None:
        if (self.status.state, self.status.reason) != (name, reason):
            self.status = replace(self.status, state=name, reason=reason)
            self._emit(State(name, reason))

    def _emit(self, event: Event) -> None:
        try:
            self._on_event(event)
        except Exception:
            log.exception("worker client: %r", event)


def _exit(code: int) -> str:
    return f"it was ended by signal {-code}" if code < 0 else f"it ended with code {code}"

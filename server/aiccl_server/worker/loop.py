"""The worker's one loop: take the next job, convert it, write it, say so.

Everything that touches the index or the converter happens here, in one thread; other threads (the pipe's, the
watch's, a scan's) only post messages. What is urgent is written at once, what is in the background in batches. No
file ends the loop: what is wrong with one is its entry's `problem`.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from aiccl_converter.files.ignore import IGNORE_FILES

from aiccl_server.index.added import Content, Place, view_row
from aiccl_server.index.maker import compiled_maker, model_maker
from aiccl_server.index.place import index_path
from aiccl_server.index.writer import IndexUnavailable, Writer
from aiccl_server.watch import Covered, Debounce, Rescan, Watch
from aiccl_server.watch.covered import is_source_name
from aiccl_server.worker import limits
from aiccl_server.worker.backlog import CHANGED, OPENED, WANTED, Backlog, Job
from aiccl_server.worker.convert import Conversion, Text, convert, read
from aiccl_server.worker.messages import Message
from aiccl_server.worker.scan import Scan, encodable, scan
from aiccl_server.worker.slow import IN_USE, REST
from aiccl_server.worker.slowly import Slowly
from aiccl_server.worker.through import Through

QUARANTINED = "quarantined: it ended the worker; change the file, or restart the worker, to try it again"

#: Background files in one transaction, and how long they may wait for it.
BATCH = 64
BATCH_S = 1.0
PROGRESS_EVERY_S = 0.25
#: How often to tell how many chunks wait for the slow converter.
MODEL_EVERY_S = 1.0
RETRY_S = 20.0
#: Files after which the worker may ask to be replaced, where it has grown too large.
RECYCLE_AFTER = 200


class Loop:
    """See the module. `say` sends a message to the server; it may be called from this thread only."""

    def __init__(self, folder: str | os.PathLike[str], say: Callable[[Message], None], slowly: Slowly | None = None):
        self._folder = Path(folder)
        self._say = say
        self._slowly = slowly or Slowly()
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._tokenizer = "o200k_base"
        self._max_bytes = 2_000_000
        self._exclude: tuple[str, ...] = ()
        self._writer = Writer(index_path(folder), self._tokenizer)
        self._backlog = Backlog()
        self._debounce = Debounce()
        self._roots: tuple[str, ...] = ()
        self._covered = Covered(())
        self._watching = False
        self._watch: Watch | None = None
        self._scans: dict[str, Scan] = {}
        self._scanning = False
        self._scan_again = False
        self._paused = False
        self._ended = False
        self._settled = False
        self._pruned = False
        self._state: tuple[str, str] = ("", "")
        self._trouble = ""
        self._retry_at = 0.0
        self._barred: dict[str, tuple[int, int] | None] = {}
        self._done = self._since_start = 0
        self._told = (0.0, 0, 0)
        self._flushed = 0.0
        self._indexed: list[str] = []
        self._answered: list[int] = []
        self._through = Through(self._slowly)
        self._told_model: tuple[float, Message] = (0.0, {})

    def post(self, message: Message) -> None:
        """Hand a message to the loop, from any thread. Every message interrupts the slow converter: who looks at one
        chunk again and again is not to keep it from being restated."""
        if message.get("do") != "look" or not self._slowly.knows(message["hash"]):
            self._inbox.put(message)

    def run(self) -> None:
        """Work until `stop`."""
        # Those that have changed since are let go when they are come to.
        self._barred.update(self._guard(lambda: self._writer.quarantined(QUARANTINED)) or {})
        self._say({"is": "ready", "pid": os.getpid(), "quarantined": sorted(self._barred)})
        while not self._ended:
            self._listen()
            if self._ended:
                break
            self._settled = False
            if self._work():
                continue
            self._settle()
            self._settled = True
        self._guard(self._writer.flush)
        self._writer.close()
        if self._watch is not None:
            self._watch.stop()

    # Messages

    def _listen(self) -> None:
        """Apply all messages there are; wait for one where there is nothing to do."""
        wait = self._patience()
        try:
            message = self._inbox.get(timeout=wait) if wait != 0 else self._inbox.get_nowait()
            while True:
                self._apply(message)
                message = self._inbox.get_nowait()
        except queue.Empty:
            pass
        taken = self._debounce.take(time.monotonic())
        if isinstance(taken, Rescan):
            self._rescan()
        elif taken:
            self._changed(taken)
        if self._writer.rebuilt:
            self._writer.rebuilt = False
            self._through.forget()
            self._rescan()

    def _patience(self) -> float | None:
        """Seconds that a message may be waited for; None: for ever."""
        if not self._settled:
            return 0
        now = time.monotonic()
        times = [self._debounce.due(), self._retry_at if self._trouble else None]
        if not self._paused and not self._trouble and not self._scanning:
            times.append(self._slowly.due(now))
        if self._writer.held and not self._trouble:
            times.append(self._flushed + BATCH_S)
        known = [moment for moment in times if moment is not None]
        return max(0.0, min(known) - now) if known else None

    def _apply(self, message: Message) -> None:
        act = getattr(self, f"_do_{message.get('do')}", None)
        if act is not None:
            act(message)

    def _do_settings(self, message: Message) -> None:
        tokenizer = message.get("tokenizer", self._tokenizer)
        max_bytes = message.get("max_bytes", self._max_bytes)
        exclude = tuple(message.get("exclude", self._exclude))
        if tokenizer != self._tokenizer:
            self._guard(self._writer.flush)
            self._writer.close()
            self._writer = Writer(index_path(self._folder), tokenizer)
        if max_bytes != self._max_bytes:
            self._guard(partial(self._writer.reconsider, max_bytes, QUARANTINED))
        other = (tokenizer, max_bytes, exclude) != (self._tokenizer, self._max_bytes, self._exclude)
        if tokenizer != self._tokenizer:
            self._through.forget()
        self._slowly.enable(bool(message.get("model", self._slowly.enabled)))
        self._slowly.wide = message.get("model_scope", "workspace" if self._slowly.wide else "open") == "workspace"
        self._tokenizer, self._max_bytes, self._exclude = tokenizer, max_bytes, exclude
        self._tell_model()
        self._say({"is": "makers", "keys": self._makers()})
        if other:
            self._rescan()

    def _makers(self) -> list[str]:
        """Whose views are to be shown, the preferred first."""
        compiled = compiled_maker(self._tokenizer)
        return [self._model_maker, compiled] if self._slowly.model else [compiled]

    @property
    def _model_maker(self) -> str:
        return model_maker(self._slowly.model, self._tokenizer)

    def _do_open(self, message: Message, urgency: int = OPENED) -> None:
        self._slowly.typed(time.monotonic())
        path = message["path"]
        self._backlog.opened(path)
        self._through.opened(path)
        self._backlog.urge(Job(path, message.get("text"), (message["id"],)), urgency)

    def _do_save(self, message: Message) -> None:
        self._do_open(message, WANTED)

    def _do_want(self, message: Message) -> None:
        self._backlog.urge(Job(message["path"], None, (message["id"],)), WANTED, message.get("priority", 0))

    def _do_look(self, message: Message) -> None:
        """Someone looks at a chunk's compiled view: the slow converter takes it first."""
        if self._slowly.ready and not self._slowly.look(message["hash"]):
            self._backlog.urge(Job(message["path"]), WANTED)

    def _do_skip(self, message: Message) -> None:
        """Chunks that have ended the worker."""
        self._slowly.skip(message["hashes"])

    def _do_changed(self, message: Message) -> None:
        if message["paths"] is None:
            self._debounce.add_all(time.monotonic())
        else:
            self._debounce.add(message["paths"], time.monotonic())

    def _do_scan(self, message: Message) -> None:
        self._roots = tuple(message["roots"])
        self._watching = bool(message.get("watch"))
        self._rescan()

    def _do_pause(self, _: Message) -> None:
        self._paused = True

    def _do_resume(self, _: Message) -> None:
        self._paused = False

    def _do_clear(self, _: Message) -> None:
        self._barred.clear()
        self._through.forget()
        self._guard(self._writer.clear)
        self._rescan()

    def _do_quarantine(self, message: Message) -> None:
        for path in filter(encodable, message["paths"]):
            stamp = self._barred[path] = _stamp(path)
            if stamp is not None:
                self._writer.add_place(Place(path, *stamp, problem=QUARANTINED))
        self._guard(self._writer.flush)

    def _do_release(self, message: Message) -> None:
        for path in filter(encodable, message["paths"]):
            if self._barred.pop(path, None) is not None:
                self._writer.remove(path)
                if self._covered.file(path):
                    self._backlog.urge(Job(path), CHANGED)
        self._guard(self._writer.flush)

    def _do_stop(self, _: Message) -> None:
        self._ended = True

    # Scanning

    def _rescan(self) -> None:
        """Look over the roots, in a thread: what the user looks at does not wait for it."""
        if self._scanning:
            self._scan_again = True
            return
        roots = self._roots
        self._covered = covered = Covered(roots, self._exclude)
        known: dict[str, Any] = {}
        for root in roots:
            known[root] = self._guard(partial(self._writer.known, root)) or {}
        if not roots:
            self._backlog.clear()
            self._stop_watching()
            return
        self._scanning = True

        def look() -> None:
            found = []
            for root in roots:
                try:
                    found.append(scan(root, covered, known[root]))
                except Exception as error:
                    found.append(Scan(root, refused=f"it cannot be read ({type(error).__name__}: {error})"))
            self.post({"do": "scanned", "scans": found})

        threading.Thread(target=look, name="aiccl-scan", daemon=True).start()

    def _do_scanned(self, message: Message) -> None:
        self._scanning = False
        self._through.ask_again()
        scans: list[Scan] = message["scans"]
        self._backlog.clear()
        for found in scans:
            for path in found.gone:
                self._writer.remove(path)
                self._indexed.append(path)
            self._backlog.fill([changed for changed in found.changed if not self._is_barred(changed[0])])
        refused = [f"{found.root}: {found.refused}" for found in scans if found.refused]
        self._say({"is": "scanned", "refused": refused})
        self._watch_folders(scans)
        if self._scan_again or (self._watching and any(found.moved for found in scans)):
            self._scan_again = False
            self._debounce.add_all(time.monotonic())

    def _watch_folders(self, scans: list[Scan]) -> None:
        if not self._watching:
            self._stop_watching()
            return
        from aiccl_server.watch import start

        folders = list(dict.fromkeys(folder for found in scans for folder in found.folders))
        if self._watch is not None:
            try:
                self._watch.folders(folders, self._covered)
                return
            except (OSError, RuntimeError):  # watchdog's, for a folder that it is told of twice
                self._stop_watching()
        if folders:
            self._watch = start(
                [found.root for found in scans if found.folders],
                self._covered,
                folders,
                lambda paths: self.post({"do": "changed", "paths": None if paths is None else list(paths)}),
            )
        self._say({"is": "watch", "kind": self._watch.kind if self._watch else ""})

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _changed(self, paths: Iterable[str]) -> None:
        """Paths that someone has seen change. As in a scan, names that are no text are left out."""
        for path in filter(encodable, paths):
            if os.path.basename(path) in IGNORE_FILES or os.path.isdir(path):
                folder = path if os.path.isdir(path) else os.path.dirname(path)
                if self._covered.folder(folder):
                    self._debounce.add_all(time.monotonic())
                continue
            if not is_source_name(os.path.basename(path)) or not os.path.lexists(path):
                below = self._guard(partial(self._writer.known, path)) or {}
                if below or self._guard(partial(self._writer.place, path)):
                    self._writer.remove(path)
                    self._backlog.drop(path)
                    self._indexed.extend((path, *below))
            elif self._covered.file(path):
                self._backlog.urge(Job(path), CHANGED)

    # Working

    def _work(self) -> bool:
        """Do one job; False if there is none."""
        background = not self._paused and not self._trouble
        job = self._backlog.next(background)
        if job is None:
            return False
        if job.background or self._backlog.waiting:
            self._tell("busy")
        self._begin(job.path)
        try:
            self._index(job)
        except IndexUnavailable as error:
            self._in_trouble(error)
        except Exception as error:
            self._failed(job, error)
        self._answered.extend(job.ids)
        self._say({"is": "end"})
        now = time.monotonic()
        if job.background:
            self._done += 1
            self._since_start += 1
            if self._writer.held >= BATCH or now - self._flushed > BATCH_S:
                self._flush()
                self._make_room()
            self._progress(now)
        elif not self._backlog.urgent or now - self._flushed > 0.2:
            self._flush()
        return True

    def _begin(self, path: str) -> None:
        """Say what we are at, should that end us or never end, and what processor time was used before it."""
        self._say({"is": "begin", "path": path, "used": time.process_time()})

    def _index(self, job: Job) -> None:
        path = job.path
        stamp = _stamp(path)
        if self._is_barred(path, stamp):
            return
        place = self._writer.place(path)
        if job.text is None and stamp is not None and place is not None and place[:2] == stamp:
            if not (self._slowly.ready and not job.background):
                return
        try:
            text = read(path, job.text, self._max_bytes)
        except FileNotFoundError:
            if place is not None:
                self._writer.remove(path)
                self._indexed.append(path)
            return
        problem = text.problem
        if problem is None:
            problem = self._convert(text, path, job)
        if job.text is not None:
            stamp = self._stamp_of(text, path)
            if stamp is None:
                self._not_forgotten(path)
        if stamp is not None:
            if problem is None:
                self._writer.add_place(Place(path, *stamp, text.hash, text.language))
                self._through.ask_again()
            elif job.text is None:
                self._writer.add_place(Place(path, *stamp, problem=problem))
        self._indexed.append(path)

    def _failed(self, job: Job, error: Exception) -> None:
        """A mistake of ours is no reason to end: it goes to the log, and the file is left alone until it changes."""
        print(f"{job.path!a}:", file=sys.stderr)
        traceback.print_exception(error)
        stamp = _stamp(job.path)
        if job.text is None and stamp is not None and encodable(job.path):
            self._writer.add_place(Place(job.path, *stamp, problem=f"internal error ({type(error).__name__}: {error})"))

    def _convert(self, text: Text, path: str, job: Job) -> str | None:
        """Add a text to the index; the reason if it cannot be converted."""
        # What is in the background is taken up from the index once all of it is there.
        wanted = self._slowly.ready and not job.background and not self._is_through(text)
        if self._writer.has_content(text.hash, text.language) and not wanted:
            return None
        result: Conversion = convert(text, path, self._tokenizer)
        if result.content is None or result.flow is None:
            return result.problem or "no view"
        content: Content = result.content
        self._writer.add_content(content)
        if wanted:
            self._slowly.add(path, result.flow, IN_USE)
        return None

    def _not_forgotten(self, path: str) -> None:
        """The editor's text took the place of the file's in the backlog; the file's is to be indexed as well."""
        stamp = _stamp(path)
        if stamp is not None and self._covered.file(path):
            self._backlog.fill([(path, stamp[0])])

    def _stamp_of(self, text: Text, path: str) -> tuple[int, int] | None:
        """The file's time and size, if it holds just this text."""
        before = _stamp(path)
        if before is None:
            return None
        try:
            same = read(path, None, self._max_bytes).hash == text.hash
        except FileNotFoundError:
            return None
        return before if same and text.hash and _stamp(path) == before else None

    def _is_barred(self, path: str, stamp: tuple[int, int] | None = None) -> bool:
        """Whether a file is quarantined and still the same."""
        if path not in self._barred:
            return False
        if self._barred[path] == (stamp or _stamp(path)):
            return True
        del self._barred[path]
        self._say({"is": "released", "path": path})
        return False

    # Writing and telling

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        try:
            self._writer.flush()
        except IndexUnavailable as error:
            self._in_trouble(error)
        else:
            if self._trouble:
                self._trouble = ""
                self._rescan()
            if self._indexed:
                self._say({"is": "indexed", "paths": self._indexed})
                self._indexed = []
        if self._answered:
            self._say({"is": "answered", "ids": self._answered})
            self._answered = []

    def _in_trouble(self, error: IndexUnavailable) -> None:
        self._trouble = str(error)
        self._retry_at = time.monotonic() + RETRY_S
        self._tell("degraded", f"the index cannot be written: {error}")

    def _guard(self, act: Callable[[], Any]) -> Any:
        """`act()`, or None where the index cannot be had."""
        try:
            return act()
        except IndexUnavailable as error:
            self._in_trouble(error)
            return None

    def _settle(self) -> None:
        """Nothing to do, or nothing that may be done: write the rest, say so, and let the slow converter work."""
        now = time.monotonic()
        if self._trouble:
            if now >= self._retry_at:
                self._retry()
            return
        if self._writer.held or self._indexed or self._answered:
            self._flush()
            if self._trouble:
                return
        if self._scanning:
            self._tell("busy")
            return
        if not self._backlog.waiting and self._done:
            self._say({"is": "progress", "done": self._done, "total": self._done})
            self._done = 0
            if not self._pruned:
                self._pruned = True
                keep = [self._model_maker] if self._slowly.model else []
                self._guard(partial(self._writer.prune, keep=keep))
            limits.give_back()
        self._tell("paused" if self._paused else "ready")
        if self._debounce.due() is None and self._make_room():
            return
        if not self._paused:
            self._improve(now)

    def _make_room(self) -> bool:
        """Where this process has grown too large: end, for a fresh one to go on. All that was done is written."""
        most = limits.RECYCLE_BYTES + min(self._slowly.held, limits.MODEL_BYTES)
        if self._trouble or self._since_start < RECYCLE_AFTER or limits.resident() < most:
            return False
        self._say({"is": "recycle", "looks": self._slowly.urgent()})
        self._ended = True
        return True

    def _retry(self) -> None:
        """Whether the index can be written again."""
        try:
            if self._writer.held:
                self._writer.flush()
            else:
                self._writer.prune()
        except IndexUnavailable as error:
            self._in_trouble(error)
            return
        self._trouble = ""
        # What was made meanwhile may have been let go.
        self._rescan()

    # The slow converter

    def _improve(self, now: float) -> None:
        """One step of the slow converter; where it has nothing to do, one file more for it."""
        digest = self._slowly.next(now)
        if digest:
            # Native code runs now: the client is to know what for, should that end us.
            self._say({"is": "slowly", "hash": digest})
        made = self._slowly.step(now, lambda: not self._inbox.empty())
        if digest:
            self._say({"is": "slowly", "hash": ""})
        if made is not None:
            path, view = made
            self._writer.add_view(self._model_maker, view_row(view))
            self._indexed.append(path)
            self._flush()
        if self._slowly.failed:
            self._say({"is": "slow", "failed": self._slowly.failed})
            self._slowly.failed = ""
        self._through.settle(self._writer, self._model_maker)
        if self._slowly.hungry(now):
            self._guard(self._take_up)
        self._tell_model(now)

    def _take_up(self) -> None:
        """The next file of the index that has not been through the slow converter: its chunks into the queue."""
        path = self._through.next(self._writer, self._model_maker, self._roots)
        if path is None:
            return
        stamp, place = _stamp(path), self._writer.place(path)
        if stamp is None or place is None or place != (*stamp, None) or self._is_barred(path, stamp):
            return  # it has changed: it comes again when it is indexed
        self._since_start += 1
        self._begin(path)
        try:
            text = read(path, None, self._max_bytes)
            if text.problem is None and not self._is_through(text):
                flow = convert(text, path, self._tokenizer).flow
                if flow is not None:
                    self._through.begin(path, text.hash, text.language)
                    self._slowly.add(path, flow, REST)
        except FileNotFoundError:
            pass
        finally:
            self._say({"is": "end"})
        self._through.settle(self._writer, self._model_maker)

    def _is_through(self, text: Text) -> bool:
        key = text.hash, text.language
        return self._through.is_postponed(*key) or self._writer.is_through(self._model_maker, *key)

    def _tell_model(self, now: float | None = None) -> None:
        """Which model there is, and what waits for it; while it works, only now and then."""
        slowly = self._slowly
        told: Message = {
            "id": slowly.model if slowly.ready else "",
            "reason": slowly.why,
            "waiting": slowly.waiting,
            "files": self._through.waiting if slowly.ready and slowly.wide else 0,
        }
        last, known = self._told_model
        if told == known or (now is not None and told["waiting"] and now - last < MODEL_EVERY_S):
            return
        self._told_model = (last if now is None else now, told)
        self._say({"is": "model", **told})

    def _progress(self, now: float) -> None:
        moment, _, _ = self._told
        if now - moment >= PROGRESS_EVERY_S:
            self._told = (now, self._done, self._backlog.waiting)
            self._say({"is": "progress", "done": self._done, "total": self._done + self._backlog.waiting})

    def _tell(self, name: str, reason: str = "") -> None:
        if self._trouble and name != "degraded":
            return
        if (name, reason) != self._state:
            self._state = (name, reason)
            self._say({"is": "state", "name": name, "reason": reason})


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size

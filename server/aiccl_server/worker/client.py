"""The worker as the server uses it: ask and forget.

No method waits or raises, whatever state the worker is in. What comes of it is told by `on_event`, from a thread of the
client, and is in the index. `on_event` must return at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from aiccl_server.index.place import cache_folder
from aiccl_server.worker.events import Event, WorkerStatus
from aiccl_server.worker.pace import Pace
from aiccl_server.worker.supervisor import Supervisor


class WorkerClient:
    """One worker process, kept alive from `start` to `stop`.

    `max_bytes` and `exclude` (patterns as in .gitignore, relative to each root) bound what is indexed. `model`: whether
    a local model may work where there is one. `pace` and `command` are for tests.
    """

    def __init__(
        self,
        cache_dir: str | os.PathLike[str] | None,
        on_event: Callable[[Event], None],
        *,
        tokenizer: str = "o200k_base",
        max_bytes: int = 2_000_000,
        exclude: Sequence[str] = (),
        model: bool = True,
        model_scope: str = "open",
        pace: Pace | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        folder = cache_folder() if cache_dir is None else Path(cache_dir).absolute()
        settings = {
            "tokenizer": tokenizer,
            "max_bytes": max_bytes,
            "exclude": list(exclude),
            "model": model,
            "model_scope": model_scope,
        }
        self._supervisor = Supervisor(folder, on_event, settings, pace or Pace(), command)
        self._running = False

    def start(self) -> None:
        """Start the worker. Once."""
        if not self._running:
            self._running = True
            self._supervisor.start()

    def stop(self, timeout: float = 4.0) -> None:
        """End it and wait for that; what is converted by now is in the index."""
        if self._running:
            self._supervisor.put("stop")
            self._supervisor.join(timeout)
            self._supervisor.kill()

    def open(self, path: str, text: str, version: int = 0) -> None:
        """An editor's text, opened or changed: index it at once. `version` is the editor's, for logs."""
        self._text({"do": "open", "path": _key(path), "text": text, "version": version})

    def save(self, path: str, text: str) -> None:
        """A text was saved: before all else."""
        self._text({"do": "save", "path": _key(path), "text": text})

    def want(self, path: str, level: str = "flow", priority: int = 0) -> None:
        """Someone looks at a file that the index has no view of. A smaller `priority` goes first. All levels that are
        kept are made together."""
        self._text({"do": "want", "path": _key(path), "level": level, "priority": priority})

    def look(self, path: str, digest: str) -> None:
        """Someone looks at a compiled view of a chunk: a slower, better converter takes that chunk first."""
        self._supervisor.put("look", {"do": "look", "path": _key(path), "hash": digest})

    def scan(self, roots: Sequence[str], watch: bool = False) -> None:
        """Index these folders, and no others, in the background. `watch`: the worker watches them itself; without it
        the caller tells what changes (see `aiccl_server.watch.globs`)."""
        self._supervisor.put("scan", {"do": "scan", "roots": [_key(root) for root in roots], "watch": watch})

    def changed(self, paths: Iterable[str]) -> None:
        """Files were created, changed or removed. Debounced; a burst is one rescan."""
        self._supervisor.put("changed", [_key(path) for path in paths])

    def configure(
        self,
        *,
        tokenizer: str | None = None,
        max_bytes: int | None = None,
        exclude: Sequence[str] | None = None,
        model: bool | None = None,
        model_scope: str | None = None,
    ) -> None:
        """Change settings at run time."""
        given = {
            "tokenizer": tokenizer,
            "max_bytes": max_bytes,
            "exclude": None if exclude is None else list(exclude),
            "model": model,
            "model_scope": model_scope,
        }
        self._supervisor.put("settings", {key: value for key, value in given.items() if value is not None})

    def pause(self) -> None:
        """Leave the background alone; what is opened or saved is still indexed."""
        self._supervisor.put("pause")

    def resume(self) -> None:
        """Go on."""
        self._supervisor.put("resume")

    def restart(self) -> None:
        """A new process now, whatever happened to the last ones; nothing is quarantined any more."""
        self._supervisor.put("restart")

    def clear(self) -> None:
        """Forget all that is indexed, and index the workspace again."""
        self._supervisor.put("clear")

    def status(self) -> WorkerStatus:
        """What it is doing."""
        return self._supervisor.status

    def _text(self, message: dict[str, object]) -> None:
        self._supervisor.put("text", message)


def _key(path: str) -> str:
    return os.path.abspath(path)

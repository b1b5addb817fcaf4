"""The server's side of the index: starting the worker, hearing its events, showing its progress.

The worker's events come from its client's thread and are handed to the loop. Where the worker cannot be started, the
server goes on without an index and says so in its status.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from aiccl_server import ports, watching
from aiccl_server.settings import Settings

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer

log = logging.getLogger(__name__)

QUIET = 1.5
"""Seconds without a keystroke after which the background goes on."""
PROGRESS_EVERY = 0.25
"""Seconds between two reports of progress."""


class Indexing:
    """Worker and reader, as long as the settings want them."""

    def __init__(self, server: AicclServer) -> None:
        self._server = server
        self._token: str | None = None
        self._told = 0.0
        self._news = False
        """Whether the index has changed since the client was told that it is ready."""
        self._generation = 0
        self._resume: asyncio.TimerHandle | None = None
        self.worker: ports.Worker = ports.NullWorker()
        self.reader: ports.Reader = ports.NullReader()
        self.file: str | None = None
        self.state = "off"
        self.improves = False
        """Whether the worker has a slower, better converter, which wants to know what somebody looks at."""

    def start(self) -> None:
        """Start the worker and read its index; without one where that fails."""
        loop = asyncio.get_running_loop()
        try:
            from aiccl_server.index import Reader, cache_folder, index_path
            from aiccl_server.worker import WorkerClient

            settings = self._server.settings
            folder = cache_folder()
            self.reader = Reader(index_path(folder), settings.tokenizer)
            self.file = str(index_path(folder))
            mine = self._generation

            def on_event(event: Any) -> None:
                _later(loop, self._on_event, mine, event)

            self.worker = WorkerClient(folder, on_event, **_options(settings))
            self.worker.start()
            self.state = "busy"
        except Exception as error:
            log.exception("the worker could not be started; going on without an index")
            self.worker = ports.NullWorker("failed", f"{type(error).__name__}: {error}")
            self.reader = ports.NullReader()
            self.state = "failed"
        self._use()
        self.scan()
        for document in self._server.documents:
            if document.path is not None:
                self.worker.open(document.path, document.text, document.version)

    def stop(self) -> ports.Worker:
        """Use the index no longer; returns the worker, which is still to be ended."""
        worker, self.worker, self.reader = self.worker, ports.NullWorker(), ports.NullReader()
        self.state = "off"
        self.file = None
        self._generation += 1
        self._end_progress()
        self._use()
        return worker

    def configure(self) -> None:
        """The settings have changed: use the new ones."""
        settings = self._server.settings
        if self.file is not None:
            from aiccl_server.index import Reader

            self.reader = Reader(self.file, settings.tokenizer)
        self.worker.configure(**_options(settings))
        self._use()

    def scan(self) -> None:
        """Index the workspace's folders; what changes in them the client tells, else the worker watches."""
        self.worker.scan(list(self._server.roots), watch=not watching.offered(self._server))

    def typing(self) -> None:
        """A key was pressed: the background waits until it is quiet."""
        if self._resume is None:
            self.worker.pause()
        else:
            self._resume.cancel()
        self._resume = asyncio.get_running_loop().call_later(QUIET, self._quiet)

    def _quiet(self) -> None:
        self._resume = None
        self.worker.resume()

    def _use(self) -> None:
        self._server.studio.reader = self.reader
        self._server.finder.reader = self.reader

    def _on_event(self, generation: int, event: Any) -> None:
        if generation != self._generation:
            return  # of a worker that is not ours any more
        kind = type(event).__name__
        if kind == "Indexed":
            self._news = True
            self._server.indexed(event.path)
        elif kind == "Progress":
            self._progress(event.done, event.total)
        elif kind == "Makers":
            self.reader.use(event.keys)
            self.improves = len(event.keys) > 1
            self._server.other_makers()
        elif kind == "WithoutModel":
            self.improves = False
            self._server.warn_once("model", f"AICCL goes on without its model: {event.reason}")
        elif kind == "State":
            if event.name == "paused" and self._resume is not None:
                return  # while somebody types: not worth telling
            if event.name == "ready" == self.state and not self._news:
                return  # after that: nothing has changed for the client, which may read much of the index to show it
            self.state = event.name
            self._news = False
            if event.name in ("failed", "stopped"):
                self._end_progress()
            self._server.tell_status(event.name, 0, 0)
            if event.name == "failed":
                self._server.warn_once("worker", f"AICCL: the index has stopped: {event.reason}")

    def _progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        last = done >= total
        if not last and now - self._told < PROGRESS_EVERY:
            return
        self._told = now
        self._news = False
        self._server.tell_status("ready" if last else "busy", done, total)
        if last:
            self._end_progress(f"{total:,} files")
        elif self._token is None:
            self._begin_progress(done, total)
        else:
            self._server.work_done_progress.report(
                self._token,
                types.WorkDoneProgressReport(message=f"{done:,} of {total:,}", percentage=done * 100 // total),
            )

    def _begin_progress(self, done: int, total: int) -> None:
        window = self._server.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        token = self._token = f"aiccl-{uuid.uuid4()}"

        async def begin() -> None:
            try:
                await asyncio.shield(self._server.work_done_progress.create_async(token))
            except Exception:
                self._token = None
                return
            if self._token == token:
                self._server.work_done_progress.begin(
                    token,
                    types.WorkDoneProgressBegin(
                        title="AICCL: indexing",
                        message=f"{done:,} of {total:,}",
                        percentage=done * 100 // max(total, 1),
                    ),
                )

        self._server.spawn(begin())

    def _end_progress(self, message: str | None = None) -> None:
        token, self._token = self._token, None
        if token is None:
            return
        try:
            self._server.work_done_progress.end(token, types.WorkDoneProgressEnd(message=message))
        finally:
            self._server.work_done_progress.tokens.pop(token, None)


def _later(loop: asyncio.AbstractEventLoop, call: Any, *arguments: Any) -> None:
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:
        pass  # the loop is closed: the server is ending


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "tokenizer": settings.tokenizer,
        "max_bytes": settings.index_max_file_kb * 1000,
        "exclude": settings.exclude,
        "model": settings.model_enable,
        "model_scope": settings.model_scope,
    }


def folders(params: types.InitializeParams) -> list[str]:
    """The workspace's folders as paths, without duplicates."""
    from aiccl_server.uris import path_of, small_drive

    given = [folder.uri for folder in params.workspace_folders or []]
    if not given and params.root_uri:
        given = [params.root_uri]
    paths = [path for path in map(path_of, given) if path]
    if not paths and params.root_path:
        paths = [small_drive(params.root_path)]
    return list(dict.fromkeys(os.path.normpath(path) for path in paths))

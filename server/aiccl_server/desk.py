"""The open documents' analyses: when they are made, who waits for them, who is told.

A document is analysed at once when it is opened or saved, and a moment after the last keystroke when it is edited. Each
document has one task at most; a newer text starts it again. Everything here runs in the loop; the work is the engine's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from aiccl_server import engine as engines
from aiccl_server import uris
from aiccl_server.analysis import Analysis, Unit
from aiccl_server.documents import Documents, Snapshot
from aiccl_server.engine import Engine
from aiccl_server.errors import TookTooLong
from aiccl_server.studio import Studio

log = logging.getLogger(__name__)

TYPING = 0.12
"""Seconds without a keystroke before an edited text is analysed."""


class Desk:
    """`on_ready(analysis)` is called when units are known, and again when all views are."""

    def __init__(
        self,
        documents: Documents,
        engine: Engine,
        studio: Studio,
        on_ready: Callable[[Analysis], None],
    ) -> None:
        self._documents = documents
        self._engine = engine
        self._studio = studio
        self._on_ready = on_ready
        self._analyses: dict[str, Analysis] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._urged: set[tuple[str, str]] = set()
        self._pausing: set[str] = set()
        """Documents that are not analysed yet because somebody types."""
        self._given_up: set[str] = set()
        """Documents whose text took too long; left alone until they are opened again."""
        self._waiters: dict[str, list[asyncio.Future[None]]] = {}

    def get(self, uri: str) -> Analysis | None:
        """The newest analysis of a document; compare its snapshot's text before use."""
        return self._analyses.get(uris.key(uri))

    def all(self) -> list[Analysis]:
        """The newest analyses of all open documents."""
        return list(self._analyses.values())

    def schedule(self, document: Snapshot, delay: float = 0.0) -> None:
        """Analyse a document's text, now or after a pause."""
        name = uris.key(document.uri)
        running = self._tasks.get(name)
        if running is not None:
            running.cancel()
        self._tasks[name] = asyncio.ensure_future(self._analyse(document.uri, delay))

    def again(self) -> None:
        """Analyse everything anew, as after a change of settings."""
        for document in self._documents:
            self._analyses.pop(uris.key(document.uri), None)
            self.schedule(document)

    def close(self, uri: str) -> None:
        """Forget a document."""
        name = uris.key(uri)
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
        self._analyses.pop(name, None)
        self._given_up.discard(name)
        self._pausing.discard(name)
        self._release(name)

    async def fresh(self, uri: str) -> Analysis | None:
        """The analysis of the text as it is now, as soon as there is one."""
        name = uris.key(uri)
        while (document := self._documents.get(uri)) is not None and name not in self._given_up:
            known = self._analyses.get(name)
            if known is not None and known.snapshot.text == document.text:
                break
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.setdefault(name, []).append(waiter)
            if name not in self._tasks or name in self._pausing:
                self.schedule(document)
            await waiter
            if self._analyses.get(name) is known:
                break  # it failed
        return self._analyses.get(name)

    def urge(self, analysis: Analysis, unit: Unit, level: str) -> None:
        """Somebody looks at a unit whose view is not there yet: make it before the others."""
        key = (unit.chunk.hash, level)
        if key in self._urged:
            return
        self._urged.add(key)
        work = self._engine.submit(partial(self._studio.fill, analysis, level, unit), engines.URGENT)

        def done(answered: asyncio.Future[None]) -> None:
            self._urged.discard(key)
            if not answered.cancelled() and answered.exception() is not None:
                log.warning("making a view: %s", answered.exception())

        work.add_done_callback(done)

    async def recall(self, path: str, level: str) -> None:
        """The index has news of a file: use it."""
        document = self._documents.by_path(path)
        analysis = None if document is None else self.get(document.uri)
        if analysis is None or analysis.problem is not None or analysis.language is None:
            return
        await self._engine.submit(lambda: self._studio.recall(analysis, level), engines.LATER)

    async def _analyse(self, uri: str, delay: float) -> None:
        name = uris.key(uri)
        if delay:
            self._pausing.add(name)
            await asyncio.sleep(delay)
        self._pausing.discard(name)
        document = self._documents.get(uri)
        if document is None or name in self._given_up:
            return
        try:
            analysis = await self._engine.submit(lambda: self._studio.analyse(document), engines.SOON)
            if self._documents.get(uri) is None:
                return
            self._analyses[name] = analysis
            self._release(name)
            self._on_ready(analysis)
            if analysis.problem is None:
                level = self._studio.settings.level
                missing = await self._engine.submit(lambda: self._studio.missing(analysis, level), engines.SOON)
                for part in self._studio.parts(analysis, missing):
                    await self._engine.submit(partial(self._studio.make, analysis, level, part), engines.SOON)
                analysis.complete = True
                self._on_ready(analysis)
        except asyncio.CancelledError:
            raise
        except TookTooLong as error:
            self._given_up.add(name)
            self._analyses[name] = Analysis(document, None, problem=str(error), complete=True)
            self._release(name)
        except Exception:
            log.exception("analysing a document")
            self._release(name)
        finally:
            if self._tasks.get(name) is asyncio.current_task():
                del self._tasks[name]

    def _release(self, name: str) -> None:
        for waiter in self._waiters.pop(name, []):
            if not waiter.done():
                waiter.set_result(None)

"""The language server: its parts, and what happens when.

The loop owns all state and never converts or waits; the engine's thread takes texts apart; the worker's process fills
the index. A handler either answers from what is there or is a coroutine that can be cancelled.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Coroutine
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from aiccl_server import __version__, indexing, params, settings, uris, watching
from aiccl_server.analysis import Analysis
from aiccl_server.desk import TYPING, Desk
from aiccl_server.documents import Documents, Snapshot
from aiccl_server.engine import Engine
from aiccl_server.folders import Folders
from aiccl_server.found import Finder
from aiccl_server.parent import watch_parent
from aiccl_server.protocol import Protocol
from aiccl_server.settings import Settings
from aiccl_server.studio import Studio
from aiccl_server.virtual import VirtualDocuments

log = logging.getLogger(__name__)

INTERNAL = -32603


class AicclServer(LanguageServer):
    """Built before the connection; `starting` is called with the client's `initialize`."""

    engine: Engine
    desk: Desk
    finder: Finder
    folders: Folders
    virtual: VirtualDocuments

    def __init__(self) -> None:
        super().__init__("aiccl-server", __version__, protocol_cls=Protocol, converter_factory=params.converter)
        self.settings = self._given = Settings()
        self.documents = Documents()
        self.studio = Studio(self.settings, barred=self._quarantined)
        self.indexing = indexing.Indexing(self)
        self.roots: list[str] = []
        self.ended = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._warned: set[str] = set()

    @property
    def worker(self) -> Any:
        """The worker, or its stand-in."""
        return self.indexing.worker

    @property
    def reader(self) -> Any:
        """The index, or its stand-in."""
        return self.indexing.reader

    @property
    def index_file(self) -> str | None:
        """Where the index is."""
        return self.indexing.file

    @property
    def state(self) -> str:
        """The worker's state; "off" without an index."""
        return self.indexing.state

    def starting(self, given: types.InitializeParams) -> None:
        """`initialize` has come: make the parts, read the client's options."""
        loop = asyncio.get_running_loop()
        self.engine = Engine(loop)
        self.desk = Desk(self.documents, self.engine, self.studio, self._ready)
        self.finder = Finder(self.documents, self.desk)
        self.folders = Folders()
        self.virtual = VirtualDocuments(self.documents, self.engine, self.studio, self.folders, self._out_of_date)
        self._work_in(indexing.folders(given))
        options = given.initialization_options
        if isinstance(options, dict):
            options = options.get("settings", options)
            self._take(options.get("aiccl", options) if isinstance(options, dict) else options)
            self._given = self.settings
        if given.process_id is not None:
            self.spawn(watch_parent(given.process_id, self.ended))
        self.spawn(self._warm())

    async def started(self) -> None:
        """`initialized` has come: ask for settings and for watching, start the worker."""
        await self.pull_settings()
        await watching.register(self)
        if self.settings.index_enable and self.indexing.state == "off":
            self.indexing.start()

    def stop(self) -> None:
        """End what runs beside the loop."""
        for task in self._tasks:
            task.cancel()
        if hasattr(self, "engine"):
            self.engine.stop()
        self.indexing.stop().stop()

    def opened(self, document: Snapshot) -> None:
        """A document was opened. One of our views may come with its source's language at first; it is no source."""
        if uris.parse_virtual(document.uri) is None:
            self.desk.schedule(document)
        if document.path is not None:
            self.worker.open(document.path, document.text, document.version)

    def changed(self, document: Snapshot) -> None:
        """A document was edited."""
        self.desk.schedule(document, TYPING)
        self.indexing.typing()

    def saved(self, uri: str, document: Snapshot | None) -> None:
        """A document was saved."""
        path = uris.path_of(uri)
        if document is not None:
            self.desk.schedule(document)
            if path is not None:
                self.worker.save(path, document.text)
        elif path is not None:
            self.worker.changed([path])
        if path is not None:
            self.virtual.saved(path)

    def closed(self, document: Snapshot) -> None:
        """A document was closed: the file on disk counts again."""
        self.desk.close(document.uri)
        if document.path is not None:
            self.worker.changed([document.path])
            self.virtual.changed(document.path)

    def indexed(self, path: str) -> None:
        """The index has news of a file."""
        if self.documents.by_path(path) is not None:
            self.spawn(self.desk.recall(path, self.settings.level))
        else:
            self.virtual.changed(path)
            self.virtual.saved(path, sure=False)  # the first indexing and the model's views change no file

    def other_makers(self) -> None:
        """The worker has told whose views are to be shown: in what is open too."""
        for document in self.documents:
            if document.path is not None:
                self.spawn(self.desk.recall(document.path, self.settings.level))

    def files_changed(self, paths: list[str]) -> None:
        """Files changed on disk, as the client or the worker noticed."""
        self.worker.changed(paths)
        for path in paths:
            self.virtual.saved(path)
            if self.documents.by_path(path) is None:
                self.virtual.changed(path)

    def folders_changed(self, added: list[str], removed: list[str]) -> None:
        """The workspace has other folders."""
        gone = {path for path in map(uris.path_of, removed) if path}
        here = [path for path in map(uris.path_of, added) if path]
        kept = [root for root in self.roots if root not in {os.path.normpath(path) for path in gone}]
        self._work_in(list(dict.fromkeys([*kept, *map(os.path.normpath, here)])))
        self.indexing.scan()

    def _work_in(self, roots: list[str]) -> None:
        self.roots = self.finder.roots = self.studio.roots = roots

    def take_settings(self, raw: object) -> None:
        """The settings have changed."""
        before = self.settings
        self._take(raw)
        now = self.settings
        if now == before or not hasattr(self, "desk"):
            return
        self.folders.forget()
        if not now.index_enable:
            if self.indexing.state != "off":
                self.spawn(asyncio.to_thread(self.indexing.stop().stop))
        elif self.indexing.state == "off":
            self.indexing.start()
        else:
            self.indexing.configure()
        self.desk.again()

    def _quarantined(self, path: str) -> bool:
        """Whether a file has ended the worker: it is not to end the server too."""
        return path in getattr(self.worker.status(), "quarantined", ())

    async def pull_settings(self) -> None:
        """Ask the client for the section, if it answers that."""
        workspace = self.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return
        asked = types.ConfigurationParams(items=[types.ConfigurationItem(section="aiccl")])
        try:
            answer = await asyncio.shield(self.workspace_configuration_async(asked))
        except Exception as error:
            log.warning("the client did not tell its settings: %s", error)
            return
        # Clients that keep their settings elsewhere answer null.
        if answer and answer[0] is not None:
            self.take_settings(plain(answer[0]))

    def _take(self, raw: object) -> None:
        self.settings, problems = settings.read(raw, base=self._given)
        self.studio.settings = self.settings
        if problems:
            self.warn_once("\n".join(problems), "AICCL: " + "; ".join(problems))

    def _ready(self, analysis: Analysis) -> None:
        if not analysis.complete:
            return
        if analysis.snapshot.path is not None:
            self.virtual.changed(analysis.snapshot.path)
        workspace = self.client_capabilities.workspace
        lens = workspace.code_lens if workspace is not None else None
        if self.settings.code_lens_enable and lens is not None and lens.refresh_support:
            self.spawn(_quietly(self.workspace_code_lens_refresh_async(None)))

    def _out_of_date(self, uri: str) -> None:
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.text_document_content is not None:
            refresh = types.TextDocumentContentRefreshParams(uri=uri)
            self.spawn(_quietly(self.workspace_text_document_content_refresh_async(refresh)))
        else:
            self.protocol.notify(params.DOCUMENT_CHANGED, {"uri": uri})

    async def _warm(self) -> None:
        """Load the converter before it is needed."""
        try:
            await self.engine.submit(_load)
        finally:
            gc.freeze()
            gc.enable()

    def tell_status(self, state: str, done: int, total: int) -> None:
        """Notify the client of the index's state."""
        self.protocol.notify(params.STATUS_CHANGED, {"state": state, "done": done, "total": total})

    def warn_once(self, about: str, message: str) -> None:
        """One window for one cause."""
        log.warning("%s", message)
        if about not in self._warned:
            self._warned.add(about)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def warned_no_more(self, about: str) -> None:
        """Somebody has mended a cause: should it come again, it is worth a window again."""
        self._warned.discard(about)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors go to the log, never into a window."""
        if getattr(error, "code", INTERNAL) == INTERNAL:
            log.error("%s: %s\n%s", getattr(source, "__name__", source), error, getattr(error, "data", ""))
        else:
            log.debug("refused: %s", error)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """A task that is kept, and whose failure is logged."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a task failed", exc_info=error)


async def _quietly(work: Any) -> None:
    try:
        await asyncio.shield(asyncio.wait_for(work, 30))
    except Exception as error:
        log.debug("the client did not answer: %s", error)


def _load() -> None:
    from aiccl_server.index.maker import converter_digest
    from aiccl_server.studio import converter

    converter_digest()

    converter("o200k_base").convert_to_aiccl("def f(a):\n    return a + 1\n", "python", "flow", "warm.py")


def plain(value: Any) -> Any:
    """pygls gives untyped objects as named tuples: as dictionaries again."""
    if hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value

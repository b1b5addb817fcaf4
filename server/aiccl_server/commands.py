"""The commands of `workspace/executeCommand`. Their arguments are typed: what does not fit is answered with -32602.

docs/protocol.md has a table of them, which a test compares with this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiccl_converter.views import LEVELS
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from aiccl_server import answers, uris
from aiccl_server import engine as engines
from aiccl_server.errors import ServerError

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer

COMPRESS_FILE = "aiccl.compressFile"
COMPRESS_SELECTION = "aiccl.compressSelection"
COMPRESS_FOLDER = "aiccl.compressFolder"
COPY_PROMPT = "aiccl.copyPrompt"
EXPAND = "aiccl.expand"
EXPLAIN = "aiccl.explain"
REINDEX = "aiccl.reindex"
STATUS = "aiccl.status"
RESTART_WORKER = "aiccl.restartWorker"
CLEAR_CACHE = "aiccl.clearCache"
SHOW = "aiccl.show"
SAVE_CORRECTION = "aiccl.saveCorrection"

Answer = dict[str, Any] | None


def register(server: AicclServer) -> None:
    """Announce the commands."""

    @server.command(COMPRESS_FILE)
    async def compress_file(uri: str, level: str | None = None) -> Answer:
        """A file's whole document."""
        return await whole(server, uri, level)

    @server.command(COMPRESS_FOLDER)
    async def compress_folder(uri: str, level: str | None = None) -> Answer:
        """A folder's documents."""
        return await whole(server, uri, level)

    @server.command(COMPRESS_SELECTION)
    async def compress_selection(uri: str, range: types.Range, level: str | None = None) -> Answer:
        """What is selected."""
        return await answers.view(server, uri, checked(server, level), range=range)

    @server.command(COPY_PROMPT)
    async def copy_prompt(uri: str, range: types.Range | None = None, level: str | None = None) -> Answer:
        """Base map and view, ready to be pasted."""
        return await prompt(server, uri, range, checked(server, level))

    @server.command(EXPAND)
    async def expand(text: str) -> Answer:
        """Source code, or the prompt that makes a model write it."""
        if text.startswith(("file:", "aiccl:", "untitled:")) and "\n" not in text:
            document = server.documents.get(text)
            if document is not None:
                text = document.text
            elif text.startswith("aiccl:"):
                text = await server.virtual.text(text)
            else:
                text = (await answers.snapshot_of(server, text)).text
        return await server.engine.submit(lambda: expanded(text), engines.URGENT)

    @server.command(EXPLAIN)
    async def explain(uri: str, position: types.Position) -> Answer:
        """How a unit's view came about, and what it left out."""
        return await answers.view(server, uri, server.settings.level, position=position)

    @server.command(REINDEX)
    async def reindex() -> Answer:
        """Look at every file of the workspace again."""
        server.folders.forget()
        server.indexing.scan()
        server.desk.again()
        return await answers.status(server)

    @server.command(STATUS)
    async def status() -> Answer:
        """The same as `aiccl/status`."""
        return await answers.status(server)

    @server.command(RESTART_WORKER)
    async def restart_worker() -> Answer:
        """End the worker and start it anew; what was quarantined is tried again."""
        server.warned_no_more("worker")
        server.worker.restart()
        server.desk.again()
        return await answers.status(server)

    @server.command(CLEAR_CACHE)
    async def clear_cache() -> Answer:
        """Throw the index away and make it anew."""
        server.studio.forget()
        server.folders.forget()
        server.worker.clear()
        server.desk.again()
        return await answers.status(server)

    @server.command(SHOW)
    async def show(uri: str) -> Answer:
        """Open a virtual document in the editor, if it can."""
        if uris.parse_virtual(uri) is None:
            raise JsonRpcInvalidParams(f"{uri} is no virtual document")
        window = server.client_capabilities.window
        if window is None or window.show_document is None or not window.show_document.support:
            return {"uri": uri, "success": False}
        result = await server.window_show_document_async(types.ShowDocumentParams(uri=uri, take_focus=False))
        return {"uri": uri, "success": result.success}

    @server.command(SAVE_CORRECTION)
    async def save_correction(
        uri: str,
        at: types.Range | types.Position,
        view: str,
        intent: str | None = None,
        force: Any = None,
    ) -> Answer:
        """Check a user's own view of a unit, and keep it for training."""
        if force not in (None, True, False):
            raise JsonRpcInvalidParams(f"{SAVE_CORRECTION}: force has to be true or false")
        return await answers.corrected(server, uri, at, view, intent, force is True)


def checked(server: AicclServer, level: str | None) -> str:
    """A level, or that of the settings. Raises JsonRpcInvalidParams."""
    if level is None:
        return server.settings.level
    if level not in LEVELS:
        raise JsonRpcInvalidParams(f"unknown level {level!r}; choose {', '.join(LEVELS)}")
    return level


async def whole(server: AicclServer, uri: str, level: str | None) -> Answer:
    """A file's or folder's text and figures, without the single views."""
    answer = await answers.views(server, uri, checked(server, level))
    del answer["views"]
    path = uris.path_of(uri)
    answer["document"] = None if path is None else uris.virtual_uri(answer["level"], path)
    return answer


async def prompt(server: AicclServer, uri: str, range: types.Range | None, level: str) -> Answer:
    """What `aiccl.copyPrompt` answers."""
    from aiccl_converter.language import basemap
    from aiccl_converter.tokens import count

    if range is None:
        text = (await answers.views(server, uri, level))["text"]
    else:
        view = await answers.view(server, uri, level, range=range)
        if view is None:
            return None
        text = f'<comp:code lang="{view["language"]}" level="{level}">\n{view["text"]}\n</comp:code>\n'
    pasted = text if level == "exact" else f"{basemap.text(languages=basemap.languages_of(text)).strip()}\n\n{text}"
    tokens = await server.engine.submit(lambda: count(pasted, server.settings.tokenizer), engines.URGENT)
    return {"text": pasted, "tokens": tokens, "level": level}


def expanded(text: str) -> Answer:
    """What `aiccl.expand` answers. Runs in the engine's thread."""
    from aiccl_converter import expansion
    from aiccl_converter.command import documents
    from aiccl_converter.errors import AICCLError

    parts = []
    kinds = set()
    language = None
    try:
        for document in documents.split(text):
            language = document.language or language
            if document.language is None:
                raise ServerError("the view names no language; expand a whole document")
            exact = document.level == "exact"
            kinds.add("source" if exact else "prompt")
            expand = expansion.expand_exact if exact else expansion.prompt
            parts.append(expand(document.body if exact else document.text, document.language))
    except AICCLError as error:
        raise ServerError(str(error)) from None
    return {"kind": "source" if kinds == {"source"} else "prompt", "language": language, "text": "\n".join(parts)}

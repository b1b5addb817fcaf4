"""Virtual documents, `aiccl:///LEVEL/path`: a file's, a part's or a folder's view as a read-only document.

An open file's view is of the buffer; a closed one's of the disk. What was shown is remembered, so that the client can
be told when it is out of date: by `workspace/textDocumentContent/refresh` where it knows that, else by
`aiccl/documentChanged`.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import OrderedDict
from collections.abc import Callable

from lsprotocol import types

from aiccl_server import engine as engines
from aiccl_server import uris
from aiccl_server.analysis import Unit
from aiccl_server.documents import Documents, Snapshot
from aiccl_server.engine import Engine
from aiccl_server.errors import NotConvertible, UnknownDocument
from aiccl_server.folders import Folders
from aiccl_server.studio import Studio

SHOWN = 100
"""Virtual documents remembered."""
AGAIN = 0.5
"""Seconds until a client is told that what it has just been given is out of date: it has to have the document first."""


class VirtualDocuments:
    """`tell(uri)` is called for each document that is out of date."""

    def __init__(
        self, documents: Documents, engine: Engine, studio: Studio, folders: Folders, tell: Callable[[str], None]
    ) -> None:
        self._documents = documents
        self._engine = engine
        self._studio = studio
        self._folders = folders
        self._tell = tell
        self._shown: OrderedDict[str, str] = OrderedDict()

    async def text(self, uri: str) -> str:
        """The text of a virtual document. Raises UnknownDocument, NotConvertible."""
        wanted = uris.parse_virtual(uri)
        if wanted is None:
            raise UnknownDocument(uri)
        self._shown[uri] = wanted.path
        self._shown.move_to_end(uri)
        while len(self._shown) > SHOWN:
            self._shown.popitem(last=False)
        if os.path.isdir(wanted.path):
            studio = self._studio
            view = await self._folders.view(wanted.path, wanted.level, studio.settings, studio.roots)
            if not self._folders.keeps(view):
                asyncio.get_running_loop().call_later(AGAIN, self._tell, uri)
            return view.text
        snapshot = self._documents.by_path(wanted.path)
        return await self._engine.submit(lambda: self._file(snapshot or on_disk(wanted.path), wanted), engines.URGENT)

    def changed(self, path: str) -> None:
        """A file's text changed: its own documents are out of date, and after a save its folders'."""
        for uri, source in list(self._shown.items()):
            if source == path:
                self._tell(uri)

    def saved(self, path: str, sure: bool = True) -> None:
        """A file on disk changed; where that is not `sure`, it may have."""
        stale = set(self._folders.changed(path, sure))
        for uri, source in list(self._shown.items()):
            if os.path.normpath(source) in stale:
                self._tell(uri)

    def _file(self, snapshot: Snapshot, wanted: uris.Virtual) -> str:
        if wanted.lines is None:
            return self._studio.document(snapshot, wanted.level).text
        analysis = self._studio.analyse(snapshot)
        if analysis.problem is not None:
            raise NotConvertible(f"{wanted.path}: {analysis.problem}")
        unit = unit_of_lines(analysis.units, wanted.lines)
        if unit is None:
            raise NotConvertible(f"{wanted.path}: no function or class stands in these lines any more")
        self._studio.fill(analysis, wanted.level, unit)
        view = analysis.view(unit, wanted.level)
        if view is None:
            raise NotConvertible(f"{wanted.path}: {unit.chunk.qualified_name} has no view at this level")
        return view.text.rstrip("\n") + "\n"


def unit_of_lines(units: list[Unit], lines: tuple[int, int]) -> Unit | None:
    """The unit in these lines, or the one that begins there: lines move as people type."""
    exact = [u for u in units if (u.chunk.start_line, u.chunk.end_line) == lines and u.chunk.kind != "module"]
    starts = [u for u in units if u.chunk.start_line == lines[0] and u.chunk.kind != "module"]
    return next(iter(exact or starts), None)


def on_disk(path: str) -> Snapshot:
    """A closed file as a snapshot. Raises NotConvertible."""
    from aiccl_converter.errors import UnreadableSource
    from aiccl_converter.files import read_source

    try:
        return Snapshot(uris.uri_of(path), path, None, -1, read_source(path).text, types.PositionEncodingKind.Utf16)
    except UnreadableSource as error:
        raise NotConvertible(f"{path}: {error}") from None


def links(text: str, units: list[Unit]) -> list[tuple[int, int, int, Unit]]:
    """Where a view's text names the units of its source: line, first and last column (code points), unit. Both texts
    have the units in the same order, so each is looked for behind the one before."""
    lines = text.split("\n")
    out = []
    at = 0
    for unit in units:
        if unit.chunk.kind == "module" or not unit.chunk.name:
            continue
        name = r"(?<![\w.])" + re.escape(unit.chunk.name)
        # With its parameters or its members; without, for what is folded into its class's fields.
        found = _first(lines, at, name + r"(?=[({])") or _first(lines, at, name + r"(?!\w)")
        if found is not None:
            at = found[0]
            out.append((*found, unit))
    return out


def _first(lines: list[str], at: int, pattern: str) -> tuple[int, int, int] | None:
    """The first line, from `at`, that begins with what is looked for, but for marks: line, first and last column."""
    wanted = re.compile(pattern)
    for number in range(at, len(lines)):
        found = wanted.search(lines[number])
        if found is not None and not lines[number][: found.start()].strip(" \t#@*+-~!:()[]").count(" "):
            return number, found.start(), found.end()
    return None

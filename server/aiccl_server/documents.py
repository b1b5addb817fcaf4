"""The documents that are open in the editor, as the editor holds them.

Contract: after every change the text equals the client's. A version that is not newer than the last is ignored, so is a
change of a document that is not open. All calls come from the event loop; what other threads get is `Snapshot`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lsprotocol import types

from aiccl_server import uris
from aiccl_server.lines import Encoding, Lines

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """A document's text at one version, for any thread."""

    uri: str
    path: str | None
    """The file it stands for; None for an untitled buffer."""
    language_id: str | None
    version: int
    text: str
    encoding: Encoding

    @cached_property
    def lines(self) -> Lines:
        """The line index, made when it is first asked for."""
        return Lines(self.text, self.encoding)


class Documents:
    """Open documents by URI."""

    def __init__(self) -> None:
        self.encoding: Encoding = types.PositionEncodingKind.Utf16
        self._open: dict[str, Snapshot] = {}

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(list(self._open.values()))

    def get(self, uri: str) -> Snapshot | None:
        """An open document."""
        return self._open.get(uris.key(uri))

    def by_path(self, path: str) -> Snapshot | None:
        """The open document of a file."""
        return next((d for d in self._open.values() if d.path == path), None)

    def open(self, item: types.TextDocumentItem) -> Snapshot:
        """Take a document over. Opened again, the later text counts."""
        document = Snapshot(item.uri, uris.path_of(item.uri), item.language_id, item.version, item.text, self.encoding)
        self._open[uris.key(item.uri)] = document
        return document

    def change(self, params: types.DidChangeTextDocumentParams) -> Snapshot | None:
        """Apply changes in their order; None where they were ignored."""
        name = uris.key(params.text_document.uri)
        document = self._open.get(name)
        version = params.text_document.version
        if document is None:
            log.info("change of a document that is not open: ignored")  # editors that revert and close at once do so
            return None
        if version is not None and version <= document.version:
            log.warning("change to version %s after version %s: ignored", version, document.version)
            return None
        version = document.version if version is None else version
        text = _at_once(document, params.content_changes)
        if text is not None:
            document = replace(document, text=text, version=version)
        else:
            for change in params.content_changes:
                document = replace(document, text=_applied(document, change), version=version)
        self._open[name] = document
        return document

    def saved(self, uri: str, text: str | None) -> Snapshot | None:
        """A save. Where the client sent the text it is compared, and believed."""
        document = self.get(uri)
        if document is not None and text is not None and text != document.text:
            log.warning("the saved text differs from the buffer's: taken over")
            document = Snapshot(
                document.uri, document.path, document.language_id, document.version, text, self.encoding
            )
            self._open[uris.key(uri)] = document
        return document

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._open.pop(uris.key(uri), None)


def _at_once(document: Snapshot, changes: Sequence[types.TextDocumentContentChangeEvent]) -> str | None:
    """The text after edits that go upwards, each wholly above the one before; None where they do not. So editors send
    the many edits of a replacement or a formatter, and one line index serves for all of them."""
    end = len(document.text)
    parts: list[str] = []  # from the end
    for change in changes:
        if not isinstance(change, types.TextDocumentContentChangePartial):
            return None
        start, stop = sorted(map(document.lines.offset, (change.range.start, change.range.end)))
        if stop > end or (stop == end and parts):
            return None  # where edits touch, a position may mean another place once the first is made
        parts += [document.text[stop:end], change.text]
        end = start
    return "".join(reversed([*parts, document.text[:end]]))


def _applied(document: Snapshot, change: types.TextDocumentContentChangeEvent) -> str:
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return change.text
    start = document.lines.offset(change.range.start)
    end = document.lines.offset(change.range.end)
    start, end = min(start, end), max(start, end)
    return document.text[:start] + change.text + document.text[end:]

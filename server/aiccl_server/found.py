"""Which unit is meant: by a position, a name or a range; in open documents and, for uses, in the index.

What is found is certain: its text is what the buffer holds, or what the file held when the index last looked and, by
its time and size, still holds.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiccl_converter.source.chunk import CLASS_LIKE
from lsprotocol import types

from aiccl_server import ports, shown, uris
from aiccl_server.analysis import Analysis, Unit, defined_at, word_at
from aiccl_server.documents import Documents, Snapshot
from aiccl_server.shown import Shown

if TYPE_CHECKING:
    from aiccl_server.desk import Desk

_OWN = re.compile(r"(?<![\w.])(?:self|this|Self|cls)\s*(?:\.|->|::)\s*$|(?<!\w)\$this\s*->\s*$|@$")


@dataclass(frozen=True, slots=True)
class Found:
    """A unit, where it is, and its view if there is one."""

    uri: str
    path: str | None
    name: str
    kind: str
    language: str
    hash: str
    range: types.Range
    shown: Shown | None
    headline: str
    """The line with the name, for want of a view."""
    at: types.Range | None = None
    """The word that was pointed at."""


class Finder:
    """Answers from what is there, in the loop."""

    def __init__(self, documents: Documents, desk: Desk) -> None:
        self._documents = documents
        self._desk = desk
        self.reader: ports.Reader = ports.NullReader()
        self.roots: list[str] = []
        """The workspace's folders: names are looked up in them, not in all that was ever indexed."""

    def definition(self, document: Snapshot, offset: int, level: str) -> Found | None:
        """The unit whose name is there in its definition."""
        analysis = self._desk.get(document.uri)
        hit = None if analysis is None else defined_at(analysis, document.text, offset)
        if analysis is None or hit is None:
            return None
        unit, begin = hit
        return self.unit(document, analysis, unit, level, begin)

    def use(self, document: Snapshot, offset: int, level: str) -> Found | None:
        """The one unit of that name that open documents and the index know; None where there are several."""
        word = word_at(document.text, offset)
        if word is None or word[0][0].isdigit():
            return None
        at = document.lines.range(word[1], word[1] + len(word[0]))
        near = self._near(document, word[0], word[1])
        if near is not None:
            return replace(self.unit(document, *near, level), at=at)
        candidates = []
        for other in self._documents:
            analysis = self._desk.get(other.uri)
            if analysis is None or analysis.snapshot.text != other.text:
                if word[0] in other.text:
                    return None  # it may be defined there
                continue
            candidates += [(other, analysis, u) for u in analysis.named(word[0]) if u.chunk.name == word[0]]
        if len(candidates) > 1:
            return None
        opened = {other.path for other in self._documents}
        known = {(d.path, d.chunk.start_line): d for root in self.roots for d in self.reader.definitions(word[0], root)}
        stored = [d for d in known.values() if d.path not in opened]
        if len(candidates) + len(stored) != 1:
            return None
        found = self.unit(*candidates[0], level) if candidates else self._stored(stored[0], level)
        return None if found is None else replace(found, at=at)

    def _near(self, document: Snapshot, word: str, start: int) -> tuple[Analysis, Unit] | None:
        """The document's own definition, where nothing else can be meant: a function by its bare name, a method by
        `self` or `this` in its class."""
        analysis = self._desk.get(document.uri)
        if analysis is None or analysis.snapshot.text != document.text:
            return None
        before = document.text[max(0, start - 40) : start]
        own = _OWN.search(before)
        if own is None and before.rstrip().endswith((".", "->", "::")):
            return None
        same = [u for u in analysis.named(word) if u.chunk.name == word]
        if own is not None:
            around = [u for u in analysis.units if u.start <= start <= u.end and u.chunk.kind in CLASS_LIKE]
            inside = around[-1] if around else None
            same = [u for u in same if inside is not None and inside.start <= u.start and u.end <= inside.end]
        else:
            same = [u for u in same if u.chunk.kind != "method"]
        return (analysis, same[0]) if len(same) == 1 else None

    def unit(self, document: Snapshot, analysis: Analysis, unit: Unit, level: str, begin: int | None = None) -> Found:
        """A unit of a document; `begin` where it stands elsewhere now than in its analysis."""
        shift = 0 if begin is None else begin - unit.start
        view = analysis.view(unit, level)
        if view is None and not analysis.complete:
            self._desk.urge(analysis, unit, level)
        at = None
        start = unit.start
        if unit.name_start is not None:
            start = unit.name_start
            at = document.lines.range(start + shift, start + shift + len(unit.chunk.name))
        return Found(
            document.uri,
            document.path,
            unit.chunk.qualified_name,
            unit.chunk.kind,
            unit.chunk.language,
            unit.chunk.hash,
            document.lines.range(unit.start + shift, unit.end + shift),
            view,
            _line_at(analysis.snapshot.text, start),
            at,
        )

    def _stored(self, definition: Any, level: str) -> Found | None:
        entry = self.reader.file(definition.path)
        try:
            held = os.stat(definition.path)
        except OSError:
            return None
        if entry is None or (entry.mtime_ns, entry.size) != (held.st_mtime_ns, held.st_size):
            return None
        chunk = definition.chunk
        view = self.reader.views([chunk.hash], level, definition.language).get(chunk.hash)
        if view is None:
            return None
        return Found(
            uris.uri_of(definition.path),
            definition.path,
            chunk.qualified_name,
            chunk.kind,
            definition.language,
            chunk.hash,
            types.Range(
                start=types.Position(line=chunk.start_line, character=chunk.start_utf16),
                end=types.Position(line=chunk.end_line, character=chunk.end_utf16),
            ),
            shown.of_stored(view),
            chunk.name,
        )


def _line_at(text: str, offset: int) -> str:
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = text[start : start + 400].splitlines()
    return line[0].strip() if line else ""

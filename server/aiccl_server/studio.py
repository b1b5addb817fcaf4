"""Where documents are taken apart and converted. All of it runs in the engine's thread.

`analyse` finds the units of a text in milliseconds; `missing` says whose views are neither remembered nor in the index,
`make` makes them. A short text is converted as a whole; of a long one the units that are new, each by itself.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from aiccl_converter.errors import AICCLError, UnreadableSource
from aiccl_converter.views import FileResult

from aiccl_server import names, ports, shown, uris
from aiccl_server.analysis import Analysis, Unit
from aiccl_server.documents import Snapshot
from aiccl_server.errors import NotConvertible
from aiccl_server.settings import Settings
from aiccl_server.shown import Shown

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter

log = logging.getLogger(__name__)

SHORT = 40_000
"""Characters up to which a changed text is converted as a whole."""
PART = 8_000
"""Characters of a long text that are converted in one go."""
REMEMBERED = 20_000
"""Views kept of texts seen before, so that undo and a switch of branches cost nothing; the last used ones."""


QUARANTINED = "quarantined: it ended the worker; change and save it, or restart the worker, to try it again"


class Studio:
    """One for a server; `settings`, `reader` and `roots` (the workspace's folders) may be replaced at any time."""

    def __init__(
        self,
        settings: Settings,
        reader: ports.Reader | None = None,
        barred: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.settings = settings
        self._barred = barred
        self.roots: Sequence[str] = ()
        self.reader: ports.Reader = reader or ports.NullReader()
        self._views: OrderedDict[tuple[str, str, str, str], Shown] = OrderedDict()
        self.conversions = 0
        """Conversions begun, for tests."""

    def analyse(self, snapshot: Snapshot) -> Analysis:
        """The units of a text. Never fails: `problem` says why there are none."""
        if snapshot.path is not None and self._barred(snapshot.path):
            return Analysis(snapshot, None, problem=QUARANTINED, complete=True)
        language = language_for(snapshot)
        if language is None:
            return Analysis(snapshot, None, problem="not a language that AICCL knows", complete=True)
        try:
            return Analysis(snapshot, language, _units(snapshot, self._bytes(snapshot.text), language))
        except UnreadableSource as error:
            return Analysis(snapshot, language, problem=str(error), complete=True)
        except Exception:
            log.exception("taking %s apart", snapshot.path or snapshot.uri)
            return Analysis(snapshot, language, problem="an internal error; the log has it", complete=True)

    def recall(self, analysis: Analysis, level: str) -> list[Unit]:
        """Put in the views that are known already; what is still missing. The index is asked every time, since another
        converter's view replaces the compiler's."""
        assert analysis.language is not None
        tokenizer = self.settings.tokenizer
        missing = []
        stored = (
            self.reader.views([u.chunk.hash for u in analysis.units], level, analysis.language)
            if analysis.units
            else {}
        )
        for unit in analysis.units:
            key = (unit.chunk.hash, level)
            better = stored.get(unit.chunk.hash)
            if better is not None:
                analysis.views[key] = shown.of_stored(better)
            elif key not in analysis.views:
                known = (unit.chunk.hash, level, analysis.language, tokenizer)
                remembered = self._views.get(known)
                if remembered is None:
                    missing.append(unit)
                else:
                    self._views[known] = self._views.pop(known, remembered)  # the last used
                    analysis.views[key] = remembered
        return missing

    def missing(self, analysis: Analysis, level: str) -> list[Unit]:
        """The units whose views at a level are not known yet."""
        if analysis.problem is not None or analysis.language is None:
            return []
        return [u for u in self.recall(analysis, level) if u.chunk.kind != "module"]

    def parts(self, analysis: Analysis, units: list[Unit]) -> list[list[Unit]]:
        """Units to make, as jobs: all at once of a short text, of a long one as many as make no one else wait long,
        a class with what is in it."""
        if len(analysis.snapshot.text) <= SHORT:
            return [units] if units else []
        found: list[list[Unit]] = []
        length = end = 0
        for unit in units:
            if unit.start >= end:
                if not found or length > PART:
                    found.append([])
                    length = 0
                length += unit.end - unit.start
                end = unit.end
            found[-1].append(unit)
        return found

    def make(self, analysis: Analysis, level: str, units: list[Unit]) -> None:
        """Make the views of units, as far as they can be made and are not there meanwhile."""
        units = [unit for unit in units if analysis.view(unit, level) is None]
        try:
            if len(analysis.snapshot.text) <= SHORT:
                if units:
                    self.keep(analysis, self.document(analysis.snapshot, level, analysis.language))
                return
            for unit in units:
                if analysis.view(unit, level) is None:
                    self._make_alone(analysis, level, unit)
        except AICCLError as error:
            analysis.problem = str(error)
        except Exception:
            log.exception("converting %s", analysis.snapshot.path or analysis.snapshot.uri)

    def _make_alone(self, analysis: Analysis, level: str, unit: Unit) -> None:
        self.conversions += 1
        made = converter(self.settings.tokenizer).convert_to_aiccl(unit.chunk.code, unit.chunk.language, level, None)
        self.keep(analysis, made)
        if analysis.view(unit, level) is None:
            same = [v for v in made.views if v.chunk.kind != "module" and v.chunk.name == unit.chunk.name]
            if same:
                self._remember(analysis, unit.chunk.hash, shown.of_view(same[0]))

    def fill(self, analysis: Analysis, level: str, unit: Unit | None = None) -> None:
        """Bring a unit's view, or all, in one go."""
        missing = self.missing(analysis, level)
        self.make(analysis, level, missing if unit is None else [u for u in missing if u is unit])

    def document(self, snapshot: Snapshot, level: str, language: str | None = None) -> FileResult:
        """A whole text at a level. Raises NotConvertible."""
        language = language or language_for(snapshot)
        if language is None:
            raise NotConvertible(f"{snapshot.path or snapshot.uri}: not a language that AICCL knows")
        if snapshot.path is not None and self._barred(snapshot.path):
            raise NotConvertible(f"{snapshot.path}: {QUARANTINED}")
        self.conversions += 1
        try:
            data = self._bytes(snapshot.text)
            name = snapshot.uri.rpartition(":")[2] or "untitled"
            if snapshot.path is not None:
                name = uris.shown_path(snapshot.path, self.roots)
            return converter(self.settings.tokenizer).convert_to_aiccl(data, language, level, name)
        except AICCLError as error:
            raise NotConvertible(f"{snapshot.path or snapshot.uri}: {error}") from None

    def keep(self, analysis: Analysis, result: FileResult) -> None:
        """Put the views of a conversion into an analysis."""
        wanted = {u.chunk.hash for u in analysis.units}
        for view in result.views:
            if view.chunk.hash in wanted:
                self._remember(analysis, view.chunk.hash, shown.of_view(view))

    def _remember(self, analysis: Analysis, chunk_hash: str, view: Shown) -> None:
        analysis.views[chunk_hash, view.level] = view
        known = (chunk_hash, view.level, analysis.language or "", self.settings.tokenizer)
        self._views.pop(known, None)
        self._views[known] = view
        while len(self._views) > REMEMBERED:
            self._views.popitem(last=False)

    def forget(self) -> None:
        """Drop what is remembered."""
        self._views.clear()

    def _bytes(self, text: str) -> bytes:
        from aiccl_converter.files.read import decode

        data = text.encode("utf-8", "surrogatepass")
        return decode(data, self.settings.index_max_file_kb * 1000).text.encode()


def language_for(snapshot: Snapshot) -> str | None:
    """By the file's name, as the index does it; else what the editor says; else the first line."""
    from aiccl_converter.source.detect import language_of
    from aiccl_converter.source.languages import ALIASES, FILES

    head = snapshot.text[:4096].encode("utf-8", "replace")
    if snapshot.path is not None and (found := language_of(snapshot.path, head)):
        return found
    said = (snapshot.language_id or "").lower()
    return said if said in FILES else ALIASES.get(said) or language_of("untitled", head)


def converter(tokenizer: str) -> AICCLConverter:
    """The converter; light, so a new one a time."""
    from aiccl_converter import tokens
    from aiccl_converter.converter import AICCLConverter

    # A hover must not wait for what the native engine takes to load; much is converted by the worker.
    tokens.expect_little(tokenizer)
    return AICCLConverter(tokenizer=tokenizer)


def _units(snapshot: Snapshot, data: bytes, language: str) -> list[Unit]:
    from aiccl_converter.source.chunks import chunk_tree
    from aiccl_converter.source.grammars import parse
    from aiccl_converter.source.language import language as table_of

    table = table_of(language)
    tree = parse(data, table.name)
    lines = snapshot.lines
    lead = 1 if snapshot.text.startswith("\ufeff") else 0

    def offset(line: int, character: int, encoding: str = "utf-16") -> int:
        return lines.offset_in(line, character + (lead_width(encoding) if line == 0 and lead else 0), encoding)

    def lead_width(encoding: str) -> int:
        return 3 if encoding == "utf-8" else 1

    out = []
    for chunk in chunk_tree(tree, data, table):
        point = None if chunk.kind == "module" else names.name_point(tree, chunk)
        out.append(
            Unit(
                chunk,
                offset(chunk.start_line, chunk.start_utf16),
                offset(chunk.end_line, chunk.end_utf16),
                None if point is None else offset(point[0], point[1], "utf-8"),
            )
        )
    return out

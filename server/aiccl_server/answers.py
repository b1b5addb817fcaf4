"""What the requests of docs/protocol.md answer: views of units, selections, files and folders; the status.

Everything here may wait for the engine; nothing blocks the loop. Open documents are answered from the buffer, others
from the disk.
"""

from __future__ import annotations

import asyncio
import os
import textwrap
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from aiccl_server import __version__, shown, uris
from aiccl_server import engine as engines
from aiccl_server.analysis import Analysis, Unit
from aiccl_server.documents import Snapshot
from aiccl_server.errors import NoCorrection, NotConvertible, UnknownDocument
from aiccl_server.found import Found
from aiccl_server.studio import converter, language_for
from aiccl_server.virtual import on_disk

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer


TRIES = (1, 2, 3, 4, 5)
"""A request is begun again where the text is changed while it is answered, so often at most."""


async def view(
    server: AicclServer,
    uri: str,
    level: str,
    *,
    position: types.Position | None = None,
    range: types.Range | None = None,
    name: str | None = None,
) -> dict[str, Any] | None:
    """One unit: the first of a name, what is selected, or the innermost around a position; else the whole text. Once
    more where the buffer was changed meanwhile."""
    for _ in TRIES:
        analysis = await analysed(server, uri)
        answer = await _view(server, analysis, level, position, range, name)
        document = server.documents.get(uri)
        if document is None or document.text == analysis.snapshot.text:
            break
    return answer


async def _view(
    server: AicclServer,
    analysis: Analysis,
    level: str,
    position: types.Position | None,
    range: types.Range | None,
    name: str | None,
) -> dict[str, Any] | None:
    document = analysis.snapshot
    if analysis.problem is not None:
        return None
    if range is not None:
        return await selection(server, analysis, range, level)
    if name is not None:
        unit = next(iter(analysis.named(name)), None)
    else:
        unit = analysis.innermost(0 if position is None else document.lines.offset(position))
    return None if unit is None else await unit_view(server, analysis, unit, level)


async def unit_view(server: AicclServer, analysis: Analysis, unit: Unit, level: str) -> dict[str, Any] | None:
    """A unit at a level, made now if it is not there."""
    if analysis.view(unit, level) is None:
        await server.engine.submit(lambda: _made(server, analysis, unit, level), engines.URGENT)
    if analysis.view(unit, level) is None:
        return None
    return record(server.finder.unit(analysis.snapshot, analysis, unit, level))


def _made(server: AicclServer, analysis: Analysis, unit: Unit, level: str) -> None:
    if unit.chunk.kind == "module":
        server.studio.keep(analysis, server.studio.document(analysis.snapshot, level, analysis.language))
    else:
        server.studio.fill(analysis, level, unit)


async def selection(server: AicclServer, analysis: Analysis, range: types.Range, level: str) -> dict[str, Any] | None:
    """What is selected: a unit, if that is all there is in it, else the lines as a fragment."""
    document = analysis.snapshot
    lines = document.lines
    start, end = lines.offset(range.start), lines.offset(range.end)
    start, end = min(start, end), max(start, end)
    picked = document.text[start:end].strip()
    for unit in analysis.units:
        if unit.chunk.kind != "module" and document.text[unit.start : unit.end].strip() == picked:
            if start <= unit.start <= end:
                return await unit_view(server, analysis, unit, level)
    if not picked or analysis.language is None:
        return None
    first = lines.offset(types.Position(line=lines.position(start).line, character=0))
    head = document.text[first:start]
    fragment = textwrap.dedent((head if not head.strip() else "") + document.text[start:end])
    language = analysis.language
    result = await server.engine.submit(
        lambda: converter(server.settings.tokenizer).convert_to_aiccl(fragment, language, level, None), engines.URGENT
    )
    made = shown.Shown(level, result.text, "compiler", result.score, (), (), result.tokens, result.source_tokens)
    return record(
        Found(
            document.uri,
            document.path,
            "selection",
            "selection",
            language,
            _hash(picked),
            lines.range(start, end),
            made,
            "",
        )
    )


async def views(server: AicclServer, uri: str, level: str) -> dict[str, Any]:
    """A file's whole document and its units' views, or a folder's."""
    path = uris.path_of(uri)
    if path is not None and os.path.isdir(path):
        return await _folder(server, uri, path, level)
    snapshot = await snapshot_of(server, uri)

    def made() -> tuple[Any, Analysis]:
        result = server.studio.document(snapshot, level)
        analysis = server.studio.analyse(snapshot)
        server.studio.keep(analysis, result)
        return result, analysis

    result, analysis = await server.engine.submit(made, engines.URGENT)
    units = [server.finder.unit(snapshot, analysis, u, level) for u in analysis.units if analysis.view(u, level)]
    return {
        "uri": uri,
        "level": level,
        "text": result.text,
        "tokens": result.tokens,
        "sourceTokens": result.source_tokens,
        "ratio": round(result.ratio, 3),
        "score": round(result.score, 4),
        "views": [record(found) for found in units],
        "skipped": {},
    }


async def _folder(server: AicclServer, uri: str, path: str, level: str) -> dict[str, Any]:
    made = await server.folders.view(path, level, server.settings, server.roots)
    return {
        "uri": uri,
        "level": level,
        "text": made.text,
        "tokens": made.tokens,
        "sourceTokens": made.source_tokens,
        "ratio": round(made.ratio, 3),
        "score": round(made.score, 4),
        "views": [_from_command(made.base, file, one) for file in made.files for one in file["views"]],
        "skipped": made.skipped,
    }


def _from_command(base: str, file: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    place = os.path.normpath(os.path.join(base, file["path"]))
    return {
        "uri": uris.uri_of(place),
        "name": one["name"],
        "kind": one["kind"],
        "range": {"start": one["start"], "end": one["end"]},
        "language": file["language"],
        "hash": one["hash"],
        "stale": False,
        "level": one["level"],
        "text": one["text"],
        "tokens": one["tokens"],
        "sourceTokens": one["source_tokens"],
        "ratio": round(one["ratio"], 3),
        "score": one["score"],
        "madeBy": one["made_by"],
        "leftOut": one["left_out"],
        "rules": one["rules"],
    }


def record(found: Found) -> dict[str, Any]:
    """A view as it goes over the wire."""
    assert found.shown is not None
    return {
        "uri": found.uri,
        "name": found.name,
        "kind": found.kind,
        "range": found.range,
        "language": found.language,
        "hash": found.hash,
        "stale": False,
        **found.shown.figures(),
    }


async def snapshot_of(server: AicclServer, uri: str) -> Snapshot:
    """A document's text: the buffer's, else the disk's. Raises UnknownDocument, NotConvertible."""
    document = server.documents.get(uri)
    if document is not None:
        return document
    path = uris.path_of(uri)
    if path is None:
        raise UnknownDocument(uri)
    if not os.path.exists(path):
        raise UnknownDocument(uri)
    snapshot = await server.engine.submit(lambda: on_disk(path), engines.URGENT)
    return Snapshot(uri, path, None, -1, snapshot.text, server.documents.encoding)


async def analysed(server: AicclServer, uri: str) -> Analysis:
    """A document's units, of the text as it is now."""
    if server.documents.get(uri) is not None:
        analysis = await server.desk.fresh(uri)
        if analysis is not None:
            return analysis
    snapshot = await snapshot_of(server, uri)
    return await server.engine.submit(lambda: server.studio.analyse(snapshot), engines.URGENT)


async def corrected(
    server: AicclServer, uri: str, at: types.Range | types.Position, view: str, intent: str | None, force: bool
) -> dict[str, Any]:
    """The verdict on a user's own view of the function at a place; kept where it passes, or by force."""
    from aiccl_server import corrections

    analysis = await analysed(server, uri)
    lines = analysis.snapshot.lines
    start = lines.offset(at.start if isinstance(at, types.Range) else at)
    unit = analysis.innermost(start)
    if isinstance(at, types.Range):
        end = lines.offset(at.end)
        unit = next((u for u in analysis.units if (u.start, u.end) == (start, end)), unit)
    if unit is None or unit.chunk.kind == "module":
        raise NoCorrection("no function stands there; name a place within the one that the view is of")
    chunk, path = unit.chunk, analysis.snapshot.path

    def made() -> dict[str, Any]:
        correction = corrections.checked(chunk, view, intent)
        report = correction.report
        kept = None
        if report.passed or force:
            root = None if path is None else uris.home_of(path, server.roots)
            record = {"language": chunk.language, "code": chunk.code, "view": correction.view}
            record["intent"] = correction.intent
            record["path"] = "" if path is None else uris.shown_path(path, server.roots)
            record["project"] = "" if root is None else os.path.basename(root)
            kept = str(corrections.save(record))
        return {
            "name": chunk.qualified_name,
            "saved": kept is not None,
            "path": kept,
            "passed": report.passed,
            "score": round(report.score, 4),
            "error": report.error,
            "invented": list(report.invented),
            "contradictions": list(report.contradictions),
            "leftOut": list(report.left_out),
            "view": correction.view,
            "intent": correction.intent,
        }

    return await server.engine.submit(made, engines.URGENT)


FILES = 100
"""Files in one answer, where no limit is given."""


async def files(server: AicclServer, uri: str | None, limit: int | None) -> dict[str, Any]:
    """The indexed files with the most tokens, of a folder or the workspace; from the index alone."""
    path = None if uri is None else uris.path_of(uri)
    if uri is not None and path is None:
        return {"files": [], "total": 0}
    roots = [path] if path is not None else list(server.roots)
    entries = {entry.path: entry for root in roots for entry in await asyncio.to_thread(server.reader.files, root)}
    counted = sorted((e for e in entries.values() if e.source_tokens), key=lambda e: (-e.source_tokens, e.path))
    shown_files = counted[: FILES if limit is None else max(limit, 0)]
    return {
        "files": [
            {
                "uri": uris.uri_of(entry.path),
                "language": entry.language,
                "sourceTokens": entry.source_tokens,
                "tokens": entry.tokens,
                "ratio": round(entry.source_tokens / max(entry.tokens, 1), 3),
                "score": round(entry.score, 4),
            }
            for entry in shown_files
        ],
        "total": len(counted),
    }


async def status(server: AicclServer) -> dict[str, Any]:
    """The state of the server, the worker and the index."""
    worker = server.worker.status()
    worker = asdict(worker) if is_dataclass(worker) and not isinstance(worker, type) else dict(worker)
    sums = [await asyncio.to_thread(server.reader.totals, root) for root in server.roots]
    every = await asyncio.to_thread(server.reader.totals)
    return {
        "version": __version__,
        "state": server.state,
        "worker": {
            "state": worker.get("state", "off"),
            "reason": worker.get("reason", ""),
            "pid": worker.get("pid"),
            "restarts": worker.get("restarts", 0),
            "quarantined": list(worker.get("quarantined", ())),
            "refused": list(worker.get("refused", ())),
            "watch": worker.get("watch", ""),
        },
        "model": {
            "id": worker.get("model") or None,
            "reason": worker.get("without_model", "without an index there is no work for it"),
            "chunks": worker.get("model_chunks", 0),
            "files": worker.get("model_files", 0),
        },
        "index": {
            "files": getattr(every, "files", 0),
            "chunks": getattr(every, "chunks", 0),
            "views": getattr(every, "views", 0),
            "path": server.index_file,
            "bytes": getattr(every, "bytes", 0),
        },
        "workspace": list(server.roots),
        "tokens": {
            "source": sum(getattr(s, "source_tokens", 0) for s in sums),
            "flow": sum(getattr(s, "tokens", 0) for s in sums),
        },
    }


def _hash(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


__all__ = ["NotConvertible", "analysed", "files", "language_for", "record", "snapshot_of", "status", "view", "views"]

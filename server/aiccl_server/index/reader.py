"""The index for those who only read it: hover, virtual documents, status.

Contract: no call raises or waits. A missing, locked, older, newer or broken file answers nothing; the worker sets it
right, and the next call finds the new file. Safe from any thread.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from aiccl_server.index.maker import compiled_maker, model_maker
from aiccl_server.index.records import ChunkEntry, Definition, FileEntry, StoredView, Totals
from aiccl_server.index.schema import APPLICATION_ID, READER_PRAGMAS, READER_TIMEOUT_S, VERSION

#: Values in one query.
_AT_ONCE = 400
#: How often to look whether the file at the path is still the one that is open.
_LOOK_EVERY_S = 0.5
#: A name defined more often than this is no one's definition.
MAX_DEFINITIONS = 50

_FILE = (
    "SELECT f.path, f.mtime_ns, f.size, f.problem, c.id, c.hash, c.language, c.source_tokens, c.tokens, c.score"
    " FROM files f LEFT JOIN contents c ON c.id = f.content"
)
_CHUNK = "kind, name, qualified_name, start_line, start_utf16, end_line, end_utf16, parent, hash"
#: CROSS JOIN: by the name's index first, whatever the planner thinks of the number of files. That the name is not empty
#: says that the partial index has it.
DEFINITIONS = (
    f"SELECT f.path, c.language, {', '.join(f'k.{column}' for column in _CHUNK.split(', '))} FROM chunks k"
    " CROSS JOIN contents c ON c.id = k.content CROSS JOIN files f ON f.content = c.id"
    " WHERE k.name = ? AND k.name != '' AND f.maker IN ({makers})"
)


class Reader:
    """Reads one index. `model` is the hash of the model whose views are preferred to compiled ones."""

    def __init__(self, path: str | os.PathLike[str], tokenizer: str = "o200k_base", model: str | None = None) -> None:
        self.path = Path(path)
        self._tokenizer, self._model = tokenizer, model
        self._told: tuple[str, ...] = ()
        self._local = threading.local()

    def use(self, makers: Sequence[str]) -> None:
        """Read what these makers made, the preferred first, as the worker tells them. Until then: what this process's
        own converter would have made."""
        self._told = tuple(makers)

    def views(self, hashes: Iterable[str], level: str, language: str | None = None) -> dict[str, StoredView]:
        """The views of chunks by the hashes of their texts, as far as there are any."""
        found: dict[str, StoredView] = {}
        values = _blobs(hashes)
        while batch := list(islice(values, _AT_ONCE)):
            for row in self._ask(
                "SELECT v.maker, v.hash, v.language, v.level, v.text, v.made_by, v.score, v.left_out, v.rules,"
                f" v.tokens, v.source_tokens, v.map FROM views v WHERE v.hash IN ({_marks(batch)}) AND v.level = ?"
                " AND v.maker IN ({makers})" + (" AND v.language = ?" if language else ""),
                [*batch, level],
                [language] if language else [],
            ):
                view = _view(row)
                if view is not None and (view.hash not in found or row[0] == self._makers()[0]):
                    found[view.hash] = view
        return found

    def file(self, path: str | os.PathLike[str]) -> FileEntry | None:
        """A file with its chunks."""
        rows = self._ask(f"{_FILE} WHERE f.path = ? AND f.maker IN ({{makers}})", [os.fspath(path)])
        if not rows:
            return None
        entry = rows[0]
        chunks = self._ask(f"SELECT {_CHUNK} FROM chunks WHERE content = ? ORDER BY position", [entry[4]])
        return _file(entry, tuple(map(_chunk, chunks)))

    def files(self, root: str | os.PathLike[str] | None = None) -> list[FileEntry]:
        """The files below a folder, or all, by path, without their chunks."""
        where, values = _below(root)
        rows = self._ask(f"{_FILE} WHERE f.maker IN ({{makers}}){where} ORDER BY f.path", values)
        return [_file(row) for row in rows]

    def definitions(self, name: str, root: str | os.PathLike[str] | None = None) -> list[Definition]:
        """Where units of that name stand; nothing where there are more than MAX_DEFINITIONS."""
        if not name:
            return []
        where, values = _below(root)
        rows = self._ask(f"{DEFINITIONS}{where} LIMIT {MAX_DEFINITIONS + 1}", [name, *values])
        if len(rows) > MAX_DEFINITIONS:
            return []
        found = [Definition(row[0], row[1], _chunk(row[2:])) for row in rows]
        return sorted(found, key=lambda one: (one.path, one.chunk.start_line, one.chunk.start_utf16))

    def totals(self, root: str | os.PathLike[str] | None = None) -> Totals:
        """Sums over the files below a folder, or over all. Reads every row: for a status, not for a hover."""
        where, values = _below(root)
        sums = self._ask(
            "SELECT count(*), coalesce(sum(c.source_tokens), 0), coalesce(sum(c.tokens), 0), count(f.problem)"
            f" FROM files f LEFT JOIN contents c ON c.id = f.content WHERE f.maker IN ({{makers}}){where}",
            values,
        )
        chunks = self._ask(
            f"SELECT count(*) FROM files f JOIN chunks k ON k.content = f.content WHERE f.maker IN ({{makers}}){where}",
            values,
        )
        if not sums or not chunks:
            return Totals()
        views = self._ask("SELECT count(*) FROM views WHERE maker IN ({makers})", [])
        files, source_tokens, tokens, problems = sums[0]
        held = views[0][0] if views else 0
        return Totals(files, chunks[0][0], held, source_tokens, tokens, problems, self._bytes())

    def close(self) -> None:
        """Close this thread's connection; the next call opens a new one."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

    def _bytes(self) -> int:
        total = 0
        for suffix in ("", "-wal"):
            try:
                total += os.stat(f"{self.path}{suffix}").st_size
            except OSError:
                continue
        return total

    def _ask(self, query: str, values: Sequence[Any], after: Sequence[Any] = ()) -> list[Any]:
        """The rows, or none. `{makers}` in the query stands for the makers' ids, between `values` and `after`."""
        try:
            connection = self._connection()
            if connection is None:
                return []
            if "{makers}" in query:
                makers = self._makers()
                if not makers:
                    return []
                # Numbers of our own, so that the other values keep their order.
                query = query.replace("{makers}", ",".join(map(str, makers)))
            return connection.execute(query, [*values, *after]).fetchall()
        except (sqlite3.Error, OSError, UnicodeError, OverflowError):
            self._drop()
            return []

    def _connection(self) -> sqlite3.Connection | None:
        local, now = self._local, time.monotonic()
        connection: sqlite3.Connection | None = getattr(local, "connection", None)
        if connection is not None and now - local.looked < _LOOK_EVERY_S:
            return connection
        try:
            status = os.stat(self.path)
        except OSError:
            self._drop()
            return None
        identity = (status.st_dev, status.st_ino)
        if connection is None or identity != local.identity:
            self._drop()
            connection = self._open()
            local.connection, local.identity, local.makers = connection, identity, []
        local.looked = now
        return connection

    def _open(self) -> sqlite3.Connection | None:
        address = f"{self.path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, timeout=READER_TIMEOUT_S, isolation_level=None)
        try:
            for pragma in READER_PRAGMAS:
                connection.execute(pragma)
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            if ours and connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                return connection
        except sqlite3.Error:
            pass
        connection.close()
        return None

    def _makers(self) -> list[int]:
        """Ids of the wanted makers, the preferred first. Asked for again until each has made something."""
        local, wanted = self._local, self._wanted()
        connection = getattr(local, "connection", None)
        known: list[int] = local.makers if getattr(local, "wanted", None) == wanted else []
        if len(known) < len(wanted) and connection is not None:
            rows = dict(connection.execute(f"SELECT key, id FROM makers WHERE key IN ({_marks(wanted)})", wanted))
            known = [rows[key] for key in wanted if key in rows]
            local.makers, local.wanted = known, wanted
        return known

    def _wanted(self) -> tuple[str, ...]:
        if self._told:
            return self._told
        compiled = compiled_maker(self._tokenizer)
        return (model_maker(self._model, self._tokenizer), compiled) if self._model else (compiled,)

    def _drop(self) -> None:
        try:
            self.close()
        except sqlite3.Error:
            pass


def _blobs(hashes: Iterable[str]) -> Iterator[bytes]:
    for digest in hashes:
        try:
            yield bytes.fromhex(digest)
        except ValueError:
            continue


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _below(root: str | os.PathLike[str] | None) -> tuple[str, list[str]]:
    """A condition on `f.path` for what is below a folder: a range, which the primary key answers."""
    if root is None:
        return "", []
    prefix = os.fspath(root).rstrip(os.sep) + os.sep
    return " AND f.path >= ? AND f.path < ?", [prefix, prefix[:-1] + chr(ord(os.sep) + 1)]


def _view(row: Any) -> StoredView | None:
    _, digest, language, level, text, made_by, score, left_out, rules, tokens, source_tokens, shared = row
    try:
        left, used = tuple(json.loads(left_out)), tuple(json.loads(rules))
    except ValueError:
        return None
    return StoredView(digest.hex(), language, level, text, made_by, score, left, used, tokens, source_tokens, shared)


def _chunk(row: Any) -> ChunkEntry:
    kind, name, qualified_name, line, column, last_line, last_column, parent, digest = row
    return ChunkEntry(kind, name, qualified_name, line, column, last_line, last_column, parent, digest.hex())


def _file(row: Any, chunks: tuple[ChunkEntry, ...] = ()) -> FileEntry:
    path, mtime_ns, size, problem, _, digest, language, source_tokens, tokens, score = row
    if digest is None:
        return FileEntry(path, mtime_ns, size, "", "", 0, 0, 0.0, problem, chunks)
    return FileEntry(path, mtime_ns, size, digest.hex(), language, source_tokens, tokens, score, problem, chunks)

"""The one side that writes the index. Only the worker has a Writer.

What is added is held until `flush`, which writes it in one short transaction; so a crash loses at most what was not
flushed, and two workers on one index wait for each other only moments. A file that is no index of this schema, or is
broken, is set aside and a new one begun: `rebuilt` then says so, and the caller scans again. A full disk, a file system
that cannot be written or a lock that is not given up raise IndexUnavailable; what was held stays held, up to a bound.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiccl_converter.files.database import is_damaged, write_ahead

from aiccl_server.index.added import Content, Place
from aiccl_server.index.maker import compiled_maker
from aiccl_server.index.schema import APPLICATION_ID, LATER, TABLES, VERSION, WRITER_PRAGMAS, WRITER_TIMEOUT_S

_MISSING = "no such"  # a table or a column: the schema is not what its number says
_HELD_AT_MOST = 2_000
_DAY_S = 86_400
#: Days after which what no file refers to is forgotten.
KEEP_DAYS = 30
#: Above this, what no file refers to is forgotten at once.
MAX_BYTES = 512 << 20
#: The file is made smaller where more than one page in so many is free.
VACUUM_SHARE = 4


class IndexUnavailable(Exception):
    """The index cannot be written now. The message says why, in a few words."""


class Writer:
    """Writes one index. Not thread-safe: it belongs to the worker's loop."""

    def __init__(self, path: str | os.PathLike[str], tokenizer: str = "o200k_base") -> None:
        self.path = Path(path)
        self.rebuilt = False
        self._maker_key = compiled_maker(tokenizer)
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._makers: dict[str, int] = {}
        self._places: dict[str, Place | None] = {}
        self._contents: dict[tuple[str, str], Content] = {}
        self._views: list[tuple[str, Any]] = []
        self._through: set[tuple[str, str, str]] = set()

    def known(self, root: str) -> dict[str, tuple[int, int]]:
        """Path -> (mtime_ns, size) of the files below a folder that this maker has seen, held ones included."""
        prefix = root.rstrip(os.sep) + os.sep
        rows = self._run(
            lambda connection: connection.execute(
                "SELECT path, mtime_ns, size FROM files WHERE path >= ? AND path < ? AND maker = ?",
                (prefix, prefix[:-1] + chr(ord(os.sep) + 1), self._maker(connection)),
            ).fetchall()
        )
        found = {path: (mtime_ns, size) for path, mtime_ns, size in rows}
        for path, place in self._places.items():
            if path.startswith(prefix):
                if place is None:
                    found.pop(path, None)
                else:
                    found[path] = (place.mtime_ns, place.size)
        return found

    def place(self, path: str) -> tuple[int, int, str | None] | None:
        """(mtime_ns, size, problem) of a path, or None."""
        if path in self._places:
            held = self._places[path]
            return None if held is None else (held.mtime_ns, held.size, held.problem)
        row: tuple[int, int, str | None] | None = self._run(
            lambda connection: connection.execute(
                "SELECT mtime_ns, size, problem FROM files WHERE path = ? AND maker = ?",
                (path, self._maker(connection)),
            ).fetchone()
        )
        return row

    def quarantined(self, problem: str) -> dict[str, tuple[int, int]]:
        """The paths with that problem, with the time and size that they had."""
        rows = self._run(
            lambda connection: connection.execute(
                "SELECT path, mtime_ns, size FROM files WHERE problem = ? AND maker = ?",
                (problem, self._maker(connection)),
            ).fetchall()
        )
        return {path: (mtime_ns, size) for path, mtime_ns, size in rows}

    def has_content(self, digest: str, language: str) -> bool:
        """Whether a text is indexed, wherever it stands."""
        if (digest, language) in self._contents:
            return True
        return (
            self._run(
                lambda connection: connection.execute(
                    "SELECT 1 FROM contents WHERE hash = ? AND language = ? AND maker = ?",
                    (bytes.fromhex(digest), language, self._maker(connection)),
                ).fetchone()
            )
            is not None
        )

    def add_content(self, content: Content) -> None:
        """A text with its chunks and views."""
        self._contents[content.hash, content.language] = content

    def add_place(self, place: Place) -> None:
        """What stands at a path."""
        self._places[place.path] = place

    def add_view(self, maker: str, row: tuple[Any, ...]) -> None:
        """A view by another maker (see `added.view_row`)."""
        self._views.append((maker, row))

    def add_through(self, maker: str, digest: str, language: str) -> None:
        """A text has been through a slow converter, whatever that made of it."""
        self._through.add((maker, digest, language))

    def is_through(self, maker: str, digest: str, language: str) -> bool:
        """Whether a text has been through a slow converter."""
        if (maker, digest, language) in self._through:
            return True
        return (
            self._run(
                lambda connection: connection.execute(
                    "SELECT 1 FROM contents c JOIN tried t ON t.content = c.id JOIN makers m ON m.id = t.maker"
                    " WHERE c.hash = ? AND c.language = ? AND c.maker = ? AND m.key = ?",
                    (bytes.fromhex(digest), language, self._maker(connection), maker),
                ).fetchone()
            )
            is not None
        )

    def not_through(self, maker: str, root: str) -> list[tuple[str, int]]:
        """The files below a folder whose texts have not been through, with their mtime_ns."""
        self.flush()
        prefix = root.rstrip(os.sep) + os.sep
        rows: list[tuple[str, int]] = self._run(
            lambda connection: connection.execute(
                "SELECT path, mtime_ns FROM files WHERE path >= ? AND path < ? AND maker = ? AND content NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM tried t WHERE t.content = files.content"
                " AND t.maker = (SELECT id FROM makers WHERE key = ?))",
                (prefix, prefix[:-1] + chr(ord(os.sep) + 1), self._maker(connection), maker),
            ).fetchall()
        )
        return rows

    def remove(self, path: str) -> None:
        """A path that is gone, and all below it."""
        prefix = path + os.sep
        for held in [held for held in self._places if held.startswith(prefix)]:
            self._places[held] = None
        self._places[path] = None

    @property
    def held(self) -> int:
        return len(self._places) + len(self._contents) + len(self._views) + len(self._through)

    def flush(self) -> None:
        """Write what is held."""
        if not self.held:
            return
        try:
            self._run(self._write)
        except IndexUnavailable:
            if self.held > _HELD_AT_MOST:
                self._forget()
            raise
        self._forget()

    def clear(self) -> None:
        """Forget everything."""
        self._forget()

        def empty(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for table in ("files", "chunks", "contents", "views"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("COMMIT")
            connection.execute("VACUUM")

        self._run(empty)

    def reconsider(self, max_bytes: int, keep: str) -> None:
        """Files may have another size now: forget what is larger, and what could not be converted for a reason other
        than `keep`."""
        self.flush()

        def forget(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM files WHERE (problem IS NULL AND size > ?) OR problem != ?", (max_bytes, keep)
            )

        self._run(forget)

    def prune(self, now: float | None = None, most: int = MAX_BYTES, keep: Iterable[str] = ()) -> None:
        """Forget what no file refers to and was not made lately, and what makers other than `keep` made long ago; in
        an index that has grown beyond `most` bytes, however lately."""
        today = int((time.time() if now is None else now) // _DAY_S)

        def forget(connection: sqlite3.Connection) -> None:
            pages, size = (connection.execute(f"PRAGMA {key}").fetchone()[0] for key in ("page_count", "page_size"))
            before = today + 1 if pages * size > most else today - KEEP_DAYS
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "DELETE FROM contents WHERE used < ? AND id NOT IN (SELECT content FROM files WHERE content NOT NULL)",
                (before,),
            )
            connection.execute("DELETE FROM views WHERE used < ? AND hash NOT IN (SELECT hash FROM chunks)", (before,))
            kept = [self._maker(connection), *(self._maker(connection, key) for key in keep)]
            connection.execute(
                f"DELETE FROM makers WHERE id NOT IN ({','.join(map(str, kept))})"
                " AND id NOT IN (SELECT maker FROM views WHERE used >= ?)",
                (before,),
            )
            connection.execute("COMMIT")
            free = connection.execute("PRAGMA freelist_count").fetchone()[0]
            # It rewrites the whole file, and other servers' workers wait: only where it gives much back.
            if before > today and free * VACUUM_SHARE > pages:
                connection.execute("VACUUM")

        self._run(forget)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except sqlite3.Error:
                pass

    def _forget(self) -> None:
        self._places.clear()
        self._contents.clear()
        self._views.clear()
        self._through.clear()

    def _write(self, connection: sqlite3.Connection) -> None:
        today = int(time.time() // _DAY_S)
        connection.execute("BEGIN IMMEDIATE")
        maker = self._maker(connection)
        for content in self._contents.values():
            self._write_content(connection, content, maker, today)
        for key, row in self._views:
            self._write_views(connection, [row], self._maker(connection, key), today)
        for key, digest, language in self._through:
            connection.execute(
                "INSERT OR IGNORE INTO tried SELECT id, ? FROM contents WHERE hash = ? AND language = ? AND maker = ?",
                (self._maker(connection, key), bytes.fromhex(digest), language, maker),
            )
        for path, place in self._places.items():
            if place is None:
                prefix = path + os.sep
                connection.execute("DELETE FROM files WHERE path = ?", (path,))
                connection.execute(
                    "DELETE FROM files WHERE path >= ? AND path < ?", (prefix, path + chr(ord(os.sep) + 1))
                )
                continue
            content_id = None
            if place.hash:
                row = connection.execute(
                    "SELECT id FROM contents WHERE hash = ? AND language = ? AND maker = ?",
                    (bytes.fromhex(place.hash), place.language, maker),
                ).fetchone()
                if row is None:
                    continue
                content_id = row[0]
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES(?, ?, ?, ?, ?, ?)",
                (place.path, place.mtime_ns, place.size, maker, content_id, place.problem),
            )
        connection.execute("COMMIT")

    def _write_content(self, connection: sqlite3.Connection, content: Content, maker: int, today: int) -> None:
        digest = bytes.fromhex(content.hash)
        added = connection.execute(
            "INSERT OR IGNORE INTO contents(hash, language, maker, source_tokens, tokens, score, used)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            (digest, content.language, maker, content.source_tokens, content.tokens, content.score, today),
        )
        if added.rowcount:
            connection.executemany(
                "INSERT INTO chunks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((added.lastrowid, position, *chunk) for position, chunk in enumerate(content.chunks)),
            )
        self._write_views(connection, content.views, maker, today)

    def _write_views(
        self, connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]], maker: int, today: int
    ) -> None:
        connection.executemany(
            "INSERT OR REPLACE INTO views VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((*row[:3], maker, *row[3:], today) for row in rows),
        )

    def _maker(self, connection: sqlite3.Connection, key: str | None = None) -> int:
        key = self._maker_key if key is None else key
        known = self._makers.get(key)
        if known is None:
            connection.execute("INSERT OR IGNORE INTO makers(key) VALUES(?)", (key,))
            known = connection.execute("SELECT id FROM makers WHERE key = ?", (key,)).fetchone()[0]
            self._makers[key] = known
        return int(known)

    def _run(self, act: Any) -> Any:
        """`act(connection)`; a broken index is set aside once and `act` tried on the new one."""
        for attempt in (1, 2):
            try:
                connection = self._opened()
                try:
                    return act(connection)
                except BaseException:
                    self._makers.clear()
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                if attempt == 1 and _is_broken(error):
                    try:
                        self._set_aside()
                    except OSError as held:
                        reason = (held.strerror or str(held)).lower()
                        raise IndexUnavailable(f"it is broken and cannot be set aside ({reason})") from held
                    continue
                self.close()
                raise IndexUnavailable(str(error)) from error
            except OSError as error:
                self.close()
                raise IndexUnavailable((error.strerror or str(error)).lower()) from error
        raise AssertionError("unreachable")

    def _opened(self) -> sqlite3.Connection:
        connection = self._connection
        if connection is not None:
            try:
                status = os.stat(self.path)
                if (status.st_dev, status.st_ino) == self._identity:
                    return connection
            except OSError:
                pass
            # Someone else set the file aside, or a user removed the cache.
            self.close()
            self.rebuilt = True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=WRITER_TIMEOUT_S, isolation_level=None)
        self._makers.clear()
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        status = os.stat(self.path)
        self._connection, self._identity = connection, (status.st_dev, status.st_ino)
        return connection

    def _set_aside(self) -> None:
        """Raises OSError where that cannot be done: the folder may be read-only, and on Windows others may hold the
        file."""
        self.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        if self.path.exists():
            os.replace(self.path, f"{self.path}.broken")
        self.rebuilt = True


def _prepare(connection: sqlite3.Connection) -> None:
    """Pragmas and, in a new file, the tables. Raises sqlite3.DatabaseError for a file that is something else."""
    for pragma in WRITER_PRAGMAS:
        connection.execute(pragma)
    write_ahead(connection, WRITER_TIMEOUT_S)
    if _is_ours(connection):
        connection.execute(LATER)
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another worker may have been quicker.
        if not _is_ours(connection):
            for statement in TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute(LATER)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class _OtherFile(sqlite3.DatabaseError):
    """A database, but not an index of this schema."""


def _is_ours(connection: sqlite3.Connection) -> bool:
    """True for an index of this schema, False for an empty file; raises for anything else."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version == VERSION:
        return True
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _OtherFile(f"schema {version}, not {VERSION}")
    return False


def _is_broken(error: sqlite3.Error) -> bool:
    if isinstance(error, _OtherFile):
        return True
    return is_damaged(error) or str(error).startswith(_MISSING)


__all__ = ["IndexUnavailable", "Writer"]

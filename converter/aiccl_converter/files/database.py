"""What SQLite files that several processes share need: the cache of a model's answers, and the server's index."""

from __future__ import annotations

import sqlite3
import time

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_PAUSE_S = 0.01


def write_ahead(connection: sqlite3.Connection, patience_s: float) -> None:
    """Write ahead (WAL). On a file system without shared memory the mode stays "delete": slower, and right.

    Into this mode SQLite does not wait for another connection that holds the file, whatever the timeout: it says busy
    at once. Two processes that begin one file together meet that. So the waiting is done here, for `patience_s`
    seconds; then sqlite3.OperationalError.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_PAUSE_S)


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is damaged or no database, and not only locked, or on a full disk."""
    code = getattr(error, "sqlite_errorcode", None)  # Python's own errors have none
    return code is not None and code & 0xFF in _DAMAGED

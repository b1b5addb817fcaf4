"""What the model has written before, so that unchanged code costs nothing: one SQLite file in the user's cache folder.

Contract: keyed by a hash of everything that an answer depends on. A cache that cannot be read or written is as if it
were empty: it never fails a conversion. One that is damaged is begun anew. Several processes may share it. One that has
grown too large is emptied when a process first adds to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from aiccl_converter.files.cachefolder import cache_folder
from aiccl_converter.files.database import is_damaged, write_ahead

VARIABLE = "AICCL_CACHE"
"""Names another folder for this cache alone."""
MOST_ROWS = 200_000
_PATIENCE_S = 5.0
"""How long another process that holds the file is waited for."""


def default_path() -> Path:
    """Where the cache is kept."""
    told = os.environ.get(VARIABLE)
    return (Path(told) if told else cache_folder()) / "model.sqlite"


def key(*parts: str) -> str:
    """A hash of texts; their borders count."""
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """Answers by key."""

    def __init__(self, path: Path) -> None:
        self._base: sqlite3.Connection | None = None
        self._path = path
        self._trimmed = self._mended = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = _opened(path)
        except OSError:
            return
        except sqlite3.Error as error:
            self._mend(error)

    def get(self, wanted: str) -> Any:
        """What is held under a key, else None."""
        if self._base is None:
            return None
        try:
            row = self._base.execute("SELECT value FROM answers WHERE key = ?", (wanted,)).fetchone()
            return json.loads(row[0]) if row else None
        except ValueError:
            return None
        except sqlite3.Error as error:
            self._mend(error)
            return None

    def put(self, wanted: str, value: Any) -> None:
        """Hold a JSON value."""
        if self._base is None:
            return
        if not self._trimmed:
            self.trim()  # counting costs nothing beside the answer that is put
        try:
            self._base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (wanted, json.dumps(value)))
        except UnicodeEncodeError:
            return
        except sqlite3.Error as error:
            self._mend(error)

    def trim(self) -> None:
        """Empty a cache that has grown too large."""
        self._trimmed = True
        if self._base is None:
            return
        with contextlib.suppress(sqlite3.Error):
            if self._base.execute("SELECT count(*) FROM answers").fetchone()[0] > MOST_ROWS:
                self._base.execute("DELETE FROM answers")

    def close(self) -> None:
        """Close the file."""
        if self._base is not None:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()
            self._base = None

    def _mend(self, error: sqlite3.Error) -> None:
        """Begin a damaged file anew, once."""
        if self._mended or not is_damaged(error):
            return
        self._mended = True
        self.close()
        with contextlib.suppress(OSError, sqlite3.Error):
            _remove(self._path)
            self._base = _opened(self._path)


def _opened(path: Path) -> sqlite3.Connection:
    # A file is converted in a thread of its own (`files.deep`), one after another.
    base = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        write_ahead(base, _PATIENCE_S)
        base.execute("PRAGMA synchronous=OFF")
        base.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
    except BaseException:
        base.close()
        raise
    return base


def _remove(path: Path) -> None:
    """The log belongs to the file: without it, it would be read into the next one."""
    for suffix in ("-wal", "-shm", ""):
        Path(f"{path}{suffix}").unlink(missing_ok=True)

"""What the model has written before, so that unchanged code costs nothing: one SQLite file in the user's cache folder.

Contract: keyed by a hash of everything that an answer depends on. A cache that cannot be read or written is as if it
were empty: it never fails a conversion. Several processes may share it. One that has grown too large is emptied when a
process first adds to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

VARIABLE = "AICCL_CACHE"
MOST_ROWS = 200_000


def default_path() -> Path:
    """Where the cache is kept."""
    told = os.environ.get(VARIABLE)
    if told:
        return Path(told) / "model.sqlite"
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "aiccl" / "model.sqlite"


def key(*parts: str) -> str:
    """A hash of texts; their borders count."""
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """Answers by key."""

    def __init__(self, path: Path) -> None:
        self._base: sqlite3.Connection | None = None
        self._trimmed = False
        with contextlib.suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            # A file is converted in a thread of its own (`files.deep`), one after another.
            base = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
            base.execute("PRAGMA journal_mode=WAL")
            base.execute("PRAGMA synchronous=OFF")
            base.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
            self._base = base

    def get(self, wanted: str) -> Any:
        """What is held under a key, else None."""
        if self._base is None:
            return None
        try:
            row = self._base.execute("SELECT value FROM answers WHERE key = ?", (wanted,)).fetchone()
            return json.loads(row[0]) if row else None
        except (sqlite3.Error, ValueError):
            return None

    def put(self, wanted: str, value: Any) -> None:
        """Hold a JSON value."""
        if self._base is None:
            return
        if not self._trimmed:
            self.trim()  # counting costs nothing beside the answer that is put
        with contextlib.suppress(sqlite3.Error, UnicodeEncodeError):
            self._base.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (wanted, json.dumps(value)))

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

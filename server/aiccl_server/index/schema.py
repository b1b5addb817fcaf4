"""The tables of the index, and the pragmas of both its sides.

`files` says what stands at a path, `contents` what a text is made of (once, wherever it stands), `chunks` its
units, `views` what a unit's text is restated as. `makers` are the converters that made them; a row of another maker
is as good as none. `tried` says which contents a slow converter has been through, whatever it made of them.
"""

from __future__ import annotations

VERSION = 1
APPLICATION_ID = 0x41494343  # "AICC"

TABLES = """
CREATE TABLE makers(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE contents(
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    language TEXT NOT NULL,
    maker INTEGER NOT NULL REFERENCES makers ON DELETE CASCADE,
    source_tokens INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    score REAL NOT NULL,
    used INTEGER NOT NULL,
    UNIQUE(hash, language, maker)
);
CREATE TABLE files(
    path TEXT PRIMARY KEY,
    mtime_ns INTEGER NOT NULL,
    size INTEGER NOT NULL,
    maker INTEGER NOT NULL REFERENCES makers ON DELETE CASCADE,
    content INTEGER REFERENCES contents ON DELETE CASCADE,
    problem TEXT
) WITHOUT ROWID;
CREATE INDEX files_content ON files(content);
CREATE TABLE chunks(
    content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    qualified_name TEXT NOT NULL,
    start_line INTEGER NOT NULL,
    start_utf16 INTEGER NOT NULL,
    end_line INTEGER NOT NULL,
    end_utf16 INTEGER NOT NULL,
    parent INTEGER,
    hash BLOB NOT NULL,
    PRIMARY KEY(content, position)
) WITHOUT ROWID;
CREATE INDEX chunks_name ON chunks(name) WHERE name != '';
CREATE TABLE views(
    hash BLOB NOT NULL,
    level TEXT NOT NULL,
    language TEXT NOT NULL,
    maker INTEGER NOT NULL REFERENCES makers ON DELETE CASCADE,
    text TEXT NOT NULL,
    map TEXT NOT NULL,
    made_by TEXT NOT NULL,
    score REAL NOT NULL,
    left_out TEXT NOT NULL,
    rules TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    source_tokens INTEGER NOT NULL,
    used INTEGER NOT NULL
);
CREATE UNIQUE INDEX views_key ON views(hash, level, language, maker);
"""

#: Came later, and older servers pass over it: no reason for another number, with which all would be built again.
LATER = """
CREATE TABLE IF NOT EXISTS tried(
    content INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
    maker INTEGER NOT NULL REFERENCES makers ON DELETE CASCADE,
    PRIMARY KEY(content, maker)
) WITHOUT ROWID
"""

#: Every connection. Readers never wait: a hover shows what is there.
READER_PRAGMAS = ("PRAGMA query_only=ON", "PRAGMA cache_size=-4000")
WRITER_PRAGMAS = (
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-8000",
    "PRAGMA wal_autocheckpoint=1000",
    "PRAGMA journal_size_limit=16000000",
)
READER_TIMEOUT_S = 0.02
WRITER_TIMEOUT_S = 5.0

"""The index: every file's chunks and every chunk's views, in one SQLite file in the user's cache folder.

It is a cache: whatever is wrong with it, it is set aside and built again, and nothing is lost but time. It is
content-addressed: a view belongs to a chunk's text, its language, the level, and the maker (converter, model and
settings), so a rename, a branch switch or a second workspace costs nothing. The worker is its only writer; `Reader`
is for everyone else.
"""

from __future__ import annotations

from aiccl_server.index.maker import compiled_maker, model_maker
from aiccl_server.index.place import cache_folder, index_path
from aiccl_server.index.reader import Reader
from aiccl_server.index.records import ChunkEntry, Definition, FileEntry, StoredView, Totals

__all__ = [
    "ChunkEntry",
    "Definition",
    "FileEntry",
    "Reader",
    "StoredView",
    "Totals",
    "cache_folder",
    "compiled_maker",
    "index_path",
    "model_maker",
]

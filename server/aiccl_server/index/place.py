"""Where the index is: in the user's cache folder, never in a workspace; and where what a user saves is.

`AICCL_CACHE_DIR` and `AICCL_DATA_DIR` in the environment name other folders; no setting inside a repository can. The
schema's number is part of the file's name, so that an older and a newer server do not rebuild each other's index in
turns.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aiccl_converter.files.cachefolder import cache_folder

from aiccl_server.index.schema import VERSION


def data_folder() -> Path:
    """The folder for what a user has made, which nothing here throws away. It need not exist yet."""
    named = os.environ.get("AICCL_DATA_DIR")
    if named:
        return Path(named).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "aiccl"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "aiccl"
    base = os.environ.get("XDG_DATA_HOME", "")
    # As with the cache folder, a relative path is passed over.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".local" / "share") / "aiccl"


def index_path(folder: str | os.PathLike[str] | None = None) -> Path:
    """The index file in a cache folder."""
    return (cache_folder() if folder is None else Path(folder)) / f"index-{VERSION}.sqlite"


__all__ = ["cache_folder", "data_folder", "index_path"]

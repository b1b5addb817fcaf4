"""Where the index is: in the user's cache folder, never in a workspace.

`AICCL_CACHE_DIR` in the environment names another folder; no setting inside a repository can. The schema's number
is part of the file's name, so that an older and a newer server do not rebuild each other's index in turns.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aiccl_server.index.schema import VERSION


def cache_folder() -> Path:
    """The folder for all that AICCL keeps on this machine. It need not exist yet."""
    named = os.environ.get("AICCL_CACHE_DIR")
    if named:
        return Path(named).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "aiccl" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "aiccl"
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is invalid and to be passed over.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "aiccl"


def index_path(folder: str | os.PathLike[str] | None = None) -> Path:
    """The index file in a cache folder."""
    return (cache_folder() if folder is None else Path(folder)) / f"index-{VERSION}.sqlite"

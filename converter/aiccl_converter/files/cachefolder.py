"""Where AICCL keeps what it has made and can make again: the command and the language server alike."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "AICCL_CACHE_DIR"


def cache_folder() -> Path:
    """The user's cache folder for AICCL, or the one that AICCL_CACHE_DIR names. It need not exist yet."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "aiccl" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "aiccl"
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a relative path is invalid and to be passed over.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "aiccl"

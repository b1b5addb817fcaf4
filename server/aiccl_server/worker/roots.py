"""Which folders are never scanned: a workspace that is the home folder, or above it, or a whole file system."""

from __future__ import annotations

import os
from pathlib import Path


def refusal(root: str) -> str | None:
    """Why a folder is not scanned, or None."""
    path = Path(os.path.realpath(root))
    if path == Path(path.anchor):
        return "it is a whole file system; open a project's folder to have it indexed"
    try:
        home = Path(os.path.realpath(Path.home()))
    except RuntimeError:
        return None
    if path == home or path in home.parents:
        return "it is the home folder or holds it; open a project's folder to have it indexed"
    return None

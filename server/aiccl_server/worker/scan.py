"""A look over a workspace folder: which sources there are, and which of them differ from what the index knows.

Only names, times and sizes are looked at; no file is opened. Bounded: folders that are no project are refused, and of a
tree beyond MAX_FILES the rest is left out, and said.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiccl_converter.files import Walk

from aiccl_server.watch.covered import Covered, is_source_name
from aiccl_server.worker.roots import refusal

MAX_FILES = 20_000


@dataclass(slots=True)
class Scan:
    """What a look over one root found."""

    root: str
    changed: list[tuple[str, int]] = field(default_factory=list)
    """Paths to index, with their mtime_ns."""
    gone: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    files: int = 0
    refused: str | None = None
    moved: bool = False
    """Whether a folder changed while we looked."""


def scan(root: str, covered: Covered, known: Mapping[str, tuple[int, int]], most: int = MAX_FILES) -> Scan:
    """Look over a folder. `known`: path -> (mtime_ns, size) as it was indexed."""
    found = Scan(root)
    found.refused = refusal(root)
    if found.refused is not None:
        return found
    began = time.time_ns()
    walk = Walk(root, is_source_name)
    seen = set()
    for path in walk.files():
        if covered.excludes(path, root) or not encodable(path):
            continue
        if found.files >= most:
            found.refused = f"it has more than {most:,} source files; the others are indexed when they are opened"
            break
        try:
            status = os.stat(path, follow_symlinks=False)
        except OSError:
            continue
        found.files += 1
        seen.add(path)
        if known.get(path) != (status.st_mtime_ns, status.st_size):
            found.changed.append((path, status.st_mtime_ns))
    else:
        found.gone = [path for path in known if path not in seen]
    found.folders = walk.folders
    found.moved = any(_mtime(folder) >= began for folder in found.folders)
    return found


def _mtime(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0


def encodable(path: str) -> bool:
    """Whether a name can be written down: on Linux a name may be bytes that are no UTF-8, and the index holds text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True

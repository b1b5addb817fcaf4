"""Views of whole folders, made by the `aiccl` command in a niced process of its own: minutes of work for a large tree
cost the server neither memory nor time, and end when nobody waits for them.

A folder's view is of its files as they are on disk. The last few are kept until something below them changes; one that
was out of date before it was made is answered, and not kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiccl_server import launch, uris
from aiccl_server.errors import NotConvertible
from aiccl_server.settings import Settings

log = logging.getLogger(__name__)

KEPT = 4
COARSE = 100_000_000
"""Nanoseconds by which a file's time may be behind the clock."""
TOLD = 1000
"""Changes that are remembered, to know them when they are told again."""


@dataclass(frozen=True, slots=True)
class FolderView:
    """What `aiccl compress FOLDER --format json` says, and the documents one after another."""

    base: str
    """What the files' paths are relative to."""
    level: str
    text: str
    tokens: int
    source_tokens: int
    ratio: float
    score: float
    files: list[dict[str, Any]]
    skipped: dict[str, int]


class Folders:
    """Folder views, one process at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], tuple[int, FolderView]] = OrderedDict()
        """With the time their making began."""
        self._turn = asyncio.Lock()
        self._making: tuple[str, int] | None = None
        self._outdated = False
        self._told: dict[str, tuple[int, int, int] | None] = {}

    async def view(self, path: str, level: str, settings: Settings, roots: Sequence[str] = ()) -> FolderView:
        """A folder at a level, its files named as they stand in the workspace's folder. Raises NotConvertible."""
        key = (os.path.normpath(path), level, settings.tokenizer)
        async with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
            base = uris.home_of(path, roots) or os.path.dirname(key[0])
            began = time.time_ns()
            self._making, self._outdated = (key[0], began), False
            try:
                said = await _run(path, base, level, settings)
                view = await asyncio.to_thread(_read, said, base, level)
            finally:
                self._making = None
            if not self._outdated:
                self._kept[key] = (began, view)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return view

    def keeps(self, view: FolderView) -> bool:
        """Whether a view is still up to date."""
        return any(kept is view for _, kept in self._kept.values())

    def changed(self, path: str, sure: bool = True) -> list[str]:
        """A file changed: the folders whose views are out of date. Not `sure` where there is news of the file and its
        text may be what it was: then its times tell."""
        path = os.path.normpath(path)
        above = [key for key in self._kept if _below(path, key[0])]
        making = self._making if self._making is not None and _below(path, self._making[0]) else None
        if not above and making is None:
            return []
        stamp = _stamp(path)
        if self._told.get(path, ()) == stamp:
            return []  # a save is told by the editor, by who watches and by the index: what is there now has it
        if len(self._told) >= TOLD:
            self._told.clear()
        self._told[path] = stamp

        def since(began: int) -> bool:
            return sure or stamp is None or max(stamp[:2]) >= began - COARSE

        if making is not None and since(making[1]):
            self._outdated = True
        stale = [key for key in above if since(self._kept[key][0])]
        for key in stale:
            del self._kept[key]
        return [key[0] for key in stale]

    def forget(self) -> None:
        """Drop all."""
        self._kept.clear()
        self._outdated = True


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _stamp(path: str) -> tuple[int, int, int] | None:
    """A file's times and size; None where it is gone. A copy may bring an old time of change along, so both count."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size


async def _run(path: str, base: str, level: str, settings: Settings) -> bytes:
    command = launch.python("aiccl_server.attached", str(os.getpid()), "compress", "--format", "json", "--quiet")
    command += ["--level", level]
    command += ["--tokenizer", settings.tokenizer, "--jobs", str(max(1, (os.cpu_count() or 2) // 2))]
    command += ["--", os.path.relpath(path, base)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=os.name == "posix",
        cwd=base,
        env=launch.environment(),
    )
    try:
        if hasattr(os, "setpriority"):
            try:
                os.setpriority(os.PRIO_PROCESS, process.pid, 10)
            except OSError:
                pass
        said, problems = await process.communicate()
    except BaseException:
        _end(process)
        raise
    # 1: some files could not be converted; the rest is there.
    if process.returncode not in (0, 1) or not said.strip():
        words = problems.decode("utf-8", "replace").strip().splitlines()
        raise NotConvertible(f"{path}: {words[-1] if words else 'nothing to convert'}")
    return said


def _end(process: asyncio.subprocess.Process) -> None:
    import signal

    try:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass


def _read(said: bytes, base: str, level: str) -> FolderView:
    data = json.loads(said)
    return FolderView(
        base,
        level,
        "\n".join(part for part in (data.get("base_map", ""), *(f["text"] for f in data["files"])) if part),
        data["tokens"],
        data["source_tokens"],
        data["ratio"],
        data["score"],
        data["files"],
        data["skipped"],
    )

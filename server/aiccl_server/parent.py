"""Ends the server when its editor is gone: a pipe that another process inherited does not always say so."""

from __future__ import annotations

import asyncio
import os
import sys

EVERY = 5.0
"""Seconds between two looks, where the system does not tell by itself."""


async def watch_parent(process: int, ended: asyncio.Event) -> None:
    """Set `ended` once the process is gone."""
    handle = _handle(process)
    if handle is None:
        while alive(process):
            await asyncio.sleep(EVERY)
    else:
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        try:
            loop.add_reader(handle, gone.set)
            await gone.wait()
        finally:
            loop.remove_reader(handle)
            os.close(handle)
    ended.set()


def _handle(process: int) -> int | None:
    """On Linux a descriptor that is readable once the process has ended: waiting for it costs nothing."""
    if process <= 0 or not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(process)
    except OSError:
        return None  # an older kernel, or it is gone already: `alive` says which


def alive(process: int) -> bool:
    """Whether a process is there. One that has ended and was not waited for (a zombie) is not."""
    if process <= 0:
        return True
    if sys.platform == "win32":
        return _alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except (OSError, IndexError):
        return True


def _alive_on_windows(process: int) -> bool:  # pragma: no cover
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(0x00100000, False, process)
    if not handle:
        return False
    gone = kernel.WaitForSingleObject(handle, 0) == 0
    kernel.CloseHandle(handle)
    return not gone

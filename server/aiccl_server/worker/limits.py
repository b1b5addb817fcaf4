"""What the process does to be a good neighbour: low priority, a bound on memory, and no life after its parent's.

Everything here is best effort: what a platform does not offer is left out.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Callable

NICE = 10
#: Address space. Far above what is ever needed; a file that wants more fails alone, with a MemoryError.
ADDRESS_SPACE = 4 << 30
#: Resident memory above which the worker asks to be replaced by a fresh one.
RECYCLE_BYTES = 200 << 20
#: What a model may add to that, at most.
MODEL_BYTES = 350 << 20
PARENT_CHECK_S = 5.0


def be_nice() -> None:
    """Give way to the editor. (On Windows the parent sets the priority.)"""
    if hasattr(os, "nice"):
        try:
            os.nice(NICE)
        except OSError:
            pass


def bound_memory(limit: int = ADDRESS_SPACE) -> None:
    """Bound the address space where that can be done."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    try:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
    except (OSError, ValueError):
        pass


def resident() -> int:
    """Bytes in memory now; 0 where that cannot be known cheaply."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def give_back() -> None:
    """Hand memory that is free back to the system, where the C library can: after much work, before a rest."""
    gc.collect()
    if sys.platform.startswith("linux"):
        import ctypes

        try:
            ctypes.CDLL(None).malloc_trim(0)
        except (OSError, AttributeError):
            pass


def die_with_parent(parent: int, end: Callable[[], None]) -> None:
    """End when the parent does, even where something else holds our pipe open."""
    if sys.platform.startswith("linux"):
        import ctypes
        import signal

        try:
            # The kernel sends it when the thread that started us ends; the client keeps that one for as long as us.
            ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        except (OSError, AttributeError):
            pass
        if os.getppid() == parent:
            return
        end()
    elif hasattr(os, "getppid") and sys.platform != "win32":

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(PARENT_CHECK_S)
            end()

        threading.Thread(target=watch, name="aiccl-parent", daemon=True).start()

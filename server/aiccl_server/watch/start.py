"""Starts the watch that this machine can give, the best first.

Contract of a watch: `changed(paths)` is called from its thread with paths that may have changed, and with None when
events were lost. It never raises at its caller, costs no time while nothing changes, and ends by `stop()`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from aiccl_server.watch.covered import Covered

Changed = Callable[[Iterable[str] | None], None]


class Watch(Protocol):
    """A running watch."""

    kind: str

    def folders(self, paths: Sequence[str], covered: Covered) -> None:
        """The folders to watch from now on (all of them, after each scan), and what counts in them."""

    def stop(self) -> None: ...


def start(roots: Sequence[str], covered: Covered, folders: Sequence[str], changed: Changed) -> Watch:
    """Watch the folders below the roots."""
    from aiccl_server.watch.poll import Poll

    try:
        if sys.platform.startswith("linux"):
            from aiccl_server.watch.inotify import Inotify

            return Inotify(folders, changed)
        from aiccl_server.watch.native import Native

        return Native(roots, covered, changed)
    except (OSError, ImportError, RuntimeError):
        # The user's limit of watches is used up, or the platform has none.
        return Poll(changed)

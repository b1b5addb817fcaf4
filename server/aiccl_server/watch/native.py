"""Watching on macOS and Windows, with watchdog: one recursive watch a root, which the system gives for free there.

What is not a source of the workspace is dropped before it is reported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from aiccl_converter.files.ignore import IGNORE_FILES

from aiccl_server.watch.covered import Covered
from aiccl_server.watch.start import Changed


class Native:
    """A watchdog observer over some roots."""

    kind = "watchdog"

    def __init__(self, roots: Sequence[str], covered: Covered, changed: Changed) -> None:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        self._covered = covered

        class Handler(FileSystemEventHandler):
            def on_any_event(_, event: FileSystemEvent) -> None:
                if event.event_type in ("opened", "closed_no_write"):
                    return
                paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
                if event.is_directory and event.event_type == "modified":
                    return  # said of the parent of each changed file
                counted = [path for path in paths if _counts(path, event.is_directory, self._covered)]
                if counted:
                    changed(counted)

        self._handler = Handler()
        self._observer: Any = Observer()
        self._roots: tuple[str, ...] = ()
        self._follow(roots)
        self._observer.daemon = True
        self._observer.start()

    def folders(self, paths: Sequence[str], covered: Covered) -> None:
        """The system watches whole trees; which of them, and what counts in them, may have changed. A root that is not
        among the folders was refused."""
        self._covered = covered
        looked_at = set(paths)
        self._follow([root for root in covered.roots if root in looked_at])

    def _follow(self, roots: Sequence[str]) -> None:
        if tuple(roots) == self._roots:
            return
        self._roots = tuple(roots)
        self._observer.unschedule_all()
        for root in roots:
            self._observer.schedule(self._handler, root, recursive=True)

    def stop(self) -> None:
        """End the observer."""
        self._observer.stop()


def _counts(path: str, is_folder: bool, covered: Covered) -> bool:
    if os.path.basename(path) in IGNORE_FILES:
        return covered.folder(os.path.dirname(path))
    return covered.folder(path) if is_folder else covered.file(path)

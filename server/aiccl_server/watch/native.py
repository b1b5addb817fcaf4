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

        class Handler(FileSystemEventHandler):
            def on_any_event(_, event: FileSystemEvent) -> None:
                if event.event_type in ("opened", "closed_no_write"):
                    return
                paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
                if event.is_directory and event.event_type == "modified":
                    return  # said of the parent of each changed file
                counted = [path for path in paths if _counts(path, event.is_directory, covered)]
                if counted:
                    changed(counted)

        self._observer: Any = Observer()
        for root in roots:
            self._observer.schedule(Handler(), root, recursive=True)
        self._observer.daemon = True
        self._observer.start()

    def folders(self, paths: Sequence[str]) -> None:
        """The system watches whole trees."""

    def stop(self) -> None:
        """End the observer."""
        self._observer.stop()


def _counts(path: str, is_folder: bool, covered: Covered) -> bool:
    if os.path.basename(path) in IGNORE_FILES:
        return covered.folder(os.path.dirname(path))
    return covered.folder(path) if is_folder else covered.file(path)

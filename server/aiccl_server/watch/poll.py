"""A watch for where there is none: says now and then that anything may have changed. The rescan that follows compares
times and sizes only."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from aiccl_server.watch.covered import Covered
from aiccl_server.watch.start import Changed

EVERY_S = 60.0


class Poll:
    """Calls `changed(None)` every `every` seconds."""

    kind = "poll"

    def __init__(self, changed: Changed, every: float = EVERY_S) -> None:
        self._changed, self._every = changed, every
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="aiccl-poll", daemon=True).start()

    def folders(self, paths: Sequence[str], covered: Covered) -> None:
        """All are looked at."""

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(self._every):
            self._changed(None)

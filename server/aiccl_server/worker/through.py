"""Which files of the workspace have not been through the slow converter, and which one is on its way.

The index knows what is done (`Writer.add_through`: a text and a maker), so that another worker goes on where this one
ends. The order is the backlog's: the nearest to what is open first. Once nothing is left, nothing is asked until
something changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiccl_server.index.writer import Writer
from aiccl_server.worker.backlog import Backlog
from aiccl_server.worker.slowly import Slowly


@dataclass(frozen=True, slots=True)
class _Going:
    path: str
    hash: str
    language: str
    lost: int
    """Chunks that the queue had lost before."""
    unmade: int
    """How often the converter had failed before."""


class Through:
    """See the module. What it asks of the index may raise IndexUnavailable."""

    def __init__(self, slowly: Slowly) -> None:
        self._slowly = slowly
        self._left = Backlog()
        self._stale = True
        self._going: _Going | None = None
        self._postponed: set[tuple[str, str]] = set()
        """Texts that this process does not take up again."""

    @property
    def waiting(self) -> int:
        """Files that are known to be left."""
        return self._left.waiting

    def opened(self, path: str) -> None:
        """A file the user works on: what is near it comes sooner."""
        self._left.opened(path)

    def ask_again(self) -> None:
        """The index may hold files that have not been through."""
        self._stale = True
        self._slowly.more = True

    def forget(self) -> None:
        """Another index, or another tokenizer."""
        self._slowly.forget()
        self._going = None
        self._postponed.clear()
        self.ask_again()

    def next(self, writer: Writer, maker: str, roots: Iterable[str]) -> str | None:
        """The next file, taken off; None, and no more until `ask_again`, where none is left."""
        if self._stale:
            self._left.clear()
            for root in roots:
                self._left.fill(writer.not_through(maker, root))
            self._stale = False
        job = self._left.next()
        if job is None:
            self._slowly.more = False
            return None
        return job.path

    def is_postponed(self, digest: str, language: str) -> bool:
        """Whether a text is left to the next process."""
        return (digest, language) in self._postponed

    def begin(self, path: str, digest: str, language: str) -> None:
        """A file's chunks go into the queue now."""
        self._going = _Going(path, digest, language, self._slowly.lost, self._slowly.unmade)

    def settle(self, writer: Writer, maker: str) -> None:
        """Where the queue is empty: the file's chunks have been tried, whatever came of them. One that the converter
        failed on is the next worker's: memory may have been short."""
        if self._slowly.waiting:
            return
        going, self._going = self._going, None
        if going is None or not self._slowly.ready:
            return
        if self._slowly.lost > going.lost:
            self._left.fill([(going.path, 0)])  # some of its chunks had to make room: again, with those that are left
        elif self._slowly.unmade > going.unmade:
            self._postponed.add((going.hash, going.language))
        else:
            writer.add_through(maker, going.hash, going.language)

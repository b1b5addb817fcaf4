"""What the server asks of the index and of the worker, and stand-ins that know nothing and do nothing.

The stand-ins run where the index is switched off, and where the real ones cannot start: all that the server needs for
the open documents it makes itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Reader(Protocol):
    """The index, read only. Nothing here raises; what is not known is not in the answer. Safe from any thread."""

    def use(self, makers: Sequence[str]) -> None: ...
    def views(self, hashes: Iterable[str], level: str, language: str | None = None) -> Mapping[str, Any]: ...
    def file(self, path: str) -> Any: ...
    def files(self, root: str | None = None) -> Sequence[Any]: ...
    def definitions(self, name: str, root: str | None = None) -> Sequence[Any]: ...
    def totals(self, root: str | None = None) -> Any: ...


class Worker(Protocol):
    """The process that fills the index. Nothing here waits or raises."""

    def start(self) -> None: ...
    def open(self, path: str, text: str, version: int) -> None: ...
    def save(self, path: str, text: str) -> None: ...
    def scan(self, roots: Sequence[str], watch: bool = False) -> None: ...
    def want(self, path: str, level: str, priority: int) -> None: ...
    def look(self, path: str, digest: str) -> None: ...
    def configure(
        self,
        *,
        tokenizer: str | None = None,
        max_bytes: int | None = None,
        exclude: Sequence[str] | None = None,
        model: bool | None = None,
    ) -> None: ...
    def changed(self, paths: Iterable[str]) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def restart(self) -> None: ...
    def clear(self) -> None: ...
    def status(self) -> Any: ...
    def stop(self) -> None: ...


class NullReader:
    """An empty index."""

    def use(self, makers: Sequence[str]) -> None:
        """Ignored."""

    def views(self, hashes: Iterable[str], level: str, language: str | None = None) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def file(self, path: str) -> None:
        """Nothing."""

    def files(self, root: str | None = None) -> Sequence[Any]:
        """Nothing."""
        return ()

    def definitions(self, name: str, root: str | None = None) -> Sequence[Any]:
        """Nothing."""
        return ()

    def totals(self, root: str | None = None) -> None:
        """Nothing."""


class NullWorker:
    """A worker that is switched off."""

    def __init__(self, state: str = "off", reason: str = "") -> None:
        self._status: dict[str, Any] = {"state": state, "reason": reason, "pid": None, "restarts": 0, "quarantined": []}

    def status(self) -> dict[str, Any]:
        """What the status request shows."""
        return dict(self._status)

    def start(self) -> None:
        """Nothing to start."""

    def open(self, path: str, text: str, version: int) -> None:
        """Ignored."""

    def save(self, path: str, text: str) -> None:
        """Ignored."""

    def scan(self, roots: Sequence[str], watch: bool = False) -> None:
        """Ignored."""

    def want(self, path: str, level: str, priority: int) -> None:
        """Ignored."""

    def look(self, path: str, digest: str) -> None:
        """Ignored."""

    def configure(
        self,
        *,
        tokenizer: str | None = None,
        max_bytes: int | None = None,
        exclude: Sequence[str] | None = None,
        model: bool | None = None,
    ) -> None:
        """Ignored."""

    def changed(self, paths: Iterable[str]) -> None:
        """Ignored."""

    pause = resume = restart = clear = stop = start

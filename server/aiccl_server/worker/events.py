"""What the worker client tells the server, and what it says when it is asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

#: ready: nothing to do. busy: files are being indexed. paused: files wait until `resume`. restarting: it died, or hung,
#: and is being started again. degraded: it runs, but the index cannot be written. failed: given up; `restart` tries
#: again. stopped: not started, or stopped.
STATES = ("ready", "busy", "paused", "restarting", "degraded", "failed", "stopped")


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the files to index in the background, how many are done. The last of a row has done == total."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """A file's entry and views are in the index, or it was removed from it."""

    path: str


@dataclass(frozen=True, slots=True)
class State:
    """The worker's state has changed. `reason` may be shown to a user."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Makers:
    """Whose views the worker keeps, the preferred first: what a Reader is to look for. The worker may run newer code
    than the server, after an update."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithoutModel:
    """The slow converter cannot be loaded, or fails; the compiled views stay. `reason` may be shown to a user."""

    reason: str


Event = Progress | Indexed | State | Makers | WithoutModel


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A snapshot."""

    state: str = "stopped"
    reason: str = ""
    pid: int | None = None
    restarts: int = 0
    quarantined: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    watch: str = ""
    """How the worker itself watches: inotify, watchdog, poll; empty where it does not."""
    model: str = ""
    """The slow converter's key; empty where there is none, or none that works."""
    without_model: str = "not started"
    """Why there is none."""
    model_chunks: int = 0
    """Chunks that wait for it."""
    model_files: int = 0
    """Files that have not been through it yet, beside those that the chunks are of."""
    refused: tuple[str, ...] = ()
    """Workspace folders that are not indexed, each with the reason."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

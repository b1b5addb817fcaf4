"""Real worker processes on small workspaces; every wait has a bound, and no test asserts on time."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiccl_server.index import Reader, index_path
from aiccl_server.worker import Event, Indexed, Makers, State, WorkerClient
from aiccl_server.worker.pace import Pace

POISONED = Path(__file__).with_name("poisoned.py")
PATIENCE_S = 60.0
QUICK = Pace(
    first_delay=0.05, longest_delay=0.2, file_deadline=1.0, file_longest=4.0, answer_deadline=3.0, ping_every=0.3
)


class Bench:
    """A cache folder, a workspace, and a client with its events."""

    def __init__(self, folder: Path, pace: Pace = QUICK, poisoned: bool | Path = False, **settings: object) -> None:
        self.cache = folder / "cache"
        self.root = folder / "project"
        self.root.mkdir(exist_ok=True)
        self.events: list[Event] = []
        self._condition = threading.Condition()
        self.reader = Reader(index_path(self.cache))
        script = POISONED if poisoned is True else poisoned
        line = [sys.executable, "-P", str(script), str(self.cache), str(os.getpid())] if script else None
        self.client = WorkerClient(
            self.cache, self._hear, pace=pace, command=line, **{"model_scope": "workspace", **settings}
        )  # type: ignore[arg-type]

    def _hear(self, event: Event) -> None:
        if isinstance(event, Makers):
            self.reader.use(event.keys)  # as the server does
        with self._condition:
            self.events.append(event)
            self._condition.notify_all()

    def write(self, name: str, text: str) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def scan(self, watch: bool = False) -> None:
        self.client.scan([str(self.root)], watch)

    def until(self, true: Callable[[], object], what: str = "") -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > end:
                log = self.cache / "worker.log"
                said = log.read_text()[-2000:] if log.exists() else ""
                raise AssertionError(f"never {what}: {self.client.status()}, {self.events[-8:]}\n{said}")
            with self._condition:
                self._condition.wait(0.02)

    def until_indexed(self, *paths: str) -> None:
        self.until(lambda: all(self.reader.file(path) for path in paths), f"indexed {paths}")

    def until_state(self, name: str) -> None:
        self.until(lambda: self.client.status().state == name, name)

    def indexed(self) -> list[str]:
        return [event.path for event in self.events if isinstance(event, Indexed)]

    def states(self) -> list[str]:
        return [event.name for event in self.events if isinstance(event, State)]

    def pid(self) -> int:
        self.until(lambda: self.client.status().pid, "running")
        pid = self.client.status().pid
        assert pid is not None
        return pid


def function(name: str, extra: str = "") -> str:
    """A function that is long enough to be restated."""
    return (
        f"def {name}(orders, limit):\n"
        f'    """Sum what is due of the orders."""\n'
        f"    total = 0\n"
        f"    for order in orders:\n"
        f"        if order.cancelled or order.amount <= 0:\n"
        f"            continue\n"
        f"        total += order.amount * order.price\n"
        f"    if total > limit:\n"
        f"        raise ValueError('too much: ' + str(total)){extra}\n"
        f"    return total\n"
    )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(folder: Path = tmp_path, start: bool = True, **settings: object) -> Bench:
        made.append(Bench(folder, **settings))  # type: ignore[arg-type]
        if start:
            made[-1].client.start()
        return made[-1]

    yield make
    for one in made:
        one.client.stop()

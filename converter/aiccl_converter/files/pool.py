"""Runs a function over many items in worker processes, and gives the answers in the order of the items.

A worker holds a few items and answers one by one. If it dies (killed, out of memory, a crash in native code) the answer
of the item that it was at is the WorkerDied that `died` turns into an answer, another worker takes its place and the
rest of its items, and all goes on. Workers start
fresh, without the parent's threads and locks, on every platform alike; so the function and the items must be
picklable, and a script must have its `if __name__ == "__main__":`.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from ..errors import WorkerDied
from . import deep

Item = TypeVar("Item")
Answer = TypeVar("Answer")

#: Below this many items a pool costs more than it gives.
WORTH_A_POOL = 12
#: Items that a worker is handed at once, so that it seldom waits for this process; ...
AT_ONCE = 4
#: ... and how many such hands there are to be for each worker at least, so that no worker is left with the last ones.
HANDS = 6


def default_jobs() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def relax_collector() -> None:
    """Let Python look for cyclic garbage less often: trees of many small objects are built and dropped all the
    time, and looking through them every 700 objects costs a tenth of a run. For a process of ours, not for a
    library's host."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def run(
    function: Callable[[Item], Answer],
    items: Sequence[Item],
    jobs: int | None,
    died: Callable[[Item, WorkerDied], Answer],
    warm: str | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Answer]:
    """The answers, in order.

    `warm` names a module that is imported once for all workers where the platform can share it; `meanwhile` is called
    here while that goes on (not without workers).
    """
    count = min(jobs or default_jobs(), len(items))
    if count <= 1 or (jobs is None and len(items) < WORTH_A_POOL):
        return map(function, items)
    return _run_in_workers(function, items, count, died, warm, meanwhile)


def prepare(jobs: int | None, warm: str) -> None:
    """Have `warm` imported for the workers of a `run` to come, so that what is done until then costs no time. For a
    caller that knows of `WORTH_A_POOL` items."""
    context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if (jobs or default_jobs()) > 1 and hasattr(context, "set_forkserver_preload"):
        from multiprocessing import forkserver

        context.set_forkserver_preload([warm])
        forkserver.ensure_running()


def _run_in_workers(
    function: Callable[[Item], Answer],
    items: Sequence[Item],
    count: int,
    died: Callable[[Item, WorkerDied], Answer],
    warm: str | None,
    meanwhile: Callable[[], object] | None,
) -> Iterator[Answer]:
    context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if warm is not None:
        prepare(count, warm)
    if meanwhile is not None:
        meanwhile()
    workers = []
    done: dict[int, Answer] = {}
    following = 0  # the next item to hand out
    wanted = 0  # the next answer to give
    try:
        for _ in range(count):
            workers.append(_Worker(context, function))
        while wanted < len(items):
            for worker in workers:
                if not worker.held and following < len(items):
                    left = len(items) - following
                    hand = range(following, following + max(1, min(AT_ONCE, left // (count * HANDS))))
                    worker.give(hand, items)
                    following = hand.stop
            busy = {worker.connection: worker for worker in workers if worker.held}
            for connection in wait(list(busy)):
                worker = busy[connection]
                index = worker.held[0]
                try:
                    failed, answer = worker.take()
                except (EOFError, OSError):
                    done[index] = died(items[index], WorkerDied(worker.end()))
                    another = workers[workers.index(worker)] = _Worker(context, function)
                    if len(worker.held) > 1:
                        another.give(worker.held[1:], items)
                    continue
                if failed:
                    raise answer
                done[index] = answer
            while wanted in done:
                yield done.pop(wanted)
                wanted += 1
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    """A process, the pipe to it, and the indexes of the items it holds, the one it is at first."""

    def __init__(self, context: Any, function: Callable[[Any], Any]) -> None:
        self.connection, theirs = context.Pipe()
        self.held: list[int] = []
        self._process = context.Process(target=_serve, args=(theirs, function), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, indexes: Iterable[int], items: Sequence[object]) -> None:
        """Hand over items to a worker that holds none: it is reading then, so that neither waits for the other."""
        self.held = list(indexes)
        try:
            self.connection.send([items[index] for index in self.held])
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has died: `take` will say so

    def take(self) -> tuple[bool, Any]:
        answer: tuple[bool, Any] = self.connection.recv()
        del self.held[0]
        return answer

    def end(self) -> int | None:
        """Wait for a process that has closed its end, and give its exit code."""
        self.connection.close()
        self._process.join(timeout=5)
        code: int | None = self._process.exitcode
        return code

    def stop(self) -> None:
        self.connection.close()
        self._process.terminate()
        self._process.join(timeout=5)


def _serve(connection: Connection[Any, Any], function: Callable[[Any], Any]) -> None:
    """A worker's whole life: answer items until the parent closes the pipe."""
    # The parent decides what an interrupt means; a worker only goes when its pipe does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    relax_collector()
    # One roomy thread for all items: a new one for each would cost each its start and a stack's first pages.
    deep.call(_answer, connection, function)


def _answer(connection: Connection[Any, Any], function: Callable[[Any], Any]) -> None:
    while True:
        try:
            hand = connection.recv()
        except (EOFError, OSError):
            return
        for item in hand:
            try:
                answer = (False, function(item))
            except Exception as error:
                answer = (True, error)
            try:
                connection.send(answer)
            except (BrokenPipeError, ConnectionResetError):
                return

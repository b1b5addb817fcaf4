"""The one thread of the server that parses and converts.

Jobs run one after another, the most urgent first; a job that nobody waits for any more is dropped before it starts.
tree-sitter's parsers are the process's own, so nothing else in the server may call the converter. The thread has a deep
stack, since nested code is deep.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from aiccl_converter.files.deep import RECURSION_LIMIT, STACK_BYTES

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

URGENT, SOON, LATER = 0, 1, 2
"""Somebody waits; somebody is about to look; whenever there is time."""


class Engine:
    """Start it with the loop that its answers go to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: list[tuple[int, int, Callable[[], Any], asyncio.Future[Any]]] = []
        self._count = itertools.count()
        self._some = threading.Condition()
        self._stopped = False
        self.started = 0
        """Jobs begun since the start, for tests and the status."""
        self._thread = _thread(self._run)

    def submit(self, work: Callable[[], Answer], priority: int = SOON) -> asyncio.Future[Answer]:
        """Run `work()`; the future may be cancelled. Call it from the loop."""
        future: asyncio.Future[Answer] = self._loop.create_future()
        with self._some:
            heapq.heappush(self._jobs, (priority, next(self._count), work, future))
            self._some.notify()
        return future

    def stop(self) -> None:
        """Begin no further job."""
        with self._some:
            self._stopped = True
            self._some.notify()

    def waiting(self) -> int:
        """Jobs that were not begun."""
        return len(self._jobs)

    def _run(self) -> None:
        while True:
            with self._some:
                while not self._jobs and not self._stopped:
                    self._some.wait()
                if self._stopped:
                    return
                _, _, work, future = heapq.heappop(self._jobs)
            if future.cancelled():
                continue
            self.started += 1
            try:
                answer, error = work(), None
            except Exception as problem:
                answer, error = None, problem
            try:
                self._loop.call_soon_threadsafe(_settle, future, answer, error)
            except RuntimeError:
                return  # the loop is closed


def _settle(future: asyncio.Future[Any], answer: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(answer)
    else:
        future.set_exception(error)


def _thread(run: Callable[[], None]) -> threading.Thread:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    usual = threading.stack_size()
    try:
        for size in STACK_BYTES:
            try:
                threading.stack_size(size)
                thread = threading.Thread(target=run, name="aiccl-engine", daemon=True)
                thread.start()
                return thread
            except (ValueError, RuntimeError):
                continue
    finally:
        threading.stack_size(usual)
    thread = threading.Thread(target=run, name="aiccl-engine", daemon=True)
    thread.start()
    return thread

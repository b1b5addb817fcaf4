"""The one thread of the server that parses and converts.

Jobs run one after another, the most urgent first; a job that nobody waits for any more is dropped before it starts.
tree-sitter's parsers are the process's own, so nothing else in the server may call the converter. The thread has a deep
stack, since nested code is deep. A job that takes far too long is given up: whoever waits is told so, and a new thread
takes the other jobs.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from aiccl_converter.files.deep import RECURSION_LIMIT, STACK_BYTES

from aiccl_server.errors import TookTooLong

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

URGENT, SOON, LATER = 0, 1, 2
"""Somebody waits; somebody is about to look; whenever there is time."""

LONGEST = 60.0
"""Seconds that a job may take."""


class Engine:
    """Start it with the loop that its answers go to."""

    def __init__(self, loop: asyncio.AbstractEventLoop, longest: float = LONGEST) -> None:
        self._loop = loop
        self._longest = longest
        self._current: tuple[float, asyncio.Future[Any]] | None = None
        self._generation = 0
        self._watch: asyncio.TimerHandle | None = None
        self._jobs: list[tuple[int, int, Callable[[], Any], asyncio.Future[Any]]] = []
        self._count = itertools.count()
        self._some = threading.Condition()
        self._stopped = False
        self.started = 0
        """Jobs begun since the start, for tests and the status."""
        self._thread = _thread(self._run, 0)

    def submit(self, work: Callable[[], Answer], priority: int = SOON) -> asyncio.Future[Answer]:
        """Run `work()`; the future may be cancelled. Call it from the loop."""
        future: asyncio.Future[Answer] = self._loop.create_future()
        with self._some:
            heapq.heappush(self._jobs, (priority, next(self._count), work, future))
            self._some.notify()
        if self._watch is None:
            self._watch = self._loop.call_later(self._longest / 4, self._look)
        return future

    def _look(self) -> None:
        """While there are jobs: is the current one too long at it?"""
        self._watch = None
        with self._some:
            current = self._current
            late = current is not None and time.monotonic() - current[0] > self._longest
            if late:
                self._generation += 1
                self._current = None
        if current is not None and late:
            log.error("a job took more than %.0f s and is given up", self._longest)
            _fresh_parsers()
            _settle(current[1], None, TookTooLong(self._longest))
            self._thread = _thread(self._run, self._generation)
        if self._current is not None or self._jobs:
            self._watch = self._loop.call_later(self._longest / 4, self._look)

    def stop(self) -> None:
        """Begin no further job."""
        with self._some:
            self._stopped = True
            self._some.notify()

    def waiting(self) -> int:
        """Jobs that were not begun."""
        return len(self._jobs)

    def _run(self, generation: int) -> None:
        """Jobs are taken and put away under the lock, as they are given up: a thread that was given up takes no more,
        and none is given up that is done."""
        while True:
            with self._some:
                while not self._jobs and not self._stopped:
                    self._some.wait()
                if self._stopped or generation != self._generation:
                    return
                _, _, work, future = heapq.heappop(self._jobs)
                if future.cancelled():
                    continue
                self.started += 1
                self._current = (time.monotonic(), future)
            try:
                answer, error = work(), None
            except Exception as problem:
                answer, error = None, problem
            with self._some:
                if generation != self._generation:
                    return  # given up
                self._current = None
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


def _fresh_parsers() -> None:
    """The thread that was given up may still be within a parser."""
    from aiccl_converter.source import grammars

    grammars.parser.cache_clear()


def _thread(run: Callable[[int], None], generation: int) -> threading.Thread:
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
    usual = threading.stack_size()
    try:
        for size in STACK_BYTES:
            try:
                threading.stack_size(size)
                thread = threading.Thread(target=run, args=(generation,), name="aiccl-engine", daemon=True)
                thread.start()
                return thread
            except (ValueError, RuntimeError):
                continue
    finally:
        threading.stack_size(usual)
    thread = threading.Thread(target=run, args=(generation,), name="aiccl-engine", daemon=True)
    thread.start()
    return thread

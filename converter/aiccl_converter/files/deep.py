"""Calls a function with room for deep recursion: code nested thousands of levels deep must not end the process.

A thread of its own has a stack as large as asked for, while the main thread's is the platform's choice (8 MB, 1 MB
on Windows).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")

STACK_BYTES = (256 << 20, 64 << 20, 16 << 20)
RECURSION_LIMIT = 10_000

_lock = threading.Lock()
_calls = 0
"""Calls under way, in all threads: they share one recursion limit, so that the last of them puts it back."""
_usual = 0
"""The limit to put back."""
_thread = threading.local()
"""Whether the running thread is one of those that `call` starts."""


def call(function: Callable[..., Answer], *arguments: Any) -> Answer:
    """`function(*arguments)`, its exceptions included. A call within a call has the room of the outer one."""
    if getattr(_thread, "deep", False):
        return function(*arguments)
    outcome: list[Any] = []

    def body() -> None:
        _thread.deep = True
        try:
            outcome.append((True, function(*arguments)))
        except BaseException as error:
            outcome.append((False, error))

    with _roomy():
        _start(body).join()
    succeeded, answer = outcome[0]
    if not succeeded:
        raise answer
    result: Answer = answer
    return result


@contextmanager
def _roomy() -> Iterator[None]:
    global _calls, _usual
    with _lock:
        if not _calls:
            _usual = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_usual, RECURSION_LIMIT))
        _calls += 1
    try:
        yield
    finally:
        with _lock:
            _calls -= 1
            if not _calls:
                sys.setrecursionlimit(_usual)


def _start(body: Callable[[], None]) -> threading.Thread:
    usual = threading.stack_size()
    try:
        for size in STACK_BYTES:
            try:
                threading.stack_size(size)
                thread = threading.Thread(target=body, daemon=True)
                thread.start()
                return thread
            except (ValueError, RuntimeError):
                continue  # less room than hoped for, as under `ulimit -v`
    finally:
        threading.stack_size(usual)
    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    return thread

"""Bytes to messages and back, in threads of their own, so that the event loop neither waits for the client nor for a
slow reader of its answers.

`Reader` parses what arrives and hands each message to the loop in order; a cancellation is known as soon as it has been
read, even while its request still waits in the queue. `Writer` takes whole messages from any thread. A damaged message
costs an error answer (-32700), never the connection.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

log = logging.getLogger(__name__)

MAX_MESSAGE = 256 << 20
MAX_HEADER = 8192


class Writer:
    """A writer for pygls: `write` never blocks."""

    def __init__(self, stream: BinaryIO, on_broken: Callable[[], None]) -> None:
        self._stream = stream
        self._on_broken = on_broken
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="aiccl-writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Queue bytes."""
        self._queue.put(data)

    def close(self, timeout: float = 2.0) -> None:
        """Write what is queued, for so long at most."""
        self._queue.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                self._stream.write(data)
                self._stream.flush()
            except (OSError, ValueError):
                self._on_broken()
                return


class Reader(threading.Thread):
    """Reads until the end; `on_message` and `on_end` are called in this thread."""

    def __init__(self, stream: BinaryIO, on_message: Callable[[Any], None], on_end: Callable[[], None]) -> None:
        super().__init__(name="aiccl-reader", daemon=True)
        self._stream = stream
        self._on_message = on_message
        self._on_end = on_end

    def run(self) -> None:
        """Messages, until the stream ends or makes no sense any more."""
        try:
            while (body := self._body()) is not None:
                self._on_message(_parsed(body))
        except (OSError, ValueError) as error:
            log.warning("reading ended: %s", error)
        finally:
            self._on_end()

    def _body(self) -> bytes | None:
        length: int | None = None
        while True:
            line = self._stream.readline(MAX_HEADER)
            if not line:
                return None
            name, colon, value = line.partition(b":")
            if colon and name.strip().lower() == b"content-length":
                length = int(value) if value.strip().isdigit() else None
            elif not line.strip() and length is not None:
                break
        if length > MAX_MESSAGE:
            raise ValueError(f"a message of {length:,} bytes")
        body = self._stream.read(length)
        return body if body is not None and len(body) == length else None


class Damaged:
    """Stands for a message that is no JSON."""


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return Damaged()

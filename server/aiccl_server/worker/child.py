"""One run of the worker process, seen from the server: start it, send to it, hear from it, end it.

Neither sending nor ending waits: a thread writes, a thread reads, both end with the process. `hear(child, message)` is
called from the reading thread, with None when the output has ended.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from aiccl_server import launch
from aiccl_server.worker.messages import Message, decode, encode

LOG_BYTES = 1_000_000


def command(folder: Path) -> list[str]:
    """How the worker is started."""
    return launch.python("aiccl_server.worker", str(folder), str(os.getpid()))


class Child:
    """A started worker. Raises OSError where it cannot be started."""

    def __init__(self, line: Sequence[str], folder: Path, hear: Callable[[Child, Message | None], None]) -> None:
        self._hear = hear
        self._outbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
        log = _log(folder)
        try:
            self._process = subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if log is None else log,
                cwd=folder if folder.is_dir() else None,
                # Deep code is converted in a thread of its own; glibc would keep a heap for each.
                env={**launch.environment(), "MALLOC_ARENA_MAX": "1"},
                # An interrupt in the terminal is the server's affair.
                start_new_session=sys.platform != "win32",
                creationflags=flags,
            )
        finally:
            if log is not None:
                os.close(log)
        self.pid = self._process.pid
        threading.Thread(target=self._read, name="aiccl-worker-read", daemon=True).start()
        threading.Thread(target=self._write, name="aiccl-worker-write", daemon=True).start()

    def send(self, message: Message) -> None:
        """Put a message on its way."""
        self._outbox.put(message)

    def close(self) -> None:
        """Let it end by itself."""
        self._outbox.put(None)

    def kill(self) -> None:
        """End it now."""
        try:
            self._process.kill()
        except OSError:
            pass

    def ended(self, timeout: float) -> int | None:
        """Its exit code, within some seconds; None: it still runs."""
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            try:
                for line in lines:
                    message = decode(line)
                    if message is not None:
                        self._hear(self, message)
            except (OSError, ValueError):
                pass
        self._hear(self, None)
        self._outbox.put(None)

    def _write(self) -> None:
        assert self._process.stdin is not None
        try:
            with self._process.stdin as pipe:
                while (message := self._outbox.get()) is not None:
                    pipe.write(encode(message))
                    if self._outbox.empty():
                        pipe.flush()
        except (OSError, ValueError):
            pass  # it has ended; the reading thread says so


def _log(folder: Path) -> int | None:
    """A descriptor of the log in the cache folder, begun anew when it has grown long."""
    path = folder / "worker.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        if path.exists() and path.stat().st_size > LOG_BYTES:
            flags |= os.O_TRUNC
        return os.open(path, flags, 0o600)
    except OSError:
        return None

"""Runs Python code that nobody vouches for: without network, without writing outside of a folder of its own, within
limits of time and memory.

Contract: `available()` says why it cannot be done here, or nothing. `run(text)` gives a `Ran`; raises NoSandbox where
the code cannot be locked in, and never runs it then. Linux only: network and processes are taken away by `unshare`
(user namespaces), files by Landlock, sockets of this machine (UNIX, netlink, vsock) by a seccomp filter; the child
turns both on itself before it reads the code.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiccl_trainer.errors import NoSandbox
from aiccl_trainer.validating.locked_in import COMPLETED, LOCKED_IN

SECONDS = 10
MEMORY = 1 << 30
OUTPUT = 20_000
"""Bytes of standard error that are kept, of its begin and of its end."""
_CHILD = Path(__file__).with_name("locked_in.py")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    passed: bool
    why: str = ""
    """The last line that it wrote to standard error, or what ended it."""


@cache
def available() -> str:
    """Empty where code can be locked in, else what is missing."""
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return "it needs Linux with `unshare` (util-linux)"
    try:
        probe = _call("import os, socket\nos.listdir('.')\n", SECONDS)
    except NoSandbox as error:
        return str(error)
    return "" if probe.passed else f"the test of it failed: {probe.why}"


def run(text: str, seconds: int = SECONDS) -> Ran:
    """Run a program of one file; it passed if it came to its end, without an error and without leaving early."""
    if why := available():
        raise NoSandbox(f"code cannot be run safely here, {why}; leave --tests out, or run on another machine")
    return _call(text, seconds)


def _call(text: str, seconds: int) -> Ran:
    with tempfile.TemporaryDirectory(prefix="aiccl-sandbox-") as folder:
        (Path(folder) / "program.py").write_text(text, encoding="utf-8", errors="replace")
        with open(Path(folder) / "child.py", "wb") as child:
            child.write(_CHILD.read_bytes())
        unshare = ["unshare", "--user", "--map-root-user", "--net", "--ipc", "--pid", "--fork", "--kill-child"]
        python = [sys.executable, "-I", "-S", "child.py", str(seconds), str(MEMORY)]
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": folder,
            "TMPDIR": folder,
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",
        }
        with subprocess.Popen(
            [*unshare, *python],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            until = time.monotonic() + seconds + 5
            try:
                told = _told(process, until)
                process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                return Ran(False, f"it ran longer than {seconds} s")
        head, _, rest = told.partition(b"\n")
        if head != LOCKED_IN.encode():
            raise NoSandbox(head.decode("utf-8", "replace")[:200] or f"its child ended with {process.returncode}")
        lines = rest[-OUTPUT:].decode("utf-8", "replace").strip().splitlines()
        if process.returncode == COMPLETED:
            return Ran(True)
        return Ran(False, lines[-1][:300] if lines else "it ended before its last line")


def _told(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What a process writes to standard error until it closes it, its middle left out where that is much. Raises
    TimeoutExpired."""
    assert process.stderr is not None
    handle, head, tail = process.stderr.fileno(), b"", b""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    while (left := until - time.monotonic()) > 0 and poll.poll(left * 1000):
        part = os.read(handle, 1 << 16)
        if not part:
            return head + tail
        room = OUTPUT - len(head)
        head += part[:room]
        tail = (tail + part[room:])[-OUTPUT:]
    raise subprocess.TimeoutExpired(process.args, 0)

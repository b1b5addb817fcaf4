"""Code that nobody vouches for is locked in, or not run at all."""

from __future__ import annotations

import os
import socket
import tracemalloc
from pathlib import Path

import pytest
from aiccl_trainer.errors import NoSandbox
from aiccl_trainer.validating import sandbox

locked = pytest.mark.skipif(bool(sandbox.available()), reason=f"no sandbox here: {sandbox.available()}")


@locked
@pytest.mark.parametrize(
    "text",
    [
        "assert 1 + 1 == 2",
        "import json, re, heapq",
        "open('x', 'w').write('a')",
        "import asyncio; asyncio.run(asyncio.sleep(0))",
        "",
    ],
)
def test_what_is_allowed(text: str) -> None:
    assert sandbox.run(text) == sandbox.Ran(True)


@locked
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("assert 1 == 2, 'not so'", "not so"),
        ("import sys; sys.exit(0)", "last line"),
        ("import os; os._exit(0)", "last line"),
        ("import os; os._exit(17 - 1)", "last line"),
        ("def f(:", "invalid syntax"),
        ("while True: pass", ""),
        ("x = 'a' * (1 << 33)", "MemoryError"),
        ("open('big', 'wb').write(b'x' * 50_000_000)", ""),
        ("open('/etc/hostname').read()", "denied"),
        ("import os; os.listdir(os.path.dirname(os.getcwd()))", "denied"),
        ("open('/tmp/aiccl-escaped', 'w')", "denied"),
        ("import socket; socket.create_connection(('127.0.0.1', 80), 2)", "nreachable"),
        ("import socket; socket.create_connection(('192.0.2.1', 80), 2)", "nreachable"),
        ("import subprocess; subprocess.run(['cat', '/etc/hostname'], check=True)", "non-zero"),
        ("input()", "EOF"),
    ],
)
def test_what_is_not(text: str, why: str) -> None:
    ran = sandbox.run(text, seconds=2)
    assert not ran.passed and why in ran.why


@locked
def test_nothing_of_the_environment_and_the_home_is_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "s")
    seen = "import os\nassert 'ANTHROPIC_API_KEY' not in os.environ\nassert os.environ['HOME'] == os.getcwd()\n"
    assert sandbox.run(seen).passed
    assert not sandbox.run(f"open({os.fspath(secret)!r}).read()").passed


@locked
def test_sockets_of_this_machine_are_out_of_reach(tmp_path: Path) -> None:
    """A program could ask a service for what it may not do itself: the desktop's bus, a container's daemon."""
    stream, letters = os.fspath(tmp_path / "stream"), os.fspath(tmp_path / "letters")
    with socket.socket(socket.AF_UNIX) as listens, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as takes:
        listens.bind(stream)
        listens.listen()
        listens.settimeout(0.1)
        takes.bind(letters)
        takes.settimeout(0.1)
        for text in (
            f"import socket; socket.socket(socket.AF_UNIX).connect({stream!r})",
            f"import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'a', {letters!r})",
            f"import socket; socket.socketpair(type=socket.SOCK_DGRAM)[0].sendto(b'a', {letters!r})",
        ):
            ran = sandbox.run(text)
            assert not ran.passed and "not permitted" in ran.why
        with pytest.raises(TimeoutError):
            listens.accept()
        with pytest.raises(TimeoutError):
            takes.recv(1)


@locked
@pytest.mark.parametrize("call", ["socket.socket(socket.AF_NETLINK)", "socket.socket(40)"])
def test_neither_the_kernel_nor_the_host_is_asked(call: str) -> None:
    """Netlink, and the vsock of virtual machines (40)."""
    ran = sandbox.run(f"import socket; {call}")
    assert not ran.passed and "not permitted" in ran.why


@locked
def test_no_socket_comes_by_another_way() -> None:
    """By a ring, whose work no filter sees."""
    setup = "ctypes.CDLL(None, use_errno=True).syscall(425, 8, ctypes.create_string_buffer(120))"
    ran = sandbox.run(f"import ctypes\nassert {setup} == -1\nassert ctypes.get_errno() == 1, ctypes.get_errno()")
    assert ran == sandbox.Ran(True)


@locked
def test_much_on_standard_error_is_not_kept() -> None:
    told = "import os\nfor _ in range(300):\n    os.write(2, b'x' * 99_999 + b'\\n')\nraise ValueError('the last')"
    tracemalloc.start()
    ran = sandbox.run(told)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not ran.passed and ran.why == "ValueError: the last"
    assert most < 5_000_000


@locked
def test_processes_end_with_the_program() -> None:
    told = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)\n"
    assert sandbox.run(told, seconds=3).passed


def test_without_a_sandbox_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sandbox, "available", lambda: "it needs a kernel")
    with pytest.raises(NoSandbox, match="needs a kernel"):
        sandbox.run(f"open({os.fspath(tmp_path / 'ran')!r}, 'w')")
    assert not (tmp_path / "ran").exists()

"""What a disk, a signal or a hostile view can do to the command: an output is whole or not there, and the line is clear."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import COMMAND, environment

GOOD = b"def add(a, b):\n    return a + b\n"
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="devices and capabilities of Linux")


def run(folder: Path, *arguments: str, before: Callable[[], None] | None = None, stdout: int = subprocess.PIPE):
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        preexec_fn=before,
        timeout=120,
    )


@linux
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
def test_a_full_disk_under_standard_output(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    with open("/dev/full", "wb") as full:
        done = run(tmp_path, "compress", "good.py", stdout=full.fileno())
    assert done.returncode == 1
    [line] = [line for line in done.stderr.decode().splitlines() if line.startswith("aiccl: ")]
    assert "no space left" in line.lower()
    assert b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr


@posix
def test_a_full_disk_under_an_output_leaves_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    code = "".join(f"def f{i}(a):\n    return a + {i}\n" for i in range(400))
    (tmp_path / "long.py").write_text(code)
    (tmp_path / "out.aiccl").write_text("before")
    done = run(tmp_path, "compress", "long.py", "-o", "out.aiccl", before=limit)
    assert done.returncode == 1
    assert done.stderr.startswith(b"aiccl: out.aiccl: cannot be written (") and done.stderr.count(b"\n") == 1
    assert (tmp_path / "out.aiccl").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["long.py", "out.aiccl"]


@posix
@pytest.mark.parametrize("moment", ["converting", "renaming"])
def test_killed_in_the_middle(tmp_path: Path, moment: str) -> None:
    """SIGKILL, which nobody can catch: what was there is there, whole."""
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "out.aiccl").write_text("before")
    slow = {
        "converting": "import aiccl_converter.bulk as b\ndef _convert(*_): wait()\nb._convert = _convert\n",
        "renaming": "os.replace = lambda *_: wait()\n",
    }[moment]
    reached = tmp_path / "reached"
    (tmp_path / "sitecustomize.py").write_text(
        f"import os, time\ndef wait(): open({str(reached)!r}, 'w').close(); time.sleep(60)\n{slow}"
    )
    process = subprocess.Popen(
        [*COMMAND, "compress", "good.py", "-o", "out.aiccl"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 60
    while not reached.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGKILL and reached.exists()
    assert out == b""
    assert (tmp_path / "out.aiccl").read_text() == "before"


@linux
def test_an_unreadable_file_is_a_line_for_root_too(tmp_path: Path) -> None:
    """Root gives up the two rights that let it read everything."""

    def drop() -> None:
        import ctypes

        if os.geteuid() == 0:
            libc = ctypes.CDLL(None)
            for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
                libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP

    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "closed.py").write_bytes(GOOD)
    (tmp_path / "closed.py").chmod(0)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut").chmod(0)
    probe = subprocess.run(
        [sys.executable, "-c", "open('closed.py')"], cwd=tmp_path, preexec_fn=drop, capture_output=True
    )
    if probe.returncode == 0:
        pytest.skip("everything is readable to this user")
    done = run(tmp_path, "compress", ".", before=drop)
    (tmp_path / "shut").chmod(0o700)
    assert done.returncode == 1
    lines = done.stderr.decode().splitlines()
    assert next(line for line in lines if line.startswith("aiccl: closed.py: ")).endswith(
        "(permission denied); check its permissions"
    )
    assert any(line.startswith("aiccl: shut: ") and "check its permissions" in line for line in lines)
    assert b'path="good.py"' in done.stdout


HOSTILE = {
    "brackets": "f(a)\n^" + "(" * 20_000 + "a" + ")" * 20_000,
    "open": "f(a)\n^" + "{" * 20_000,
    "pipes": "f(a)\n^" + "a|" * 20_000 + "a",
    "tags": "<comp:code>\n" * 5_000,
    "maps": '<comp:map>\na=a\n</comp:map>\n<comp:code lang="python" level="flow">\na\n</comp:code>\n',
    "rules": '<comp:map>\na(x)=b(x);b(x)\nb(x)=a(x);a(x)\n</comp:map>\n<comp:code lang="python" level="flow">\nf(){a(1)}\n</comp:code>\n',
    "doubling": "<comp:map>\n"
    + "".join(f"r{i}(x)=r{i + 1}(x);r{i + 1}(x)\n" for i in range(60))
    + 'r60(x)=g(x)\n</comp:map>\n<comp:code lang="python" level="flow">\nf(){r0(1)}\n</comp:code>\n',
    "exact": '<comp:code lang="python" level="exact">\n' + "[" * 20_000 + "\n</comp:code>\n",
    "level": '<comp:code lang="python" level="../../etc">\nf(a){^a}\n</comp:code>\n',
    "language": '<comp:code lang="klingon" level="exact">\nf(a)\n</comp:code>\n',
    "path": '<comp:code lang="python" path="/etc/passwd\x1b[31m" level="flow">\nf(a){^a}\n</comp:code>\n',
    "one line": "f(a)\n^" + "a+" * 400_000 + "a",
}


@pytest.mark.parametrize("command", ["check", "expand"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_view(tmp_path: Path, name: str, command: str) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "view.aiccl").write_text(HOSTILE[name], encoding="utf-8")
    given = ["good.py", "view.aiccl"] if command == "check" else ["view.aiccl", "--language", "python"]
    done = run(tmp_path, command, *given)
    assert done.returncode in (0, 1, 3)
    assert b"Traceback" not in done.stderr and b"internal error" not in done.stderr
    assert b"\x1b" not in done.stderr
    if done.returncode == 1:
        assert done.stdout == b"" and done.stderr.count(b"\n") == 1 and b"; " in done.stderr


@pytest.mark.parametrize("end", [1, 30, 62, 75, 100, 115])
def test_a_view_that_is_cut_off(tmp_path: Path, end: int) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    whole = run(tmp_path, "compress", "-q", "good.py", "--level", "exact").stdout
    (tmp_path / "view.aiccl").write_bytes(whole[: min(end, len(whole) - 2)])
    for given in (["check", "good.py", "view.aiccl"], ["expand", "view.aiccl", "--with", "prompt"]):
        done = run(tmp_path, *given)
        assert done.returncode in (1, 3), (given, done.stdout)
        assert b"Traceback" not in done.stderr


@posix
def test_a_pipe_for_a_view_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    os.mkfifo(tmp_path / "view.aiccl")
    for given in (["check", "good.py", "view.aiccl"], ["expand", "view.aiccl"], ["check", "view.aiccl", "good.py"]):
        done = run(tmp_path, *given)
        assert done.returncode == 1 and done.stdout == b""
        assert b"view.aiccl: " in done.stderr and b"named pipe" in done.stderr and done.stderr.count(b"\n") == 1

"""Outputs appear whole or not at all, are the same for every number of jobs, and keep their figures on standard error."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import COMMAND, environment

SLOW = """
import time
import aiccl_converter.bulk as b
_c = b._convert
def _convert(s, t):
    time.sleep(60 if "slow" in t.path else 0)
    return _c(s, t)
b._convert = _convert
"""
DIES = """
import os
import aiccl_converter.bulk as b
_c = b._convert
def _convert(s, t):
    if "boom" in t.path:
        os._exit(9)
    return _c(s, t)
b._convert = _convert
"""


def many(folder: Path, count: int = 30) -> None:
    folder.mkdir(exist_ok=True)
    for i in range(count):
        lines = "".join(f"    if a > {j}:\n        total = total + a * {j}\n" for j in range(i % 7 + 1))
        (folder / f"m{i:02}.py").write_text(f"def f{i}(a):\n    total = 0\n{lines}    return total\n")


@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_the_same_bytes_for_every_number_of_jobs(aiccl, tmp_path: Path, format: str) -> None:
    many(tmp_path / "src", 14)
    (tmp_path / "src" / "bad.py").write_bytes(b"\xff")
    runs = [
        aiccl("compress", "src", "--format", format, "--jobs", jobs)
        for jobs in (1, 2, 5)[: 3 if format == "text" else 2]
    ]
    assert {run.returncode for run in runs} == {1}
    assert len({(run.stdout, run.stderr) for run in runs}) == 1
    assert runs[0].stdout.count(b"m07.py") >= 1


def test_the_order_is_that_of_the_names(aiccl, tmp_path: Path) -> None:
    many(tmp_path / "src")
    (tmp_path / "src" / "M00.py").write_text("x = 1\n")
    document = json.loads(aiccl("compress", "src", "--format", "json", "--jobs", 3).stdout)
    paths = [file["path"] for file in document["files"]]
    assert paths == sorted(paths, key=os.fsencode)
    reverse = json.loads(aiccl("compress", "src/m02.py", "src/m01.py", "src/m02.py", "--format", "json").stdout)
    assert [file["path"] for file in reverse["files"]] == ["src/m02.py", "src/m01.py"]


def test_a_worker_that_dies_costs_its_file_alone(aiccl, tmp_path: Path) -> None:
    many(tmp_path / "src", 15)
    (tmp_path / "src" / "boom1.py").write_text("x = 1\n")
    (tmp_path / "src" / "m05_boom2.py").write_text("x = 1\n")
    (tmp_path / "sitecustomize.py").write_text(DIES)
    done = aiccl("compress", "src", "--jobs", 2, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stdout.count(b"<comp:code") == 15
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("aiccl: ")]
    assert lines == [
        f"aiccl: src/{name}: the process converting it ended with code 9; try this file alone, or report it"
        for name in ("boom1.py", "m05_boom2.py")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_writes_nothing(background, tmp_path: Path, jobs: int) -> None:
    many(tmp_path / "src", 4)
    (tmp_path / "src" / "slow.py").write_text("x = 1\n")
    (tmp_path / "sitecustomize.py").write_text(SLOW)
    (tmp_path / "out.aiccl").write_text("before")
    process = background("compress", "src", "--jobs", jobs, "--output", "out.aiccl", env={"PYTHONPATH": str(tmp_path)})
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err) == (b"", b"aiccl: interrupted; nothing was written\n")
    assert (tmp_path / "out.aiccl").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".aiccl")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
def test_a_reader_that_leaves(tmp_path: Path) -> None:
    many(tmp_path / "src", 200)
    command = subprocess.Popen(
        [*COMMAND, "compress", "src", "-q", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    assert command.stdout is not None and command.stderr is not None
    command.stdout.close()
    assert command.wait(60) == 141
    assert command.stderr.read() == b""
    command.stderr.close()


def test_a_file_is_replaced_whole(aiccl, sources: Path) -> None:
    target = sources / "out.aiccl"
    target.write_text("before")
    target.chmod(0o640)
    done = aiccl("compress", "app/auth.py", "--output", "out.aiccl", cwd=sources)
    assert (done.returncode, done.stdout) == (0, b"")
    assert target.read_text().startswith("<comp:code")
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
    before = target.read_bytes()
    failed = aiccl("compress", "missing.py", "--output", "out.aiccl", cwd=sources)
    assert failed.returncode == 1 and target.read_bytes() == before


def test_a_link_stays_a_link(aiccl, sources: Path) -> None:
    (sources / "real").write_text("before")
    (sources / "link").symlink_to("real")
    assert aiccl("compress", "app/auth.py", "-o", "link", cwd=sources).returncode == 0
    assert (sources / "link").is_symlink() and (sources / "real").read_text().startswith("<comp:code")


def test_an_output_that_cannot_be_written(aiccl, sources: Path) -> None:
    for target in ("no/such/folder.aiccl", "app/auth.py/x"):
        done = aiccl("compress", "app/auth.py", "-o", target, cwd=sources)
        assert (done.returncode, done.stdout) == (1, b"")
        assert f"aiccl: {target}: cannot be written" in done.stderr.decode()


@pytest.mark.parametrize("format, suffix", [("text", ".aiccl"), ("markdown", ".md"), ("json", ".json")])
def test_a_folder_of_outputs(aiccl, sources: Path, format: str, suffix: str) -> None:
    done = aiccl("compress", ".", "--output", "../out/", "--format", format, cwd=sources)
    assert (done.returncode, done.stdout) == (0, b"")
    out = sources.parent / "out"
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert found == [f"{name}{suffix}" for name in ("app/auth.py", "app/util/text.py", "web/sum.js")]
    assert "AuthError" in (out / f"app/auth.py{suffix}").read_text()


def test_two_sources_for_one_output(aiccl, sources: Path) -> None:
    (sources / "text.py").write_text("x = 1\n")
    done = aiccl("compress", "text.py", "app/util/text.py", "-o", "out/", cwd=sources)
    assert done.returncode == 1
    assert b"two sources would be written to out/text.py.aiccl" in done.stderr


def test_figures_go_to_standard_error_and_quiet_ends_them(aiccl, sources: Path) -> None:
    done = aiccl("compress", "app/auth.py", cwd=sources)
    assert done.stderr.decode().startswith("app/auth.py: ")
    assert "tokens (" in done.stderr.decode() and "o200k_base" in done.stderr.decode()
    assert b"tokens" not in done.stdout
    assert aiccl("compress", "app/auth.py", "--quiet", cwd=sources).stderr == b""
    other = aiccl("compress", "app/auth.py", "--tokenizer", "cl100k_base", cwd=sources)
    assert b"cl100k_base" in other.stderr


def test_no_colour_and_no_bar_in_a_pipe(aiccl, tmp_path: Path) -> None:
    many(tmp_path / "src", 25)
    assert b"\x1b" not in aiccl("compress", "src", "nothere.py").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize("setting, coloured", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_colour_unless_told(tmp_path: Path, setting: dict[str, str], coloured: bool) -> None:
    import pty

    many(tmp_path / "src", 25)
    ours, theirs = pty.openpty()
    env = environment(**{"TERM": "xterm", **setting})
    process = subprocess.Popen(
        [*COMMAND, "compress", "src", "nothere.py"], stdout=subprocess.DEVNULL, stderr=theirs, cwd=tmp_path, env=env
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(ours)
    assert process.wait(60) == 1
    assert (b"\x1b[31maiccl: nothere.py: no such file" in seen) == coloured
    if setting.get("TERM") == "dumb":
        assert b"\x1b" not in seen
    elif not setting:
        assert b"converting" in seen

"""What the worker survives: death, freezing, hanging files, poison files, a broken pipe, a vanished parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from aiccl_server.index.added import Place
from aiccl_server.index.writer import Writer
from aiccl_server.worker import WithoutModel
from aiccl_server.worker.loop import QUARANTINED
from aiccl_server.worker.pace import Backoff, Pace

from .conftest import QUICK, function

POISONED_MODEL = Path(__file__).with_name("poisoned_model.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@posix
def test_a_killed_worker_is_started_again_and_goes_on(bench):
    b = bench()
    paths = [b.write(f"f{n}.py", function(f"due{n}")) for n in range(30)]
    b.scan()
    b.until_indexed(paths[0])
    os.kill(b.pid(), signal.SIGKILL)
    b.until(lambda: "restarting" in b.states(), "restarting")
    b.until_indexed(*paths)
    assert b.client.status().restarts == 1
    assert b.client.status().quarantined == ()


@posix
def test_a_worker_killed_while_idle_is_there_for_the_next_file(bench):
    b = bench()
    b.scan()
    b.until_state("ready")
    os.kill(b.pid(), signal.SIGKILL)
    path = b.write("pay.py", function("due"))
    b.client.want(path)
    b.until_indexed(path)


@posix
def test_a_frozen_worker_is_replaced_and_nobody_waits(bench):
    b = bench()
    b.scan()
    b.until_state("ready")
    pid = b.pid()
    os.kill(pid, signal.SIGSTOP)
    path = b.write("pay.py", function("due"))
    b.client.open(path, function("due"), 1)
    b.until_indexed(path)
    assert b.pid() != pid


@posix
def test_a_poison_file_is_quarantined_and_the_rest_is_indexed(bench):
    b = bench(poisoned=True)
    bad = b.write("bad.py", function("bad", "  # CRASH"))
    good = [b.write(f"good{n}.py", function(f"good{n}")) for n in range(5)]
    b.scan()
    b.until_indexed(*good)
    b.until(lambda: b.client.status().quarantined == (bad,), "quarantined")
    b.until_state("ready")
    assert b.client.status().restarts == 2
    assert "quarantined" in b.reader.file(bad).problem
    # It stays so in the next session, without another crash.
    b.client.stop()
    again = bench(poisoned=True)
    again.scan()
    again.until_state("ready")
    assert again.client.status().restarts == 0
    assert again.client.status().quarantined == (bad,)


@posix
def test_a_quarantined_file_that_changes_is_tried_again(bench):
    b = bench(poisoned=True)
    bad = b.write("bad.py", function("bad", "  # CRASH"))
    b.scan()
    b.until(lambda: b.client.status().quarantined == (bad,), "quarantined")
    text = function("better")
    Path(bad).write_text(text)
    b.client.save(bad, text)
    b.until(lambda: b.reader.definitions("better"), "indexed")
    assert b.client.status().quarantined == ()


def quarantine(b, *names: str) -> list[str]:
    """Files that are quarantined in the index, as an earlier worker left them."""
    paths = [b.write(f"{name}.py", function(name)) for name in names]
    writer = Writer(b.reader.path)
    for path in paths:
        stat = os.stat(path)
        writer.add_place(Place(path, stat.st_mtime_ns, stat.st_size, problem=QUARANTINED))
    writer.flush()
    writer.close()
    return paths


def test_a_quarantined_file_that_changes_between_two_sessions_is_tried_again(bench):
    b = bench(start=False)
    same, changed = quarantine(b, "same", "old")
    Path(changed).write_text(function("better"))
    b.client.start()
    b.scan()
    b.until(lambda: b.reader.definitions("better"), "indexed")
    assert b.client.status().quarantined == (same,)


@posix
def test_quarantined_files_saved_while_there_is_no_worker_are_all_tried_again(bench):
    b = bench(start=False, pace=replace(QUICK, first_delay=1.0))
    paths = quarantine(b, "one", "two", "three")
    b.client.start()
    b.scan()
    b.until_state("ready")
    assert len(b.client.status().quarantined) == 3
    os.kill(b.pid(), signal.SIGKILL)
    b.until(lambda: b.client.status().pid is None, "dead")
    for path in paths:
        b.client.save(path, Path(path).read_text())
    b.until(lambda: all(b.reader.definitions(name) for name in ("one", "two", "three")), "indexed")
    assert b.client.status().quarantined == ()


@posix
def test_a_restart_tries_a_quarantined_file_again(bench):
    b = bench(poisoned=True)
    bad = b.write("bad.py", function("bad", "  # CRASH"))
    b.scan()
    b.until(lambda: b.client.status().quarantined == (bad,), "quarantined")
    b.until_state("ready")
    before = b.client.status().restarts
    b.client.restart()
    b.until(lambda: b.client.status().restarts >= before + 3 and b.client.status().quarantined == (bad,), "tried again")


@posix
@pytest.mark.parametrize("how", ["HANG", "SLEEP"])
def test_a_file_that_hangs_is_ended_and_quarantined(bench, how):
    b = bench(poisoned=True)
    bad = b.write("bad.py", function("bad", f"  # {how}"))
    good = b.write("good.py", function("good"))
    b.client.open(bad, Path(bad).read_text(), 1)
    b.client.want(good)
    b.until_indexed(good)
    b.until(lambda: b.client.status().quarantined == (bad,), "quarantined")


def test_a_file_hangs_by_the_processor_time_that_the_worker_tells_and_not_by_the_clock(bench):
    b = bench(poisoned=True, pace=replace(QUICK, file_deadline=0.5, file_longest=60.0))
    slow = b.write("slow.py", function("slow", "  # NAP"))
    b.scan()
    b.until_indexed(slow)
    assert b.client.status().restarts == 0


@posix
def test_an_open_text_that_ends_the_worker_does_not_end_it_for_ever(bench):
    b = bench(poisoned=True)
    path = str(b.root / "unsaved.py")
    b.client.open(path, function("bad", "  # CRASH"), 1)
    b.until(lambda: path in b.client.status().quarantined, "quarantined")
    good = b.write("good.py", function("good"))
    b.client.want(good)
    b.until_indexed(good)
    b.until_state("ready")


@posix
def test_garbage_on_the_pipe_is_passed_over(bench):
    b = bench(poisoned=True)
    noisy, good = b.write("noisy.py", function("noisy", "  # NOISE")), b.write("good.py", function("good"))
    b.scan()
    b.until_indexed(noisy, good)
    assert b.client.status().restarts == 0
    assert "garbage" in (b.cache / "worker.log").read_text(errors="replace")


def test_a_worker_that_cannot_start_is_given_up_and_can_be_asked_again(bench, tmp_path):
    pace = Pace(first_delay=0.01, longest_delay=0.02, give_up_after=3)
    b = bench(pace=pace, start=False)
    b.client._supervisor._line = [sys.executable, "-c", "raise SystemExit(3)"]
    b.client.start()
    b.until_state("failed")
    assert "code 3" in b.client.status().reason
    b.client.open(str(tmp_path / "x.py"), "x = 1", 1)  # neither waits nor raises
    b.client._supervisor._line = None
    b.client.restart()
    path = b.write("pay.py", function("due"))
    b.client.want(path)
    b.until_indexed(path)


def test_a_program_that_is_not_there(bench):
    b = bench(pace=Pace(first_delay=0.01, give_up_after=2), start=False)
    b.client._supervisor._line = [str(b.root / "nowhere")]
    b.client.start()
    b.until_state("failed")


@posix
def test_restart_is_a_new_process(bench):
    b = bench()
    pid = b.pid()
    b.client.restart()
    b.until(lambda: b.client.status().pid not in (None, pid), "restarted")
    path = b.write("pay.py", function("due"))
    b.client.want(path)
    b.until_indexed(path)


def test_back_off_doubles_and_gives_up():
    pace = Pace()
    backoff = Backoff(pace)
    assert [backoff.died(at) for at in (0, 10, 20, 30, 40)] == [1, 2, 4, 8, None]
    backoff.reset()
    assert backoff.died(50) == 1
    assert backoff.died(50 + pace.give_up_within + 1) == 1


PARENT = """
import sys, time
sys.path[:0] = {paths!r}
from aiccl_server.worker import WorkerClient
client = WorkerClient({cache!r}, lambda event: None)
client.start()
while client.status().pid is None: time.sleep(0.01)
print(client.status().pid, flush=True)
time.sleep(3600)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the kernel's help")
@pytest.mark.parametrize("inherited", [False, True], ids=["pipe closed", "pipe held by another"])
def test_the_worker_ends_with_a_parent_that_is_killed(tmp_path, inherited):
    import aiccl_converter
    import aiccl_server

    paths = [str(Path(package.__file__).parents[1]) for package in (aiccl_server, aiccl_converter)]
    script = PARENT.format(paths=paths, cache=str(tmp_path / "cache"))
    if inherited:
        # A sibling keeps every descriptor open, as a careless fork would.
        script = script.replace(
            "time.sleep(3600)",
            "import os\nif os.fork() == 0:\n    os.setsid(); time.sleep(15); os._exit(0)\ntime.sleep(3600)",
        )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(1.0)
    parent.kill()
    parent.wait(5)
    end = time.monotonic() + 15
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _runs(pid)


CONVERTING = """
import asyncio, sys
sys.path[:0] = {paths!r}
from aiccl_server.folders import Folders
from aiccl_server.settings import Settings
asyncio.run(Folders().view({root!r}, "flow", Settings()))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the kernel's help")
def test_a_folders_conversion_ends_with_a_parent_that_is_killed(tmp_path):
    import aiccl_converter
    import aiccl_server

    root = tmp_path / "project"
    root.mkdir()
    for n in range(400):
        (root / f"f{n}.py").write_text("\n\n".join(function(f"f{n}_{m}") for m in range(20)))
    paths = [str(Path(package.__file__).parents[1]) for package in (aiccl_server, aiccl_converter)]
    parent = subprocess.Popen([sys.executable, "-c", CONVERTING.format(paths=paths, root=str(root))])
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    end = time.monotonic() + 60
    child = 0
    while not child or "tree_sitter" not in Path(f"/proc/{child}/maps").read_text():
        assert time.monotonic() < end and parent.poll() is None
        time.sleep(0.005)
        child = int((children.read_text().split() or ["0"])[0])
    try:
        os.kill(child, signal.SIGSTOP)  # it cannot end by itself any more
        parent.kill()
        parent.wait(5)
        while _runs(child) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _runs(child)
    finally:
        if _runs(child):
            os.killpg(child, signal.SIGKILL)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_AS")
def test_a_file_that_wants_too_much_memory_fails_alone(tmp_path):
    """In a process of little address space, a conversion that takes more is a problem of its file."""
    import aiccl_converter
    import aiccl_server

    paths = [str(Path(package.__file__).parents[1]) for package in (aiccl_server, aiccl_converter)]
    script = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "from aiccl_server.worker import convert, limits\n"
        "text = convert.Text('x = 1', '0' * 64, 'python')\n"
        "convert.convert(text, 'x.py', 'o200k_base')\n"
        "limits.bound_memory(1 << 30)\n"
        "real = convert._converter\n"
        "class Greedy:\n"
        "    def convert_to_aiccl(self, *a): return bytearray(2 << 30)\n"
        "convert._converter = lambda t: Greedy()\n"
        "print(convert.convert(text, 'x.py', 'o200k_base').problem)\n"
        "convert._converter = real\n"
        "print(convert.convert(text, 'x.py', 'o200k_base').problem)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=50)
    assert told.stdout.splitlines() == ["needs more memory than the worker may use", "None"], told.stderr


@posix
@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_chunk_that_ends_the_worker_in_the_model_is_left_to_the_compiler(bench, monkeypatch, how):
    monkeypatch.setenv("FATAL", "bad")
    monkeypatch.setenv("HOW", how)
    b = bench(poisoned=POISONED_MODEL)
    paths = [b.write(f"{name}.py", function(name)) for name in ("good", "bad", "other")]
    b.scan()
    b.until_indexed(*paths)

    def made_by(name: str) -> set[str]:
        entry = b.reader.file(str(b.root / f"{name}.py"))
        views = b.reader.views([c.hash for c in entry.chunks if c.kind == "function"], "flow")
        return {view.made_by for view in views.values()}

    b.until(lambda: made_by("good") == made_by("other") == {"model"}, "restated")
    b.until(lambda: b.client.status().model_files == b.client.status().model_chunks == 0, "through")
    b.until_state("ready")
    assert made_by("bad") == {"compiler"}
    status = b.client.status()
    assert status.restarts == 2 and status.quarantined == () and status.model == "abc"


@posix
def test_a_model_that_ends_the_worker_again_and_again_is_done_without(bench, monkeypatch):
    monkeypatch.setenv("FATAL", "all")
    b = bench(poisoned=POISONED_MODEL)
    paths = [b.write(f"pay{n}.py", function(f"due{n}")) for n in range(5)]
    b.scan()
    b.until(lambda: any(isinstance(event, WithoutModel) for event in b.events), "told")
    b.until_indexed(*paths)
    b.until(lambda: b.client.status().without_model and b.client.status().model == "", "without a model")
    b.until_state("ready")
    assert "3 times" in b.client.status().without_model and b.client.status().restarts == 3
    assert "failed" not in b.states()
    # Asked to, it tries again.
    monkeypatch.setenv("FATAL", "none")
    b.client.restart()
    b.until(lambda: b.client.status().model == "abc", "with a model again")

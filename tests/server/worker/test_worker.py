"""What the worker does when nothing goes wrong."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_server.worker import Progress

from .conftest import function


def test_a_workspace_is_indexed_with_the_views_that_the_converter_makes(bench):
    b = bench()
    text = function("due") + "\n\n" + function("owed")
    path = b.write("pay.py", text)
    b.scan()
    b.until_indexed(path)
    entry = b.reader.file(path)
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()
    assert [chunk.name for chunk in entry.chunks] == ["", "due", "owed"]
    made = AICCLConverter().convert_to_aiccl(text, "python", "flow", "pay.py")
    stored = b.reader.views([chunk.hash for chunk in entry.chunks], "flow")
    for view in made.views:
        held = stored[view.chunk.hash]
        assert (held.text, held.tokens, held.score, held.rules) == (view.text, view.tokens, view.score, view.rules)
    assert set(b.reader.views([chunk.hash for chunk in entry.chunks], "outline")) == set(stored)


def test_definitions_and_totals(bench):
    b = bench()
    one, two = b.write("a/one.py", function("due")), b.write("b/two.py", function("owed"))
    b.scan()
    b.until_indexed(one, two)
    found = b.reader.definitions("owed")
    assert [(d.path, d.chunk.qualified_name, d.chunk.start_line) for d in found] == [(two, "owed", 0)]
    assert b.reader.definitions("owed", b.root / "a") == []
    totals = b.reader.totals(b.root)
    assert (totals.files, totals.chunks) == (2, 4)
    assert totals.source_tokens > totals.tokens > 0
    assert b.reader.totals(b.root / "a").files == 1


def test_an_opened_text_is_indexed_as_it_is_in_the_editor(bench):
    b = bench()
    path = b.write("pay.py", function("old"))
    text = function("fresh")
    b.client.open(path, text, 1)
    digest = hashlib.sha256(text.rstrip().encode()).hexdigest()
    b.until(lambda: b.reader.views([digest], "flow"), "a view of the editor's text")
    # The file itself holds another text: nothing is claimed of it.
    assert b.reader.file(path) is None


def test_the_file_is_indexed_though_the_editor_holds_another_text(bench):
    """A save that the disk does not show (yet) must not take the file out of the row."""
    b = bench()
    b.client.pause()
    path = b.write("pay.py", function("on_disk"))
    b.scan()
    b.until_state("paused")
    text = function("in_editor")
    b.client.save(path, text)
    digest = hashlib.sha256(text.rstrip().encode()).hexdigest()
    b.until(lambda: b.reader.views([digest], "flow"), "a view of the editor's text")
    b.client.resume()
    b.until_indexed(path)
    assert [d.chunk.name for d in b.reader.definitions("on_disk")] == ["on_disk"]


def test_a_saved_file_is_fresh_and_nothing_of_the_old_one_is_left(bench):
    b = bench()
    path = b.write("pay.py", function("old"))
    b.scan()
    b.until_indexed(path)
    text = function("fresh")
    Path(path).write_text(text)
    b.client.save(path, text)
    b.until(lambda: b.reader.definitions("fresh"), "fresh")
    assert b.reader.definitions("old") == []


def test_a_second_scan_converts_nothing(bench):
    b = bench()
    path = b.write("pay.py", function("due"))
    b.scan()
    b.until_indexed(path)
    b.until_state("ready")
    b.client.stop()
    again = bench()
    again.scan()
    again.until_state("ready")
    assert again.indexed() == []
    assert again.reader.file(path) is not None


def test_a_renamed_file_keeps_its_views(bench):
    b = bench()
    old = b.write("old.py", function("due"))
    b.scan()
    b.until_indexed(old)
    new = str(b.root / "new.py")
    os.rename(old, new)
    b.client.changed([old, new])
    b.until(lambda: b.reader.file(new) and not b.reader.file(old), "renamed")
    assert b.reader.totals().views == 4  # two chunks at two levels, made once


def test_what_is_removed_goes_and_so_does_a_folder(bench):
    b = bench()
    keep, gone = b.write("keep.py", function("keep")), b.write("sub/deep/gone.py", function("gone"))
    b.scan()
    b.until_indexed(keep, gone)
    os.remove(gone)
    os.removedirs(os.path.dirname(gone))
    b.client.changed([str(b.root / "sub")])
    b.until(lambda: b.reader.file(gone) is None, "gone")
    assert b.reader.definitions("gone") == [] and b.reader.file(keep)


def test_ignored_files_are_not_indexed_and_a_new_ignore_file_counts(bench):
    b = bench()
    kept, ignored = b.write("kept.py", function("kept")), b.write("out/made.py", function("made"))
    b.write(".gitignore", "")
    b.scan()
    b.until_indexed(kept, ignored)
    rules = b.write(".gitignore", "/out/\n")
    b.client.changed([rules])
    b.until(lambda: b.reader.file(ignored) is None, "ignored")
    b.client.changed([ignored])
    b.client.want(kept)
    b.until_state("ready")
    assert b.reader.file(ignored) is None


def test_exclude_and_max_bytes_bound_the_index(bench):
    b = bench(exclude=["third/"], max_bytes=2000)
    kept, left = b.write("kept.py", function("kept")), b.write("third/left.py", function("left"))
    large = b.write("large.py", function("large") * 20)
    b.scan()
    b.until_indexed(kept, large)
    b.until_state("ready")
    assert b.reader.file(left) is None
    assert "larger than" in b.reader.file(large).problem


def test_odd_files_cost_nothing_but_themselves(bench, monkeypatch):
    b = bench()
    root = b.root
    monkeypatch.chdir(root)  # and back at the end: a socket's path is short
    good = b.write("good.py", function("good"))
    (root / "binary.py").write_bytes(b"\0\1\2" * 100)
    (root / "latin.py").write_bytes("größe = 1\n".encode("latin-1"))
    (root / "empty.py").write_text("")
    (root / "marked.py").write_bytes(b"\xef\xbb\xbfdef f():\r\n    return 1\r\n")
    (root / "brackets.py").write_text("x = " + "[" * 10_000 + "]" * 10_000 + "\n")
    (root / "long.js").write_text("var a='" + "x" * 1_000_000 + "';")
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "slash").symlink_to("/", target_is_directory=True)
    (root / "link.py").symlink_to(good)
    with open(root / "huge.py", "wb") as file:
        file.truncate(100_000_000)  # of holes
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "pipe.py")
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("socket.py")
    (root / "folder.py").mkdir()
    b.scan()
    b.until_indexed(good, str(root / "brackets.py"), str(root / "marked.py"))
    b.until_state("ready")
    assert "binary" in b.reader.file(root / "binary.py").problem
    assert "UTF-8" in b.reader.file(root / "latin.py").problem
    assert "larger than" in b.reader.file(root / "huge.py").problem
    assert len(b.reader.file(root / "marked.py").chunks) == 2
    assert all(b.reader.file(root / name) is None for name in ("link.py", "loop/good.py", "folder.py", "slash"))
    assert b.client.status().restarts == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a name that is no UTF-8")
def test_odd_files_with_a_name_that_is_no_text_are_left_out_by_the_watch_too(bench):
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan(watch=True)
    b.until_indexed(first)
    b.until(lambda: b.client.status().watch, "watching")
    odd = os.fsencode(b.root) + b"/\xe9t\xe9.py"
    for n in range(2):
        with open(odd, "w") as file:
            file.write(function(f"odd{n}"))
        b.until_indexed(b.write(f"after{n}.py", function(f"after{n}")))
        b.until_state("ready")
    assert b.client.status().restarts == 0 and b.client.status().quarantined == ()


def test_odd_files_that_meet_a_mistake_of_the_worker_do_not_end_it(tmp_path, monkeypatch, capsys):
    from aiccl_server.index import Reader, index_path
    from aiccl_server.worker import loop

    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text(function("good"))
    bad.write_text(function("bad"))
    real = loop.read
    monkeypatch.setattr(loop, "read", lambda path, *given: 1 // 0 if path == str(bad) else real(path, *given))
    said: list[dict] = []
    one = loop.Loop(tmp_path / "cache", said.append)
    for number, path in enumerate((bad, good)):
        one.post({"do": "want", "id": number, "path": str(path), "priority": number})
    for path in ("/p/\udce9.py", str(bad)):
        one.post({"do": "quarantine", "paths": [path]})
        one.post({"do": "release", "paths": [path]})
    one._say = lambda message: (said.append(message), message["is"] == "state" and one.post({"do": "stop"}))
    one.run()
    assert {number for m in said if m["is"] == "answered" for number in m["ids"]} == {0, 1}
    reader = Reader(index_path(tmp_path / "cache"))
    assert "ZeroDivisionError" in reader.file(bad).problem and reader.file(good).problem is None
    assert "bad.py" in capsys.readouterr().err


def test_a_git_worktree_and_nested_ignore_files(bench):
    b = bench()
    b.write(".git", "gitdir: /elsewhere/.git/worktrees/project\n")
    b.write(".gitignore", "*.gen.py\n")
    b.write("sub/.gitignore", "!keep.gen.py\n")
    kept, ignored = b.write("sub/keep.gen.py", function("kept")), b.write("sub/other.gen.py", function("other"))
    b.scan()
    b.until_indexed(kept)
    b.until_state("ready")
    assert b.reader.file(ignored) is None


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc")
def test_many_saves_grow_nothing(bench):
    b = bench()
    path = b.write("pay.py", function("due"))
    b.scan(watch=True)
    b.until_indexed(path)

    def saves(first: int, count: int) -> None:
        for n in range(first, first + count):
            text = function(f"due{n}")
            Path(path).write_text(text)
            b.client.save(path, text)
            if n % 25 == 24:
                b.until(lambda n=n: b.reader.definitions(f"due{n}"), f"save {n}")

    def held() -> tuple[int, int, int]:
        process = Path(f"/proc/{b.pid()}")
        status = (process / "status").read_text()
        memory = int(status.split("VmRSS:")[1].split()[0]) // 1024
        return len(os.listdir(process / "fd")), len(os.listdir(process / "task")), memory

    saves(0, 200)
    b.until_state("ready")
    before = held()
    saves(200, 400)
    b.until_state("ready")
    after = held()
    assert after[0] <= before[0] + 1 and after[1] <= before[1] + 1
    assert after[2] <= before[2] + 20
    assert b.client.status().restarts == 0


def test_a_case_only_rename_and_a_file_that_becomes_a_folder(bench):
    b = bench()
    path = b.write("Pay.py", function("due"))
    b.scan()
    b.until_indexed(path)
    other = str(b.root / "pay.py")
    os.rename(path, other)
    b.client.changed([path, other])
    b.until(lambda: b.reader.file(other), "renamed")
    os.remove(other)
    os.mkdir(other)
    b.client.changed([other])
    b.until(lambda: b.reader.file(other) is None, "gone")


def test_progress_ends_at_its_total(bench):
    b = bench()
    for n in range(40):
        b.write(f"f{n}.py", function(f"due{n}"))
    b.scan()
    b.until(lambda: b.reader.totals().files == 40, "all")
    b.until_state("ready")
    told = [event for event in b.events if isinstance(event, Progress)]
    assert told[-1] == Progress(40, 40)
    assert all(one.done <= two.done for one, two in pairwise(told))


def test_paused_leaves_the_background_alone_but_not_what_is_opened(bench):
    b = bench()
    b.client.pause()
    paths = [b.write(f"f{n}.py", function(f"due{n}")) for n in range(5)]
    b.scan()
    b.until_state("paused")
    b.client.want(paths[3])
    b.until_indexed(paths[3])
    assert b.reader.totals().files == 1
    b.client.resume()
    b.until(lambda: b.reader.totals().files == 5, "resumed")


def test_clear_forgets_and_indexes_again(bench):
    b = bench()
    path = b.write("pay.py", function("due"))
    stray = b.write("stray.py", function("stray"))
    b.scan()
    b.until_indexed(path, stray)
    before = len(b.indexed())
    b.client.clear()
    b.until(lambda: len(b.indexed()) >= before + 2, "indexed again")
    assert b.reader.file(path)


def test_the_home_folder_and_a_file_system_are_not_scanned(bench, monkeypatch, tmp_path):
    b = bench()
    monkeypatch.setenv("HOME", str(tmp_path))
    b.client.restart()
    b.until(lambda: b.client.status().pid, "running")
    b.client.scan(["/"])
    b.until(lambda: b.client.status().refused, "refused")
    assert "file system" in b.client.status().refused[0]
    b.until_state("ready")
    assert b.reader.totals().files == 0


def test_home_is_refused(monkeypatch, tmp_path):
    from aiccl_server.worker.roots import refusal

    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    (tmp_path / "me" / "project").mkdir(parents=True)
    assert refusal(str(tmp_path / "me")) and refusal(str(tmp_path)) and refusal(os.path.abspath(os.sep))
    assert refusal(str(tmp_path / "me" / "project")) is None


def test_settings_change_at_run_time(bench):
    b = bench()
    path, other = b.write("pay.py", function("due")), b.write("gen/other.py", function("other"))
    b.scan()
    b.until_indexed(path, other)
    b.client.configure(exclude=["gen/"])
    b.until(lambda: b.reader.file(other) is None, "excluded")
    b.client.configure(tokenizer="cl100k_base", exclude=[])
    from aiccl_server.worker import Makers

    def makers() -> list[Makers]:
        return [event for event in b.events if isinstance(event, Makers)]

    b.until(lambda: makers()[-1].keys[0].endswith("cl100k_base"), "another tokenizer")
    b.until(lambda: b.reader.file(path) and b.reader.file(other), "counted anew")


def test_another_size_limit_counts_for_files_that_were_looked_at(bench):
    b = bench(max_bytes=2000)
    small, large = b.write("small.py", function("small")), b.write("large.py", function("large") * 20)
    b.scan()
    b.until_indexed(small, large)
    assert "larger than" in b.reader.file(large).problem
    b.client.configure(max_bytes=100_000)
    b.until(lambda: (file := b.reader.file(large)) and file.chunks, "large enough")
    b.client.configure(max_bytes=2000)
    b.until(lambda: (file := b.reader.file(large)) and file.problem, "too large again")
    b.until(lambda: (file := b.reader.file(small)) and file.problem is None, "small all the time")


def test_readers_are_told_whose_views_the_worker_makes(bench):
    """A worker of a newer version than the server's own code: its views are found all the same."""
    from aiccl_server.index import Reader
    from aiccl_server.worker import Makers

    b = bench()
    path = b.write("pay.py", function("due"))
    b.scan()
    b.until_state("ready")
    reader = Reader(b.reader.path)
    reader.use(["compiler of another version"])
    assert reader.file(path) is None
    (told,) = [event for event in b.events if isinstance(event, Makers)]
    assert len(told.keys) == 1 and told.keys[0].startswith("compiler ")
    reader.use(told.keys)
    assert reader.file(path) is not None


def test_a_worker_that_has_grown_is_replaced_in_the_middle_of_its_work(bench, tmp_path):
    script = tmp_path / "grown.py"
    script.write_text(
        "import sys\n"
        "from aiccl_server.worker import limits, loop, process\n"
        "loop.BATCH = loop.RECYCLE_AFTER = 10\n"
        "limits.resident = lambda: limits.RECYCLE_BYTES + 1\n"
        "sys.exit(process.main(sys.argv[1:]))\n"
    )
    b = bench(poisoned=script)
    paths = [b.write(f"f{n}.py", function(f"due{n}")) for n in range(35)]
    b.scan()
    first = b.pid()
    b.until_indexed(*paths)
    b.until_state("ready")
    status = b.client.status()
    assert status.pid != first and status.restarts == 0 and status.quarantined == ()
    assert "restarting" not in b.states() and "failed" not in b.states()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
def test_an_idle_worker_uses_no_processor_time(bench):
    b = bench()
    path = b.write("pay.py", function("due"))
    b.scan(watch=True)
    b.until_indexed(path)
    b.until_state("ready")
    time.sleep(0.5)

    def used() -> int:
        fields = Path(f"/proc/{b.pid()}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc")
    before = used()
    time.sleep(2)
    assert used() - before <= 1


def test_nothing_is_written_into_the_workspace_and_stop_ends_the_process(bench):
    b = bench()
    b.write("pay.py", function("due"))
    b.scan(watch=True)
    b.until_state("ready")
    pid = b.pid()
    b.client.stop()
    assert sorted(os.listdir(b.root)) == ["pay.py"]
    assert not _runs(pid)
    assert b.client.status().state == "stopped"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")
def test_the_worker_opens_no_connection_and_writes_only_to_the_cache(tmp_path):
    """Under `unshare -n` there is no network at all; what is written is seen by an empty HOME."""
    home, cache, project = tmp_path / "home", tmp_path / "cache", tmp_path / "project"
    for folder in (home, cache, project):
        folder.mkdir()
    (project / "pay.py").write_text(function("due"))
    import aiccl_converter
    import aiccl_server
    from aiccl_server.worker.messages import encode

    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare is not allowed here")
    places = [str(Path(package.__file__).parents[1]) for package in (aiccl_server, aiccl_converter)]
    child = subprocess.Popen(
        ["unshare", "-rn", sys.executable, "-P", "-B", "-m", "aiccl_server.worker", str(cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": os.pathsep.join(places)},
    )
    assert child.stdin and child.stdout
    child.stdin.write(encode({"do": "scan", "roots": [str(project)]}))
    child.stdin.flush()
    for line in child.stdout:
        if b'"indexed"' in line:
            break
    child.stdin.close()
    assert child.wait(20) == 0
    assert list(home.rglob("*")) == []
    assert [path.name for path in project.iterdir()] == ["pay.py"]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")

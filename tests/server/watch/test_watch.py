"""Real changes on a real file system, seen by the worker that watches for itself, and by the watch alone."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from ..worker.conftest import bench, function  # noqa: F401

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify")


def test_created_changed_moved_and_deleted_files(bench):  # noqa: F811
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan(watch=True)
    b.until_indexed(first)
    b.until(lambda: b.client.status().watch, "watching")
    second = b.write("second.py", function("second"))
    b.until_indexed(second)
    Path(first).write_text(function("changed"))
    b.until(lambda: b.reader.definitions("changed"), "changed")
    third = str(b.root / "third.py")
    os.rename(second, third)
    b.until(lambda: b.reader.file(third) and not b.reader.file(second), "moved")
    os.remove(third)
    b.until(lambda: not b.reader.file(third), "deleted")
    # As Vim and VS Code save: a new file takes the old one's name.
    swap = b.root / "first.py~tmp"
    swap.write_text(function("swapped"))
    os.replace(swap, first)
    b.until(lambda: b.reader.definitions("swapped"), "swapped")


def test_folders_that_come_move_and_go(bench):  # noqa: F811
    b = bench()
    b.write("first.py", function("first"))
    b.scan(watch=True)
    b.until(lambda: b.client.status().watch, "watching")
    deep = b.write("new/deep/er.py", function("deep"))
    b.until_indexed(deep)
    later = b.write("new/deep/later.py", function("later"))
    b.until_indexed(later)
    os.rename(b.root / "new", b.root / "moved")
    moved = str(b.root / "moved/deep/later.py")
    b.until(lambda: b.reader.file(moved) and not b.reader.file(later), "moved")
    Path(moved).write_text(function("again"))
    b.until(lambda: b.reader.definitions("again"), "changed in a moved folder")
    shutil.rmtree(b.root / "moved")
    b.until(lambda: not b.reader.file(moved), "gone")


def test_an_ignore_file_counts_when_it_changes(bench):  # noqa: F811
    b = bench()
    path = b.write("out/made.py", function("made"))
    b.scan(watch=True)
    b.until_indexed(path)
    b.until(lambda: b.client.status().watch, "watching")
    rules = b.write(".gitignore", "out/\n")
    b.until(lambda: not b.reader.file(path), "ignored")
    os.remove(rules)
    b.until_indexed(path)


def test_a_checkout_of_many_files_is_a_rescan(bench):  # noqa: F811
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan(watch=True)
    b.until_indexed(first)
    b.until(lambda: b.client.status().watch, "watching")
    for n in range(700):
        b.write(f"m{n % 7}/f{n}.py", f"X{n} = {n}\n")
    b.until(lambda: b.reader.totals().files == 701, "all")
    # Back to the other branch: nothing has to be converted, everything goes.
    for n in range(7):
        shutil.rmtree(b.root / f"m{n}")
    b.until(lambda: b.reader.totals().files == 1, "gone")
    assert b.client.status().restarts == 0


def test_changes_that_the_client_tells(bench):  # noqa: F811
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan(watch=False)
    b.until_indexed(first)
    b.until_state("ready")
    assert b.client.status().watch == ""
    many = [b.write(f"f{n}.py", f"X{n} = {n}\n") for n in range(600)]
    b.client.changed(many)
    b.until(lambda: b.reader.totals().files == 601, "all")


def test_a_worker_that_is_replaced_watches_again(bench):  # noqa: F811
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan(watch=True)
    b.until_indexed(first)
    b.client.restart()
    b.until(lambda: b.client.status().state == "ready", "ready again")
    second = b.write("second.py", function("second"))
    b.until_indexed(second)


class Seen:
    def __init__(self) -> None:
        self.paths: list[str] = []
        self.lost = threading.Event()

    def __call__(self, paths) -> None:
        if paths is None:
            self.lost.set()
        else:
            self.paths.extend(paths)

    def until(self, path) -> None:
        end = time.monotonic() + 20
        while str(path) not in self.paths:
            assert time.monotonic() < end, (path, self.paths)
            time.sleep(0.01)


@linux
def test_ignored_folders_get_no_watch_and_links_are_not_followed(tmp_path):
    from aiccl_server.watch import Covered
    from aiccl_server.watch.inotify import Inotify
    from aiccl_server.worker.scan import scan

    root = tmp_path / "project"
    for name in ("src", "node_modules/x", "out"):
        (root / name).mkdir(parents=True)
    (root / ".gitignore").write_text("out/\n")
    (root / "loop").symlink_to(root, target_is_directory=True)
    found = scan(str(root), Covered([str(root)]), {})
    assert found.folders == [str(root), str(root / "src")]
    seen = Seen()
    watch = Inotify(found.folders, seen)
    (root / "node_modules/x/i.js").write_text("x")
    (root / "out/o.py").write_text("x")
    (root / "src/notes.log").write_text("x")
    (root / "src/s.py").write_text("x")
    seen.until(root / "src/s.py")
    assert set(seen.paths) == {str(root / "src/s.py")}
    watch.stop()
    (root / "src/t.py").write_text("x")
    assert str(root / "src/t.py") not in seen.paths


@linux
def test_a_watch_that_failed_leaves_alone_what_has_its_descriptors_since(tmp_path, monkeypatch):
    from aiccl_server.watch import Covered, inotify

    def broken(*_):
        raise OSError(5, "Input/output error")

    seen = Seen()
    watch = inotify.Inotify([str(tmp_path)], seen)
    with monkeypatch.context() as patch:
        patch.setattr(inotify.os, "read", broken)
        (tmp_path / "a.py").write_text("x")
        assert seen.lost.wait(10)
    others = [open(tmp_path / f"{n}.txt", "w+") for n in range(4)]
    watch.stop()
    assert [os.fstat(other.fileno()).st_size for other in others] == [0] * 4
    with pytest.raises(OSError, match="ended"):
        watch.folders([str(tmp_path)], Covered([str(tmp_path)]))
    for other in others:
        other.close()


def test_a_watch_that_raises_is_begun_anew(tmp_path):
    """As watchdog's does on macOS for a folder that it is told of twice."""
    from aiccl_server.watch import Covered
    from aiccl_server.worker.loop import Loop
    from aiccl_server.worker.scan import Scan

    class Twice:
        kind, ended = "watchdog", False

        def folders(self, paths, covered):
            raise RuntimeError("Cannot add watch - it is already scheduled")

        def stop(self):
            self.ended = True

    said = []
    loop = Loop(tmp_path / "cache", said.append)
    loop._covered, loop._watching, loop._watch = Covered([str(tmp_path)]), True, (twice := Twice())
    loop._watch_folders([Scan(str(tmp_path), folders=[str(tmp_path)])])
    assert twice.ended and loop._watch is not twice and said[-1]["is"] == "watch" and said[-1]["kind"]
    loop._stop_watching()


@linux
def test_a_watch_limit_that_is_reached_falls_back_to_looking(tmp_path, monkeypatch):
    from aiccl_server.watch import Covered, inotify, start

    monkeypatch.setattr(inotify, "MAX_FOLDERS", 1)
    seen = Seen()
    watch = start([str(tmp_path)], Covered([str(tmp_path)]), [str(tmp_path), str(tmp_path / "x")], seen)
    assert watch.kind == "poll"
    watch.stop()


def test_the_poll_says_that_anything_may_have_changed():
    from aiccl_server.watch.poll import Poll

    seen = Seen()
    watch = Poll(seen, every=0.01)
    assert seen.lost.wait(10)
    watch.stop()


def test_watchdog_reports_sources_only(tmp_path):
    """What macOS and Windows run on; the observer of this platform stands in for theirs."""
    from aiccl_server.watch import Covered
    from aiccl_server.watch.native import Native

    (tmp_path / "out").mkdir()
    (tmp_path / ".gitignore").write_text("out/\n")
    seen = Seen()
    watch = Native([str(tmp_path)], Covered([str(tmp_path)]), seen)
    (tmp_path / "out/o.py").write_text("x")
    (tmp_path / "a.log").write_text("x")
    (tmp_path / "a.py").write_text("x")
    seen.until(tmp_path / "a.py")
    os.rename(tmp_path / "a.py", tmp_path / "b.py")
    seen.until(tmp_path / "b.py")
    assert set(seen.paths) == {str(tmp_path / "a.py"), str(tmp_path / "b.py")}
    # Another folder joins the workspace, and what was ignored is not any more.
    (tmp_path / ".gitignore").write_text("")
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    watch.folders([str(tmp_path), str(other)], Covered([str(tmp_path), str(other), "/"]))
    (other / "c.py").write_text("x")
    seen.until(other / "c.py")
    (tmp_path / "out/late.py").write_text("x")
    seen.until(tmp_path / "out/late.py")
    watch.stop()

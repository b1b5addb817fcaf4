"""Whole servers' workers on a broken, full or shared index."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ..worker.conftest import bench, function  # noqa: F401

UNMOVABLE = Path(__file__).parent.with_name("worker") / "unmovable.py"


def test_a_worker_builds_a_broken_index_again(bench):  # noqa: F811
    b = bench()
    path = b.write("pay.py", function("due"))
    b.scan()
    b.until_indexed(path)
    b.until_state("ready")
    b.client.stop()
    for suffix in ("-wal", "-shm"):
        Path(f"{b.reader.path}{suffix}").unlink(missing_ok=True)
    b.reader.path.write_bytes(b"\x00garbage" * 4096)
    again = bench()
    again.scan()
    again.until_indexed(path)
    assert Path(f"{b.reader.path}.broken").exists()


def test_an_index_that_breaks_while_it_is_used(bench):  # noqa: F811
    b = bench()
    path, other = b.write("pay.py", function("due")), b.write("other.py", function("other"))
    b.scan()
    b.until_indexed(path, other)
    b.until_state("ready")
    for file in b.reader.path.parent.glob("index*"):
        file.unlink()
    new = b.write("new.py", function("fresh"))
    b.client.changed([new])
    b.until_indexed(path, other, new)


def test_two_servers_on_one_cache_and_workspace(bench):  # noqa: F811
    one = bench()
    paths = [one.write(f"f{n}.py", function(f"due{n}")) for n in range(20)]
    two = bench()
    one.scan()
    two.scan()
    one.until_indexed(*paths)
    two.until_indexed(*paths)
    one.until_state("ready")
    two.until_state("ready")
    text = function("later")
    Path(paths[0]).write_text(text)
    two.client.save(paths[0], text)
    one.until(lambda: one.reader.definitions("later"), "seen by the other")
    assert one.client.status().restarts == two.client.status().restarts == 0


def test_a_cache_that_cannot_be_written_degrades_and_says_so(bench, tmp_path):  # noqa: F811
    (tmp_path / "cache").write_text("a file is in the way")
    b = bench()
    b.write("pay.py", function("due"))
    b.scan()
    b.until_state("degraded")
    assert "cannot be written" in b.client.status().reason
    b.client.open(str(b.root / "pay.py"), function("due"), 1)
    b.client.stop()
    assert b.client.status().restarts == 0


def test_a_writer_that_waits_for_a_lock_goes_on_after_it(bench):  # noqa: F811
    b = bench()
    first = b.write("first.py", function("first"))
    b.scan()
    b.until_indexed(first)
    lock = sqlite3.connect(b.reader.path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    second = b.write("second.py", function("second"))
    b.client.want(second)
    lock.execute("COMMIT")
    lock.close()
    b.until_indexed(second)


def test_a_broken_index_that_cannot_be_set_aside_degrades_and_says_so(bench):  # noqa: F811
    """As on Windows, where the server's own readers hold the file."""
    b = bench(poisoned=UNMOVABLE, start=False)
    b.cache.mkdir()
    b.reader.path.write_bytes(b"\x00garbage" * 4096)
    path = b.write("pay.py", function("due"))
    b.client.start()
    b.scan()
    b.until_state("degraded")
    assert "cannot be set aside (access is denied)" in b.client.status().reason
    b.client.open(path, function("due"), 1)
    b.client.stop()
    assert b.client.status().restarts == 0

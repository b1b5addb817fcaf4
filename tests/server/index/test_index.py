"""The index file: what is written is read, and whatever is wrong with the file costs time, nothing else."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_server.index import Reader, StoredView, cache_folder, index_path, maker, model_maker
from aiccl_server.index.added import Content, Place, content_of, view_row
from aiccl_server.index.schema import VERSION
from aiccl_server.index.writer import IndexUnavailable, Writer

CODE = '''class Cart:
    """Holds what is to be bought."""

    def add(self, item, amount=1):
        if amount <= 0 or item.sold_out:
            raise ValueError("nothing to add")
        self.items.append((item, amount))
        self.total += item.price * amount
        return self.total
'''


@pytest.fixture(scope="module")
def content() -> Content:
    converter = AICCLConverter()
    return content_of(
        {level: converter.convert_to_aiccl(CODE, "python", level, "cart.py") for level in ("flow", "outline")}
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return index_path(tmp_path / "cache")


def filled(path: Path, content: Content, name: str = "/p/cart.py") -> Writer:
    writer = Writer(path)
    writer.add_content(content)
    writer.add_place(Place(name, 1, len(CODE), content.hash, content.language))
    writer.flush()
    return writer


def test_what_is_written_is_read(path, content):
    filled(path, content)
    reader = Reader(path)
    entry = reader.file("/p/cart.py")
    assert entry.hash == hashlib.sha256(CODE.encode()).hexdigest()
    assert [chunk.qualified_name for chunk in entry.chunks] == ["", "Cart", "Cart.add"]
    assert (entry.chunks[2].start_line, entry.chunks[2].start_utf16, entry.chunks[2].parent) == (3, 4, 1)
    views = reader.views([chunk.hash for chunk in entry.chunks], "flow", "python")
    assert len(views) == 3
    assert views[entry.chunks[2].hash].source_tokens > views[entry.chunks[2].hash].tokens
    assert reader.views([entry.hash], "flow", "ruby") == {}
    assert reader.views(["zz", "", "00" * 32], "flow") == {}
    assert reader.totals().bytes > 0
    assert [file.path for file in reader.files("/p")] == ["/p/cart.py"] and reader.files("/q") == []


def test_nothing_there_is_no_error(path):
    reader = Reader(path)
    assert reader.file("/x") is None and reader.views(["00" * 32], "flow") == {} and reader.definitions("x") == []
    assert reader.totals().files == 0 and reader.files() == []


def test_a_reader_sees_what_is_written_after_it_was_opened(path, content):
    reader = Reader(path)
    assert reader.file("/p/cart.py") is None
    filled(path, content)
    assert reader.file("/p/cart.py") is not None


def test_a_folder_is_not_its_neighbour_with_a_longer_name(path, content):
    writer = filled(path, content, f"{os.sep}p{os.sep}a.py")
    writer.add_place(Place(f"{os.sep}pp{os.sep}a.py", 1, 1, content.hash, content.language))
    writer.flush()
    assert list(writer.known(f"{os.sep}p")) == [f"{os.sep}p{os.sep}a.py"]
    writer.remove(f"{os.sep}p")
    writer.flush()
    assert [file.path for file in Reader(path).files()] == [f"{os.sep}pp{os.sep}a.py"]


@pytest.mark.parametrize("damage", ["text", "empty", "truncated", "holes"])
def test_a_broken_file_is_set_aside_and_built_again(path, content, damage):
    filled(path, content).close()
    data = path.read_bytes()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(
        {
            "text": b"not a database at all, but text" * 400,
            "empty": b"",
            "truncated": data[: len(data) // 2],
            "holes": data[:4096] + b"\xaa" * (len(data) - 4096),
        }[damage]
    )
    reader = Reader(path)
    reader.file("/p/cart.py"), reader.views([content.hash], "flow"), reader.totals()  # none raises
    writer = filled(path, content)
    assert reader.path == path and Reader(path).file("/p/cart.py") is not None
    assert damage == "empty" or writer.rebuilt


@pytest.mark.parametrize("number", [VERSION - 1, VERSION + 1, 999])
def test_another_schema_is_not_read_and_is_replaced(path, content, number):
    filled(path, content).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={number}")
    connection.close()
    assert Reader(path).file("/p/cart.py") is None
    writer = filled(path, content)
    assert writer.rebuilt and Reader(path).file("/p/cart.py") is not None


def test_a_missing_table_is_damage(path, content):
    writer = filled(path, content)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE views")
    connection.close()
    assert Reader(path).views([content.hash], "flow") == {}
    writer.add_content(replace(content, hash="11" * 32))
    writer.flush()
    assert writer.rebuilt


def test_a_cache_that_is_removed_while_it_is_open_is_begun_anew(path, content):
    writer = filled(path, content)
    for file in path.parent.iterdir():
        file.unlink()
    writer.add_content(content)
    writer.add_place(Place("/p/new.py", 1, 1, content.hash, content.language))
    writer.flush()
    assert writer.rebuilt
    assert [file.path for file in Reader(path).files()] == ["/p/new.py"]


def test_a_full_disk_is_told_and_got_over(path, content):
    """SQLite's own bound on pages gives the error that a full disk gives."""
    writer = filled(path, content)
    assert writer._connection is not None
    pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
    writer._connection.execute(f"PRAGMA max_page_count={pages}")
    connection = writer._connection
    long = [(*row[:3], row[3] + "x" * 100_000, *row[4:]) for row in content.views]
    for n in range(20):
        writer.add_content(replace(content, hash=f"{n:064x}", views=long))
    with pytest.raises(IndexUnavailable, match="full"):
        writer.flush()
    assert Reader(path).file("/p/cart.py") is not None  # what was there is still there
    assert not connection.in_transaction if writer._connection else True
    writer.flush()  # the new connection has no bound: there is room again
    assert writer.held == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tmpfs")
def test_a_file_system_that_is_full(tmp_path, content):
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not allowed here; the bound on pages is tested above")
    try:
        writer = Writer(index_path(folder))
        long = [(*row[:3], row[3] + "x" * 100_000, *row[4:]) for row in content.views]
        for n in range(20):
            writer.add_content(replace(content, hash=f"{n:064x}", views=long))
        with pytest.raises(IndexUnavailable):
            writer.flush()
        writer.close()
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_cache_folder_that_cannot_be_made(tmp_path, content):
    (tmp_path / "cache").write_text("a file is in the way")
    writer = Writer(index_path(tmp_path / "cache"))
    writer.add_content(content)
    with pytest.raises(IndexUnavailable):
        writer.flush()
    assert Reader(index_path(tmp_path / "cache")).file("/x") is None


def test_what_cannot_be_written_is_held_only_up_to_a_bound(tmp_path, content):
    (tmp_path / "cache").write_text("")
    writer = Writer(index_path(tmp_path / "cache"))
    for n in range(5_000):
        writer.add_content(replace(content, hash=f"{n:064x}"))
    with pytest.raises(IndexUnavailable):
        writer.flush()
    assert writer.held == 0


def test_a_locked_index_makes_no_reader_wait_or_fail(path, content):
    filled(path, content).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    reader = Reader(path)
    assert reader.file("/p/cart.py") is not None  # WAL: readers see what was before
    other.execute("COMMIT")
    reader.close()
    other.execute("PRAGMA journal_mode=DELETE")
    other.execute("BEGIN EXCLUSIVE")
    assert Reader(path).file("/p/cart.py") is None  # no WAL here: nothing, at once
    other.execute("COMMIT")
    other.close()


def test_two_writers_and_many_readers(path, content):
    problems: list[BaseException] = []

    def write(who: int) -> None:
        try:
            writer = Writer(path)
            for n in range(20):
                digest = f"{n:064x}"
                writer.add_content(replace(content, hash=digest))
                writer.add_place(Place(f"/p/{who}/{n}.py", 1, 1, digest, content.language))
                writer.flush()
            writer.close()
        except BaseException as error:
            problems.append(error)

    reader = Reader(path)
    threads = [threading.Thread(target=write, args=(who,)) for who in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        reader.totals(), reader.files()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(reader.files()) == 40


def test_an_index_that_another_worker_is_beginning_is_waited_for(path, content):
    path.parent.mkdir(parents=True)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE begun(x)")
    soon = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    soon.start()
    filled(path, content).close()
    soon.join()
    other.close()
    assert Reader(path).file("/p/cart.py") is not None


def test_killed_in_mid_write_leaves_whole_transactions(path, content):
    filled(path, content).close()
    script = (
        "import sys, sqlite3, os, signal\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('DELETE FROM files'); c.execute('DELETE FROM chunks')\n"
        "c.execute('PRAGMA cache_spill=1'); c.execute('PRAGMA cache_size=1')\n"
        "c.execute(\"UPDATE views SET text = text || 'x'\")\n"
        "os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, 'SIGKILL') else signal.SIGTERM)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode != 0
    reader = Reader(path)
    assert reader.file("/p/cart.py") is not None and len(reader.file("/p/cart.py").chunks) == 3
    filled(path, content, "/p/after.py")
    assert reader.file("/p/after.py") is not None


def test_views_of_another_converter_count_for_nothing(path, content, monkeypatch):
    filled(path, content)
    monkeypatch.setattr(maker, "converter_digest", lambda: "f" * 64)
    reader = Reader(path)
    assert reader.file("/p/cart.py") is None and reader.views([content.hash], "flow") == {}
    assert Writer(path).known("/p") == {}


def test_a_models_view_comes_before_the_compilers_and_only_that_models(path, content):
    writer = filled(path, content)
    view = next(iter(Reader(path).views([content.hash], "flow").values()))
    better = replace(view, text="Cart: better", made_by="model", tokens=3)
    writer.add_view(model_maker("aaa"), view_row(better))
    writer.flush()
    assert Reader(path, model="aaa").views([content.hash], "flow")[content.hash].text == "Cart: better"
    assert Reader(path, model="bbb").views([content.hash], "flow")[content.hash].text == view.text
    assert Reader(path).views([content.hash], "flow")[content.hash] == view
    writer.add_view(model_maker("bbb"), view_row(replace(better, text="Cart: other")))
    writer.flush()
    assert Reader(path, model="aaa").views([content.hash], "flow")[content.hash].text == "Cart: better"


def test_old_contents_go_and_used_ones_stay(path, content):
    writer = filled(path, content)
    writer.add_content(replace(content, hash="22" * 32, views=[], chunks=[]))
    writer.flush()
    writer.prune(now=0)  # long before: nothing is old
    assert writer.has_content("22" * 32, "python")
    import time

    writer.prune(now=time.time() + 90 * 86_400)
    assert not writer.has_content("22" * 32, "python")
    assert writer.has_content(content.hash, "python") and Reader(path).views([content.hash], "flow")


def test_an_index_that_is_too_large_forgets_what_nothing_refers_to(path, content):
    writer = filled(path, content)
    writer.add_content(replace(content, hash="22" * 32, views=[], chunks=[]))
    writer.flush()
    writer.prune(most=1)
    assert not writer.has_content("22" * 32, "python")
    assert Reader(path).file("/p/cart.py") is not None and Reader(path).views([content.hash], "flow")


def test_a_large_index_is_written_anew_only_where_that_gives_much_back(path, content):
    writer = filled(path, content)
    said: list[str] = []
    writer._connection.set_trace_callback(said.append)
    writer.prune(most=1)
    assert said and "VACUUM" not in said  # all of it is in use
    for n in range(300):
        writer.add_content(replace(content, hash=f"{n:064x}"))
    writer.flush()
    before = writer._connection.execute("PRAGMA page_count").fetchone()[0]
    writer.prune(most=1)
    assert said.count("VACUUM") == 1
    assert writer._connection.execute("PRAGMA page_count").fetchone()[0] < before / 2
    writer.close()


def test_a_broken_index_that_cannot_be_set_aside_is_unavailable_until_it_can(path, content, monkeypatch):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database at all" * 200)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Access is denied")

    writer = Writer(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", denied)
        with pytest.raises(IndexUnavailable, match="cannot be set aside"):
            writer.place("/p/cart.py")
        assert not writer.rebuilt
    assert writer.place("/p/cart.py") is None and writer.rebuilt
    writer.close()


def test_more_hashes_than_one_query_takes(path, content):
    filled(path, content)
    hashes = [f"{n:064x}" for n in range(1_500)] + [content.hash]
    assert list(Reader(path).views(hashes, "flow")) == [content.hash]


def test_the_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AICCL_CACHE_DIR", str(tmp_path / "here"))
    assert cache_folder() == tmp_path / "here"
    monkeypatch.delenv("AICCL_CACHE_DIR")
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert cache_folder() == tmp_path / "aiccl"
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert cache_folder() == tmp_path / ".cache" / "aiccl"


def test_definitions_are_found_by_name_and_not_by_looking_at_every_file(path, content):
    """What a hover on a use costs must not grow with the workspace."""
    import sqlite3

    from aiccl_server.index import reader

    filled(path, content)
    query = reader.DEFINITIONS.format(makers="1") + reader._below("/p")[0]
    with sqlite3.connect(path) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", ["due", "/p/", "/p0"])]
    assert "chunks_name" in plan[0] and all("SCAN" not in step for step in plan), plan


def test_a_view_that_is_no_json_is_passed_over(path, content):
    filled(path, content).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE views SET rules = 'no json'")
    connection.close()
    assert Reader(path).views([content.hash], "flow") == {}


def test_stored_views_know_their_ratio():
    view = StoredView("", "python", "flow", "", "compiler", 1.0, (), (), 10, 40)
    assert view.ratio == 4 and replace(view, tokens=0).ratio == 1

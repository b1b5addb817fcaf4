"""Files that survive: half lines, full disks, kills, two runs at once; and the log that a program reads."""

from __future__ import annotations

import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.errors import BadData, Busy, NoData
from aiccl_trainer.progress import LOG, Progress


def test_lines_are_appended_and_read(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.jsonl"
    for n in (1, 2):
        with store.Lines(path) as lines:
            lines.append({"n": n, "text": "ü\n\u2028"})
    assert list(store.read(path)) == [{"n": 1, "text": "ü\n\u2028"}, {"n": 2, "text": "ü\n\u2028"}]


@pytest.mark.parametrize("rest", [b"", b"{", b'{"n": 2}', b"x" * 200_000])
def test_a_half_written_line_is_cut_off(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"n": 1}\n' + rest)
    if rest != b'{"n": 2}':  # whole but for its end: it counts as long as nobody appends
        assert list(store.read(path)) == [{"n": 1}]
    with store.Lines(path) as lines:
        lines.append({"n": 3})
    assert list(store.read(path)) == [{"n": 1}, {"n": 3}]


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    lines = store.Lines(tmp_path / "x.jsonl")
    lines.append({"n": 1})
    inner: Any = lines._file

    class Full:
        """Takes five bytes, then the disk is full."""

        def write(self, data: bytes) -> int:
            if len(data) < 9:
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(inner.write(data[:5]))

        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

    lines._file = Full()  # type: ignore[assignment]
    with pytest.raises(OSError, match="No space"):
        lines.append({"n": 2})
    inner.close()
    assert list(store.read(tmp_path / "x.jsonl")) == [{"n": 1}]


def test_a_full_disk_is_told_in_one_line(
    train: Any, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.Lines, "append", full)
    code, _, err = train(
        "generate", "--model", "compiler", "--input", corpus, "--output-dir", tmp_path / "o", "--quiet"
    )
    assert code == 1 and "disk is full" in err and err.count("\n") == 1


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    store.write_json(path, {"a": 1})

    def broken() -> Any:
        yield {"b": 2}
        raise RuntimeError("ended")

    with pytest.raises(RuntimeError):
        store.write_lines(path, broken())
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["x.json"]


def test_compressed_files_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        store.write_lines(tmp_path / name, [{"n": 1}])
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
    assert list(store.read(tmp_path / "a.jsonl.gz")) == [{"n": 1}]


@pytest.mark.parametrize("text", [b'{"a":1}\nnonsense\n', b"[1]\n", b"\xff\xfe\n{}\n"])
def test_a_broken_line_is_named(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.jsonl").write_bytes(text)
    with pytest.raises(BadData, match=r"line [12]"):
        list(store.read(tmp_path / "x.jsonl"))


def test_files_that_are_not_there_or_cut_off(tmp_path: Path) -> None:
    with pytest.raises(NoData, match="no such file"):
        list(store.read(tmp_path / "x.jsonl"))
    (tmp_path / "x.jsonl.gz").write_bytes(gzip.compress(b'{"a":1}\n' * 1000)[:-10])
    with pytest.raises(BadData, match="gzip"):
        list(store.read(tmp_path / "x.jsonl.gz"))
    whole = gzip.compress(b'{"a":1}\n')
    (tmp_path / "x.jsonl.gz").write_bytes(
        whole[:10] + b"\xff" * 9 + whole[19:]
    )  # the head is right, what follows is not
    with pytest.raises(BadData, match="gzip"):
        list(store.read(tmp_path / "x.jsonl.gz"))


def test_half_of_a_surrogate_pair_is_written_as_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"code": "\\ud83d"}\n')
    (record,) = store.read(tmp_path / "x.jsonl")
    store.write_lines(tmp_path / "y.jsonl", [record, {"code": "ü"}])
    assert list(store.read(tmp_path / "y.jsonl")) == [{"code": "\ud83d"}, {"code": "ü"}]


def test_one_run_a_folder(tmp_path: Path) -> None:
    with store.exclusive(tmp_path / "o"), pytest.raises(Busy), store.exclusive(tmp_path / "o"):
        pass
    with store.exclusive(tmp_path / "o"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(BadData, match="folder"), store.exclusive(tmp_path / "file"):
        pass


def test_the_log_tells_start_end_and_failure(tmp_path: Path) -> None:
    with Progress(tmp_path, "fit", 3, quiet=True) as progress:
        progress.advance(2, loss=1.5)
    with pytest.raises(ValueError), Progress(tmp_path, "fit", quiet=True):
        raise ValueError("odd")
    told = list(store.read(tmp_path / LOG))
    assert [t["event"] for t in told] == ["start", "done", "start", "failed"]
    assert told[1]["done"] == 2 and told[1]["loss"] == 1.5 and "odd" in told[3]["why"]
    assert all(t["step"] == "fit" and t["time"] > 0 for t in told)


@pytest.mark.skipif(sys.platform == "win32", reason="signals go to no child there")
@pytest.mark.parametrize(("sent", "jobs"), [(signal.SIGKILL, 1), (signal.SIGINT, 1), (signal.SIGINT, 2)])
def test_a_run_that_is_ended_goes_on_from_there(corpus: Path, tmp_path: Path, sent: signal.Signals, jobs: int) -> None:
    """Whatever moment the signal hits, the second run makes the rest, and nothing twice."""
    rows = [{**row, "code": row["code"].replace("order", f"order{n}")} for n in range(60) for row in store.read(corpus)]
    store.write_lines(tmp_path / "many.jsonl", rows)
    out = tmp_path / "out"
    words = ["generate", "--model", "compiler", "--input", str(tmp_path / "many.jsonl"), "--output-dir", str(out)]
    command = [sys.executable, "-m", "aiccl_trainer", *words, "--jobs", str(jobs), "--quiet"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    pairs = out / "pairs.train.jsonl"
    while process.poll() is None and (not pairs.exists() or pairs.stat().st_size < 3000):
        time.sleep(0.01)
    process.send_signal(sent)
    told = process.communicate()[1]
    if sent == signal.SIGINT and process.returncode:
        assert process.returncode == 130 and told.count("\n") == 1 and "goes on" in told
    begun = pairs.read_bytes().count(b"\n")
    assert begun
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    ids = [record["id"] for record in store.read(pairs)]
    assert len(ids) == len(set(ids)) == len({(r["language"], r["code"]) for r in rows}) >= begun


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A device's place, above all: as root it would be gone."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadData, match="name another"):
        store.write(tmp_path / "folder", "text")
    assert (tmp_path / "folder").is_dir()

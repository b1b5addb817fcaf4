"""Files that survive whatever ends a run: whole files are replaced at once, lines are appended one by one.

Contract: `write` puts a finished file in the place of the old one. `Lines` appends JSON objects to a file; what a kill
or a full disk left half written is cut off when the file is opened again. `read` gives the objects of a JSONL file
(plain or .gz), a half-written last line aside. `exclusive` keeps a second run out of a folder.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from aiccl_trainer.errors import BadData, Busy, NoData


def write(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Put `data` in the place of a file, whole or not at all. Folders are made."""
    target = Path(path)
    if target.exists() and not target.is_file():
        raise BadData(f"{target}: is no file that could be replaced; name another")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        with open(handle, "wb") as file:
            file.write(data.encode("utf-8") if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """A JSON file that a person can read."""
    write(path, json_text(value))


def json_text(value: Any) -> str:
    """What `write_json` writes."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def write_lines(path: str | os.PathLike[str], records: Any) -> None:
    """A whole JSONL file, compressed where the name ends in .gz (the same records give the same bytes)."""
    data = "".join(line(record) for record in records).encode("utf-8")
    write(path, gzip.compress(data, mtime=0) if str(path).endswith(".gz") else data)


def line(record: Any) -> str:
    """One object as one line."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, which stands in a file as an escape only
        text = json.dumps(record, separators=(",", ":"))
    return text + "\n"


def read(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file. Raises NoData, or BadData with the line that is wrong."""
    for number, record in numbered(path):
        if not isinstance(record, dict):
            raise BadData(f"{path}, line {number}: is no JSON object; mend the line or take it out")
        yield record


def numbered(path: str | os.PathLike[str]) -> Iterator[tuple[int, Any]]:
    """(line number, value) of a JSONL file."""
    for number, value in tried(path):
        if isinstance(value, BadData):
            raise value
        yield number, value


def tried(path: str | os.PathLike[str]) -> Iterator[tuple[int, Any]]:
    """(line number, value) of a JSONL file; in the place of the value a BadData where the line is no JSON."""
    opener: Any = gzip.open if str(path).endswith(".gz") else open
    try:
        with opener(path, "rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.strip():
                    continue
                try:
                    value = json.loads(raw)
                except (ValueError, RecursionError):
                    if not raw.endswith(b"\n"):
                        return  # a run was ended while it wrote this
                    value = BadData(f"{path}, line {number}: is no JSON; the file is JSONL, one object a line: mend it")
                yield number, value
    except FileNotFoundError:
        raise NoData(f"{path}: no such file; name a file that a step before wrote") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadData(f"{path}: is no whole gzip file; copy it again") from None


class Lines:
    """A JSONL file that grows. Each record is on its way to the disk when `append` returns."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = open(self.path, "ab+", buffering=0)
        self._end = _whole(self._file)
        self._file.truncate(self._end)

    def append(self, record: Any) -> None:
        """Write one object. A write that fails leaves the file as it was."""
        data = line(record).encode("utf-8")
        try:
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
        except BaseException:
            with contextlib.suppress(OSError):
                self._file.truncate(self._end)
            raise
        self._end += len(data)

    def close(self) -> None:
        """Wait until all of it is on the disk."""
        if not self._file.closed:
            with contextlib.suppress(OSError):
                os.fsync(self._file.fileno())
            self._file.close()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _whole(file: IO[bytes]) -> int:
    """Where the last whole line ends."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - 65536)
        file.seek(start)
        at = file.read(end - start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


@contextlib.contextmanager
def exclusive(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """The folder, made, and held for this run alone."""
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise BadData(f"{path}: is a file, not a folder; choose another --output-dir")
    path.mkdir(parents=True, exist_ok=True)
    with open(path / ".lock", "ab") as held:
        if not _locked(held):
            raise Busy(f"{path}: another run writes here; wait for it, or choose another --output-dir")
        yield path


def _locked(file: IO[bytes]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True

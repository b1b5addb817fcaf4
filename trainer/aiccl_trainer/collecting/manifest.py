"""A manifest: where functions come from, as TOML.

    [[pypi]]
    name = "django"
    version = "5.2.19"
    keep = ["django/**"]
    drop = ["**/migrations/**"]

    [[git]]
    url = "https://example.org/shop.git"
    commit = "9f2c..."
    licence = "MIT"

Tables: `pypi`, `npm`, `debian` (with `source = true` for the source package), `git`, `folder`, and `corpus` for a ready
JSONL file. `split` says where a project goes; without it, its name decides. `sha256` is checked where it is given.
Contract: `load` gives the entries, each of which makes sense, or raises BadManifest with the entry and the key.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aiccl_trainer.errors import BadManifest
from aiccl_trainer.pairs import SPLITS

# Kind of entry -> the key that it cannot be without.
NEEDED = {"pypi": "name", "npm": "name", "debian": "name", "git": "url", "folder": "path", "corpus": "path"}
_PLACE = {"name": r"@?[A-Za-z0-9][\w.+/~-]*", "url": r"[\w./:@~+-]+", "path": r".+"}
_VERSION = re.compile(r"[\w.+:~!-]+")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place that functions come from."""

    kind: str
    place: str
    """A package's name, a URL, or a path."""
    project: str
    version: str = ""
    """Of a package; the commit of a checkout."""
    licence: str = ""
    """Empty: what the package says."""
    sha256: str = ""
    keep: tuple[str, ...] = ()
    """Patterns of paths within; none: all."""
    drop: tuple[str, ...] = ()
    split: str = ""
    source: bool = False
    """Debian: the source package."""

    @property
    def key(self) -> str:
        """A name for files: what the entry is, and a digest of all that it says."""
        told = json.dumps(asdict(self), sort_keys=True)
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", f"{self.kind}-{self.project}").strip("-")[:60]
        return f"{plain}-{hashlib.sha256(told.encode()).hexdigest()[:10]}"

    def __str__(self) -> str:
        return f"{self.kind} {self.place}" + (f" {self.version}" if self.version else "")


@dataclass(slots=True)
class Manifest:
    """All entries, in their order."""

    entries: list[Entry] = field(default_factory=list)


def load(path: str | Path) -> Manifest:
    """A manifest's entries. Raises BadManifest."""
    where = Path(path)
    try:
        data = tomllib.loads(where.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadManifest(f"{path}: no such file; name a manifest (docs/train-a-model.md shows one)") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadManifest(f"{path}: is no TOML ({error}); mend it") from None
    if wrong := sorted(set(data) - set(NEEDED)):
        raise BadManifest(f"{path}: [[{wrong[0]}]] is unknown; there are {', '.join(NEEDED)}")
    found = Manifest()
    for kind in NEEDED:
        entries = data.get(kind, [])
        if not isinstance(entries, list):
            raise BadManifest(f"{path}: write [[{kind}]], with two brackets")
        for number, values in enumerate(entries, 1):
            found.entries.append(entry(kind, values, f"{path}, [[{kind}]] {number}: ", where.parent))
    if not found.entries:
        raise BadManifest(f"{path}: names nothing; add [[pypi]], [[git]], [[folder]] or another")
    twice = [e.key for e in found.entries]
    if len(set(twice)) < len(twice):
        raise BadManifest(f"{path}: {next(str(e) for e in found.entries if twice.count(e.key) > 1)} stands there twice")
    return found


def entry(kind: str, values: Any, where: str = "", base: Path = Path()) -> Entry:
    """An entry from its table. Raises BadManifest."""
    if not isinstance(values, dict):
        raise BadManifest(f"{where}is no table")
    allowed = {"project", "version", "commit", "licence", "sha256", "keep", "drop", "split", "source", NEEDED[kind]}
    if wrong := sorted(set(values) - allowed):
        raise BadManifest(f"{where}{wrong[0]!r} is unknown; there are {', '.join(sorted(allowed))}")
    for name, value in values.items():
        if name == "source":
            fits, what = isinstance(value, bool), "true or false"
        elif name in ("keep", "drop"):
            fits, what = isinstance(value, list) and all(isinstance(v, str) for v in value), "a list of texts"
        else:
            fits, what = isinstance(value, str), "a text"
        if not fits:
            raise BadManifest(f"{where}{name} is not {what}")
    place: str = values.get(NEEDED[kind], "")
    if not re.fullmatch(_PLACE[NEEDED[kind]], place) or place.startswith("-"):
        raise BadManifest(f"{where}{NEEDED[kind]} is missing or odd ({place!r})")
    version = values.get("commit" if kind == "git" else "version", "")
    if kind == "git" and not _COMMIT.fullmatch(version):
        raise BadManifest(
            f"{where}commit is missing or no hash; a checkout is named by its commit, so that it stays the same"
        )
    if kind in ("pypi", "npm") and not version:
        raise BadManifest(f"{where}version is missing; a package is named with its version, so that it stays the same")
    if version and (not _VERSION.fullmatch(version) or version.startswith("-")):
        raise BadManifest(f"{where}version is odd ({version!r})")
    if (split := values.get("split", "")) and split not in SPLITS:
        raise BadManifest(f"{where}split is {split!r}; it is one of {', '.join(SPLITS)}")
    if kind in ("folder", "corpus"):
        place = str(base / place)
    name = re.sub(r"\.git$", "", place.rstrip("/").rsplit("/", 1)[-1]) if kind in ("git", "folder") else place
    if kind == "folder" and name in ("", ".", ".."):
        name = Path(place).resolve().name
    return Entry(
        kind,
        place,
        values.get("project", "" if kind == "corpus" else name),
        version,
        values.get("licence", ""),
        values.get("sha256", "").lower(),
        tuple(values.get("keep", ())),
        tuple(values.get("drop", ())),
        split,
        values.get("source", False),
    )

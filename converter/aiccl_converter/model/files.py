"""The folder of an exported model: what must be in it, and that it is what was exported.

Contract: `peek(path)` reads `model.json` and looks at every file's size, in no time; `open_folder(path)` checks their
sha256 as well, before anything is loaded. Both raise ModelUnusable, which says what is wrong and what to do. A hash
that was checked is remembered by size and time of change within the process.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model.prompt import INPUTS, OUTPUTS
from aiccl_converter.model.trust import FEATURES

MANIFEST = "model.json"
FORMAT = 1
AGAIN = "copy or export the model again"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A checked model."""

    path: Path
    hash: str
    """Of the manifest, which holds the hashes of all files: what a view by this model is known by."""
    layers: int
    heads: int
    """Of keys and values."""
    head_size: int
    vocabulary: int
    context: int
    reads: str
    """What a prompt holds, one of `prompt.INPUTS`."""
    writes: str = "view"
    """What an answer holds, one of `prompt.OUTPUTS`."""
    least_confidence: float = 0.0
    """Of each clause of an intent that is shown (`acceptance.sure_part`); what the model is less sure of is too often
    wrong."""
    trust: tuple[float, ...] = ()
    """Weights of `trust.chance`, which then takes the place of the confidence; empty: none were fitted."""
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def graph(self) -> Path:
        """The ONNX file."""
        return self.path / "model.onnx"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer's file."""
        return self.path / "tokenizer.json"


def open_folder(path: str | os.PathLike[str]) -> ModelFolder:
    """A model's folder, checked."""
    made, files = _read(Path(path))
    for name, (size, wanted) in files.items():
        _check(made.path / name, size, wanted)
    return made


def peek(path: str | os.PathLike[str]) -> ModelFolder:
    """A model's folder by its manifest alone: what views by it are known by, before it is used. What is read of it
    later is to be had from `open_folder`."""
    made, files = _read(Path(path))
    for name, (size, _) in files.items():
        _stat(made.path / name, size)
    return made


def _read(folder: Path) -> tuple[ModelFolder, dict[str, tuple[int, str]]]:
    """The manifest, and the size and sha256 of each file that it names."""
    manifest = folder / MANIFEST
    try:
        raw = manifest.read_bytes()
    except OSError:
        raise ModelUnusable(
            f"{folder}: holds no {MANIFEST}", "name a folder that `aiccl-train export` wrote, or leave the model out"
        ) from None
    try:
        told = json.loads(raw)
        shape = told["shape"]
        made = ModelFolder(
            folder,
            hashlib.sha256(raw).hexdigest(),
            layers=int(shape["layers"]),
            heads=int(shape["heads"]),
            head_size=int(shape["head_size"]),
            vocabulary=int(shape["vocabulary"]),
            context=int(shape["context"]),
            reads=str(told["reads"]),
            writes=str(told.get("writes", "view")),
            least_confidence=float(told.get("least_confidence", 0.0)),
            trust=tuple(float(w) for w in told.get("trust", ())),
            about=told,
        )
        files = {str(name): (int(f["size"]), str(f["sha256"])) for name, f in told["files"].items()}
        kind = told["format"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ModelUnusable(f"{manifest}: is no manifest of a model", AGAIN) from None
    if kind != FORMAT:
        raise ModelUnusable(f"{manifest}: has format {kind}, this program reads {FORMAT}", "update aiccl, or " + AGAIN)
    if made.trust and len(made.trust) != FEATURES + 1:
        raise ModelUnusable(f"{manifest}: has weights of trust of another version", "update aiccl, or " + AGAIN)
    if made.reads not in INPUTS or made.writes not in OUTPUTS:
        raise ModelUnusable(f"{manifest}: reads {made.reads!r} and writes {made.writes!r}", "update aiccl, or " + AGAIN)
    if not {"model.onnx", "tokenizer.json"} <= files.keys():
        raise ModelUnusable(f"{manifest}: names no model.onnx and tokenizer.json", AGAIN)
    for name in files:
        if os.path.basename(name) != name:
            raise ModelUnusable(f"{manifest}: names {name!r}, which is no file of the folder", AGAIN)
    return made, files


_checked: dict[tuple[str, int, int], str] = {}


def _stat(path: Path, size: int) -> os.stat_result:
    try:
        stat = path.stat()
    except OSError:
        raise ModelUnusable(f"{path}: is missing", AGAIN) from None
    if stat.st_size != size:
        raise ModelUnusable(f"{path}: has {stat.st_size} bytes instead of {size}", AGAIN)
    return stat


def _check(path: Path, size: int, wanted: str) -> None:
    stat = _stat(path, size)
    if remembered_sha256(path, stat) != wanted:
        raise ModelUnusable(f"{path}: is not the file that was exported (its sha256 differs)", AGAIN)


def remembered_sha256(path: Path, stat: os.stat_result) -> str:
    """Of a file as `stat` has it, taken once within the process."""
    key = str(path), stat.st_size, stat.st_mtime_ns
    if key not in _checked:
        _checked[key] = sha256(path)
    return _checked[key]


def sha256(path: Path) -> str:
    """Of a file."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read ({error.strerror})", AGAIN) from None

"""Corrected views that a user saves, for `aiccl-train feedback`: checked against the code, kept on this machine.

Contract: `checked` says whether a text is a view of a unit, and how faithful; `save` adds one line to
`corrections.jsonl` in the user's data folder, never in a workspace. Lines are whole, also where two servers save at
once or the disk is full.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiccl_server.errors import NoCorrection
from aiccl_server.index.place import data_folder

if TYPE_CHECKING:
    from aiccl_converter.fidelity import Report
    from aiccl_converter.source.chunk import Chunk

FILE = "corrections.jsonl"
LONGEST = 200_000
"""Characters of a view."""
LONGEST_INTENT = 300


@dataclass(frozen=True, slots=True)
class Correction:
    """A view that can be read, with the verdict on it."""

    view: str
    """In the printer's one form, without intent."""
    intent: str
    report: Report


def path() -> Path:
    """Where corrections are kept."""
    return data_folder() / FILE


def checked(chunk: Chunk, view: str, intent: str | None = None) -> Correction:
    """A text as a view of a function. An intent that is given takes the place of the one in the view's header. Raises
    NoCorrection where it is no AICCL, or a view of something else."""
    from aiccl_converter.fidelity import check
    from aiccl_converter.language.errors import ParseError
    from aiccl_converter.language.parser import parse_unit
    from aiccl_converter.language.printer import print_unit

    if len(view) > LONGEST:
        raise NoCorrection(f"the view is longer than {LONGEST:,} characters; it is to be shorter than the code")
    try:
        unit = parse_unit(view.strip("\n"))
    except (ParseError, RecursionError) as error:
        raise NoCorrection(f"the view cannot be read ({error}); mend it, docs/language.md has the notation") from None
    func = _function(unit)
    if func is None or func.body is None:
        raise NoCorrection("the view is no function with steps; its first line is to be that of the view it corrects")
    wanted = {chunk.name, _flow_name(chunk)}
    if func.name not in wanted:
        raise NoCorrection(f"the view is of {func.name or 'nothing by name'}, the code of {chunk.name}; keep the name")
    told, func.intent = func.intent or "", None
    intent = " ".join((told if intent is None else intent).split())
    if '"' in intent or len(intent) > LONGEST_INTENT:
        raise NoCorrection(f"an intent is a phrase without quotes, of {LONGEST_INTENT} characters at most")
    text = print_unit(unit).strip("\n")
    return Correction(text, intent, check(chunk.code, text, chunk.language))


def save(record: dict[str, Any]) -> Path:
    """Add a correction. Raises NoCorrection where it cannot be written."""
    file = path()
    line = json.dumps(record, ensure_ascii=True).encode() + b"\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with _alone(descriptor):
                _append(descriptor, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NoCorrection(f"{file}: cannot be written ({(error.strerror or str(error)).lower()})") from None
    return file


def _append(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    if size:
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        if os.read(descriptor, 1) != b"\n":
            line = b"\n" + line  # of one that was ended while it wrote
    try:
        data = memoryview(line)
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise


@contextlib.contextmanager
def _alone(descriptor: int) -> Iterator[None]:
    """The file for one server at a time, where the system and the file system know locks."""
    try:
        import fcntl
    except ModuleNotFoundError:
        yield  # Windows appends a short line in one piece
        return
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield  # closing the descriptor ends the lock


def _function(unit: Any) -> Any:
    from aiccl_converter.language.tree import Func, Route

    func = unit.func if isinstance(unit, Route) else unit
    return func if isinstance(func, Func) else None


def _flow_name(chunk: Chunk) -> str:
    """What the compiler calls the unit: a constructor may have another name than in the source."""
    from aiccl_converter.compiler import lower_unit

    try:
        func = _function(lower_unit(chunk.code, chunk.language)[0])
    except Exception:  # what cannot be lowered has its own name
        return chunk.name
    return chunk.name if func is None else str(func.name)

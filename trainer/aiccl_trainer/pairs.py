"""A training pair, and the files that pairs stand in.

Contract: `Pair` is one object of a JSONL file. `code` and `language` give its `id`; `flow` is the compiler's flow of
the code, `view` the text to learn (without the intent, equal to `flow` where a teacher only wrote an intent), `intent`
a short line or empty. `read_pairs` takes a file or a folder with `pairs.SPLIT.jsonl` files and says which line is
wrong.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.kinds import COMPLEXITIES, KINDS
from aiccl_trainer.store import numbered

SPLITS = ("train", "valid", "test")


def pair_id(language: str, code: str) -> str:
    """16 hex digits that stand for a piece of code."""
    return hashlib.sha256(f"{language}\n{code}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class Pair:
    """Code, what the compiler makes of it, and what a model is to make of it."""

    id: str
    language: str
    project: str
    path: str
    licence: str
    kind: str
    """One of `KINDS`."""
    complexity: str
    """One of `COMPLEXITIES`."""
    code: str
    flow: str
    view: str
    intent: str = ""
    teacher: str = "compiler"
    """`compiler`, `docs`, `intents`, `pairs`, `feedback`, or the name of the model that was asked."""
    split: str = "train"
    score: float = 0.0
    """The view's fidelity to the code."""
    ratio: float = 0.0
    """Tokens of the code over tokens of view and intent."""

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return dataclasses.asdict(self)


_FIELDS = {f.name: f for f in dataclasses.fields(Pair)}
_TEXTS = [name for name in _FIELDS if name not in ("score", "ratio")]


def from_record(record: Any, where: str = "") -> Pair:
    """A pair from what a line holds. Raises BadData; fields that are not known are passed over."""
    if not isinstance(record, dict):
        raise BadData(f"{where}is no JSON object; one pair a line is expected")
    missing = [n for n, f in _FIELDS.items() if f.default is dataclasses.MISSING and n not in record]
    if missing:
        raise BadData(f"{where}is no pair, it lacks {', '.join(missing)}; make pairs with `aiccl-train generate`")
    values = {name: record[name] for name in _FIELDS if name in record}
    for name, value in values.items():
        if not isinstance(value, str if name in _TEXTS else (int, float)):
            raise BadData(f"{where}{name} is no {'text' if name in _TEXTS else 'number'}; mend the line or take it out")
    pair = Pair(**values)
    for name, value, known in (
        ("kind", pair.kind, KINDS),
        ("complexity", pair.complexity, COMPLEXITIES),
        ("split", pair.split, SPLITS),
    ):
        if value not in known:
            raise BadData(f"{where}{name} is {value!r}; it is one of {', '.join(known)}")
    return pair


def files_of(place: str | Path) -> list[Path]:
    """The files of pairs that a path names: itself, or those of a folder. Of a file and its compressed copy
    (`gzip -k`) the plain one."""
    path = Path(place)
    if path.is_dir():
        found = sorted(p for p in path.glob("pairs.*.jsonl*") if p.name.endswith((".jsonl", ".jsonl.gz")))
        names = {p.name for p in found}
        found = [p for p in found if p.suffix != ".gz" or p.stem not in names]
        if not found:
            raise NoData(
                f"{path}: holds no pairs.*.jsonl; name a folder that `aiccl-train generate` or `validate` wrote"
            )
        return found
    if not path.exists():
        raise NoData(f"{path}: no such file or folder; make pairs with `aiccl-train generate`")
    return [path]


def read_pairs(places: str | Path | Iterable[str | Path], split: str | None = None) -> Iterator[Pair]:
    """The pairs of files and folders, in their order, or those of one split."""
    for place in [places] if isinstance(places, (str, Path)) else places:
        for path in files_of(place):
            for number, record in numbered(path):
                pair = from_record(record, f"{path}, line {number}: ")
                if split is None or pair.split == split:
                    yield pair


def file_of(folder: str | Path, split: str) -> Path:
    """Where the pairs of a split stand in a folder."""
    return Path(folder) / f"pairs.{split}.jsonl"

"""A collected function: what `collect` writes and the teachers read.

Contract: `Sample` is one object of a JSONL file. `read_samples` takes files and folders of `collect`, and ready corpora
(objects with `language, package, licence, path, line, code, doc`), plain or .gz.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.kinds import kind_of
from aiccl_trainer.pairs import SPLITS, pair_id
from aiccl_trainer.store import numbered

FILE = "functions.jsonl"


@dataclass(slots=True)
class Sample:
    """One function of somebody's code."""

    id: str
    language: str
    project: str
    licence: str
    path: str
    line: int
    code: str
    doc: str = ""
    """The doc comment as it stands above the code; empty where there is none, or where it is within the code."""
    kind: str = ""
    complexity: str = ""
    """Empty until somebody has read the tree."""
    split: str = ""
    """Empty where it is for the reader to say."""

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return dataclasses.asdict(self)


def from_record(record: Any, where: str = "") -> Sample:
    """A function from what a line holds. Raises BadData."""
    if not isinstance(record, dict) or not isinstance(record.get("code"), str):
        raise BadData(f"{where}is no collected function; name a file that `aiccl-train collect` wrote, or a corpus")
    language, code = str(record.get("language", "")), record["code"]
    path = str(record.get("path") or "")
    split = str(record.get("split") or "")
    if split and split not in SPLITS:
        raise BadData(f"{where}split is {split!r}; it is one of {', '.join(SPLITS)}")
    try:
        line = int(record.get("line") or 0)
    except (TypeError, ValueError, OverflowError):
        raise BadData(f"{where}line is {record['line']!r}, which is no number; mend it or take it out") from None
    return Sample(
        pair_id(language, code),
        language,
        str(record.get("project") or record.get("package") or ""),
        str(record.get("licence") or record.get("license") or ""),
        path,
        line,
        code,
        str(record.get("doc") or ""),
        str(record.get("kind") or "") or kind_of(code, path, language),
        str(record.get("complexity") or ""),
        split,
    )


def read_samples(places: Iterable[str | Path]) -> Iterator[Sample]:
    """The functions of files and folders, in their order; a function that stands twice is given once."""
    seen: set[str] = set()
    for place in places:
        path = Path(place)
        if path.is_dir():
            path = next((path / n for n in (FILE, FILE + ".gz") if (path / n).exists()), path)
            if path.is_dir():
                raise NoData(f"{path}: holds no {FILE}; name a folder that `aiccl-train collect` wrote")
        for number, record in numbered(path):
            sample = from_record(record, f"{path}, line {number}: ")
            if sample.id not in seen:
                seen.add(sample.id)
                yield sample

"""What was asked of Claude and what it answered, so that nothing is paid for twice.

Contract: one JSONL file a model. An answer stands in it before anybody looks at it; a batch stands in it before it is
sent (`sending`) and again with its name (`sent`), so that a run that ends between the two can look for the batch,
by its mark, instead of sending another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiccl_trainer.store import Lines, read
from aiccl_trainer.teachers.prices import Used

GIVEN_UP = "given up"


@dataclass(slots=True)
class Asked:
    """A function's history with a teacher."""

    attempts: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    findings: str = ""
    """Why the last answer did not do."""
    settled: bool = False
    """A pair was made, or it was given up."""


@dataclass(slots=True)
class Batch:
    """One that was sent, or was about to be."""

    key: str
    ids: list[str]
    time: float
    name: str = ""
    ended: bool = False
    mark: str = ""
    """What its requests' custom ids begin with, before the function's id: no other batch has it."""

    @property
    def custom(self) -> dict[str, str]:
        """Custom id -> function."""
        return {self.mark + name: name for name in self.ids}


class Journal:
    """The file, and what stands in it."""

    def __init__(self, folder: Path, model: str) -> None:
        self.path = folder / f"asked.{re.sub(r'[^A-Za-z0-9.-]+', '-', model)}.jsonl"
        self.asked: dict[str, Asked] = {}
        self.batches: dict[str, Batch] = {}
        self.used_live, self.used_batch = Used(), Used()
        if self.path.exists():
            for record in read(self.path):
                self._take(record)
        self._lines = Lines(self.path)

    def add(self, event: str, **values: Any) -> None:
        """Write an event down."""
        record = {"event": event, **values}
        self._lines.append(record)
        self._take(record)

    def of(self, name: str) -> Asked:
        """A function's history."""
        return self.asked.setdefault(name, Asked())

    @property
    def open(self) -> list[Batch]:
        """Batches whose answers have not been fetched."""
        return [batch for batch in self.batches.values() if not batch.ended]

    def close(self) -> None:
        """Until the next run."""
        self._lines.close()

    def _take(self, record: dict[str, Any]) -> None:
        event = record["event"]
        if event == "sending":
            mark = record.get("mark", "")
            self.batches[record["key"]] = Batch(record["key"], record["ids"], record["time"], mark=mark)
        elif event == "sent":
            self.batches[record["key"]].name = record["batch"]
        elif event == "unsent":
            self.batches.pop(record["key"], None)
        elif event == "ended":
            self.batches[record["key"]].ended = True
        elif event == "answer":
            asked = self.of(record["id"])
            asked.attempts += 1
            asked.answers.append(record)
            asked.findings = ""
            used = Used(*(int(n) for n in record["used"]))
            (self.used_batch if record["batched"] else self.used_live).add(used)
        elif event == "refused":
            asked = self.of(record["id"])
            asked.findings = record["why"]
        elif event in ("made", GIVEN_UP):
            self.of(record["id"]).settled = True

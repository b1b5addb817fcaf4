"""Where a model is weakest: the list that `generate --patterns` takes.

Contract: `select(...)` reads what `evaluate` found for each function (`items.jsonl`: objects with `language`, `kind`,
`complexity` and marks), and gives the cells of language, kind and complexity with the lowest mean mark, as far as
their number of functions lets one say so. Deterministic.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_trainer import store
from aiccl_trainer.errors import BadData, NoData

ITEMS = "items.jsonl"
PULL = 4.0
"""How many functions of the mean mark each cell is given on top: a cell of one bad function is not the worst."""
# The marks of a function that count, each between 0 and 1, and their weight.
MARKS = {"accepted": 3.0, "parses": 1.0, "fidelity": 1.0, "better": 2.0, "intent": 1.0}

Cell = tuple[str, str, str]


@dataclass(slots=True)
class Weak:
    """A cell, how well the model does there (0 to 1), and over how many functions."""

    cell: Cell
    mark: float
    items: int

    def record(self) -> dict[str, Any]:
        """As the list has it."""
        language, kind, complexity = self.cell
        told = {"language": language, "kind": kind, "complexity": complexity}
        return {**told, "mark": round(self.mark, 4), "items": self.items}


def mark(record: Mapping[str, Any]) -> float | None:
    """A function's mark, None where the record has none."""
    total = weight = 0.0
    for name, counts in MARKS.items():
        value = record.get(name)
        if isinstance(value, (bool, int, float)):
            total += counts * max(0.0, min(1.0, float(value)))
            weight += counts
    return total / weight if weight else None


def weakest(
    records: Iterable[Mapping[str, Any]], by: tuple[str, ...] = ("language", "kind", "complexity")
) -> list[Weak]:
    """All cells, the weakest first. What `by` leaves out stands for any."""
    cells: dict[Cell, list[float]] = defaultdict(list)
    for record in records:
        value = mark(record)
        if value is not None:
            language, kind, complexity = (
                str(record.get(n) or "") if n in by else "" for n in ("language", "kind", "complexity")
            )
            cells[language, kind, complexity].append(value)
    count = sum(map(len, cells.values()))
    if not count:
        return []
    mean = sum(map(sum, cells.values())) / count
    found = [Weak(cell, (sum(m) + PULL * mean) / (len(m) + PULL), len(m)) for cell, m in cells.items()]
    return sorted(found, key=lambda weak: (weak.mark, weak.cell))


def select(arguments: argparse.Namespace) -> int:
    """Write the list. Returns the exit code."""
    path = Path(arguments.report)
    if path.is_dir():
        path = path / ITEMS
    names = tuple(name.strip() for name in arguments.by.split(",") if name.strip())
    if not names or (wrong := sorted(set(names) - {"language", "kind", "complexity"})):
        what = ", ".join(wrong) if names else "nothing"
        raise BadData(f"--by: {what} is no such thing; choose of language, kind, complexity")
    found = weakest(store.read(path), names)
    if not found:
        raise NoData(f"{path}: holds no marks; name the folder that `aiccl-train evaluate` wrote")
    chosen = found[: arguments.number]
    text = "".join(store.line(weak.record()) for weak in chosen)
    if arguments.output:
        store.write(arguments.output, text)
    else:
        print(text, end="")
    return 0

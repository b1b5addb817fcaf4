"""Puts what a bench measured into a page of the documentation, between its marks."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "docs" / "benchmarks.md"


def put(name: str, body: str, page: Path = BENCHMARKS) -> None:
    """Between `<!-- name -->` and `<!-- /name -->`. Raises ValueError where the page has no such marks."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, found, rest = page.read_text("utf-8").partition(begin)
    _, ended, tail = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{page}: has no marks {begin} and {end}")
    page.write_text(f"{head}{begin}\n{body}\n{end}{tail}", "utf-8")


def load() -> str:
    """How busy the machine was in the last minutes, in words for a table's foot."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, load {os.getloadavg()[0]:.1f} before"

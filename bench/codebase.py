"""Model views for a whole code base: how long the first run takes, and the second, when nothing has changed.

    python bench/codebase.py FOLDER --model PATH [--files 200] [--jobs 2] [--write]

Runs `aiccl compress --engine model` twice, as a user would, with a cache folder of its own that is thrown away. With
--files the first so many sources of the folder are copied and taken. Memory is the most that any one process has
held, looked at often. Shares are of the functions that the model was asked about; small ones are shown as they are.

The bar, for 200 files on two cores: under 60 minutes, and under 3 seconds the second time. `--write` puts the table
into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lsp
import page


@dataclass
class Run:
    """What one run took and gave."""

    seconds: float
    memory: float
    told: dict[str, Any]


class Peak:
    """The most memory of any one process below a process, in MB, looked at until `end`."""

    def __init__(self, process: int) -> None:
        self.megabytes = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(process,), daemon=True)
        self._thread.start()

    def _look(self, process: int) -> None:
        while not self._ended.wait(0.5):
            for each in _family(process):
                self.megabytes = max(self.megabytes, _peak(each))

    def end(self) -> float:
        """The figure."""
        self._ended.set()
        self._thread.join()
        return self.megabytes


def _family(process: int) -> list[int]:
    found = [process]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found.extend(int(child) for child in task.read_text().split())
            except OSError:
                continue
    return found


def _peak(process: int) -> float:
    try:
        for row in Path(f"/proc/{process}/status").read_text().splitlines():
            if row.startswith("VmHWM:"):
                return int(row.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


def once(tree: Path, model: str, jobs: int, cache: Path, out: Path) -> Run:
    """One run of the command."""
    words = ["compress", str(tree), "--engine", "model", "--model", model, "--jobs", str(jobs), "--quiet"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aiccl_converter", *words, "--format", "json", "--output", str(out)],
        env={**os.environ, "AICCL_CACHE": str(cache)},
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = Peak(process.pid)
    _, problems = process.communicate()
    seconds, memory = time.perf_counter() - started, peak.end()
    if not out.exists():
        raise SystemExit(problems)
    sys.stderr.write(problems)
    return Run(seconds, memory, json.loads(out.read_text("utf-8")))


def answers(cache: Path) -> Counter[str]:
    """What became of the functions that the model was asked about, out of the cache."""
    base = sqlite3.connect(cache / "model.sqlite")
    try:
        rows = [json.loads(value) for (value,) in base.execute("SELECT value FROM answers")]
    finally:
        base.close()
    found: Counter[str] = Counter(asked=len(rows))
    for row in rows:
        found["intent"] += bool(row.get("intent"))
        found["steps by " + str(row.get("steps_by", "compiler"))] += 1
        found["better"] += bool(row)
    return found


def table(first: Run, second: Run, found: Counter[str], jobs: int, load: str) -> str:
    """The table."""
    told, asked = first.told, max(found["asked"], 1)
    views = [view for file in told["files"] for view in file["views"]]
    functions = sum(view["kind"] in ("function", "method") for view in views)

    def share(name: str) -> str:
        return f"{found[name]:,} ({found[name] / asked:.0%})"

    size = 200 / max(len(told["files"]), 1)
    rows = [
        ("files", f"{len(told['files']):,}", ""),
        ("functions and methods", f"{functions:,}", ""),
        ("of these the model was asked about", f"{found['asked']:,}", ""),
        ("given an intent", share("intent"), ""),
        ("steps by the model", share("steps by model"), ""),
        ("steps by both", share("steps by mixed"), ""),
        ("better than the compiler's", share("better"), "60 %"),
        ("tokens of the source, of the documents", f"{told['source_tokens']:,}, {told['tokens']:,}", ""),
        ("ratio", f"{told['ratio']:.2f}", ""),
        ("first run", f"{first.seconds / 60:.1f} min", "60 min for 200 files"),
        ("first run, for 200 files of this size", f"{first.seconds / 60 * size:.1f} min", "60 min"),
        ("second run", f"{second.seconds:.2f} s", "3 s for 200 files"),
        ("largest process", f"{first.memory:.0f} MB", "600 MB"),
    ]
    lines = ["| | measured | bar |", "|---|--:|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*lines, "", f"`--jobs {jobs}`; {load}."])


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--model", required=True, help="an exported folder, or its GGUF file")
    parser.add_argument("--files", type=int, default=200, metavar="N", help="0: all that there are")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    given = parser.parse_args()
    load, model = page.load(), os.path.abspath(given.model)
    with tempfile.TemporaryDirectory(prefix="aiccl-bench-") as scratch:
        place = Path(scratch)
        tree = given.tree
        if given.files:
            tree = place / given.tree.resolve().name
            lsp.copied(given.tree, given.files, tree)
        runs = [once(tree, model, given.jobs, place / "cache", place / f"{n}.json") for n in (1, 2)]
        same = runs[0].told["files"] == runs[1].told["files"]
        text = table(runs[0], runs[1], answers(place / "cache"), given.jobs, load)
    print(text)
    if not same:
        print("the second run gave other views than the first", file=sys.stderr)
        return 1
    if given.write:
        page.put("codebase", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

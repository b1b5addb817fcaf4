"""What indexing a tree costs: the first view, the whole index cold and warm, memory and idle processor time.

    python bench/index.py TREE [--files N] [--open FILE] [--idle SECONDS]

A worker as the server starts it, with a cache of its own that is thrown away. "First view": from the start of the
process until the index has the views of one file that is opened at once, while the whole tree waits behind it. Seconds
are wall time; beside them the worker's own processor time, since it is niced and gives way to whatever else runs here.
--files takes every N-th source of the tree into a copy, for a quick look.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "server"), str(ROOT / "converter")]

from aiccl_converter.files import walk_sources  # noqa: E402
from aiccl_server.index import Reader, index_path  # noqa: E402
from aiccl_server.worker import Event, Indexed, State, WorkerClient  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


class Run:
    """One life of a worker on a tree, and what it took."""

    def __init__(self, cache: Path, tree: Path, opened: Path | None) -> None:
        self._ready, self._first = threading.Event(), threading.Event()
        self._opened = str(opened) if opened else None
        began = time.perf_counter()
        self.client = WorkerClient(cache, self._hear)
        self.client.start()
        if opened is not None:
            self.client.open(str(opened), opened.read_text())
        self.client.scan([str(tree)], watch=True)
        self.peak = 0
        if opened is not None:
            self._first.wait(600)
            self.first = time.perf_counter() - began
        while not self._ready.wait(0.05):
            self.peak = max(self.peak, self.memory("VmRSS"))
        self.seconds = time.perf_counter() - began
        self.processor = self.used()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Indexed) and event.path == self._opened:
            self._first.set()
        if isinstance(event, State) and event.name in ("ready", "failed", "degraded"):
            status = self.client.status()
            if event.name != "ready" or status.watch:
                self._ready.set()

    def used(self) -> float:
        """Seconds of processor time of the worker."""
        fields = Path(f"/proc/{self.client.status().pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, key: str) -> int:
        """MB of the worker."""
        try:
            text = Path(f"/proc/{self.client.status().pid}/status").read_text()
        except OSError:
            return 0
        return next((int(line.split()[1]) // 1024 for line in text.splitlines() if line.startswith(key)), 0)


def part(tree: Path, every: int, folder: Path) -> Path:
    """A copy of every n-th source of a tree."""
    for path in walk_sources(tree)[0][::every]:
        target = folder / os.path.relpath(path, tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--files", type=int, default=1, metavar="N")
    parser.add_argument("--open", type=Path, metavar="FILE")
    parser.add_argument("--idle", type=float, default=10, metavar="SECONDS")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        tree = given.tree.absolute()
        if given.files > 1:
            tree = part(tree, given.files, base / "tree")
        sources = walk_sources(tree)[0]
        opened = given.open or Path(sorted(sources, key=os.path.getsize)[len(sources) * 3 // 4])
        print(
            f"{tree.name}: {len(sources):,} files, {sum(map(os.path.getsize, sources)) / 1e6:.1f} MB;"
            f" load {os.getloadavg()[0]:.1f}"
        )
        cold = Run(base / "cache", tree, opened.absolute())
        print(f"first view, cold    {cold.first:8.2f} s   ({opened.name}, {opened.stat().st_size:,} bytes)")
        print(f"whole index, cold   {cold.seconds:8.1f} s   {cold.processor:6.1f} s processor")
        print(f"memory of worker    {cold.peak:8,} MB at most, {cold.memory('VmRSS')} MB at rest")
        before = cold.used()
        time.sleep(given.idle)
        print(f"idle                {100 * (cold.used() - before) / given.idle:8.2f} % processor over {given.idle:g} s")
        totals = Reader(index_path(base / "cache")).totals(tree)
        cold.client.stop()
        print(
            f"index               {totals.bytes / 1e6:8.1f} MB, {totals.chunks:,} chunks,"
            f" {totals.problems} files with a problem"
        )
        print(f"tokens              {totals.source_tokens:,} -> {totals.tokens:,}")
        warm = Run(base / "cache", tree, None)
        print(f"whole index, warm   {warm.seconds:8.2f} s   {warm.processor:6.2f} s processor, {warm.peak} MB at most")
        warm.client.stop()


if __name__ == "__main__":
    main()

"""What indexing a tree costs: the whole index cold and warm, memory of server and worker, processor time at rest.

    python bench/index.py TREE [--files N] [--idle SECONDS] [--write]

A server as an editor starts it, with a cache of its own that is thrown away. Seconds are wall time; beside them the
worker's own processor time, since it is niced and gives way to whatever else runs here. --files takes every N-th
source of the tree into a copy, for a quick look. `--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import lsp

sys.path[:0] = [str(lsp.ROOT / "server"), str(lsp.ROOT / "converter")]

from aiccl_converter.files import walk_sources  # noqa: E402


def part(tree: Path, every: int, folder: Path) -> Path:
    """A copy of every n-th source of a tree."""
    for path in walk_sources(tree)[0][::every]:
        target = folder / os.path.relpath(path, tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return folder


def life(cache: Path, tree: Path, idle: float) -> tuple[float, float, lsp.Peak, list[float], float]:
    """One life of a server: seconds until all is indexed, the worker's of them, memory at most and at rest (server,
    worker), and processor time at rest, in percent."""
    server = lsp.Server(cache, tree)
    peak = lsp.Peak(server)
    try:
        server.until_ready()
        seconds, worked = time.perf_counter() - server.started, sum(server.used()[1:])
        time.sleep(2)
        before = sum(server.used())
        time.sleep(idle)
        used = 100 * (sum(server.used()) - before) / max(idle, 1e-9)
        peak.end()
        return seconds, worked, peak, server.resident(), used
    finally:
        server.end()


def main() -> None:
    """Run it and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--files", type=int, default=1, metavar="N")
    parser.add_argument("--idle", type=float, default=60, metavar="SECONDS")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        base = Path(folder)
        tree = given.tree.absolute()
        if given.files > 1:
            tree = part(tree, given.files, base / "tree")
        sources = walk_sources(tree)[0]
        size = sum(map(os.path.getsize, sources)) / 1e6
        print(f"{tree.name}: {len(sources):,} files, {size:.1f} MB; load {os.getloadavg()[0]:.1f}")
        seconds, worked, peak, rest, idle = life(base / "cache", tree, given.idle)
        again, worked_again, peak_again, _, _ = life(base / "cache", tree, 0)
        largest = max(peak.megabytes, peak_again.megabytes)
        rows = [
            (f"whole index, cold ({len(sources):,} files)", f"{seconds:.1f} s ({worked:.1f} s computing)", "90 s"),
            ("whole index, warm", f"{again:.2f} s ({worked_again:.2f} s computing)", "3 s"),
            (
                "memory of server and worker, at most",
                f"{largest:.0f} MB ({' + '.join(f'{part:.0f}' for part in peak.parts)})",
                "300 MB",
            ),
            ("memory at rest", f"{sum(rest):.0f} MB ({' + '.join(f'{part:.0f}' for part in rest)})", ""),
            (f"processor time at rest, over {given.idle:.0f} s", f"{idle:.2f} %", "0.0 %"),
        ]
        held = sum(path.stat().st_size for path in (base / "cache").glob("index-*")) / 1e6
        rows.append(("index on disk", f"{held:.0f} MB", ""))
    for what, value, bar in rows:
        print(f"{what:40} {value:40} {bar}")
    if given.write:
        lsp.write("index", rows)


if __name__ == "__main__":
    main()

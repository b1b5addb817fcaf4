"""How long a hover takes while the workspace is being indexed, and what a save costs, as an editor sees it.

    python bench/hover.py TREE [--files 3000] [--hovers 2000] [--write]

TREE's source files (so many of them) are copied to a folder of their own, and servers are started on it with empty
caches. Three files are opened right after the start, one each: of middle size, larger than 95 of 100, the largest; the
"first useful hover" is that of its first function with its flow view. Then names all over the second are hovered (half
of them definitions; else uses whose definition is in another file, locals, names defined a hundred times in the tree)
while at least 1,000 files wait for the worker; once at rest, once with a change of the text before each hover. Times
are from sending the request to having read its answer, client and pipe included: upper bounds of the server's own.
`--write` puts the table into docs/reliability.md.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from pathlib import Path

import lsp

FUNCTION = re.compile(r"^ *(?:async )?def (\w+)", re.M)
NAME = re.compile(r"[A-Za-z_]\w*")
BREATH = 0.004
"""Seconds between two hovers: faster than any hand."""
SAVES = 40


def main() -> None:
    """Run it and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--hovers", type=int, default=2000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        workspace = Path(folder, "workspace")
        copies = lsp.copied(given.tree, given.files, workspace)
        files = sorted((p for p in copies if p.suffix == ".py" and FUNCTION.search(_text(p))), key=os.path.getsize)
        chosen = [files[len(files) // 2], files[len(files) * 95 // 100], files[-1]]
        print(f"{len(copies):,} files; load {os.getloadavg()[0]:.1f}")
        unmeasured = lsp.Server(Path(folder, "unmeasured"), workspace)
        first(unmeasured, chosen[0])
        unmeasured.end()
        for number, path in enumerate(chosen):
            server = lsp.Server(Path(folder, f"cache{number}"), workspace)
            try:
                rows.append(first(server, path))
                if number == 1:
                    rows += during(server, path, given.hovers)
                    rows += saves(server, path)
            finally:
                server.end()
    for what, value, bar in rows:
        print(f"{what:58} {value:60} {bar}")
    if given.write:
        lsp.write("hover", rows)


def first(server: lsp.Server, path: Path) -> tuple[str, str, str]:
    """The first useful hover after the start."""
    text = _text(path)
    found = FUNCTION.search(text)
    assert found is not None
    line, column = text.count("\n", 0, found.start(1)), found.start(1) - text.rfind("\n", 0, found.start(1))
    server.open(path, text)
    while not re.search(r"fidelity|source as it is", server.hover(path, line, column)):
        time.sleep(0.002)
    seconds = time.perf_counter() - server.started
    spent = lsp.processor_time(server.process.pid)
    what = f"first useful hover after the start, a file of {len(text) / 1000:.0f} kB"
    return what, f"{seconds:.2f} s ({spent:.2f} s computing)", "1.5 s"


def during(server: lsp.Server, path: Path, count: int) -> list[tuple[str, str, str]]:
    """Hovers while the worker is at work: at rest, and while somebody types."""
    text = _text(path)
    chance = random.Random(1)
    anywhere = [_place(text, found.start() + 1) for found in NAME.finditer(text)]
    defined = [_place(text, found.start(1)) for found in FUNCTION.finditer(text)]
    places = [chance.choice(anywhere if number % 2 else defined) for number in range(count)]
    version = 1
    rows = []
    for typing in (False, True):
        times, useful = [], 0
        for line, character in places:
            if typing:
                version += 1
                change = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
                identifier = {"uri": path.as_uri(), "version": version}
                server.send(
                    "textDocument/didChange",
                    {"textDocument": identifier, "contentChanges": [{"range": change, "text": "#"}]},
                )
            begun = time.perf_counter()
            useful += bool(server.hover(path, line, character + (version if typing and not line else 0)))
            times.append((time.perf_counter() - begun) * 1000)
            time.sleep(BREATH)
        p50, p95, p99 = lsp.parts_of(times)
        waiting = server.state.get("total", 0) - server.state.get("done", 0)
        what = f"hover while indexing{', a change before each' if typing else ''}"
        value = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"
        rows.append((what, value, "3, 10, 50 ms"))
        print(f"{what}: {len(times):,} hovers, {useful:,} with a view; {waiting:,} files were waiting at the end")
    server.send(
        "textDocument/didChange",
        {"textDocument": {"uri": path.as_uri(), "version": version + 1}, "contentChanges": [{"text": text}]},
    )
    return rows


def saves(server: lsp.Server, path: Path) -> list[tuple[str, str, str]]:
    """A function is changed and saved again and again."""
    text = _text(path)
    code = (
        'def settled(a, b):\n    if a.closed:\n        raise ValueError("is closed 0")\n'
        "    return [x.name for x in b if x.key == a]\n\n\n"
    )
    answered, fresh, spent = [], [], []
    for number in range(SAVES):
        now = code.replace("closed 0", f"closed {number}") + text
        time.sleep(0.3)
        path.write_text(now)
        before = lsp.loop_time(server.process.pid)
        begun = time.perf_counter()
        change = {"textDocument": {"uri": path.as_uri(), "version": 10**6 + number}, "contentChanges": [{"text": now}]}
        server.send("textDocument/didChange", change)
        server.send("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        server.hover(path, 1, 0)
        answered.append((time.perf_counter() - begun) * 1000)
        spent.append((lsp.loop_time(server.process.pid) - before) * 1000)
        while f"closed {number}" not in server.hover(path, 0, 5):
            time.sleep(0.002)
        fresh.append((time.perf_counter() - begun) * 1000)
    path.write_text(text)
    rows = []
    for what, times, bar in (
        ("a change and a save: the server's loop computes", spent, "10 ms"),
        ("a change, a save, and the next answer", answered, ""),
        ("the changed function's hover is fresh after the save", fresh, "300 ms"),
    ):
        p50, p95, p99 = lsp.parts_of(times)
        rows.append((what, f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms", bar))
    return rows


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")


if __name__ == "__main__":
    main()

"""The outputs that pages show, made anew: what the tests compare, and `python -m tests.docs.shown` writes into the pages.

A page's Python runs block after block in one namespace; a block of AICCL behind a Python block is what that printed. In
docs/add-a-language.md a block under `<!-- view: LEVEL -->` is what the command makes of the page's own file, by a
copy of the converter to which the page's table and lines were added.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .pages import ROOT, Block, blocks, page

PACKAGE = "converter/aiccl_converter"


def run_python(text: str, name: str) -> tuple[dict[str, Any], list[tuple[Block, str]]]:
    """The namespace after a page's Python blocks, and each block of AICCL with what was printed before it."""
    space: dict[str, Any] = {"__name__": "page"}
    printed: list[str] = []
    space["print"] = lambda *parts: printed.append(" ".join(map(str, parts)).rstrip("\n"))
    outputs = []
    for block in blocks(text):
        if block.mark == "python":
            printed.clear()
            line = text.count("\n", 0, text.index(block.text))
            exec(compile("\n" * line + block.text, name, "exec"), space)
        elif block.mark == "aiccl":
            outputs.append((block, "\n".join(printed) + "\n"))
    return space, outputs


def add_language(root: Path) -> None:
    """Put a copy of the converter below `root`, with what docs/add-a-language.md adds."""
    text = page("docs/add-a-language.md")
    shutil.copytree(ROOT / PACKAGE, root / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks(text):
        if block.note.startswith("file: "):
            (root / block.note.removeprefix("file: ")).write_text(block.text, encoding="utf-8")
    index = root / PACKAGE / "source/languages/__init__.py"
    tables = index.read_text(encoding="utf-8")
    entries = re.findall(r"^\| `(\w+)` \| `(.+)` \|$", text.split("<!-- entries -->")[1].split("\n## ")[0], re.M)
    assert entries, "docs/add-a-language.md names no lines to add"
    for table, line in entries:
        tables, done = re.subn(
            rf"^{table}: .*\{{$", lambda m, line=line: f"{m[0]}\n    {line}", tables, count=1, flags=re.M
        )
        assert done, f"source/languages/__init__.py has no table {table}"
    index.write_text(tables, encoding="utf-8")


def command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `aiccl` of the copy below `root`."""
    return subprocess.run(
        [sys.executable, "-m", "aiccl_converter", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "converter")},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def language_views(root: Path) -> Iterator[tuple[Block, str]]:
    """The views that docs/add-a-language.md shows, each with the one that is made now."""
    for block in blocks(page("docs/add-a-language.md")):
        if block.note.startswith("view: "):
            done = command(root, "compress", "-q", "lamps.lua", "--level", block.note.removeprefix("view: "))
            assert (done.returncode, done.stderr) == (0, "")
            yield block, done.stdout


def _renew(name: str, outputs: list[tuple[Block, str]]) -> None:
    text = page(name)
    for block, now in outputs:
        if block.text != now:
            assert text.count(f"\n{block.text}```") == 1
            text = text.replace(f"\n{block.text}```", f"\n{now}```")
            print(f"{name}: renewed {block.note or 'an output'}")
    (ROOT / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as below:
        add_language(Path(below))
        _renew("docs/add-a-language.md", list(language_views(Path(below))))
    with tempfile.TemporaryDirectory() as below:
        os.chdir(below)
        _renew("docs/library.md", run_python(page("docs/library.md"), "docs/library.md")[1])
        os.chdir(ROOT)

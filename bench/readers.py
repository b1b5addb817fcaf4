"""Blind readers: functions rewritten from their views alone, judged by the owning project's own tests.

    python bench/readers.py pick FOLDER --sources GLOB --test COMMAND --out DIR [--count N] [--seed S] [--lines 8-60]
    python bench/readers.py views DIR
    python bench/readers.py judge DIR [NUMBER ...]

`pick` takes functions and methods at random and keeps those that the tests watch: with the body replaced by a failure,
the command must fail. What a reader may see is `NNN.view`: the flow view, below the language, the file's imports and
the class's name. `manifest.json` says where each function stands; the reader leaves it shut. The reader writes
`NNN.code`, the whole function again. `judge` puts each rewrite into a copy of the folder, one at a time, runs the
tests, and prints who passed; what a failed run printed is in `NNN.log`. `views` writes the views of the same functions
again, by the converter as it is now. COMMAND runs in the folder by the shell.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from aiccl_converter import AICCLConverter
from aiccl_converter.source.detect import language_of
from aiccl_converter.views import View

FAILURES = {
    "python": ("raise ZeroDivisionError", ":"),
    "go": ('panic("picked")', "{"),
    "javascript": ('throw new Error("picked")', "{"),
    "typescript": ('throw new Error("picked")', "{"),
    "java": ('if (true) throw new IllegalStateException("picked");', "{"),
    "rust": ('panic!("picked");', "{"),
    "php": ('throw new \\LogicException("picked");', "{"),
    "ruby": ('raise "picked"', ""),
}
"""Language -> a statement that fails, and what a body begins with."""

IMPORTS = {
    "python": re.compile(r"^(?:import|from) [^\n(]*(?:\([^)]*\))?", re.M),
    "javascript": re.compile(r"^(?:import .*|(?:const|var|let) .*require\(.*)$", re.M),
    "typescript": re.compile(r"^import [^;]*;?", re.M),
    "go": re.compile(r"^import (?:\([^)]*\)|.*)", re.M),
    "java": re.compile(r"^import .*;", re.M),
}
"""Language -> what a file imports: a reader of a function is told no more of its file."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    pick_ = commands.add_parser("pick", help="choose functions and write their views")
    pick_.add_argument("folder", type=Path)
    pick_.add_argument("--sources", default="**/*.py", help="which files of the folder, as a glob")
    pick_.add_argument("--test", required=True, help="the command that runs the folder's tests")
    pick_.add_argument("--out", type=Path, required=True)
    pick_.add_argument("--count", type=int, default=10)
    pick_.add_argument("--seed", type=int, default=1)
    pick_.add_argument("--lines", default="8-60")
    pick_.add_argument("--tries", type=int, default=60, help="functions to look at before giving up")
    judge_ = commands.add_parser("judge", help="run the tests on each rewrite")
    judge_.add_argument("out", type=Path)
    judge_.add_argument("only", nargs="*", help="numbers of the functions to judge")
    views_ = commands.add_parser("views", help="write the views of what was picked again")
    views_.add_argument("out", type=Path)
    args = parser.parse_args()
    return {"pick": pick, "judge": judge, "views": again}[args.command](args)


def pick(args: argparse.Namespace) -> int:
    least, most = map(int, args.lines.split("-"))
    found = [
        (path, at)
        for path in sorted(args.folder.glob(args.sources))
        if "test" not in path.name and path.is_file()
        for at, view in enumerate(_views(path))
        if view.chunk.kind in ("function", "method") and least <= view.chunk.code.count("\n") + 1 <= most
    ]
    random.Random(args.seed).shuffle(found)
    args.out.mkdir(parents=True, exist_ok=True)
    if not _passes(args.folder, args.test)[0]:
        print("the tests fail on the folder as it is", file=sys.stderr)
        return 1
    kept: list[dict[str, object]] = []
    for path, at in found[: args.tries]:
        if len(kept) == args.count:
            break
        view = _views(path)[at]
        if view.made_by == "source":
            continue
        data = path.read_bytes()
        broken = _broken(view)
        if broken is None:
            continue
        spoilt = data[: view.chunk.start_byte] + broken.encode() + data[view.chunk.end_byte :]
        if _with(args.folder, path, spoilt, args.test)[0]:
            continue
        number = f"{len(kept):03}"
        (args.out / f"{number}.view").write_text(_page(path, view))
        place = {"file": str(path.relative_to(args.folder)), "name": view.chunk.qualified_name}
        span = {"start": view.chunk.start_byte, "end": view.chunk.end_byte, "ratio": round(view.ratio, 2)}
        kept.append({"number": number, **place, **span, "made_by": view.made_by, "rules": view.rules})
    manifest = {"folder": str(args.folder.resolve()), "test": args.test, "functions": kept}
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=1))
    print(f"{len(kept)} functions of {len(found)}")
    return 0


def again(args: argparse.Namespace) -> int:
    """The views of what was picked, by the converter as it is now."""
    manifest = json.loads((args.out / "manifest.json").read_text())
    for one in manifest["functions"]:
        path = Path(manifest["folder"], one["file"])
        view = next(v for v in _views(path) if v.chunk.start_byte == one["start"] and v.chunk.end_byte == one["end"])
        (args.out / f"{one['number']}.view").write_text(_page(path, view))
    return 0


def judge(args: argparse.Namespace) -> int:
    manifest = json.loads((args.out / "manifest.json").read_text())
    folder = Path(manifest["folder"])
    passed = tried = 0
    for one in manifest["functions"]:
        code = args.out / f"{one['number']}.code"
        if not code.exists() or (args.only and one["number"] not in args.only):
            continue
        path = folder / one["file"]
        data = path.read_bytes()
        line = data.rfind(b"\n", 0, one["start"]) + 1
        margin = data[line : one["start"]].decode()
        text = _shifted(code.read_text().strip("\n"), margin if not margin.strip() else "")
        spoilt = data[: one["start"]] + text.lstrip().encode() + data[one["end"] :]
        ok, log = _with(folder, path, spoilt, manifest["test"])
        tried, passed = tried + 1, passed + ok
        print(f"{one['number']} {'passed' if ok else 'FAILED'} {one['file']} {one['name']}", flush=True)
        if not ok:
            (args.out / f"{one['number']}.log").write_text(log)
    print(f"{passed} of {tried} passed")
    return 0


_CACHE: dict[Path, list[View]] = {}


def _views(path: Path) -> list[View]:
    if path not in _CACHE:
        data = path.read_bytes()
        language = language_of(str(path), data[:4096])
        if language is None:
            return []
        _CACHE[path] = AICCLConverter(workspace_rules=False).convert_to_aiccl(data, language, path=str(path)).views
    return _CACHE[path]


def _page(path: Path, view: View) -> str:
    owner = view.chunk.qualified_name.rpartition(".")[0]
    head = [f"language: {view.chunk.language}", f"file: {path.name}"]
    pattern = IMPORTS.get(view.chunk.language)
    if pattern is not None:
        head += pattern.findall(path.read_text("utf-8", "replace"))
    if owner:
        head.append(f"in: {owner}")
    return "\n".join(head) + "\n---\n" + view.text + "\n"


def _broken(view: View) -> str | None:
    """The chunk with a body that fails as soon as it is entered."""
    statement, opens = FAILURES.get(view.chunk.language, ("", ""))
    if not statement:
        return None
    lines = view.chunk.code.split("\n")
    for at, text in enumerate(lines):
        after = next((x for x in lines[at + 1 :] if x.strip()), "")
        if text.rstrip().endswith(opens) and text.strip() and not text.lstrip().startswith(("@", "#", "//", "*")):
            margin = after[: len(after) - len(after.lstrip())]
            return "\n".join([*lines[: at + 1], margin + statement, *lines[at + 1 :]])
    return None


def _shifted(text: str, margin: str) -> str:
    """A rewrite at the depth where the function stood."""
    first = text[: len(text) - len(text.lstrip())]
    return "\n".join(margin + x.removeprefix(first) if x.strip() else x for x in text.split("\n"))


def _with(folder: Path, path: Path, data: bytes, command: str) -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, folder.name)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git", "__pycache__", ".pytest_cache"))
        (copy / path.relative_to(folder)).write_bytes(data)
        return _passes(copy, command)


def _passes(folder: Path, command: str) -> tuple[bool, str]:
    try:
        done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired as late:
        return False, f"no end after {late.timeout} s"
    return done.returncode == 0, (done.stdout + done.stderr)[-6000:]


if __name__ == "__main__":
    raise SystemExit(main())

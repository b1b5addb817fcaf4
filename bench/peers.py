"""The peers that the converter is measured beside: each turns source text, or a folder, into fewer tokens.

`without_comments` and `skeleton` are the cheap baselines (comments and doc strings gone; signatures alone),
python-minifier is the field's minifier for Python, and repomix `--compress` the packer that most people use. A peer
that is not installed is left out of the tables with a line that says so, never silently.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiccl_converter.source import language, parse_fragment

REPOMIX = "repomix@1.14.0"


def without_comments(code: str, name: str) -> str:
    """The code with its comments cut out and blank lines gone; for Python doc strings too."""
    fragment = parse_fragment(code, name)
    raw = code.encode()
    kinds = language(name).comments
    cuts: list[tuple[int, int]] = []
    stack = [fragment.tree.root_node]
    while stack:
        node = stack.pop()
        start, end = node.start_byte - fragment.offset, node.end_byte - fragment.offset
        if node.type in kinds or (name == "python" and _is_doc(node)):
            if 0 <= start and end <= len(raw):
                cuts.append((start, end))
            continue
        stack.extend(node.children)
    at, parts = 0, []
    for start, end in sorted(cuts):
        parts.append(raw[at:start])
        at = max(at, end)
    text = b"".join([*parts, raw[at:]]).decode("utf-8", "replace")
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _is_doc(node) -> bool:  # type: ignore[no-untyped-def]
    """A string that stands as a statement of its own."""
    return node.type == "expression_statement" and node.child_count == 1 and node.children[0].type == "string"


def skeleton(code: str) -> str | None:
    """Python's AST skeleton: signatures and class bodies without function bodies or doc strings."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [ast.Expr(ast.Constant(...))]
        elif isinstance(node, ast.ClassDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def minified(code: str) -> str | None:
    """python-minifier's output at its defaults (local names shortened, globals kept)."""
    import python_minifier

    try:
        return python_minifier.minify(code, remove_literal_statements=True)
    except Exception:
        return None


@dataclass
class Run:
    """One run of a program: its output, wall seconds, and the largest resident set of any of its processes in MB."""

    text: str
    seconds: float
    megabytes: float


def measured(command: list[str], output: Path, cwd: Path | None = None) -> Run:
    """Run a program that writes `output`. Raises RuntimeError with its last lines where it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        if process.returncode not in (0, 1):
            log.seek(0)
            raise RuntimeError(
                f"{command[0]} ended with {process.returncode}: {log.read()[-800:].decode(errors='replace')}"
            )
    return Run(output.read_text("utf-8", "replace"), seconds, usage.ru_maxrss / 1024)


def repomix_command(cache: Path) -> list[str] | None:
    """repomix, installed once into a cache folder by npm. None where npm is missing or the install fails."""
    program = cache / "node_modules" / ".bin" / "repomix"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            return None
        cache.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(cache), REPOMIX],
            capture_output=True,
            check=False,
        )
        if done.returncode != 0 or not program.exists():
            return None
    return [str(program), "--compress", "--quiet"]

"""`aiccl expand --with claude` as users run it: another process, the real package, a server that answers well or badly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ..command.conftest import environment
from .conftest import Server

pytest.importorskip("anthropic")

VIEW = '<comp:code lang="python" path="a.py" level="flow">\nload(id)\nid|^!ValueError("no id")\n^.db.get(id)\n</comp:code>\n'
CODE = 'def load(self, id):\n    if not id:\n        raise ValueError("no id")\n    return self.db.get(id)\n'
UNGUARDED = "def load(self, id):\n    return self.db.get(id)\n"


def expand(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    (folder / "view.aiccl").write_text(VIEW, encoding="utf-8")
    given = {name: os.environ[name] for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "aiccl_converter", "expand", "view.aiccl", *arguments],
        cwd=folder,
        env=environment(**{**given, **changes}),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_code_and_who_wrote_it(server: Server, tmp_path: Path) -> None:
    server.says(f"```python\n{CODE}```")
    done = expand(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, CODE, "written by claude-test\n")
    (_, body) = server.requests[0]
    assert VIEW.strip() in body["messages"][0]["content"]


def test_code_that_says_something_else(server: Server, tmp_path: Path) -> None:
    server.says(f"```python\n{UNGUARDED}```")
    done = expand(tmp_path, "--quiet")
    assert (done.returncode, done.stdout) == (3, UNGUARDED)
    assert "ValueError" in done.stderr and all(line.startswith("aiccl: a.py: ") for line in done.stderr.splitlines())


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "set ANTHROPIC_API_KEY to a valid key"),
        (429, "wait a minute"),
        (529, "overloaded"),
        (500, "try again later"),
    ],
)
def test_a_refusal_is_one_line(server: Server, tmp_path: Path, status: int, says: str) -> None:
    server.fails(status, json.dumps({"type": "error", "error": {"type": "x", "message": "no"}}).encode())
    done = expand(tmp_path, "--output", "code.py")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert says in done.stderr and done.stderr.startswith(f"aiccl: Claude answered {status}: ")
    assert not (tmp_path / "code.py").exists()


@pytest.mark.parametrize(
    ("text", "stop", "cut", "says"),
    [
        (f"```\n{CODE}```", "end_turn", 3, "try again"),
        (f"```\n{CODE}", "max_tokens", None, "cut off"),
        ("As you wish.", "end_turn", None, "holds no code"),
    ],
    ids=["broken off", "too long", "no code"],
)
def test_an_answer_that_is_none(
    server: Server, tmp_path: Path, text: str, stop: str, cut: int | None, says: str
) -> None:
    server.says(text, stop, cut)
    done = expand(tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert says in done.stderr


def test_nonsense(server: Server, tmp_path: Path) -> None:
    server.fails(200, b"<html>a proxy</html>", "text/html")
    done = expand(tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_without_a_key_there_is_the_prompt(server: Server, tmp_path: Path) -> None:
    done = expand(tmp_path, ANTHROPIC_API_KEY="")
    assert done.returncode == 0 and VIEW.strip() in done.stdout
    assert not server.requests

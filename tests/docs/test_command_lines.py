"""What README.md and docs/command.md say to type does what they say: each line runs, in a small repository."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from aiccl_converter.command.main import parser

from ..command.conftest import AUTH, COMMAND, environment
from .pages import ROOT, blocks, page

COMMAND_PAGE = page("docs/command.md")
SYNOPSIS = re.compile(r"[\[\]|]|\.\.\.|\b[A-Z]{3,}\b")
"""What only the pattern of a command line has."""


def typed(text: str, fenced: bool) -> list[str]:
    """The lines of a page that call `aiccl`, from its shell blocks or its indented lines, comments gone."""
    lines = (
        [line for block in blocks(text) if block.mark == "sh" and not block.note for line in block.text.splitlines()]
        if fenced
        else [line.strip() for line in text.splitlines() if line.startswith("    aiccl ")]
    )
    return [re.split(r" {2,}", line)[0].split(" #")[0].rstrip() for line in lines if line.startswith("aiccl ")]


README_LINES = typed(page("README.md"), True)
PAGE_LINES = typed(COMMAND_PAGE, False)
LINES = [line for line in (*README_LINES, *PAGE_LINES) if not SYNOPSIS.search(line)]
PATTERNS = [line for line in PAGE_LINES if SYNOPSIS.search(line)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the lines name; `aiccl` is a script in front of everything else."""
    root = tmp_path_factory.mktemp("repository")
    for name, text in {
        "app/auth.py": AUTH,
        "src/web/sum.ts": "export function sum(xs: number[]) {\n  let total = 0;\n  for (const x of xs) total += x;\n  return total;\n}\n",
        "home/.zfunc/x": "",
        "home/.config/fish/completions/x": "",
        "home/.local/share/bash-completion/completions/x": "",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    view = subprocess.run([*COMMAND, "compress", "-q", "app/auth.py"], cwd=root, env=environment(), capture_output=True)
    (root / "view.aiccl").write_bytes(view.stdout)
    return root


def test_there_are_lines() -> None:
    assert len(README_LINES) > 4 and len(PAGE_LINES) > 10 and len(PATTERNS) > 5


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("sh"), reason="the lines are for a shell")
@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_a_line_runs(repository: Path, line: str) -> None:
    aiccl = "aiccl() { " + " ".join(map(shlex.quote, COMMAND)) + ' "$@"; }\n'
    home = str(repository / "home")
    done = subprocess.run(
        ["sh", "-c", aiccl + line],
        cwd=repository,
        env=environment(HOME=home),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    redirected = re.search(r"(?:> |--html )(\S+)$", line)
    if redirected is None:
        assert done.stdout.strip()
    else:
        assert Path(redirected[1].replace("~", home)).is_absolute() or (repository / redirected[1]).stat().st_size
        assert (repository / redirected[1].replace("~", home)).stat().st_size


def subparsers() -> dict[str, argparse.ArgumentParser]:
    return dict(next(action for action in parser()._actions if action.dest == "command").choices)  # type: ignore[arg-type]


@pytest.mark.parametrize("line", PATTERNS)
def test_a_pattern_names_what_there_is(line: str) -> None:
    _, name, *_ = line.split()
    known = {option: action for action in subparsers()[name]._actions for option in action.option_strings}
    for option, values in re.findall(r"(--[\w-]+)(?: ([a-z0-9]+(?:\|[a-z0-9]+)+))?", line):
        assert option in known, f"docs/command.md shows {option}, which `aiccl {name}` does not have"
        if values:
            assert list(known[option].choices or ()) == values.split("|"), f"`aiccl {name} {option}`"


def test_every_option_that_the_page_names_exists() -> None:
    known = {
        option
        for sub in (parser(), *subparsers().values())
        for action in sub._actions
        for option in action.option_strings
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", COMMAND_PAGE + page("README.md")))
    assert named - known <= {"--without-pip"}, f"no command has {sorted(named - known)}"


def test_shared_options_have_the_short_forms_that_the_table_says() -> None:
    table = COMMAND_PAGE.split("## Options that several commands share")[1].split("\n## ")[0]
    shorts = {
        action.option_strings[-1]: action.option_strings[0]
        for sub in subparsers().values()
        for action in sub._actions
        if len(action.option_strings) == 2
    }
    told = dict(re.findall(r"^\| `(--[\w-]+)`, `(-\w)` \|", table, re.M))
    assert told == {long: short for long, short in shorts.items() if long != "--help"}


def test_environment_variables_are_documented() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "converter").rglob("*.py"))
    read = set(re.findall(r"""environ(?:\.get\(|\[)["']((?:AICCL|ANTHROPIC)_\w+|NO_COLOR)["']""", source))
    assert not {name for name in read if f"`{name}" not in COMMAND_PAGE}


def test_the_first_command_of_the_readme_prints_the_view_and_its_figures() -> None:
    """All but its set-up, which `pip` does."""
    [block] = [block for block in blocks(page("README.md")) if block.note == "command: compress"]
    words = shlex.split(block.text)
    at = words.index(".venv/bin/aiccl")
    done = subprocess.run([*COMMAND, *words[at + 1 :]], cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith(f'<comp:code lang="python" path="{words[-1]}" level="flow">\n')
    assert re.fullmatch(
        rf"{words[-1]}: [\d,]+ -> [\d,]+ tokens \(\d\.\d\dx, o200k_base\), fidelity [01]\.\d\d; \d+ functions\n",
        done.stderr,
    )


def test_the_extra_that_is_named_exists() -> None:
    import tomllib

    extras = tomllib.loads(page("pyproject.toml"))["project"]["optional-dependencies"]
    pages = COMMAND_PAGE + page("README.md")
    named = {name for found in re.findall(r"(?:aiccl|\.)\[([\w,]+)\]", pages) for name in found.split(",")}
    assert "claude" in named and named <= set(extras)

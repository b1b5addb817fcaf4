"""docs/add-a-language.md, done as it says: on a copy of the converter, with the blocks of the page and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ..command.conftest import environment
from .pages import blocks, page
from .shown import add_language, command, language_views

pytest.importorskip("tree_sitter_lua", reason="the extra `test` brings it")
PAGE = page("docs/add-a-language.md")
BLOCKS = {block.note: block.text for block in blocks(PAGE) if block.note}
VIEWS = {note.removeprefix("view: "): text for note, text in BLOCKS.items() if note.startswith("view: ")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's files and a converter that knows the page's language."""
    root = tmp_path_factory.mktemp("lua")
    add_language(root)
    return root


def test_the_page_shows_every_level() -> None:
    assert set(VIEWS) == {"flow", "outline", "exact"}


def test_the_views_are_the_pages(folder: Path) -> None:
    for block, now in language_views(folder):
        assert now == block.text, "docs/add-a-language.md shows another view; run: python -m tests.docs.shown"


@pytest.mark.parametrize("level", ["flow", "exact"])
def test_the_view_passes_the_check(folder: Path, level: str) -> None:
    (folder / "view.aiccl").write_text(VIEWS[level], encoding="utf-8")
    done = command(folder, "check", "lamps.lua", "view.aiccl")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_exact_view_expands_to_the_same_tokens(folder: Path) -> None:
    (folder / "view.aiccl").write_text(VIEWS["exact"], encoding="utf-8")
    done = command(folder, "expand", "view.aiccl", "--output", "again.lua")
    assert done.returncode == 0, done.stderr
    # `check` compares an exact view token by token.
    assert command(folder, "check", "again.lua", "view.aiccl").returncode == 0


def test_no_node_is_left_to_chance(folder: Path) -> None:
    """The page's example has an entry for each of its kinds: none became source text."""
    code = (
        "import sys; from aiccl_converter.source.lowering import Lowering; from aiccl_converter.source import language, parse\n"
        "data = open('lamps.lua', 'rb').read(); lw = Lowering(language('lua').lower, data)\n"
        "lw.steps(parse(data, 'lua').root_node); sys.exit(lw.raw)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**environment(), "PYTHONPATH": str(folder / "converter")}
    )
    assert done.returncode == 0


def test_the_grammar_is_in_the_extra_of_the_tests() -> None:
    import tomllib

    project = tomllib.loads(page("pyproject.toml"))["project"]
    named = next(block.text for block in blocks(PAGE) if block.mark == "toml").strip().rstrip(",").strip('"')
    assert named in project["optional-dependencies"]["test"]

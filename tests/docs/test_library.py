"""docs/library.md and the README's Python, run as they stand: block after block, in one namespace, in an empty folder."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter, DirectoryResult, FileResult, View

from .pages import ROOT, blocks, page
from .shown import run_python

PAGE = page("docs/library.md")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_page_runs() -> None:
    space, outputs = run_python(PAGE, "docs/library.md")
    assert isinstance(space["result"], FileResult)
    for block, now in outputs:
        assert now == block.text, "docs/library.md shows another output; run: python -m tests.docs.shown"


def test_the_readme_runs(folder: Path) -> None:
    text = page("README.md")
    python = [block.text for block in blocks(text) if block.mark == "python"]
    (folder / "app").mkdir()
    (folder / "app/auth.py").write_text(f"class Users:\n{python[0]}", encoding="utf-8")
    run_python("```python\n" + python[1] + "```\n", "README.md")


def test_every_method_and_field_is_there() -> None:
    """Public names and parameters of the library stand in the page, and the page names no others."""
    methods = {
        name: value for name, value in vars(AICCLConverter).items() if inspect.isfunction(value) and name[0] != "_"
    }
    for name, method in methods.items():
        [shown] = re.findall(rf"^\| `{name}\((.*?)\)` \|", PAGE, re.M)
        parameters = list(inspect.signature(method).parameters.values())[1:]
        assert re.findall(r"(?:^|, )(\w+)", re.sub(r"=\"?\w+\"?", "", shown)) == [p.name for p in parameters], name
        for parameter in parameters:
            if parameter.default is not inspect.Parameter.empty:
                told = f'"{parameter.default}"' if isinstance(parameter.default, str) else str(parameter.default)
                assert f"{parameter.name}={told}" in shown
    assert set(re.findall(r"^\| `(\w+)\(", PAGE, re.M)) == set(methods)
    for kind in (FileResult, DirectoryResult, View):
        for name in kind.__dataclass_fields__:
            assert f"`{name}`" in PAGE, f"docs/library.md says nothing of {kind.__name__}.{name}"


def test_the_example_of_the_readme_is_converted_by_its_first_command() -> None:
    [first] = re.findall(r"<!-- command: compress -->\n```sh\n(.*?)\n```", page("README.md"), re.S)
    assert (ROOT / first.split()[-1]).exists()

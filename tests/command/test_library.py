"""The library as the README shows it: results, ranges, folders, changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import aiccl_converter
import pytest
from aiccl_converter import AICCLConverter, AICCLError
from aiccl_converter.version import VERSION

from .conftest import environment


def test_names_are_there() -> None:
    assert aiccl_converter.__version__ == VERSION
    assert all(getattr(aiccl_converter, name) for name in aiccl_converter.__all__)
    with pytest.raises(AttributeError):
        aiccl_converter.nothing  # noqa: B018


def test_importing_costs_nothing() -> None:
    code = "import sys, aiccl_converter; print([m for m in sys.modules if m.startswith(('tree_sitter', 'aiccl_converter.'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert done.stdout.strip() == "['aiccl_converter.version']"


def test_process_file_gives_the_ranges_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    data = b"\xef\xbb\xbf# \xc3\xa9\r\n\r\ndef add(a, b):\r\n    return a + b\r\n"
    path.write_bytes(data)
    result = AICCLConverter().process_file(path)
    [view] = [view for view in result.views if view.chunk.name == "add"]
    assert data[view.chunk.start_byte : view.chunk.end_byte] == b"def add(a, b):\r\n    return a + b"
    assert (view.chunk.start_line, view.chunk.end_line) == (2, 3)


@pytest.mark.parametrize("jobs", [1, 2])
def test_convert_directory_agrees_with_its_files(sources: Path, jobs: int) -> None:
    (sources / "bad.py").write_bytes(b"\xff\xff")
    converter = AICCLConverter()
    result = converter.convert_directory(sources, jobs=jobs)
    assert [file.path for file in result.files] == ["app/auth.py", "app/util/text.py", "bad.py", "web/sum.js"]
    assert [file.path for file in result.files if file.error] == ["bad.py"]
    assert result.source_tokens == sum(file.source_tokens for file in result.files)
    [auth] = [file for file in result.files if file.path == "app/auth.py"]
    alone = converter.convert_to_aiccl((sources / "app/auth.py").read_text(), "python", path="app/auth.py")
    assert auth.text == alone.text


def test_update_index_follows_changes(sources: Path) -> None:
    converter = AICCLConverter()
    path = sources / "web" / "sum.js"
    [first] = converter.update_index([path])
    [again] = converter.update_index([(path, path.read_bytes())])
    assert again.text == first.text
    [changed] = converter.update_index([(path, "export const half = n => n / 2;\n")])
    assert "half" in changed.text
    assert converter.update_index([(path, None), sources / "gone.py"]) == []
    (sources / "bad.py").write_bytes(b"\xff")
    bad, worse = converter.update_index([sources / "bad.py", ("x.py", b"\0")])
    assert bad.error is not None and "not UTF-8" in bad.error
    assert worse.error is not None and "NUL byte" in worse.error


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    converter = AICCLConverter()
    for call in (
        lambda: converter.convert_to_aiccl("x", "klingon"),
        lambda: converter.convert_to_aiccl("x", "python", "deep"),
        lambda: converter.process_file(tmp_path / "nothere.py"),
        lambda: AICCLConverter(tokenizer="p50k"),
    ):
        with pytest.raises(AICCLError, match="; "):
            call()

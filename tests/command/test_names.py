"""What a document calls its file: never a folder of the machine, and no two files the same."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.files.names import told, told_apart

CODE = "def add(a, b):\n    return a + b\n"


def paths_in(text: bytes) -> list[str]:
    return re.findall(r'<comp:code [^>]*path="([^"]*)"', text.decode())


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder to stand in, and one beside it."""
    for name in ("here/sub/in.py", "away/repo/app/out.py", "away/repo/x.py", "away/other/x.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CODE, encoding="utf-8")
    return tmp_path / "here", tmp_path / "away"


def test_absolute_paths(aiccl, folders: tuple[Path, Path]) -> None:
    here, away = folders
    for arguments, expected in (
        ([here / "sub/in.py"], ["sub/in.py"]),
        ([here], ["sub/in.py"]),
        ([away / "repo/app/out.py"], ["out.py"]),
        ([away / "repo"], ["repo/app/out.py", "repo/x.py"]),
        ([f"{away}/repo/*.py"], ["repo/x.py"]),
        ([f"{away}/repo/"], ["repo/app/out.py", "repo/x.py"]),
        ([away / "repo/x.py", away / "other/x.py"], ["repo/x.py", "other/x.py"]),
        (["../away/repo/x.py"], ["../away/repo/x.py"]),
    ):
        done = aiccl("compress", *arguments, cwd=here)
        assert done.returncode == 0, done.stderr
        assert sorted(paths_in(done.stdout)) == sorted(expected)
        assert str(here.parent).encode() not in done.stdout


def test_json_stats_and_explain_name_it_alike(aiccl, folders: tuple[Path, Path]) -> None:
    here, away = folders
    document = json.loads(aiccl("compress", away / "repo/app/out.py", "--format", "json", cwd=here).stdout)
    assert document["files"][0]["path"] == "out.py"
    assert str(away).encode() not in aiccl("stats", away / "repo", "--html", "-", cwd=here).stdout
    assert b"(out.py:1-2)" in aiccl("explain", f"{away / 'repo/app/out.py'}:add", cwd=here).stdout


def test_a_problem_names_the_path_as_it_was_given(aiccl, folders: tuple[Path, Path]) -> None:
    here, away = folders
    bad = away / "repo/bad.py"
    bad.write_bytes(b"\0")
    done = aiccl("compress", bad, cwd=here)
    assert done.stderr.decode().startswith(f"aiccl: {bad}: ".replace(os.sep, "/"))


def test_the_library_does_the_same(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    here, away = folders
    monkeypatch.chdir(here)
    path = away / "repo/app/out.py"
    result = AICCLConverter().process_file(path)
    assert result.path == str(path)
    assert paths_in(result.text.encode()) == ["out.py"]
    [changed] = AICCLConverter().update_index([here / "sub/in.py"])
    assert paths_in(changed.text.encode()) == ["sub/in.py"]
    [first, _] = AICCLConverter().convert_directory(away / "repo").files
    assert paths_in(first.text.encode()) == ["app/out.py"]


def test_names_are_made_longer_until_they_differ() -> None:
    root = os.path.abspath(os.sep)
    paths = [os.path.join(root, *parts.split("/")) for parts in ("a/b/x.py", "c/b/x.py", "d/x.py", "y.py")]
    assert told_apart(paths, [told(path) for path in paths]) == ["a/b/x.py", "c/b/x.py", "d/x.py", "y.py"]
    assert told_apart([paths[0], paths[0]], ["x.py", "x.py"]) == ["a/b/x.py", "a/b/x.py"]


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a right here")
def test_the_current_folder_by_another_name(aiccl, folders: tuple[Path, Path]) -> None:
    here, _ = folders
    (here.parent / "link").symlink_to(here)
    called = here.parent / "link"
    done = aiccl("compress", called / "sub/in.py", cwd=called, env={"PWD": str(called)})
    assert paths_in(done.stdout) == ["sub/in.py"]

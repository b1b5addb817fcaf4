"""One path at a time gives the same answers as a walk over the tree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from aiccl_converter.files import walk_sources
from aiccl_server.watch import Covered, globs
from aiccl_server.watch.covered import is_of_interest

TREE = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "/build/\n*.gen.py\n!keep.gen.py\n",
    "sub/.gitignore": "local.py\n!*.gen.py\n",
    ".hidden/a.py": "",
    "a.py": "",
    "a.gen.py": "",
    "keep.gen.py": "",
    "notes.txt": "",
    "build/b.py": "",
    "sub/build/b.py": "",
    "sub/local.py": "",
    "sub/x.gen.py": "",
    "node_modules/m/i.js": "",
    "web/app.min.js": "",
    "web/app.js": "",
    "web/Makefile": "",
    "vendor/autoload.php": "",
    "vendor/v.php": "",
    "env/pyvenv.cfg": "",
    "env/lib.py": "",
    "deep/er/still/deeper.go": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "project" / "again").symlink_to(tmp_path / "project", target_is_directory=True)
    (tmp_path / "project" / "link.py").symlink_to(tmp_path / "project" / "a.py")
    return tmp_path / "project"


def test_the_same_files_as_a_walk(root):
    walked = set(walk_sources(root)[0])
    covered = Covered([str(root)])
    every = {os.path.join(at, name) for at, _, names in os.walk(root) for name in names}
    assert {path for path in every if covered.file(path)} == walked
    assert str(root / "a.py") in walked and str(root / "sub/x.gen.py") in walked


def test_folders(root):
    covered = Covered([str(root)])
    assert covered.folder(str(root)) and covered.folder(str(root / "deep/er/still"))
    for name in (".git", "build", "node_modules/m", "vendor", "env", "again", "again/sub"):
        assert not covered.folder(str(root / name)), name
    assert not covered.folder(str(root.parent))


def test_a_file_that_is_gone_is_judged_all_the_same(root):
    covered = Covered([str(root)])
    assert covered.file(str(root / "never.py")) and not covered.file(str(root / "build/never.py"))
    assert not covered.file(str(root.parent / "outside.py"))


def test_exclude_is_relative_to_the_root(root):
    covered = Covered([str(root)], ["web/", "/a.py"])
    assert not covered.file(str(root / "web/app.js")) and not covered.file(str(root / "a.py"))
    assert covered.file(str(root / "deep/er/still/deeper.go"))
    assert not covered.folder(str(root / "web"))


def test_the_innermost_root_decides(root):
    covered = Covered([str(root), str(root / "build")])
    assert covered.file(str(root / "build/b.py"))  # it was opened as a workspace folder of its own


def test_globs_name_extensions_and_never_everything():
    patterns = globs()
    assert any(".py" in p or ",py," in p for p in patterns) and any(".gitignore" in p for p in patterns)
    assert not any(p in ("**", "**/*") for p in patterns)


def test_what_can_matter():
    assert is_of_interest("a.py") and is_of_interest(".gitignore") and is_of_interest(".aicclignore")
    assert not is_of_interest("a.log") and not is_of_interest(".a.py.swp") and not is_of_interest("4913")

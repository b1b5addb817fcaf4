"""What a folder holds: git's own rules, and what nobody wrote by hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from aiccl_converter.files.read import decode
from aiccl_converter.files.walk import Walk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def walked(root: Path) -> list[str]:
    walk = Walk(str(root), lambda name: name.endswith(".py"))
    return [os.path.relpath(path, root).replace(os.sep, "/") for path in walk.files()]


IGNORES = {
    ".gitignore": "*.log.py\n/build\nout/\n!keep.log.py\ndocs/**/gen.py\n# comment\n\\#odd.py\n  \ntrail.py   \n[ab]?.py\n**/deep/x.py\n",
    "sub/.gitignore": "!special.log.py\nlocal.py\n/only_here.py\n",
    "sub/more/.gitignore": "*\n!*/\n!wanted.py\n",
}
NAMES = [
    *("a.py", "x.log.py", "keep.log.py", "build/a.py", "sub/build/a.py", "out/a.py", "sub/out/a.py", "docs/gen.py"),
    *("docs/a/b/gen.py", "#odd.py", "trail.py", "a1.py", "c1.py", "q/deep/x.py", "deep/x.py", "sub/special.log.py"),
    *("sub/other.log.py", "sub/local.py", "sub/q/local.py", "sub/only_here.py", "sub/q/only_here.py"),
    *("sub/more/a.py", "sub/more/wanted.py", "sub/more/d/wanted.py", "sub/more/d/b.py", "excluded.py"),
]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
def test_ignore_files_are_read_as_git_reads_them(tmp_path: Path) -> None:
    put(tmp_path, {**dict.fromkeys(NAMES, "x = 1\n"), **IGNORES})
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("excluded.py\n")
    listed = subprocess.run(
        ["git", "-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard", "-z", "*.py"],
        capture_output=True,
        check=True,
        cwd=tmp_path,
    )
    expected = sorted(name for name in listed.stdout.decode().split("\0") if name)
    assert sorted(walked(tmp_path)) == expected
    # From a folder within the repository the rules above it still hold.
    assert sorted(f"sub/{name}" for name in walked(tmp_path / "sub")) == [x for x in expected if x.startswith("sub/")]


# Git takes the letters before a wildcard off first, so that in "a**/b" the ** is at the start by then. Its manual says otherwise.
QUIRK = re.compile(r"[^/*]\*\*|\\/")
LINES = st.lists(
    st.sampled_from(["a", "b", "*", "/**", "?", "/", "/", "!", "[ab]", "[!a]", "\\", ".py", "[^b-c]", "[[:alpha:]]"]),
    min_size=1,
    max_size=6,
)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES.map("".join).filter(lambda line: not QUIRK.search(line)), min_size=1, max_size=5))
def test_any_pattern_means_what_it_means_to_git(tmp_path: Path, lines: list[str]) -> None:
    root = tmp_path / "fuzz"
    if not root.exists():
        names = [*("a.py", "b.py", "c.py", "ab.py", "a/a.py", "a/b.py", "b/a/c.py", "a/b/a/b.py", "c/d/ab.py", "!a.py")]
        put(root, dict.fromkeys(names, ""))
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / ".gitignore").write_text("\n".join(lines) + "\n")
    command = ["git", "-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard", "-z", "*.py"]
    listed = subprocess.run(command, capture_output=True, check=True, cwd=root).stdout.decode()
    assert sorted(walked(root)) == sorted(name for name in listed.split("\0") if name)


def test_aicclignore_adds_and_takes_back(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", "b.py": "", "c.py": "", ".gitignore": "a.py\n", ".aicclignore": "b.py\n!a.py\n"})
    assert walked(tmp_path) == ["a.py", "c.py"]


def test_a_pattern_that_is_none_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, {"a.py": "", "b.py": "", ".gitignore": "a.py\n!\n/\n"})
    assert walked(tmp_path) == ["b.py"]


def test_what_nobody_wrote_is_counted_not_converted(aiccl, sources: Path) -> None:
    (sources / "env").mkdir()
    (sources / "env" / "pyvenv.cfg").write_text("")
    (sources / "env" / "site.py").write_text("x = 1\n")
    (sources / "vendor" / "thing").mkdir(parents=True)
    (sources / "vendor" / "autoload.php").write_text("<?php\n")
    (sources / "dist.js").write_text("var a = 1;" * 2_000 + "\n")
    (sources / "api_pb2.py").write_text("x = 1\n")
    done = aiccl("compress", ".", cwd=sources)
    assert done.returncode == 0
    assert done.stdout.count(b"<comp:code") == 3
    assert done.stderr.decode().splitlines()[0] == (
        "passed over: 3 dependency folders, 1 empty, 2 generated, 1 hidden, 1 lock files, 2 minified, 1 of no known language"
    )


def test_what_is_named_is_converted(aiccl, sources: Path) -> None:
    done = aiccl("compress", "gen.py", ".hidden.py", "web/lib.min.js", "node_modules", cwd=sources)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"<comp:code") == 4


def test_patterns(aiccl, sources: Path) -> None:
    def paths(*patterns: str) -> list[str]:
        out = aiccl("compress", "-q", *patterns, cwd=sources).stdout.decode()
        return [line.split('path="')[1].split('"')[0] for line in out.splitlines() if line.startswith("<comp:code")]

    assert paths("**/*.py") == ["app/auth.py", "app/util/text.py"]
    assert paths("app/*/*.py") == ["app/util/text.py"]
    assert paths("web/s?m.js", "app/[a]*.py") == ["web/sum.js", "app/auth.py"]
    assert paths(str(sources / "web" / "*.js")) == ["web/sum.js"]


def test_a_folder_without_source(aiccl, tmp_path: Path) -> None:
    done = aiccl("compress", ".")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"no source files found" in done.stderr


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.sampled_from(["a", "é", "\r", "\n", "\r\n", "\U0001f600", "x y"])), mark=st.booleans())
def test_offsets_lead_back_to_the_file(parts: list[str], mark: bool) -> None:
    """Each character of the text is the same character in the file, line ends aside."""
    data = (b"\xef\xbb\xbf" if mark else b"") + "".join(parts).encode()
    source = decode(data)
    at = 0
    for character in source.text:
        place = source.offset(at)
        expected = character.encode()
        if character == "\n":
            assert data[place : place + 1] in (b"\r", b"\n")
        else:
            assert data[place : place + len(expected)] == expected
        at += len(expected)
    assert source.offset(at) == len(data)

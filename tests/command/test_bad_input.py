"""Bad input costs one clear line that names the file and says what to do; the other files are still converted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

GOOD = b"def add(a, b):\n    return a + b\n"

# Name, content, what the line on standard error says.
REFUSED = [
    ("binary.py", bytes(range(256)) * 20, "NUL byte at offset 0"),
    ("nul.py", b"x = 1\n\0\n", "NUL byte at offset 6"),
    ("latin.py", b'x = 1\ns = "caf\xe9"\n', "not UTF-8 (byte 0xe9 at offset 14, line 2); save it as UTF-8"),
    ("utf16.py", "x = 1\n".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    ("utf32.py", "x = 1\n".encode("utf-32"), "is UTF-32 text; save it as UTF-8"),
    ("ten.py", b'x = "' + b"a" * 10_000_000 + b'"\n', "larger than 8,000,000 bytes; split it"),
    ("line.py", b"ok = 1\nx = '" + b"a" * 1_000_000 + b"'\n", "line 2 has over 200,000 characters"),
    ("what.xyz", GOOD, "unknown language '.xyz'; `aiccl languages`"),
    ("noextension", GOOD, "unknown language 'noextension'"),
    ("circles.ts", b'eact,{ u /pe{ items:ng[]Add?: "k:"a', "lead the parser in circles; mend them, or leave it out"),
]


def lines_about(stderr: bytes, name: str) -> list[str]:
    return [line for line in stderr.decode().splitlines() if line.startswith(f"aiccl: {name}: ")]


@pytest.mark.parametrize("name, content, says", REFUSED, ids=[case[0] for case in REFUSED])
def test_a_refused_file_costs_one_line(aiccl, tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.py").write_bytes(GOOD)
    done = aiccl("compress", name, "good.py")
    assert done.returncode == 1
    [line] = lines_about(done.stderr, name)
    assert says in line and "; " in line
    assert b"Traceback" not in done.stderr
    assert b'path="good.py"' in done.stdout
    assert name.encode() not in done.stdout


@pytest.mark.parametrize("content", [b"", b"\n \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_failure(aiccl, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "empty.py").write_bytes(content)
    done = aiccl("compress", "empty.py")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"empty.py: empty; nothing to convert\n"


def converted(aiccl, tmp_path: Path, content: bytes, *more: str) -> bytes:
    (tmp_path / "x.py").write_bytes(content)
    done = aiccl("compress", "x.py", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"),
    ],
    ids=["mark", "crlf", "cr", "both"],
)
def test_line_ends_and_byte_order_marks_change_nothing(aiccl, tmp_path: Path, content: bytes) -> None:
    assert converted(aiccl, tmp_path, content) == converted(aiccl, tmp_path, GOOD)


def test_ranges_are_those_of_the_file(aiccl, tmp_path: Path) -> None:
    import json

    content = b"\xef\xbb\xbf# \xc3\xa9\r\nx = 1\r\n\r\n\r\ndef add(a, b):\r\n    return a + b\r\n"
    document = json.loads(converted(aiccl, tmp_path, content, "--format", "json"))
    [view] = [view for view in document["files"][0]["views"] if view["name"] == "add"]
    assert content[view["start_byte"] : view["end_byte"]] == b"def add(a, b):\r\n    return a + b"
    assert (view["start"], view["end"]) == ({"line": 4, "character": 0}, {"line": 5, "character": 16})


DEEP = {
    "brackets.py": b"x = " + b"[" * 20_000 + b"]" * 20_000 + b"\n",
    "brackets.js": b"x = " + b"[" * 20_000 + b"]" * 20_000 + b"\n",
    "blocks.java": b"class A { void f() " + b"{" * 20_000 + b"}" * 20_000 + b"}\n",
    "sum.py": b"x = " + b" + ".join([b"a"] * 20_000) + b"\n",
    "not.py": b"x = " + b"not " * 20_000 + b"a\n",
    "unclosed.js": b"x = " + b"({[" * 7_000,
    "chain.js": b"x = a" + b"\n.b()" * 20_000 + b"\n",
    "else.js": b"function f(x) {\n" + b" else\n".join([b"if (x) { g(1) }"] * 10_000) + b"\n}\n",
}


def deep_cases() -> list[object]:
    """Every text at every level; those that take long to lay out again are left to the long run."""
    long = {("unclosed.js", "exact"), ("chain.js", "exact"), ("else.js", "exact"), ("sum.py", "exact")}
    return [
        pytest.param(name, level, marks=pytest.mark.slow if (name, level) in long else ())
        for name in DEEP
        for level in ("flow", "outline", "exact")
    ]


@pytest.mark.parametrize("name, level", deep_cases())
def test_deep_nesting_ends_in_a_view_or_a_line(aiccl, tmp_path: Path, name: str, level: str) -> None:
    (tmp_path / name).write_bytes(DEEP[name])
    (tmp_path / "good.py").write_bytes(GOOD)
    done = aiccl("compress", name, "good.py", "--level", level)
    assert done.returncode in (0, 1), done.stderr[-500:]
    assert b'path="good.py"' in done.stdout
    assert b"Traceback" not in done.stderr
    problems = lines_about(done.stderr, name)
    assert len(problems) == done.returncode
    assert not any("internal error" in line for line in problems)


def test_a_file_of_100_000_lines(aiccl, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(
        "".join(f"def f{i}(a):\n    if a:\n        return {i}\n    return None\n\n" for i in range(20_000))
    )
    done = aiccl("compress", "long.py", "--level", "outline")
    assert done.returncode == 0, done.stderr
    assert b"f19999(a)" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_is_never_opened(aiccl, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "good.py").write_bytes(GOOD)
    for arguments in (["pipe.py", "good.py"], ["."]):
        done = aiccl("compress", *arguments)
        assert done.returncode == 1
        assert "named pipe" in lines_about(done.stderr, "pipe.py")[0]
        assert b'path="good.py"' in done.stdout


def test_a_device_is_never_opened(aiccl) -> None:
    done = aiccl("compress", os.devnull)
    assert done.returncode == 1
    assert b"is a device, no regular file" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable to this user")
def test_an_unreadable_file_and_folder(aiccl, tmp_path: Path) -> None:
    (tmp_path / "closed.py").write_bytes(GOOD)
    (tmp_path / "closed.py").chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    (tmp_path / "good.py").write_bytes(GOOD)
    done = aiccl("compress", ".")
    assert done.returncode == 1
    assert "permission denied" in lines_about(done.stderr, "closed.py")[0]
    assert "permission denied; check its permissions" in lines_about(done.stderr, "shut")[0]
    assert b'path="good.py"' in done.stdout


def test_a_refused_open_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same for users to whom everything is readable."""
    from aiccl_converter.bulk import Settings, Task, convert_task

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "closed.py").write_bytes(GOOD)
    monkeypatch.setattr("aiccl_converter.files.read.os.open", refuse)
    outcome = convert_task(Settings(("flow",)), Task(str(tmp_path / "closed.py"), "closed.py"))
    assert outcome.problem == "cannot be read (permission denied); check its permissions"


def test_links_in_circles(aiccl, tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "up").symlink_to("..")
    (tmp_path / "sub" / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "sub" / "good.py").write_bytes(GOOD)
    done = aiccl("compress", ".")
    assert done.returncode == 0
    assert done.stdout.count(b"<comp:code") == 1
    assert b"passed over: 3 links" in done.stderr
    named = aiccl("compress", "loop.py", "sub/gone.py", "sub/good.py")
    assert named.returncode == 1
    assert "symbolic links" in lines_about(named.stderr, "loop.py")[0]
    assert lines_about(named.stderr, "sub/gone.py") == ["aiccl: sub/gone.py: a link to nothing; check the path"]
    assert named.stdout.count(b"<comp:code") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text here")
@pytest.mark.parametrize(
    "name, told",
    [
        (b"caf\xe9.py", "caf\\xe9.py"),
        (b"two\nlines.py", "two\\nlines.py"),
        (b'"><x>.py', "\\x22\\x3e\\x3cx\\x3e.py"),
        (b"-dash.py", "-dash.py"),
    ],
)
def test_odd_names_are_shown_escaped(aiccl, tmp_path: Path, name: bytes, told: str) -> None:
    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
        file.write(GOOD)
    for arguments in (["."], ["--", name]):
        done = aiccl("compress", *arguments)
        assert done.returncode == 0, done.stderr
        assert f'path="{told}"'.encode() in done.stdout
        assert done.stderr.decode().startswith(told + ": ")


def test_a_language_that_nobody_knows(aiccl, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    done = aiccl("compress", "good.py", "--language", "klingon")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        "aiccl: unknown language 'klingon'; `aiccl languages` lists the known ones, --language names one\n"
    )


def test_html_around_php(aiccl, tmp_path: Path) -> None:
    (tmp_path / "page.php").write_text(
        "<html><?php function half($n) { if ($n % 2) { throw new Exception('odd'); } return $n / 2; } ?>\n"
        "<p><?= half(4) ?></p></html>\n"
    )
    done = aiccl("compress", "page.php")
    assert done.returncode == 0, done.stderr
    assert b"half" in done.stdout


@pytest.mark.parametrize(
    "view, says",
    [
        (b"", "the view is empty"),
        (b'<comp:code lang="python" level="exact">\nx=1\n', "line 1: <comp:code> is never closed: the view is cut off"),
        (b"<comp:map>\na=b\n", "<comp:map> is never closed"),
        (b'<comp:map>\n<comp:code lang="python">\nx\n</comp:code>\n', "line 2: <comp:map> is not closed before this"),
        (b"</comp:code>\n", "closes nothing"),
        (b"\xff\xfe<\0", "UTF-16"),
        (b"x = 1\0", "NUL byte"),
    ],
)
def test_a_broken_view_is_one_line(aiccl, tmp_path: Path, view: bytes, says: str) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "view.aiccl").write_bytes(view)
    for arguments in (["expand", "view.aiccl"], ["check", "good.py", "view.aiccl"]):
        done = aiccl(*arguments)
        assert (done.returncode, done.stdout) == (1, b"")
        assert says in done.stderr.decode() and done.stderr.count(b"\n") == 1


def test_files_that_are_not_there(aiccl, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    done = aiccl("compress", "no.py", "no/*.py", "good.py", "a\\b?.py")
    assert done.returncode == 1
    assert lines_about(done.stderr, "no.py") == ["aiccl: no.py: no such file; check the path"]
    assert "matches no source file" in lines_about(done.stderr, "no/*.py")[0]
    assert b'path="good.py"' in done.stdout


def test_an_internal_error_is_one_line_too(aiccl, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(GOOD)
    (tmp_path / "bad.py").write_bytes(GOOD)
    broken = "import aiccl_converter.bulk as b\n_c = b._convert\ndef _convert(s, t):\n    if 'bad' in t.path: raise KeyError('x\\ny')\n    return _c(s, t)\nb._convert = _convert\n"
    (tmp_path / "sitecustomize.py").write_text(broken)
    done = aiccl("compress", "bad.py", "good.py", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert "internal error (KeyError: " in lines_about(done.stderr, "bad.py")[0]
    assert b'path="good.py"' in done.stdout and b"Traceback" not in done.stderr
    told = aiccl("compress", "bad.py", env={"PYTHONPATH": str(tmp_path), "AICCL_DEBUG": "1"})
    assert b"Traceback" in told.stderr

"""URIs and paths: there and back, whatever characters; drive letters; what is shown of a path."""

from __future__ import annotations

import re

import pytest
from aiccl_server import indexing, uris
from aiccl_server.documents import Documents
from aiccl_server.uris import Virtual, parse_virtual, shown_path, virtual_uri
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

NAMES = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=12)
PATHS = st.lists(NAMES.filter(lambda name: name not in (".", "..")), min_size=1, max_size=5).map(
    lambda names: "/" + "/".join(names)
)
LINES = st.none() | st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.sampled_from(["flow", "outline", "exact"]), PATHS, LINES)
def test_a_virtual_document_is_found_again(level: str, path: str, lines: tuple[int, int] | None) -> None:
    uri = virtual_uri(level, path, lines)
    assert uri.startswith(f"aiccl:///{level}/") and uri.isascii()
    # A path that looks like a drive is one, on every system.
    drive = re.match("/[a-zA-Z]:", path)
    assert parse_virtual(uri) == Virtual(level, path[1].lower() + path[2:] if drive else path, lines)


@given(PATHS)
def test_the_path_of_a_files_uri(path: str) -> None:
    assert uris.path_of(uris.uri_of(path)) in (path, uris.small_drive(path.lstrip("/")))


@pytest.mark.parametrize("path", ["C:\\work\\a b.py", "c:/work/a b.py"])
def test_drive_letters(path: str) -> None:
    uri = virtual_uri("flow", path, (1, 2))
    assert uri == "aiccl:///flow/c:/work/a%20b.py?range=1-2"
    assert parse_virtual(uri) == Virtual("flow", "c:/work/a b.py", (1, 2))
    # As VS Code writes it.
    assert parse_virtual("aiccl:///flow/c%3A/work/a%20b.py?range%3D1-2") == Virtual("flow", "c:/work/a b.py", (1, 2))


@pytest.mark.parametrize(
    "path", ["c:\\a b\\x.py", "C:\\x.py", "\\\\srv\\share\\ä x.py", "\\\\wsl$\\Ubuntu\\x.py", "/srv/x.py"]
)
def test_every_uri_of_a_file_means_the_same_path_on_windows(path: str, monkeypatch) -> None:
    """So that a view knows that its file is open, or quarantined."""
    monkeypatch.setattr("pygls.uris.IS_WIN", True)
    found = uris.path_of(uris.uri_of(path))
    assert found == (path.replace("/", "\\") if path.startswith("/") else uris.small_drive(path))
    assert parse_virtual(virtual_uri("flow", path)) == Virtual("flow", found)


@pytest.mark.parametrize("file, view, path", [
    ("file:///c%3A/a%20b/x.py", "aiccl:///flow/c%3A/a%20b/x.py", "c:\\a b\\x.py"),
    ("file:///C:/x.py", "aiccl:///flow/C:/x.py", "c:\\x.py"),
    ("file://srv/share/x.py", "aiccl:///flow//srv/share/x.py", "\\\\srv\\share\\x.py"),
    ("file://wsl%24/Ubuntu/x.py", "aiccl:///flow//wsl%24/Ubuntu/x.py", "\\\\wsl$\\Ubuntu\\x.py"),
])  # fmt: skip
def test_paths_as_editors_write_them_on_windows(file: str, view: str, path: str, monkeypatch) -> None:
    monkeypatch.setattr("pygls.uris.IS_WIN", True)
    assert uris.path_of(file) == path and parse_virtual(view) == Virtual("flow", path)


def test_an_open_file_is_found_by_the_path_of_its_view_on_windows(monkeypatch) -> None:
    monkeypatch.setattr("pygls.uris.IS_WIN", True)
    documents = Documents()
    documents.open(types.TextDocumentItem("file:///c%3A/work/a.py", "python", 1, "a = 1"))
    wanted = parse_virtual("aiccl:///flow/c%3A/work/a.py")
    assert wanted is not None and documents.by_path(wanted.path) is not None


def test_the_root_path_has_a_small_drive() -> None:
    given = types.InitializeParams(types.ClientCapabilities(), root_path="C:/work")
    assert indexing.folders(given) == ["c:/work"]


@pytest.mark.parametrize("uri", [
    "", "aiccl:", "aiccl:///", "aiccl:///flow", "aiccl:///flow/", "aiccl:///tiny/a.py", "file:///flow/a.py",
    "aiccl:flow", "aiccl://flow/a.py", "https://flow/a.py", "aiccl:///flow\0/a.py", "://", "aiccl:///%66%6c/a",
])  # fmt: skip
def test_what_is_no_virtual_document(uri: str) -> None:
    assert parse_virtual(uri) is None


@pytest.mark.parametrize(
    "wrong", ["range=", "range=a-b", "range=5", "range=-1--2", "range=1-2-3", "x=1", "range=9999999999-1"]
)
def test_a_range_that_is_none_means_the_whole(wrong: str) -> None:
    assert parse_virtual(f"aiccl:///flow/a.py?{wrong}") == Virtual("flow", "/a.py")


def test_a_path_is_shown_as_the_innermost_folder_has_it() -> None:
    roots = ["/home/me/work", "/home/me/work/shop", "/srv"]
    assert shown_path("/home/me/work/shop/src/a.py", roots) == "src/a.py"
    assert shown_path("/home/me/work/b.py", roots) == "b.py"
    assert shown_path("/home/me/workshop/c.py", roots) == "c.py"
    assert shown_path("/etc/d.py", roots) == "d.py" and shown_path("/etc/d.py", []) == "d.py"


def test_a_file_deleted_while_open_and_versions_out_of_order(shared, tmp_path) -> None:
    path = tmp_path / "gone.py"
    code = "def settle(invoice, rate):\n    if invoice.closed:\n        raise RuntimeError('the invoice is closed')\n    return [line.amount * rate for line in invoice.lines]\n"
    path.write_text(code)
    shared.open(path.as_uri(), code)
    shared.hover_with("is closed", path.as_uri(), 0, 6)
    path.unlink()
    shared.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 3}]})
    shared.save(path.as_uri())
    assert "is closed" in shared.hover_with("is closed", path.as_uri(), 0, 6)
    shared.change(path.as_uri(), {"text": code.replace("is closed", "of version 5")}, version=5)
    shared.change(path.as_uri(), {"text": code.replace("is closed", "of version 3")}, version=3)
    shared.change(path.as_uri(), {"text": code.replace("is closed", "of version 5 again")}, version=5)
    assert "of version 5'" in shared.hover_with("of version 5", path.as_uri(), 0, 6).replace('"', "'")
    shared.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
    shared.change(path.as_uri(), {"text": code}, version=9)
    assert shared.hover(path.as_uri(), 0, 6) is None

"""Open documents: the server's text equals the client's after every change, in every encoding."""

from __future__ import annotations

import re

import pytest
from aiccl_server.documents import Documents
from aiccl_server.lines import Lines
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

ENCODINGS = ("utf-8", "utf-16", "utf-32")
PIECES = [
    "a",
    "bc",
    "é",
    "e\u0301",
    "漢",
    "😀",
    "\U0001f468\u200d\U0001f469",
    "\n",
    "\r\n",
    "\r",
    "\f",
    "\v",
    "\u2028",
    "\x85",
    "\t",
    " ",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def client_lines(text: str) -> list[str]:
    """Lines with their ends, as LSP has them; written otherwise than in the server."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z|\Z", text)


def client_position(text: str, offset: int, encoding: str) -> types.Position:
    head = text[:offset]
    if head.endswith("\r") and text[offset : offset + 1] == "\n":
        head = head[:-1]
    lines = re.split(r"\r\n|\r|\n", head)
    return types.Position(len(lines) - 1, len(lines[-1].encode(CODEC[encoding])) // UNIT[encoding])


def snapped(text: str, offset: int) -> int:
    """No client's cursor stands between \\r and \\n."""
    return offset - 1 if 0 < offset < len(text) and text[offset - 1 : offset + 1] == "\r\n" else offset


@given(TEXT, st.lists(st.tuples(TEXT, st.integers(0, 60), st.integers(0, 60)), max_size=8), st.sampled_from(ENCODINGS))
@settings(max_examples=150, deadline=None)
def test_edits_leave_both_texts_equal(text: str, edits: list[tuple[str, int, int]], encoding: str) -> None:
    documents = Documents()
    documents.encoding = encoding
    documents.open(types.TextDocumentItem("file:///a.py", "python", 0, text))
    for version, (new, one, other) in enumerate(edits, 1):
        start, end = sorted((snapped(text, min(one, len(text))), snapped(text, min(other, len(text)))))
        change = types.TextDocumentContentChangePartial(
            range=types.Range(client_position(text, start, encoding), client_position(text, end, encoding)), text=new
        )
        identifier = types.VersionedTextDocumentIdentifier(version, "file:///a.py")
        documents.change(types.DidChangeTextDocumentParams(identifier, [change]))
        text = text[:start] + new + text[end:]
        held = documents.get("file:///a.py")
        assert held is not None and held.text == text


@given(
    TEXT,
    st.lists(st.tuples(TEXT, st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6),
    st.booleans(),
    st.sampled_from(ENCODINGS),
)
@settings(max_examples=300, deadline=None)
def test_many_edits_in_one_change(text: str, edits: list[tuple[str, int, int]], upwards: bool, encoding: str) -> None:
    """Each is of the text after the one before, wherever it stands; upwards, each ends where the one before began."""
    documents = Documents()
    documents.encoding = encoding
    documents.open(types.TextDocumentItem("file:///a.py", "python", 0, text))
    changes: list[types.TextDocumentContentChangeEvent] = []
    end = len(text)
    for new, one, other in edits:
        start, stop = sorted((snapped(text, min(one, end)), snapped(text, min(other, end))))
        where = types.Range(client_position(text, start, encoding), client_position(text, stop, encoding))
        changes.append(types.TextDocumentContentChangePartial(range=where, text=new))
        text = text[:start] + new + text[stop:]
        end = start if upwards else len(text)
    identifier = types.VersionedTextDocumentIdentifier(1, "file:///a.py")
    documents.change(types.DidChangeTextDocumentParams(identifier, changes))
    held = documents.get("file:///a.py")
    assert held is not None and (held.text, held.version) == (text, 1)


def test_many_edits_upwards_make_one_line_index(monkeypatch) -> None:
    made = []

    def counted(*arguments):
        made.append(arguments)
        return Lines(*arguments)

    monkeypatch.setattr("aiccl_server.documents.Lines", counted)
    documents = Documents()
    line = "    value = compute(value, other)"
    documents.open(types.TextDocumentItem("file:///a.py", "python", 0, "\r\n".join([line] * 1000)))
    changes = [
        types.TextDocumentContentChangePartial(types.Range(types.Position(n, 4), types.Position(n, 9)), "it")
        for n in reversed(range(1000))
    ]
    identifier = types.VersionedTextDocumentIdentifier(1, "file:///a.py")
    documents.change(types.DidChangeTextDocumentParams(identifier, changes))
    held = documents.get("file:///a.py")
    assert held is not None and held.text == "\r\n".join([line.replace("value", "it", 1)] * 1000)
    assert len(made) == 1


@given(TEXT, st.sampled_from(ENCODINGS))
@settings(max_examples=150, deadline=None)
def test_positions_and_offsets_are_each_others_opposite(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        where = snapped(text, offset)
        assert lines.position(where) == client_position(text, where, encoding)
        assert lines.offset(lines.position(where)) == where


def test_positions_past_the_end_mean_the_end() -> None:
    lines = Lines("ab\ncd", "utf-16")
    assert lines.offset(types.Position(0, 99)) == 2
    assert lines.offset(types.Position(9, 0)) == 5


def test_a_position_within_a_character_means_its_start() -> None:
    assert Lines("a😀b", "utf-16").offset(types.Position(0, 2)) == 1
    assert Lines("aéb", "utf-8").offset(types.Position(0, 2)) == 1


def test_versions_that_are_not_newer_are_ignored(shared, tmp_path) -> None:
    documents = Documents()
    uri = "file:///a.py"
    documents.open(types.TextDocumentItem(uri, "python", 5, "five"))

    def change(version: int, text: str):
        identifier = types.VersionedTextDocumentIdentifier(version, uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        return documents.change(types.DidChangeTextDocumentParams(identifier, [whole]))

    assert change(5, "again") is None and change(4, "older") is None
    assert documents.get(uri).text == "five"
    assert change(6, "six").text == "six"
    documents.close(uri)
    assert change(7, "closed") is None and documents.get(uri) is None
    documents.open(types.TextDocumentItem(uri, "python", 1, "anew"))
    documents.open(types.TextDocumentItem(uri, "python", 1, "twice"))
    assert documents.get(uri).text == "twice"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_that_is_agreed_upon_counts(start, capabilities, tmp_path, encoding: str) -> None:
    capabilities["general"]["positionEncodings"] = [encoding]
    client = start()
    assert client.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"] == encoding
    uri = (tmp_path / "a.py").as_uri()
    code = (
        "class A:\n"
        "    note = '😀é\u2028'; x = 1\n"
        "    def größe(self, breite, höhe):\n"
        "        if breite is None: raise ValueError('😀 ohne Breite')\n"
        "        for teil in self.teile: self.summe = self.summe + teil.wert * höhe\n"
        "        return self.summe\n"
        "wert = '😀' + A().größe(1, 2)\n"
    )
    client.open(uri, code)
    column = len("wert = '😀' + A().gr".encode(CODEC[encoding])) // UNIT[encoding]
    text = client.hover_with("ohne Breite", uri, 6, column)
    assert "größe" in text
    found = client.hover(uri, 6, column)["range"]
    before = len("wert = '😀' + A().".encode(CODEC[encoding])) // UNIT[encoding]
    assert found["start"] == {"line": 6, "character": before}
    assert found["end"]["character"] - before == len("größe".encode(CODEC[encoding])) // UNIT[encoding]


def test_line_ends_and_byte_order_marks_change_no_answer(shared, tmp_path) -> None:
    code = "def first(a):\n    return a\n\n\ndef second(a, b):\n    if a is None:\n        raise KeyError('no a')\n    return [x.name for x in b if x.key == a and x.open]\n"
    views = set()
    for name, text in (
        ("n", code),
        ("rn", code.replace("\n", "\r\n")),
        ("r", code.replace("\n", "\r")),
        ("bom", "\ufeff" + code),
    ):
        uri = (tmp_path / f"{name}.py").as_uri()
        shared.open(uri, text)
        views.add(shared.hover_with("no a", uri, 4, 6).split("```")[1])
        assert shared.hover(uri, 4, 6)["range"] == {
            "start": {"line": 4, "character": 4},
            "end": {"line": 4, "character": 10},
        }
        view = shared.request("aiccl/view", {"textDocument": {"uri": uri}, "name": "first", "level": "exact"})
        assert view["range"]["start"] == {"line": 0, "character": 1 if name == "bom" else 0}
    assert len(views) == 1

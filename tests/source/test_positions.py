"""Where chunks stand, as properties: whatever characters and line ends a file holds, ranges fit its bytes and columns."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from aiccl_converter.source import Chunk, chunks, language_of
from aiccl_converter.source.lines import Lines
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = sorted(path for path in (Path(__file__).parent / "examples").iterdir() if path.suffix != ".chunks")
odd_text = st.text(st.sampled_from("aé名😀\t \u0301\u2028"), max_size=8)
line_end = st.sampled_from(["\n", "\r\n", "\r"])


def position_by_hand(text: str, end: int) -> tuple[int, int]:
    """Line and UTF-16 column of a character, counted the slow way."""
    before = text[:end]
    within = before.endswith("\r") and text[end : end + 1] == "\n"
    if within:  # between CR and LF: the line has not ended yet
        before = before[:-1] + "x"
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    line = before.rsplit("\n", 1)[-1]
    return before.count("\n"), len(line.encode("utf-16-le")) // 2


def check(found: list[Chunk], data: bytes) -> None:
    text = data.decode()
    module = found[0]
    assert (module.kind, module.parent, module.code) == ("module", None, text)
    for index, chunk in enumerate(found):
        raw = data[chunk.start_byte : chunk.end_byte]
        assert raw.decode() == chunk.code
        assert chunk.hash == hashlib.sha256(raw).hexdigest()
        start, end = (len(data[:offset].decode()) for offset in (chunk.start_byte, chunk.end_byte))
        assert (chunk.start_line, chunk.start_utf16) == position_by_hand(text, start)
        assert (chunk.end_line, chunk.end_utf16) == position_by_hand(text, end)
        if index:
            parent = chunk.parent
            assert parent is not None and parent < index
            assert found[parent].start_byte <= chunk.start_byte <= chunk.end_byte <= found[parent].end_byte
            assert chunk.start_byte <= chunk.node_start < chunk.node_end
            assert found[index - 1].start_byte <= chunk.start_byte


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_ranges_fit_whatever_stands_around(path: Path, data: st.DataObject) -> None:
    """Odd characters in comments in front of lines, and each kind of line end."""
    lines = path.read_text(encoding="utf-8").split("\n")
    mark = "#" if path.stem in {"python", "ruby"} else "//"
    at = data.draw(st.integers(0, len(lines)))
    lines.insert(at, f"{mark} {data.draw(odd_text)}")
    lines.insert(0, f"{mark} {data.draw(odd_text)}")
    text = data.draw(line_end).join(lines)
    raw = text.encode()
    check(chunks(raw, path.stem), raw)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab\n\r é😀{}()=;:\"'#/*@class def func"), max_size=80), st.sampled_from(EXAMPLES))
def test_any_text_has_chunks_that_fit(text: str, path: Path) -> None:
    raw = text.encode()
    check(chunks(raw, path.stem), raw)


@given(st.text(st.sampled_from("aé😀\r\n"), max_size=30), st.integers(0, 30))
def test_lines_count_as_editors_do(text: str, at: int) -> None:
    at = min(at, len(text))
    assert Lines(text.encode()).position(len(text[:at].encode())) == position_by_hand(text, at)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_chunks_are_the_same_every_time(path: Path) -> None:
    data = path.read_bytes()
    name = language_of(path.name)
    assert name == path.stem
    assert chunks(data, name) == chunks(data, name)


def test_a_byte_order_mark_moves_nothing() -> None:
    data = b"\xef\xbb\xbf// One.\nfunction one() {}\n"
    (_, one) = chunks(data, "javascript")
    assert (one.doc, data[one.start_byte : one.end_byte].decode()) == ("One.", one.code)


def test_invalid_utf8_does_not_stop_it() -> None:
    data = b"def a():\n    return '\xff\xfe'\n\ndef b():\n    pass\n"
    assert [chunk.name for chunk in chunks(data, "python")] == ["", "a", "b"]


def test_an_empty_file_is_one_empty_module() -> None:
    (module,) = chunks(b"", "go")
    assert (module.kind, module.code, module.end_line) == ("module", "", 0)

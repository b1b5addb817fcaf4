"""Odd input through the library: no exception, and a text that reads back."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.errors import UnknownLanguage, UnreadableSource
from aiccl_converter.language.parser import parse_document
from aiccl_converter.views import LEVELS

from .samples import SAMPLES

GOOD = b"def add(a, b):\n    # \xc3\xa9\n    return a + b\n"

ODD = {
    "empty": b"",
    "blank": b" \n\t\n\n",
    "comment": b"# nothing but a comment\n",
    "docstring": b'"""Nothing but a docstring."""\n',
    "mark alone": b"\xef\xbb\xbf",
    "NUL": b"x = 1\n\0\ny = '\0'\n",
    "controls": b"x = '\x01\x0b\x1b\x7f'\n\x0c\ny = 2\n",
    "invalid UTF-8": b"x = '\xff\xfe\xe9'\ndef \xe9(a):\n    return a\n",
    "binary": bytes(range(256)) * 4,
    "no line end": b"x = 1",
    "long line": b"x = '" + b"a" * 300_000 + b"'\n",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("path", [None, "odd.py"])
def test_odd_bytes(converter: AICCLConverter, name: str, level: str, path: str | None) -> None:
    result = converter.convert_to_aiccl(ODD[name], "python", level, path)
    assert 0 <= result.score <= 1
    if level != "exact":
        parse_document(result.text)


@pytest.mark.parametrize("language", SAMPLES)
def test_nothing_gives_nothing(converter: AICCLConverter, language: str) -> None:
    for level in LEVELS:
        result = converter.convert_to_aiccl("", language, level)
        assert (result.text, result.source_tokens, result.tokens, result.score) == ("", 0, 0, 1.0)
        assert result.ratio == 1


def test_lone_surrogates_are_replaced(converter: AICCLConverter) -> None:
    result = converter.convert_to_aiccl("x = 'a\ud800b'\n", "python", path="x.py")
    result.text.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"),
    ],
    ids=["mark", "crlf", "cr", "both"],
)
def test_line_ends_and_marks_change_only_the_ranges(converter: AICCLConverter, tmp_path: Path, data: bytes) -> None:
    plain = converter.convert_to_aiccl(GOOD, "python", path="x.py")
    path = tmp_path / "x.py"
    path.write_bytes(data)
    odd = converter.convert_to_aiccl(data, "python", path="x.py")
    read = converter.process_file(path)
    assert odd.text == plain.text
    assert read.views == odd.views
    for view, same in zip(odd.views, plain.views, strict=True):
        # The text that a view was made of, and so its hash, has \n line ends wherever it stands.
        assert (view.text, view.chunk.code, view.chunk.hash) == (same.text, same.chunk.code, same.chunk.hash)
        place = data[view.chunk.start_byte : view.chunk.end_byte]
        assert place.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode() == view.chunk.code


def test_files_that_are_no_text_are_refused(converter: AICCLConverter, tmp_path: Path) -> None:
    for name in ("NUL", "invalid UTF-8", "binary", "long line"):
        path = tmp_path / "odd.py"
        path.write_bytes(ODD[name])
        with pytest.raises(UnreadableSource):
            converter.process_file(path)
    with pytest.raises(UnreadableSource, match="no such file"):
        converter.process_file(tmp_path / "none.py")
    (tmp_path / "what.xyz").write_bytes(GOOD)
    with pytest.raises(UnknownLanguage):
        converter.process_file(tmp_path / "what.xyz")


def test_a_closing_tag_in_a_string_closes_nothing(converter: AICCLConverter) -> None:
    code = 'TAG = "</comp:code>"\n\n\ndef closed(text):\n    return text.endswith("</comp:code>\\n")\n'
    text = converter.convert_to_aiccl(code, "python", path="tags.py").text
    [block] = parse_document(text).blocks
    assert "closed" in str(block)


def test_unpaired_brackets_of_a_macro(converter: AICCLConverter) -> None:
    code = "#define OPEN do {\n#define CLOSE } while (0)\nint one(int a)\n{\n    return a + 1;\n}\n"
    parse_document(converter.convert_to_aiccl(code, "c", path="macro.c").text)

"""What the fuzzers found, kept: each text once broke a property that holds for any text (`properties.py`)."""

from __future__ import annotations

import pytest

from . import properties

SOURCES = [
    ("cpp", b'#in\tby(id: key) or raise Misx", *clrestude,  *'),
    ("c", b"#if X\n#error don't do this\n#endif\nint f(int a){\n return a;\n}\n"),
    ("cpp", b"#warning use \"x\nint f(int a){\n#error it's\n return a;\n}\n"),
    ("c", b"#define Q '\n#define B `a'\nint f(){ return 1; }\n"),
    # The parser's error recovery goes in circles.
    ("tsx", b'eact,{ u /pe{ items:ng[]Add?: "k:"a'),
    ("typescript", b'eact,{ u /pe{ items:ng[]Add?: "k:"a'),
]


VIEWS = [
    # An error that quoted a string of two lines.
    "0\n'\n'",
    # A step of a negative number, printed as one of what stands before it.
    "!---8-z",
]


@pytest.mark.parametrize(("language", "data"), SOURCES)
def test_source(language: str, data: bytes) -> None:
    properties.converts(language, data)


@pytest.mark.parametrize("text", VIEWS)
def test_view(text: str) -> None:
    properties.reads(text)

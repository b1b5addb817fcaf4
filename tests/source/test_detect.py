"""Which language a file is in."""

from __future__ import annotations

import pytest
from aiccl_converter.errors import UnknownLanguage
from aiccl_converter.source import LANGUAGES, language, language_of, languages


@pytest.mark.parametrize(
    ("path", "head", "expected"),
    [
        ("a/b.py", b"", "python"),
        ("A.JSX", b"", "javascript"),
        ("a.d.ts", b"", "typescript"),
        ("x.tsx", b"", "tsx"),
        ("Gemfile", b"", "ruby"),
        ("run", b"#!/usr/bin/env python3\n", "python"),
        ("run", b"#!/usr/bin/env -S node --harmony\n", "javascript"),
        ("run", b"#!/usr/bin/python3.12 -E\r\n", "python"),
        ("run", b"\xef\xbb\xbf#!/usr/bin/php\n", "php"),
        ("run", b"#!/bin/sh\n", None),
        ("run", b"", None),
        ("notes.txt", b"", None),
        (".py", b"", "python"),
        ("a.h", b"#ifndef A_H\nint f(void);\n#endif\n", "c"),
        ("a.h", b'#ifdef __cplusplus\nextern "C" {\nclass X;\n#endif\nint f(void);\n', "c"),
        ("a.h", b"namespace a {\nclass B {};\n}\n", "cpp"),
        ("a.h", b"// std::string would be C++\nint f(void);\n", "c"),
        ("a.h", b"template <typename T>\nT f(T);\n", "cpp"),
        ("a.hpp", b"", "cpp"),
    ],
)
def test_language_of(path: str, head: bytes, expected: str | None) -> None:
    assert language_of(path, head) == expected


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_index_says_what_the_tables_say(name: str) -> None:
    """What to do when this fails: add the line to `languages/__init__.py`."""
    table = language(name)
    for extension in table.extensions:
        if extension != ".h":
            assert languages.EXTENSIONS.get(extension) == name, f'EXTENSIONS["{extension}"] = "{name}"'
    for alias in table.aliases:
        assert languages.ALIASES.get(alias) == name, f'ALIASES["{alias}"] = "{name}"'
    for filename in table.filenames:
        assert languages.FILENAMES.get(filename) == name, f'FILENAMES["{filename}"] = "{name}"'
    for shebang in table.shebangs:
        assert languages.SHEBANGS.get(shebang) == name, f'SHEBANGS["{shebang}"] = "{name}"'


def test_the_index_says_no_more_than_the_tables() -> None:
    for index, part in (
        (languages.EXTENSIONS, "extensions"),
        (languages.ALIASES, "aliases"),
        (languages.FILENAMES, "filenames"),
        (languages.SHEBANGS, "shebangs"),
    ):
        for word, name in index.items():
            assert word in getattr(language(name), part), f"{word} in {part} of {name}"


def test_aliases_and_case() -> None:
    assert language("C#") is language("csharp")
    assert language("Py").name == "python"
    with pytest.raises(UnknownLanguage):
        language("cobol")

"""`convert_to_aiccl` as its users call it: every language, every level, files and fragments."""

from __future__ import annotations

import hashlib

import pytest
from aiccl_converter import AICCLConverter, FileResult
from aiccl_converter.errors import AICCLError, UnknownLanguage, UnknownLevel
from aiccl_converter.expansion import expand_exact
from aiccl_converter.language.parser import parse_document
from aiccl_converter.levels.exact import same_tokens
from aiccl_converter.tokens import count
from aiccl_converter.views import LEVELS

from .samples import SAMPLES

CASES = [pytest.param(language, *SAMPLES[language], id=language) for language in SAMPLES]


def assert_consistent(result: FileResult, data: bytes) -> None:
    """What holds for every result, whatever the language and the level."""
    assert result.error is None
    assert 0 <= result.score <= 1
    assert result.tokens == count(result.text)
    assert result.views[0].chunk.kind == "module"
    for view in result.views:
        chunk = view.chunk
        text = data[chunk.start_byte : chunk.end_byte]
        assert text.decode() == chunk.code
        assert hashlib.sha256(text).hexdigest() == chunk.hash
        assert view.tokens == count(view.text) and view.source_tokens == count(chunk.code)
        assert 0 <= view.score <= 1
        assert view.made_by in ("compiler", "source", "outline")
        assert view.level == result.level
        assert view.text or not chunk.code.strip()


@pytest.mark.parametrize(("language", "name", "text"), CASES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_language_at_every_level(
    converter: AICCLConverter, language: str, name: str, text: str, level: str
) -> None:
    result = converter.convert_to_aiccl(text, language, level, name)
    assert (result.language, result.level, result.path) == (language, level, name)
    assert_consistent(result, text.encode())
    assert f'path="{name}" level="{level}"' in result.text
    if level == "exact":
        body = result.text.split("\n", 1)[1].removesuffix("\n</comp:code>\n")
        assert same_tokens(expand_exact(body, language), text, language)
    else:
        parse_document(result.text)
        assert result.outlined == 0
        assert result.ratio > 1


@pytest.mark.parametrize(("language", "name", "text"), CASES)
def test_every_unit_has_a_view(converter: AICCLConverter, language: str, name: str, text: str) -> None:
    from aiccl_converter.source import chunks

    result = converter.convert_to_aiccl(text, language, path=name)
    assert [view.chunk for view in result.views] == chunks(text.encode(), language)


def test_a_view_says_who_made_it_and_by_which_rules(converter: AICCLConverter) -> None:
    result = converter.convert_to_aiccl(SAMPLES["python"][1], "python", path="orders.py")
    views = {view.chunk.qualified_name: view for view in result.views}
    cancel = views["Orders.cancel"]
    assert cancel.made_by == "compiler"
    assert "unknown order" in cancel.text and "already sent" in cancel.text
    assert cancel.ratio > 1.2
    assert views["total"].rules
    assert result.units == 2


def test_small_chunks_are_shown_as_they_are(converter: AICCLConverter) -> None:
    result = converter.convert_to_aiccl("def add(a, b):\n    return a + b\n", "python", path="add.py")
    [_, view] = result.views
    assert (view.made_by, view.text) == ("source", "def add(a, b):\n    return a + b")


def test_what_is_left_out_is_said(converter: AICCLConverter) -> None:
    code = (
        "def save(self, order):\n    logger.debug('saving %s', order.id)\n    if order.total > 100 and not order.checked:\n"
        "        raise ValueError('check it first')\n    self.store.save(order)\n    self.mail.send(order.customer, 'saved')\n"
    )
    [*_, view] = converter.convert_to_aiccl(code, "python", path="save.py").views
    assert view.left_out == ("logging",)
    assert "drop_logging" in view.rules
    assert "debug" not in view.text


FRAGMENTS = [
    ("java", "public int half(int value) {\n    return value / 2;\n}\n", "half"),
    ("php", "public function half(int $value): int {\n    return intdiv($value, 2);\n}\n", "half"),
    ("csharp", "public int Half(int value)\n{\n    return value / 2;\n}\n", "Half"),
    ("javascript", "half(value) {\n    return value / 2;\n}\n", "half"),
    ("typescript", "private half(value: number): number {\n    return value / 2;\n}\n", "half"),
    ("python", "    def half(self, value):\n        return value / 2\n", "half"),
    ("kotlin", "override fun half(value: Int): Int {\n    return value / 2\n}\n", "half"),
    ("rust", "pub fn half(&self, value: u32) -> u32 {\n    value / 2\n}\n", "half"),
]


@pytest.mark.parametrize(("language", "code", "name"), FRAGMENTS, ids=[case[0] for case in FRAGMENTS])
@pytest.mark.parametrize("level", LEVELS)
def test_a_fragment_needs_no_file_around_it(
    converter: AICCLConverter, language: str, code: str, name: str, level: str
) -> None:
    result = converter.convert_to_aiccl(code, language, level)
    assert result.path is None
    assert "<comp:code" not in result.text
    assert_consistent(result, code.encode())
    [module, unit] = result.views
    assert module.chunk.code == code
    assert (unit.chunk.name, unit.chunk.qualified_name, unit.chunk.parent) == (name, name, 0)
    lines = code.split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip())
    start = (unit.chunk.start_line, unit.chunk.start_utf16)
    assert start == (first, len(lines[first]) - len(lines[first].lstrip()))
    assert (unit.chunk.end_line, unit.chunk.end_utf16) == (len(lines) - 2, len(lines[-2]))


def test_bytes_and_text_are_the_same(converter: AICCLConverter) -> None:
    text = SAMPLES["python"][1] + "# é\n"
    assert converter.convert_to_aiccl(text, "python") == converter.convert_to_aiccl(text.encode(), "python")


def test_names_of_languages_and_levels(converter: AICCLConverter) -> None:
    assert converter.convert_to_aiccl("x = 1\n", "PY").language == "python"
    with pytest.raises(UnknownLanguage, match="cobol"):
        converter.convert_to_aiccl("x", "cobol")
    with pytest.raises(UnknownLevel, match="tight"):
        converter.convert_to_aiccl("x", "python", "tight")
    with pytest.raises(AICCLError):
        AICCLConverter("/no/model")


def test_another_tokenizer_counts_otherwise() -> None:
    text = SAMPLES["java"][1]
    result = AICCLConverter(tokenizer="cl100k_base").convert_to_aiccl(text, "java", path="Orders.java")
    assert result.tokenizer == "cl100k_base"
    assert result.source_tokens == count(text, "cl100k_base")


def test_without_views_the_document_is_the_same(converter: AICCLConverter) -> None:
    language, (name, text) = "go", SAMPLES["go"]
    whole = converter.convert_to_aiccl(text, language, path=name)
    bare = converter.convert_to_aiccl(text, language, path=name, views=False)
    assert bare.views == [] and (bare.text, bare.score) == (whole.text, whole.score)


@pytest.mark.parametrize("path", ['a"b.py', "a\nb.py", "a<b>.py", "\udcff.py"])
def test_odd_paths_do_not_break_the_envelope(converter: AICCLConverter, path: str) -> None:
    result = converter.convert_to_aiccl("x = compute()\n", "python", path=path)
    [block] = parse_document(result.text, strict=True).blocks
    assert result.text.count("\n") == 3 and block.attrs["lang"] == "python"  # type: ignore[attr-defined]
    result.text.encode()

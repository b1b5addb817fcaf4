"""Every example of the reference and of the base map parses strictly and prints back as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiccl_converter.language import basemap
from aiccl_converter.language.parser import parse_document, parse_members, parse_steps, parse_unit
from aiccl_converter.language.printer import print_document, print_steps, print_unit
from aiccl_converter.language.tree import CodeBlock
from aiccl_converter.source import language as table_of

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
EXAMPLES = re.findall(r"^```aiccl ?(\w*)\n(.*?)\n```$", PAGE.read_text(encoding="utf-8"), re.S | re.M)


def _members_text(text: str) -> str:
    nodes = parse_members(text, strict=True)
    lines = print_document(CodeBlock({}, nodes)).splitlines()
    return "\n".join(lines[1:-1])


def _printed(kind: str, text: str) -> str:
    if kind == "unit":
        return print_unit(parse_unit(text, strict=True))
    if kind == "members":
        return _members_text(text)
    if kind == "document":
        return print_document(parse_document(text, strict=True))
    return print_steps(parse_steps(text, strict=True))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 12


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=lambda v: v[:20].replace("\n", " "))
def test_example(kind: str, text: str) -> None:
    """As it stands but for the choice between a newline and `;`, which the page makes for the eye."""
    assert _printed(kind, text).replace("\n", ";") == text.replace("\n", ";")


@pytest.mark.parametrize("entry", [e for layer in basemap.layers() for e in layer.entries], ids=lambda e: e.form[:20])
def test_base_map_entry(entry: basemap.Entry) -> None:
    assert entry.form and entry.meaning
    parse_members(entry.example, strict=True)


def test_base_map_tells_only_the_views_own_language() -> None:
    documents = '<comp:code lang="ruby" path="a.rb" level="flow">\nx\n</comp:code>\n<comp:code lang="go" path="b.go">'
    assert basemap.languages_of(documents) == {"ruby", "go"}
    text = basemap.text(languages={"ruby"})
    assert "Name.new(x)" in text and "%w" not in text
    assert "%w" in basemap.text(languages=basemap.languages_of(documents))
    assert basemap.text() == basemap.text(languages={"python"})
    for layer in basemap.layers():
        assert all(table_of(language).name == language for language in layer.languages)
        document = parse_document(basemap.text(languages=layer.languages), strict=True)
        assert print_document(document) == basemap.text(languages=layer.languages)


def test_base_map_text() -> None:
    text = basemap.text()
    assert text.startswith("<comp:map:1>") and text.endswith("</comp:map:1>")
    assert text.isascii()
    assert basemap.text(["1"]) in text or len(basemap.text(["1"])) < len(text)
    document = parse_document(text, strict=True)
    assert print_document(document) == text
    with pytest.raises(LookupError, match="no layer"):
        basemap.text(["nowhere"])

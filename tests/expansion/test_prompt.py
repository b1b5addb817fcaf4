"""The expansion prompt."""

from __future__ import annotations

import pytest
from aiccl_converter.errors import UnknownLanguage
from aiccl_converter.expansion import prompt, prompts, system

_base_map = prompts.base_map


@pytest.fixture(autouse=True)
def short_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "base_map", lambda view, language: "<comp:map:1>BASE</comp:map:1>")


def test_it_holds_map_language_and_view() -> None:
    text = prompt("f(x)\n^x+1\n", "c#")
    assert text.index("BASE") < text.index("C#") < text.index("<view>\nf(x)\n^x+1\n</view>")
    assert system()


def test_a_view_with_braces_stays_as_it_is() -> None:
    assert "F:f(x){y={language}}" in prompt("F:f(x){y={language}}", "go")


def test_a_view_that_brings_the_base_map_gets_no_second() -> None:
    assert "BASE" not in prompt("<comp:map:1>mine</comp:map:1>\nf()", "go")


def test_it_tells_what_goes_without_saying_in_the_views_language() -> None:
    bare = _base_map("f(x)", "ruby")
    assert "Name.new(x)" in bare  # the target, where the view does not say what it was made from
    other = _base_map('<comp:code lang="go" level="flow">\nf(x)\n</comp:code>', "ruby")
    assert "%w" in other and "Name.new(x)" not in other


def test_an_unknown_language() -> None:
    with pytest.raises(UnknownLanguage):
        prompt("f()", "cobol")

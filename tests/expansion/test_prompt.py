"""The expansion prompt."""

from __future__ import annotations

import pytest
from aiccl_converter.errors import UnknownLanguage
from aiccl_converter.expansion import prompt, prompts, system


@pytest.fixture(autouse=True)
def short_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "base_map", lambda: "<comp:map:1>BASE</comp:map:1>")


def test_it_holds_map_language_and_view() -> None:
    text = prompt("f(x)\n^x+1\n", "c#")
    assert text.index("BASE") < text.index("C#") < text.index("<view>\nf(x)\n^x+1\n</view>")
    assert system()


def test_a_view_with_braces_stays_as_it_is() -> None:
    assert "F:f(x){y={language}}" in prompt("F:f(x){y={language}}", "go")


def test_a_view_that_brings_the_base_map_gets_no_second() -> None:
    assert "BASE" not in prompt("<comp:map:1>mine</comp:map:1>\nf()", "go")


def test_an_unknown_language() -> None:
    with pytest.raises(UnknownLanguage):
        prompt("f()", "cobol")

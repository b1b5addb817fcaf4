"""The page about fidelity says what the check does."""

from __future__ import annotations

import doctest
from pathlib import Path

from aiccl_converter.fidelity.check import HARMLESS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "fidelity.md"


def test_its_example_runs() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried and not failed


def test_it_names_what_does_not_fail_a_view() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{kind}`" in text for kind in HARMLESS)


def test_it_has_the_figures_of_every_language() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for language in (
        "c",
        "cpp",
        "csharp",
        "go",
        "java",
        "javascript",
        "kotlin",
        "php",
        "python",
        "ruby",
        "rust",
        "tsx",
        "typescript",
    ):
        assert text.count(f"| {language} |") == 3

"""Nothing that is put in makes the converter fail with an internal error: odd code falls back to a safer view."""

from __future__ import annotations

import random

import pytest
from aiccl_converter.bulk import Settings, Task, convert_task
from hypothesis import given, settings
from hypothesis import strategies as st

from .mutate import mutated
from .snippets import SNIPPETS

LEVELS = ("flow", "outline", "exact")


def problem(language: str, data: bytes) -> str | None:
    """What is said of a text, "internal error" included."""
    return convert_task(Settings(LEVELS), Task("-", "fuzz", language=language, data=data)).problem


def assert_sound(language: str, data: bytes) -> None:
    said = problem(language, data)
    assert said is None or "internal error" not in said, (said, data)


@pytest.mark.parametrize("language", SNIPPETS)
def test_the_whole_snippet(language: str) -> None:
    assert problem(language, SNIPPETS[language].encode()) is None


@pytest.mark.parametrize("language", SNIPPETS)
def test_damaged_code(language: str) -> None:
    source = random.Random(language)
    for round in range(25):
        assert_sound(language, mutated(SNIPPETS[language], source, 1 + round % 6).encode("utf-8", "replace"))


@pytest.mark.parametrize("language", SNIPPETS)
def test_code_cut_off_anywhere(language: str) -> None:
    text = SNIPPETS[language]
    for end in range(0, len(text), 97):
        assert_sound(language, text[:end].encode())


@pytest.mark.parametrize("language", SNIPPETS)
@settings(max_examples=15, deadline=None)
@given(text=st.text(max_size=60) | st.text("(){}[]<>\"'`#/*\\;:,.=&|!?@$%^+-~ \nab01", max_size=80))
def test_any_text(language: str, text: str) -> None:
    assert_sound(language, text.encode("utf-8", "replace"))


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert_sound("python", data)

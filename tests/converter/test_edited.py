"""A file that is being edited: what is healthy has its views, what is broken an outline."""

from __future__ import annotations

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.language.parser import parse_document

BEFORE = """def first(items, limit):
    kept = []
    for item in items:
        if item.size > limit:
            kept.append(item.name.strip().lower())
            print("kept an item that is over the limit", item.name)
    return kept


"""
AFTER = """

def last(items, limit):
    if not items:
        raise ValueError("nothing to take the last of")
    chosen = items[-1]
    if chosen.size > limit:
        raise ValueError("the last one is too large")
    return chosen.name.strip().lower()
"""
BROKEN = [
    "def middle(self, a, b):\n    value = compute(a, \n    return value + b\n",
    "def middle(self, a, b):\n    if a ==:\n        return b\n    return a + b\n",
    "def middle(self, a, b):\n    return a + * b\n",
]


@pytest.mark.parametrize("middle", BROKEN)
def test_one_broken_function_costs_only_itself(converter: AICCLConverter, middle: str) -> None:
    result = converter.convert_to_aiccl(BEFORE + middle + AFTER, "python", path="edited.py")
    views = {view.chunk.name: view for view in result.views}
    assert views["first"].made_by == views["last"].made_by == "compiler"
    assert views["last"].score == 1 and "the last one is too large" in views["last"].text
    assert not views["first"].chunk.broken
    parse_document(result.text)


def test_the_broken_one_is_an_outline(converter: AICCLConverter) -> None:
    result = converter.convert_to_aiccl(BEFORE + BROKEN[1] + AFTER, "python", path="edited.py")
    [view] = [view for view in result.views if view.chunk.name == "middle"]
    assert view.chunk.broken
    assert view.score == 0 or view.made_by == "source"
    assert result.outlined == 1
    assert "middle(a,b)" in result.text and "compute" not in result.text


@pytest.mark.parametrize("cut", range(20, len(BEFORE) + len(AFTER), 37))
def test_a_file_that_ends_anywhere(converter: AICCLConverter, cut: int) -> None:
    parse_document(converter.convert_to_aiccl((BEFORE + AFTER)[:cut], "python", path="edited.py").text)

"""What the README shows first is what the command makes of it."""

from __future__ import annotations

from aiccl_converter import AICCLConverter

from .pages import blocks, page


def test_the_view_of_the_first_example_and_its_figures() -> None:
    text = page("README.md")
    source = next(block.text for block in blocks(text) if block.mark == "python")
    shown = next(block.text for block in blocks(text) if block.mark == "aiccl")
    result = AICCLConverter().convert_to_aiccl(source, "python", path="orders.py")
    assert shown.strip() == result.text.strip()
    assert f"{result.source_tokens} tokens (o200k_base). In AICCL, {result.tokens}," in text

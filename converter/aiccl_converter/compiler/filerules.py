"""File rules: what repeats in a file is factored into a rule with parameters in the map, where that pays in tokens."""

from __future__ import annotations

from collections.abc import Callable

from aiccl_converter.language.tree import Node


def factor(steps: list[Node], count: Callable[[str], int]) -> tuple[str, list[Node]]:
    """The map's text (empty where nothing pays) and the steps that use it."""
    return "", steps

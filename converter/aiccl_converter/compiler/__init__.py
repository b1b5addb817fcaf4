"""The compiler: a unit's tree, restated by rules."""

from __future__ import annotations

from aiccl_converter.source.lower import lower_tree, lower_unit

__all__ = ["lower_tree", "lower_unit"]

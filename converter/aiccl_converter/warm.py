"""Imported once for all worker processes, where the platform can fork them from one: what every one of them would
load.

The only module that works at import, since that is what it is for.
"""

from __future__ import annotations

from aiccl_converter import conversion, converter, tokens

tokens.expect_much()

__all__ = ["conversion", "converter"]

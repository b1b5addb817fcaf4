"""Imported once for all worker processes, where the platform can fork them from one: what every one of them would
load.

The only module that works at import, since that is what it is for.
"""

from __future__ import annotations

from aiccl_converter import bulk, conversion, converter, tokens
from aiccl_converter.compiler import filerules
from aiccl_converter.compiler.rules import rules
from aiccl_converter.fidelity import check

rules()
tokens.expect_much()

__all__ = ["bulk", "check", "conversion", "converter", "filerules"]

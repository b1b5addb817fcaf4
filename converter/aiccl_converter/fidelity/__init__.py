"""Fidelity: does a view say what its source says?

Contract: `check` for texts, `compare` for trees; both give a `Report`. The facts come from trees alone, so that the
compiler's views and a large model's are judged alike. `docs/fidelity.md` says what is a fact, what fails a view and how
the one threshold was chosen.
"""

from aiccl_converter.fidelity.check import check, compare
from aiccl_converter.fidelity.document import check_document
from aiccl_converter.fidelity.facts import extract
from aiccl_converter.fidelity.report import THRESHOLD, Finding, Report

__all__ = ["THRESHOLD", "Finding", "Report", "check", "check_document", "compare", "extract"]

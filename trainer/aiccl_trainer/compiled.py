"""What the converter makes of one function: its flow, its fidelity, and trees to read on.

Contract: `flow_of` never fails on odd code; where the converter has nothing, `text` is empty. `scored` judges a view
that somebody else wrote. Both are deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aiccl_converter import tokens
from aiccl_converter.errors import AICCLError
from aiccl_converter.files import deep

from aiccl_trainer.kinds import complexity_of

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.fidelity import Report


@dataclass(slots=True)
class Flow:
    """A compiled function."""

    text: str
    score: float
    complexity: str


def flow_of(code: str, language: str) -> Flow:
    """The compiler's flow of a function."""
    try:
        flow: Flow = deep.call(_flow, code, language)
        return flow
    except (AICCLError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return Flow("", 0.0, "simple")


def _flow(code: str, language: str) -> Flow:
    from aiccl_converter.compiler import lower_unit

    result = _converter().convert_to_aiccl(code, language, "flow", views=False)
    return Flow(result.text.strip("\n"), result.score, complexity_of(lower_unit(code, language)))


def scored(code: str, view: str, language: str) -> Report:
    """How faithful a view is to its code."""
    from aiccl_converter.fidelity import Report, check

    try:
        report: Report = deep.call(check, code, view, language)
        return report
    except Exception as error:  # a check that fails is a view that is not shown
        return Report(0.0, error=f"it could not be checked ({type(error).__name__}: {error})")


def normal_view(view: str) -> tuple[str, str]:
    """(a view in the printer's one form, the intent that it held). Raises ParseError for what is no AICCL."""
    from aiccl_converter.language.parser import parse_unit
    from aiccl_converter.language.printer import print_unit
    from aiccl_converter.language.tree import Func, Route

    node = deep.call(parse_unit, view)
    func = node.func if isinstance(node, Route) else node
    intent = ""
    if isinstance(func, Func) and func.intent:
        intent, func.intent = func.intent, None
    text: str = deep.call(print_unit, node).strip("\n")
    deep.call(parse_unit, text)
    return text, intent


def reads(view: str) -> bool:
    """Whether a view is AICCL."""
    try:
        normal_view(view)
    except (AICCLError, RecursionError):
        return False
    return True


def count(text: str) -> int:
    """Tokens, in o200k_base."""
    return tokens.count(text)


def ratio_of(code: str, view: str, intent: str = "") -> float:
    """Tokens of the code over tokens of the view with its intent."""
    shown = count(view) + (count(intent) + 2 if intent else 0)
    return round(count(code) / shown, 3) if shown else 0.0


@cache
def _converter() -> AICCLConverter:
    from aiccl_converter.converter import AICCLConverter

    return AICCLConverter(workspace_rules=False)

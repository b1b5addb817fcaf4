"""What the printer writes reads back as the tree that was printed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from aiccl_converter.language.parser import parse_document, parse_expr, parse_steps, parse_unit
from aiccl_converter.language.printer import print_document, print_expr, print_steps, print_unit
from aiccl_converter.language.tree import CodeBlock, Do, Document, Func, MapBlock, Name, Node, Param, Rule
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def _load(name: str) -> object:
    spec = importlib.util.spec_from_file_location(f"language_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


trees = _load("trees")
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
quiet = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@quiet
@given(trees.expressions)
def test_expression(node: Node) -> None:
    assert parse_expr(print_expr(node), strict=True) == node


@quiet
@given(trees.bodies)
def test_steps(steps: list[Node]) -> None:
    assert parse_steps(print_steps(steps), strict=True) == steps


@quiet
@given(trees.units)
def test_unit(node: Node) -> None:
    assert parse_unit(print_unit(node), strict=True) == node


@settings(quiet, max_examples=60)
@given(st.lists(trees.units, min_size=2, max_size=3), st.lists(trees.simple_steps, max_size=2))
def test_document(units: list[Node], rules: list[Node]) -> None:
    code = CodeBlock({"lang": "python", "path": "a b.py"}, [Func("first", [], [Do(Name("a"))]), *units])
    entries: list[Node] = [Rule(f"rule{at}", [Param("x")], [body]) for at, body in enumerate(rules)]
    document = Document([MapBlock("", "1", entries), code] if entries else [code])
    assert parse_document(print_document(document), strict=True) == document

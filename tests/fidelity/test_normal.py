"""What the check takes on trust, the equivalences of a language (`Rule.normal`), hides no fault.

Contract: wherever such a rule fires in one of its own examples, the compiler's view passes as a tree and as text, and a
fault put into the view, or into the source before the rules read it, is still seen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiccl_converter.compiler import lower_unit
from aiccl_converter.compiler.compile import compile_steps
from aiccl_converter.compiler.rules import normal_engine, rules
from aiccl_converter.fidelity import check, compare
from aiccl_converter.fidelity.check import plain_source
from aiccl_converter.language.printer import print_unit

NAMED = ("call dropped", "condition negated", "error renamed", "literal changed", "step invented")
CASES = [
    pytest.param(ex.language, ex.source, rule.name, id=f"{rule.name}-{ex.language}-{i}")
    for rule in rules()
    for i, ex in enumerate(rule.examples)
    if rule.normal is True or (rule.normal and ex.language in rule.normal)
]


def mutants(tree: Any, seed: int) -> Iterator[tuple[str, str, Any]]:
    """Faulty copies of a tree, of the five kinds."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
    try:
        import mutants as bench
    finally:
        sys.path.pop(0)
    return (found for found in bench.mutants(tree, seed, 2) if found[0] in NAMED)


def test_there_are_such_rules() -> None:
    assert len({case.values[2] for case in CASES}) > 20
    assert normal_engine("go") is not None


@pytest.mark.parametrize(("language", "source", "rule"), CASES)
def test_the_compilers_view_passes_as_text(language: str, source: str, rule: str) -> None:
    shown = compile_steps(lower_unit(source, language), language).steps
    report = check(source, "\n".join(print_unit(step) for step in shown), language)
    assert report.passed, f"{rule}: {report}"


def test_faults_of_views_are_caught() -> None:
    caught, missed = 0, []
    for case in CASES:
        language, source, rule = case.values
        tree = lower_unit(source, language)
        base, shown = plain_source(tree, language), compile_steps(tree, language).steps
        if len(shown) != 1:
            continue
        for kind, what, faulty in mutants(shown[0], 1):
            if compare(base, [faulty], language).passed:
                missed.append(f"{rule}: {kind}: {what}")
            else:
                caught += 1
    assert caught > 100
    assert len(missed) <= caught * 0.02, "\n".join(missed)


@pytest.mark.parametrize("kind", ["condition negated", "error renamed", "literal changed", "step invented"])
def test_faults_of_sources_show_through_the_rules(kind: str) -> None:
    """A rule that reads two different sources as one would let a view of the one pass for the other: with the rules,
    hardly more faults are missed than without them."""
    seen, blind = 0, []
    for case in CASES:
        language, source, rule = case.values
        tree = lower_unit(source, language)
        if len(tree) != 1:
            continue
        plain = plain_source(tree, language)
        for found, what, faulty in mutants(tree[0], 1):
            if found != kind:
                continue
            seen += 1
            without = not compare([faulty], tree, language).passed
            if without and compare(plain_source([faulty], language), plain, language).passed:
                blind.append(f"{rule}: {what}")
    assert seen
    assert len(blind) <= seen * 0.1, "\n".join(blind)

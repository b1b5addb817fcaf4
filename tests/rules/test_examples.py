"""Every rule's examples: the whole compiler makes the view that the rule's file promises, and the rule took part in it."""

from __future__ import annotations

import pytest
from aiccl_converter.compiler.restate import Context, Example, Rule
from aiccl_converter.compiler.rules import engine, rules
from aiccl_converter.language.printer import print_unit
from aiccl_converter.language.tree import Node
from aiccl_converter.source.lower import lower_unit

CASES = [
    pytest.param(rule, example, id=f"{rule.name}-{example.language}-{number}")
    for rule in rules()
    for number, example in enumerate(rule.examples)
]


def restated(example: Example) -> tuple[str, Context]:
    steps: list[Node] = lower_unit(example.source, example.language)
    view, context = engine(example.language).run_steps(steps)
    return "\n".join(print_unit(step) for step in view), context


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_the_compiler_writes_what_the_example_says(rule: Rule, example: Example) -> None:
    text, _ = restated(example)
    assert text == example.view


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_the_rule_took_part(rule: Rule, example: Example) -> None:
    _, context = restated(example)
    fired = {name for one in (context, *context.functions.values()) for name in one.fired}
    assert rule.name in fired


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_every_rule_has_an_example_and_a_sentence(rule: Rule) -> None:
    assert rule.examples
    assert rule.says
    assert rule.nodes or rule.blocks


def test_a_rule_leaves_the_source_tree_alone() -> None:
    for rule in rules():
        for example in rule.examples:
            before = lower_unit(example.source, example.language)
            engine(example.language).run_steps(before)
            assert before == lower_unit(example.source, example.language)

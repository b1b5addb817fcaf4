"""A whole file's document is checked unit by unit: it passes as it is made, and a change anywhere in it fails."""

from __future__ import annotations

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.fidelity import check, check_document

from .samples import SAMPLES
from .test_file_rules import HANDLERS


@pytest.mark.parametrize("language", SAMPLES)
def test_documents_pass(converter: AICCLConverter, language: str) -> None:
    name, text = SAMPLES[language]
    report = check(text, converter.convert_to_aiccl(text, language, path=name).text, language)
    assert report.passed, str(report)
    assert report.facts > 3


def test_rules_hide_nothing(converter: AICCLConverter) -> None:
    document = converter.convert_to_aiccl(HANDLERS, "python", path="views.py").text
    assert "<comp:map>" in document
    assert check_document(HANDLERS, document, "python").passed


CHANGES = [
    ("already sent", "already gone"),
    ("order is None", "order is not None"),
    (".store.save(order)", ".store.drop(order)"),
    ('status="cancelled"', 'status="sent"'),
]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_changes_fail(converter: AICCLConverter, old: str, new: str) -> None:
    text = SAMPLES["python"][1]
    document = converter.convert_to_aiccl(text, "python", path="orders.py").text
    assert old in document
    report = check(text, document.replace(old, new, 1), "python")
    assert not report.passed
    assert any("cancel" in line for line in (*report.contradictions, *report.missing, *report.invented))


def test_a_change_in_a_rule_fails(converter: AICCLConverter) -> None:
    document = converter.convert_to_aiccl(HANDLERS, "python", path="views.py").text
    assert document.index("status=200") < document.index("</comp:map>")
    assert not check(HANDLERS, document.replace("status=200", "status=404"), "python").passed


def test_a_unit_left_out_fails(converter: AICCLConverter) -> None:
    text = SAMPLES["python"][1]
    without = text[: text.index("def total")]
    document = converter.convert_to_aiccl(without, "python", path="orders.py").text
    assert not check(text, document, "python").passed


@pytest.mark.parametrize("cut", range(1, 300, 29))
def test_cut_off_documents_fail_with_a_reason(converter: AICCLConverter, cut: int) -> None:
    text = SAMPLES["python"][1]
    document = converter.convert_to_aiccl(text, "python", path="orders.py").text
    report = check(text, document[:-cut], "python")
    assert cut < 2 or not report.passed

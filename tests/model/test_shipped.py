"""The model that comes with the package: whole, within its sizes, and at work where the packages that run it are."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from aiccl_converter.converter import AICCLConverter
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.model.files import open_folder
from aiccl_converter.model.find import SHIPPED, find

MB = 1_000_000
SURE = "def close_connection(connection):\n    connection.flush()\n    connection.close()\n    connections.remove(connection)\n    log.info('closed %s', connection)\n"
needs_runtime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None or importlib.util.find_spec("tokenizers") is None,
    reason="needs aiccl[model]",
)


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICCL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("AICCL_MODEL")


def test_it_is_found_and_it_is_what_was_exported() -> None:
    assert find() == SHIPPED
    model = open_folder(SHIPPED)
    assert (model.reads, model.writes) == ("code", "intent")
    assert model.trust and model.least_confidence > 0.5, "it would show what is too often wrong"


def test_it_keeps_to_its_sizes_and_brings_its_licence() -> None:
    sizes = [f.stat().st_size for f in SHIPPED.iterdir()]
    assert sum(sizes) <= 95 * MB and max(sizes) <= 50 * MB
    assert "Apache License" in (SHIPPED / "LICENSE").read_text(encoding="utf-8")
    assert "Apache-2.0" in json.loads((SHIPPED / "model.json").read_text(encoding="utf-8"))["licence"]


@needs_runtime
def test_a_function_keeps_its_flow_and_may_get_an_intent() -> None:
    flow = AICCLConverter().convert_to_aiccl(SURE, "python").views[0]
    shown = AICCLConverter(engine="model").convert_to_aiccl(SURE, "python").views[0]
    unit = parse_unit(shown.text)
    intent = getattr(unit, "intent", None)
    assert shown.text.replace(f' "{intent}"', "") == flow.text
    assert AICCLConverter(engine="auto").convert_to_aiccl(SURE, "python").views[0] == shown


@needs_runtime
def test_it_answers_within_the_grammar() -> None:
    from aiccl_converter.model.engine import Engine

    engine = Engine(SHIPPED)
    answer = engine.answer("python", SURE, AICCLConverter().convert_to_aiccl(SURE, "python").text)
    assert answer is not None and answer.view == "" and len(answer.intent.split()) > 1
    assert "close" in answer.intent

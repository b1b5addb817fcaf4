"""Verdicts of readers to a threshold above which few intents are wrong."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiccl_converter.model.trust import FEATURES, chance
from aiccl_trainer.errors import NoData
from aiccl_trainer.evaluating import trusting

CODE, FLOW = "def close(door):\n    door.lock()\n", "close(door)\ndoor.lock()"


def judged(number: int, honest: bool = True) -> tuple[list[Any], dict[str, dict[str, Any]], dict[str, str]]:
    """Functions whose intents are the likelier right the surer the model was; without `honest`: by chance."""
    draw = random.Random(3)
    items, answers, verdicts = [], {}, {}
    for n in range(number):
        sure = draw.uniform(0.2, 0.95)
        items.append(SimpleNamespace(pair=SimpleNamespace(id=str(n), code=CODE, flow=FLOW)))
        answers[str(n)] = {"said": [["close", sure], [" doors", sure], ['"', 0.9]]}
        right = draw.random() < (sure**2 if honest else 0.3)
        verdicts[str(n)] = "true" if right else "wrong"
    return items, answers, verdicts


def test_what_is_trusted_is_seldom_wrong() -> None:
    pytest.importorskip("numpy")
    items, answers, verdicts = judged(400)
    told = trusting.fitted(items, answers, verdicts, 0.25)
    assert len(told["weights"]) == FEATURES + 1 and told["judged"] == 400
    assert 0.05 < told["shown"] < 0.6 and told["wrong"] <= 0.25
    others, said, verdict = judged(800)
    shown = [i for i in others if chance(told["weights"], said[i.pair.id]["said"], CODE, FLOW) >= told["least"]]
    wrong = sum(verdict[i.pair.id] == "wrong" for i in shown) / len(shown)
    everything = sum(v == "wrong" for v in verdict.values()) / len(verdict)
    assert wrong < 0.35 < everything


def test_where_nothing_tells_them_apart_nothing_is_shown() -> None:
    pytest.importorskip("numpy")
    told = trusting.fitted(*judged(300, honest=False), 0.1)
    assert told["shown"] == 0 and told["least"] == 1.0


def test_too_few_verdicts_are_told() -> None:
    pytest.importorskip("numpy")
    with pytest.raises(NoData, match="20 judged intents"):
        trusting.fitted(*judged(20), 0.1)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    from argparse import Namespace

    from aiccl_trainer.commands.export import _trust
    from aiccl_trainer.errors import BadData

    path = tmp_path / "trust.json"
    path.write_text(json.dumps({"least": 0.5, "weights": [1] * 10}))
    assert _trust(Namespace(trust=str(path), least_confidence=0.1)) == (0.5, [1.0] * 10)
    assert _trust(Namespace(trust=None, least_confidence=0.1)) == (0.1, [])
    path.write_text("{}")
    with pytest.raises(BadData, match="evaluate --trust"):
        _trust(Namespace(trust=str(path), least_confidence=0.1))

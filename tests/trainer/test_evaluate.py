"""`evaluate` with the tests' tiny model: what is asked, judged and written down."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.pairs import pair_id

from .snippets import row

TINY = Path(__file__).parents[1] / "model" / "tiny"
_SPEC = importlib.util.spec_from_file_location("model_snippets", TINY.parent / "snippets.py")
assert _SPEC is not None and _SPEC.loader is not None
known = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(known)

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(m) is None for m in ("onnxruntime", "tokenizers", "sacrebleu", "matplotlib")),
    reason="needs aiccl[train]",
)
Train = Callable[..., tuple[int, str, str]]
TWIN = known.MEAN.replace("Mean", "Middle").replace("seen++", "seen += 1")


@pytest.fixture
def pairs(train: Train, tmp_path: Path) -> Path:
    """The four functions that the model knows and a twin of one, with people's intents."""
    rows = [{**row(language, code), "project": "shop"} for language, code, _, _ in known.KNOWN]
    store.write_lines(tmp_path / "functions.jsonl", [*rows, {**row("go", TWIN), "project": "shop"}])
    told = [{"id": pair_id(language, code), "intent": intent} for language, code, intent, _ in known.KNOWN]
    store.write_lines(tmp_path / "told.jsonl", [*told, {"id": pair_id("go", TWIN), "intent": known.KNOWN[3][2]}])
    out = tmp_path / "pairs"
    code, _, err = train(
        "generate", "--model", "intents", "--intents", tmp_path / "told.jsonl", "--input", tmp_path / "functions.jsonl",
        "--split", "test", "--output-dir", out, "--jobs", 1, "--quiet",
    )  # fmt: skip
    assert code == 0, err
    return out


def figures(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((folder / "figures.json").read_text())["rows"]
    return found


def test_figures_files_and_going_on(train: Train, pairs: Path, tmp_path: Path) -> None:
    out, card = tmp_path / "out", tmp_path / "card.md"
    back = [
        {"id": pair_id("python", known.ADD), "code": known.ADD},
        {"id": pair_id("go", known.MEAN), "code": known.MEAN.replace("!= unit", "== unit")},
    ]
    store.write_lines(tmp_path / "back.jsonl", back)
    asked = (
        "evaluate", "--input", pairs, "--split", "test", "--model", TINY, "--output-dir", out, "--card", card,
        "--also", f"the same again={TINY}", "--twins", 3, "--expansions", tmp_path / "back.jsonl",
    )  # fmt: skip
    code, _, err = train(*asked, "--quiet")
    assert code == 0, err
    mine = figures(out)["model"]
    assert mine["functions"] == 5 and mine["parses"] == 1 and mine["invented after checking"] == 0
    assert mine["intent added"] >= 0.8 and mine["better than the compiler"] >= 0.8 and mine["retrieval"] > 0.5
    assert mine["expanded"] == 2 and 0.4 < mine["expansion"] < 1 and mine["expands"] == 0.5
    assert mine["consistency"] == 1 and mine["peak memory, MB"] > 10
    assert figures(out)["the same again"]["chrF"] == mine["chrF"]
    assert figures(out)["people's docs"]["retrieval"] >= mine["retrieval"]
    views = {v["id"]: v for v in store.read(out / "views.jsonl")}
    added = views[pair_id("python", known.ADD)]
    assert added["shown_intent"] in added["view"] and 0 < added["confidence"] <= 1
    assert "the same again" in card.read_text() and (out / "flow-against-view.png").stat().st_size > 1000
    before = (out / "answers.model.jsonl").read_text()
    assert train(*asked, "--quiet")[0] == 0
    assert (out / "answers.model.jsonl").read_text() == before


def test_what_readers_said_of_the_intents(train: Train, pairs: Path, tmp_path: Path) -> None:
    said = ["true", "true", "vague", "wrong"]
    told = [{"id": pair_id(k[0], k[1]), "verdict": verdict} for k, verdict in zip(known.KNOWN, said, strict=True)]
    store.write_lines(tmp_path / "said.jsonl", told)
    out = tmp_path / "out"
    asked = ("evaluate", "--input", pairs, "--model", TINY, "--output-dir", out, "--quiet", "--verdicts")
    assert train(*asked, tmp_path / "said.jsonl")[0] == 0
    mine = figures(out)["model"]
    assert (mine["intents judged"], mine["intent true"], mine["intent wrong"]) == (4, 0.5, 0.25)
    assert (out / "report.md").read_text().count("100 %") >= 4  # one intent a band
    store.write_lines(tmp_path / "odd.jsonl", [{"id": "0", "verdict": "nice"}])
    code, _, err = train(*asked, tmp_path / "odd.jsonl")
    assert code == 1 and "odd.jsonl, line 1" in err


def test_what_a_model_is_not_sure_of_is_not_shown(train: Train, pairs: Path, tmp_path: Path) -> None:
    import shutil

    unsure = tmp_path / "unsure"
    shutil.copytree(TINY, unsure)
    manifest = json.loads((unsure / "model.json").read_text())
    store.write_json(unsure / "model.json", {**manifest, "least_confidence": 1.01})
    out = tmp_path / "out"
    assert train("evaluate", "--input", pairs, "--model", unsure, "--output-dir", out, "--quiet")[0] == 0
    assert figures(out)["model"]["intent added"] == 0
    assert figures(out)["model"]["chrF before checking"] > 50


def test_a_model_that_writes_intents_alone(train: Train, pairs: Path, tmp_path: Path) -> None:
    import shutil

    brief = tmp_path / "brief"
    shutil.copytree(TINY, brief)
    manifest = json.loads((brief / "model.json").read_text())
    store.write_json(brief / "model.json", {**manifest, "writes": "intent"})
    out = tmp_path / "out"
    assert train("evaluate", "--input", pairs, "--model", brief, "--output-dir", out, "--quiet")[0] == 0
    mine = figures(out)["model"]
    assert mine["parses"] == mine["finished"] == 1 and mine["shorter than the compiler"] == 0
    assert mine["intent added"] >= 0.8 and mine["fidelity of accepted views"] > 0.95
    assert "writes intents alone" in (out / "report.md").read_text()


def test_a_model_without_training_is_asked_as_the_model_is(train: Train, pairs: Path, tmp_path: Path) -> None:
    import shutil

    brief = tmp_path / "brief"
    shutil.copytree(TINY, brief)
    manifest = json.loads((brief / "model.json").read_text())
    store.write_json(brief / "model.json", {**manifest, "reads": "code", "writes": "intent"})
    out = tmp_path / "out"
    asked = ("evaluate", "--input", pairs, "--model", brief, "--base", TINY, "--output-dir", out, "--quiet")
    assert train(*asked)[0] == 0
    base = figures(out)["base model without training"]
    assert base["tokens/s"] and base["parses"] == 1 and base["shorter than the compiler"] == 0
    assert base["chrF"] == figures(out)["model"]["chrF"]  # the same weights here


def test_an_answer_to_another_flow_is_asked_for_anew(train: Train, pairs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ("evaluate", "--input", pairs, "--model", TINY, "--output-dir", out, "--quiet")
    assert train(*asked)[0] == 0
    lines = (out / "answers.model.jsonl").read_text().count("\n")
    (path,) = pairs.glob("pairs.test.jsonl")
    rows = list(store.read(path))
    rows[0]["flow"] = rows[0]["view"] = rows[0]["flow"] + "\n"
    store.write_lines(path, rows)
    assert train(*asked)[0] == 0
    assert (out / "answers.model.jsonl").read_text().count("\n") == lines + 1


def test_figures_of_training_pairs_are_kept_out_of_a_card(train: Train, pairs: Path, tmp_path: Path) -> None:
    (path,) = pairs.glob("pairs.test.jsonl")
    store.write_lines(pairs / "pairs.train.jsonl", ({**r, "split": "train"} for r in store.read(path)))
    card = tmp_path / "card.md"
    code, _, err = train(
        "evaluate", "--input", pairs, "--model", TINY, "--output-dir", tmp_path / "out", "--card", card, "--quiet"
    )
    assert code == 1 and "--split test" in err and not card.exists()


def test_wrong_words_are_told(train: Train, pairs: Path, tmp_path: Path) -> None:
    asked = ("evaluate", "--input", pairs, "--model", TINY, "--output-dir", tmp_path / "out", "--quiet")
    for more, wanted in (
        (("--also", "nothing"), "NAME=DIR"),
        (("--expand", 1), "--expander"),
        (("--split", "train"), "generate --split test"),
    ):
        code, _, err = train(*asked, *more)
        assert code == 1 and wanted in err, err

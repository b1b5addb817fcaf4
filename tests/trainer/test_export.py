"""`export`: what it may replace, whose figures it takes, what it says of the model."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.errors import NotBetter
from aiccl_trainer.exporting import card, evaluated

from .snippets import ROWS

Train = Callable[..., tuple[int, str, str]]
NEEDED = ("torch", "transformers", "onnx", "onnxruntime_genai")
needs_torch = pytest.mark.skipif(any(importlib.util.find_spec(m) is None for m in NEEDED), reason="needs aiccl[train]")


def run_of_fit(folder: Path) -> Path:
    """What `export` looks for first."""
    for name in ("checkpoint.pt", "best.pt", "merged/config.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("place", ["run", "run/merged", "models", "notes.txt", ".", "run/..", "docs", "exported"])
def test_nothing_but_an_exported_model_is_replaced(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    pytest.importorskip("tokenizers")
    run_of_fit(tmp_path / "run")
    for name in ("models/base/model.json", "notes.txt", "docs/model.json", "exported/mine.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("[]")
    (tmp_path / "exported" / "model.json").write_text('{"files": {"model.onnx": {}}}')
    (tmp_path / "docs" / "page.md").write_text("mine")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = tree(tmp_path)
    code, _, err = train(
        "export", "--run", tmp_path / "run", "--output-dir", place if place == "." else tmp_path / place
    )
    assert code == 1 and "another --output-dir" in err and err.count("\n") == 1
    assert tree(tmp_path) == before


def figures(folder: Path, ids: str, model: str = "m", **row: float) -> Path:
    """A folder of `evaluate`."""
    folder.mkdir(exist_ok=True)
    store.write_lines(folder / "items.jsonl", ({"id": name} for name in ids))
    store.write_json(folder / "figures.json", {"model": model, "rows": {"model": {"functions": len(ids), **row}}})
    return folder / "figures.json"


def test_figures_on_other_functions_are_not_compared(train: Train, tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    run = run_of_fit(tmp_path / "run")
    old, new = figures(tmp_path / "old", "abc", chrF=20), figures(tmp_path / "new", "abd", chrF=30)
    words = ("export", "--run", run, "--output-dir", tmp_path / "out", "--figures", new, "--replaces", old)
    code, _, err = train(*words)
    assert code == 1 and "other functions" in err
    assert evaluated.same_functions(evaluated.read(str(old)), evaluated.read(str(figures(tmp_path / "new", "bca"))))
    (tmp_path / "new" / "items.jsonl").unlink()  # their number is all that is known
    assert evaluated.same_functions(evaluated.read(str(old)), evaluated.read(str(new)))
    new.write_text(new.read_text().replace("3", "4"))
    assert not evaluated.same_functions(evaluated.read(str(old)), evaluated.read(str(new)))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({"parses": 0.8}, "parses falls"),
        ({"invented after checking": 2.0}, "invented after checking rises"),
        ({"intent wrong": 0.2}, "intent wrong rises"),
        ({"chrF": 19.0}, "chrF falls"),
        ({}, ""),
        ({"intent wrong": 0.05, "parses": 0.95}, ""),
    ],
)
def test_what_must_not_get_worse(new: dict[str, float], told: str) -> None:
    old = {"chrF": 20.0, "parses": 0.9, "invented after checking": 0.0, "intent wrong": 0.1}
    if told:
        with pytest.raises(NotBetter, match=told):
            evaluated.refuse_worse({**old, **new}, old, "old")
    else:
        evaluated.refuse_worse({**old, **new}, old, "old")
    evaluated.refuse_worse({"chrF": 20.0}, old, "old")  # readers' verdicts are not there of every model


def test_the_card_says_what_the_model_reads_and_writes() -> None:
    about: dict[str, Any] = {"reads": "code", "writes": "intent", "base": "b", "licence": "Apache-2.0"}
    told = card.card({**about, "training": {"steps": 3, "tokens": 9, "pairs": 2, "data": "abc", "seed": 1}})
    assert "from its code." in told and "shorter flow" not in told and "2 pairs (sha256 of them: `abc`)" in told
    assert "a shorter flow, from the flow" in card.card({"reads": "flow", "writes": "view"})
    assert "unknown" not in told and "Trained" not in card.card({**about, "training": {"steps": 0, "pairs": 9}})


def test_the_text_of_the_bases_licence(tmp_path: Path) -> None:
    assert "TERMS AND CONDITIONS" in card.licence("Apache-2.0 (SmolLM2)", "smollm2")
    (tmp_path / "LICENCE.txt").write_text("as you like")
    assert card.licence("see the base", str(tmp_path)) == "as you like"
    assert card.licence("see the base", "unknown") == ""


@needs_torch
@pytest.mark.slow
def test_a_model_is_exported_and_takes_its_own_figures_only(train: Train, corpus: Path, tmp_path: Path) -> None:
    from aiccl_trainer.fitting import base

    pairs, run, out = tmp_path / "pairs", tmp_path / "run", tmp_path / "out"
    assert train("generate", "--model", "docs", "--input", corpus, "--output-dir", pairs, "--quiet")[0] == 0
    assert train("generate", "--model", "compiler", "--input", corpus, "--output-dir", pairs, "--quiet")[0] == 0
    base.prepare("tiny", run, [row["code"] for row in ROWS])
    store.write_json(run / "aiccl.json", {"step": 5, "tokens": 700})
    stages = [{"teachers": ["docs"]}]
    store.write_json(run / "recipe.json", {"base": "tiny", "stages": stages, "row_tokens": 512})
    words = [
        "export",
        "--run",
        run,
        "--output-dir",
        out,
        "--input",
        pairs,
        "--calibrate",
        2,
        "--examples",
        2,
        "--quiet",
    ]
    code, _, err = train(*words)
    assert code == 0, err
    manifest = json.loads((out / "model.json").read_text())
    docs = sum(record["teacher"] == "docs" for record in store.read(pairs / "pairs.train.jsonl"))
    assert manifest["training"]["pairs"] == docs == manifest["data"]["docs"]["pairs"] and manifest["data"].keys() == {
        "docs"
    }
    assert manifest["training"]["data"] in (out / "README.md").read_text()
    assert "Apache License" in (out / "LICENSE").read_text() and "LICENSE" in manifest["files"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus.jsonl", "out", "pairs", "run"]

    before = tree(out)
    other = figures(tmp_path / "other", "ab", "0" * 64, chrF=30.0)
    code, _, err = train(*words, "--figures", other)
    assert code == 1 and "another model" in err and tree(out) == before
    asked = hashlib.sha256((out / "model.json").read_bytes()).hexdigest()
    mine = figures(tmp_path / "mine", "ab", asked, chrF=30.0)
    for _ in range(2):  # the second time the model there has another manifest, and is the same
        code, _, err = train(*words, "--figures", mine)
        assert code == 0, err
        assert json.loads((out / "model.json").read_text())["evaluation"]["chrF"] == 30.0
    worse = figures(tmp_path / "worse", "ab", asked, chrF=29.0)
    code, _, err = train(*words, "--figures", worse)
    assert code == 1 and "chrF falls" in err

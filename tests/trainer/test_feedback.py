"""Corrections to pairs, and the patterns that a model is weakest at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.pairs import read_pairs
from aiccl_trainer.selection import mark, weakest

from .snippets import RESERVE, RESERVE_VIEW, TOTALS

Train = Callable[..., tuple[int, str, str]]
GOOD = {"language": "py", "code": RESERVE, "view": RESERVE_VIEW, "intent": "set stock aside", "path": "shop/orders.py"}


def save(path: Path, *corrections: dict[str, Any]) -> Path:
    store.write_lines(path, corrections)
    return path


def feedback(train: Train, source: Path, out: Path, *more: object) -> tuple[int, str, str]:
    return train("feedback", "--input", source, "--output-dir", out, "--jobs", 1, "--quiet", *more)


def test_corrections_become_pairs(train: Train, tmp_path: Path) -> None:
    assert feedback(train, save(tmp_path / "f.jsonl", GOOD), tmp_path / "o")[0] == 0
    (pair,) = read_pairs(tmp_path / "o")
    assert (pair.language, pair.view, pair.intent, pair.teacher) == (
        "python",
        RESERVE_VIEW,
        "set stock aside",
        "feedback",
    )
    assert pair.split == "train" and pair.flow and pair.score > 0.9 and pair.path == "shop/orders.py"


def test_the_last_correction_counts_and_others_pairs_stay(train: Train, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    train("generate", "--model", "compiler", "--input", corpus, "--output-dir", out, "--jobs", 1, "--quiet")
    feedback(train, save(tmp_path / "f.jsonl", {**GOOD, "intent": "one"}, {**GOOD, "intent": "two"}), out)
    feedback(train, save(tmp_path / "f.jsonl", {**GOOD, "intent": "three"}), out)
    pairs = list(read_pairs(out))
    assert [p.intent for p in pairs if p.teacher == "feedback"] == ["three"]
    assert len([p for p in pairs if p.teacher == "compiler"]) == 5


def test_what_is_held_out_stays_held_out(train: Train, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    words = ("--jobs", 1, "--quiet", "--split", "test")
    train("generate", "--model", "compiler", "--input", corpus, "--output-dir", out, *words)
    feedback(train, save(tmp_path / "f.jsonl", GOOD), out)
    assert [p.split for p in read_pairs(out) if p.teacher == "feedback"] == ["test"]


def test_a_correction_that_the_check_rejects(train: Train, tmp_path: Path) -> None:
    wrong = {**GOOD, "code": TOTALS, "view": 'totals(orders)\n^!Lost("x")'}
    broken = {**GOOD, "code": TOTALS + "\n", "view": "((("}
    source = save(tmp_path / "f.jsonl", GOOD, wrong, broken)
    assert feedback(train, source, tmp_path / "o")[0] == 0
    assert len(list(read_pairs(tmp_path / "o"))) == 1
    rejected = list(store.read(tmp_path / "o" / "rejected.jsonl"))
    assert len(rejected) == 2 and "Lost" in rejected[0]["why"] and "parse" in rejected[1]["why"]
    assert feedback(train, source, tmp_path / "t", "--trust")[0] == 0
    assert len(list(read_pairs(tmp_path / "t"))) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no correction"),
        ("[1]\n", "line 1"),
        ('{"code": "x"}\n', "language, code and view"),
        (json.dumps({**GOOD, "language": "cobol"}) + "\n", "cobol"),
        (json.dumps({**GOOD, "view": "((("}) + "\n", "rejected.jsonl"),
    ],
)
def test_bad_corrections(train: Train, tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "f.jsonl").write_text(text)
    code, _, err = feedback(train, tmp_path / "f.jsonl", tmp_path / "o")
    assert code == 1 and told in err and err.count("\n") == 1


# --- select


def item(language: str, kind: str, **marks: Any) -> dict[str, Any]:
    return {"id": "x", "language": language, "kind": kind, "complexity": "simple", **marks}


def test_the_weakest_come_first_and_a_single_case_is_no_pattern() -> None:
    items = [item("go", "api", accepted=True) for _ in range(40)]
    items += [item("java", "auth", accepted=n % 4 == 0) for n in range(40)]
    items += [item("c", "data", accepted=False)]
    found = weakest(items)
    assert [w.cell[0] for w in found] == ["java", "c", "go"] and found[0].items == 40
    assert weakest(items, ("language",))[0].cell == ("java", "", "")


def test_marks_are_weighed() -> None:
    assert mark({"accepted": True, "parses": True, "fidelity": 1.0}) == 1.0
    assert mark({"accepted": False, "fidelity": 1}) == 0.25
    assert mark({"id": "x", "accepted": None}) is None


def test_the_list_is_what_generate_takes(train: Train, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    items = [item("java", "business", accepted=False)] * 20 + [item("go", "api", accepted=True)] * 20
    store.write_lines(tmp_path / "report" / "items.jsonl", items)
    code, out, _ = train("select", "--report", tmp_path / "report", "--number", 1, "--by", "language")
    assert code == 0 and json.loads(out)["language"] == "java"
    words = ("--number", 1, "--by", "language", "--output", tmp_path / "list.jsonl")
    assert train("select", "--report", tmp_path / "report" / "items.jsonl", *words)[0] == 0
    more = ("--patterns", tmp_path / "list.jsonl", "--jobs", 1, "--quiet")
    train("generate", "--model", "compiler", "--input", corpus, "--output-dir", tmp_path / "o", *more)
    assert [p.language for p in read_pairs(tmp_path / "o")] == ["java"]


def test_reports_that_are_none(train: Train, tmp_path: Path) -> None:
    (tmp_path / "items.jsonl").write_text('{"language": "go"}\n')
    for words, told in (
        (("--report", tmp_path / "none"), "no such file"),
        (("--report", tmp_path), "no marks"),
        (("--report", tmp_path, "--by", "size"), "size"),
        (("--report", tmp_path, "--by", ""), "nothing"),
    ):
        code, _, err = train("select", *words)
        assert code == 1 and told in err

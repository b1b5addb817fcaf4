"""`generate` with the teachers that cost nothing, and the pairs that it writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import balance, store
from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.kinds import COMPLEXITIES, KINDS, complexity_of, kind_of
from aiccl_trainer.pairs import Pair, from_record, pair_id, read_pairs
from aiccl_trainer.samples import read_samples

from .snippets import NAMES, PRICE, RESERVE, RESERVE_VIEW, ROWS, TOTALS, row

Train = Callable[..., tuple[int, str, str]]


def generate(train: Train, teacher: str, source: Path, out: Path, *more: object) -> tuple[int, str, str]:
    return train("generate", "--model", teacher, "--input", source, "--output-dir", out, "--jobs", 1, "--quiet", *more)


def test_the_compiler_as_teacher(train: Train, corpus: Path, tmp_path: Path) -> None:
    assert generate(train, "compiler", corpus, tmp_path / "o")[0] == 0
    pairs = list(read_pairs(tmp_path / "o"))
    assert {p.language for p in pairs} == {"python", "go", "javascript", "java"} and len(pairs) == len(ROWS)
    for pair in pairs:
        assert pair.view == pair.flow and pair.intent == "" and pair.teacher == "compiler" and pair.split == "train"
        assert pair.id == pair_id(pair.language, pair.code) and pair.kind in KINDS and pair.complexity in COMPLEXITIES
        assert pair.score > 0.8 and pair.ratio > 1 and pair.licence == "MIT" and pair.project
    names = next(p for p in pairs if p.code == NAMES)
    assert names.view.startswith("Names(ctx,page)") and "Hidden" in names.view


def test_docs_as_teacher_make_pairs_of_documented_functions_only(train: Train, corpus: Path, tmp_path: Path) -> None:
    assert generate(train, "docs", corpus, tmp_path / "o")[0] == 0
    pairs = {p.code: p for p in read_pairs(tmp_path / "o")}
    assert len(pairs) == 3 and all(p.intent and p.view == p.flow for p in pairs.values())
    assert pairs[RESERVE].intent == "set stock aside for a buyer until the hold runs out"
    assert "Set stock aside" not in pairs[RESERVE].flow
    why = [record["why"] for record in store.read(tmp_path / "o" / "passed-over.jsonl")]
    assert why == ["no intent in the docs"] * 2


def test_intents_of_a_file_are_put_over_the_flow(train: Train, corpus: Path, tmp_path: Path) -> None:
    told = [{"id": pair_id("python", TOTALS), "intent": "sum up what orders cost."}, {"id": "0" * 16, "intent": "no"}]
    store.write_lines(tmp_path / "told.jsonl", told)
    assert generate(train, "intents", corpus, tmp_path / "o", "--intents", tmp_path / "told.jsonl")[0] == 0
    (pair,) = read_pairs(tmp_path / "o")
    assert (pair.code, pair.intent, pair.teacher) == (TOTALS, "sum up what orders cost", "intents")
    assert pair.view == pair.flow != ""
    code, _, err = generate(train, "intents", corpus, tmp_path / "p")
    assert code == 1 and "--intents FILE" in err
    (tmp_path / "odd.jsonl").write_text('{"id": 3}\n')
    code, _, err = generate(train, "intents", corpus, tmp_path / "p", "--intents", tmp_path / "odd.jsonl")
    assert code == 1 and "odd.jsonl, line 1" in err


def test_ready_pairs_are_put_into_the_printers_form(train: Train, tmp_path: Path) -> None:
    loose = RESERVE_VIEW.replace("reserve(sku,wanted,*,", "reserve( sku, wanted, *, ").replace(";", "\n")
    rows = [
        {**row("python", RESERVE), "view": loose, "intent": "Set stock aside."},
        {**row("python", TOTALS), "view": "totals(((", "intent": "sum up"},
    ]
    store.write_lines(tmp_path / "ready.jsonl", rows)
    assert generate(train, "pairs", tmp_path / "ready.jsonl", tmp_path / "o")[0] == 0
    (pair,) = read_pairs(tmp_path / "o")
    assert (pair.view, pair.intent, pair.teacher) == (RESERVE_VIEW, "Set stock aside", "pairs")
    assert pair.flow and pair.flow != pair.view and pair.score > 0.9
    (passed,) = store.read(tmp_path / "o" / "passed-over.jsonl")
    assert "does not parse" in passed["why"]


def many(tmp_path: Path, number: int = 12, **more: Any) -> Path:
    rows = [
        {**r, **more, "code": r["code"].replace("order", f"order{n}").replace("row", f"row{n}").replace("item", f"item{n}")
         .replace("dialog", f"dialog{n}"), "view": "f()\n^1", "intent": f"do it {n} times more"}
        for n in range(number)
        for r in ROWS
    ]  # fmt: skip
    path = tmp_path / f"many{len(more)}.jsonl"
    store.write_lines(path, rows)
    return path


def test_held_out_functions_never_become_training_pairs(train: Train, tmp_path: Path) -> None:
    source, out = many(tmp_path), tmp_path / "o"
    assert generate(train, "pairs", source, out, "--hold-out", 8)[0] == 0
    held = list(read_pairs(out, "valid"))
    assert len(held) == 8 and len({p.language for p in held}) == 4
    for teacher in ("compiler", "docs"):
        assert generate(train, teacher, source, out)[0] == 0
    ids = {p.id for p in held}
    assert not ids & {p.id for p in read_pairs(out, "train")}
    assert {p.id for p in read_pairs(out, "valid")} == ids
    other = tmp_path / "other"
    assert generate(train, "compiler", source, other, "--exclude", out / "pairs.valid.jsonl")[0] == 0
    assert not ids & {p.id for p in read_pairs(other)}


def test_what_was_trained_on_is_not_held_out_later(train: Train, tmp_path: Path) -> None:
    source, out = many(tmp_path), tmp_path / "o"
    generate(train, "compiler", source, out)
    generate(train, "pairs", source, out, "--hold-out", 5)
    assert not (out / "pairs.valid.jsonl").exists()


def test_target_quotas_languages_and_patterns(train: Train, tmp_path: Path) -> None:
    source = many(tmp_path)
    assert generate(train, "compiler", source, tmp_path / "a", "--target-pairs", 12)[0] == 0
    assert Counter(p.language for p in read_pairs(tmp_path / "a")) == dict.fromkeys(
        ("go", "java", "javascript", "python"), 3
    )
    generate(train, "compiler", source, tmp_path / "b", "--quotas", "py=2,go=1", "--languages", "python,go")
    assert Counter(p.language for p in read_pairs(tmp_path / "b")) == {"python": 2, "go": 1}
    kind = next(read_samples([source])).kind
    generate(train, "compiler", source, tmp_path / "c", "--patterns", kind)
    assert {p.kind for p in read_pairs(tmp_path / "c")} == {kind}
    store.write_lines(tmp_path / "list.jsonl", [{"language": "java", "kind": "", "complexity": ""}])
    generate(train, "compiler", source, tmp_path / "d", "--patterns", tmp_path / "list.jsonl")
    assert {p.language for p in read_pairs(tmp_path / "d")} == {"java"}


def test_a_second_run_adds_what_is_missing(train: Train, tmp_path: Path) -> None:
    source, out = many(tmp_path), tmp_path / "o"
    generate(train, "compiler", source, out, "--target-pairs", 4)
    first = (out / "pairs.train.jsonl").read_bytes()
    generate(train, "compiler", source, out, "--target-pairs", 8)
    again = (out / "pairs.train.jsonl").read_bytes()
    assert again.startswith(first) and again.count(b"\n") == 8
    generate(train, "compiler", source, out, "--target-pairs", 8)
    assert (out / "pairs.train.jsonl").read_bytes() == again


def test_the_same_functions_give_the_same_pairs(train: Train, tmp_path: Path) -> None:
    source = many(tmp_path)
    shuffled = tmp_path / "shuffled.jsonl"
    store.write_lines(shuffled, reversed(list(store.read(source))))
    for path, out in ((source, "a"), (shuffled, "b")):
        generate(train, "compiler", path, tmp_path / out, "--target-pairs", 10)
    assert (tmp_path / "a/pairs.train.jsonl").read_bytes() == (tmp_path / "b/pairs.train.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--model", "compiler"), "--input"),
        (("--model", "compiler", "--input", "nowhere.jsonl"), "no such file"),
        (("--model", "compiler", "--input", "."), "functions.jsonl"),
        (("--model", "compiler", "--input", "CORPUS", "--patterns", "poems"), "poems"),
        (("--model", "compiler", "--input", "CORPUS", "--languages", "cobol"), "cobol"),
        (("--model", "compiler", "--input", "CORPUS", "--quotas", "python"), "LANGUAGE=NUMBER"),
        (("--model", "pairs", "--input", "CORPUS"), "no view"),
        (("--model", "compiler", "--input", "EMPTY"), "no pair was made"),
        (("--model", "compiler", "--input", "MIXED"), "line 2"),
    ],
)
def test_bad_input(train: Train, corpus: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "mixed.jsonl").write_text(json.dumps(ROWS[0]) + '\n{"a": 1}\n')
    places = {"CORPUS": corpus, "EMPTY": tmp_path / "empty.jsonl", "MIXED": tmp_path / "mixed.jsonl"}
    found = [str(places.get(word, word)) for word in words]
    if "." in found:
        found[found.index(".")] = str(tmp_path)
    code, _, err = train("generate", *found, "--output-dir", tmp_path / "o", "--quiet")
    assert code == 1 and told in err and err.count("\n") == 1


@pytest.mark.parametrize("code", ["", "((((", "\x00\x01", "\ud800", "def f(:\n  pass", "x" * 20_000, "(" * 3000])
def test_odd_code_costs_nothing_but_itself(train: Train, tmp_path: Path, code: str) -> None:
    (tmp_path / "odd.jsonl").write_text(json.dumps(row("python", code)) + "\n" + json.dumps(ROWS[1]) + "\n")
    assert generate(train, "compiler", tmp_path / "odd.jsonl", tmp_path / "o")[0] == 0
    assert TOTALS in [p.code for p in read_pairs(tmp_path / "o")]


def test_an_unknown_language_is_passed_over(train: Train, tmp_path: Path) -> None:
    store.write_lines(tmp_path / "x.jsonl", [row("cobol", "ADD 1 TO X"), ROWS[1]])
    assert generate(train, "compiler", tmp_path / "x.jsonl", tmp_path / "o")[0] == 0
    assert [p.language for p in read_pairs(tmp_path / "o")] == ["python"]


def test_pairs_are_read_with_care(tmp_path: Path) -> None:
    good = Pair("i", "python", "p", "x.py", "MIT", "api", "simple", "c", "f", "v").record()
    assert from_record({**good, "more": 1}).view == "v"
    for wrong in (
        {**good, "kind": "poem"},
        {**good, "split": "x"},
        {**good, "score": "1"},
        {**good, "code": 1},
        {"id": "i"},
        [],
    ):
        with pytest.raises(BadData, match="here: "):
            from_record(wrong, "here: ")
    with pytest.raises(NoData, match="pairs"):
        list(read_pairs(tmp_path))
    with pytest.raises(NoData, match="no such"):
        list(read_pairs(tmp_path / "none"))


def test_balance_takes_turns_and_does_not_depend_on_the_order() -> None:
    pairs = [
        Pair(f"{n}", "python" if n % 10 else "go", "p", "", "", KINDS[n % 3], COMPLEXITIES[n % 2], "", "", "")
        for n in range(60)
    ]
    ordered = balance.order(pairs)
    assert sorted(p.id for p in ordered) == sorted(p.id for p in pairs)
    assert Counter(p.language for p in ordered[:12]) == {"go": 6, "python": 6}
    assert len({(p.kind, p.complexity) for p in ordered[:12] if p.language == "python"}) == 6
    assert [p.id for p in balance.order(reversed(pairs))] == [p.id for p in ordered]
    assert [p.id for p in balance.order(pairs, seed=1)] != [p.id for p in ordered]


@pytest.mark.parametrize(
    ("code", "path", "language", "kind"),
    [
        ("def login(request): user.check_password(token)", "app/auth/login.py", "python", "auth"),
        ("return <Card className='x' onClick={save}/>", "src/components/Card.tsx", "tsx", "frontend"),
        ("def bubble_sort(xs):\n for i in range(len(xs)): xs[i-1], xs[i] = swap", "algorithms/sort/bubble.py", "python",
         "algorithms"),
        ("cursor.execute('SELECT * FROM t WHERE x')\nsession.commit()", "db/store.py", "python", "database"),
        ("sum = order.total() - discount; price(order, quantity)", "orders/invoice.py", "python", "business"),
        ("", "", "", "business"),
    ],
)  # fmt: skip
def test_kinds(code: str, path: str, language: str, kind: str) -> None:
    assert kind_of(code, path, language) == kind


def test_complexity_counts_decisions() -> None:
    from aiccl_converter.compiler import lower_unit

    def of(code: str) -> str:
        return complexity_of(lower_unit(code, "python"))

    assert of("def f(x):\n    return x + 1\n") == "simple"
    assert of("def f(x):\n    for y in x:\n        if y:\n            g(y)\n") == "medium"
    nested = "def f(x):\n" + "".join(f"    if x == {n}:\n        g({n})\n" for n in range(6))
    assert of(nested) == "complex"
    assert of(nested + "".join(f"    while x < {n}:\n        g({n})\n" for n in range(6))) == "advanced"
    assert complexity_of(lower_unit(PRICE, "java")) == "medium"

"""`validate`: what is kept, what is rejected and why, the report, and the way back to code."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.pairs import Pair, pair_id, read_pairs
from aiccl_trainer.validating import sandbox
from aiccl_trainer.validating.expanding import compared
from aiccl_trainer.validating.judging import judge
from aiccl_trainer.validating.report import histogram

from .conftest import Claude
from .snippets import CLOSE, RESERVE, RESERVE_VIEW, TOTALS

Train = Callable[..., tuple[int, str, str]]
TOTALS_VIEW = """totals(orders,currency="EUR")
sums={};o<-orders{o.currency==currency?sums[o.customer]=sums.get(o.customer,0)+o.amount}
^sums"""


def pair(
    code: str = RESERVE, view: str = RESERVE_VIEW, intent: str = "set stock aside for a buyer", **more: Any
) -> Pair:
    language = more.pop("language", "python")
    values = {
        "project": "p",
        "path": "x.py",
        "licence": "MIT",
        "kind": "api",
        "complexity": "simple",
        "flow": view,
        **more,
    }
    return Pair(
        pair_id(language, code), language, code=code, view=view, intent=intent, **{"teacher": "claude-x", **values}
    )


def test_a_good_pair_is_good() -> None:
    verdict = judge(pair())
    assert verdict.quality == 1.0 and verdict.why == {} and verdict.ratio > 1


@pytest.mark.parametrize(
    ("wrong", "part", "most"),
    [
        ({"view": "reserve((("}, "form", 0),
        ({"view": ""}, "form", 0),
        ({"code": " "}, "form", 0),
        ({"view": RESERVE_VIEW.replace("UnknownItem", "LostItem")}, "fidelity", 0),
        ({"view": RESERVE_VIEW.replace("free<wanted", "free>=wanted")}, "fidelity", 0),
        ({"view": "reserve(sku,wanted,*,hold_minutes=15)\n^Hold{sku,wanted}"}, "fidelity", 0.85),
        ({"view": RESERVE_VIEW + "\nquirk: " + "word " * 200}, "length", 0.5),
        ({"intent": "call resetAllOrders for the buyer"}, "intent", 0.5),
        ({"intent": "does\nthis"}, "intent", 0),
        ({"intent": "word " * 30}, "intent", 0.5),
        ({"intent": "reserve"}, "intent", 0.8),
    ],
)
def test_a_bad_part_is_found(wrong: dict[str, Any], part: str, most: float) -> None:
    verdict = judge(pair(**wrong))
    assert verdict.marks[part] <= most and verdict.quality <= most and part in verdict.why


def test_code_that_is_not_the_ids_is_mixed_up() -> None:
    mixed = pair()
    mixed.code = TOTALS
    assert judge(mixed).weakest == "form" and "mixed up" in judge(mixed).why["form"]


def test_words_that_are_spelled_like_names_may_stand_in_an_intent() -> None:
    assert judge(pair(intent="hold macOS stock for GraphQL buyers")).quality == 1.0


def write(folder: Path, *pairs: Pair | dict[str, Any] | str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [p if isinstance(p, str) else store.line(p.record() if isinstance(p, Pair) else p) for p in pairs]
    (folder / "pairs.train.jsonl").write_text("".join(lines))
    return folder


def validate(train: Train, source: Path, out: Path, *more: object) -> tuple[int, str, str]:
    return train("validate", "--input-dir", source, "--output-dir", out, "--jobs", 1, "--quiet", *more)


def test_good_pairs_are_kept_and_the_others_told_about(train: Train, tmp_path: Path) -> None:
    bad = pair(CLOSE, "closeDialog(((", language="javascript")
    source = write(tmp_path / "in", pair(), bad, pair(TOTALS, TOTALS_VIEW, "sum up what each customer ordered", split="valid"),
                   {"id": "x"})  # fmt: skip
    assert validate(train, source, tmp_path / "out")[0] == 0
    assert [p.code for p in read_pairs(tmp_path / "out", "train")] == [RESERVE]
    assert [p.code for p in read_pairs(tmp_path / "out", "valid")] == [TOTALS]
    rejected = list(store.read(tmp_path / "out" / "rejected.jsonl"))
    assert rejected[0]["code"] == CLOSE and "does not parse" in rejected[0]["why"]["form"] and len(rejected) == 2
    told = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (told["pairs"], told["kept"], told["unread_lines"]) == (3, 2, 1)
    card = (tmp_path / "out" / "data-card.md").read_text()
    assert (
        "2 pairs of 2 functions from 1 projects" in card
        and "| python | 2 | 2 |" in card
        and "| MIT | 2 | p (2) |" in card
    )
    assert told["by_language"]["javascript"]["kept"] == 0 and told["rejected_for"] == {"form": 1}


def test_a_broken_line_costs_only_itself(train: Train, tmp_path: Path) -> None:
    source = write(
        tmp_path / "in", "nonsense\n", pair(), '{"id": \n', pair(TOTALS, TOTALS_VIEW, "sum up the orders of each")
    )
    assert validate(train, source, tmp_path / "out")[0] == 0
    assert {p.code for p in read_pairs(tmp_path / "out")} == {RESERVE, TOTALS}
    rejected = [r["why"]["form"] for r in store.read(tmp_path / "out" / "rejected.jsonl")]
    assert [why.partition(": ")[0][-6:] for why in rejected] == ["line 1", "line 3"]


@pytest.mark.parametrize(
    "given", ["pairs.train.jsonl", "pairs.valid.jsonl", "../link.jsonl", "../other/pairs.train.jsonl"]
)
def test_pairs_that_it_did_not_write_are_never_lost(train: Train, tmp_path: Path, given: str) -> None:
    """The input, by whatever name, and what `generate` put where the output is to go."""
    folder = write(tmp_path / "pairs", pair(), pair(TOTALS, TOTALS_VIEW, split="valid"))
    (folder / "pairs.valid.jsonl").write_text(store.line(pair(TOTALS, TOTALS_VIEW, split="valid").record()))
    (tmp_path / "link.jsonl").symlink_to(folder / "pairs.train.jsonl")
    write(tmp_path / "other", pair())
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    code, _, err = validate(train, folder / given, folder)
    assert code == 1 and "--output-dir" in err and err.count("\n") == 1
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_file_and_its_compressed_copy_are_read_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", pair())
    store.write_lines(folder / "pairs.train.jsonl.gz", [pair().record()])
    store.write_lines(folder / "pairs.valid.jsonl.gz", [pair(TOTALS).record()])
    assert [p.code for p in read_pairs(folder)] == [RESERVE, TOTALS]


def test_the_threshold_decides(train: Train, tmp_path: Path) -> None:
    half = pair(TOTALS, TOTALS_VIEW, "sum up what each customer ordered.")
    assert 0.85 < judge(half).quality < 1 == judge(pair()).quality
    source = write(tmp_path / "in", half, pair())
    validate(train, source, tmp_path / "out", "--quality-threshold", 1)
    assert [p.code for p in read_pairs(tmp_path / "out")] == [RESERVE]
    validate(train, source, tmp_path / "out", "--quality-threshold", 0.85)
    assert len(list(read_pairs(tmp_path / "out"))) == 2


def test_verdicts_are_kept_between_runs(train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiccl_trainer.validating import validate as module

    source = write(tmp_path / "in", pair())
    validate(train, source, tmp_path / "out")

    def never(_: Pair) -> None:
        raise AssertionError("judged twice")

    monkeypatch.setattr(module, "judge", never)
    assert validate(train, source, tmp_path / "out")[0] == 0
    assert validate(train, source, tmp_path / "out", "--again")[0] == 70


def test_alike_code_with_unlike_views_is_found(train: Train, tmp_path: Path) -> None:
    twin = RESERVE.replace("reserve(", "book(")
    other = "book(sku,wanted,*,hold_minutes=15)\nhold for hold_minutes, UnknownItem, OutOfStock, .stock.save, free and wanted of sku"
    source = write(
        tmp_path / "in", pair(), pair(twin, RESERVE_VIEW.replace("reserve(", "book("), "set stock aside again")
    )
    validate(train, source, tmp_path / "a")
    assert json.loads((tmp_path / "a/report.json").read_text())["consistency"] == {"looked_at": 1, "mean": 1.0}
    from aiccl_trainer.validating.consistency import consistency

    assert consistency((RESERVE, twin), (RESERVE_VIEW, other)) < 0.7


class Page(HTMLParser):
    """What a page loads, and whether its tags pair."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [tag for name, _ in attrs if name in ("src", "href")]
        if tag in ("script", "link", "iframe", "img"):
            self.loads.append(tag)
        if tag in ("div", "pre", "table", "figure", "svg", "h2"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("div", "pre", "table", "figure", "svg", "h2"):
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone_and_shows_code_as_text(train: Train, tmp_path: Path) -> None:
    evil = RESERVE.replace("only {free}", "<script>alert(1)</script></pre> {free}")
    view = RESERVE_VIEW.replace("only {free}", "<script>alert(1)</script></pre> {free}")
    source = write(tmp_path / "in", pair(evil, view, project="<b>"), pair(TOTALS, "totals((("))
    assert validate(train, source, tmp_path / "out")[0] == 0
    page = Page()
    page.feed((tmp_path / "out" / "report.html").read_text())
    assert page.loads == [] and page.open == []
    assert "<script>alert(1)</script></pre> {free}" in page.text and "does not parse" in page.text


def test_a_histogram_counts_what_lies_beyond_its_ends() -> None:
    drawn = histogram([-1, 0, 0.5, 0.99, 7], 0, 1, 2, "x & y")
    assert "0 to 0.5: 2" in drawn and "0.5 to 1: 3" in drawn and "x &amp; y" in drawn


def test_code_that_was_written_again_is_compared_by_facts() -> None:
    assert compared(RESERVE, RESERVE, "python") == (1.0, "")
    renamed = RESERVE.replace("free", "left_over").replace("item", "found")
    assert compared(RESERVE, renamed, "python")[0] > 0.85
    lost = RESERVE.replace("        raise UnknownItem(sku)\n", "        pass\n").replace(
        "    self.stock.save(item)\n", ""
    )
    mark, why = compared(RESERVE, lost, "python")
    assert mark < 0.8 and "save" in why and "UnknownItem" in why
    assert compared(RESERVE, "", "python")[0] == 0 and compared(RESERVE, "(((", "python")[0] < 0.5


def test_expansions_of_a_file_are_judged(train: Train, tmp_path: Path) -> None:
    source = write(tmp_path / "in", pair(), pair(TOTALS, TOTALS_VIEW, "sum up what each customer ordered"))
    again = [{"id": pair().id, "code": "def reserve(self, sku):\n    pass\n"}, {"id": pair(TOTALS).id, "code": TOTALS}]
    store.write_lines(tmp_path / "again.jsonl", again)
    assert validate(train, source, tmp_path / "out", "--expansions", tmp_path / "again.jsonl")[0] == 0
    assert [p.code for p in read_pairs(tmp_path / "out")] == [TOTALS]
    (rejected,) = store.read(tmp_path / "out" / "rejected.jsonl")
    assert rejected["weakest"] == "expansion"
    store.write_lines(tmp_path / "again.jsonl", [{"id": "other", "code": "x"}])
    code, _, err = validate(train, source, tmp_path / "out", "--expansions", tmp_path / "again.jsonl")
    assert code == 1 and "none of the pairs" in err


@pytest.mark.skipif(bool(sandbox.available()), reason=f"no sandbox here: {sandbox.available()}")
def test_the_owners_tests_are_run_on_the_code_that_came_back(train: Train, tmp_path: Path) -> None:
    test = """
class Order:
    def __init__(self, customer, amount, currency="EUR"):
        self.customer, self.amount, self.currency = customer, amount, currency

assert totals([Order("a", 1), Order("a", 2), Order("b", 4, "USD")]) == {"a": 3}
"""
    source = write(tmp_path / "in", pair(TOTALS, TOTALS_VIEW, "sum up what each customer ordered"), pair())
    store.write_lines(tmp_path / "tests.jsonl", [{"code": TOTALS, "test": test}])
    again = {"right": "def totals(orders, currency='EUR'):\n    sums = {}\n    for o in orders:\n"
             "        if o.currency == currency:\n            sums[o.customer] = sums.get(o.customer, 0) + o.amount\n    return sums\n",
             "wrong": TOTALS.replace("+ order.amount", "- order.amount")}  # fmt: skip
    for name, code in again.items():
        store.write_lines(tmp_path / f"{name}.jsonl", [{"id": pair(TOTALS).id, "code": code}])
        words = ("--expansions", tmp_path / f"{name}.jsonl", "--tests", tmp_path / "tests.jsonl")
        assert validate(train, source, tmp_path / name, *words)[0] == 0
        told = json.loads((tmp_path / name / "report.json").read_text())
        assert told["tests"] == {"looked_at": 1, "mean": float(name == "right")}
        assert (TOTALS in [p.code for p in read_pairs(tmp_path / name)]) == (name == "right")


def test_training_data_is_not_run_unless_asked(train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    code = f"def f(x):\n    return x\nopen({str(ran)!r}, 'w').close()\n"
    write(tmp_path / "in", pair(), pair(code, "f(x)\n^x"))
    monkeypatch.setattr(sandbox, "_call", lambda *_: pytest.fail("the sandbox was started"))
    assert validate(train, tmp_path / "in", tmp_path / "out")[0] == 0
    assert not ran.exists()


def test_claude_expands_its_own_views_once(claude: Claude, train: Train, tmp_path: Path) -> None:
    pytest.importorskip("anthropic")
    source = write(tmp_path / "in", pair(teacher="claude-sonnet-4-6"))
    claude.answer = lambda parameters: f"```python\n{RESERVE}```"
    words = ("--expand", 5, "--pause", 0, "--retries", 1)
    code, _, err = validate(train, source, tmp_path / "out", *words)
    assert code == 1 and "--yes" in err and claude.asked == 0
    for _ in range(2):
        assert validate(train, source, tmp_path / "out", *words, "--yes")[0] == 0
    assert claude.asked == 1 and RESERVE_VIEW in claude.messages[0]["messages"][0]["content"]
    assert json.loads((tmp_path / "out/report.json").read_text())["expansion"] == {"looked_at": 1, "mean": 1.0}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--input-dir", "NONE"), "no such"),
        (("--input-dir", "EMPTY"), "pairs"),
        (("--input-dir", "MIXED"), "holds no pairs"),
        (("--input-dir", "IN", "--quality-threshold", "3"), "between 0 and 1"),
        (("--input-dir", "BAD"), "no pair reaches"),
        (("--input-dir", "IN", "--expand", "3"), "--expander"),
        (("--input-dir", "IN", "--tests", "MIXED/pairs.train.jsonl"), "code"),
        (("--input-dir", "OUT"), "--output-dir"),
    ],
)
def test_bad_input(train: Train, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    write(tmp_path / "IN", pair(teacher="docs"))
    write(tmp_path / "MIXED", '{"a": 1}\n', "[1]\n", "nonsense\n")
    write(tmp_path / "BAD", pair(view="((("))
    (tmp_path / "EMPTY").mkdir()
    if "OUT" in words:
        write(tmp_path / "OUT", pair())
    found = [str(tmp_path / word) if word[:1].isupper() else word for word in words]
    code, _, err = train("validate", *found, "--output-dir", tmp_path / "OUT", "--quiet")
    assert code == 1 and told in err and err.count("\n") == 1

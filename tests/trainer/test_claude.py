"""`generate` with Claude, against a server on this machine: what is right, what goes wrong, and that nothing is paid for
twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.pairs import Pair, read_pairs

from .conftest import Claude, refuse, reply
from .snippets import RESERVE, RESERVE_VIEW, ROWS

pytest.importorskip("anthropic")

Train = Callable[..., tuple[int, str, str]]
MODEL = "claude-sonnet-4-6"


def honest(parameters: dict[str, Any]) -> str:
    """What a good model might answer: the draft itself."""
    draft = parameters["messages"][0]["content"].split("The compiler's draft:\n\n")[1]
    return f"intent: do what the shop needs done here\nview:\n{draft}"


def options(corpus: Path, out: Path, *more: object) -> tuple[object, ...]:
    fast = ("--yes", "--quiet", "--jobs", 1, "--poll", 0, "--pause", 0, "--retries", 2)
    return ("generate", "--model", MODEL, "--input", corpus, "--output-dir", out, *fast, *more)


def pairs(out: Path) -> list[Pair]:
    return list(read_pairs(out))


@pytest.fixture(params=["batch", "live"])
def way(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return ("--live",) if request.param == "live" else ()


def test_pairs_are_made_and_a_second_run_asks_nothing(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path, way: tuple[str, ...]
) -> None:
    claude.answer = honest
    assert train(*options(corpus, tmp_path / "out", *way))[0] == 0
    made = pairs(tmp_path / "out")
    assert len(made) == len(ROWS) == claude.asked
    assert {p.teacher for p in made} == {MODEL} and all(p.intent and p.view and p.score >= 0.8 for p in made)
    assert train(*options(corpus, tmp_path / "out", *way))[0] == 0
    assert claude.asked == len(ROWS) and len(pairs(tmp_path / "out")) == len(ROWS)


def test_the_request_holds_code_draft_and_a_prompt_that_is_cached(claude: Claude, train: Train, tmp_path: Path) -> None:
    store.write_lines(tmp_path / "one.jsonl", ROWS[:1])
    claude.answer = lambda parameters: f"intent: set stock aside for a buyer\nview:\n{RESERVE_VIEW}"
    train(*options(tmp_path / "one.jsonl", tmp_path / "out"))
    ((request,),) = claude.batches.values()
    asked = request["params"]
    assert RESERVE in asked["messages"][0]["content"] and "Python" in asked["messages"][0]["content"]
    assert asked["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert "<comp:map:1>" in asked["system"][0]["text"] and "{{" not in asked["system"][0]["text"]
    (pair,) = pairs(tmp_path / "out")
    assert (pair.view, pair.intent) == (RESERVE_VIEW, "set stock aside for a buyer")
    assert request["custom_id"].endswith("-" + pair.id) and pair.flow and pair.ratio > 1


def test_an_answer_that_fails_the_check_is_asked_for_once_more_with_the_findings(
    claude: Claude, train: Train, tmp_path: Path, way: tuple[str, ...]
) -> None:
    store.write_lines(tmp_path / "one.jsonl", ROWS[:1])
    wrong = RESERVE_VIEW.replace("UnknownItem", "LostItem")

    def answer(parameters: dict[str, Any]) -> str:
        return (
            f"intent: set stock aside for a buyer\nview:\n{RESERVE_VIEW if len(parameters['messages']) > 1 else wrong}"
        )

    claude.answer = answer
    assert train(*options(tmp_path / "one.jsonl", tmp_path / "out", *way))[0] == 0
    assert [p.view for p in pairs(tmp_path / "out")] == [RESERVE_VIEW]
    second = claude.messages[-1] if way else claude.batches["batch_1"][0]["params"]
    assert [m["role"] for m in second["messages"]] == ["user", "assistant", "user"]
    assert "LostItem" in second["messages"][2]["content"]


@pytest.mark.parametrize(
    "text",
    ["", "I would rather not.", "intent: x\nview:\n", "intent: do what is needed\nview:\nf(((", "\u0000\ud83d"],
)
def test_nonsense_is_given_up_after_the_attempts_that_were_allowed(
    claude: Claude, train: Train, tmp_path: Path, text: str
) -> None:
    store.write_lines(tmp_path / "one.jsonl", ROWS[:1])
    claude.answer = lambda parameters: text
    assert train(*options(tmp_path / "one.jsonl", tmp_path / "out", "--attempts", 2))[0] == 0
    assert claude.asked == 2 and not list((tmp_path / "out").glob("pairs.*"))
    code, _, err = train(*options(tmp_path / "one.jsonl", tmp_path / "out", "--attempts", 2))
    assert claude.asked == 2 and code == 1 and "no function is left" in err


def test_an_answer_that_was_cut_off(claude: Claude, train: Train, tmp_path: Path) -> None:
    store.write_lines(tmp_path / "one.jsonl", ROWS[:1])
    claude.answer, claude.stop = honest, "max_tokens"
    assert train(*options(tmp_path / "one.jsonl", tmp_path / "out", "--attempts", 1))[0] == 0
    assert claude.asked == 1 and not list((tmp_path / "out").glob("pairs.*"))


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (401, "invalid x-api-key", "ANTHROPIC_API_KEY"),
        (400, "Your credit balance is too low to access the API", "credit"),
        (402, "billing", "credit"),
        (403, "no", "--model"),
        (404, "model: nothing", "--model"),
        (413, "too large", "--batch-size"),
        (429, "slow down", "wait"),
        (500, "oops", "again"),
        (529, "Overloaded", "overloaded"),
    ],
)
def test_each_refusal_ends_the_run_with_what_to_do(
    claude: Claude,
    train: Train,
    corpus: Path,
    tmp_path: Path,
    way: tuple[str, ...],
    status: int,
    message: str,
    told: str,
) -> None:
    claude.fail = lambda handler, path: handler.command == "POST" and refuse(handler, status, message)
    code, _, err = train(*options(corpus, tmp_path / "out", *way))
    assert code == 1 and told in err and err.count("\n") == 1 and "test-key" not in err
    claude.fail, claude.answer = lambda handler, path: False, honest
    assert train(*options(corpus, tmp_path / "out", *way))[0] == 0
    assert claude.asked == len(pairs(tmp_path / "out")) == len(ROWS)


@pytest.mark.parametrize("status", [429, 529])
def test_what_passes_is_tried_again(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path, way: tuple[str, ...], status: int
) -> None:
    claude.answer = honest
    refused = []

    def once(handler: BaseHTTPRequestHandler, path: str) -> bool:
        if refused:
            return False
        refused.append(path)
        return refuse(handler, status)

    claude.fail = once
    assert train(*options(corpus, tmp_path / "out", *way))[0] == 0
    assert claude.asked == len(pairs(tmp_path / "out")) == len(ROWS)


@pytest.mark.parametrize("body", [b"", b"<html>proxy</html>", b"{}", b"\xff\xfe", b"[1]"])
@pytest.mark.parametrize("kind", ["text/html", "application/json"])
def test_nonsense_instead_of_an_answer(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path, way: tuple[str, ...], body: bytes, kind: str
) -> None:
    claude.fail = lambda handler, path: reply(handler, 200, body, kind)
    code, _, err = train(*options(corpus, tmp_path / "out", *way))
    assert code == 1 and "again" in err and err.count("\n") == 1


def test_a_connection_that_breaks_off(claude: Claude, train: Train, corpus: Path, tmp_path: Path) -> None:
    def cut(handler: BaseHTTPRequestHandler, path: str) -> bool:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"id": "m", "type"')
        handler.close_connection = True
        return True

    claude.fail = cut
    code, _, err = train(*options(corpus, tmp_path / "out", "--live"))
    assert code == 1 and "again" in err


def test_no_server(claude: Claude, train: Train, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    code, _, err = train(*options(corpus, tmp_path / "out"))
    assert code == 1 and "cannot be reached" in err


def test_no_key_and_no_package(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    code, _, err = train(*options(corpus, tmp_path / "out"))
    assert code == 1 and "ANTHROPIC_API_KEY is not set" in err
    monkeypatch.setitem(__import__("sys").modules, "anthropic", None)
    code, _, err = train(*options(corpus, tmp_path / "out"))
    assert code == 1 and "aiccl[train]" in err
    assert claude.asked == 0


def test_a_batch_whose_confirmation_got_lost_is_found_again(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    """The batch is made, its name never arrives."""
    claude.answer = honest

    def lose(handler: BaseHTTPRequestHandler, path: str) -> bool:
        if handler.command != "POST" or claude.batches:
            return False
        claude.batches["lost"] = bodies[-1]["requests"]
        return refuse(handler, 500)

    bodies: list[dict[str, Any]] = []
    loads = json.loads

    def remember(text: Any, **more: Any) -> Any:
        value = loads(text, **more)
        if isinstance(value, dict) and "requests" in value:
            bodies.append(value)
        return value

    claude.fail = lose
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json, "loads", remember)
        assert train(*options(corpus, tmp_path / "out"))[0] == 0
    assert list(claude.batches) == ["lost"] and len(pairs(tmp_path / "out")) == len(ROWS)


def test_a_run_that_was_killed_while_a_batch_was_under_way(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    claude.answer, claude.slow = honest, 3

    def interrupt(handler: BaseHTTPRequestHandler, path: str) -> bool:
        return handler.command == "GET" and refuse(handler, 401, "gone")

    claude.fail = interrupt
    assert train(*options(corpus, tmp_path / "out"))[0] == 1
    assert claude.asked == len(ROWS)
    claude.fail = lambda handler, path: False
    assert train(*options(corpus, tmp_path / "out"))[0] == 0
    assert claude.asked == len(ROWS) == len(pairs(tmp_path / "out"))


def test_a_run_that_was_killed_between_sending_and_knowing(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    claude.answer = honest
    assert train(*options(corpus, tmp_path / "out"))[0] == 0
    (journal,) = (tmp_path / "out").glob("asked.*.jsonl")
    sending = journal.read_text().splitlines(keepends=True)[0]
    assert json.loads(sending)["event"] == "sending"
    (tmp_path / "out" / "pairs.train.jsonl").unlink()
    journal.write_text(sending + '{"event":"sent","ba')
    assert train(*options(corpus, tmp_path / "out"))[0] == 0
    assert claude.asked == len(ROWS) == len(pairs(tmp_path / "out"))


def test_results_that_are_cut_off_are_read_again(claude: Claude, train: Train, corpus: Path, tmp_path: Path) -> None:
    claude.answer, claude.cut = honest, True
    reads = []

    def watch(handler: BaseHTTPRequestHandler, path: str) -> bool:
        if path.endswith("/results"):
            reads.append(path)
            claude.cut = len(reads) < 2
        return False

    claude.fail = watch
    assert train(*options(corpus, tmp_path / "out"))[0] == 0
    assert len(reads) == 2 and claude.asked == len(ROWS) == len(pairs(tmp_path / "out"))


def test_what_expired_is_asked_again_and_what_is_invalid_is_not(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    claude.answer = honest
    names = [p["id"] for p in _samples(corpus)]
    claude.kinds = {names[0]: "expired", names[1]: "errored"}

    def heal(handler: BaseHTTPRequestHandler, path: str) -> bool:
        if handler.command == "POST" and claude.batches:
            claude.kinds.pop(names[0], None)
        return False

    claude.fail = heal
    assert train(*options(corpus, tmp_path / "out"))[0] == 0
    assert claude.asked == len(ROWS) + 1
    assert {p.id for p in pairs(tmp_path / "out")} == set(names) - {names[1]}


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A single function."""
    store.write_lines(tmp_path / "one.jsonl", ROWS[:1])
    return tmp_path / "one.jsonl"


@pytest.mark.parametrize(
    ("kind", "error", "batches", "told"),
    [
        ("errored", ("invalid_request_error", "Your credit balance is too low to access the API"), 1, "add credit"),
        ("errored", ("billing_error", "unpaid"), 1, "add credit"),
        ("errored", ("authentication_error", "invalid x-api-key"), 1, "ANTHROPIC_API_KEY"),
        ("errored", ("permission_error", "no"), 1, "--model"),
        ("errored", ("not_found_error", "model: nothing"), 1, "--model"),
        ("canceled", ("", ""), 1, "canceled"),
        ("errored", ("overloaded_error", "Overloaded"), 3, "try again later"),
        ("expired", ("", ""), 3, "try again later"),
    ],
)
def test_a_batch_that_fails_ends_the_run_and_gives_nothing_up(
    claude: Claude, train: Train, one: Path, tmp_path: Path, kind: str, error: tuple[str, str], batches: int, told: str
) -> None:
    (sample,) = _samples(one)
    claude.answer, claude.error, claude.kinds = honest, error, {sample["id"]: kind}
    code, _, err = train(*options(one, tmp_path / "out"))
    assert code == 1 and told in err and "is kept" in err and err.count("\n") == 1
    assert len(claude.batches) == batches
    claude.kinds = {}
    assert train(*options(one, tmp_path / "out"))[0] == 0
    assert len(pairs(tmp_path / "out")) == 1 and len(claude.batches) == batches + 1


def test_all_batches_are_fetched_before_one_that_failed_ends_the_run(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    claude.answer, claude.error = honest, ("billing_error", "unpaid")
    claude.kinds = {_samples(corpus)[0]["id"]: "errored"}
    assert train(*options(corpus, tmp_path / "out", "--batch-size", 1))[0] == 1
    assert len(claude.batches) == len(ROWS) and len(pairs(tmp_path / "out")) == len(ROWS) - 1
    claude.kinds = {}
    assert train(*options(corpus, tmp_path / "out", "--batch-size", 1))[0] == 0
    assert len(claude.batches) == len(ROWS) + 1 and len(pairs(tmp_path / "out")) == len(ROWS)


@pytest.mark.parametrize("hours", [-3, 3])
@pytest.mark.parametrize("made", [True, False], ids=["made", "not made"])
def test_another_runs_batch_is_not_taken_for_the_lost_one(
    claude: Claude, train: Train, one: Path, tmp_path: Path, made: bool, hours: int
) -> None:
    """Of the same function, at the same time, by the same key; the server's clock is another."""
    claude.answer, claude.ahead = honest, hours * 3600
    assert train(*options(one, tmp_path / "out"))[0] == 0
    claude.answer = lambda parameters: f"intent: set stock aside for a buyer\nview:\n{RESERVE_VIEW}"
    assert train(*options(one, tmp_path / "other"))[0] == 0
    claude.answer = honest
    if not made:
        claude.batches = {"other": claude.batches["batch_1"]}
    before = len(claude.batches)
    (journal,) = (tmp_path / "out").glob("asked.*.jsonl")
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])
    (tmp_path / "out" / "pairs.train.jsonl").unlink()
    assert train(*options(one, tmp_path / "out"))[0] == 0
    assert len(claude.batches) == before + (not made) and len(pairs(tmp_path / "out")) == 1
    sent = [r["batch"] for r in store.read(journal) if r["event"] == "sent"]
    assert sent == ["batch_0" if made else "batch_1"]


@pytest.mark.parametrize("body", [b"{}", b"[1]", b'{"id": "batch_0", "request_counts": null}', b"<html>proxy</html>"])
def test_nonsense_while_a_batch_is_looked_at_or_looked_for(
    claude: Claude, train: Train, one: Path, tmp_path: Path, body: bytes
) -> None:
    claude.answer = honest
    claude.fail = lambda handler, path: handler.command == "GET" and reply(handler, 200, body)
    code, _, err = train(*options(one, tmp_path / "out"))
    assert code == 1 and "try again" in err and err.count("\n") == 1
    (journal,) = (tmp_path / "out").glob("asked.*.jsonl")
    journal.write_text(journal.read_text().splitlines(keepends=True)[0])  # now its name is not known either
    code, _, err = train(*options(one, tmp_path / "out"))
    assert code == 1 and "try again" in err and err.count("\n") == 1
    claude.fail = lambda handler, path: False
    assert train(*options(one, tmp_path / "out"))[0] == 0
    assert claude.asked == 1 == len(pairs(tmp_path / "out"))


def test_a_view_that_the_parser_breaks_down_on_is_one_that_does_not_read(
    claude: Claude, train: Train, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No such view is known; one that a model wrote would otherwise end every run that reads the journal."""
    from aiccl_trainer.teachers import claude as teacher

    def broken(view: str) -> tuple[str, str]:
        raise IndexError("string index out of range")

    claude.answer = honest
    monkeypatch.setattr(teacher, "normal_view", broken)
    assert train(*options(one, tmp_path / "out", "--attempts", 1))[0] == 0
    (journal,) = (tmp_path / "out").glob("asked.*.jsonl")
    assert [r["why"] for r in store.read(journal) if r["event"] == "given up"] == [
        "the view does not read as AICCL: IndexError"
    ]


def test_the_estimate_has_an_upper_end_which_max_cost_looks_at(
    claude: Claude, train: Train, one: Path, tmp_path: Path
) -> None:
    asked = (*options(one, tmp_path / "out"), "--price", "3000/15000")

    def estimate(*more: object) -> tuple[float, float]:
        low, high = re.findall(r"\$([\d.]+)", train(*asked, "--estimate", *more)[1])
        return float(low), float(high)

    once, twice = estimate("--attempts", 1), estimate("--attempts", 2)
    assert once[0] == twice[0] <= once[1] and once[1] * 2 < twice[1] < once[1] * 3
    code, _, err = train(*asked, "--attempts", 2, "--max-cost", (twice[0] + twice[1]) / 2)
    assert code == 1 and "--max-cost" in err and claude.asked == 0


def _samples(corpus: Path) -> list[dict[str, Any]]:
    from aiccl_trainer.samples import read_samples

    return [sample.record() for sample in read_samples([corpus])]


def test_money_is_asked_about_before_it_is_spent_and_told_after(
    claude: Claude, train: Train, corpus: Path, tmp_path: Path
) -> None:
    claude.answer = honest
    base = ("generate", "--model", MODEL, "--input", corpus, "--output-dir", tmp_path / "out", "--jobs", 1, "--poll", 0)
    code, out, _ = train(*base, "--estimate")
    assert code == 0 and "5 functions" in out and "$0.0" in out and claude.asked == 0
    code, _, err = train(*base)
    assert code == 1 and "--yes" in err and claude.asked == 0
    code, _, err = train(*base, "--yes", "--max-cost", 0.0001)
    assert code == 1 and "--max-cost" in err and claude.asked == 0
    assert train(*base, "--yes", "--quiet", "--price", "10/100")[0] == 0
    spent = [r["spent_in_all"] for r in store.read(tmp_path / "out" / "log.jsonl") if "spent_in_all" in r]
    each = (100 + 0.1 * 2000) * 10 / 1e6 + 50 * 100 / 1e6
    assert spent[-1] == pytest.approx(len(ROWS) * each / 2, rel=1e-3)


def test_target_pairs_limits_what_is_asked(claude: Claude, train: Train, corpus: Path, tmp_path: Path) -> None:
    claude.answer = honest
    train(*options(corpus, tmp_path / "out", "--target-pairs", 2))
    assert claude.asked == 2
    train(*options(corpus, tmp_path / "out", "--target-pairs", 3))
    assert claude.asked == 3 and len(pairs(tmp_path / "out")) == 3


def test_batches_have_the_size_that_was_asked_for(claude: Claude, train: Train, corpus: Path, tmp_path: Path) -> None:
    claude.answer = honest
    train(*options(corpus, tmp_path / "out", "--batch-size", 2))
    assert [len(b) for b in claude.batches.values()] == [2, 2, 1]


def test_a_model_that_is_no_teacher(train: Train, corpus: Path, tmp_path: Path) -> None:
    code, _, err = train("generate", "--model", "gpt", "--input", corpus, "--output-dir", tmp_path / "out")
    assert code == 1 and "compiler, docs, intents, pairs" in err


def test_time_is_not_wasted_by_a_long_retry_after() -> None:
    """A server may say how long to wait; no more than a minute is waited."""
    from aiccl_trainer.teachers import api

    class Error:
        class response:
            headers = {"retry-after": "3600"}

    assert api._asked_to_wait(Error, 1.0) == 60.0
    Error.response.headers = {"retry-after": "soon"}
    assert api._asked_to_wait(Error, 1.5) == 1.5

"""Expansion with Claude, against a server on this machine that speaks the Messages API, in sickness and in health."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from aiccl_converter.errors import CannotExpand
from aiccl_converter.expansion import answer, claude, with_claude

from .conftest import Server

pytest.importorskip("anthropic")

VIEW = 'load(id)\nid|^!ValueError("no id")\n^.db.get(id)'
CODE = 'def load(self, id):\n    if not id:\n        raise ValueError("no id")\n    return self.db.get(id)\n'


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claude, "problems_of", lambda code, view, language: ((), True))


def refused(**options: Any) -> str:
    with pytest.raises(CannotExpand) as raised:
        with_claude(VIEW, "python", retries=0, **options)
    message = str(raised.value)
    assert "\n" not in message
    return message


@pytest.mark.usefixtures("unchecked")
def test_it_asks_with_map_view_and_language_and_takes_the_code(server: Server) -> None:
    server.says(f"```python\n{CODE}```\n")
    found = with_claude(VIEW, "py", model="claude-mine", retries=0)
    assert (found.code, found.model, found.problems, found.output_tokens) == (CODE, "claude-test", (), 9)
    ((headers, body),) = server.requests
    assert {"test-key", "Bearer test-key"} & set(headers.values())
    assert body["model"] == "claude-mine"
    asked = body["messages"][0]["content"]
    assert "BASE" in asked and VIEW in asked and "Python" in asked
    assert body["system"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "text",
    [CODE, f"Here it is:\n\n```\n{CODE}```\nDone.", f"```sh\nls\n```\n~~~~py\n{CODE}~~~~\n", f"```python\r\n{CODE}```"],
)
def test_code_is_found_however_it_is_wrapped(server: Server, text: str) -> None:
    server.says(text)
    assert with_claude(VIEW, "python", retries=0).code.strip() == CODE.strip()


@pytest.mark.parametrize(
    ("status", "part"),
    [
        (401, "ANTHROPIC_API_KEY"),
        (403, "--model"),
        (404, "--model"),
        (413, "one by one"),
        (429, "wait"),
        (500, "try again"),
        (529, "overloaded"),
    ],
)
def test_each_refusal_says_what_to_do(server: Server, status: int, part: str) -> None:
    server.fails(status, json.dumps({"type": "error", "error": {"type": "x", "message": "no"}}).encode())
    message = refused()
    assert str(status) in message and part in message and "test-key" not in message


def test_a_passing_failure_is_tried_again(server: Server, unchecked: None) -> None:
    good = server.says

    def once(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(529)
        handler.send_header("retry-after-ms", "1")
        handler.send_header("content-length", "0")
        handler.end_headers()
        good(f"```\n{CODE}```")

    server.reply = once
    assert with_claude(VIEW, "python", retries=1).code == CODE
    assert len(server.requests) == 2


def test_an_error_within_the_stream(server: Server) -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.end_headers()
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        handler.wfile.write(f"event: error\ndata: {json.dumps(error)}\n\n".encode())

    server.reply = reply
    assert "again" in refused()


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4])
def test_a_stream_that_breaks_off(server: Server, cut: int) -> None:
    server.says(f"```\n{CODE}```", cut=cut)
    assert "again" in refused()


def test_an_answer_that_was_too_long(server: Server) -> None:
    server.says("```\ndef load(", stop="max_tokens")
    assert "cut off after 50 tokens" in refused(max_tokens=50)


def test_a_refusal(server: Server) -> None:
    server.says("", stop="refusal")
    assert "declined" in refused()


@pytest.mark.parametrize("text", ["I cannot do that.", "", "```\n\n```", "(((", "``` never closed"])
def test_an_answer_without_code(server: Server, text: str) -> None:
    server.says(text)
    assert "no code" in refused()


@pytest.mark.parametrize("body", [b"", b"<html>proxy</html>", b"{}", b"\xff\xfe", b"data: {not json}\n\n"])
@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/event-stream"])
def test_nonsense_instead_of_a_stream(server: Server, body: bytes, kind: str) -> None:
    server.fails(200, body, kind)
    assert refused()


def test_no_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in refused()


def test_no_answer_in_time(server: Server) -> None:
    done = threading.Event()
    server.reply = lambda handler: done.wait(10) and None
    assert "within" in refused(timeout=0.2)
    done.set()


def test_no_key(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert "ANTHROPIC_API_KEY is not set" in refused()
    assert not server.requests


def test_no_package(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "anthropic", None)
    assert "aiccl[claude]" in refused()


def test_a_check_that_fails_keeps_the_answer(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    import aiccl_converter.fidelity as fidelity

    def explode(*_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(fidelity, "check", explode)
    server.says(f"```\n{CODE}```")
    found = with_claude(VIEW, "python", retries=0)
    assert (found.code, found.checked, found.problems) == (CODE, False, ("not checked: odd",))


def test_facts_of_the_answer_are_checked_against_the_view() -> None:
    """The true answer has no problems; one that lost the guard, or calls something else, has."""
    problems, checked = answer.problems_of(CODE, VIEW, "python")
    assert (problems, checked) == ((), True)
    unguarded = "def load(self, id):\n    return self.db.get(id)\n"
    other = CODE.replace("db.get", "db.erase")
    for wrong in (unguarded, other):
        problems, checked = answer.problems_of(wrong, VIEW, "python")
        assert checked and problems

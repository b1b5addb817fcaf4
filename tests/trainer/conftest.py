"""What the trainer's tests share: the command, a corpus of our own, a server that speaks the Messages and Batches API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import store
from aiccl_trainer.__main__ import run

from .snippets import ROWS


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A ready collection."""
    path = tmp_path / "corpus.jsonl"
    store.write_lines(path, ROWS)
    return path


@pytest.fixture
def train(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command: (exit code, standard output, standard error)."""

    def call(*words: object) -> tuple[int, str, str]:
        try:
            code = run([str(word) for word in words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


class Claude:
    """The fake API. `answer(parameters)` gives the text of one; `fail(handler, path)` may answer instead, by returning
        True. Batches end when they are asked about for the `slow`-th time. `kinds`: how requests for a function end, `error`
    with what; `ahead`: seconds that its clock is ahead of ours."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], str] = lambda parameters: ""
        self.fail: Callable[[BaseHTTPRequestHandler, str], bool] = lambda handler, path: False
        self.stop = "end_turn"
        self.slow = 1
        self.cut = False
        self.kinds: dict[str, str] = {}
        self.error = ("invalid_request_error", "odd")
        self.ahead = 0.0
        self.messages: list[dict[str, Any]] = []
        self.batches: dict[str, list[dict[str, Any]]] = {}
        self.looks = 0
        self.url = ""

    @property
    def asked(self) -> int:
        """Functions that were asked about: what is paid for."""
        return len(self.messages) + sum(map(len, self.batches.values()))

    def message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        usage = {"input_tokens": 100, "output_tokens": 50}
        usage |= {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 2000}
        return {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": parameters["model"],
            "content": [{"type": "text", "text": self.answer(parameters)}],
            "stop_reason": self.stop,
            "stop_sequence": None,
            "usage": usage,
        }

    def batch(self, name: str) -> dict[str, Any]:
        done = self.looks >= self.slow
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        counts["succeeded" if done else "processing"] = len(self.batches[name])
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if done else "in_progress",
            "request_counts": counts,
            "created_at": (datetime.now(UTC) + timedelta(seconds=self.ahead)).isoformat(),
            "expires_at": "2999-01-02T00:00:00Z",
            "ended_at": None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": f"{self.url}/v1/messages/batches/{name}/results",
        }

    def results(self, name: str) -> bytes:
        lines = []
        for request in reversed(self.batches[name]):
            kind = self.kinds.get(request["custom_id"].rpartition("-")[2], "succeeded")
            result: dict[str, Any] = {"type": kind}
            if kind == "succeeded":
                result["message"] = self.message(request["params"])
            elif kind == "errored":
                result["error"] = {"type": "error", "error": dict(zip(("type", "message"), self.error, strict=True))}
            lines.append(json.dumps({"custom_id": request["custom_id"], "result": result}) + "\n")
        data = "".join(lines).encode()
        return data[: len(data) // 2] if self.cut else data


def reply(handler: BaseHTTPRequestHandler, status: int, value: Any, kind: str = "application/json") -> bool:
    """Answer a request."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    handler.send_response(status)
    handler.send_header("content-type", kind)
    handler.send_header("content-length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)
    return True


def refuse(handler: BaseHTTPRequestHandler, status: int, message: str = "no", kind: str = "api_error") -> bool:
    """Answer with an error as the API has them."""
    return reply(handler, status, {"type": "error", "error": {"type": kind, "message": message}})


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Iterator[Claude]:
    """The fake API, and an environment in which the package finds it."""
    state = Claude()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if state.fail(self, self.path):
                return
            if self.path.endswith("/batches"):
                name = f"batch_{len(state.batches)}"
                state.batches[name] = body["requests"]
                state.looks = 0
                reply(self, 200, state.batch(name))
            else:
                state.messages.append(body)
                reply(self, 200, state.message(body))

        def do_GET(self) -> None:
            if state.fail(self, self.path):
                return
            path = self.path.partition("?")[0]
            name = path.rsplit("/", 2)[-2] if path.endswith("/results") else path.rsplit("/", 1)[-1]
            if path.endswith("/results"):
                reply(self, 200, state.results(name), "application/x-jsonl")
            elif name == "batches":
                found = [state.batch(n) for n in reversed(state.batches)]
                reply(self, 200, {"data": found, "has_more": False, "first_id": None, "last_id": None})
            else:
                state.looks += 1
                reply(self, 200, state.batch(name))

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{http.server_port}"
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", state.url)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield state
    http.shutdown()
    http.server_close()

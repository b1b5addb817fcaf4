"""A server on this machine that speaks as much of the Messages API as the `anthropic` package asks for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiccl_converter.expansion import prompts


def events(text: str, stop: str = "end_turn") -> list[dict[str, Any]]:
    """The events of a streamed answer."""
    message = {"id": "m", "type": "message", "role": "assistant", "model": "claude-test", "content": []}
    message |= {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 7, "output_tokens": 1}}
    return [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]


class Server:
    """What the fake API answers, and what it was asked."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.reply: Callable[[BaseHTTPRequestHandler], None] = lambda handler: None

    def says(self, text: str, stop: str = "end_turn", cut: int | None = None) -> None:
        """Answer with a stream, of which only `cut` events come."""

        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("content-type", "text/event-stream")
            handler.end_headers()
            for event in events(text, stop)[:cut]:
                handler.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())

        self.reply = reply

    def fails(self, status: int, body: bytes = b"", kind: str = "application/json") -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("content-type", kind)
            handler.send_header("content-length", str(len(body)))
            handler.send_header("x-should-retry", "false")
            handler.end_headers()
            handler.wfile.write(body)

        self.reply = reply


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.requests.append((dict(self.headers), body))
            state.reply(self)

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{http.server_port}")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "AICCL_CLAUDE_MODEL", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(prompts, "base_map", lambda view, language: "<comp:map:1>BASE</comp:map:1>")
    yield state
    http.shutdown()
    http.server_close()

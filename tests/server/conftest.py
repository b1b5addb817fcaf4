"""A language client for tests: raw JSON-RPC over the pipes of a real server process.

It answers the server's requests from `answers`, keeps what was notified, and fails a wait with the server's log in hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT = 60.0

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}},
    "window": {"showDocument": {"support": True}, "workDoneProgress": True},
    "workspace": {"configuration": True, "textDocumentContent": {}},
}


class Refused(Exception):
    """An error answer."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]
        self.message = error["message"]


class Client:
    """Start it with a folder for the server's caches and home."""

    Refused = Refused

    def __init__(
        self,
        home: Path,
        *arguments: str,
        environment: dict[str, str] | None = None,
        site: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        path = os.pathsep.join(str(folder) for folder in (ROOT / "converter", ROOT / "server", site) if folder)
        env = {
            **os.environ, "PYTHONPATH": path, "HOME": str(home), "AICCL_CACHE_DIR": str(home / "cache"),
            "PYTHONDONTWRITEBYTECODE": "1", **(environment or {}),
        }  # fmt: skip
        self.log = home / "server.log"
        home.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                # As the installed command: the working folder is not searched for modules.
                [sys.executable, "-P", "-m", "aiccl_server", *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=env, cwd=folder or home,
            )  # fmt: skip
        self.settings: Any = {"index": {"enable": False}}
        self.answers: dict[str, Any] = {}
        self.requests: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.order: list[Any] = []
        """The requests in the order of their answers."""
        self._answered: dict[Any, dict[str, Any]] = {}
        self._news = threading.Condition()
        self._count = 0
        self._versions: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self.ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """Send one message."""
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, **({} if params is None else {"params": params})})

    def begin(self, method: str, params: Any = None) -> int:
        """Send a request without waiting for its answer."""
        self._count += 1
        self.send(
            {"jsonrpc": "2.0", "id": self._count, "method": method, **({} if params is None else {"params": params})}
        )
        return self._count

    def answer(self, number: Any, timeout: float = TIMEOUT) -> Any:
        """The answer to a request. Raises Refused for an error."""
        self.until(lambda: number in self._answered, timeout, f"answer {number}")
        message = self._answered.pop(number)
        if "error" in message:
            raise Refused(message["error"])
        return message["result"]

    def request(self, method: str, params: Any = None, timeout: float = TIMEOUT) -> Any:
        """Send a request and wait for its answer."""
        return self.answer(self.begin(method, params), timeout)

    def command(self, name: str, *arguments: Any, timeout: float = TIMEOUT) -> Any:
        """Run a command."""
        return self.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)}, timeout)

    def until(self, true: Any, timeout: float = TIMEOUT, what: str = "it") -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + timeout
        with self._news:
            while not true():
                left = deadline - time.monotonic()
                if left <= 0 or (self.ended and not true()):
                    raise AssertionError(f"waited for {what} in vain; log:\n{self.log.read_text()[-4000:]}")
                self._news.wait(min(left, 0.1))

    def until_gone(self, true: Callable[[], bool], timeout: float = TIMEOUT) -> None:
        """Wait until something is so, though the server has ended."""
        deadline = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    def notified(self, method: str) -> list[Any]:
        """The parameters of what was notified."""
        return [m.get("params") for m in self.notifications if m["method"] == method]

    def asked(self, method: str) -> list[Any]:
        """The parameters of what the server asked."""
        return [m.get("params") for m in self.requests if m["method"] == method]

    def initialize(self, *folders: Path, capabilities: Any = None, options: Any = None) -> Any:
        """The handshake."""
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": None,
                "capabilities": CAPABILITIES if capabilities is None else capabilities,
                "workspaceFolders": [{"uri": f.as_uri(), "name": f.name} for f in folders],
                "initializationOptions": self.settings if options is None else options,
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python") -> None:
        """Open a document."""
        self._versions[uri], self.texts[uri] = 1, text
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, *changes: dict[str, Any], version: int | None = None) -> None:
        """Edit a document; a change with `text` alone replaces it."""
        self._versions[uri] = version if version is not None else self._versions[uri] + 1
        document = {"uri": uri, "version": self._versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def save(self, uri: str) -> None:
        """Say that a document was saved."""
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def hover(self, uri: str, line: int, character: int) -> Any:
        """A hover, once."""
        return self.request("textDocument/hover", _at(uri, line, character))

    def hover_with(self, words: str, uri: str, line: int, character: int, timeout: float = TIMEOUT) -> str:
        """A hover, again and again until it says something."""
        deadline = time.monotonic() + timeout
        last = None
        while time.monotonic() < deadline:
            last = self.hover(uri, line, character)
            if last is not None and words in last["contents"]["value"]:
                return last["contents"]["value"]
            time.sleep(0.02)
        raise AssertionError(f"no hover with {words!r}: {last}; log:\n{self.log.read_text()[-4000:]}")

    def shutdown(self) -> int:
        """End by the protocol; the exit code."""
        if self.process.poll() is None:
            self.request("shutdown")
            self.notify("exit")
        return self.wait()

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Wait for the end."""
        return self.process.wait(timeout)

    def close(self) -> None:
        """End however it goes."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    pass

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            while True:
                length = 0
                while (line := self.process.stdout.readline().strip()) or not length:
                    if not line:
                        return
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                self._take(json.loads(self.process.stdout.read(length)))
        except (OSError, ValueError):
            pass
        finally:
            with self._news:
                self.ended = True
                self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        with self._news:
            if "method" not in message:
                self._answered[message["id"]] = message
                self.order.append(message["id"])
            elif "id" in message:
                self.requests.append(message)
            else:
                self.notifications.append(message)
            self._news.notify_all()
        if "method" in message and "id" in message:
            self._serve(message)

    def _serve(self, message: dict[str, Any]) -> None:
        method = message["method"]
        result: Any = self.answers.get(method)
        if method == "workspace/configuration":
            result = [self.settings for _ in message["params"]["items"]]
        elif method == "window/showDocument":
            result = {"success": True}
        self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})


def _at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Starts clients, and ends them after the test."""
    clients: list[Client] = []

    def begin(*arguments: str, **options: Any) -> Client:
        made = Client(tmp_path / f"home{len(clients)}", *arguments, **options)
        clients.append(made)
        return made

    yield begin
    for made in clients:
        made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client that is initialized, without an index, for the tests of a file that leave it as it was."""
    made = Client(tmp_path_factory.mktemp("home"))
    made.initialize()
    yield made
    assert made.shutdown() == 0, made.log.read_text()
    assert made.ended or made.process.poll() == 0
    assert "Traceback" not in made.log.read_text(), made.log.read_text()
    made.close()


@pytest.fixture(autouse=True)
def _closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test leaves no document open in the shared client."""
    yield
    if "shared" in request.fixturenames:
        made = request.getfixturevalue("shared")
        for uri in list(made.texts):
            made.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        made.texts.clear()


@pytest.fixture
def capabilities() -> dict[str, Any]:
    """What the client can do, to be changed in a copy."""
    return json.loads(json.dumps(CAPABILITIES))

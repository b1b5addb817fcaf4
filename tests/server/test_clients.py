"""Clients of different means: what is asked of each is what it offered."""

from __future__ import annotations

from typing import Any

import pytest

# Waits for an index to fill, which a busy machine can hold up for longer than any sensible limit.
pytestmark = pytest.mark.slow

CODE = "def settle(invoice, rate):\n    if invoice.closed:\n        raise RuntimeError('the invoice is closed')\n    for line in invoice.lines:\n        invoice.total = invoice.total + line.amount * rate\n    return invoice\n"

CLIENTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "plain": {"textDocument": {"hover": {"contentFormat": ["plaintext"]}}, "general": {"positionEncodings": ["utf-8", "utf-32"]}},
    "watching": {
        "workspace": {
            "configuration": True,
            "didChangeConfiguration": {"dynamicRegistration": True},
            "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
            "workspaceFolders": True,
            "codeLens": {"refreshSupport": True},
            "textDocumentContent": {"dynamicRegistration": True},
        },
        "window": {"workDoneProgress": True, "showDocument": {"support": True}},
        "textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}},
        "general": {"positionEncodings": ["utf-16"]},
    },
}  # fmt: skip
ASKED = {
    "nothing": set(),
    "plain": set(),
    "watching": {"workspace/configuration", "client/registerCapability", "window/workDoneProgress/create"},
}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_asked_only_what_it_offers(start, tmp_path, name: str) -> None:
    folder = tmp_path / "project"  # not around the home: such a folder is refused
    folder.mkdir()
    for number in range(5):
        (folder / f"m{number}.py").write_text(CODE)
    client = start()
    client.settings = {"index": {"enable": True}}
    client.initialize(folder, capabilities=CLIENTS[name])
    uri = (folder / "m0.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("the invoice is closed", uri, 0, 5)
    client.change(uri, {"text": CODE + "\n"})
    client.save(uri)
    client.request("aiccl/status", {})
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 5, what="index")
    assert {message["method"] for message in client.requests} <= ASKED[name]
    assert client.notified("window/showMessage") == []
    assert client.shutdown() == 0


def test_files_and_settings_are_watched_where_that_is_offered(start, tmp_path) -> None:
    client = start()
    client.initialize(tmp_path, capabilities=CLIENTS["watching"])
    client.until(lambda: client.asked("client/registerCapability"), what="registration")
    (asked,) = client.asked("client/registerCapability")
    registered = {one["method"]: one["registerOptions"] for one in asked["registrations"]}
    assert registered["workspace/didChangeConfiguration"] == {"section": "aiccl"}
    globs = [watcher["globPattern"] for watcher in registered["workspace/didChangeWatchedFiles"]["watchers"]]
    assert globs and all(glob.startswith("**/") for glob in globs) and any("py" in glob for glob in globs)


@pytest.mark.parametrize("given", [
    {"rootPath": "{}"}, {"rootUri": "file://{}"}, {"workspaceFolders": None, "rootUri": "file://{}"},
    {"workspaceFolders": [{"uri": "file://{}", "name": "a"}, {"uri": "file://{}/", "name": "b"}, {"uri": "vscode-vfs://x/y", "name": "c"}]},
])  # fmt: skip
def test_every_way_to_name_the_workspace(start, tmp_path, given) -> None:
    import json

    client = start()
    named = json.loads(json.dumps(given).replace("{}", str(tmp_path)))
    client.request(
        "initialize",
        {
            "processId": None,
            "rootUri": None,
            "capabilities": {},
            "initializationOptions": {"index": {"enable": False}},
            **named,
        },
    )
    client.notify("initialized", {})
    assert client.request("aiccl/status", {})["workspace"] == [str(tmp_path)]


def test_a_client_that_refuses_everything(start, tmp_path) -> None:
    client = start()
    client.settings = {"index": {"enable": True}}
    client._serve = lambda message: client.send(
        {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "no"}}
    )
    client.initialize(tmp_path, capabilities=CLIENTS["watching"])
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("the invoice is closed", uri, 0, 5)
    assert client.notified("window/showMessage") == []

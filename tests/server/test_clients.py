"""Clients of different means: what is asked of each is what it offered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CODE = "def settle(invoice, rate):\n    if invoice.closed:\n        raise RuntimeError('the invoice is closed')\n    for line in invoice.lines:\n        invoice.total = invoice.total + line.amount * rate\n    return invoice\n"

WATCHING: dict[str, Any] = {
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
    },
    "window": {"workDoneProgress": True},
}
PLAIN = {
    "textDocument": {"hover": {"contentFormat": ["plaintext"]}},
    "general": {"positionEncodings": ["utf-8", "utf-32"]},
}

#: What real clients sent, and what they were answered: `clients/NAME.json`.
RECORDED = {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("clients/*.json"))}
CLIENTS = {"nothing": {}, "plain": PLAIN, **{name: client["capabilities"] for name, client in RECORDED.items()}}


def offered(capabilities: dict[str, Any]) -> set[str]:
    """The requests that a client says it answers."""
    workspace, window = capabilities.get("workspace", {}), capabilities.get("window", {})
    can = {
        "workspace/configuration": workspace.get("configuration"),
        "workspace/codeLens/refresh": workspace.get("codeLens", {}).get("refreshSupport"),
        "workspace/textDocumentContent/refresh": workspace.get("textDocumentContent") is not None,
        "window/workDoneProgress/create": window.get("workDoneProgress"),
        "client/registerCapability": any(
            workspace.get(name, {}).get("dynamicRegistration")
            for name in ("didChangeConfiguration", "didChangeWatchedFiles")
        ),
    }
    return {method for method, able in can.items() if able}


@pytest.mark.parametrize("name", RECORDED)
def test_what_a_real_client_is_answered(start, tmp_path, name: str) -> None:
    """A change of the answer is meant, or it is a mistake: then the recorded one is to be changed with it."""
    client = start()
    answer = client.initialize(tmp_path, capabilities=RECORDED[name]["capabilities"])
    assert answer["capabilities"] == RECORDED[name]["answer"]
    encodings = RECORDED[name]["capabilities"]["general"]["positionEncodings"]
    assert answer["capabilities"]["positionEncoding"] == encodings[0]
    assert client.shutdown() == 0


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_asked_only_what_it_offers(start, tmp_path, name: str) -> None:
    folder = tmp_path / "project"  # not around the home: such a folder is refused
    folder.mkdir()
    for number in range(5):
        (folder / f"m{number}.py").write_text(CODE)
    client = start()
    client.settings = {"index": {"enable": True}, "codeLens": {"enable": True}}
    client.initialize(folder, capabilities=CLIENTS[name])
    uri = (folder / "m0.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("the invoice is closed", uri, 0, 5)
    client.request("aiccl/document", {"uri": f"aiccl:///flow{folder}/m0.py"})
    client.change(uri, {"text": CODE + "\n"})
    client.save(uri)  # and the disk still holds the other text
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 5, what="index")
    assert {message["method"] for message in client.requests} <= offered(CLIENTS[name])
    told = {message["method"] for message in client.notifications} - {"$/progress"}
    assert told <= {"aiccl/statusChanged", "aiccl/documentChanged"}
    assert client.shutdown() == 0


def test_files_and_settings_are_watched_where_that_is_offered(start, tmp_path) -> None:
    client = start()
    client.initialize(tmp_path, capabilities=WATCHING)
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
    client.initialize(tmp_path, capabilities=WATCHING)
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("the invoice is closed", uri, 0, 5)
    assert client.notified("window/showMessage") == []

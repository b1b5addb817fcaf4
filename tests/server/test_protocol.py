"""The connection: handshake, bad messages, exit codes, purity of standard output."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest


def test_handshake_and_capabilities(start, tmp_path) -> None:
    client = start()
    result = client.initialize(tmp_path)
    assert result["serverInfo"]["name"] == "aiccl-server"
    able = result["capabilities"]
    assert able["positionEncoding"] == "utf-16"
    assert able["textDocumentSync"] == {"openClose": True, "change": 2, "save": {"includeText": False}}
    assert able["workspace"]["textDocumentContent"] == {"schemes": ["aiccl"]}
    assert able["hoverProvider"] and able["codeLensProvider"] and able["documentLinkProvider"]
    assert able["codeActionProvider"]["codeActionKinds"] == ["aiccl.view"]
    assert sorted(able["executeCommandProvider"]["commands"]) == sorted(
        f"aiccl.{name}"
        for name in (
            "compressFile compressFolder compressSelection copyPrompt expand explain reindex status restartWorker "
            "clearCache show saveCorrection"
        ).split()
    )
    assert client.shutdown() == 0


def test_before_initialize_and_after_shutdown(start) -> None:
    client = start()
    with pytest.raises(client.Refused) as early:
        client.request(
            "textDocument/hover", {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}
        )
    assert early.value.code == -32002
    client.initialize()
    with pytest.raises(client.Refused) as twice:
        client.initialize()
    assert twice.value.code == -32600
    client.request("shutdown")
    with pytest.raises(client.Refused) as late:
        client.request("aiccl/status", {})
    assert late.value.code == -32600
    client.notify("exit")
    assert client.wait() == 0


def test_exit_without_shutdown_is_an_error(start) -> None:
    client = start()
    client.initialize()
    client.notify("exit")
    assert client.wait() == 1


def test_the_end_of_input_ends_the_server(start) -> None:
    client = start()
    client.initialize()
    client.process.stdin.close()
    assert client.wait() == 1


def test_the_end_of_input_within_a_message(start) -> None:
    client = start()
    client.initialize()
    client.raw(b'Content-Length: 1000\r\n\r\n{"jsonrpc":')
    client.process.stdin.close()
    assert client.wait() == 1


def test_unknown_and_wrong_messages(shared) -> None:
    with pytest.raises(shared.Refused) as unknown:
        shared.request("textDocument/nothing", {})
    assert unknown.value.code == -32601
    shared.notify("textDocument/nothing", {})
    shared.notify("$/nothing", {})
    for wrong in ({}, {"textDocument": 5}, {"textDocument": {"uri": 7}, "position": {"line": 0, "character": 0}}, None):
        with pytest.raises(shared.Refused) as bad:
            shared.request("textDocument/hover", wrong)
        assert bad.value.code == -32602
    for wrong in ({}, {"textDocument": {"uri": 3}}, {"textDocument": {"uri": "file:///a.py"}, "level": "tiny"}):
        with pytest.raises(shared.Refused) as bad:
            shared.request("aiccl/view", wrong)
        assert bad.value.code == -32602
    shared.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": "file:///not-open.py", "version": 3}, "contentChanges": [{"text": "x"}]},
    )
    shared.notify("textDocument/didOpen", {"nonsense": True})
    assert shared.request("aiccl/status")["state"] == "off"


def test_broken_json_costs_one_answer(start) -> None:
    client = start()
    client.initialize()
    for body in (b"{", b"[1, 2]", b'"text"', b'{"jsonrpc": "1.0", "id": 77, "method": "shutdown"}', b"\xff\xfe"):
        client.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    client.until(lambda: len(client._answered) >= 2, what="error answers")
    assert client.request("aiccl/status", {})["version"]
    assert all("error" in message for message in client._answered.values())


def test_messages_in_pieces_and_together(start) -> None:
    client = start()
    client.initialize()
    body = json.dumps({"jsonrpc": "2.0", "id": 501, "method": "aiccl/status", "params": {}}).encode()
    message = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )
    for byte in message:
        client.raw(bytes([byte]))
    other = body.replace(b"501", b"502")
    client.raw(
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body.replace(b"501", b"503"))
        + b"Content-Length: %d\r\n\r\n%s" % (len(other), other)
    )
    for number in (501, 502, 503):
        assert client.answer(number)["version"]


def test_a_message_of_many_megabytes(start, tmp_path) -> None:
    client = start()
    client.initialize()
    uri = (tmp_path / "large.py").as_uri()
    client.open(uri, "# " + "x" * 100 + "\n" + "value = 1\n" * 2_000_000)
    assert client.hover(uri, 0, 0) is None
    assert client.request("aiccl/view", {"textDocument": {"uri": uri}}) is None


def test_standard_output_is_the_protocols_alone(start, tmp_path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, threading, time\n"
        "def noise():\n"
        "    while 'aiccl_server.features' not in __import__('sys').modules: time.sleep(0.01)\n"
        "    while True: print('noise', flush=True); os.write(1, b'more noise\\n'); os.system('echo noise'); time.sleep(0.05)\n"
        "threading.Thread(target=noise, daemon=True).start()\n"
    )
    client = start(site=site)
    client.initialize()
    for _ in range(5):
        assert client.request("aiccl/status", {})["version"]
        time.sleep(0.1)
    assert client.shutdown() == 0
    assert "more noise" in client.log.read_text()


def test_tcp_listens_on_this_machine_only(start) -> None:
    client = start("--tcp", "0")
    deadline = time.monotonic() + 20
    while "listening" not in client.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    host, _, port = client.log.read_text().split("listening on ")[1].strip().partition(":")
    assert host == "127.0.0.1"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        body = json.dumps(
            {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "initialize",
                "params": {"processId": None, "rootUri": None, "capabilities": {}},
            }
        ).encode()
        connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        assert b"aiccl-server" in connection.recv(65536)
    assert client.wait() == 1


def test_version_and_help_load_nothing() -> None:
    program = "import sys; from aiccl_server.__main__ import main\ntry: main(['--version'])\nexcept SystemExit: print(sorted(m for m in sys.modules if m.split('.')[0] in ('pygls', 'lsprotocol', 'tree_sitter', 'cattrs')))"
    path = os.pathsep.join(p for p in sys.path if p)
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert said.stdout.splitlines()[-1] == "[]", said


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_server_ends_with_its_editor(start, tmp_path) -> None:
    """An editor that was killed while another process holds its pipe open."""
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    client = start()
    client.request("initialize", {"processId": editor.pid, "rootUri": None, "capabilities": {}})
    client.notify("initialized", {})
    os.kill(editor.pid, signal.SIGKILL)
    try:
        assert client.wait(15) == 1
    finally:
        editor.wait()

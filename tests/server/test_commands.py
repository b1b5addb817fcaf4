"""The commands, code actions and code lenses."""

from __future__ import annotations

import pytest

CODE = """\
import os


def size_of(folder, seen):
    total = 0
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if path in seen:
            continue
        if os.path.isfile(path):
            total = total + os.path.getsize(path)
        else:
            total = total + size_of(path, seen)
    return total


def small(a):
    return a
"""


@pytest.fixture
def uri(shared, tmp_path) -> str:
    path = tmp_path / "sizes.py"
    path.write_text(CODE)
    shared.open(path.as_uri(), CODE)
    return path.as_uri()


UNIT = {"start": {"line": 3, "character": 0}, "end": {"line": 13, "character": 16}}


def test_compress_file_selection_and_folder(shared, uri, tmp_path) -> None:
    whole = shared.command("aiccl.compressFile", uri, "flow")
    assert whole["document"] == f"aiccl:///flow{tmp_path}/sizes.py" and "size_of" in whole["text"]
    assert shared.command("aiccl.compressFile", uri, None)["level"] == "flow"
    assert shared.command("aiccl.compressFile", uri)["level"] == "flow"
    assert "size_of" in shared.command("aiccl.compressSelection", uri, UNIT, "outline")["text"]
    assert "size_of" in shared.command("aiccl.compressFolder", tmp_path.as_uri(), "outline")["text"]


def test_copy_as_prompt(shared, uri) -> None:
    whole = shared.command("aiccl.copyPrompt", uri, None, "flow")
    assert "<comp:map:1>" in whole["text"] and "size_of" in whole["text"] and whole["tokens"] > 50
    unit = shared.command("aiccl.copyPrompt", uri, UNIT, "flow")
    assert "size_of" in unit["text"] and "small" not in unit["text"].split("<comp:code")[1]
    assert 'lang="python"' in unit["text"]


def test_expand(shared, uri) -> None:
    exact = shared.command("aiccl.compressFile", uri, "exact")
    back = shared.command("aiccl.expand", exact["text"])
    assert back["kind"] == "source" and back["language"] == "python" and "def size_of(" in back["text"]
    assert shared.command("aiccl.expand", exact["document"])["text"] == back["text"]
    flow = shared.command("aiccl.expand", shared.command("aiccl.compressFile", uri, "flow")["text"])
    assert flow["kind"] == "prompt" and "Python" in flow["text"]


def test_explain(shared, uri) -> None:
    answer = shared.command("aiccl.explain", uri, {"line": 3, "character": 6})
    assert answer["name"] == "size_of" and answer["rules"] and "leftOut" in answer and answer["score"] > 0.9


def test_status_reindex_restart_and_clear(shared) -> None:
    for name in ("status", "reindex", "restartWorker", "clearCache"):
        assert shared.command(f"aiccl.{name}")["state"] == "off"


def test_show_opens_the_document(shared, uri, tmp_path) -> None:
    target = f"aiccl:///flow{tmp_path}/sizes.py"
    assert shared.command("aiccl.show", target) == {"uri": target, "success": True}
    assert shared.asked("window/showDocument")[-1]["uri"] == target


@pytest.mark.parametrize("name, arguments", [
    ("aiccl.compressFile", []),
    ("aiccl.compressFile", [5, "flow"]),
    ("aiccl.compressFile", ["file:///a.py", "tiny"]),
    ("aiccl.compressFile", ["file:///a.py", "flow", "more"]),
    ("aiccl.compressSelection", ["file:///a.py", "here", "flow"]),
    ("aiccl.explain", ["file:///a.py", {"line": "one"}]),
    ("aiccl.show", ["file:///etc/passwd"]),
    ("aiccl.nothing", []),
])  # fmt: skip
def test_wrong_arguments(shared, name: str, arguments) -> None:
    with pytest.raises(shared.Refused) as refused:
        shared.command(name, *arguments)
    assert refused.value.code == -32602


@pytest.mark.parametrize("name, arguments", [
    ("aiccl.compressFile", ["file:///nowhere.py", "flow"]),
    ("aiccl.expand", ["no document"]),
    ("aiccl.expand", ["<comp:code lang=\"python\">"]),
])  # fmt: skip
def test_what_cannot_be_done(shared, name: str, arguments) -> None:
    with pytest.raises(shared.Refused) as refused:
        shared.command(name, *arguments)
    assert refused.value.code == -32803 and refused.value.message


def test_code_actions_only_when_asked_for(shared, uri) -> None:
    shared.hover_with("fidelity", uri, 3, 6)

    def actions(line: int, **context):
        at = {"line": line, "character": 6}
        return shared.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": uri},
                "range": {"start": at, "end": at},
                "context": {"diagnostics": [], **context},
            },
        )

    titles = [action["title"] for action in actions(6)]
    assert "AICCL: show flow of size_of" in titles and "AICCL: copy size_of as prompt" in titles
    assert next(a["title"] for a in actions(1)) == "AICCL: show flow of sizes.py"
    assert actions(6, triggerKind=2) == []
    assert actions(6, only=["quickfix"]) == [] and actions(6, only=["aiccl"]) != []
    for action in actions(6):
        command = action["command"]
        answer = shared.command(command["command"], *command["arguments"])
        assert answer is not None


def test_lenses_are_off_until_switched_on(start, tmp_path) -> None:
    client = start()
    client.settings = {"index": {"enable": False}}
    client.initialize()
    uri = (tmp_path / "sizes.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("fidelity", uri, 3, 6)
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}) is None
    client.settings = {"index": {"enable": False}, "codeLens": {"enable": True}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.hover_with("fidelity", uri, 3, 6)
    client.until(lambda: client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}), what="lenses")
    (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert lens["range"]["start"] == {"line": 3, "character": 4} and "×" in lens["command"]["title"]
    client.change(
        uri, {"range": {"start": {"line": 17, "character": 0}, "end": {"line": 17, "character": 0}}, "text": "x"}
    )
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    assert client.command(lens["command"]["command"], *lens["command"]["arguments"])["success"]

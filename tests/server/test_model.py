"""The server with a real model, the tests' tiny one, which knows four functions by heart."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "model" / "tiny"
_SPEC = importlib.util.spec_from_file_location("model_snippets", ROOT / "tests" / "model" / "snippets.py")
assert _SPEC is not None and _SPEC.loader is not None
snippets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(snippets)

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None or importlib.util.find_spec("tokenizers") is None,
    reason="needs aiccl[model]",
)
#: Seconds that the worker, which gives way to all others, may take on a busy machine.
LONG = 240.0
INTENT = '"read settings from lines of a file"'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    method = "".join(f"    {line}\n" for line in snippets.ADD.splitlines())
    (folder / "settings.py").write_text(f"{snippets.SETTINGS}\n\nclass Basket:\n{method}")
    (folder / "door.js").write_text(snippets.OPEN)
    (folder / "mean.go").write_text(f"package mean\n\n{snippets.MEAN}")
    return folder


@pytest.fixture
def opened(start, project: Path) -> Callable[..., tuple]:
    def begin(model: Path, **settings: object) -> tuple:
        client = start(environment={"AICCL_MODEL": str(model)})
        client.settings = {"index": {"enable": True}, **settings}
        client.initialize(project)
        path = project / "settings.py"
        client.open(path.as_uri(), path.read_text())
        return client, path.as_uri()

    return begin


def status(client) -> dict:
    return client.request("aiccl/status", {})


def by_model(client, project: Path) -> int:
    """How many of the workspace's functions have a view by the model."""
    answers = [
        client.request("aiccl/view", {"textDocument": {"uri": (project / file).as_uri()}, "name": name})
        for file, name in (("settings.py", "load_settings"), ("settings.py", "Basket.add"))
    ]
    return sum(answer["madeBy"] == "model" for answer in answers)


def test_a_hover_shows_the_models_view_with_its_intent(opened, project) -> None:
    client, uri = opened(TINY)
    shown = client.hover_with("by model", uri, 0, 6, LONG)
    assert INTENT in shown and "fidelity 100 %" in shown
    answer = client.request("aiccl/view", {"textDocument": {"uri": uri}, "name": "load_settings"})
    assert answer["madeBy"] == "model" and INTENT in answer["text"]
    assert "into a basket" in client.hover_with("by model", uri, 15, 10, LONG)
    client.until(
        lambda: status(client)["model"]["files"] == status(client)["model"]["chunks"] == 0, LONG, what="the rest"
    )
    told = status(client)["model"]
    assert told["id"] and told["reason"] == ""
    assert client.notified("window/showMessage") == []


def test_a_worker_that_is_killed_meanwhile_goes_on_with_the_model(opened, project) -> None:
    client, uri = opened(TINY)
    client.until(lambda: status(client)["index"]["files"] == 3, LONG, what="the index")
    first = status(client)["worker"]["pid"]
    os.kill(first, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    client.until(lambda: status(client)["worker"]["pid"] not in (None, first), LONG, what="another worker")
    client.hover_with("by model", uri, 0, 6, LONG)
    client.until(lambda: by_model(client, project) == 2, LONG, what="both")
    # A use in another file shows what was made of a file that was never open.
    other = project.parent / "other.js"
    client.open(other.as_uri(), "openDoor(mine, yours);\n", "javascript")
    assert "unlock a door" in client.hover_with("by model", other.as_uri(), 0, 3, LONG)


def test_a_model_that_was_changed_is_told_once_and_the_compiled_views_stay(opened, project, tmp_path) -> None:
    model = Path(shutil.copytree(TINY, tmp_path / "model"))
    data = bytearray((model / "weights-1.bin").read_bytes())
    data[1000] ^= 1
    (model / "weights-1.bin").write_bytes(bytes(data))
    client, uri = opened(model)
    client.until(lambda: client.notified("window/showMessage"), LONG, what="a message")
    (message,) = client.notified("window/showMessage")
    assert "sha256" in message["message"] and "copy or export the model again" in message["message"]
    client.until(lambda: status(client)["model"]["reason"], LONG, what="the reason")
    told = status(client)["model"]
    assert told["id"] is None and "weights-1.bin" in told["reason"] and told["chunks"] == 0
    client.hover_with("by compiler", uri, 0, 6, LONG)
    assert status(client)["state"] == "ready" and status(client)["worker"]["restarts"] == 0


@pytest.mark.parametrize("spoil", ["missing", "relative"])
def test_a_model_that_is_named_and_cannot_be_used_is_told(opened, tmp_path, spoil: str) -> None:
    client, uri = opened(tmp_path / "nowhere" if spoil == "missing" else Path("models/mine"))
    client.hover_with("by compiler", uri, 0, 6, LONG)
    client.until(lambda: client.notified("window/showMessage"), LONG, what="a message")
    (message,) = client.notified("window/showMessage")
    assert "aiccl-train export" in message["message"] or "absolute path" in message["message"]
    assert status(client)["model"]["id"] is None


def test_a_model_can_be_switched_off_and_on(opened) -> None:
    client, uri = opened(TINY)
    client.hover_with("by model", uri, 0, 6, LONG)
    client.settings = {"index": {"enable": True}, "model": {"enable": False}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.hover_with("by compiler", uri, 0, 6, LONG)
    client.until(lambda: "aiccl.model.enable" in status(client)["model"]["reason"], LONG, what="the reason")
    assert status(client)["model"]["id"] is None
    client.settings = {"index": {"enable": True}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.hover_with("by model", uri, 0, 6, LONG)


def test_without_a_model_there_is_a_reason_and_no_message(start, project) -> None:
    client = start(environment={"AICCL_MODEL": ""})
    client.settings = {"index": {"enable": True}}
    client.initialize(project)
    client.until(lambda: status(client)["index"]["files"] == 3, LONG, what="the index")
    told = status(client)["model"]
    assert not told["id"] and "AICCL_MODEL" in told["reason"]
    assert client.notified("window/showMessage") == []


def test_nothing_is_loaded_before_the_first_chunk() -> None:
    code = (
        "import sys, pathlib\n"
        "from aiccl_server.worker import slow\n"
        "from aiccl_converter.model import files\n"
        "files.sha256 = lambda path: sys.exit('hashed')\n"
        "assert slow.load(pathlib.Path('/nowhere')) is not None\n"
        "assert not {'onnxruntime', 'tokenizers', 'numpy'} & set(sys.modules)\n"
    )
    environment = {**os.environ, "AICCL_MODEL": str(TINY)}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "converter"), str(ROOT / "server")])
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

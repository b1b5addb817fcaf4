"""The server with its worker: uses in other files, progress, status, failures, and nothing written into the project."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from .samples import CODE

USE = "from invoices import settle\n\n\ndef run(items):\n    return [settle(i, 2) for i in items]\n"
INDEX = {"index": {"enable": True}}


@pytest.fixture
def project(tmp_path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "invoices.py").write_text(CODE)
    (folder / "use.py").write_text(USE)
    return folder


def indexed(start, project, **options):
    client = start(**options)
    client.settings = INDEX
    client.initialize(project)
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 2, what="index")
    return client


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_use_shows_the_definition_in_another_file(start, project) -> None:
    before = tree(project)
    client = indexed(start, project)
    uri = (project / "use.py").as_uri()
    client.open(uri, USE)
    text = client.hover_with("the invoice is closed", uri, 4, 14)
    assert "invoices.py" in text and "fidelity" in text
    status = client.request("aiccl/status", {})
    assert status["workspace"] == [str(project)] and min(status["tokens"].values()) > 0
    assert status["worker"]["pid"] and status["index"]["path"].startswith(str(client.log.parent))
    assert client.shutdown() == 0
    assert tree(project) == before


def test_the_files_with_the_most_tokens(start, project) -> None:
    client = indexed(start, project)
    answer = client.request("aiccl/files", {"uri": project.as_uri(), "limit": 1})
    assert answer["total"] == 2 and len(answer["files"]) == 1
    (largest,) = answer["files"]
    assert set(largest) == {"uri", "language", "sourceTokens", "tokens", "ratio", "score"}
    assert largest["uri"].endswith("invoices.py") and largest["language"] == "python"
    assert len(client.request("aiccl/files", {})["files"]) == 2
    assert client.request("aiccl/files", {"uri": "untitled:none"}) == {"files": [], "total": 0}


def test_a_definition_that_changed_on_disk_is_not_shown_as_it_was(start, project) -> None:
    client = indexed(start, project)
    uri = (project / "use.py").as_uri()
    client.open(uri, USE)
    client.hover_with("the invoice is closed", uri, 4, 14)
    (project / "invoices.py").write_text(CODE.replace("is closed", "was paid"))
    answer = client.hover(uri, 4, 14)
    assert answer is None or "is closed" not in answer["contents"]["value"]
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (project / "invoices.py").as_uri(), "type": 2}]}
    )
    client.hover_with("was paid", uri, 4, 14)


def test_a_definition_that_is_not_analysed_yet_is_not_taken_for_the_one_in_the_index(start, project) -> None:
    client = indexed(start, project)
    other = CODE.replace("is closed", "was never sent")
    for number in range(10):
        uri = (project / f"copy{number}.py").as_uri()
        client.open(uri, other)
        answer = client.hover(uri, 0, 6)
        assert answer is None or "is closed" not in answer["contents"]["value"]
        client.hover_with("was never sent", uri, 0, 6)
        text = f"def another(a):\n    return a\n\n\n{other}".replace("another", f"settle{number}")
        client.change(uri, {"text": text.replace("def settle(", "def settled(")})
        answer = client.hover(uri, 4, 6)
        assert answer is None or "is closed" not in answer["contents"]["value"]
        client.change(uri, {"text": "x = 1\n"})
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_saved_then_hovered(start, project) -> None:
    client = indexed(start, project)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("is closed", path.as_uri(), 0, 6)
    text = CODE.replace("is closed", "was paid")
    client.change(path.as_uri(), {"text": text})
    path.write_text(text)
    client.save(path.as_uri())
    client.hover_with("was paid", path.as_uri(), 0, 6)


def test_the_worker_is_killed_and_the_hover_goes_on(start, project) -> None:
    client = indexed(start, project)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("is closed", path.as_uri(), 0, 6)
    first = client.request("aiccl/status", {})["worker"]["pid"]
    os.kill(first, signal.SIGKILL)
    for _ in range(20):
        assert "is closed" in client.hover(path.as_uri(), 0, 6)["contents"]["value"]
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"] not in (None, first), what="a new worker")
    assert client.notified("window/showMessage") == []


def test_progress_ends_when_it_began(start, project) -> None:
    for number in range(60):
        (project / f"more{number}.py").write_text(CODE.replace("settle", f"settle{number}"))
    client = start()
    client.settings = INDEX
    client.initialize(project)
    client.until(
        lambda: any(s["state"] == "ready" and s["done"] for s in client.notified("aiccl/statusChanged")), what="ready"
    )
    client.request("aiccl/status", {})
    time.sleep(0.2)
    kinds = [p["value"]["kind"] for p in client.notified("$/progress")]
    assert kinds.count("begin") == kinds.count("end") <= 1
    assert len(client.asked("window/workDoneProgress/create")) == kinds.count("begin")


def test_without_a_cache_folder_the_open_documents_are_answered(start, project, tmp_path) -> None:
    wall = tmp_path / "wall"
    wall.write_text("a file where the cache folder should be")
    client = start(environment={"AICCL_CACHE_DIR": str(wall / "cache")})
    client.settings = INDEX
    client.initialize(project)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("is closed", path.as_uri(), 0, 6)
    assert len(client.notified("window/showMessage")) <= 1


def test_the_index_is_switched_off_and_on(start, project) -> None:
    client = indexed(start, project)
    pid = client.request("aiccl/status", {})["worker"]["pid"]
    client.settings = {"index": {"enable": False}}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: client.request("aiccl/status", {})["state"] == "off", what="off")
    client.until(lambda: not _alive(pid), what="the worker's end")
    client.settings = INDEX
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"] not in (None, pid), what="a new worker")


def files(client) -> int:
    return client.request("aiccl/status", {})["index"]["files"]


def test_reindex_looks_again_and_goes_on_watching(start, project) -> None:
    client = indexed(start, project)
    assert client.command("aiccl.reindex")["workspace"] == [str(project)]
    (project / "later.py").write_text(CODE.replace("settle", "later"))
    client.until(lambda: files(client) == 3, what="a file that came later")


def test_reindex_finds_what_nobody_told(start, project, capabilities) -> None:
    """A client that offers to watch, and does not."""
    capabilities["workspace"]["didChangeWatchedFiles"] = {"dynamicRegistration": True}
    client = start()
    client.settings = INDEX
    client.initialize(project, capabilities=capabilities)
    client.until(lambda: files(client) == 2, what="index")
    (project / "later.py").write_text(CODE.replace("settle", "later"))
    uri = (project.parent / "open.py").as_uri()
    client.open(uri, "later(1, 2)\n")
    client.command("aiccl.reindex")
    client.hover_with("is closed", uri, 0, 3)


def test_a_pause_in_typing_after_which_nothing_is_new_is_not_told(start, project) -> None:
    """Clients read much of the index again when they are told that it is ready."""
    client = indexed(start, project)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.until(lambda: client.request("aiccl/status", {})["state"] == "ready", what="ready")

    def worker() -> str:
        return client.request("aiccl/status", {})["worker"]["state"]

    def typed() -> bool:
        client.change(path.as_uri(), {"text": CODE})
        return worker() == "paused"

    told = []
    for _ in range(2):  # before the first one, opening the file may be news
        client.until(typed, what="the pause")
        client.until(lambda: worker() == "ready", what="its end")
        time.sleep(0.2)
        client.request("aiccl/status", {})
        told.append(len(client.notified("aiccl/statusChanged")))
    assert told[0] == told[1]


FAILING = """\
import os, sys
if "aiccl_server.worker" in sys.orig_argv:
    os._exit(3)
elif "aiccl_server" in sys.orig_argv:
    from functools import partial
    from aiccl_server.worker import pace
    pace.Pace = partial(pace.Pace, first_delay=0.01, longest_delay=0.02, give_up_after=2)
"""


def test_a_worker_that_fails_again_after_restart_worker_is_told_again(start, project, tmp_path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(FAILING)
    client = start(site=site)
    client.settings = INDEX
    client.initialize(project)
    for number in (1, 2):
        client.until(lambda n=number: len(client.notified("window/showMessage")) >= n, what="the message")
        assert "the index has stopped" in client.notified("window/showMessage")[-1]["message"]
        client.command("aiccl.restartWorker")


def test_restart_worker_is_a_new_process(start, project) -> None:
    client = indexed(start, project)
    first = client.request("aiccl/status", {})["worker"]["pid"]
    client.command("aiccl.restartWorker")
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"] not in (None, first), what="a new worker")
    assert not _alive(first)
    client.until(lambda: client.request("aiccl/status", {})["state"] == "ready", what="ready")
    assert files(client) == 2


def test_clear_cache_forgets_all_and_indexes_anew(start, project, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "elsewhere.py").write_text(CODE)
    client = indexed(start, project)
    event = {"added": [{"uri": other.as_uri(), "name": "other"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    client.until(lambda: files(client) == 3, what="both folders")
    event = {"added": [], "removed": [{"uri": other.as_uri(), "name": "other"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    client.until(lambda: client.request("aiccl/status", {})["workspace"] == [str(project)], what="one folder")
    client.command("aiccl.clearCache")
    client.until(lambda: files(client) == 2, what="the workspace's files alone")
    uri = (project / "use.py").as_uri()
    client.open(uri, USE)
    client.hover_with("is closed", uri, 4, 14)


def test_explain_tells_what_a_hover_left_out(start, project) -> None:
    client = indexed(start, project)
    code = "import logging\n\n\n" + CODE.replace(
        "    total = 0\n", '    logging.info("settling %s", invoice)\n    total = 0\n'
    )
    path = project / "logged.py"
    path.write_text(code)
    client.open(path.as_uri(), code)
    shown = client.hover_with("fidelity", path.as_uri(), 3, 6)
    answer = client.command("aiccl.explain", path.as_uri(), {"line": 3, "character": 6})
    assert answer["leftOut"] and all(word in shown for word in answer["leftOut"])


MODEL = """\
import sys
if "aiccl_server.worker" in sys.orig_argv:
    from dataclasses import replace
    from aiccl_server.worker import slow
    class Better(slow.SlowConverter):
        model = "abc"
        def convert(self, job, stop):
            return replace(job.compiled, text="better " + job.name, made_by="model", tokens=3)
    def load(*_):
        {}
    slow.load = load
"""


def test_a_models_views_replace_the_compiled_ones_as_they_come(start, project, tmp_path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(MODEL.format("return Better()"))
    client = indexed(start, project, site=site)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    assert "better settle" in client.hover_with("by model", path.as_uri(), 0, 6)
    # Another text has another view, and once it is saved its own better one.
    text = CODE.replace("is closed", "was paid")
    client.change(path.as_uri(), {"text": text})
    assert "was paid" in client.hover_with("by compiler", path.as_uri(), 0, 6)
    path.write_text(text)
    client.save(path.as_uri())
    client.hover_with("by model", path.as_uri(), 0, 6)


def test_a_model_that_cannot_be_loaded_is_told_once_and_done_without(start, project, tmp_path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(MODEL.format("raise ValueError('model.onnx is not what its hash says')"))
    client = indexed(start, project, site=site)
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("by compiler", path.as_uri(), 0, 6)
    client.until(lambda: client.notified("window/showMessage"), what="a message")
    first = client.request("aiccl/status", {})["worker"]["pid"]
    client.command("aiccl.restartWorker")
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"] not in (None, first), what="a new worker")
    client.until(lambda: client.request("aiccl/status", {})["state"] == "ready", what="ready")
    (told,) = client.notified("window/showMessage")
    assert "hash" in told["message"]


def test_a_home_folder_as_workspace_is_told_and_what_is_opened_is_answered(start, project, tmp_path) -> None:
    client = start(environment={"HOME": str(project), "USERPROFILE": str(project)})
    client.settings = INDEX
    client.initialize(project)
    client.until(lambda: client.request("aiccl/status", {})["worker"]["refused"], what="refused")
    (told,) = client.request("aiccl/status", {})["worker"]["refused"]
    assert told.startswith(str(project)) and "home" in told
    path = project / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("the invoice is closed", path.as_uri(), 0, 6)
    assert client.notified("window/showMessage") == []


def test_folders_come_and_go(start, project, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "late.py").write_text(CODE.replace("settle", "settle_late"))
    client = indexed(start, project)
    event = {"added": [{"uri": other.as_uri(), "name": "other"}], "removed": [{"uri": project.as_uri(), "name": "p"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    client.until(lambda: client.request("aiccl/status", {})["workspace"] == [str(other)], what="the folder")
    uri = (tmp_path / "open.py").as_uri()
    client.open(uri, "settle_late(1, 2)\nsettle(1, 2)\n")
    client.hover_with("is closed", uri, 0, 3)
    assert client.hover(uri, 1, 3) is None


def test_no_process_is_left(start, project) -> None:
    client = indexed(start, project)
    pid = client.request("aiccl/status", {})["worker"]["pid"]
    assert client.shutdown() == 0
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    from aiccl_server.parent import alive

    return alive(pid)

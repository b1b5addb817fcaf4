"""A repository is data, and texts that may leave the machine do not tell where they come from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .samples import CODE

LEVELS = ("flow", "outline", "exact")
UNIT = {"start": {"line": 0, "character": 0}, "end": {"line": 8, "character": 18}}


@pytest.fixture
def project(tmp_path) -> Path:
    path = tmp_path / "someone" / "project" / "shop" / "invoices.py"
    path.parent.mkdir(parents=True)
    path.write_text(CODE)
    return tmp_path / "someone" / "project"


def texts(client, project: Path, where: Path) -> list[str]:
    """Every text that a user may paste somewhere, of a file and of its folder."""
    file, folder = where / "invoices.py", where
    found = []
    for level in LEVELS:
        found += [
            client.request("aiccl/document", {"uri": f"aiccl:///{level}{file}"})["text"],
            client.request("workspace/textDocumentContent", {"uri": f"aiccl:///{level}{file}?range=0-8"})["text"],
            client.request("workspace/textDocumentContent", {"uri": f"aiccl:///{level}{folder}"})["text"],
            client.request("aiccl/views", {"uri": file.as_uri(), "level": level})["text"],
            client.command("aiccl.compressFile", file.as_uri(), level)["text"],
            client.command("aiccl.compressFolder", folder.as_uri(), level)["text"],
            client.command("aiccl.compressSelection", file.as_uri(), UNIT, level)["text"],
            client.command("aiccl.copyPrompt", file.as_uri(), None, level)["text"],
            client.command("aiccl.copyPrompt", file.as_uri(), UNIT, level)["text"],
            client.command("aiccl.copyPrompt", folder.as_uri(), None, level)["text"],
        ]
    assert len(found) == 10 * len(LEVELS)
    return found


@pytest.mark.parametrize("opened", [False, True])
def test_texts_name_files_as_the_workspace_does(start, project, opened: bool) -> None:
    client = start()
    client.initialize(project)
    if opened:
        client.open((project / "shop" / "invoices.py").as_uri(), CODE)
    found = texts(client, project, project / "shop")
    assert not [text for text in found if "someone" in text]
    assert 'path="shop/invoices.py"' in found[0] and 'path="shop/invoices.py"' in found[2]
    assert 'path="shop/invoices.py"' in client.request("aiccl/views", {"uri": project.as_uri()})["text"]


def test_texts_from_outside_of_the_workspace_name_the_file_alone(start, project, tmp_path) -> None:
    client = start()
    client.initialize(tmp_path / "elsewhere")
    found = texts(client, project, project / "shop")
    assert not [text for text in found if "someone" in text]
    assert 'path="invoices.py"' in found[0] and 'path="shop/invoices.py"' in found[2]


def test_the_views_of_a_folder_still_say_where_they_are(start, project) -> None:
    client = start()
    client.initialize(project)
    answer = client.request("aiccl/views", {"uri": (project / "shop").as_uri()})
    assert {view["uri"] for view in answer["views"]} == {(project / "shop" / "invoices.py").as_uri()}


def test_no_module_of_a_repository_is_run(start, project, tmp_path) -> None:
    """The server is started in a repository that has modules of Python's and of our own names."""
    told = tmp_path / "told"
    for name in (
        "json",
        "logging/__init__",
        "sqlite3",
        "aiccl_converter/__init__",
        "aiccl_server/__init__",
        "sitecustomize",
    ):
        path = project / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(told)!r}, 'a').write({name!r})\n")
    client = start(folder=project)
    client.settings = {"index": {"enable": True}}
    client.initialize(project)
    path = project / "shop" / "invoices.py"
    client.open(path.as_uri(), CODE)
    client.hover_with("is closed", path.as_uri(), 0, 6)
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 1, what="index")
    assert "settle" in client.command("aiccl.compressFolder", (project / "shop").as_uri(), "flow")["text"]
    assert client.shutdown() == 0
    assert not told.exists(), told.read_text()


def test_settings_that_name_a_program_a_model_or_a_folder_do_nothing(start, project, tmp_path) -> None:
    """As a repository's own settings file would bring them along."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    named = ("path", "command", "interpreter", "python", "server.path", "worker.command", "model", "model.path")
    folders = ("cache", "cacheDirectory", "cacheFolder", "index.path", "index.folder", "log", "logFile")
    client = start()
    client.settings = {
        "index": {"enable": True},
        **{key: [str(program)] for key in named},
        **{key: str(tmp_path / "taken") for key in folders},
        "env": {"AICCL_CACHE_DIR": str(tmp_path / "taken")},
    }
    client.initialize(project)
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"] >= 1, what="index")
    assert client.request("aiccl/status", {})["index"]["path"].startswith(str(client.log.parent))
    assert client.notified("window/showMessage") == []
    assert client.shutdown() == 0
    assert not (tmp_path / "ran").exists() and not (tmp_path / "taken").exists()
    assert sorted(os.listdir(project)) == ["shop"]

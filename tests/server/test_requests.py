"""The requests beside LSP: aiccl/view, aiccl/views, aiccl/status, aiccl/document, and virtual documents."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from aiccl_server.documents import Snapshot
from aiccl_server.folders import Folders
from aiccl_server.settings import Settings
from aiccl_server.studio import Studio

from .test_cancelling import LONG, converting

ROOT = Path(__file__).parents[2]
CODE = '''\
import os


class Store:
    """Keeps values on disk."""

    def load(self, key: str) -> bytes:
        path = os.path.join(self.folder, key)
        if not os.path.exists(path):
            raise KeyError(f"no value for {key}")
        with open(path, "rb") as file:
            return file.read()

    def save(self, key: str, value: bytes) -> None:
        path = os.path.join(self.folder, key)
        if self.readonly:
            raise PermissionError("the store is read only")
        with open(path, "wb") as file:
            file.write(value)


def open_stores(folders):
    stores = []
    for folder in folders:
        if os.path.isdir(folder):
            store = Store()
            store.folder = folder
            stores.append(store)
    return stores
'''
KEYS = {
    "uri", "name", "kind", "range", "level", "text", "language", "tokens", "sourceTokens", "ratio", "score", "madeBy",
    "leftOut", "rules", "hash", "stale",
}  # fmt: skip


@pytest.fixture
def store(shared, tmp_path) -> str:
    path = tmp_path / "store.py"
    path.write_text(CODE)
    shared.open(path.as_uri(), CODE)
    return path.as_uri()


def view(client, uri: str, **more):
    return client.request("aiccl/view", {"textDocument": {"uri": uri}, **more})


def test_a_view_by_name_position_and_range(shared, store) -> None:
    by_name = view(shared, store, name="Store.load")
    assert set(by_name) == KEYS
    assert (by_name["name"], by_name["kind"], by_name["language"]) == ("Store.load", "method", "python")
    assert "no value for" in by_name["text"] and by_name["level"] == "flow" and by_name["stale"] is False
    assert by_name["tokens"] < by_name["sourceTokens"] and by_name["ratio"] > 1
    assert by_name["range"] == {"start": {"line": 6, "character": 4}, "end": {"line": 11, "character": 30}}
    assert view(shared, store, position={"line": 9, "character": 20}) == by_name
    assert view(shared, store, range=by_name["range"]) == by_name
    assert view(shared, store, name="load") == by_name
    assert view(shared, store, name="nowhere") is None


@pytest.mark.parametrize("level", ["flow", "outline", "exact"])
def test_every_level(shared, store, level: str) -> None:
    answer = view(shared, store, name="open_stores", level=level)
    assert answer["level"] == level and "open_stores" in answer["text"]


def test_without_place_the_whole_text(shared, store) -> None:
    answer = view(shared, store)
    assert answer["kind"] == "module" and "Store" in answer["text"] and "open_stores" in answer["text"]


def test_a_selection_of_lines_is_a_fragment(shared, store) -> None:
    selected = {"start": {"line": 22, "character": 0}, "end": {"line": 28, "character": 0}}
    answer = view(shared, store, range=selected)
    assert answer["kind"] == "selection" and "folder" in answer["text"]
    assert answer["tokens"] <= answer["sourceTokens"]
    empty = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
    assert view(shared, store, range=empty) is None


def test_a_file_that_is_not_open_is_read(shared, tmp_path) -> None:
    path = tmp_path / "closed.py"
    path.write_text(CODE)
    assert "no value for" in view(shared, path.as_uri(), name="Store.load")["text"]


def test_the_buffer_counts_not_the_disk(shared, store) -> None:
    shared.change(store, {"text": CODE.replace("no value for", "nothing at")})
    assert "nothing at" in view(shared, store, name="load")["text"]
    assert "nothing at" in shared.request("aiccl/views", {"uri": store})["text"]


def test_the_views_of_a_file(shared, store) -> None:
    answer = shared.request("aiccl/views", {"uri": store, "level": "flow"})
    assert set(answer) == {"uri", "level", "text", "tokens", "sourceTokens", "ratio", "score", "views", "skipped"}
    assert answer["text"].startswith("<comp:") and "open_stores" in answer["text"]
    assert [one["name"] for one in answer["views"] if one["kind"] != "module"] == [
        "Store",
        "Store.load",
        "Store.save",
        "open_stores",
    ]
    assert all(set(one) == KEYS for one in answer["views"])


def test_the_views_of_a_folder(shared, tmp_path) -> None:
    for name in ("a.py", "sub/b.py", "sub/c.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(
            CODE
            if name.endswith("py")
            else "export function go(a) { if (!a) { throw new Error('no a') } return a.items.map(x => x.name) }\n"
        )
    (tmp_path / "notes.txt").write_text("words\n")
    answer = shared.request("aiccl/views", {"uri": tmp_path.as_uri()})
    assert {one["uri"] for one in answer["views"]} == {
        (tmp_path / n).as_uri() for n in ("a.py", "sub/b.py", "sub/c.js")
    }
    assert all(set(one) == KEYS for one in answer["views"])
    assert answer["tokens"] > 0 and "open_stores" in answer["text"] and answer["skipped"]


@pytest.mark.parametrize("method, params", [
    ("aiccl/views", {"uri": "file:///nowhere/at/all.py"}),
    ("aiccl/views", {"uri": "untitled:none"}),
    ("aiccl/view", {"textDocument": {"uri": "file:///nowhere/at/all.py"}}),
    ("aiccl/document", {"uri": "aiccl:///flow/nowhere/at/all.py"}),
    ("aiccl/document", {"uri": "file:///etc/passwd"}),
    ("aiccl/document", {"uri": "aiccl:///huge/etc/passwd"}),
    ("workspace/textDocumentContent", {"uri": "aiccl:///"}),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused_in_words(shared, method: str, params) -> None:
    with pytest.raises(shared.Refused) as refused:
        shared.request(method, params)
    assert refused.value.code == -32803 and refused.value.message


def test_status_without_an_index(shared) -> None:
    answer = shared.request("aiccl/status", {})
    assert set(answer) == {"version", "state", "worker", "index", "workspace", "tokens", "model"}
    assert answer["state"] == "off" and answer["worker"]["pid"] is None
    assert set(answer["worker"]) == {"state", "reason", "pid", "restarts", "quarantined", "refused", "watch"}
    assert set(answer["index"]) == {"files", "chunks", "views", "path", "bytes"}


def test_files_without_an_index(shared) -> None:
    assert shared.request("aiccl/files") == {"files": [], "total": 0}


def test_virtual_documents_of_a_file_a_unit_and_a_folder(shared, store, tmp_path) -> None:
    path = str(tmp_path / "store.py")
    for level in ("flow", "outline", "exact"):
        text = shared.request("workspace/textDocumentContent", {"uri": f"aiccl:///{level}{path}"})["text"]
        assert f'level="{level}"' in text and "open_stores" in text
        assert shared.request("aiccl/document", {"uri": f"aiccl:///{level}{path}"})["text"] == text
    unit = shared.request("aiccl/document", {"uri": f"aiccl:///flow{path}?range=6-11"})["text"]
    assert unit.strip() == view(shared, store, name="load")["text"].strip()
    assert "open_stores" in shared.request("aiccl/document", {"uri": f"aiccl:///flow{tmp_path}"})["text"]


def test_virtual_documents_are_refreshed(shared, store, tmp_path) -> None:
    uri = f"aiccl:///flow{tmp_path / 'store.py'}"
    shared.request("workspace/textDocumentContent", {"uri": uri})
    time.sleep(0.3)
    before = len(shared.asked("workspace/textDocumentContent/refresh"))
    shared.change(store, {"text": CODE.replace("no value for", "nothing at")})
    shared.until(lambda: len(shared.asked("workspace/textDocumentContent/refresh")) > before, what="refresh")
    assert shared.asked("workspace/textDocumentContent/refresh")[-1] == {"uri": uri}
    assert "nothing at" in shared.request("workspace/textDocumentContent", {"uri": uri})["text"]


def test_a_folders_view_that_was_out_of_date_before_it_was_made_is_refreshed(shared, tmp_path) -> None:
    for number in range(8):
        (tmp_path / f"long{number}.py").write_text(LONG.replace("'no a", f"'no {number}"))
    late = tmp_path / "late.py"
    late.write_text(CODE)
    uri = f"aiccl:///flow{tmp_path}"
    asked = shared.begin("workspace/textDocumentContent", {"uri": uri})
    shared.until(lambda: converting(tmp_path), what="the process")
    late.write_text(CODE.replace("no value for", "nothing at"))
    shared.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": late.as_uri(), "type": 2}]})
    shared.answer(asked)
    shared.until(lambda: {"uri": uri} in shared.asked("workspace/textDocumentContent/refresh"), what="refresh")
    assert "nothing at" in shared.request("workspace/textDocumentContent", {"uri": uri})["text"]


def test_news_of_a_file_that_is_as_it_was_leaves_its_folders_view(monkeypatch, tmp_path) -> None:
    """As the first indexing has it, file by file."""
    monkeypatch.setattr("aiccl_server.folders.COARSE", 0)
    path = tmp_path / "store.py"
    path.write_text(CODE)
    folder, file = str(tmp_path), str(path)

    async def run() -> None:
        made = Folders()
        view = await made.view(folder, "flow", Settings())
        assert made.changed(file, sure=False) == [] and made.keeps(view)
        path.write_text(CODE.replace("no value for", "nothing at"))
        assert made.changed(file, sure=False) == [folder] and not made.keeps(view)
        view = await made.view(folder, "flow", Settings())
        assert "nothing at" in view.text
        assert made.changed(file) == [], "the same save, told by another"
        path.unlink()
        assert made.changed(file, sure=False) == [folder]

    asyncio.run(run())


def test_clients_that_know_no_virtual_documents_are_told(start, capabilities, tmp_path) -> None:
    del capabilities["workspace"]["textDocumentContent"]
    client = start()
    client.initialize(capabilities=capabilities)
    path = tmp_path / "a.py"
    path.write_text(CODE)
    client.open(path.as_uri(), CODE)
    uri = f"aiccl:///flow{path}"
    client.request("aiccl/document", {"uri": uri})
    client.change(path.as_uri(), {"text": CODE + "\n\ndef more(a):\n    return a\n"})
    client.until(lambda: {"uri": uri} in client.notified("aiccl/documentChanged"), what="documentChanged")
    assert client.asked("workspace/textDocumentContent/refresh") == []


def test_links_lead_from_a_view_to_its_source(shared, store, tmp_path) -> None:
    uri = f"aiccl:///flow{tmp_path / 'store.py'}"
    text = shared.request("aiccl/document", {"uri": uri})["text"].split("\n")
    links = shared.request("textDocument/documentLink", {"textDocument": {"uri": uri}})
    targets = {}
    for link in links:
        at = link["range"]["start"]
        targets[text[at["line"]][at["character"] : link["range"]["end"]["character"]]] = link["target"]
    assert targets["load"].endswith("/store.py#L7,5") and targets["open_stores"].endswith("#L22,1")
    assert set(targets) == {"Store", "load", "save", "open_stores"}
    assert shared.request("textDocument/documentLink", {"textDocument": {"uri": store}}) is None


def test_a_view_that_is_opened_as_a_document_is_no_source(shared, store, tmp_path) -> None:
    """VS Code opens it with its source's language first."""
    uri = f"aiccl:///flow{tmp_path / 'other.py'}"
    shared.open(uri, CODE)
    later = (tmp_path / "later.py").as_uri()
    shared.open(later, CODE.replace("no value for", "nothing at"))
    shared.hover_with("nothing at", later, 6, 9)
    assert shared.hover(uri, 6, 9) is None


def test_views_that_were_used_last_are_remembered_longest(monkeypatch) -> None:
    monkeypatch.setattr("aiccl_server.studio.REMEMBERED", 4)
    studio = Studio(Settings())

    def analysis(name: str):
        text = f"def {name}(a, b):\n    if a is None:\n        raise ValueError('no {name}')\n    return a + b\n"
        return studio.analyse(Snapshot(f"untitled:{name}", None, "python", 1, text, "utf-16"))

    for name in ("first", "second"):
        studio.fill(analysis(name), "flow")
    assert studio.missing(analysis("first"), "flow") == []  # looked at again
    studio.fill(analysis("third"), "flow")
    assert studio.missing(analysis("first"), "flow") == []
    assert studio.missing(analysis("second"), "flow") != []


def test_every_request_and_command_is_documented() -> None:
    from aiccl_server import commands, params

    text = (ROOT / "docs" / "protocol.md").read_text()
    for name in (*params.REQUESTS, params.STATUS_CHANGED, params.DOCUMENT_CHANGED):
        assert f"`{name}`" in text, name
    for name in (value for value in vars(commands).values() if isinstance(value, str) and value.startswith("aiccl.")):
        assert f"`{name}`" in text, name


def test_paths_with_odd_characters(shared, tmp_path) -> None:
    path = tmp_path / "a b#c?d%41é.py"
    path.write_text(CODE)
    shared.open(path.as_uri(), CODE)
    text = shared.hover_with("fidelity", path.as_uri(), 6, 9)
    link = text.split("[outline](")[1].split(")")[0]
    assert "load" in shared.request("aiccl/document", {"uri": link})["text"]
    assert os.path.basename(link.split("?range")[0]) == "a%20b%23c%3Fd%2541%C3%A9.py"

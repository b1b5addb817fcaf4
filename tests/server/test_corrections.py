"""Corrections that are saved from the editor: checked, kept whole in the user's data folder, read by the trainer."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from pathlib import Path

import pytest
from aiccl_server import corrections
from aiccl_server.errors import NoCorrection
from aiccl_server.index.place import data_folder

from .samples import CODE

AT = {"line": 3, "character": 6}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "shop" / "src" / "invoices.py"
    path.parent.mkdir(parents=True)
    path.write_text(CODE)
    return tmp_path / "shop"


@pytest.fixture
def client(start, project: Path, tmp_path: Path):
    made = start(environment={"AICCL_DATA_DIR": str(tmp_path / "data")})
    made.initialize(project)
    return made


def saved(tmp_path: Path) -> list[dict]:
    path = tmp_path / "data" / "corrections.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def flow(client, uri: str) -> dict:
    return client.request("aiccl/view", {"textDocument": {"uri": uri}, "position": AT, "level": "flow"})


def with_intent(view: str, intent: str) -> str:
    head, _, rest = view.partition("\n")
    return f'{head} "{intent}"\n{rest}'


def test_a_correction_is_checked_and_kept_with_its_code(client, project, tmp_path) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    shown = flow(client, uri)
    answer = client.command("aiccl.saveCorrection", uri, AT, with_intent(shown["text"], "settle what is owed"))
    assert answer["saved"] and answer["passed"] and answer["score"] > 0.9 and answer["name"] == "settle"
    assert answer["invented"] == answer["contradictions"] == [] and answer["error"] == ""
    assert answer["path"] == str(tmp_path / "data" / "corrections.jsonl")
    (line,) = saved(tmp_path)
    assert line.pop("code") == CODE.rstrip("\n")
    assert line == {
        "language": "python",
        "view": shown["text"],
        "intent": "settle what is owed",
        "path": "src/invoices.py",
        "project": "shop",
    }
    assert sorted(os.listdir(project)) == ["src"] and os.listdir(project / "src") == ["invoices.py"]


def test_an_intent_may_be_given_by_itself_and_a_unit_by_its_range(client, project, tmp_path) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    shown = flow(client, uri)
    answer = client.command(
        "aiccl.saveCorrection", uri, shown["range"], with_intent(shown["text"], "one"), "settle an invoice"
    )
    assert answer["intent"] == "settle an invoice" and answer["view"] == shown["text"]
    assert [line["intent"] for line in saved(tmp_path)] == ["settle an invoice"]


def test_what_is_in_the_buffer_counts_not_what_is_on_the_disk(client, project, tmp_path) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    client.open(uri, CODE.replace("settle", "settle_now"))
    client.command("aiccl.saveCorrection", uri, AT, flow(client, uri)["text"])
    assert "def settle_now" in saved(tmp_path)[0]["code"]


def test_what_the_check_refuses_is_told_and_kept_by_force_alone(client, project, tmp_path) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    wrong = flow(client, uri)["text"].split("\n")[0] + '\n^!Lost("nowhere")'
    answer = client.command("aiccl.saveCorrection", uri, AT, wrong)
    assert not answer["saved"] and answer["path"] is None and not answer["passed"]
    assert "Lost" in answer["invented"] and answer["contradictions"]
    assert saved(tmp_path) == []
    assert client.command("aiccl.saveCorrection", uri, AT, wrong, None, True)["saved"]
    assert len(saved(tmp_path)) == 1


@pytest.mark.parametrize("view, told", [
    ("((", "cannot be read"),
    ("", "keep the name"),
    ("other(a)\n^a", "keep the name"),
    ("C:Cart{f(a){^a}}", "no function"),
    ('settle(invoice,rate) "' + "very " * 100 + 'long"\n^0', "300 characters"),
])  # fmt: skip
def test_what_is_no_view_of_the_unit_is_refused(client, project, tmp_path, view: str, told: str) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    with pytest.raises(client.Refused, match=told) as refused:
        client.command("aiccl.saveCorrection", uri, AT, view, None, True)
    assert refused.value.code == -32803 and saved(tmp_path) == []


def test_a_place_without_a_function_and_wrong_arguments_are_refused(client, project, tmp_path) -> None:
    uri = (project / "src" / "invoices.py").as_uri()
    with pytest.raises(client.Refused, match="no function stands there"):
        client.command("aiccl.saveCorrection", uri, {"line": 500, "character": 0}, "f()\n^1")
    for arguments in ([uri, AT], [uri, "here", "f()\n^1"], [uri, AT, 5], [uri, AT, "f()", None, "yes"], [uri, {}, ""]):
        with pytest.raises(client.Refused) as refused:
            client.command("aiccl.saveCorrection", *arguments)
        assert refused.value.code == -32602, arguments
    assert saved(tmp_path) == []


def test_the_trainer_reads_what_was_saved(client, project, tmp_path, monkeypatch) -> None:
    from aiccl_trainer.__main__ import run
    from aiccl_trainer.pairs import read_pairs

    uri = (project / "src" / "invoices.py").as_uri()
    client.command("aiccl.saveCorrection", uri, AT, with_intent(flow(client, uri)["text"], "settle an invoice"))
    monkeypatch.setenv("AICCL_DATA_DIR", str(tmp_path / "data"))
    assert run(["feedback", "--output-dir", str(tmp_path / "pairs"), "--jobs", "1", "--quiet"]) == 0
    (pair,) = read_pairs(tmp_path / "pairs")
    assert (pair.teacher, pair.intent, pair.path, pair.project) == (
        "feedback", "settle an invoice", "src/invoices.py", "shop",
    )  # fmt: skip


def test_the_trainer_says_so_where_nothing_was_saved_yet(tmp_path, monkeypatch, capsys) -> None:
    from aiccl_trainer.__main__ import run

    monkeypatch.setenv("AICCL_DATA_DIR", str(tmp_path / "data"))
    assert run(["feedback", "--output-dir", str(tmp_path / "pairs"), "--quiet"]) == 1
    assert "no correction was saved yet" in capsys.readouterr().err
    assert not (tmp_path / "pairs").exists()


def append(folder: str, name: str, times: int) -> None:
    os.environ["AICCL_DATA_DIR"] = folder
    for number in range(times):
        corrections.save({"view": name * 3000, "number": number})


def test_two_servers_write_whole_lines(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=append, args=(str(tmp_path / "data"), name, 50)) for name in "ab"]
    for one in others:
        one.start()
    for one in others:
        one.join()
        assert one.exitcode == 0
    lines = saved(tmp_path)
    assert len(lines) == 100 and {line["view"] for line in lines} == {"a" * 3000, "b" * 3000}


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AICCL_DATA_DIR", str(tmp_path))
    corrections.save({"number": 1})
    with open(corrections.path(), "ab") as file:
        file.write(b'{"numb')
    corrections.save({"number": 2})
    assert corrections.path().read_text().splitlines() == ['{"number": 1}', '{"numb', '{"number": 2}']


def test_a_full_disk_leaves_no_half_line(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("AICCL_DATA_DIR", str(tmp_path))
    corrections.save({"number": 1})
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 5:
            return write(descriptor, bytes(data[:5]))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NoCorrection, match="no space left"):
        corrections.save({"n": 12})
    assert corrections.path().read_text() == '{"number": 1}\n'


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="their folders are the system's")
def test_the_folder_is_the_users(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("AICCL_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "aiccl"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert data_folder() == tmp_path / "home" / ".local" / "share" / "aiccl"

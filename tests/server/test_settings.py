"""Settings: read whole or in part, wrong or right, changed at run time."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from aiccl_server import settings
from aiccl_server.settings import KEYS, Settings, read

ROOT = Path(__file__).parents[2]
CODE = "def pick(items, limit):\n    out = []\n    for item in items:\n        if item.size > limit and item.open:\n            out.append(item.name)\n    if not out:\n        raise LookupError('nothing is open')\n    return out\n"


def test_nested_and_dotted_keys_with_and_without_the_section() -> None:
    wanted = Settings(level="outline", hover_enable=False, index_max_file_kb=7)
    for raw in (
        {"level": "outline", "hover": {"enable": False}, "index": {"maxFileKB": 7}},
        {"level": "outline", "hover.enable": False, "index.maxFileKB": 7},
        {"aiccl.level": "outline", "aiccl.hover.enable": False, "aiccl.index.maxFileKB": 7.0},
    ):
        assert read(raw) == (wanted, [])


@pytest.mark.parametrize("key, value", [
    ("level", "tiny"), ("level", 5), ("hover.enable", "yes"), ("hover.enable", 1), ("codeLens.enable", []),
    ("index.enable", "on"), ("model.enable", "path/to/model"), ("index.maxFileKB", True), ("index.maxFileKB", 0), ("index.maxFileKB", 1.5),
    ("index.maxFileKB", 1e300), ("index.maxFileKB", float("inf")), ("index.maxFileKB", "2000"), ("exclude", "x"),
    ("exclude", [1]), ("tokenizer", "words"), ("trace.server", 1),
])  # fmt: skip
def test_a_wrong_value_is_told_and_the_default_used(key: str, value: object) -> None:
    found, problems = read({key: value, "unknown": {"a": 1}})
    assert found == Settings()
    assert len(problems) == 1 and problems[0].startswith(f"aiccl.{key} has to be ")


@pytest.mark.parametrize(
    "raw", [None, [], "text", 5, {"hover": None}, {"hover": 5}, {1: 2}, {"a": {"b": {"c": {"d": {"e": {}}}}}}]
)
def test_anything_can_be_read(raw: object) -> None:
    assert read(raw)[0] == Settings()


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    assert {name for name, _, _ in KEYS.values()} == {field.name for field in fields(Settings)}
    for key, (name, _, _) in KEYS.items():
        default = next(f.default for f in fields(Settings) if f.name == name)
        shown = {"exclude": "[]"}.get(key, settings._word(default))
        row = next((line for line in text.splitlines() if line.startswith(f"| `aiccl.{key}` |")), "")
        assert f"`{shown}`" in row, key


def test_no_setting_names_a_program_a_model_or_a_folder() -> None:
    texts = [key for key, (name, _, _) in KEYS.items() if not isinstance(getattr(Settings(), name), bool)]
    assert "level" in texts and "model.enable" not in texts  # a switch names nothing
    assert not [
        key
        for key in texts
        if any(word in key.lower() for word in ("path", "command", "model", "folder", "dir", "interpreter"))
        and KEYS[key][1]("/home/me/a.bin") is not None  # what takes certain words alone names nothing
    ]


def test_wrong_settings_give_one_message_and_the_server_goes_on(start, tmp_path) -> None:
    client = start()
    client.settings = {"index": {"enable": False}, "level": 7, "exclude": "all"}
    client.initialize(options={"level": 7, "exclude": "all", "index": {"enable": False}})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("nothing is open", uri, 0, 5)
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.hover_with("nothing is open", uri, 0, 5)
    (message,) = client.notified("window/showMessage")
    assert "aiccl.level" in message["message"] and "aiccl.exclude" in message["message"]


def test_settings_change_while_it_runs(start, tmp_path) -> None:
    client = start()
    client.initialize()
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("nothing is open", uri, 0, 5)
    client.settings = {"index": {"enable": False}, "hover": {"enable": False}}
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    client.until(lambda: client.hover(uri, 0, 5) is None, what="no hover")
    client.settings = {"index": {"enable": False}, "level": "outline"}
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    assert "nothing is open" not in client.hover_with("outline", uri, 0, 5)


def test_clients_that_push_their_settings(start, capabilities, tmp_path) -> None:
    capabilities["workspace"] = {}
    client = start()
    client.initialize(capabilities=capabilities)
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    client.hover_with("nothing is open", uri, 0, 5)
    client.notify(
        "workspace/didChangeConfiguration",
        {"settings": {"aiccl": {"hover": {"enable": False}, "index": {"enable": False}}}},
    )
    client.until(lambda: client.hover(uri, 0, 5) is None, what="no hover")
    assert client.asked("workspace/configuration") == []


def test_what_initialize_gave_counts_where_the_client_says_nothing_else(start, tmp_path) -> None:
    client = start()
    client.settings = None
    client.initialize(options={"level": "outline", "hover": {"enable": False}, "index": {"enable": False}})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)

    def asked() -> tuple[object, str]:
        view = client.request("aiccl/view", {"textDocument": {"uri": uri}, "name": "pick"})
        return client.hover(uri, 0, 5), view["level"]

    client.until(lambda: len(client.asked("workspace/configuration")) == 1, what="the question")
    assert asked() == (None, "outline")
    client.settings = {}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: len(client.asked("workspace/configuration")) == 2, what="the second question")
    assert asked() == (None, "outline")
    client.settings = {"level": "exact"}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.until(lambda: asked() == (None, "exact"), what="the level")

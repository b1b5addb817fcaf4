"""A model's folder before and when it is used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model import files

TINY = Path(__file__).parent / "tiny"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "model"))


def test_a_look_says_what_the_model_is_known_by_and_reads_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "sha256", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr(files, "_checked", {})
    seen = files.peek(TINY)
    monkeypatch.undo()
    assert seen == files.open_folder(TINY)


def test_another_manifest_is_another_model(folder: Path) -> None:
    told = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**told, "recipe": {"seed": 7}}))
    assert files.peek(folder).hash != files.peek(TINY).hash


def test_changed_weights_are_seen_when_the_model_is_opened_and_others_at_once(folder: Path) -> None:
    weights = folder / "weights-1.bin"
    data = weights.read_bytes()
    weights.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    files.peek(folder)
    with pytest.raises(ModelUnusable, match="sha256"):
        files.open_folder(folder)
    weights.write_bytes(data[:-1])
    with pytest.raises(ModelUnusable, match="bytes instead of"):
        files.peek(folder)
    weights.unlink()
    with pytest.raises(ModelUnusable, match="is missing"):
        files.peek(folder)

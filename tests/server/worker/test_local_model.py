"""The local model as the worker's slow converter: what it takes, what it is known by, how it stops."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model import opened
from aiccl_server.worker.model import LocalModel, installed, known_as, missing
from aiccl_server.worker.slow import IN_USE, SlowJob
from aiccl_server.worker.slowly import Slowly

from .conftest import function

TINY = Path(__file__).parents[2] / "model" / "tiny"
_SPEC = importlib.util.spec_from_file_location("model_snippets", Path(__file__).parents[2] / "model" / "snippets.py")
assert _SPEC is not None and _SPEC.loader is not None
snippets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(snippets)
needs_runtime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None or importlib.util.find_spec("tokenizers") is None,
    reason="needs aiccl[model]",
)
ROUTES = """\
from flask import Flask
app = Flask("shop")


@app.get("/carts/<name>")
def show(name):
    cart = carts.find(name)
    if cart is None or cart.closed:
        raise LookupError("no such cart, or it is closed already")
    return {"name": cart.name, "total": cart.total, "items": list(cart.items)}


class Cart:
    limit = 20

    def add(self, item, count=1):
        if count < 1:
            raise ValueError("count must be positive")
        if len(self.items) + count > self.limit:
            raise OverflowError("the cart is full")
        self.items.extend([item] * count)
        return len(self.items)


def tiny():
    return 1
"""


def jobs(code: str, language: str = "python", name: str = "shop.py") -> dict[str, SlowJob]:
    """The chunks that the model takes, by name."""
    slowly = Slowly(LocalModel(TINY), battery=lambda: False)
    slowly.add(f"/p/{name}", AICCLConverter().convert_to_aiccl(code, language, "flow", name), IN_USE)
    found = {}
    while (taken := slowly._queue.take()) is not None:
        found[taken[1].name] = taken[1]
    return found


def test_functions_and_methods_are_taken_and_nothing_else() -> None:
    assert set(jobs(ROUTES)) == {"Cart.add"}  # not the module, the class, the route, what is shown as it is
    assert set(jobs(snippets.MEAN, "go", "mean.go")) == {"Mean"}


def test_units_of_a_file_with_rules_of_its_own_are_taken_as_they_are_written_out() -> None:
    one = """\
def {name}(request, store):
    if request.user is None or not request.user.active:
        raise PermissionError("you have to be signed in to do this")
    if not request.user.may(request.path, request.method):
        raise PermissionError("you are not allowed to do this here")
    found = store.{name}s.find(request.key)
    store.journal.append(("{name}", request.user.name, request.key))
    return found
"""
    code = "\n\n".join(one.format(name=name) for name in ("order", "parcel", "bill", "letter", "refund", "claim"))
    result = AICCLConverter().convert_to_aiccl(code, "python", "flow", "desk.py")
    assert result.map, "the sample has no rules of its own any more"
    found = jobs(code, name="desk.py")
    assert set(found) == {"order", "parcel", "bill", "letter", "refund", "claim"}
    assert all("you have to be signed in" in job.compiled.text for job in found.values())


def test_a_model_is_known_by_what_its_answers_are_known_by() -> None:
    from aiccl_converter.model.writer import Writer

    assert LocalModel(TINY).model == Writer(TINY, remember=False).id


@needs_runtime
def test_a_better_view_keeps_what_is_known_of_the_old_one(tmp_path: Path) -> None:
    model = LocalModel(TINY, tmp_path / "model.sqlite")
    (job,) = jobs(snippets.SETTINGS).values()
    view = model.convert(job, lambda: False)
    model.close()
    old = job.compiled
    assert (
        view is not None and view.made_by == "model" and view.text.startswith('load_settings(path,defaults=None) "read')
    )
    assert (view.hash, view.level, view.language, view.rules) == (old.hash, old.level, old.language, old.rules)
    assert view.tokens == len_in_tokens(view.text) < view.source_tokens == old.source_tokens
    assert (tmp_path / "model.sqlite").exists()


def len_in_tokens(text: str) -> int:
    from aiccl_converter.tokens import count

    return count(text)


@needs_runtime
def test_it_stops_at_once_and_goes_on_another_time(tmp_path: Path) -> None:
    model = LocalModel(TINY, tmp_path / "model.sqlite")
    (job,) = jobs(snippets.SETTINGS).values()
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return True

    assert model.convert(job, stop) is None and len(asked) <= 2
    assert model.convert(job, lambda: False) is not None
    model.close()
    again = LocalModel(TINY, tmp_path / "model.sqlite")
    assert again.convert(job, stop) is not None  # it is remembered, so that there is nothing to stop


@needs_runtime
def test_a_model_that_fails_at_work_is_put_away_and_what_it_failed_on_is_left_for_another_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiccl_converter.model.engine import Engine
    from aiccl_server.index import index_path, model_maker
    from aiccl_server.index.writer import Writer as IndexWriter
    from aiccl_server.worker.loop import Loop
    from aiccl_server.worker.messages import Message

    asked: list[str] = []

    def fails(_: Engine, language: str, code: str, *given: object, **named: object) -> None:
        asked.append(code)
        raise RuntimeError("bad allocation")

    root = tmp_path / "project"
    root.mkdir()
    paths = [root / f"pay{n}.py" for n in range(4)]
    for path in paths:
        path.write_text(function(path.stem))

    monkeypatch.setattr(Engine, "answer", fails)
    failed: list[str] = []
    slowly = Slowly(LocalModel(TINY, tmp_path / "model.sqlite"), battery=lambda: False, quiet=0.0)
    loop = Loop(tmp_path / "cache", lambda _: None, slowly)

    def say(message: Message) -> None:
        if message["is"] == "slow":
            failed.append(message["failed"])
        if failed or len(asked) == len(paths):
            loop.post({"do": "stop"})

    loop._say = say  # type: ignore[method-assign]
    loop.post({"do": "settings", "model_scope": "workspace"})
    loop.post({"do": "scan", "roots": [str(root)]})
    loop.run()
    assert failed == ["RuntimeError: bad allocation"] and len(asked) == 3
    index = IndexWriter(index_path(tmp_path / "cache"))
    assert len(index.not_through(model_maker(LocalModel(TINY).model), str(root))) == 4
    index.close()


@needs_runtime
def test_a_model_that_is_replaced_while_it_rests_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    import json
    import shutil

    folder = Path(shutil.copytree(TINY, tmp_path / "model"))
    model = LocalModel(folder, tmp_path / "model.sqlite")
    told = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**told, "recipe": {"seed": 7}}))
    (job,) = jobs(snippets.SETTINGS).values()
    with pytest.raises(ModelUnusable, match="restart the worker"):
        model.convert(job, lambda: False)


def test_where_there_is_none_the_reason_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from aiccl_converter.model import find

    monkeypatch.setenv("AICCL_MODEL", "")
    monkeypatch.setattr(find, "SHIPPED", tmp_path / "none")
    assert installed() is None and "AICCL_MODEL" in missing()
    monkeypatch.setenv("AICCL_MODEL", str(TINY))
    monkeypatch.setattr(opened, "_importable", lambda name: name != "tokenizers")
    assert installed() is None and "tokenizers" in missing() and "pip install aiccl[model]" in missing()
    monkeypatch.setenv("AICCL_MODEL", str(tmp_path / "mine.gguf"))
    monkeypatch.setattr(opened, "_importable", lambda name: name != "llama_cpp")
    assert installed() is None and "pip install aiccl[gguf]" in missing()


def test_a_gguf_file_is_known_by_its_head_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + bytes(1000))
    first = known_as(path)
    assert known_as(path) == first
    os.utime(path, ns=(1, 1))
    second = known_as(path)
    path.write_bytes(b"GGUF" + bytes(1001))
    os.utime(path, ns=(1, 1))
    assert len({first, second, known_as(path)}) == 3
    path.unlink()
    with pytest.raises(ModelUnusable, match="cannot be read"):
        known_as(path)

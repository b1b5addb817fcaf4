"""The whole workspace goes through the slow converter in time, once: the loop alone, with a converter of the tests'."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiccl_converter.errors import ModelUnusable
from aiccl_server.index import Reader, index_path
from aiccl_server.worker import WorkerClient, limits
from aiccl_server.worker.loop import Loop
from aiccl_server.worker.slow import IN_USE, REST, SlowConverter
from aiccl_server.worker.slowly import IDLE_S, Slowly

from .conftest import PATIENCE_S, function


class Better(SlowConverter):
    """Writes views of functions, but for those named in `passes`; may wait for `go` before each."""

    model = "abc"

    def __init__(self, passes: tuple[str, ...] = (), go: threading.Semaphore | None = None) -> None:
        self.asked: list[str] = []
        self.closed = 0
        self._passes, self._go = passes, go

    def takes(self, job):
        return job.kind == "function"

    def convert(self, job, stop):
        if self._go is not None:
            assert self._go.acquire(timeout=PATIENCE_S)
        self.asked.append(job.name)
        return None if job.name in self._passes else replace(job.compiled, text=f"better {job.name}", made_by="model")

    def close(self):
        self.closed += 1


class Run:
    """A loop in a thread of its own."""

    def __init__(self, folder: Path, better: SlowConverter) -> None:
        self.said: list[dict] = []
        self.slowly = Slowly(better, battery=lambda: False, quiet=0.0)
        self.loop = Loop(folder / "cache", self.said.append, self.slowly)
        self.root = folder / "project"
        self.thread = threading.Thread(target=self.loop.run, daemon=True)
        self.thread.start()
        self.loop.post({"do": "settings"})

    def scan(self) -> None:
        before = self.heard("scanned")
        self.loop.post({"do": "scan", "roots": [str(self.root)]})
        self.until(lambda: self.heard("scanned") > before)

    def heard(self, kind: str) -> int:
        return sum(message["is"] == kind for message in list(self.said))

    def until(self, true: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end and self.thread.is_alive(), self.said[-10:]
            time.sleep(0.01)

    def until_through(self) -> None:
        """All of the index has been through."""
        self.until(lambda: not self.slowly.more and not self.slowly.waiting and not self.loop._writer.held)

    def models(self) -> dict:
        return next(m for m in reversed(list(self.said)) if m["is"] == "model")


@contextmanager
def running(folder: Path, better: SlowConverter) -> Iterator[Run]:
    run = Run(folder, better)
    try:
        yield run
    finally:
        run.loop.post({"do": "stop"})
        run.thread.join(PATIENCE_S)
        assert not run.thread.is_alive()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("far/one", "far/two", "near/three", "near/four"):
        path = tmp_path / "project" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(function(path.stem) + "\n\n" + function(path.stem + "_again"))
    return tmp_path


ALL = sorted(name + end for name in ("one", "two", "three", "four") for end in ("", "_again"))


def test_every_file_of_the_workspace_goes_through_once(project):
    better = Better()
    with running(project, better) as run:
        run.scan()
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
        assert run.loop._patience() is not None  # it is still loaded, and is to be unloaded
        run.slowly.rest()
        assert run.slowly.due(time.monotonic()) is None and run.loop._patience() is None  # nothing wakes it
        assert run.models() == {"is": "model", "id": "abc", "reason": "", "waiting": 0, "files": 0}
    assert sorted(better.asked) == ALL
    reader = Reader(index_path(project / "cache"), model="abc")
    for path in (project / "project").rglob("*.py"):
        found = reader.views([chunk.hash for chunk in reader.file(path).chunks if chunk.name], "flow")
        assert len(found) == 2 and {view.made_by for view in found.values()} == {"model"}
    again = Better()
    with running(project, again) as run:
        run.scan()
        run.until_through()
    assert again.asked == []


def test_only_what_is_open_goes_through_unless_the_whole_workspace_is_to(project):
    better = Better()
    with running(project, better) as run:
        run.loop.post({"do": "settings", "model_scope": "open"})
        run.scan()
        path = project / "project" / "far" / "one.py"
        run.loop.post({"do": "open", "id": 1, "path": str(path), "text": path.read_text()})
        run.until(lambda: len(better.asked) == 2)
        reader = Reader(index_path(project / "cache"))
        run.until(lambda: all(reader.file(str(file)) for file in (project / "project").rglob("*.py")))
        run.slowly.rest()
        assert run.slowly.due(time.monotonic()) is None  # what is left of the workspace wakes nothing
        assert sorted(better.asked) == ["one", "one_again"] and run.models()["files"] == 0
        run.loop.post({"do": "settings", "tokenizer": "o200k_base"})
        run.until(lambda: not run.loop._inbox.qsize())
        assert not run.slowly.wide  # what is not named stays as it is
        run.loop.post({"do": "settings", "model_scope": "workspace"})
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
    assert sorted(better.asked) == ALL


def test_another_worker_goes_on_where_the_last_one_ended(project):
    go = threading.Semaphore(3)  # one file and a half
    first = Better(go=go)
    with running(project, first) as run:
        run.scan()
        run.until(lambda: len(first.asked) == 3)
        run.loop.post({"do": "stop"})
        go.release()
    second = Better()
    with running(project, second) as run:
        run.scan()
        run.until_through()
    assert set(first.asked) | set(second.asked) == set(ALL)
    assert not set(first.asked[:2]) & set(second.asked)


def test_what_was_tried_without_success_counts_as_done(project):
    with running(project, Better(passes=tuple(ALL))) as run:
        run.scan()
        run.until_through()
    again = Better()
    with running(project, again) as run:
        run.scan()
        run.until_through()
    assert again.asked == []


def test_a_file_that_changes_goes_through_again_alone(project):
    better = Better()
    path = project / "project" / "near" / "four.py"
    with running(project, better) as run:
        run.scan()
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
        better.asked.clear()
        path.write_text(path.read_text() + "\n\n" + function("five"))
        run.loop.post({"do": "changed", "paths": [str(path)]})
        run.until(lambda: better.asked)
        run.until_through()
        assert better.asked == ["five"]  # the others' texts are what they were


def test_another_model_goes_through_all_again_and_the_first_ones_work_is_kept(project):
    class Other(Better):
        model = "def"

    asked = []
    for better in (Better(), Other(), Better()):
        with running(project, better) as run:
            run.scan()
            run.until_through()
        asked.append(sorted(better.asked))
    assert asked == [ALL, ALL, []]


def test_what_is_looked_at_goes_first_then_what_is_in_use_then_the_nearest(project):
    better = Better()
    opened, looked = project / "project" / "near" / "four.py", project / "project" / "far" / "two.py"
    with running(project, better) as run:
        run.loop.post({"do": "settings", "model": False})
        run.scan()
        reader = Reader(index_path(project / "cache"))
        run.until(lambda: all(reader.file(path) for path in (project / "project").rglob("*.py")))
        run.loop.post({"do": "pause"})
        run.loop.post({"do": "settings", "model": True})
        run.loop.post({"do": "open", "id": 1, "path": str(opened), "text": opened.read_text()})
        digest = next(c.hash for c in reader.file(looked).chunks if c.name == "two_again")
        run.loop.post({"do": "look", "path": str(looked), "hash": digest})
        run.until(lambda: run.slowly.waiting == 4)
        assert better.asked == []
        run.loop.post({"do": "resume"})
        run.until(lambda: len(better.asked) == len(ALL))
    assert better.asked[0] == "two_again"
    assert set(better.asked[1:4]) == {"two", "four", "four_again"}
    assert better.asked[4:] == ["three", "three_again", "one", "one_again"]


def test_looking_again_and_again_does_not_keep_a_chunk_from_being_restated(project):
    class Interrupted(Better):
        def convert(self, job, stop):
            run.loop.post({"do": "look", "path": str(path), "hash": job.compiled.hash})
            return None if stop() else super().convert(job, stop)

    path = project / "project" / "near" / "four.py"
    better = Interrupted()
    with running(project, better) as run:
        run.scan()
        reader = Reader(index_path(project / "cache"))
        run.until(lambda: reader.file(path))
        for chunk in reader.file(path).chunks:
            run.loop.post({"do": "look", "path": str(path), "hash": chunk.hash})
        run.until(lambda: {"four", "four_again"} <= set(better.asked))


def test_a_model_that_is_switched_off_is_asked_nothing_and_its_views_are_not_shown(project):
    better = Better()
    with running(project, better) as run:
        run.loop.post({"do": "settings", "model": False})
        run.scan()
        run.until(lambda: run.models()["reason"])
        run.until(lambda: run.loop._settled)
        assert better.asked == [] and "aiccl.model.enable" in run.models()["reason"]
        keys = [m["keys"] for m in run.said if m["is"] == "makers"]
        assert len(keys[-1]) == 1 and len(keys[0]) == 2
        run.loop.post({"do": "settings", "model": True})
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
        assert keys[0] == [m["keys"] for m in run.said if m["is"] == "makers"][-1]


def test_clearing_the_index_lets_all_go_through_again(project):
    better = Better()
    with running(project, better) as run:
        run.scan()
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
        better.asked.clear()
        run.loop.post({"do": "clear"})
        run.until(lambda: len(better.asked) == len(ALL))


def test_an_index_from_before_there_was_a_model_is_used_as_it_is(project):
    with running(project, Better(passes=tuple(ALL))) as run:
        run.scan()
        run.until_through()
    with sqlite3.connect(index_path(project / "cache")) as base:
        base.execute("DROP TABLE tried")
        rows = base.execute("SELECT count(*) FROM contents").fetchone()
    better = Better()
    with running(project, better) as run:
        run.scan()
        run.until(lambda: len(better.asked) == len(ALL))
        run.until_through()
    with sqlite3.connect(index_path(project / "cache")) as base:
        assert base.execute("SELECT count(*) FROM contents").fetchone() == rows


def test_what_is_through_is_remembered_after_a_long_time(project):
    with running(project, Better(passes=tuple(ALL))) as run:
        run.scan()
        run.until_through()
        maker = run.loop._model_maker
    from aiccl_server.index.writer import Writer

    writer = Writer(index_path(project / "cache"))
    writer.prune(now=time.time() + 90 * 86_400, keep=[maker])
    assert writer.not_through(maker, str(project / "project")) == []
    writer.prune(now=time.time() + 90 * 86_400)
    assert len(writer.not_through(maker, str(project / "project"))) == 4
    writer.close()


def test_a_text_that_it_failed_on_is_left_to_the_next_worker(project):
    class Short(Better):
        def convert(self, job, stop):
            view = super().convert(job, stop)
            if job.name == "three":
                raise MemoryError("too little for a moment")
            return view

    with running(project, short := Short()) as run:
        run.scan()
        run.until_through()
        run.until(lambda: len(short.asked) == len(ALL))
        run.scan()  # nor is it taken up again in this one
        run.until_through()
        assert sorted(short.asked) == ALL and run.slowly.ready
    with running(project, again := Better()) as run:
        run.scan()
        run.until(lambda: again.asked)
        run.until_through()
        assert sorted(again.asked) == ["three", "three_again"]


def test_a_model_without_work_is_unloaded():
    from aiccl_converter import AICCLConverter

    better = Better()
    slowly = Slowly(better, battery=lambda: False, quiet=0.0)
    slowly.add("/p/pay.py", AICCLConverter().convert_to_aiccl(function("due"), "python", "flow", "pay.py"), IN_USE)
    assert slowly.step(10.0, lambda: False) is not None
    assert slowly.due(11.0) == 10.0 + IDLE_S and not better.closed
    slowly.step(11.0, lambda: False)
    assert not better.closed
    slowly.step(10.0 + IDLE_S, lambda: False)
    assert better.closed == 1 and slowly.due(100.0) is None


def test_a_model_that_is_not_what_it_was_is_put_away_at_once():
    from aiccl_converter import AICCLConverter

    class Changed(Better):
        def convert(self, job, stop):
            self.asked.append(job.name)
            raise ModelUnusable("weights-1.bin: is not the file that was exported", "copy it again")

    better = Changed()
    slowly = Slowly(better, battery=lambda: False, quiet=0.0)
    text = function("due") + function("owed")
    slowly.add("/p/pay.py", AICCLConverter().convert_to_aiccl(text, "python", "flow", "pay.py"), IN_USE)
    assert slowly.step(10.0, lambda: False) is None
    assert slowly.failed == slowly.why == "weights-1.bin: is not the file that was exported; copy it again"
    assert slowly.step(11.0, lambda: False) is None
    assert len(better.asked) == 1 and better.closed == 1 and not slowly.ready


def test_a_loaded_model_does_not_make_the_worker_too_large(tmp_path, monkeypatch):
    size = [limits.RECYCLE_BYTES + (100 << 20)]
    monkeypatch.setattr(limits, "resident", lambda: size[0])
    said: list[dict] = []
    loop = Loop(tmp_path / "cache", said.append, slowly := Slowly(Better(), battery=lambda: False))
    loop._since_start = 10_000
    slowly.held = 150 << 20
    assert not loop._make_room()
    slowly.held = 50 << 20
    assert loop._make_room() and said[-1] == {"is": "recycle", "looks": []}
    # Nor has a model that grows and grows all the room there is.
    slowly.held = size[0] = 4 << 30
    assert loop._make_room()


def test_a_worker_that_is_replaced_hands_on_what_the_index_does_not_know(project, monkeypatch):
    from aiccl_converter import AICCLConverter

    said: list[dict] = []
    loop = Loop(project / "cache", said.append, slowly := Slowly(Better(), battery=lambda: False, quiet=0.0))
    loop._since_start = 10_000
    opened, rest = (project / "project" / f"near/{name}.py" for name in ("four", "three"))
    for path, priority in ((rest, REST), (opened, IN_USE)):
        slowly.add(
            str(path), AICCLConverter().convert_to_aiccl(path.read_text(), "python", "flow", path.name), priority
        )
    looked = slowly.urgent()[1][1]
    slowly.look(looked)
    with monkeypatch.context() as patch:
        patch.setattr(limits, "resident", lambda: 4 << 30)
        assert loop._make_room()
    looks = said[-1]["looks"]
    assert [path for path, _ in looks] == [str(opened)] * 2 and looks[0][1] == looked

    better = Better()
    with running(project, better) as run:
        for path, digest in looks:
            run.loop.post({"do": "look", "path": path, "hash": digest})
        run.scan()
        run.until(lambda: len(better.asked) == len(ALL))
    assert set(better.asked[:2]) == {"four", "four_again"}


RECYCLING = """
import json, pathlib, sys
told = pathlib.Path(sys.argv[1])
print(json.dumps({"is": "ready", "pid": 1, "quarantined": []}), flush=True)
if not told.exists():
    told.write_text("")
    print(json.dumps({"is": "recycle", "looks": [["/p/pay.py", "ab12"]]}), flush=True)
else:
    for line in sys.stdin:
        with told.open("a") as file:
            file.write(line)
"""


def test_the_next_worker_is_given_what_the_last_one_hands_on(tmp_path):
    told = tmp_path / "told"
    client = WorkerClient(tmp_path, lambda _: None, command=[sys.executable, "-c", RECYCLING, str(told)])
    client.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while not told.exists() or "look" not in told.read_text():
            assert time.monotonic() < end
            time.sleep(0.02)
        sent = [json.loads(line) for line in told.read_text().splitlines()]
        assert {"do": "look", "path": "/p/pay.py", "hash": "ab12"} in sent
        assert sent[0]["do"] == "settings" and client.status().restarts == 0
    finally:
        client.stop()

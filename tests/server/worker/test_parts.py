"""The worker's parts alone: the order of work, the slow converter's place, power, messages."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from aiccl_converter import AICCLConverter
from aiccl_server.index import Reader, StoredView, index_path
from aiccl_server.worker.backlog import CHANGED, OPENED, WANTED, Backlog, Job
from aiccl_server.worker.loop import Loop
from aiccl_server.worker.messages import decode, encode
from aiccl_server.worker.power import on_battery
from aiccl_server.worker.slow import SlowConverter, SlowJob, SlowQueue
from aiccl_server.worker.slowly import Slowly, loaded

from .conftest import function


def order(backlog: Backlog) -> list[str]:
    out = []
    while (job := backlog.next()) is not None:
        out.append(job.path)
    return out


def test_what_is_looked_at_goes_before_what_is_open_before_what_changed_before_the_rest():
    backlog = Backlog()
    backlog.fill([("/p/far", 1)])
    for path, urgency in (("/p/changed", CHANGED), ("/p/open", OPENED), ("/p/wanted", WANTED)):
        backlog.urge(Job(path), urgency)
    assert order(backlog) == ["/p/wanted", "/p/open", "/p/changed", "/p/far"]


def test_the_nearest_to_what_is_open_goes_first_then_the_latest():
    backlog = Backlog()
    base = os.sep + "p"
    files = {"a/old": 1, "a/new": 9, "b/x": 99, "a/sub/y": 5}
    backlog.fill([(os.path.join(base, *name.split("/")), time) for name, time in files.items()])
    backlog.opened(os.path.join(base, "a", "open"))
    assert [path[len(base) + 1 :].replace(os.sep, "/") for path in order(backlog)] == [
        "a/new",
        "a/old",
        "a/sub/y",
        "b/x",
    ]


def test_a_path_is_done_once_with_its_newest_text_and_all_its_requests_answered():
    backlog = Backlog()
    backlog.fill([("/p/a", 1)])
    backlog.urge(Job("/p/a", "one", (1,)), OPENED)
    backlog.urge(Job("/p/a", "two", (2,)), OPENED)
    backlog.urge(Job("/p/a", None, (3,)), WANTED)
    job = backlog.next()
    assert job == Job("/p/a", "two", (1, 2, 3))
    assert backlog.next() is None and backlog.urgent == 0


def test_the_background_can_wait():
    backlog = Backlog()
    backlog.fill([("/p/a", 1), ("/p/b", 2), ("/p/dir/c", 3)])
    assert backlog.next(background=False) is None
    backlog.drop("/p/dir")
    assert order(backlog) == ["/p/b", "/p/a"]


def view(digest: str) -> StoredView:
    return StoredView(digest, "python", "flow", "long text", "compiler", 1.0, (), (), 10, 40)


def test_the_slow_queue_is_bounded_and_keeps_what_matters():
    slow = SlowQueue(limit=3)
    jobs = [SlowJob("/p/a", "function", f"f{n}", "code", view(f"{n:064x}")) for n in range(5)]
    assert all(slow.add(job, 10) for job in jobs[:3])
    assert not slow.add(jobs[3], 10)
    assert slow.add(jobs[4], 0) and len(slow) == 3
    assert slow.add(jobs[1], 1)
    assert slow.lost == 2 and slow.before(1) == [jobs[4]] and slow.before(10) == [jobs[4], jobs[1]]
    assert [slow.take() for _ in range(4)] == [(0, jobs[4]), (1, jobs[1]), (10, jobs[2]), None]


class Better(SlowConverter):
    """Writes shorter views than the compiler, and records when it was asked."""

    model = "abc"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None
        self.closed = 0

    def close(self) -> None:
        self.closed += 1

    def convert(self, job, stop):
        self.asked.append(job.name)
        if self.error is not None:
            raise self.error
        return None if stop() else replace(job.compiled, text=f"better {job.name}", made_by="model", tokens=3)


def result(text: str):
    return AICCLConverter().convert_to_aiccl(text, "python", "flow", "pay.py")


def test_the_slow_converter_waits_while_the_user_types_and_on_battery():
    battery = [False]
    slowly = Slowly(Better(), battery=lambda: battery[0], quiet=2.0)
    slowly.add("/p/pay.py", result(function("due") + function("owed")), 0)
    slowly.typed(100.0)
    assert slowly.due(100.5) == 102.0 and slowly.step(100.5, lambda: False) is None
    made = slowly.step(102.0, lambda: False)
    assert made is not None and made[1].text.startswith("better")
    battery[0] = True
    assert slowly.step(200.0, lambda: False) is None  # looked at again after a while
    battery[0] = False
    assert slowly.step(201.0, lambda: False) is None
    assert slowly.step(300.0, lambda: False) is not None


def test_a_slow_converter_that_is_stopped_takes_the_chunk_up_again():
    better = Better()
    slowly = Slowly(better, battery=lambda: False)
    slowly.add("/p/pay.py", result(function("due")), 0)
    waiting = len(slowly._queue)
    assert slowly.step(10.0, lambda: True) is None
    assert len(slowly._queue) == waiting
    assert slowly.step(11.0, lambda: False) is not None


def test_a_slow_converter_that_fails_is_put_away():
    better = Better()
    better.error = RuntimeError("no such file: model.onnx")
    slowly = Slowly(better, battery=lambda: False)
    slowly.add("/p/pay.py", result("".join(function(f"f{n}") for n in range(4))), 0)
    for at in range(5):
        assert slowly.step(10.0 + at, lambda: False) is None
    assert len(better.asked) == 3 and "model.onnx" in slowly.failed and not slowly.ready


def test_what_somebody_looks_at_goes_first():
    better = Better()
    slowly = Slowly(better, battery=lambda: False)
    made = result("".join(function(f"f{n}") for n in range(4)))
    slowly.add("/p/pay.py", made, 10)
    looked_at = next(view.chunk.hash for view in made.views if view.chunk.name == "f2")
    assert slowly.look(looked_at)
    assert slowly.step(10.0, lambda: False) is not None
    assert better.asked == ["f2"]
    assert slowly.look(looked_at)  # it has been tried: that is no reason to convert the file again
    assert not slowly.look("00" * 32)


@pytest.mark.parametrize("error", [FileNotFoundError("no model.onnx"), EOFError("cut short"), ValueError("wrong hash")])
def test_a_model_that_cannot_be_loaded_is_done_without(tmp_path, error):
    def load():
        raise error

    path = tmp_path / "pay.py"
    path.write_text(function("due"))
    said: list[dict] = []
    loop = Loop(tmp_path / "cache", said.append, loaded(load))

    def say(message: dict) -> None:
        said.append(message)
        if message["is"] == "slow":
            loop.post({"do": "stop"})

    loop._say = say
    loop.post({"do": "want", "id": 1, "path": str(path)})
    loop.run()
    (told,) = [m for m in said if m["is"] == "slow"]
    assert str(error) in told["failed"]
    assert Reader(index_path(tmp_path / "cache")).file(path) is not None


def test_a_view_for_another_text_is_dropped():
    class Wrong(Better):
        def convert(self, job, stop):
            return replace(job.compiled, hash="00" * 32)

    slowly = Slowly(Wrong(), battery=lambda: False)
    slowly.add("/p/pay.py", result(function("due")), 0)
    assert slowly.step(10.0, lambda: False) is None


def test_the_loop_replaces_compiled_views_by_better_ones(tmp_path):
    path = tmp_path / "pay.py"
    path.write_text(function("due"))
    said: list[dict] = []
    loop = Loop(tmp_path / "cache", said.append, Slowly(Better(), battery=lambda: False, quiet=0.0))

    def say(message: dict) -> None:
        said.append(message)
        if [m["is"] for m in said].count("indexed") >= 3:
            loop.post({"do": "stop"})

    loop._say = say
    loop.post({"do": "want", "id": 1, "path": str(path)})
    loop.run()
    reader = Reader(index_path(tmp_path / "cache"), model="abc")
    hashes = [chunk.hash for chunk in reader.file(path).chunks]
    made = reader.views(hashes, "flow")
    assert {made[digest].text for digest in hashes} == {"better ", "better due"}
    assert Reader(index_path(tmp_path / "cache")).views(hashes, "flow")[hashes[1]].made_by == "compiler"
    assert next(m for m in said if m["is"] == "answered")["ids"] == [1]


@pytest.mark.skipif(os.name == "nt", reason="/sys")
def test_battery(tmp_path):
    def supply(name: str, **files: str) -> None:
        (tmp_path / name).mkdir()
        for key, value in files.items():
            (tmp_path / name / key).write_text(value + "\n")

    assert not on_battery(tmp_path / "none") and not on_battery(tmp_path)
    supply("AC", type="Mains")
    supply("mouse", type="Battery", status="Discharging", scope="Device")
    assert not on_battery(tmp_path)
    supply("BAT0", type="Battery", status="Discharging")
    import sys

    if sys.platform.startswith("linux"):
        assert on_battery(tmp_path)


@pytest.mark.parametrize("line", [b"", b"\n", b"nonsense", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"is": "rea'])
def test_what_is_no_message_is_none(line):
    assert decode(line) is None


def test_messages_stay_on_one_line():
    message = {"do": "open", "path": "/p/ü\u2028\n.py", "text": "a\r\n\x00\ud800"}
    assert encode(message).count(b"\n") == 1 and decode(encode(message)) == message

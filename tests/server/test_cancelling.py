"""Cancelling: before, while and after a request is worked on; the work stops too."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from aiccl_server.engine import LATER, URGENT, Engine
from aiccl_server.errors import TookTooLong

LONG = "".join(
    f"def f{n}(a, b):\n    if a is None:\n        raise ValueError('no a {n}')\n    return [x.name for x in b if x.key == a and x.open]\n\n\n"
    for n in range(400)
)


@pytest.mark.parametrize("method, params", [
    ("aiccl/views", {"uri": "untitled:none"}),
    ("textDocument/hover", {"textDocument": {"uri": "untitled:none"}, "position": {"line": 0, "character": 0}}),
    ("workspace/executeCommand", {"command": "aiccl.reindex", "arguments": []}),
])  # fmt: skip
def test_a_request_and_its_cancellation_in_one_write(shared, method: str, params) -> None:
    """Answered once: as cancelled, or as what it came to before that was read."""
    import json

    shared.order.clear()
    messages = [
        {"jsonrpc": "2.0", "id": "early", "method": method, "params": params},
        {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "early"}},
    ]
    bodies = [json.dumps(m).encode() for m in messages]
    shared.raw(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(b), b) for b in bodies))
    try:
        shared.answer("early")
    except shared.Refused as refused:
        assert refused.code in (-32800, -32803)
    shared.request("aiccl/status", {})
    assert shared.order.count("early") == 1


@pytest.mark.parametrize("method", ["aiccl/views", "workspace/executeCommand"])
def test_a_cancelled_request_is_answered_at_once(shared, tmp_path, method: str) -> None:
    path = tmp_path / "long.py"
    path.write_text(LONG)
    uri = path.as_uri()
    params = {"uri": uri} if method == "aiccl/views" else {"command": "aiccl.compressFile", "arguments": [uri, "flow"]}
    number = shared.begin(method, params)
    time.sleep(0.05)
    begun = time.monotonic()
    shared.notify("$/cancelRequest", {"id": number})
    with pytest.raises(shared.Refused) as refused:
        shared.answer(number)
    assert refused.value.code == -32800
    assert time.monotonic() - begun < 5
    shared.notify("$/cancelRequest", {"id": number})
    shared.notify("$/cancelRequest", {"id": 99999})
    assert shared.request("aiccl/status", {})["version"]


def test_a_folders_process_ends_with_its_request(shared, tmp_path) -> None:
    for number in range(30):
        (tmp_path / f"long{number}.py").write_text(LONG.replace("'no a", f"'no {number}"))
    number = shared.begin("aiccl/views", {"uri": tmp_path.as_uri()})
    shared.until(lambda: converting(tmp_path), what="the process")
    shared.notify("$/cancelRequest", {"id": number})
    with pytest.raises(shared.Refused) as refused:
        shared.answer(number)
    assert refused.value.code == -32800
    shared.until(lambda: not converting(tmp_path), what="its end")


def converting(folder) -> bool:
    import pathlib

    for process in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"compress" in words and folder.name.encode() in words:
            return True
    return False


def test_jobs_that_nobody_waits_for_are_not_begun() -> None:
    async def run() -> list[str]:
        engine = Engine(asyncio.get_running_loop())
        done: list[str] = []
        gate = threading.Event()
        first = engine.submit(lambda: gate.wait(10), URGENT)
        await asyncio.sleep(0.05)
        later = engine.submit(lambda: done.append("later"), LATER)
        dropped = engine.submit(lambda: done.append("dropped"), URGENT)
        urgent = engine.submit(lambda: done.append("urgent"), URGENT)
        dropped.cancel()
        gate.set()
        await asyncio.gather(first, later, urgent)
        with pytest.raises(ZeroDivisionError):
            await engine.submit(lambda: 1 // 0)
        assert engine.started == 4
        engine.stop()
        return done

    assert asyncio.run(run()) == ["urgent", "later"]


class Late:
    """A condition; the first time that it is taken once a job is done, the thread that asks has just been given up."""

    def __init__(self, engine: Engine, done: threading.Event) -> None:
        self._engine, self._done, self._some = engine, done, engine._some
        self._given_up = False

    def __enter__(self):
        entered = self._some.__enter__()
        if self._done.is_set() and not self._given_up and threading.current_thread() is self._engine._thread:
            self._given_up = True
            self._engine._generation += 1
            self._engine._thread = threading.Thread(
                target=self._engine._run, args=(self._engine._generation,), daemon=True
            )
            self._engine._thread.start()
        return entered

    def __exit__(self, *error):
        return self._some.__exit__(*error)

    def __getattr__(self, name: str):
        return getattr(self._some, name)


def test_a_thread_that_is_given_up_as_its_job_ends_takes_no_other() -> None:
    async def run() -> str:
        engine = Engine(asyncio.get_running_loop())
        gate, done = threading.Event(), threading.Event()

        def first() -> None:
            gate.wait(30)
            done.set()

        given_up = engine.submit(first, URGENT)
        while not engine.started:
            await asyncio.sleep(0.01)
        engine._some = Late(engine, done)  # type: ignore[assignment]
        after = engine.submit(lambda: "done", LATER)
        gate.set()
        answer = await asyncio.wait_for(after, 10)
        given_up.cancel()
        engine.stop()
        return answer

    assert asyncio.run(run()) == "done"


def test_a_job_that_takes_far_too_long_is_given_up() -> None:
    async def run() -> str:
        engine = Engine(asyncio.get_running_loop(), longest=0.2)
        gate = threading.Event()
        stuck = engine.submit(lambda: gate.wait(30), URGENT)
        after = engine.submit(lambda: "done", LATER)
        with pytest.raises(TookTooLong):
            await stuck
        answer = await asyncio.wait_for(after, 10)
        gate.set()
        engine.stop()
        return answer

    assert asyncio.run(run()) == "done"

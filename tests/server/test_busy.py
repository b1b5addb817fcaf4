"""A hover answers from what is there, whatever else is at work: asserted by the order of answers, not by the clock."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

GOOD = "def settle(invoice, rate):\n    if invoice.closed:\n        raise RuntimeError('the invoice is closed')\n    for line in invoice.lines:\n        invoice.total = invoice.total + line.amount * rate\n    return invoice\n"
INDEX = {"index": {"enable": True}}
posix = pytest.mark.skipif(os.name != "posix", reason="signals")


def long_text(count: int) -> str:
    return "".join(
        f"def f{n}(a, b):\n    if a is None:\n        raise ValueError('no a {n}')\n"
        f"    return [x.name for x in b if x.key == a and x.open]\n\n\n"
        for n in range(count)
    )


def answered(client) -> list[int]:
    """The requests in the order of their answers."""
    return [number for number in client.order if isinstance(number, int)]


def hover_params(uri: str) -> dict:
    return {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 6}}


def test_a_hover_goes_before_a_conversion_that_was_asked_for_earlier(shared, tmp_path) -> None:
    uri, large = (tmp_path / "good.py").as_uri(), (tmp_path / "large.py").as_uri()
    shared.open(uri, GOOD)
    shared.hover_with("the invoice is closed", uri, 0, 6)
    shared.open(large, long_text(1500))
    slow = shared.begin("aiccl/views", {"uri": large})
    hovers = [shared.begin("textDocument/hover", hover_params(uri)) for _ in range(50)]
    for number in hovers:
        assert "the invoice is closed" in shared.answer(number)["contents"]["value"]
    shared.answer(slow)
    order = answered(shared)
    assert all(order.index(number) < order.index(slow) for number in hovers)


def test_a_hover_in_a_document_that_was_just_opened_is_answered_and_not_kept_waiting(shared, tmp_path) -> None:
    """There is nothing to show yet: null, at once, and the view as soon as it is there."""
    large = (tmp_path / "larger.py").as_uri()
    shared.open(large, long_text(1500))
    slow = shared.begin("aiccl/views", {"uri": large})
    early = shared.begin("textDocument/hover", hover_params(large))
    shared.answer(early)
    assert slow not in answered(shared)
    shared.answer(slow)
    shared.hover_with("no a 0", large, 0, 4)


def test_a_view_that_is_looked_at_while_the_text_changes_is_of_the_newer_one(shared, tmp_path) -> None:
    large = (tmp_path / "changed.py").as_uri()
    text = long_text(1500).replace("no a ", "without ")
    shared.open(large, text)
    asked = shared.begin("aiccl/view", {"textDocument": {"uri": large}, "name": "f700"})
    shared.change(large, {"text": text.replace("without 700", "with 700")})
    assert "with 700" in shared.answer(asked)["text"]


def test_what_is_looked_at_is_made_first(shared, tmp_path) -> None:
    """The last function of a long text, while the others wait."""
    large = (tmp_path / "last.py").as_uri()
    text = long_text(3000).replace("no a ", "nothing ")
    shared.open(large, text)
    line = text.count("\n") - 6
    shared.hover_with("nothing 2999", large, line, 5)
    middle = shared.hover(large, line // 2 // 6 * 6, 5)
    assert "fidelity" not in middle["contents"]["value"], "all were made before the last"


@posix
def test_hovers_while_the_worker_is_frozen_with_a_thousand_files_to_do(start, tmp_path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for number in range(1000):
        (project / f"m{number}.py").write_text(GOOD.replace("settle", f"settle{number}"))
    client = start()
    client.settings = INDEX
    client.initialize(project)
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"], what="a worker")
    pid = client.request("aiccl/status", {})["worker"]["pid"]
    client.until(lambda: client.request("aiccl/status", {})["index"]["files"], what="the first files")
    os.kill(pid, signal.SIGSTOP)
    try:
        before = client.request("aiccl/status", {})["index"]["files"]
        assert before < 1000
        path = project / "m7.py"
        text = f"{GOOD}\n\nlast = 1\n"
        client.open(path.as_uri(), text)
        client.hover_with("the invoice is closed", path.as_uri(), 0, 6)
        for number in range(100):
            client.change(path.as_uri(), {"text": f"{text}more = {number}\n"})
            assert "the invoice is closed" in client.hover(path.as_uri(), 0, 6)["contents"]["value"]
        assert client.request("aiccl/status", {})["index"]["files"] == before
        assert client.request("aiccl/status", {})["worker"]["pid"] == pid
    finally:
        os.kill(pid, signal.SIGCONT)
    assert client.shutdown() == 0


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="/proc")
def test_a_hover_never_waits_for_the_native_tokenizer_to_load(start, tmp_path) -> None:
    """It takes half a second, in which nothing else in the process runs: it is the worker's alone."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("from aiccl_converter import tokens\ntokens._NATIVE_AFTER = 1000\n")
    client = start(site=site)
    client.initialize()
    uri = (tmp_path / "much.py").as_uri()
    client.open(uri, long_text(50))
    assert client.request("aiccl/views", {"uri": uri})["sourceTokens"] > 1000
    assert "toktok" not in Path(f"/proc/{client.process.pid}/maps").read_text()


@posix
def test_a_file_that_ended_the_worker_is_not_converted_by_the_server(start, tmp_path) -> None:
    project, site = tmp_path / "project", tmp_path / "site"
    project.mkdir()
    site.mkdir()
    # In the worker's process alone: a converter that a certain text kills.
    (site / "sitecustomize.py").write_text(
        "import sys\n"
        "if 'aiccl_server.worker' in sys.orig_argv:\n"
        "    import os, signal\n"
        "    from aiccl_server.worker import convert\n"
        "    real = convert.convert\n"
        "    def poisoned(text, path, tokenizer):\n"
        "        if 'the invoice' in text.text: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return real(text, path, tokenizer)\n"
        "    convert.convert = poisoned\n"
    )
    bad = project / "bad.py"
    bad.write_text(GOOD)
    client = start(site=site)
    client.settings = INDEX
    client.initialize(project)
    client.until(lambda: client.request("aiccl/status", {})["worker"]["quarantined"] == [str(bad)], what="quarantined")
    client.open(bad.as_uri(), GOOD)
    assert client.request("aiccl/view", {"textDocument": {"uri": bad.as_uri()}}) is None
    assert client.hover(bad.as_uri(), 0, 6) is None
    with pytest.raises(client.Refused) as refused:
        client.request("aiccl/document", {"uri": f"aiccl:///flow{bad}"})
    assert "quarantined" in refused.value.message
    better = GOOD.replace("the invoice", "a bill")
    client.change(bad.as_uri(), {"text": better})
    bad.write_text(better)
    client.save(bad.as_uri())
    client.hover_with("a bill is closed", bad.as_uri(), 0, 6)
    assert client.notified("window/showMessage") == []


@posix
def test_no_orphan_is_left_by_a_server_that_is_killed(start, tmp_path) -> None:
    from aiccl_server.parent import alive

    client = start()
    client.settings = INDEX
    (tmp_path / "project").mkdir()
    client.initialize(tmp_path / "project")
    client.until(lambda: client.request("aiccl/status", {})["worker"]["pid"], what="a worker")
    pid = client.request("aiccl/status", {})["worker"]["pid"]
    # Somebody else holds the server's end of the worker's pipes open: its end does not tell.
    held = [os.open(path, os.O_WRONLY | os.O_NONBLOCK) for path in Path(f"/proc/{pid}/fd").glob("0")]
    client.process.kill()
    client.process.wait()
    client.until_gone(lambda: not alive(pid))
    for descriptor in held:
        os.close(descriptor)

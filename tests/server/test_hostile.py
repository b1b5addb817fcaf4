"""Texts that no one should write, and a long day of editing: the server answers on, and does not grow."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

GOOD = "def settle(invoice, rate):\n    if invoice.closed:\n        raise RuntimeError('the invoice is closed')\n    for line in invoice.lines:\n        invoice.total = invoice.total + line.amount * rate\n    return invoice\n"

TEXTS = {
    "brackets": "x = " + "(" * 10_000 + ")" * 10_000 + "\n",
    "open brackets": "x = " + "[{(" * 5_000,
    "blocks": "".join("    " * n + "if a:\n" for n in range(90)) + "    " * 90 + "b()\n",
    "functions": "".join(" " * n + f"def f{n}():\n" for n in range(300)) + " " * 300 + "return 1\n",
    "chain": "x = a" + ".b()" * 5_000 + "\n",
    "sum": "x = " + " + ".join(["1"] * 5_000) + "\n",
    "quotes": '"""' + "'" * 9_999 + "\n",
    "one line": "x = [" + "1, " * 50_000 + "]\n",
    "surrogate": "x = '\ud800'\n",
    "controls": "\x01\x02\x7f\x1b[31mdef f(): pass\n",
    "empty": "",
    "blank": "\n" * 10_000,
    "names": "def " + "a" * 50_000 + "():\n    return 1\n",
    "markdown": "def f(a):\n    '''[x](command:evil) <script>'''\n    return a['`' * 3]\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_odd_texts_cost_at_most_their_own_answer(shared, tmp_path, name: str) -> None:
    uri = (tmp_path / "odd.py").as_uri()
    shared.open(uri, TEXTS[name])
    shared.hover(uri, 0, 5)
    for level in ("flow", "outline", "exact"):
        try:
            shared.request("aiccl/view", {"textDocument": {"uri": uri}, "level": level}, timeout=60)
        except shared.Refused as refused:
            assert refused.code == -32803, refused
    shared.change(uri, {"text": GOOD})
    shared.hover_with("the invoice is closed", uri, 0, 6)


@pytest.mark.parametrize("make", ["folder", "pipe", "gone", "binary", "link"])
def test_odd_files(shared, tmp_path, make: str) -> None:
    import os

    path = tmp_path / "odd.py"
    if make == "folder":
        path.mkdir()
    elif make == "pipe":
        os.mkfifo(path)
    elif make == "binary":
        path.write_bytes(b"\x00\xff" * 100)
    elif make == "link":
        path.symlink_to(path)
    for method, params in (
        ("aiccl/view", {"textDocument": {"uri": path.as_uri()}}),
        ("aiccl/views", {"uri": path.as_uri()}),
        ("aiccl/document", {"uri": f"aiccl:///flow{path}"}),
    ):
        try:
            shared.request(method, params)
        except shared.Refused as refused:
            assert refused.code == -32803, refused
    assert shared.request("aiccl/status", {})["version"]


def test_a_long_day_of_editing_does_not_grow(start, tmp_path) -> None:
    client = start()
    client.initialize()
    uri = (tmp_path / "long.py").as_uri()
    client.open(uri, GOOD)
    client.hover_with("the invoice is closed", uri, 0, 6)
    sizes = []
    for number in range(2000):
        client.change(uri, {"text": GOOD.replace("closed')", f"closed {number}')")})
        if number % 10 == 0:
            client.save(uri)
            client.hover(uri, 0, 6)
        if number % 500 == 499:
            client.hover_with(f"closed {number}", uri, 0, 6)
            sizes.append(_memory(client.process.pid))
    if sizes[0]:
        assert sizes[-1] < sizes[0] * 1.3 + 10_000_000
        assert len(list(Path(f"/proc/{client.process.pid}/fd").iterdir())) < 40
        assert len(list(Path(f"/proc/{client.process.pid}/task").iterdir())) < 20


def _memory(process: int) -> int:
    if sys.platform != "linux":
        return 0
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096

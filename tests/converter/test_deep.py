"""Nesting and length beyond all measure: no exception, no hang, a text that reads back."""

from __future__ import annotations

import sys
import threading

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.files import deep
from aiccl_converter.language.parser import parse_document

DEEP = 20_000

CASES = {
    "open brackets": ("javascript", "(" * DEEP),
    "mixed open brackets": ("python", "x = " + "([{" * 5_000),
    "closed brackets": ("python", "x = " + "(" * DEEP + "1" + ")" * DEEP + "\n"),
    "lists": ("javascript", "x = " + "[" * DEEP + "1" + "]" * DEEP + "\n"),
    "blocks": ("javascript", "{" * DEEP + "}" * DEEP + "\n"),
    "ifs": ("javascript", "function f(a){" + "if(a){" * 5_000 + "g();" + "}" * 5_000 + "}\n"),
    "indented ifs": ("python", "".join(" " * n + f"if a{n}:\n" for n in range(95)) + " " * 95 + "x()\n"),
    "sum": ("python", "def f(a):\n    return " + " + ".join(f"a{n}" for n in range(3_000)) + "\n"),
    "sum in c": ("c", "int f(int a) { return " + " + ".join(f"a{n}" for n in range(3_000)) + "; }\n"),
    "list literal": ("python", "X = [" + ", ".join(map(str, range(5_000))) + "]\n"),
    "map literal": ("javascript", "const X = {" + ", ".join(f"k{n}: {n}" for n in range(5_000)) + "};\n"),
    "calls in a chain": (
        "javascript",
        "function f(a){return a" + "".join(f".m{n}(x=>x.y)" for n in range(1_000)) + "}",
    ),
    "choices": ("javascript", "function f(a){return " + "".join(f"a==={n}?b{n}:" for n in range(1_000)) + "0}"),
    "lambdas": ("python", "def f(a):\n    return " + "lambda x: " * 400 + "x\n"),
    "negations": ("javascript", "function f(a){return " + "!" * 3_000 + "a}\n"),
    "functions": ("javascript", "function f(a){" * 300 + "}" * 300),
    "classes": ("java", "class A {" * 300 + "}" * 300),
    "elements": ("tsx", "const F = () => (" + "<div>" * 500 + "</div>" * 500 + ")"),
    "many lines": ("python", "x = 1\n" * 20_000),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("level", ["flow", "outline", "exact"])
def test_depth_and_length(converter: AICCLConverter, name: str, level: str) -> None:
    language, code = CASES[name]
    result = converter.convert_to_aiccl(code, language, level, "deep", views=level != "exact")
    assert 0 <= result.score <= 1
    if level != "exact":
        parse_document(result.text)


def chain(arms: int) -> str:
    lines = "".join(f"    elif kind == 'k{n}':\n        return handle_{n}(kind)\n" for n in range(arms))
    return f"def choose(kind):\n    if kind is None:\n        raise ValueError('no kind')\n{lines}    return None\n"


@pytest.mark.parametrize("arms", [300, 600])
def test_a_long_chain_is_a_table(converter: AICCLConverter, arms: int) -> None:
    result = converter.convert_to_aiccl(chain(arms), "python", path="chain.py")
    parse_document(result.text)
    assert result.outlined == 0
    assert f"{arms - 1}" in result.text and "no kind" in result.text


def test_a_file_keeps_what_is_not_deep(converter: AICCLConverter) -> None:
    language, code = CASES["ifs"]
    more = "function g(a) { const b = a.trim(); if (!b) { throw new Error('empty'); } return b.toLowerCase(); }\n"
    result = converter.convert_to_aiccl(code + more, language, path="deep.js")
    assert result.outlined == 1
    views = {view.chunk.name: view for view in result.views}
    assert views["f"].made_by == "outline" and views["f"].left_out
    assert "toLowerCase" in result.text


def test_a_call_that_ends_leaves_another_threads_its_room() -> None:
    began, go = threading.Event(), threading.Event()
    found: list[object] = []

    def down(levels: int) -> int:
        return down(levels - 1) + 1 if levels else 0

    def long() -> int:
        began.set()
        assert go.wait(60)
        return down(5_000)

    def run() -> None:
        try:
            found.append(deep.call(long))
        except RecursionError as error:
            found.append(error)

    usual = sys.getrecursionlimit()
    gates = threading.Event(), threading.Event()

    def first() -> None:
        gates[0].set()
        assert gates[1].wait(60)

    # One call begins before the long one, another after it; both end before it.
    early = threading.Thread(target=deep.call, args=(first,))
    early.start()
    assert gates[0].wait(60)
    thread = threading.Thread(target=run)
    thread.start()
    assert began.wait(60)
    gates[1].set()
    early.join()
    go.set()
    thread.join()
    assert found == [5_000] and sys.getrecursionlimit() == usual

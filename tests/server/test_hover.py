"""Hover: on definitions, on uses, while typing, and never of another text than the buffer's."""

from __future__ import annotations

import textwrap
from typing import Any

CODE = textwrap.dedent('''\
    import logging


    class Basket:
        """What a customer wants to buy."""

        def total(self, discount: float = 0.0) -> float:
            """The price of all items."""
            result = 0.0
            for item in self.items:
                if item.price is None:
                    raise ValueError("an item has no price")
                result = result + item.price * item.amount
            logging.info("total is %s", result)
            if discount > 0:
                result = result - result * discount
            return result


    def cheapest(baskets):
        best = None
        for basket in baskets:
            if basket.items is None or basket.closed:
                continue
            if best is None or basket.total() < best.total():
                best = basket
        return best


    def report(baskets):
        return cheapest(baskets).total(0.1)
    ''')


def value(answer: Any) -> str:
    return answer["contents"]["value"]


def test_a_definition_shows_its_view_and_figures(shared, tmp_path) -> None:
    uri = (tmp_path / "basket.py").as_uri()
    shared.open(uri, CODE)
    text = shared.hover_with("fidelity", uri, 6, 10)
    fence, rest = text.split("\n", 1)
    assert fence == "```aiccl"
    view, _, below = rest.partition("\n```\n")
    assert "total(" in view and "an item has no price" in view
    assert "× fewer tokens" in below and "by compiler" in below and "left out: logging" in below
    assert f"(aiccl:///outline{tmp_path}/basket.py?range=6-16)" in below
    assert "[exact](aiccl:///exact/" in below and "[whole file](aiccl:///flow/" in below
    answer = shared.hover(uri, 6, 10)
    assert answer["range"] == {"start": {"line": 6, "character": 8}, "end": {"line": 6, "character": 13}}


def test_only_the_name_of_a_definition_answers(shared, tmp_path) -> None:
    uri = (tmp_path / "basket.py").as_uri()
    shared.open(uri, CODE)
    shared.hover_with("cheapest", uri, 19, 6)
    assert shared.hover(uri, 20, 6) is None  # a local
    assert shared.hover(uri, 1, 0) is None  # an empty line
    assert shared.hover(uri, 900, 900) is None


def test_a_use_of_the_only_definition_shows_it(shared, tmp_path) -> None:
    uri = (tmp_path / "basket.py").as_uri()
    shared.open(uri, CODE)
    text = shared.hover_with("fidelity", uri, 30, 12)
    assert "best" in text
    assert shared.hover(uri, 30, 12)["range"]["start"] == {"line": 30, "character": 11}


def test_a_name_that_is_defined_twice_shows_nothing(shared, tmp_path) -> None:
    uri = (tmp_path / "twice.py").as_uri()
    shared.open(
        uri,
        "class A:\n    def go(self):\n        return 1\n\nclass B:\n    def go(self):\n        return 2\n\nA().go()\n",
    )
    shared.hover_with("go", uri, 1, 9)
    assert shared.hover(uri, 8, 5) is None
    shared.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_typing_elsewhere_takes_no_hover_away(shared, tmp_path) -> None:
    uri = (tmp_path / "typing.py").as_uri()
    shared.open(uri, CODE)
    before = shared.hover_with("fidelity", uri, 19, 6)
    for number in range(20):
        shared.change(uri, {"range": _range(0, 0, 0, 0), "text": f"import m{number}\n"})
        answer = shared.hover(uri, 20 + number, 6)
        assert answer is not None and value(answer).split("```")[1] == before.split("```")[1]


def test_a_changed_function_never_shows_its_old_view(shared, tmp_path) -> None:
    uri = (tmp_path / "changing.py").as_uri()
    shared.open(uri, CODE)
    shared.hover_with("fidelity", uri, 6, 10)
    for number in range(10):
        text = CODE.replace("an item has no price", f"reason {number}").replace("cheapest", f"cheapest{number}")
        shared.change(uri, {"text": text})
        answer = shared.hover(uri, 6, 10)
        assert answer is None or f"reason {number}" in value(answer) or "reason" not in value(answer)
        assert answer is None or "no price" not in value(answer)
    assert "reason 9" in shared.hover_with("reason 9", uri, 6, 10)


def test_a_line_added_below_belongs_to_the_function(shared, tmp_path) -> None:
    uri = (tmp_path / "below.py").as_uri()
    code = "def first(a, b):\n    if a:\n        b.run(a)\n    b.stop()\n\n\ndef second(a):\n    return a\n"
    shared.open(uri, code)
    shared.hover_with("first", uri, 0, 5)
    shared.change(uri, {"range": _range(4, 0, 4, 0), "text": "    b.wait_for_it()\n"})
    answer = shared.hover(uri, 0, 5)
    assert answer is None or "wait_for_it" in value(answer)
    shared.hover_with("wait_for_it", uri, 0, 5)


def test_a_syntax_error_while_typing_leaves_the_other_functions(shared, tmp_path) -> None:
    uri = (tmp_path / "broken.py").as_uri()
    shared.open(uri, CODE)
    shared.hover_with("fidelity", uri, 19, 6)
    shared.change(uri, {"text": CODE + "\n\ndef half(a, (\n    if x ==\n"})
    assert "best" in shared.hover_with("best", uri, 19, 6)
    shared.change(uri, {"text": "def half(a, (\n\n\n" + CODE})
    assert shared.hover_with("total", uri, 9, 10)


def test_decorators_types_and_overloads_do_not_mislead(shared, tmp_path) -> None:
    uri = (tmp_path / "Shop.java").as_uri()
    java = (
        "class Shop {\n"
        '  @Deprecated(since = "Shop")\n'
        "  public Shop merge(Shop other) {\n"
        '    if (other == null) { throw new IllegalArgumentException("no other"); }\n'
        "    for (Item item : other.items) { this.items.add(item); this.count = this.count + 1; }\n"
        "    return this;\n"
        "  }\n"
        "}\n"
    )
    shared.open(uri, java, "java")
    text = shared.hover_with("no other", uri, 2, 16)
    assert "merge" in text
    inside = shared.hover(uri, 2, 10)  # the return type, a use of the class
    assert inside is None or inside["range"]["start"]["character"] == 9


def test_untitled_buffers_are_answered_without_links(shared) -> None:
    uri = "untitled:Untitled-1"
    shared.open(uri, CODE)
    text = shared.hover_with("fidelity", uri, 19, 6)
    assert "aiccl:///" not in text


def test_uris_are_one_however_they_are_escaped(shared, tmp_path) -> None:
    plain = f"file://{tmp_path}/a folder/späti.py"
    shared.open(plain, CODE)
    escaped = f"file://{tmp_path}/a%20folder/sp%C3%A4ti.py"
    shared.hover_with("fidelity", escaped, 19, 6)


def test_no_language_no_text_too_large(shared, tmp_path) -> None:
    for name, text in (
        ("notes.txt", CODE),
        ("nul.py", "def f():\n    return '\0'\n"),
        ("line.py", "x = '" + "a" * 300_000 + "'\n" + CODE),
    ):
        uri = (tmp_path / name).as_uri()
        shared.open(uri, text, "plaintext" if name.endswith("txt") else "python")
        assert shared.hover(uri, 1, 5) is None
        assert shared.request("aiccl/view", {"textDocument": {"uri": uri}}) is None


def test_hover_of_a_document_that_is_not_open(shared, tmp_path) -> None:
    assert shared.hover((tmp_path / "nowhere.py").as_uri(), 0, 0) is None


def test_backticks_in_a_view_do_not_end_the_fence(shared, tmp_path) -> None:
    uri = (tmp_path / "ticks.py").as_uri()
    shared.open(uri, CODE.replace("an item has no price", "````"))
    text = shared.hover_with("fidelity", uri, 6, 10)
    assert text.startswith("`````aiccl\n")


def test_plain_text_for_clients_without_markdown(start, capabilities, tmp_path) -> None:
    capabilities["textDocument"]["hover"]["contentFormat"] = ["plaintext"]
    client = start()
    client.initialize(capabilities=capabilities)
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, CODE)
    text = client.hover_with("fidelity", uri, 19, 6)
    assert "```" not in text and "](" not in text
    assert client.hover(uri, 19, 6)["contents"]["kind"] == "plaintext"


def _range(line: int, character: int, to_line: int, to: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": character}, "end": {"line": to_line, "character": to}}

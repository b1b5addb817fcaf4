"""Whatever is written under the grammar reads as AICCL."""

from __future__ import annotations

import random

import pytest
from aiccl_converter.language.lexer import lex
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.model.grammar import Intent, Names, View
from aiccl_converter.model.words import WORDS

SOURCE = """
def reserve(self, sku, wanted):
    item = self.stock.find(sku)
    if item is None:
        raise UnknownItem("no such item (yet)")
    return Hold(sku=sku, wanted=wanted)
"""


def names() -> Names:
    return Names([SOURCE], WORDS)


def written(text: str, view: View | None = None) -> View:
    view = view or View(names())
    for c in text:
        assert view.allows(c), (view.text, c)
        view.take(c)
    return view


@pytest.mark.parametrize(
    "text",
    [
        '.stock.find(sku)>item|^!UnknownItem("no such item (yet)")\n^Hold{sku,wanted}',
        "item<-.stock{item.find(sku)}",
        "x={a:[1,(2)]}\n^x",
        "^'a(b'",
        "^`a\n(b`",
    ],
)
def test_a_view_can_be_written_and_ends(text: str) -> None:
    assert written(text).done


@pytest.mark.parametrize("text", ["^find(sku", '^"abc', "x={a:[1", "^`a"])
def test_a_view_does_not_end_while_something_is_open(text: str) -> None:
    assert not written(text).done


@pytest.mark.parametrize(
    ("start", "wrong"),
    [
        ("^find(sku", "]"),
        ("^sku", ")"),
        ("", "\n"),
        ("sku\n", "\n"),
        ("^sku", "\x07"),
        ("^sku", "é"),
        ('^"abc', "\n"),
        ("^.", "inventedname"),
        ("invented", "("),
        ("^", "invented_name"),
        ("^sku.find.", "stolen"),
    ],
)
def test_what_no_view_may_hold_is_not_allowed(start: str, wrong: str) -> None:
    assert not written(start).allows(wrong)


def test_a_name_may_grow_towards_a_known_one() -> None:
    view = written("^.sto")
    assert view.allows("ck")
    assert not view.allows("ol")


def test_a_name_that_the_view_gives_may_be_called() -> None:
    assert written("pick=sku\n").allows("pick")
    view = written("helper=find\n")
    assert view.allows("helper(")


def test_letters_of_the_source_are_allowed() -> None:
    assert View(names(), also="Ünicode").allows('"Ü')


def test_random_writing_under_the_grammar_always_passes_the_lexer() -> None:
    """A model that likes anything: pieces at random, ended wherever the grammar says that it may end."""
    chance = random.Random(7)
    pieces = [
        "(", ")", "[", "]", "{", "}", '"', "'", "`", "\\", "/", "\n", ";", ",", "?", ":", "^", "!", "|", ">", "<-", "=",
        "sku", "item", ".find", "UnknownItem", " ", "not ", "1", "\"\"\"", "r\"", "#", "@", "R:", "//", "'a'", "$", "&",
    ]  # fmt: skip
    ended = 0
    for _ in range(400):
        view = View(names())
        for _ in range(60):
            piece = chance.choice(pieces)
            if view.allows(piece):
                view.take(piece)
            if view.done and view.text.strip() and chance.random() < 0.1:
                break
        if view.done and view.text:
            ended += 1
            lex("f(a)\n" + view.text)
            parse_unit("f(a)\n" + view.text)
    assert ended > 50


def test_an_intent_is_one_line_of_words() -> None:
    intent = Intent()
    for piece in ("set", " stock", " aside"):
        assert intent.allows(piece)
        intent.take(piece)
    assert not intent.allows("\n")
    assert not intent.allows('" and more')
    assert intent.allows('."')
    intent.take('."')
    assert intent.closed
    assert intent.text == "set stock aside."


def test_an_intent_does_not_end_empty_or_run_on() -> None:
    assert not Intent().allows('"')
    intent = Intent()
    for _ in range(200):
        if not intent.allows(" word" if intent.text else "word"):
            break
        intent.take(" word" if intent.text else "word")
    assert len(intent.text) < 200
    assert intent.allows('"')

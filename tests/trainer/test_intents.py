"""Intents out of doc comments."""

from __future__ import annotations

import pytest
from aiccl_trainer.intents import GROUNDED, first_clause, from_doc, grounded, intent_of, tidy
from aiccl_trainer.samples import from_record

from .snippets import ROWS, row


@pytest.mark.parametrize(
    ("doc", "name", "intent"),
    [
        ("Returns the oldest order that is not paid.", "f", "return the oldest order that is not paid"),
        ("Tries to open the gate and closes it again.", "f", "try to open the gate and close it again"),
        ("Names fetches one page of the rows.", "Names", "fetch one page of the rows"),
        ("This method will send the bill to the customer", "f", "send the bill to the customer"),
        ("A helper function that sorts the given rows by age.", "f", "sort the given rows by age"),
        ("Used to decide who may enter.", "f", "decide who may enter"),
        ("<p>Closes the {@link Gate} for good.</p>\n@param gate which", "f", "close the Gate for good"),
        ("<summary>\nReads the next <see cref=\"Row\"/> of a page.\n</summary>\n<returns>x</returns>", "f",
         "read the next Row of a page"),
        ("Collects :class:`shop.Order` objects of a day.\n\n:param day: which", "f", "collect shop.Order objects of a day"),
        ("Moves `x` to [the store](http://s.example/x) at night.", "f", "move x to the store at night"),
        ("URL of the page that shows it", "f", "URL of the page that shows it"),
        ("Saves the row, e.g. after an edit. Then more.", "f", "save the row, e.g. after an edit"),
        ("Writes all of the rows to the disk, which takes a while if there are more of them than fit in memory", "f",
         "write all of the rows to the disk"),
        ('Says "no" to the user', "f", "say 'no' to the user"),
        ("Closes the shop and deletes what is left, or returns goods.", "f", "close the shop and delete what is left, or return goods"),
        ("Can be used to open any door at night", "f", "open any door at night"),
        ("Returns the command for 'gate'.", "f", "return the command for 'gate'"),
        ("@brief Counts the lost parcels of a week", "f", "count the lost parcels of a week"),
    ],
)  # fmt: skip
def test_a_sentence_becomes_an_intent(doc: str, name: str, intent: str) -> None:
    assert from_doc(doc, name) == intent


@pytest.mark.parametrize(
    "doc",
    [
        "",
        "Copyright 2020 Somebody. All rights reserved.",
        "Licensed under the Apache License, Version 2.0",
        "{@inheritDoc}",
        "@param x the x\n@return the y",
        ":param x: the x",
        "TODO: make this work for others",
        "x = foo(bar); y[0]->z",
        "eslint-disable-next-line no-console",
        "See the base class for how this works",
        "-----------------",
        "Is it open?",
        "Two words",
        "Sets of rows and",
        "Описание функции на русском языке",
        "Safety: the caller holds the lock",
        "word " * 30,
        "These are the rows of a table",
        "Gate cannot open doors that are locked",
        "As of version three the doors can be opened",
        "Available to subclasses for adding doors",
    ],
)
def test_what_is_no_intent(doc: str) -> None:
    assert from_doc(doc, "f") == ""


def test_what_only_says_the_name_again() -> None:
    assert from_doc("Gets the order total.", "getOrderTotal") == ""
    assert from_doc("Gets the order total without the tax.", "getOrderTotal") == "get the order total without the tax"


def test_docs_are_found_above_the_code_and_within() -> None:
    intents = [intent_of(from_record(row)) for row in ROWS]
    assert intents == [
        "set stock aside for a buyer until the hold runs out",
        "",
        "fetch one page of the rows that may be shown",
        "close a dialog and tell everybody who listens why",
        "",
    ]


@pytest.mark.parametrize("code", ["", "(((", "\x00", "def f(:", "}" * 500])
def test_odd_code_has_no_intent(code: str) -> None:
    assert intent_of(from_record(row("python", code))) == ""


def test_an_intent_that_was_written_as_one_is_only_tidied() -> None:
    assert tidy('  "Lazily" load the\n keys. ') == "'Lazily' load the keys"


@pytest.mark.parametrize(
    ("intent", "first"),
    [
        ("find a user by name, or raise", "find a user by name"),
        ("log, count, and store a row, newest first", "log, count, and store a row"),
        ("close it", "close it"),
        ("", ""),
    ],
)
def test_the_first_clause_says_something_by_itself(intent: str, first: str) -> None:
    assert first_clause(intent) == first


@pytest.mark.parametrize("text", ["x", "(", "[a](", "<a ", "`", "*", "\n", " \n * ", "a.", "'", "{@a ", "é"])
def test_long_odd_texts_are_read_in_linear_time(text: str) -> None:
    """What takes the square of a length would take minutes here, and the run would be ended."""
    from aiccl_trainer.collecting.functions import code_and_doc
    from aiccl_trainer.collecting.nearly import runs
    from aiccl_trainer.kinds import kind_of

    long = text * 200_000
    assert len(from_doc(long, "f")) < 2000
    assert kind_of(long, long[:300], "python")
    assert runs(long)
    assert len(code_and_doc(long.encode(), 0, len(long.encode()), len(long.encode()) // 2, long, "java")) == 2


@pytest.mark.parametrize(
    ("intent", "flow", "grounds"),
    [
        ("reserve stock for a buyer", "reserve(sku,buyer)\n.stock-=1", True),
        ("reserves the stocks", "reserve(sku)\n.stock-=1", True),
        ("work around a bug of older browsers", "fix(x)\n^x+1", False),
        ("it", "it()\n^1", False),
    ],
)
def test_a_doc_that_tells_what_the_code_does_not_show_is_told_apart(intent: str, flow: str, grounds: bool) -> None:
    assert (grounded(intent, flow) >= GROUNDED) is grounds

"""What of a model's answer is shown."""

from __future__ import annotations

import pytest
from aiccl_converter.converter import AICCLConverter
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.language.tree import Func
from aiccl_converter.model.acceptance import accept, sound_intent, sure_part, with_intent

CODE = """def rename(store, old, new):
    entry = store.load(old)
    if entry is None:
        raise KeyError("nothing to rename")
    entry.title = new.strip()
    entry.version = entry.version + 1
    store.save(entry)
    store.forget(old)
    return entry
"""
FLOW = AICCLConverter().convert_to_aiccl(CODE, "python").text
SHORTER = 'rename(store,old,new)\nentry=store.load(old)|^!KeyError("nothing to rename")\nentry.title=new.strip();entry.version+=1\nstore.save(entry);store.forget(old)\n^entry'
PADDED = FLOW.replace("store.save(entry)", "store.save(entry)\nentry.title=entry.title", 1)


def count(text: str) -> int:
    return len(text)


def shown(view: str, intent: str = ""):  # type: ignore[no-untyped-def]
    return accept(CODE, FLOW, intent, view, "python", count)


def test_a_shorter_view_that_passes_is_shown() -> None:
    assert len(SHORTER) < len(FLOW)
    found = shown(SHORTER)
    assert found.steps_by == "model"
    assert found.tokens < len(FLOW)


@pytest.mark.parametrize(
    "view",
    [
        SHORTER.replace("nothing to rename", "nothing to move"),
        SHORTER.replace("store.forget(old)", "store.publish(old)"),
        SHORTER.replace("store.load(old)|^!", "store.load(old)?^!"),
        PADDED + "\n# and a very long line that makes it longer than the compiler's own",
        "rename(store,old,new)\n((",
        "",
    ],
)
def test_what_fails_or_is_longer_is_never_shown_whole(view: str) -> None:
    found = shown(view)
    assert found.steps_by != "model"
    assert found.tokens <= len(FLOW)
    for wrong in ("nothing to move", "publish"):
        assert wrong not in found.text


def test_the_header_is_the_compilers() -> None:
    found = shown(SHORTER.replace("rename(store,old,new)", "rename(a,b)"))
    assert found.text.startswith("rename(store,old,new)")


def test_an_intent_stands_in_the_header_and_reads_back() -> None:
    found = shown("", "give an entry a new title")
    unit = parse_unit(found.text)
    assert isinstance(unit, Func)
    assert unit.intent == found.intent == "give an entry a new title"
    assert with_intent(FLOW, 'with a "quote"') == FLOW


def test_an_intent_leaves_the_rest_of_a_view_as_it_is() -> None:
    code = "def load(path):\n    with open(path) as file:\n        rows = json.load(file)\n    return [row for row in rows if row.live]\n"
    flow = AICCLConverter().convert_to_aiccl(code, "python").text
    assert with_intent(flow, "load the live rows").replace(' "load the live rows"', "") == flow


@pytest.mark.parametrize(
    "intent",
    [
        "",
        "rename",
        "call store.invented on it",
        "use fetchEverything for the entry",
        "set set the title of it",
        "one of the one of the one of the rest",
        " ".join(["word"] * 8 + [f"w{'x' * n}" for n in range(12)]),
    ],
)
def test_an_intent_that_says_nothing_or_invents_is_left_out(intent: str) -> None:
    assert sound_intent(intent, CODE, FLOW) == ""


def test_an_intent_may_name_what_the_source_names() -> None:
    assert sound_intent("load the entry by store.load and give it a title.", CODE, FLOW).endswith("a title")


@pytest.mark.parametrize(
    ("least", "kept"),
    [
        (0.0, "open the gate, closing it again and ring the bell"),
        (0.3, "open the gate, closing it again"),
        (0.6, "open the gate"),
        (0.95, ""),
    ],
)
def test_clauses_that_the_model_is_not_sure_of_are_cut(least: float, kept: str) -> None:
    said = [
        ("open", 0.9), (" the", 0.9), (" gate", 0.8), (",", 0.4), (" closing", 0.5), (" it", 0.6), (" again", 0.5),
        (" and", 0.3), (" ring", 0.1), (" the", 0.2), (" bell", 0.1), ('"\n', 0.9),
    ]  # fmt: skip
    assert sure_part(said, least) == kept

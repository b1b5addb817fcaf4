"""Nothing that is said to the check makes it crash, and the same question has one answer."""

from __future__ import annotations

import sys
from pathlib import Path

from aiccl_converter.compiler import lower_unit
from aiccl_converter.fidelity import check, compare, extract
from hypothesis import given, settings
from hypothesis import strategies as st

SOURCE = """
def move(self, item, shelf, limit=40):
    if item.weight > limit:
        raise TooHeavy("item too heavy")
    for place in shelf.places:
        if place.free:
            self.log_move(item, place)
            place.put(item, note="moved")
            return place
    if shelf.backup:
        shelf.backup.store(item)
    else:
        self.queue.append(item)
    return None
"""

VIEW = """move(item,shelf,limit=40)
item.weight>limit?^!TooHeavy("item too heavy")
p<-shelf.places{p.free?{.log_move(item,p);p.put(item,note="moved");^p}}
shelf.backup?shelf.backup.store(item):.queue.append(item)
^None"""


def test_the_view_itself_passes() -> None:
    assert check(SOURCE, VIEW, "python").passed


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    report = check(SOURCE, text, "python")
    assert 0.0 <= report.score <= 1.0
    assert isinstance(str(report), str)


@given(
    st.integers(0, len(VIEW)),
    st.integers(0, 40),
    st.sampled_from(["", "{", "}", "?", "^", '"', "|", "\n", "not ", "(", "x"]),
)
@settings(max_examples=120, deadline=None)
def test_damaged_views_are_answered(at: int, cut: int, put: str) -> None:
    report = check(SOURCE, VIEW[:at] + put + VIEW[at + cut :], "python")
    assert 0.0 <= report.score <= 1.0


def test_what_cannot_be_read_says_so() -> None:
    report = check(SOURCE, 'f(x){"', "python")
    assert report.error and not report.passed
    assert not check("def f(:", "f()", "klingon").passed


def test_deep_nesting_does_not_overflow() -> None:
    deep = "f(x)\n" + "x?{" * 5000 + "g()" + "}" * 5000
    assert not check(SOURCE, deep, "python").passed
    source = "def f(x):\n    return " + "g(" * 300 + "x" + ")" * 300 + "\n"
    tree = lower_unit(source, "python")
    assert compare(tree, list(tree), "python").passed


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_mutants_of_a_plain_view_are_caught(seed: int) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
    try:
        from mutants import mutants
    finally:
        sys.path.pop(0)
    (tree,) = lower_unit(SOURCE, "python")
    source = extract(tree)
    for kind, what, faulty in mutants(tree, seed):
        report = compare(source, [faulty], "python", source_text=SOURCE)
        assert not report.passed, f"{kind}: {what}"


def test_the_answer_is_the_same_every_time() -> None:
    broken = VIEW.replace("p.free", "!p.free")
    assert str(check(SOURCE, broken, "python")) == str(check(SOURCE, broken, "python"))

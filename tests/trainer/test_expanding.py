"""Code asked for from views: what was answered belongs to the view that was shown, and no view is paid for twice."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from aiccl_trainer.pairs import Pair, pair_id
from aiccl_trainer.progress import Progress
from aiccl_trainer.validating import expanding

from .conftest import Claude
from .snippets import RESERVE, RESERVE_VIEW, TOTALS

MODEL = "claude-sonnet-4-6"


def pair(code: str = RESERVE, view: str = RESERVE_VIEW, teacher: str = MODEL) -> Pair:
    return Pair(
        pair_id("python", code),
        "python",
        "p",
        "x.py",
        "MIT",
        "api",
        "simple",
        code,
        view,
        view,
        "",
        teacher,
        "train",
        1,
        1,
    )


def expand(folder: Path, *pairs: Pair) -> dict[str, str]:
    arguments = Namespace(yes=True, retries=1, pause=0, price=None)
    with Progress(folder, "expand", quiet=True) as progress:
        return expanding.expand(arguments, folder, MODEL, list(pairs), progress)


def test_another_view_of_a_function_is_asked_about_and_the_same_one_is_not(claude: Claude, tmp_path: Path) -> None:
    """As after a model was trained anew: its views are others, the functions are the same."""
    pytest.importorskip("anthropic")
    old, new = pair(), pair(view="reserve(sku)\n^sku")
    said = replace(new, intent="set stock aside")
    claude.answer = lambda parameters: f"```python\ndef answer():\n    return {len(claude.messages)}\n```"
    answers = [expand(tmp_path, shown)[old.id] for shown in (old, new, said, old, new, said)]
    assert [int(text.split()[-1]) for text in answers] == [1, 2, 3, 1, 2, 3]
    assert claude.asked == 3


def test_only_what_was_asked_for_is_given_back(claude: Claude, tmp_path: Path) -> None:
    """An answer about a view that nobody has any more says nothing of today's."""
    pytest.importorskip("anthropic")
    claude.answer = lambda parameters: "```python\npass\n```"
    expand(tmp_path, pair(), pair(TOTALS, "totals(orders)"))
    assert list(expand(tmp_path, pair())) == [pair().id] and claude.asked == 2


def test_two_teachers_pairs_of_a_function_are_not_both_chosen() -> None:
    """Code that came back hangs on the function: it would be held against the other's view."""
    by_claude, other = pair(), pair(TOTALS, "totals(orders)", teacher="docs")
    both = [pair(teacher="compiler", view="reserve(sku)"), by_claude, other]
    for some in (both, both[::-1]):
        chosen = expanding.chosen(some, 5, 0)
        assert len(chosen) == 2 and by_claude in chosen and other in chosen

"""Copies and near copies, and neighbours."""

from __future__ import annotations

import random

from aiccl_trainer.collecting.nearly import alike, copies, runs
from aiccl_trainer.validating.consistency import consistency, neighbours

from .snippets import CLOSE, NAMES, PRICE, RESERVE, TOTALS


def text(seed: int, words: int = 120) -> str:
    """A text that has next to nothing in common with that of another seed."""
    draw = random.Random(seed)
    return " ".join(f"w{draw.randrange(500)}" for _ in range(words))


def test_copies_are_found_and_others_are_not() -> None:
    codes = [RESERVE, TOTALS, NAMES, CLOSE, PRICE]
    found = copies([*codes, *(code + "\n" for code in codes), RESERVE.replace("# x", "")])
    assert found == {5: 0, 6: 1, 7: 2, 8: 3, 9: 4, 10: 0}


def test_layout_and_comments_do_not_matter() -> None:
    assert copies([NAMES, NAMES.replace("\t", "    "), "// fetches\n" + NAMES]) == {1: 0, 2: 0}


def test_a_few_changed_words_are_a_near_copy() -> None:
    words = text(1).split()
    changed = words[:]
    changed[60] = "other"
    assert copies([" ".join(words), " ".join(changed)]) == {1: 0}
    for at in range(0, 120, 6):
        changed[at] = "other"
    assert copies([" ".join(words), " ".join(changed)]) == {}


def test_near_copies_are_found_among_many() -> None:
    """Nine in ten of those that share at least 0.85 of their runs; none that share less than the threshold."""
    codes = [text(seed) for seed in range(400)]
    wanted = []
    for seed in range(200):
        words = codes[seed].split()
        words[random.Random(seed).randrange(120)] = "other"
        codes.append(" ".join(words))
        wanted.append(alike(runs(codes[seed]), runs(codes[-1])) >= 0.85)
    found = copies(codes, 0.85)
    right = [found.get(400 + seed) == seed for seed in range(200)]
    assert sum(r and w for r, w in zip(right, wanted, strict=True)) >= 0.9 * sum(wanted) > 0
    assert all(alike(runs(codes[a]), runs(codes[b])) >= 0.85 for a, b in found.items())


def test_the_earlier_one_is_never_a_copy_itself() -> None:
    chain = [text(3)]
    for n in range(20):
        words = chain[-1].split()
        words[n] = "other"
        chain.append(" ".join(words))
    found = copies(chain)
    assert found and not set(found.values()) & set(found)


def test_short_and_empty_codes() -> None:
    assert copies(["", "", "a", "a b", "a"]) == {1: 0, 4: 2}


def test_neighbours_are_alike_but_need_not_be_copies() -> None:
    words = text(7).split()
    changed = words[:]
    for at in range(0, 120, 15):
        changed[at] = "other"
    assert neighbours([text(8), " ".join(words), text(9), " ".join(changed)]) == [(1, 3)]


def test_views_of_alike_code_are_compared() -> None:
    codes = ("a b c d e f", "a b c d e g")
    assert consistency(codes, ("x y z", "x y z")) == 1.0
    assert consistency(codes, ("a b c", "x y z")) == 0.0
    assert 0 < consistency(codes, ("a b c", "a y z")) < 1

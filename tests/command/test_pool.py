"""The pool: answers in order, and a worker's death is one item's answer."""

from __future__ import annotations

import sys

import pytest
from aiccl_converter.errors import WorkerDied
from aiccl_converter.files import deep, pool

EXIT = "__import__('os')._exit(3)"
KILL = "__import__('os').kill(__import__('os').getpid(), 9)"


def died(item: str, error: WorkerDied) -> str:
    return str(error)


def answers(items: list[str], jobs: int | None) -> list[object]:
    # `eval` is a function that every process can import, so the items say what happens.
    return list(pool.run(eval, items, jobs, died))


@pytest.mark.parametrize("jobs", [1, 2, 4, None])
def test_answers_come_in_order(jobs: int | None) -> None:
    items = [f"(__import__('time').sleep({0.05 if i % 5 == 0 else 0}), {i})[1]" for i in range(20)]
    assert answers(items, jobs) == list(range(20))


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_deaths() -> None:
    items = ["1", EXIT, "2", KILL, EXIT, "3", KILL]
    told = [
        f"the process converting it {how}; try this file alone, or report it"
        for how in ("ended with code 3", "was ended by signal 9")
    ]
    assert answers(items, 2) == [1, told[0], 2, told[1], told[0], 3, told[1]]


def test_a_death_costs_one_item_of_those_at_hand() -> None:
    ends = {0, 1, 17, 50, 51, 99}
    got = answers([EXIT if i in ends else str(i) for i in range(100)], 2)
    assert [i for i, answer in enumerate(got) if answer != i] == sorted(ends)


def test_an_exception_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        answers(["1", "1/0", "2"], 2)


def test_large_answers() -> None:
    assert [len(answer) for answer in answers(["'x' * 5_000_000"] * 5, 2)] == [5_000_000] * 5


def test_nothing_to_do() -> None:
    assert answers([], 4) == []


def test_deep_recursion_has_room() -> None:
    def down(n: int) -> int:
        return 0 if n == 0 else 1 + down(n - 1)

    assert deep.call(down, 8_000) == 8_000
    with pytest.raises(RecursionError):
        deep.call(down, 1_000_000)

"""Which rows are trained on, in which order: all of a run, told in advance by recipe, data and seed.

Contract: the same examples and recipe give the same rows, on every machine; `Schedule.mark` is a hash of them, which
a checkpoint remembers, so that a run never goes on with other data.
"""

from __future__ import annotations

import hashlib
import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from aiccl_trainer.errors import NoData
from aiccl_trainer.fitting.examples import Example
from aiccl_trainer.fitting.packing import Row, pack
from aiccl_trainer.fitting.recipe import Recipe, Stage


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows of a run in their order, and what they come from."""

    rows: list[Row]
    mark: str
    tokens: int
    learnt: int


def plan(examples: Sequence[Example], recipe: Recipe) -> Schedule:
    """The schedule. Raises NoData where no stage finds a pair."""
    rows: list[Row] = []
    for number, stage in enumerate(recipe.stages):
        chosen = [e for e in examples if is_taught_by(e.teacher, stage.teachers)]
        rows += pack(_drawn(chosen, stage, random.Random(f"{recipe.seed} {number}")), recipe.row_tokens)
    if not rows:
        raise NoData(
            f"no pair of the teachers {', '.join(t for s in recipe.stages for t in s.teachers)} fits into a row of "
            f"{recipe.row_tokens} tokens; see `stages` and `row_tokens` of the recipe"
        )
    digest = hashlib.sha256()
    for row in rows:
        digest.update(array("i", row.ids).tobytes())
    return Schedule(
        rows,
        digest.hexdigest()[:16],
        sum(1 for row in rows for s in row.segments if s),
        sum(sum(row.learnt) for row in rows),
    )


def is_taught_by(teacher: str, wanted: Sequence[str]) -> bool:
    """Whether a pair's teacher is one of those that a stage names (`Stage.teachers`)."""
    return any(w == "*" or teacher == w or teacher.startswith(w + "-") for w in wanted)


def _drawn(chosen: list[Example], stage: Stage, chance: random.Random) -> list[Example]:
    """A stage's examples: shuffled anew each time round, the last time as far as its share or the tokens go."""
    out: list[Example] = []
    left, room = stage.epochs, stage.tokens or float("inf")
    while left > 0 and chosen:
        turn = list(chosen)
        chance.shuffle(turn)
        for example in turn[: max(1, round(len(turn) * min(1.0, left)))]:
            room -= len(example.ids)
            if room < 0:
                return out
            out.append(example)
        left -= 1.0
    return out

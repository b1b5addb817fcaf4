"""Two further questions about a model's views: does alike code get alike views, and does code come back from them?

Contract: `twins` picks pairs of alike functions, `consistency` judges what was shown of them; `shown_pair` is a
function with what a user would be shown of it, which `validating.expanding` takes, and `expansion` compares the code
that came back with the function's own by facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiccl_trainer.evaluating.measure import Item, share
from aiccl_trainer.pairs import Pair
from aiccl_trainer.validating import consistency as alike
from aiccl_trainer.validating import expanding

STEADY = 0.5
"""Views of alike code that differ more than twice as much as their codes do are unsteady."""
FAITHFUL = 0.85
"""The share of facts from which code that came back counts as the same."""


def twins(pairs: Sequence[Pair], number: int) -> list[tuple[Pair, Pair]]:
    """Alike functions of one language, each function once, at most `number` of them."""
    out: list[tuple[Pair, Pair]] = []
    taken: set[str] = set()
    for one, other in alike.neighbours([p.code for p in pairs]):
        a, b = pairs[one], pairs[other]
        if len(out) < number and a.language == b.language and a.id != b.id and not {a.id, b.id} & taken:
            out.append((a, b))
            taken |= {a.id, b.id}
    return out


def consistency(found: Sequence[tuple[Item, Item]]) -> dict[str, float]:
    """How steady what is shown is over alike functions, intents among it."""
    marks = [alike.consistency((a.pair.code, b.pair.code), (a.shown, b.shown)) for a, b in found]
    return {"consistency": share(sum(mark >= STEADY for mark in marks), len(marks))}


def shown_pair(item: Item) -> Pair:
    """The function with the view that is shown of it."""
    return replace(item.pair, view=item.shown, intent="")


def expansion(items: Sequence[Item], codes: Mapping[str, str]) -> dict[str, float]:
    """Of the functions that code came back for: the mean share of facts, and how many have nearly all of them."""
    marks = [
        expanding.compared(item.pair.code, codes[item.pair.id], item.pair.language)[0]
        for item in items
        if item.pair.id in codes
    ]
    return {
        "expanded": len(marks),
        "expansion": share(sum(marks), len(marks)),
        "expands": share(sum(mark >= FAITHFUL for mark in marks), len(marks)),
    }

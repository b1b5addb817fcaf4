"""When to trust a model's intents: a small logistic model over its doubt and words, fitted to what readers said.

Contract: `fitted(items, answers, verdicts, most_wrong)` gives what `export --trust` puts into a manifest: weights and
the least chance, above which no more than `most_wrong` of the judged intents are wrong. That share is taken from
functions that the weights were not fitted to (cross-validation), so that it holds for others as well.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from aiccl_converter.model import trust

from aiccl_trainer.errors import NoData
from aiccl_trainer.evaluating.measure import Item

FOLDS = 5
ROUNDS = 20
"""Cuts into folds, whose chances are averaged: one alone depends on luck."""
PENALTY = 3.0
"""Of the squared weights, for features of variance 1."""
LEAST = 60
"""Judged intents below which nothing is fitted."""
FEWEST = 15
"""Intents at the top of which shares are not yet taken: too few to be a share."""


def fitted(
    items: Sequence[Item], answers: Mapping[str, dict[str, Any]], verdicts: Mapping[str, str], most_wrong: float
) -> dict[str, Any]:
    """Weights, threshold, and how they did. Raises NoData for too few verdicts."""
    import numpy

    rows, right = [], []
    for item in items:
        said = [(str(p), float(c)) for p, c in answers.get(item.pair.id, {}).get("said", ())]
        found = trust.features(said, item.pair.code, item.pair.flow)
        if found and item.pair.id in verdicts:
            rows.append(found)
            right.append(verdicts[item.pair.id] != "wrong")
    if len(rows) < LEAST or len(set(right)) < 2:
        raise NoData(f"--trust: {len(rows)} judged intents; {LEAST} of both kinds are needed at least")
    features, wanted = numpy.array(rows, float), numpy.array(right, float)
    middle, spread = features.mean(0), features.std(0)
    spread[spread == 0] = 1
    scaled = (features - middle) / spread
    chances = numpy.zeros(len(rows))
    for turn in range(ROUNDS):
        order = list(range(len(rows)))
        random.Random(turn).shuffle(order)
        for fold in range(FOLDS):
            out = order[fold::FOLDS]
            kept = numpy.setdiff1d(order, out)
            chances[out] += _chances(scaled[out], _fit(scaled[kept], wanted[kept])) / ROUNDS
    best = _cut(chances, wanted, most_wrong)
    weights = _fit(scaled, wanted)
    plain = weights[:-1] / spread
    bias = weights[-1] - float((plain * middle).sum())
    return {
        "weights": [round(float(w), 5) for w in [*plain, bias]],
        "least": round(float(numpy.sort(chances)[::-1][best - 1]), 4) if best else 1.0,
        "judged": len(rows),
        "shown": round(best / len(rows), 4),
        "wrong": round(float(1 - wanted[numpy.argsort(-chances)[:best]].mean()), 4) if best else 0.0,
    }


def _cut(chances: Any, wanted: Any, most_wrong: float) -> int:
    """How many of the surest are shown: as many as may be, with no more wrong among them."""
    import numpy

    wrong = numpy.cumsum(1 - wanted[numpy.argsort(-chances, kind="stable")])
    good = [n for n in range(FEWEST, len(wanted) + 1) if wrong[n - 1] <= most_wrong * n]
    return max(good, default=0)


def _fit(features: Any, wanted: Any) -> Any:
    """Weights and bias of a logistic regression, by Newton's method."""
    import numpy

    rows = numpy.c_[features, numpy.ones(len(features))]
    weights = numpy.zeros(rows.shape[1])
    penalty = numpy.full(rows.shape[1], PENALTY)
    penalty[-1] = 1e-6
    for _ in range(50):
        chances = 1 / (1 + numpy.exp(-rows @ weights))
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + numpy.diag(penalty)
        weights = weights + numpy.linalg.solve(bend, rows.T @ (wanted - chances) - penalty * weights)
    return weights


def _chances(features: Any, weights: Any) -> Any:
    import numpy

    return 1 / (1 + numpy.exp(-(numpy.c_[features, numpy.ones(len(features))] @ weights)))

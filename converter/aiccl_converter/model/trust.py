"""How likely an intent is true: what a model's own doubt and the words that the code has tell together.

Contract: `features(..)` gives FEATURES numbers of an intent; `chance(weights, ..)` the logistic model over them that
the trainer fitted to what readers of the code said, 0 to 1. Small: nothing here knows what code means.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

FEATURES = 9
"""Numbers of an intent; a manifest has one weight for each, and one more that stands alone."""
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SMALL = frozenset(
    """a an the of to in on at by for from with and or into as is are be this that it its if when given all any
    new""".split()
)


def chance(weights: Sequence[float], said: Sequence[tuple[str, float]], code: str, flow: str) -> float:
    """That an intent is true, by weights that were fitted; 0 where nothing was said."""
    found = features(said, code, flow)
    if not found or len(weights) != FEATURES + 1:
        return 0.0
    total = weights[-1] + sum(w * x for w, x in zip(weights, found, strict=False))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def features(said: Sequence[tuple[str, float]], code: str, flow: str) -> tuple[float, ...]:
    """Logarithms of probabilities (of all tokens, the least two, the first), shares of words that stand in the code and
    in the function's name, and sizes. Empty where nothing was said."""
    logs = sorted(math.log(max(c, 1e-9)) for _, c in said)
    words = [w for w in _words("".join(piece for piece, _ in said)) if w not in _SMALL]
    if not logs or not words:
        return ()
    known = {w[:4] for w in _words(code)}
    name = {w[:4] for w in _words(flow.split("(", 1)[0].split("\n", 1)[0])}
    return (
        sum(logs) / len(logs),
        logs[0],
        logs[min(1, len(logs) - 1)],
        math.log(max(said[0][1], 1e-9)),
        sum(w[:4] in known for w in words[1:]) / max(1, len(words) - 1),
        sum(w[:4] in name for w in words) / len(words),
        float(words[0][:4] in name),
        len(words) / 10,
        math.log(1 + len(code)),
    )


def _words(text: str) -> list[str]:
    return [w.lower() for w in _PIECE.findall(text)]

"""Which intents may be shown: the model's doubt and the words that the code has."""

from __future__ import annotations

import math

import pytest
from aiccl_converter.model.acceptance import sure_intent
from aiccl_converter.model.trust import FEATURES, chance, features

CODE = "def close_door(self, door):\n    self.doors.remove(door)\n    door.lock()\n"
FLOW = "close_door(door)\n.doors.remove(door)\ndoor.lock()"
SAID = [("close", 0.9), (" a", 0.8), (" door", 0.5), ('"', 0.7)]


def test_features_are_doubt_words_and_sizes() -> None:
    found = features(SAID, CODE, FLOW)
    assert len(found) == FEATURES
    mean, least, second, first, known, named, verb, words, size = found
    assert math.isclose(math.exp(least), 0.5) and math.isclose(math.exp(second), 0.7)
    assert math.isclose(math.exp(first), 0.9) and least < mean < first
    assert (known, named, verb, words) == (1.0, 1.0, 1.0, 0.2) and size > 4
    other = features([("open", 0.9), (" a", 0.8), (" window", 0.5)], CODE, FLOW)
    assert other[4:7] == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("said", [[], [('"', 0.5)], [(" the", 0.5)]])
def test_what_says_nothing_has_no_chance(said: list[tuple[str, float]]) -> None:
    assert features(said, CODE, FLOW) == ()
    assert chance([1.0] * (FEATURES + 1), said, CODE, FLOW) == 0.0


def test_weights_decide_what_is_shown() -> None:
    known = [0.0] * FEATURES + [0.0]
    known[4], known[-1] = 4.0, -2.0  # only what stands in the code
    assert sure_intent(SAID, CODE, FLOW, 0.8, known) == "close a door"
    assert sure_intent([("open", 0.9), (" a", 0.9), (" window", 0.9)], CODE, FLOW, 0.8, known) == ""
    assert sure_intent(SAID, CODE, FLOW, 0.8, known[1:]) == ""  # weights of another version
    assert sure_intent(SAID, CODE, FLOW, 0.6) == "close a door"  # none: the clause's own confidence

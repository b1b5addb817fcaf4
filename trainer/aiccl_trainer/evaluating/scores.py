"""How near an intent is to a person's: chrF, BLEU-4 smoothed as in CodeSearchNet's tasks, and retrieval.

Contract: pure functions of texts. Retrieval asks: of 100 functions, which does the intent tell? Functions are ranked
by the words that they share with it (BM25 over the parts of their names), comments and docs left out, so that
nothing is found by its own doc.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
AMONG = 100


def chrf(told: Sequence[str], wanted: Sequence[str]) -> float:
    """Of all intents together, 0 to 100."""
    import sacrebleu

    return float(sacrebleu.corpus_chrf(list(told), [list(wanted)]).score) if told else 0.0


def chrf_one(told: str, wanted: str) -> float:
    """Of one intent, 0 to 100."""
    import sacrebleu

    return float(sacrebleu.sentence_chrf(told, [wanted]).score)


def bleu4(told: Sequence[str], wanted: Sequence[str]) -> float:
    """The mean of sentence BLEU-4, counts beyond single words smoothed by one (Lin and Och 2004), 0 to 100."""
    return 100 * sum(map(_bleu, told, wanted)) / len(told) if told else 0.0


def _bleu(told: str, wanted: str) -> float:
    mine, theirs = _words(told), _words(wanted)
    if not mine or not theirs:
        return 0.0
    total = 0.0
    for n in range(1, 5):
        have = Counter(tuple(mine[i : i + n]) for i in range(len(mine) - n + 1))
        want = Counter(tuple(theirs[i : i + n]) for i in range(len(theirs) - n + 1))
        right, all_ = sum((have & want).values()), sum(have.values())
        if n > 1:
            right, all_ = right + 1, all_ + 1
        if not right or not all_:
            return 0.0
        total += math.log(right / all_)
    return min(1.0, math.exp(1 - len(theirs) / len(mine))) * math.exp(total / 4)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


def ranks(intents: Sequence[str], codes: Sequence[str], seed: int = 0) -> list[int]:
    """For each intent the rank of its own function among `AMONG` (or as many as there are), 1 the best. Equals rank
    behind: an intent that says nothing finds nothing."""
    bags = [Counter(parts(code)) for code in codes]
    lengths = [sum(bag.values()) for bag in bags]
    mean = sum(lengths) / max(1, len(lengths))
    spread = Counter(word for bag in bags for word in bag)
    chance = random.Random(seed)
    out = []
    for own, intent in enumerate(intents):
        others = [i for i in range(len(codes)) if i != own]
        chance.shuffle(others)
        asked = set(parts(intent))

        def score(index: int, asked: set[str] = asked) -> float:
            bag, total = bags[index], 0.0
            for word in asked:
                if word in bag:
                    rare = math.log(1 + (len(bags) - spread[word] + 0.5) / (spread[word] + 0.5))
                    total += rare * bag[word] * 2.2 / (bag[word] + 1.2 * (0.25 + 0.75 * lengths[index] / mean))
            return total

        mine = score(own)
        out.append(1 + sum(1 for i in others[: AMONG - 1] if score(i) >= mine))
    return out


def parts(text: str) -> list[str]:
    """The words in names, by their stems."""
    return [_stem(word.lower()) for word in _PART.findall(text)]


def _stem(word: str) -> str:
    for end in ("ing", "ies", "es", "ed", "s", "e"):
        if word.endswith(end) and len(word) - len(end) > 2:
            return word[: -len(end)]
    return word

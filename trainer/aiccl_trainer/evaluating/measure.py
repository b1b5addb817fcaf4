"""Answers to figures: what parses, what the check accepts, what beats the compiler, how near the intents are.

Contract: `judge` gives one `Item` a function, `figures` sums up any of them. An item is judged by what a user would
be shown (`model.acceptance`), and beside it what the model wrote by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiccl_converter.model import prompt
from aiccl_converter.model.acceptance import accept, sure_intent, with_intent
from aiccl_converter.model.trust import chance

from aiccl_trainer.compiled import count, scored
from aiccl_trainer.evaluating import scores
from aiccl_trainer.pairs import Pair


@dataclass(slots=True)
class Item:
    """One function."""

    pair: Pair
    answered: bool
    parses: bool
    """The model's own view, as it wrote it, reads as AICCL."""
    passes: bool
    """The check accepts it whole."""
    raw_invented: int
    shown_invented: int
    steps_by: str
    shown: str
    """The view that a user sees, with its intent."""
    intent: str
    """As it is shown; empty where none is."""
    raw_intent: str
    confidence: float
    """Of the whole intent that it wrote: `trust.chance`, or the geometric mean of its tokens' probabilities."""
    fidelity: float
    source_tokens: int
    flow_tokens: int
    shown_tokens: int
    """Without the intent."""
    intent_tokens: int
    tokens: int
    seconds: float
    cpu_seconds: float
    memory: float
    """The most that the asking process had had by then, in MB; 0: unknown."""

    @property
    def shorter(self) -> bool:
        """The model's steps are shown: they passed, and they are shorter than the compiler's."""
        return self.steps_by in ("model", "mixed")

    @property
    def better(self) -> bool:
        """Shorter, or an intent where there was none."""
        return self.shorter or bool(self.intent)


def judge(
    pair: Pair,
    answer: dict[str, Any] | None,
    least_confidence: float = 0.0,
    writes: str = "view",
    weights: Sequence[float] = (),
) -> Item:
    """One function's item; `answer` None or without a view: the compiler alone. What a model that writes intents
    alone answers is read as the view that it makes: the flow with that intent."""
    from aiccl_converter.language.errors import ParseError
    from aiccl_converter.language.parser import parse_unit

    told = answer or {}
    view, raw_intent = str(told.get("view", "")), str(told.get("intent", ""))
    if writes == "intent" and raw_intent:
        view = with_intent(pair.flow, raw_intent)
    parses, passes, raw_invented = False, False, 0
    if view:
        try:
            parse_unit(view)
            parses = True
        except (ParseError, RecursionError):
            pass
        report = scored(pair.code, view, pair.language)
        passes, raw_invented = report.passed, len(report.invented)
    said = [(str(piece), float(chance)) for piece, chance in told.get("said", ())]
    sure = sure_intent(said, pair.code, pair.flow, least_confidence, weights)
    confidence = math.exp(sum(math.log(max(c, 1e-9)) for _, c in said) / len(said)) if said else 1.0
    if weights:
        confidence = chance(weights, said, pair.code, pair.flow)
    if pair.view == pair.flow:
        of_flow = pair.score
    else:  # the score is that of a view by another hand
        of_flow = scored(pair.code, pair.flow, pair.language).score
    shown = accept(pair.code, pair.flow, sure, view, pair.language, count, flow_score=of_flow)
    flow_tokens = count(pair.flow)
    plain = accept(pair.code, pair.flow, "", view, pair.language, count).text if shown.intent else shown.text
    invented = 0
    fidelity = shown.score
    if shown.steps_by != "compiler":
        final = scored(pair.code, plain, pair.language)
        invented, fidelity = len(final.invented), final.score
    return Item(
        pair, bool(told.get("tokens")), parses, passes, raw_invented, invented, shown.steps_by, shown.text,
        shown.intent, raw_intent, confidence, fidelity,
        count(pair.code), flow_tokens, count(plain), shown.tokens - count(plain),
        int(told.get("tokens", 0)), float(told.get("seconds", 0)), float(told.get("cpu_seconds", 0)),
        float(told.get("memory", 0)),
    )  # fmt: skip


def figures(items: Sequence[Item]) -> dict[str, float]:
    """The sums of some items. Shares are 0 to 1; `nan` where there is nothing to take a share of."""
    answered = [i for i in items if i.answered]
    wrote = [i for i in answered if i.parses or i.raw_invented or i.passes]
    shorter, better = [i for i in items if i.shorter], [i for i in items if i.better]
    compared = [i for i in items if i.pair.intent]
    told = [i.intent for i in compared]
    wanted = [i.pair.intent for i in compared]
    seconds = sum(i.seconds for i in answered)
    return {
        "functions": len(items),
        "answered": share(len(answered), len(items)),
        "finished": share(len(wrote), len(answered)),
        "parses": share(sum(i.parses for i in wrote), len(wrote)),
        "passes": share(sum(i.passes for i in wrote), len(wrote)),
        "invented before checking": sum(i.raw_invented for i in items),
        "invented after checking": sum(i.shown_invented for i in items),
        "fidelity of accepted views": share(sum(i.fidelity for i in better), len(better)),
        "shorter than the compiler": share(len(shorter), len(items)),
        "intent added": share(sum(bool(i.intent) for i in items), len(items)),
        "better than the compiler": share(len(better), len(items)),
        "ratio": share(sum(i.source_tokens for i in items), sum(i.shown_tokens for i in items)),
        "ratio with intent": share(
            sum(i.source_tokens for i in items), sum(i.shown_tokens + i.intent_tokens for i in items)
        ),
        "chrF": scores.chrf(told, wanted),
        "chrF before checking": scores.chrf([i.raw_intent for i in compared], wanted),
        "BLEU-4": scores.bleu4(told, wanted),
        "tokens/s": share(sum(i.tokens for i in answered), seconds),
        "peak memory, MB": max((i.memory for i in answered if i.memory > 0), default=float("nan")),
        "tokens per processor second": share(sum(i.tokens for i in answered), sum(i.cpu_seconds for i in answered)),
    }


def retrieval(items: Sequence[Item], intents: Sequence[str]) -> float:
    """The share of functions that their intent finds first among 100."""
    codes = [bare(i.pair) for i in items]
    found = scores.ranks(intents, codes)
    return share(sum(rank == 1 for rank in found), len(found))


def bare(pair: Pair) -> str:
    """A function without comments and docs: its flow."""
    return pair.flow or pair.code


def outline(pair: Pair) -> str:
    """The first line of the flow: what the outline of a function says."""
    return prompt.header(pair.flow).rstrip("\n")


def share(part: float, whole: float) -> float:
    """A quotient; nan of nothing."""
    return part / whole if whole else float("nan")

"""The teachers that cost nothing: the compiler, people's doc comments, and what was written already.

Contract: `compiler`, `docs`, `told` and `ready` take a Sample (`told` and `ready` a record of a file of intents or
pairs as well) and give a Pair, or a word for why there is none. They run in worker processes, on one function at a
time.
"""

from __future__ import annotations

from typing import Any

from aiccl_converter.errors import AICCLError

from aiccl_trainer.compiled import Flow, flow_of, normal_view, ratio_of, reads, scored
from aiccl_trainer.intents import GROUNDED, grounded, intent_of, tidy
from aiccl_trainer.pairs import Pair
from aiccl_trainer.samples import Sample


def pair(sample: Sample, flow: Flow, view: str, intent: str, teacher: str, score: float) -> Pair:
    """A pair of a function; `view` without intent."""
    return Pair(
        sample.id,
        sample.language,
        sample.project,
        sample.path,
        sample.licence,
        sample.kind,
        sample.complexity or flow.complexity,
        sample.code,
        flow.text,
        view,
        intent,
        teacher,
        sample.split or "train",
        round(score, 4),
        ratio_of(sample.code, view, intent),
    )


def over_flow(sample: Sample, intent: str, teacher: str, least: float = 0.0) -> Pair | str:
    """The compiler's flow is the view. `least`: how much of the intent the flow must show."""
    flow = flow_of(sample.code, sample.language)
    if not flow.text or not reads(flow.text):
        return "no flow"
    if least and grounded(intent, flow.text) < least:
        return "the doc tells what the code does not show"
    return pair(sample, flow, flow.text, intent, teacher, flow.score)


def compiler(sample: Sample) -> Pair | str:
    """The compiler's flow is the view."""
    return over_flow(sample, "", "compiler")


def docs(sample: Sample) -> Pair | str:
    """The compiler's flow with an intent out of the doc comment."""
    intent = intent_of(sample)
    return over_flow(sample, intent, "docs", GROUNDED) if intent else "no intent in the docs"


def told(sample: Sample, record: dict[str, Any]) -> Pair | str:
    """The compiler's flow with an intent that somebody wrote for this function."""
    intent = tidy(str(record.get("intent") or ""))
    return over_flow(sample, intent, "intents") if intent else "the intent is empty"


def ready(sample: Sample, record: dict[str, Any], teacher: str = "pairs") -> Pair | str:
    """A pair out of a file that somebody made: `view` and `intent` beside the code."""
    given = record.get("view")
    if not isinstance(given, str) or not given.strip():
        return "no view"
    flow = flow_of(sample.code, sample.language)
    if not flow.text:
        return "no flow"
    try:
        view, inner = normal_view(given)
    except (AICCLError, ValueError, RecursionError) as error:
        return f"does not parse: {error}".split("\n")[0][:80]
    except Exception as error:
        return f"does not parse: {type(error).__name__}"
    intent = tidy(str(record.get("intent") or inner))
    return pair(sample, flow, view, intent, teacher, scored(sample.code, view, sample.language).score)

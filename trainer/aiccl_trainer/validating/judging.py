"""One pair, judged by itself.

Contract: `judge(pair)` gives a `Verdict` with a mark between 0 and 1 for each part, and a line for each mark below 1.
A pair is as good as its weakest part. It never fails: what cannot be judged has the mark 0.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from aiccl_converter.errors import AICCLError

from aiccl_trainer.compiled import count, flow_of, normal_view, scored
from aiccl_trainer.intents import doc_of, name_of
from aiccl_trainer.pairs import Pair, pair_id
from aiccl_trainer.samples import Sample

PARTS = ("form", "fidelity", "length", "intent", "consistency", "expansion", "tests")
"""form: it parses, alone and as a document's unit. fidelity: the share of the code's facts that it states, 0 where it
invents or contradicts. length: no longer than the compiler's flow and than the code. intent: short, plain, about this
code. consistency: alike code has alike views. expansion: the facts that code written from the view has. tests: that
code passes them."""
_NAME_LIKE = re.compile(r"\b(?:[a-z]{2,}[A-Z][a-z]\w*|[A-Za-z]+_\w+|\w+\(\)|\w+::\w+|\w+\.\w+\.\w+)")
"""Spelled as only code is; `GraphQL` and `macOS` are words."""


@dataclass(slots=True)
class Verdict:
    """What a pair is worth. A part that was not looked at has no mark."""

    id: str
    teacher: str
    marks: dict[str, float] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    ratio: float = 0.0
    score: float = 0.0

    @property
    def quality(self) -> float:
        """The mark of the weakest part."""
        return min(self.marks.values(), default=0.0)

    @property
    def weakest(self) -> str:
        """The part that has the lowest mark."""
        return min(self.marks, key=lambda name: (self.marks[name], PARTS.index(name)), default="form")

    def mark(self, part: str, value: float, why: str = "") -> None:
        """Give a part its mark."""
        self.marks[part] = round(max(0.0, min(1.0, value)), 4)
        if why and value < 1:
            self.why[part] = why[:400]

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def judge(pair: Pair) -> Verdict:
    """The parts that can be judged without other pairs."""
    verdict = Verdict(pair.id, pair.teacher)
    if pair.id != pair_id(pair.language, pair.code):
        verdict.mark("form", 0.0, "the id is that of other code: the line is mixed up")
        return verdict
    flow = flow_of(pair.code, pair.language)
    own = bool(pair.view) and pair.view == flow.text
    verdict.mark("form", *_form(pair))
    if verdict.marks["form"]:
        _fidelity(pair, verdict, flow.score if own else None)
    tokens, source = count(pair.view), count(pair.code)
    best = min(source, count(flow.text or pair.flow) or source)
    verdict.mark(
        "length", 1.0 if own or not tokens else best / tokens, "it is longer than the compiler's flow or the code"
    )
    verdict.mark("intent", *_intent(pair))
    shown = tokens + (count(pair.intent) + 2 if pair.intent else 0)
    verdict.ratio = round(source / shown, 3) if shown else 0.0
    return verdict


def _form(pair: Pair) -> tuple[float, str]:
    if not pair.code.strip() or not pair.view.strip():
        return 0.0, "the code or the view is empty"
    try:
        text, intent = normal_view(pair.view)
    except (AICCLError, RecursionError) as error:
        return 0.0, f"it does not parse: {error}"
    except Exception as error:
        return 0.0, f"it does not parse: {type(error).__name__}: {error}"
    if intent:
        return 0.5, "it holds an intent of its own"
    return (1.0, "") if text == pair.view else (0.95, "it is not in the printer's form")


def _fidelity(pair: Pair, verdict: Verdict, compiled: float | None) -> None:
    if compiled is not None:  # the compiler's own flow, made anew: it was checked when it was made
        verdict.score = compiled
        verdict.mark("fidelity", compiled, "the compiler left facts out")
        return
    report = scored(pair.code, pair.view, pair.language)
    verdict.score = round(report.score, 4)
    if report.error:
        verdict.mark("fidelity", 0.0, report.error)
    elif report.invented:
        verdict.mark("fidelity", 0.0, "it invents " + ", ".join(report.invented))
    elif report.contradictions:
        verdict.mark("fidelity", 0.0, "it contradicts the code: " + ", ".join(report.contradictions))
    else:
        verdict.mark("fidelity", report.score, "it leaves out " + ", ".join(report.missing))


def _intent(pair: Pair) -> tuple[float, str]:
    """The intent's mark; a pair without one is not worse for it."""
    intent = pair.intent
    if not intent:
        return 1.0, ""
    words = intent.split()
    if not intent.isascii() or "\n" in intent or '"' in intent:
        return 0.0, "the intent is not one line of ASCII without double quotes"
    if not 2 <= len(words) <= 16:
        return 0.5, f"the intent has {len(words)} words"
    if intent[-1] in ".:;,":
        return 0.9, "the intent ends in a punctuation mark"
    sample = Sample(pair.id, pair.language, pair.project, pair.licence, pair.path, 0, pair.code)
    known = f"{pair.code}\n{doc_of(sample)}\n{pair.path}".lower()
    if pair.teacher == "docs":
        return 1.0, ""  # people name what is around
    strange = [w for w in _NAME_LIKE.findall(intent) if w.rstrip("()").lower() not in known]
    if strange:
        return 0.4, f"the intent names {', '.join(strange)}, which the code does not"
    if intent.lower().replace(" ", "") == name_of(sample).lower().replace("_", ""):
        return 0.8, "the intent says the name again"
    return 1.0, ""

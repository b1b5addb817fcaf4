"""What of a model's answer is shown: the shortest view that the fidelity check accepts, and the intent.

Contract: `accept(code, flow, intent, view, language, count)` gives an `Accepted`: the compiler's flow, the model's
view, or the flow with those of the model's steps in it that pass on their own. Nothing that the check refuses is
ever in it. The intent's names are the source's, and the model is sure of it, or there is no intent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.language.printer import print_unit
from aiccl_converter.language.tree import Assign, Func, Name, Node, walk
from aiccl_converter.model import trust

if TYPE_CHECKING:
    from aiccl_converter.fidelity.model import Facts

LONGEST_INTENT = 16
"""Words; what is longer is a model that goes in circles."""
HUNKS = 12
"""Places where a model's view differs from the flow that are tried one by one, at most."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is shown of a unit."""

    text: str
    """With the intent in its header."""
    intent: str
    steps_by: str
    """`model`, `mixed` or `compiler`."""
    score: float
    left_out: tuple[str, ...]
    tokens: int
    """Of `text`."""
    refused: tuple[str, ...] = ()
    """Why the model's own view is not shown as it is."""


def accept(
    code: str,
    flow: str,
    intent: str,
    view: str,
    language: str,
    count: Callable[[str], int],
    *,
    flow_score: float = 1.0,
    flow_left_out: tuple[str, ...] = (),
) -> Accepted:
    """The best of a model's answer and the compiler's flow."""
    intent = sound_intent(intent, code, flow)
    best, by, score, left_out = flow, "compiler", flow_score, flow_left_out
    refused: tuple[str, ...] = ()
    mine, theirs = _unit(flow), _unit(view)
    if mine is not None and theirs is not None and mine.body is not None and theirs.body is not None:
        theirs = replace(mine, body=theirs.body, intent=None)
        judge = _Judge(code, language, count)
        whole = judge(theirs)
        refused = () if whole is not None else judge.why
        found = whole or _mixed(mine, theirs, judge)
        if found is not None and found.tokens < count(flow):
            best, score, left_out = found.text, found.score, found.left_out
            by = "model" if found is whole else "mixed"
    elif view:
        refused = ("no steps of its own could be read",)
    shown = with_intent(best, intent) if intent else best
    if shown == best:
        intent = ""
    return Accepted(shown, intent, by, score, left_out, count(shown), refused)


def sure_intent(
    said: Sequence[tuple[str, float]], code: str, flow: str, least: float, weights: Sequence[float] = ()
) -> str:
    """What of an intent may be shown: all or nothing by `trust.chance` where a model has weights for it, else its
    `sure_part`."""
    if not weights:
        return sure_part(said, least)
    whole = "".join(piece for piece, _ in said).split('"', 1)[0].strip()
    return whole if trust.chance(weights, said, code, flow) >= least else ""


def sure_part(said: Sequence[tuple[str, float]], least: float) -> str:
    """The clauses of an intent, from its first on, of which the model is sure: their tokens' probabilities have a
    geometric mean of at least `least`. A small model begins well and then goes on with what often follows."""
    kept, clause, doubt, count = "", "", 0.0, 0
    for piece, chance in [*said, (",", 1.0)]:
        if clause and (piece.lstrip()[:1] == "," or piece.strip() in ("and", "or")):
            if math.exp(-doubt / max(1, count)) < least:
                break
            kept, clause, doubt, count = kept + clause, "", 0.0, 0
        if '"' in piece:
            piece = piece.split('"', 1)[0]
            if not piece:
                continue
        clause, doubt, count = clause + piece, doubt - math.log(max(chance, 1e-9)), count + 1
    return kept.strip().rstrip(",")


def with_intent(view: str, intent: str) -> str:
    """A view with an intent in its header; the view itself where its header takes none."""
    unit = _unit(view)
    if unit is None or not intent or unit.intent or '"' in intent:
        return view
    head, line, steps = view.partition("\n")
    as_it_is = f'{head} "{intent}"{line}{steps}'
    for shown in (as_it_is, print_unit(replace(unit, intent=intent))):
        again = _unit(shown)
        if again is not None and again.intent == intent and replace(again, intent=None) == unit:
            return shown
    return view


_ODD = re.compile(r"[A-Za-z]\w*(?:[_.:][A-Za-z]\w*)+|[a-z]+[A-Z]\w*|[A-Z]\w*[a-z]\w*[A-Z]\w*|\w*\d\w*")
_WORD = re.compile(r"[A-Za-z]{2,}")


def sound_intent(intent: str, code: str, flow: str) -> str:
    """The intent, or nothing: where it names what the source does not, or says no more than a word or two."""
    intent = " ".join(intent.split()).rstrip(".")
    if len(_WORD.findall(intent)) < 2 or not intent.isascii():
        return ""
    blob = (code + flow).lower()
    for found in _ODD.finditer(intent):
        if any(part and part.lower() not in blob for part in re.split(r"[_.:]+", found[0])):
            return ""
    words = [w.strip(",;:.") for w in intent.lower().split()]
    if len(words) > LONGEST_INTENT or any(a == b for a, b in pairwise(words)):
        return ""
    twos = list(pairwise(words))
    return intent if len(twos) - len(set(twos)) < 2 else ""


@dataclass(frozen=True, slots=True)
class _Judged:
    text: str
    score: float
    left_out: tuple[str, ...]
    tokens: int


class _Judge:
    """The fidelity check of candidates for one unit."""

    def __init__(self, code: str, language: str, count: Callable[[str], int]) -> None:
        from aiccl_converter.compiler import lower_unit
        from aiccl_converter.fidelity.check import plain_source
        from aiccl_converter.fidelity.facts import extract

        self.why: tuple[str, ...] = ()
        self._code, self._language, self._count = code, language, count
        self._source: Facts | None
        try:
            self._source = extract(plain_source(lower_unit(code, language), language))
        except Exception:  # what a table does not know is no fault of the model; then nothing of it is shown
            self._source = None

    def __call__(self, unit: Func) -> _Judged | None:
        """The unit as it would be shown, where it passes."""
        from aiccl_converter.fidelity.check import compare

        if self._source is None:
            return None
        text = print_unit(unit)
        report = compare(self._source, text, self._language, source_text=self._code)
        if not report.passed:
            self.why = report.invented[:2] + report.contradictions[:2] or (report.error or f"score {report.score:.2f}",)
            return None
        return _Judged(text, report.score, report.left_out, self._count(text))


def _unit(text: str) -> Func | None:
    """A function's tree, None for other units and what cannot be read."""
    try:
        unit = parse_unit(text) if text else None
    except (ParseError, RecursionError):
        return None
    return unit if isinstance(unit, Func) else None


def _mixed(mine: Func, theirs: Func, judge: _Judge) -> _Judged | None:
    """The compiler's steps, with each run of the model's in their place that passes."""
    body, other = list(mine.body or ()), list(theirs.body or ())
    keys, others = [_key(s) for s in body], [_key(s) for s in other]
    hunks = [h for h in SequenceMatcher(None, keys, others, autojunk=False).get_opcodes() if h[0] != "equal"]
    if not hunks or len(hunks) > HUNKS or (len(hunks) == 1 and hunks[0][1:] == (0, len(body), 0, len(other))):
        return None
    best: _Judged | None = None
    for _, start, end, first, last in reversed(hunks):  # from the end, so that places stay what they are
        tried = body[:start] + other[first:last] + body[end:]
        if _unbound(body[start:end], other[first:last], body[:start] + body[end:]):
            continue
        got = judge(replace(mine, body=tried))
        if got is not None and (best is None or got.tokens <= best.tokens):
            best, body = got, tried
    return best


def _key(step: Node) -> str:
    return repr(step)


def _unbound(old: list[Node], new: list[Node], rest: list[Node]) -> bool:
    """Whether a name that the rest uses would no longer be given, or the new steps use one that nothing gives."""
    given = _given(old)
    if (given - _given(new)) & _used(rest):
        return True
    return bool((_used(new) - _given(new)) - _used(old) - _given(old) - _used(rest) - _given(rest))


def _given(steps: list[Node]) -> set[str]:
    found = [n for s in steps for n in walk(s) if isinstance(n, Assign)]
    return {t.id for n in found for t in n.targets if isinstance(t, Name)}


def _used(steps: list[Node]) -> set[str]:
    return {n.id for s in steps for n in walk(s) if isinstance(n, Name)}

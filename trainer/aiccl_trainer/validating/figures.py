"""What a run of `validate` found, in numbers: the data of report.json and of the page.

Contract: `figures(judged)` depends on the pairs and verdicts alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from aiccl_trainer.pairs import Pair
from aiccl_trainer.validating.judging import PARTS, Verdict

Judged = tuple[Pair, Verdict, bool]
"""A pair, its verdict, whether it is kept."""
TARGET = (3.0, 10.0)
"""The ratio that a view aims at."""


def figures(judged: Sequence[Judged], threshold: float, unread: Sequence[str] = ()) -> dict[str, Any]:
    """Everything that is counted."""
    kept = [item for item in judged if item[2]]
    out: dict[str, Any] = {
        "threshold": threshold,
        "pairs": len(judged),
        "kept": len(kept),
        "unread_lines": len(unread),
        "rejected_for": dict(Counter(v.weakest for _, v, ok in judged if not ok).most_common()),
        "ratio": _distribution([v.ratio for _, v, _ in kept]),
        "ratio_within_target": _share([TARGET[0] <= v.ratio <= TARGET[1] for _, v, _ in kept]),
        "fidelity": _distribution([v.score for _, v, _ in kept]),
        "with_intent": _share([bool(p.intent) for p, _, _ in kept]),
        "parses": _share([v.marks.get("form", 0) > 0 for _, v, _ in judged]),
    }
    for part in ("consistency", "expansion", "tests"):
        marks = [v.marks[part] for _, v, _ in judged if part in v.marks]
        out[part] = {"looked_at": len(marks), "mean": _mean(marks)}
    keys: dict[str, Callable[[Pair], str]] = {
        "language": lambda p: p.language,
        "teacher": lambda p: p.teacher,
        "kind": lambda p: p.kind,
        "complexity": lambda p: p.complexity,
        "split": lambda p: p.split,
    }
    for name, key in keys.items():
        out[f"by_{name}"] = _by(judged, key)
    return out


def _by(judged: Sequence[Judged], key: Callable[[Pair], str]) -> dict[str, Any]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for item in judged:
        groups[key(item[0])].append(item)
    return {
        name: {
            "pairs": len(items),
            "kept": sum(ok for _, _, ok in items),
            "ratio": _mean([v.ratio for _, v, ok in items if ok]),
            "fidelity": _mean([v.score for _, v, ok in items if ok]),
            "with_intent": _share([bool(p.intent) for p, _, ok in items if ok]),
        }
        for name, items in sorted(groups.items())
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _share(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None


def _distribution(values: Sequence[float]) -> dict[str, float] | None:
    if not values:
        return None
    ranked = sorted(values)
    at = {"least": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "most": 1.0}
    out = {name: round(ranked[min(len(ranked) - 1, int(q * len(ranked)))], 3) for name, q in at.items()}
    return {"mean": round(sum(ranked) / len(ranked), 4), **out}


__all__ = ["PARTS", "TARGET", "Judged", "figures"]

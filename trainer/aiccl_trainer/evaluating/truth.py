"""Are the intents true? What readers of the code said of each, against how sure the model was.

Contract: `read(path)` gives verdicts by function; `figures` the shares among the intents that are shown, `table` the
same by the model's confidence, from which `export --least-confidence` is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiccl_trainer.errors import BadData
from aiccl_trainer.evaluating.measure import Item, share
from aiccl_trainer.store import numbered

VERDICTS = ("true", "vague", "wrong")
"""true: a reader of the code would sign it. vague: nothing false, but it does not tell this function from its like.
wrong: it says what the code does not do."""
BANDS = 5


def read(path: str | Path) -> dict[str, str]:
    """Verdicts by the function's id: objects of `id` and `verdict`."""
    found: dict[str, str] = {}
    for number, record in numbered(path):
        known = record if isinstance(record, dict) else {}
        if known.get("verdict") not in VERDICTS or not isinstance(known.get("id"), str):
            raise BadData(f"{path}, line {number}: objects of id and verdict ({', '.join(VERDICTS)}) are expected")
        found[record["id"]] = record["verdict"]
    return found


def figures(items: Sequence[Item], verdicts: Mapping[str, str]) -> dict[str, float]:
    """The shares among the intents that are shown and were judged."""
    told = Counter(verdicts[i.pair.id] for i in items if i.intent and i.pair.id in verdicts)
    total = sum(told.values())
    return {"intents judged": total, **{f"intent {name}": share(told[name], total) for name in VERDICTS}}


def table(items: Sequence[Item], verdicts: Mapping[str, str]) -> str:
    """Verdicts of all intents that the model wrote, shown or not, from the least sure to the surest."""
    judged = sorted((i for i in items if i.raw_intent and i.pair.id in verdicts), key=lambda i: i.confidence)
    lines = ["| confidence | intents | true | vague | wrong |", "|---|---:|---:|---:|---:|"]
    for band in range(BANDS):
        some = judged[band * len(judged) // BANDS : (band + 1) * len(judged) // BANDS]
        if some:
            told = Counter(verdicts[i.pair.id] for i in some)
            cells = " | ".join(f"{100 * told[name] / len(some):.0f} %" for name in VERDICTS)
            lines.append(f"| {some[0].confidence:.2f} to {some[-1].confidence:.2f} | {len(some)} | {cells} |")
    return "\n".join(lines)

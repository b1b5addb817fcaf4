"""Figures to a page: tables in Markdown, one plot, and `figures.json` for programs.

Contract: `page(..)` gives the part of `docs/model-card.md` between its marks; `put` writes it there and leaves the
rest of the page as it is.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiccl_trainer import store
from aiccl_trainer.errors import BadData
from aiccl_trainer.evaluating.measure import Item, figures

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PERCENT = frozenset(
    (
        "answered", "finished", "parses", "passes", "shorter than the compiler", "intent added",
        "better than the compiler", "retrieval", "retrieval before checking", "consistency", "expands",
        "intent true", "intent vague", "intent wrong",
    )
)  # fmt: skip


def cell(name: str, value: float | None) -> str:
    """One figure as a table has it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if name in PERCENT:
        return f"{100 * value:.0f} %"
    if float(value).is_integer() and name not in ("ratio", "ratio with intent"):
        return f"{int(value):,}"
    return (
        f"{value:.3f}"
        if "fidelity" in name or name == "expansion"
        else f"{value:.2f}"
        if "ratio" in name
        else f"{value:.1f}"
    )


def table(columns: Sequence[str], rows: Mapping[str, Mapping[str, float]], first: str) -> str:
    """Rows of figures by name."""
    lines = [f"| {first} | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    lines += [f"| {name} | {' | '.join(cell(c, row.get(c)) for c in columns)} |" for name, row in rows.items()]
    return "\n".join(lines)


def page(rows: Mapping[str, Mapping[str, float]], items: Sequence[Item], about: str) -> str:
    """All tables. `rows`: figures by who wrote, the model first; `items`: the model's."""
    main = next(iter(rows.values()))
    turned = [f"| | {' | '.join(rows)} |", f"|---|{'---:|' * len(rows)}"]
    turned += [f"| {key} | {' | '.join(cell(key, row.get(key)) for row in rows.values())} |" for key in main]
    parts = [about, "\n".join(turned)]
    columns = ["functions", "finished", "passes", "shorter than the compiler", "intent added", "ratio", "chrF"]
    for title, key in (("language", "language"), ("kind", "kind"), ("size", "complexity")):
        groups: dict[str, list[Item]] = {}
        for item in items:
            groups.setdefault(str(getattr(item.pair, key)), []).append(item)
        parts.append(table(columns, {name: figures(group) for name, group in sorted(groups.items())}, title))
    return "\n\n".join(parts)


def examples(items: Sequence[Item], number: int = 8) -> str:
    """Some intents as they came, good and bad: every nth, not chosen."""
    told = [i for i in items if i.raw_intent]
    step = max(1, len(told) // number)
    lines = ["| function | person | model |", "|---|---|---|"]
    for item in told[::step][:number]:
        name = item.pair.flow.split("(", 1)[0].split("\n")[0].split(" ")[-1]
        mark = "" if item.intent else " (not shown)"
        lines.append(
            f"| `{name}` ({item.pair.language}) | {_safe(item.pair.intent) or '-'} | {_safe(item.raw_intent)}{mark} |"
        )
    return "\n".join(lines)


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def put(page: Path, text: str) -> None:
    """The text between the marks of a page, which is made where it is missing."""
    old = page.read_text(encoding="utf-8") if page.exists() else f"# Model card\n\n{BEGIN}\n{END}\n"
    if BEGIN not in old or END not in old:
        raise BadData(f"{page}: lacks the lines {BEGIN} and {END}; put them where the figures belong")
    head, rest = old.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    store.write(page, f"{head}{BEGIN}\n{text}\n{END}{tail}")


def plot(path: Path, items: Sequence[Item]) -> None:
    """Tokens of the compiler's flow against those of what is shown, function by function."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5))
    for by, colour in (("compiler", "0.7"), ("mixed", "tab:orange"), ("model", "tab:blue")):
        some = [i for i in items if i.steps_by == by]
        axes.scatter([i.flow_tokens for i in some], [i.shown_tokens for i in some], s=12, c=colour, label=by)
    most = max((i.flow_tokens for i in items), default=1)
    axes.plot([0, most], [0, most], lw=0.5, c="k")
    axes.set_xlabel("tokens of the compiler's flow")
    axes.set_ylabel("tokens of the view that is shown")
    axes.legend()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)
    store.write(path, buffer.getvalue())


def view_record(item: Item) -> dict[str, Any]:
    """What a reader sees of a function."""
    return {
        "id": item.pair.id,
        "language": item.pair.language,
        "view": item.shown,
        "steps_by": item.steps_by,
        "intent": item.raw_intent,
        "shown_intent": item.intent,
        "confidence": item.confidence,
    }


def item_record(item: Item) -> dict[str, Any]:
    """What `select` reads of a function."""
    from aiccl_trainer.evaluating.scores import chrf_one

    told: dict[str, Any] = {
        "id": item.pair.id,
        "language": item.pair.language,
        "kind": item.pair.kind,
        "complexity": item.pair.complexity,
        "parses": item.parses,
        "accepted": item.passes,
        "better": item.better,
        "fidelity": round(item.fidelity, 4),
    }
    if item.pair.intent:
        told["intent"] = round(chrf_one(item.intent, item.pair.intent) / 100, 4)
    return told

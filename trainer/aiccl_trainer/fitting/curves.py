"""A run's curves: `curves.csv` from its log, and `curves.png`.

Contract: made anew from the whole log each time, so that a run that was resumed has one curve. The picture needs
matplotlib; without it there is the table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiccl_trainer import store

COLUMNS = ("step", "tokens", "loss", "valid_loss", "learning_rate", "tokens_per_second")


def draw(folder: Path, steps: list[dict[str, Any]]) -> None:
    """Write both."""
    lines = [",".join(COLUMNS)]
    lines += [",".join("" if s.get(c) is None else str(s[c]) for c in COLUMNS) for s in steps]
    store.write(folder / "curves.csv", "\n".join(lines) + "\n")
    if not steps:
        return
    try:
        import matplotlib
    except ModuleNotFoundError:
        return
    matplotlib.use("agg")
    import io

    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot(*_smooth([(s["tokens"], s["loss"]) for s in steps if s.get("loss") is not None]), label="train")
    seen = [(s["tokens"], s["valid_loss"]) for s in steps if s.get("valid_loss") is not None]
    axes.plot([x for x, _ in seen], [y for _, y in seen], marker="o", label="valid")
    axes.set_xlabel("tokens")
    axes.set_ylabel("loss of answer tokens")
    axes.grid(alpha=0.3)
    axes.legend()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)
    store.write(folder / "curves.png", buffer.getvalue())


def _smooth(points: list[tuple[int, float]]) -> tuple[list[int], list[float]]:
    """A running mean, over a fortieth of the points to either side."""
    width = max(1, len(points) // 40)
    values = [y for _, y in points]
    means = []
    for i in range(len(points)):
        part = values[max(0, i - width) : i + width + 1]
        means.append(sum(part) / len(part))
    return [x for x, _ in points], means

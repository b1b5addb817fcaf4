"""The data card: what a set of pairs is made of, in Markdown, for the model card of what is trained on it.

Contract: `card(kept)` depends on the kept pairs alone, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import chain

from aiccl_trainer.pairs import SPLITS, Pair


def card(pairs: Iterable[Pair]) -> str:
    """The whole card."""
    kept = list(pairs)
    teachers = sorted({p.teacher for p in kept})
    functions, projects = len({p.id for p in kept}), len({p.project for p in kept})
    levels = ["simple", "medium", "complex", "advanced"]
    parts = [
        "# Data card",
        f"{len(kept):,} pairs of {functions:,} functions from {projects} projects. A pair is a function, the "
        "compiler's flow of it, a view to learn and maybe an intent; `aiccl-train validate` kept it.",
        "## Languages and teachers",
        _table(kept, lambda p: p.language, lambda p: p.teacher, teachers, "language"),
        "## Kinds and complexities",
        _table(kept, lambda p: p.kind, lambda p: p.complexity, levels, "kind"),
        "## Splits",
        _table(kept, lambda p: p.split, lambda p: p.teacher, teachers, "split", SPLITS),
        "## Licences and projects",
        _projects(kept),
    ]
    return "\n\n".join(parts) + "\n"


def _table(
    pairs: list[Pair],
    row: Callable[[Pair], str],
    column: Callable[[Pair], str],
    columns: list[str],
    title: str,
    rows: Iterable[str] = (),
) -> str:
    """Pairs by two things, with sums."""
    counts = Counter((row(p), column(p)) for p in pairs)
    names = [n for n in rows or sorted({r for r, _ in counts}) if any(counts[n, c] for c in columns)]
    lines = [f"| {title} | {' | '.join(columns)} | all |", "|---|" + "---:|" * (len(columns) + 1)]
    for name in names:
        each = [counts[name, c] for c in columns]
        lines.append(f"| {name} | {' | '.join(f'{n:,}' for n in each)} | {sum(each):,} |")
    each = [sum(counts[n, c] for n in names) for c in columns]
    lines.append(f"| all | {' | '.join(f'{n:,}' for n in each)} | {sum(each):,} |")
    return "\n".join(lines)


def _projects(pairs: list[Pair]) -> str:
    """Licence -> its projects, with functions."""
    functions: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pair in pairs:
        functions[pair.licence or "not told"][pair.project or "not told"].add(pair.id)
    lines = ["| licence | functions | projects (functions) |", "|---|---:|---|"]
    for licence, projects in sorted(functions.items()):
        told = ", ".join(f"{name} ({len(ids):,})" for name, ids in sorted(projects.items()))
        lines.append(f"| {licence} | {len(set(chain(*projects.values()))):,} | {told} |")
    return "\n".join(lines)

"""A model's answers for held-out functions, one line a function, appended as they come.

Contract: `answers(..)` goes on where a run was ended; an answer belongs to a model by its hash, and to the code and
flow that it was asked about. One that did not come in time is asked for again by the next run. Nothing of it is judged
here: `measure` does that, as often as it likes, without the model.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiccl_converter.model.engine import Engine

from aiccl_trainer import store
from aiccl_trainer.pairs import Pair
from aiccl_trainer.progress import Progress


def chosen(pairs: Sequence[Pair], limit: int) -> list[Pair]:
    """One pair a function, those of a large model before people's docs before the compiler's; `limit` of them, of all
    languages in turn, those with an intent to compare with first."""
    order = {"pairs": 0, "feedback": 0, "docs": 2, "compiler": 3}
    best: dict[str, Pair] = {}
    for pair in pairs:
        held = best.get(pair.id)
        if held is None or order.get(pair.teacher, 1) < order.get(held.teacher, 1):
            best[pair.id] = pair
    by_language: dict[str, list[Pair]] = {}
    for pair in sorted(best.values(), key=lambda p: (not p.intent, p.id)):
        by_language.setdefault(pair.language, []).append(pair)
    out: list[Pair] = []
    turn = 0
    while any(turn < len(group) for group in by_language.values()):
        out += [group[turn] for _, group in sorted(by_language.items()) if turn < len(group)]
        turn += 1
    return out[:limit] if limit else out


def answers(folder: Path, name: str, engine: Engine, pairs: Sequence[Pair], *, quiet: bool = False) -> dict[str, Any]:
    """Answers by the pairs' ids. `name`: of the file that they are kept in."""
    path = folder / f"answers.{name}.jsonl"
    asked = {pair.id: _mark(engine, pair) for pair in pairs}
    known = {a["id"]: a for a in store.read(path) if a.get("asked") == asked.get(a["id"])} if path.exists() else {}
    with store.Lines(path) as lines, Progress(folder, f"evaluate {name}", len(pairs), quiet=quiet) as progress:
        for pair in pairs:
            if pair.id not in known:
                known[pair.id] = {"id": pair.id, "asked": asked[pair.id], **_answer(engine, pair)}
                if not known[pair.id].get("late"):
                    lines.append(known[pair.id])
            progress.advance()
    return known


def _mark(engine: Engine, pair: Pair) -> str:
    """Names what an answer depends on."""
    told = (engine.id, engine.folder.reads, engine.folder.writes, pair.language, pair.code, pair.flow)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:24]


def held(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    """The answers that stand in a folder, the last of each function."""
    return {a["id"]: a for a in store.read(folder / f"answers.{name}.jsonl")}


def peak_memory() -> float:
    """The most memory that this process has had, in MB; nan where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3 / 1.024)


def _answer(engine: Engine, pair: Pair) -> dict[str, Any]:
    from aiccl_converter.model.decode import Stopped

    started, used = time.perf_counter(), time.process_time()
    told: dict[str, Any] = {}
    try:
        answer = engine.answer(pair.language, pair.code, pair.flow)
    except Stopped:
        return {"late": True}
    if answer is not None:
        told.update(
            intent=answer.intent,
            said=answer.said,
            memory=round(peak_memory(), 1),
            view=answer.view,
            tokens=answer.tokens,
            forwards=answer.forwards,
            prompt_tokens=answer.prompt_tokens,
            seconds=round(time.perf_counter() - started, 4),
            cpu_seconds=round(time.process_time() - used, 4),
        )
    return told

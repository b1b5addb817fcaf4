"""Corrections that people saved from their editor, as pairs.

Contract: a correction is an object with `language`, `code` and `view` (and maybe `intent`, `path`, `project`,
`licence`); of several for the same code the last one counts. A view that does not parse, or that the check rejects,
becomes no pair unless it is trusted: `rejected.jsonl` says why of each. Nothing leaves the machine.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from aiccl_converter.errors import AICCLError, WorkerDied
from aiccl_converter.files import pool

from aiccl_trainer import samples, store
from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.generating import Job, Writers
from aiccl_trainer.pairs import SPLITS, Pair, file_of, read_pairs
from aiccl_trainer.progress import Progress

REJECTED = "rejected.jsonl"


def feedback(arguments: argparse.Namespace) -> int:
    """Make the pairs. Returns the exit code."""
    jobs = _read(arguments.input)
    if not jobs:
        raise NoData(f"{', '.join(arguments.input)}: holds no correction; save some from the editor first")
    with (
        store.exclusive(arguments.output_dir) as folder,
        Progress(folder, "feedback", len(jobs), quiet=arguments.quiet) as progress,
    ):
        old: dict[str, Pair] = {}
        for split in SPLITS:
            if file_of(folder, split).exists():
                old.update((pair.id, pair) for pair in read_pairs(file_of(folder, split)) if pair.teacher == "feedback")
        made: dict[str, Pair] = {}
        rejected: list[dict[str, Any]] = []
        answers = pool.run(partial(teach, arguments.trust), jobs, arguments.jobs, _died, "aiccl_converter.warm")
        for job, answer in zip(jobs, answers, strict=True):
            if isinstance(answer, Pair):
                made[answer.id] = answer
            else:
                rejected.append({"why": answer, "language": job.sample.language, "code": job.sample.code, **job.record})
            progress.advance()
        _write(folder, made)
        store.write_lines(folder / REJECTED, rejected)
        progress.figures.update(pairs=len(made), new=len(made.keys() - old.keys()), rejected=len(rejected))
    if not made:
        raise NoData(f"no correction became a pair; {folder / REJECTED} says why of each")
    return 0


def _write(folder: Path, made: dict[str, Pair]) -> None:
    """The new pairs beside what other teachers made; earlier corrections of the same code go."""
    for split in SPLITS:
        path = file_of(folder, split)
        if not path.exists():
            continue
        rows = list(read_pairs(path))
        kept = [pair for pair in rows if pair.teacher != "feedback" or pair.id not in made]
        for pair in rows:
            if pair.id in made and split != "train":
                made[pair.id].split = split  # what is held out stays held out
        if len(kept) < len(rows):
            store.write_lines(path, (pair.record() for pair in kept))
    with Writers(folder) as writers:
        for pair in made.values():
            writers.write(pair)


def _read(places: list[str]) -> list[Job]:
    """The last correction of each function."""
    from aiccl_converter.errors import UnknownLanguage
    from aiccl_converter.source import language as table_of

    found: dict[str, Job] = {}
    for place in places:
        for path in sorted(Path(place).glob("*.jsonl")) if Path(place).is_dir() else [Path(place)]:
            for number, record in store.numbered(path):
                where = f"{path}, line {number}: "
                if not isinstance(record, dict) or not all(
                    isinstance(record.get(n), str) for n in ("language", "code", "view")
                ):
                    raise BadData(f"{where}is no correction; objects of language, code and view are expected")
                try:
                    record = {"project": "feedback", **record, "language": table_of(record["language"]).name}
                except UnknownLanguage as error:
                    raise BadData(f"{where}{error}") from None
                sample = samples.from_record({**record, "split": ""}, where)
                found.pop(sample.id, None)
                found[sample.id] = Job(sample, {"view": record["view"], "intent": str(record.get("intent") or "")})
    return list(found.values())


def teach(trust: bool, job: Job) -> Pair | str:
    """A correction as a pair, or what is wrong with it; in a worker process."""
    from aiccl_trainer.compiled import scored
    from aiccl_trainer.teachers import local

    try:
        pair = local.ready(job.sample, job.record, "feedback")
    except AICCLError as error:
        return str(error)
    if isinstance(pair, Pair) and not trust:
        report = scored(pair.code, pair.view, pair.language)
        if not report.passed:
            return str(report)
    return pair


def _died(job: Job, error: WorkerDied) -> Pair | str:
    return f"the converter died: {error}"

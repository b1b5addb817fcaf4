"""Functions through a teacher into files of pairs.

Contract: `generate(arguments)` is the whole step. What was made is on the disk as soon as it is made; a second run
makes only what is missing. The order of the functions, and so the choice, depends on them and the seed alone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiccl_converter.errors import WorkerDied
from aiccl_converter.files import pool

from aiccl_trainer import balance, samples
from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.kinds import KINDS
from aiccl_trainer.pairs import SPLITS, Pair, file_of, read_pairs
from aiccl_trainer.progress import Progress
from aiccl_trainer.samples import Sample
from aiccl_trainer.store import Lines, exclusive, numbered, read

LOCAL = ("compiler", "docs", "intents", "pairs")
"""Teachers that cost nothing."""
PASSED_OVER = "passed-over.jsonl"
CHUNK = 256
"""Functions that are handed out between two looks at the quotas."""


@dataclass(slots=True)
class Job:
    """A function, and what is known about it beyond."""

    sample: Sample
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """What stands in the output folder."""

    done: set[tuple[str, str]] = field(default_factory=set)
    """(id, teacher)"""
    held: dict[str, str] = field(default_factory=dict)
    """Id -> valid or test."""
    trained: set[str] = field(default_factory=set)
    by_teacher: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(teacher, split, language) -> pairs."""


def generate(arguments: argparse.Namespace) -> int:
    """Make the pairs. Returns the exit code."""
    teacher: str = arguments.teacher
    if not arguments.input:
        raise NoData("--input names no functions; give a folder that `aiccl-train collect` wrote, or a JSONL file")
    with exclusive(arguments.output_dir) as folder:
        known = _known(folder)
        jobs = _candidates(arguments, teacher, known)
        if teacher in LOCAL:
            return _local(arguments, folder, teacher, jobs, known)
        from aiccl_trainer.teachers import claude

        if not claude.is_name(teacher):
            raise BadData(f"--model {teacher!r}: is no teacher; choose {', '.join(LOCAL)}, or a Claude model's name")
        return claude.generate(arguments, folder, teacher, [job.sample for job in jobs], known.by_teacher)


def _known(folder: Path) -> Known:
    known = Known()
    for split in SPLITS:
        path = file_of(folder, split)
        if path.exists():
            for pair in read_pairs(path):
                known.done.add((pair.id, pair.teacher))
                known.by_teacher[pair.teacher, split, pair.language] += 1
                if split == "train":
                    known.trained.add(pair.id)
                else:
                    known.held[pair.id] = split
    if (folder / PASSED_OVER).exists():
        known.done.update((r["id"], r["teacher"]) for r in read(folder / PASSED_OVER))
    return known


def _candidates(arguments: argparse.Namespace, teacher: str, known: Known) -> list[Job]:
    """The functions that may become pairs, in their order."""
    languages = _languages(arguments.languages)
    kinds = patterns(arguments.patterns)
    excluded = {pair.id for place in arguments.exclude for pair in read_pairs(place)}
    found: list[Job] = []
    for job in _jobs(arguments, teacher):
        sample = job.sample
        if (languages and sample.language not in languages) or not kinds.takes(sample):
            continue
        if sample.id in excluded or (sample.id, teacher) in known.done:
            continue
        if arguments.split:
            sample.split = arguments.split
        sample.split = known.held.get(sample.id) or sample.split or "train"
        if sample.split != "train" and sample.id in known.trained:
            sample.split = "train"  # it has been trained on: too late to hold it out
        found.append(job)
    ordered = balance.order([job.sample for job in found], arguments.seed)
    by_id = {job.sample.id: job for job in found}
    return [by_id[sample.id] for sample in ordered]


def _jobs(arguments: argparse.Namespace, teacher: str) -> Iterator[Job]:
    places: list[str] = arguments.input
    if teacher == "intents":
        told = _told(arguments.intents)
        for sample in samples.read_samples(places):
            if sample.id in told:
                yield Job(sample, {"intent": told[sample.id]})
        return
    if teacher != "pairs":
        for sample in samples.read_samples(places):
            yield Job(sample)
        return
    seen: set[str] = set()
    for place in places:
        for path in sorted(Path(place).glob("*.jsonl")) if Path(place).is_dir() else [Path(place)]:
            for number, record in numbered(path):
                sample = samples.from_record(record, f"{path}, line {number}: ")
                if "view" not in record:
                    raise BadData(f"{path}, line {number}: has no view; --model pairs takes objects with code and view")
                if sample.id not in seen:
                    seen.add(sample.id)
                    yield Job(sample, {"view": record["view"], "intent": record.get("intent", "")})


def _told(places: list[str]) -> dict[str, str]:
    """Intents by the function's id."""
    if not places:
        raise NoData("--model intents needs --intents FILE: objects of id and intent, as trainer/data/intents.jsonl.gz")
    out: dict[str, str] = {}
    for place in places:
        for number, record in numbered(place):
            known = record if isinstance(record, dict) else {}
            if not isinstance(known.get("id"), str) or not isinstance(known.get("intent"), str):
                raise BadData(f"{place}, line {number}: is no intent; objects of id and intent are expected")
            out[record["id"]] = record["intent"]
    return out


def _languages(text: str | None) -> frozenset[str]:
    from aiccl_converter.source import language as table_of

    return frozenset(table_of(name.strip()).name for name in (text or "").split(",") if name.strip())


@dataclass(frozen=True)
class Patterns:
    """Which functions are asked for: by kind, or by (language, kind, complexity) as `select` lists them."""

    kinds: frozenset[str] = frozenset()
    cells: frozenset[tuple[str, str, str]] = frozenset()
    """An empty word stands for any."""

    def takes(self, sample: Sample) -> bool:
        """Whether a function is asked for."""
        if self.kinds:
            return sample.kind in self.kinds
        if not self.cells:
            return True
        mine = (sample.language, sample.kind, sample.complexity)
        return any(
            all(not want or not have or want == have for want, have in zip(c, mine, strict=True)) for c in self.cells
        )


def patterns(text: str | None) -> Patterns:
    """`--patterns`: kinds, or a file of `select`. Raises BadData."""
    if not text:
        return Patterns()
    if Path(text).is_file():
        cells = set()
        for record in read(text):
            cells.add(tuple(str(record.get(name) or "") for name in ("language", "kind", "complexity")))
        return Patterns(cells=frozenset(cells))  # type: ignore[arg-type]
    kinds = frozenset(word.strip() for word in text.split(",") if word.strip())
    if wrong := sorted(kinds - set(KINDS)):
        raise BadData(f"--patterns: {', '.join(wrong)} is no kind; choose of {', '.join(KINDS)}, or name select's file")
    return Patterns(kinds)


# --- teachers on this machine ----------------------------------------------------------------------------------------


def _local(arguments: argparse.Namespace, folder: Path, teacher: str, jobs: list[Job], known: Known) -> int:
    quota = balance.Quota(arguments.target_pairs, balance.quotas(arguments.quotas))
    for (who, split, language), number in known.by_teacher.items():
        if who == teacher and split == "train":
            for _ in range(number):
                quota.took(language)
    held = sum(n for (who, split, _), n in known.by_teacher.items() if who == teacher and split == "valid")
    reasons: Counter[str] = Counter()
    total = min(arguments.target_pairs or len(jobs), len(jobs))
    with (
        Progress(folder, "generate", total, quiet=arguments.quiet) as progress,
        Writers(folder) as writers,
        Lines(folder / PASSED_OVER) as passed_over,
    ):
        progress.figures["made"] = 0
        for at in range(0, len(jobs), CHUNK):
            if quota.full:
                break
            some = [job for job in jobs[at : at + CHUNK] if quota.takes(job.sample.language)]
            made = pool.run(partial(teach, teacher), some, arguments.jobs, died, "aiccl_converter.warm")
            for job, answer in zip(some, made, strict=True):
                if isinstance(answer, str):
                    reasons[answer.split(":")[0]] += 1
                    passed_over.append({"id": job.sample.id, "teacher": teacher, "why": answer})
                elif answer.split != "train" or quota.takes(answer.language):
                    if held < arguments.hold_out and answer.split == "train" and answer.id not in known.trained:
                        answer.split = "valid"
                    held += answer.split == "valid"
                    if answer.split == "train":
                        quota.took(answer.language)
                    writers.write(answer)
                    progress.figures["made"] += 1
                progress.advance()
        progress.figures.update(passed_over=sum(reasons.values()))
        progress.note("note", passed_over=dict(reasons))
        if held < arguments.hold_out:
            progress.say(f"only {held} of {arguments.hold_out} are held out: the others had been trained on")
    if not progress.figures["made"] and not known.done:
        raise NoData(f"no pair was made of {len(jobs)} functions; {PASSED_OVER} in {folder} says why of each")
    return 0


class Writers:
    """The files of an output folder, one a split, opened when they are needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Lines] = {}

    def write(self, pair: Pair) -> None:
        """Append a pair to the file of its split."""
        lines = self._open.get(pair.split)
        if lines is None:
            lines = self._open[pair.split] = Lines(file_of(self.folder, pair.split))
        lines.append(pair.record())

    def __enter__(self) -> Writers:
        return self

    def __exit__(self, *_: object) -> None:
        for lines in self._open.values():
            lines.close()


def teach(teacher: str, job: Job) -> Pair | str:
    """One function, in a worker process."""
    from aiccl_trainer.teachers import local

    if teacher == "pairs":
        return local.ready(job.sample, job.record)
    if teacher == "intents":
        return local.told(job.sample, job.record)
    ask: Callable[[Sample], Pair | str] = local.docs if teacher == "docs" else local.compiler
    return ask(job.sample)


def died(job: Job, error: WorkerDied) -> Pair | str:
    """What a function came to that ended its process."""
    return f"the converter died: {error}"

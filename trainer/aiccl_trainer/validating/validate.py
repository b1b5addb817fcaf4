"""All of `validate`: judge, compare neighbours, expand where asked, keep what is good, report.

Contract: verdicts stand in `judged.jsonl` as they are made, so that a second run, also with another threshold, judges
only what is new. The files of pairs, `rejected.jsonl`, `report.json`, `report.html` and `data-card.md` are written
whole at the end.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

from aiccl_converter.errors import WorkerDied
from aiccl_converter.files import pool
from aiccl_converter.version import VERSION

from aiccl_trainer import store
from aiccl_trainer.errors import BadData, NoData
from aiccl_trainer.pairs import SPLITS, Pair, file_of, files_of, from_record
from aiccl_trainer.progress import Progress
from aiccl_trainer.validating import expanding
from aiccl_trainer.validating.card import card
from aiccl_trainer.validating.consistency import consistency, neighbours
from aiccl_trainer.validating.figures import Judged, figures
from aiccl_trainer.validating.judging import Verdict, judge
from aiccl_trainer.validating.report import page

JUDGED, REJECTED = "judged.jsonl", "rejected.jsonl"


def validate(arguments: argparse.Namespace) -> int:
    """Judge the pairs. Returns the exit code."""
    if not 0 <= arguments.quality_threshold <= 1:
        raise BadData(f"--quality-threshold {arguments.quality_threshold:g}: is not between 0 and 1")
    _keep_input(arguments.input_dir, Path(arguments.output_dir))
    tests = expanding.tests_of(arguments.tests) if arguments.tests else {}
    pairs, unread = _read(arguments.input_dir)
    if not pairs:
        raise NoData(f"{arguments.input_dir}: holds no pairs" + (f"; {unread[0]}" if unread else ""))
    with (
        store.exclusive(arguments.output_dir) as folder,
        Progress(folder, "validate", len(pairs), quiet=arguments.quiet) as progress,
    ):
        verdicts = _judged(folder, pairs, arguments, progress)
        _compare(pairs, verdicts)
        _expand(arguments, folder, pairs, verdicts, tests, progress)
        least = arguments.quality_threshold
        judged: list[Judged] = [(p, v, v.quality >= least) for p, v in zip(pairs, verdicts, strict=True)]
        told = figures(judged, least, unread)
        _write(folder, judged, unread)
        store.write_json(folder / "report.json", told)
        store.write(folder / "data-card.md", card(p for p, _, ok in judged if ok))
        store.write(folder / "report.html", page(told, judged, arguments.sample, arguments.seed, unread))
        progress.figures.update(kept=told["kept"], rejected=len(pairs) - told["kept"], unread=len(unread))
    if not told["kept"]:
        raise NoData(f"no pair reaches {least:g}; {folder / 'report.html'} says why")
    return 0


def _keep_input(place: str, out: Path) -> None:
    """Raises BadData where pairs would be lost: those that are judged, or others that this step did not write."""
    if out.resolve() in (Path(place).resolve(), *(path.resolve().parent for path in files_of(place))):
        raise BadData("--output-dir is --input-dir; choose another, the pairs that are not kept would be lost")
    held = [path.name for path in (file_of(out, split) for split in SPLITS) if path.exists()]
    if held and not (out / JUDGED).exists():
        raise BadData(f"{out}: holds a {held[0]} that `validate` did not write; choose another --output-dir")


def _read(place: str) -> tuple[list[Pair], list[str]]:
    """The pairs, each (id, teacher) once, and the lines that are none."""
    pairs: dict[tuple[str, str], Pair] = {}
    unread: list[str] = []
    for path in files_of(place):
        try:
            for number, record in store.tried(path):
                try:
                    if isinstance(record, BadData):
                        raise record
                    pair = from_record(record, f"{path}, line {number}: ")
                    pairs.setdefault((pair.id, pair.teacher), pair)
                except BadData as error:
                    unread.append(str(error))
        except BadData as error:  # a compressed file that is damaged: there is no more to be had of it
            unread.append(str(error))
    return list(pairs.values()), unread


def _key(pair: Pair) -> str:
    """What a verdict hangs on."""
    told = "\n".join((VERSION, pair.id, pair.teacher, pair.language, pair.code, pair.view, pair.intent))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _judged(folder: Path, pairs: list[Pair], arguments: argparse.Namespace, progress: Progress) -> list[Verdict]:
    path = folder / JUDGED
    known: dict[str, Verdict] = {}
    if path.exists() and not arguments.again:
        for record in store.read(path):
            key = record.pop("key")
            known[key] = Verdict(**record)
    elif path.exists():
        path.unlink()
    left = [pair for pair in pairs if _key(pair) not in known]
    progress.advance(len(pairs) - len(left))
    with store.Lines(path) as lines:
        for pair, verdict in zip(
            left, pool.run(judge, left, arguments.jobs, _died, "aiccl_converter.warm"), strict=True
        ):
            lines.append({"key": _key(pair), **verdict.record()})
            known[_key(pair)] = verdict
            progress.advance()
    return [known[_key(pair)] for pair in pairs]


def _died(pair: Pair, error: WorkerDied) -> Verdict:
    verdict = Verdict(pair.id, pair.teacher)
    verdict.mark("form", 0.0, f"the process that judged it died: {error}")
    return verdict


def _compare(pairs: list[Pair], verdicts: list[Verdict]) -> None:
    """Neighbours' views, teacher by teacher: the later of two that differ more than their codes do is marked."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (pair, verdict) in enumerate(zip(pairs, verdicts, strict=True)):
        if verdict.marks.get("form") and verdict.marks.get("fidelity"):
            groups[pair.language, pair.teacher].append(index)
    for mine in groups.values():
        for one, other in neighbours([pairs[i].code for i in mine]):
            a, b = mine[one], mine[other]
            mark = consistency((pairs[a].code, pairs[b].code), (pairs[a].view, pairs[b].view))
            # Half as alike as the code is still alike: short texts differ by a word and are another by a tenth.
            why = f"its view differs more from that of {pairs[a].project} {pairs[a].path} than its code does"
            verdicts[b].mark("consistency", min(1.0, 2 * mark), why)


def _expand(
    arguments: argparse.Namespace,
    folder: Path,
    pairs: list[Pair],
    verdicts: list[Verdict],
    tests: dict[str, dict[str, str]],
    progress: Progress,
) -> None:
    """Code from views: by a file that holds it, by the teacher of each pair, or by the model that was named."""
    at = {(p.id, p.teacher): v for p, v in zip(pairs, verdicts, strict=True)}
    again: list[tuple[Pair, str]] = []
    if arguments.expansions:
        found = expanding.known(Path(arguments.expansions))
        again = [(p, found[p.id]) for p in pairs if p.id in found]
        if not again:
            raise BadData(f"{arguments.expansions}: holds code for none of the pairs; its ids are those of other code")
    if arguments.expand:
        fit = [p for p, v in zip(pairs, verdicts, strict=True) if v.marks.get("fidelity")]
        by_model: dict[str, list[Pair]] = defaultdict(list)
        for pair in expanding.chosen(fit, arguments.expand, arguments.seed):
            model = arguments.expander or (pair.teacher if pair.teacher.startswith("claude-") else "")
            if model:
                by_model[model].append(pair)
        if not by_model:
            raise BadData("--expand: no pair is by a model that can be asked; name one with --expander")
        for model, some in by_model.items():
            found = expanding.expand(arguments, folder, model, some, progress)
            again += [(p, found[p.id]) for p in some]
    for pair, code in again:
        verdict = at[pair.id, pair.teacher]
        verdict.mark("expansion", *expanding.compared(pair.code, code, pair.language))
        if pair.id in tests and (ran := expanding.tested(pair, code, tests[pair.id])) is not None:
            verdict.mark("tests", *ran)
            if ran[0]:
                verdict.mark("expansion", 1.0)  # it does what the owners ask of it: no count of facts says more
    if tests and not any("tests" in v.marks for v in verdicts):
        progress.say("no test was run: none is of a function whose view was expanded")


def _write(folder: Path, judged: list[Judged], unread: list[str]) -> None:
    for split in SPLITS:
        kept = [(p, v) for p, v, ok in judged if ok and p.split == split]
        path = file_of(folder, split)
        if kept:
            store.write_lines(path, map(_kept, kept))
        elif path.exists():
            path.unlink()
    rejected = [
        {"quality": v.quality, "weakest": v.weakest, "why": v.why, **p.record()} for p, v, ok in judged if not ok
    ]
    store.write_lines(
        folder / REJECTED, [*rejected, *({"quality": 0.0, "weakest": "form", "why": {"form": w}} for w in unread)]
    )


def _kept(item: tuple[Pair, Verdict]) -> dict[str, Any]:
    pair, verdict = item
    return {**pair.record(), "score": verdict.score, "ratio": verdict.ratio}


__all__ = ["validate"]

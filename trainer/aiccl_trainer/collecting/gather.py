"""All of `collect`: fetch, cut up, drop copies, split, balance, write.

Contract: every entry of the manifest becomes one file below `parts/`, whole or not at all; a second run takes those
that are there. `functions.jsonl` is made of the parts, `manifest.lock.json` records version, licence, hash and numbers
of each entry, `report.json` what was dropped and what is left. An entry that fails is told at the end, the others are
done.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiccl_converter.errors import WorkerDied
from aiccl_converter.files import deep, pool, walk_sources

from aiccl_trainer import balance, samples, store
from aiccl_trainer.collecting import nearly, splits
from aiccl_trainer.collecting.fetch import fetch
from aiccl_trainer.collecting.functions import File, is_own_source, of_file
from aiccl_trainer.collecting.licences import permissive
from aiccl_trainer.collecting.manifest import Entry, Manifest, entry, load
from aiccl_trainer.errors import BadData, CannotFetch, NoData, TrainerError
from aiccl_trainer.kinds import complexity_of
from aiccl_trainer.progress import Progress
from aiccl_trainer.samples import FILE, Sample

LOCK, REPORT = "manifest.lock.json", "report.json"


def collect(arguments: argparse.Namespace) -> int:
    """Gather the functions. Returns the exit code."""
    manifest = Manifest([item for path in arguments.manifest for item in load(path).entries])
    for place in arguments.folder:
        values = {"path": place, "licence": arguments.licence} if arguments.licence else {"path": place}
        manifest.entries.append(entry("folder", values, f"--folder {place}: "))
    for place in arguments.corpus:
        path, _, split = place.partition("=")
        manifest.entries.append(
            entry("corpus", {"path": path, **({"split": split} if split else {})}, f"--corpus {place}: ")
        )
    if not manifest.entries:
        raise NoData("nothing to collect from; name a --manifest, a --folder or a --corpus")
    with (
        store.exclusive(arguments.output_dir) as folder,
        Progress(folder, "collect", len(manifest.entries), quiet=arguments.quiet) as progress,
    ):
        lock, failed = _parts(manifest, folder, arguments, progress)
        found = _read(manifest, folder, lock)
        if not found:
            why = f"; {failed[0]}" if failed else ""
            raise NoData(f"no function was found in what the manifest names{why}")
        allowed, refused = _allowed(found, arguments)
        if refused:
            progress.say(refused)
        if not allowed:
            raise NoData(refused)
        kept, report = _chosen(allowed, arguments)
        report["found"] = len(found)
        report["dropped"] = {"other licences": len(found) - len(allowed), **report["dropped"]}
        store.write_lines(folder / FILE, (sample.record() for sample in kept))
        store.write_json(folder / LOCK, lock)
        store.write_json(folder / REPORT, report)
        progress.figures.update(found=len(found), kept=len(kept), failed=len(failed))
        for problem in failed:
            progress.say(problem)
    return 1 if failed else 0


def _parts(
    manifest: Manifest, folder: Path, arguments: argparse.Namespace, progress: Progress
) -> tuple[dict[str, Any], list[str]]:
    """Each entry's part made, where it is not there: the lock, and what failed."""
    before: dict[str, Any] = {}
    if (folder / LOCK).exists():
        import json

        with contextlib.suppress(ValueError):  # damaged: what stands beside each part says it again
            before = _tables(json.loads((folder / LOCK).read_text(encoding="utf-8")))
    lock: dict[str, Any] = {}
    failed: list[str] = []
    cache = Path(arguments.cache or folder / "downloads")
    for item in manifest.entries:
        part = folder / "parts" / f"{item.key}.jsonl"
        known = before.get(item.key) or _told(part)
        try:
            if item.kind not in ("folder", "corpus") and known and part.exists():
                _allow(item, str(known.get("licence", "")), arguments)
                lock[item.key] = known
            else:
                lock[item.key] = _part(item, part, known, cache, arguments)
        except TrainerError as error:
            failed.append(str(error))
        progress.advance(functions=sum(entry["functions"] for entry in lock.values()))
    return lock, failed


def _told(part: Path) -> Any:
    """What stands beside a part about where it came from, if a run ended before the lock was written."""
    import json

    try:
        told = json.loads(part.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return _tables({"": told}).get("")


def _tables(told: Any) -> dict[str, Any]:
    """What a lock says of each entry, as far as it is whole."""
    needed = ("licence", "sha256", "functions")
    rows = told.items() if isinstance(told, dict) else ()
    return {key: row for key, row in rows if isinstance(row, dict) and all(name in row for name in needed)}


def _part(item: Entry, part: Path, known: Any, cache: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    if item.kind == "corpus":
        path = Path(item.place)
        if not path.is_file():
            raise NoData(f"{path}: no such file; name a JSONL file of functions")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if known and part.exists() and known["sha256"] == digest:
            return dict(known)
        rows = _complete(samples.read_samples([path]), item, arguments)
        told = {"source": str(item), "version": "", "licence": "as each function says", "sha256": digest, "files": 1}
    else:
        fetched = fetch(item, cache)
        _allow(item, fetched.licence, arguments)
        if known and part.exists() and known["sha256"] == fetched.sha256:
            return dict(known)
        files = _files(item, fetched.folder, fetched.licence)
        rows = [s for some in pool.run(of_file, files, arguments.jobs, _died, "aiccl_converter.warm") for s in some]
        told = {
            "source": str(item),
            "version": fetched.version,
            "licence": fetched.licence,
            "sha256": fetched.sha256,
            "files": len(files),
        }
    if item.sha256 and item.sha256 != told["sha256"]:
        raise BadData(
            f"{item}: its sha256 is {told['sha256']}, the manifest says {item.sha256}; find out which is right"
        )
    told["functions"] = len(rows)
    store.write_lines(part, (sample.record() for sample in rows))
    store.write_json(part.with_suffix(".json"), told)
    return told


def _allow(item: Entry, licence: str, arguments: argparse.Namespace) -> None:
    """Raises CannotFetch where an entry's code may not be learned from: also code that was cut up before, when it was
    asked for under any licence."""
    if not arguments.any_licence and not permissive(licence):
        what = f"its licence is {licence!r}" if licence else "it does not say its licence"
        raise CannotFetch(
            f"{item}: {what}, which is not known to be permissive; set `licence` in the manifest, or say --any-licence"
        )


def _files(item: Entry, folder: Path, licence: str) -> list[File]:
    found = []
    for path in walk_sources(folder)[0]:
        shown = os.path.relpath(path, folder).replace(os.sep, "/")
        wanted = not item.keep or any(_matches(shown, pattern) for pattern in item.keep)
        if wanted and is_own_source(shown) and not any(_matches(shown, pattern) for pattern in item.drop):
            found.append(File(path, shown, item.project, licence, item.split))
    return found


def _matches(path: str, pattern: str) -> bool:
    """`**` stands for any folders, also for none."""
    if fnmatch.fnmatchcase(path, pattern):
        return True
    return "**/" in pattern and fnmatch.fnmatchcase(path, pattern.replace("**/", ""))


def _died(file: File, error: WorkerDied) -> list[Sample]:
    return []


def _complete(found: Iterable[Sample], item: Entry, arguments: argparse.Namespace) -> list[Sample]:
    """A corpus's functions with what it does not say."""
    rows = list(found)
    for sample in rows:
        sample.split = item.split or sample.split
        sample.project = item.project or sample.project
        sample.licence = item.licence or sample.licence
    unread = [sample for sample in rows if not sample.complexity]
    levels = pool.run(_complexity, unread, arguments.jobs, lambda sample, error: "simple", "aiccl_converter.warm")
    for sample, level in zip(unread, levels, strict=True):
        sample.complexity = level
    return rows


def _complexity(sample: Sample) -> str:
    from aiccl_converter.compiler import lower_unit

    try:
        return complexity_of(deep.call(lower_unit, sample.code, sample.language))
    except Exception:  # a language without a table, or code that it does not know
        return "simple"


def _read(manifest: Manifest, folder: Path, lock: dict[str, Any]) -> list[Sample]:
    found: list[Sample] = []
    for item in manifest.entries:
        if item.key in lock:
            found += samples.read_samples([folder / "parts" / f"{item.key}.jsonl"])
    return found


def _allowed(found: list[Sample], arguments: argparse.Namespace) -> tuple[list[Sample], str]:
    """The functions that may be learned from, and a line about the others: a corpus says its licence row by row."""
    if arguments.any_licence:
        return found, ""
    may = {name: permissive(name) for name in {s.licence for s in found}}
    names = ", ".join(sorted(name or "none" for name, fits in may.items() if not fits))
    allowed = [s for s in found if may[s.licence]]
    return allowed, names and (
        f"{len(found) - len(allowed)} functions of a corpus are left out, their licence ({names}) is not known to be "
        "permissive; set `licence` in the manifest, or say --any-licence"
    )


def _chosen(found: list[Sample], arguments: argparse.Namespace) -> tuple[list[Sample], dict[str, Any]]:
    """What is kept of all that was found, and why the rest is not."""
    dropped: Counter[str] = Counter()
    languages = frozenset(name.strip() for name in (arguments.languages or "").split(",") if name.strip())
    for sample in found:
        sample.split = sample.split or splits.split_of(sample.project, arguments.seed, arguments.valid, arguments.test)
    # What is held out goes first, so that of two copies it is the training function that goes.
    order = {"test": 0, "valid": 1, "train": 2}
    ranked = sorted((s for s in found if not languages or s.language in languages), key=lambda s: order[s.split])
    dropped["other languages"] = len(found) - len(ranked)
    unique: dict[tuple[str, str], Sample] = {}
    for sample in ranked:
        unique.setdefault(
            (sample.language, hashlib.md5(re.sub(r"\s+", "", sample.code).encode("utf-8", "replace")).hexdigest()),
            sample,
        )
    dropped["copies"] = len(ranked) - len(unique)
    kept: list[Sample] = []
    by_language: dict[str, list[Sample]] = defaultdict(list)
    for sample in unique.values():
        by_language[sample.language].append(sample)
    quota = balance.quotas(arguments.quotas)
    for language in sorted(by_language):
        mine = by_language[language]
        twins = nearly.copies([s.code for s in mine], arguments.near) if arguments.near < 1 else {}
        dropped["near copies"] += len(twins)
        rest = [s for i, s in enumerate(mine) if i not in twins]
        taken = _balanced(rest, quota.get(language, arguments.per_language), arguments)
        dropped["beyond the balance"] += len(rest) - len(taken)
        kept += taken
    kept.sort(key=lambda s: (s.project, s.path, s.line, s.id))
    tally: dict[str, Any] = {"found": len(found), "kept": len(kept), "dropped": dict(dropped)}
    for name in ("split", "language", "kind", "complexity", "project", "licence"):
        tally[name] = dict(sorted(Counter(str(getattr(s, name)) for s in kept).items()))
    tally["with doc"] = sum(bool(s.doc) for s in kept)
    return kept, tally


def _balanced(found: list[Sample], most: int, arguments: argparse.Namespace) -> list[Sample]:
    """Of each split of a language: kinds and complexities in turn, no project beyond its share, `most` for training."""
    out: list[Sample] = []
    for split in ("train", "valid", "test"):
        mine = balance.order([s for s in found if s.split == split], arguments.seed, first=lambda s: bool(s.doc))
        projects = {s.project for s in mine}
        wanted = min(most or len(mine), len(mine))
        # A share of the whole that is wanted; with few projects an equal part of it is the least that can be meant.
        cap = max(int(wanted * arguments.max_share), -(-wanted // len(projects))) if projects else 0
        taken: Counter[str] = Counter()
        for sample in mine:
            if len(taken) and sum(taken.values()) >= wanted:
                break
            if taken[sample.project] < cap:
                taken[sample.project] += 1
                out.append(sample)
    return out

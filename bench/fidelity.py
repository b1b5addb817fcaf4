"""How honest the fidelity check is: which share of sound views passes, which share of faulty ones is caught.

Contract: `python bench/fidelity.py` reads the pairs (functions restated by a large model, audited), checks every view,
makes mutants of those that pass, and prints both figures by language and by kind of mutant, for even rows, odd rows
and all of them; then the same for the compiler's own views of the same functions. `--misses` lists mutants that were
not caught, `--failures` views that were rejected (`--half` of one half only, where the other is to stay unseen),
`--write` puts the tables into docs/fidelity.md. Other views of other functions are read with `--pairs`.
`blind_views.jsonl.gz` holds views of functions of the evaluation corpus, written by a large model without a look at the
check, that nobody who works on the check reads: it lists nothing of them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "converter"))
sys.path.insert(0, str(ROOT / "bench"))

from aiccl_converter.compiler import lower_unit  # noqa: E402
from aiccl_converter.compiler.rules import engine  # noqa: E402
from aiccl_converter.fidelity import THRESHOLD, Report, compare, extract  # noqa: E402
from aiccl_converter.fidelity.check import plain_source  # noqa: E402
from aiccl_converter.language.parser import parse_unit  # noqa: E402
from mutants import KINDS, mutants  # noqa: E402

DOC = ROOT / "docs" / "fidelity.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HALVES = {"even": (0,), "odd": (1,), "all": (0, 1)}
BLIND = ROOT / "bench" / "blind_views.jsonl.gz"
NAMES = {
    "model": "A large model's views",
    "blind": "A large model's views that nobody read",
    "compiler": "The compiler's views",
}
NAMED = ("call dropped", "condition negated", "error renamed", "literal changed", "step invented")


@dataclass
class Outcome:
    """What came of one row."""

    row: int
    language: str
    passed: bool = False
    score: float = 0.0
    why: list[str] = field(default_factory=list)
    made: list[tuple[str, bool]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def reasons(report: Report) -> list[str]:
    """Why a view fails, as kinds."""
    if report.error:
        return ["unread"]
    out = ["invented"] if report.invented else []
    fatal = set(report.contradictions)
    out += sorted({f.kind for f in report.findings if f.text in fatal})
    return out + (["score"] if report.score < report.threshold else [])


def judge(job: tuple[int, dict[str, Any], argparse.Namespace, str]) -> Outcome:
    """One row: its view, then its mutants."""
    i, row, options, views = job
    language, code = row["language"], row["code"]
    out = Outcome(i, language)
    try:
        tree = lower_unit(code, language)
        source = extract(plain_source(tree, language))
        if views == "compiler":
            view, context = engine(language).run_steps(tree)
            stated = frozenset(context.stated)
            shown: Any = view
        else:
            shown, stated = row["view"], frozenset()
            view = [parse_unit(row["view"])]
    except Exception as error:
        out.why = [f"unread: {error}"[:60]]
        return out
    free = views != "compiler"
    listed = views != "blind" and i % 2 in HALVES[options.half]
    report = compare(source, shown, language, source_text=code, stated=stated)
    out.passed, out.score, out.why = report.passed, report.score, reasons(report) if not report.passed else []
    if not report.passed:
        if options.failures and listed and (not options.why or options.why in " ".join(out.why)):
            out.notes.append(f"--- row {i} {language} {out.why}\n{report}\n{code}\n--\n{row['view']}\n")
        return out
    if options.no_mutants or len(view) != 1:
        return out
    for kind, what, faulty in mutants(view[0], i, options.each):
        verdict = compare(source, [faulty], language, source_text=code, stated=stated, free=free)
        out.made.append((kind, not verdict.passed))
        if verdict.passed and options.misses and listed and (not options.kind or options.kind == kind):
            out.notes.append(f"--- row {i} {language}: missed {kind}: {what}\n{code}\n--\n{row['view']}\n")
    return out


def read(path: str | Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    opener: Any = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def blind(corpus: str) -> list[dict[str, Any]]:
    """The views that nobody read, with the functions that they are of."""
    views = {view["id"]: view for view in read(BLIND)}
    rows = []
    for row in read(corpus):
        key = hashlib.sha256(f"{row['language']}\n{row['code']}".encode()).hexdigest()[:16]
        if key in views:
            rows.append({**views.pop(key), "code": row["code"]})
    return rows


def run(options: argparse.Namespace, views: str) -> list[Outcome]:
    """Judges the rows, in order."""
    rows = blind(options.corpus) if views == "blind" else read(options.pairs)
    jobs = [
        (i, row, options, views)
        for i, row in enumerate(rows)
        if (i // 2) % options.sample == 0 and options.language in ("", row["language"])
    ]
    with Pool(options.jobs) as pool:
        return list(pool.imap(judge, jobs, 16))


def share(flags: Iterable[bool]) -> str:
    """A percentage, or a dash."""
    flags = list(flags)
    return f"{100 * sum(flags) / len(flags):.1f}" if flags else "-"


def tables(outcomes: list[Outcome]) -> str:
    """Both figures as Markdown."""
    halves = [[o for o in outcomes if o.row % 2 in rows] for rows in HALVES.values()]
    out = [
        "| language | rows | pass %, even | odd | all | caught %, even | odd | all |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for lang in [*sorted({o.language for o in outcomes}), "all"]:
        picked = [[o for o in half if lang in (o.language, "all")] for half in halves]
        passed = [share(o.passed for o in half) for half in picked]
        caught = [share(c for o in half for _, c in o.made) for half in picked]
        out.append(f"| {lang} | {len(picked[-1])} | {' | '.join(passed)} | {' | '.join(caught)} |")
    out += ["", "| mutant | made | caught %, even | odd | all |", "|---|---:|---:|---:|---:|"]
    groups = [(kind, (kind,)) for kind in KINDS] + [("the five first named", NAMED), ("all", KINDS)]
    for name, kinds in groups:
        flags = [[c for o in half for k, c in o.made if k in kinds] for half in halves]
        out.append(f"| {name} | {len(flags[-1])} | {' | '.join(map(share, flags))} |")
    return "\n".join(out)


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", default=str(ROOT.parent / "shared" / "pairs" / "train.jsonl"))
    parser.add_argument("--corpus", default=str(ROOT.parent / "shared" / "corpus" / "eval.jsonl.gz"))
    parser.add_argument("--views", choices=(*NAMES, "all"), default="all")
    parser.add_argument("--sample", type=int, default=1, help="every n-th two rows")
    parser.add_argument("--each", type=int, default=1, help="mutants of a kind a view")
    parser.add_argument("--language", default="")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--kind", default="", help="with --misses: only this kind")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--why", default="", help="with --failures: only with this reason")
    parser.add_argument("--half", choices=tuple(HALVES), default="all", help="with --misses or --failures: these rows")
    parser.add_argument("--no-mutants", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    parts = []
    for views in NAMES if options.views == "all" else (options.views,):
        started = time.perf_counter()
        outcomes = run(options, views)
        for outcome in outcomes:
            print("".join(outcome.notes), end="")
        parts.append(f"### {NAMES[views]}\n\n{tables(outcomes)}")
        print(parts[-1])
        why = Counter(w for o in outcomes for w in o.why)
        scores = sorted(o.score for o in outcomes if o.score)
        print("\nwhy views failed:", dict(why.most_common(25)))
        if scores:
            print(
                f"score: mean {sum(scores) / len(scores):.4f}, worst decile {scores[len(scores) // 10]:.4f}", end="; "
            )
        print(f"threshold {THRESHOLD}; {time.perf_counter() - started:.0f} s\n")
    if options.write:
        doc = DOC.read_text(encoding="utf-8")
        head, rest = doc.split(BEGIN, 1)
        _, tail = rest.split(END, 1)
        body = "\n\n".join(parts)
        DOC.write_text(f"{head}{BEGIN}\n{body}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()

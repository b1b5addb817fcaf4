"""How honest the fidelity check is: which share of sound views passes, which share of faulty ones is caught.

Contract: `python bench/fidelity.py` reads the pairs (functions restated by a large model, audited), checks every view,
makes mutants of those that pass, and prints both figures by language and by kind, for the rows on which the check was
calibrated (even) and for the others (odd). `--views compiler` does the same for the compiler's own views. `--misses`
lists what was not caught, `--failures` what was rejected, `--write` puts the tables into docs/fidelity.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "converter"))
sys.path.insert(0, str(ROOT / "bench"))

from aiccl_converter.compiler import lower_unit  # noqa: E402
from aiccl_converter.fidelity import compare, extract  # noqa: E402
from aiccl_converter.fidelity.report import Report  # noqa: E402
from aiccl_converter.language.parser import parse_unit  # noqa: E402
from mutants import KINDS, mutants  # noqa: E402

DOC = ROOT / "docs" / "fidelity.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


class Tally:
    """Counts of one half of the rows."""

    def __init__(self) -> None:
        self.passed: Counter[str] = Counter()
        self.all: Counter[str] = Counter()
        self.caught: Counter[tuple[str, str]] = Counter()
        self.made: Counter[tuple[str, str]] = Counter()
        self.why: Counter[str] = Counter()
        self.scores: list[float] = []


def reasons(report: Report) -> list[str]:
    """Why a view fails, as kinds."""
    if report.error:
        return ["unread"]
    out = ["invented"] if report.invented else []
    fatal = set(report.contradictions)
    out += sorted({f.kind for f in report.findings if f.text in fatal})
    if report.score < report.threshold:
        out.append("score")
    return out


def run(options: argparse.Namespace) -> tuple[Tally, Tally]:
    """Checks the rows and their mutants."""
    halves = (Tally(), Tally())
    with open(options.pairs, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for i, row in enumerate(rows):
        if options.sample > 1 and (i // 2) % options.sample:
            continue
        if options.language and row["language"] != options.language:
            continue
        half = halves[i % 2]
        one(i, row, half, options)
    return halves


def one(i: int, row: dict[str, Any], half: Tally, options: argparse.Namespace) -> None:
    """One row: its view, then its mutants."""
    language = row["language"]
    try:
        source_tree = lower_unit(row["code"], language)
        source = extract(source_tree)
    except Exception as error:
        if options.failures:
            print(f"--- row {i} {language}: source not lowered: {error!r}")
        half.why["source not lowered"] += 1
        return
    half.all[language] += 1
    if options.views == "compiler":
        from aiccl_converter.compiler import compile_unit  # type: ignore[attr-defined]

        try:
            tree = compile_unit(row["code"], language)
            report = compare(source, tree, language, source_text=row["code"])
        except Exception as error:
            half.why[f"crash {error!r}"[:60]] += 1
            return
        text = ""
    else:
        text = row["view"]
        report = compare(source, text, language, source_text=row["code"])
    half.scores.append(report.score)
    if not report.passed:
        half.why.update(reasons(report))
        why = reasons(report)
        if options.failures and i % 2 == 0 and (not options.why or options.why in " ".join(why)):
            print(f"--- row {i} {language} {why} {report}\n{row['code']}\n--\n{text}\n")
        return
    half.passed[language] += 1
    if options.no_mutants:
        return
    if options.views != "compiler":
        tree = parse_unit(text)
    for kind, what, faulty in mutants(tree, i, options.each):
        verdict = compare(source, faulty, language, source_text=row["code"], free=options.views != "compiler")
        half.made[kind, language] += 1
        if not verdict.passed:
            half.caught[kind, language] += 1
        elif options.misses and i % 2 == 0 and (not options.kind or options.kind == kind):
            print(f"--- row {i} {language}: missed {kind}: {what}\n{row['code']}\n--\n{text}\n")


def share(part: int, whole: int) -> str:
    """A percentage, or a dash."""
    return f"{100 * part / whole:.1f}" if whole else "-"


def tables(halves: tuple[Tally, Tally]) -> str:
    """Both figures as Markdown."""
    names = ("calibrated on (even rows)", "never looked at (odd rows)")
    languages = sorted({lang for h in halves for lang in h.all})
    out = ["| language | " + " | ".join(f"pass %, {n} | caught %, {n}" for n in names) + " |"]
    out.append("|---|" + "---:|" * 4)
    for lang in [*languages, "all"]:
        cells = []
        for h in halves:
            chosen = languages if lang == "all" else [lang]
            cells.append(share(sum(h.passed[x] for x in chosen), sum(h.all[x] for x in chosen)))
            keys = [k for k in h.made if k[1] in chosen]
            cells.append(share(sum(h.caught[k] for k in keys), sum(h.made[k] for k in keys)))
        out.append(f"| {lang} | " + " | ".join(cells) + " |")
    out += ["", "| mutant | made | caught %, even rows | caught %, odd rows |", "|---|---:|---:|---:|"]
    for kind in KINDS:
        total = sum(h.made[k] for h in halves for k in h.made if k[0] == kind)
        cells = []
        for h in halves:
            keys = [k for k in h.made if k[0] == kind]
            cells.append(share(sum(h.caught[k] for k in keys), sum(h.made[k] for k in keys)))
        out.append(f"| {kind} | {total} | {cells[0]} | {cells[1]} |")
    return "\n".join(out)


def write(text: str) -> None:
    """Puts the tables between the markers of docs/fidelity.md."""
    doc = DOC.read_text(encoding="utf-8")
    head, rest = doc.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    DOC.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", default=str(ROOT.parent / "shared" / "pairs" / "train.jsonl"))
    parser.add_argument("--views", choices=("model", "compiler"), default="model")
    parser.add_argument("--sample", type=int, default=1, help="every n-th pair of rows")
    parser.add_argument("--each", type=int, default=1, help="mutants of a kind a view")
    parser.add_argument("--language", default="")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--kind", default="", help="with --misses: only this kind")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--why", default="", help="with --failures: only with this reason")
    parser.add_argument("--no-mutants", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    halves = run(options)
    text = tables(halves)
    print(text)
    print("\nwhy views failed:", dict((halves[0].why + halves[1].why).most_common(30)))
    scores = sorted(s for h in halves for s in h.scores)
    if scores:
        print("score: mean", round(sum(scores) / len(scores), 4), "worst decile", round(scores[len(scores) // 10], 4))
    if options.write:
        write(text)


if __name__ == "__main__":
    main()

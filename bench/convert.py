"""What the converter reaches: tokens, fidelity, seconds and memory, by language and by kind of code, beside its peers.

    python bench/convert.py [--corpus ../shared/corpus/eval.jsonl.gz] [--files ../shared/pairs/files.jsonl]
                            [--pairs ../shared/pairs/train.jsonl] [--package PATH ...] [--sample N] [--write]

Four parts, each a table: functions of the evaluation corpus one by one; the compiler beside a large model's views of
the same functions and files; whole packages beside repomix `--compress`, python-minifier and the AST skeleton; and time
and memory on them. Fidelity is the check on the view's text, read again by the parser, not the converter's own note.
`--write` puts the tables into docs/benchmarks.md and the plot into docs/benchmarks.svg. All counts are o200k_base.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import peers
from aiccl_converter import AICCLConverter, tokens
from aiccl_converter.fidelity import check
from aiccl_converter.source.detect import language_of

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
DOC = ROOT / "docs" / "benchmarks.md"

KINDS = {
    "API": ("api", "rest", "endpoint", "route", "controller", "handler", "view", "resource", "serializer"),
    "auth": ("auth", "login", "token", "session", "password", "permission", "oauth", "security"),
    "database": ("sql", "query", "database", "storage", "migration", "repository", "/db", "orm", "schema"),
    "CRUD": ("create", "update", "delete", "save", "destroy", "insert"),
    "frontend": ("component", "render", "hook", "button", "screen", "template", "html", "jsx"),
    "data processing": ("parse", "convert", "format", "encode", "decode", "serialize", "transform", "filter"),
    "algorithms": ("algorithm", "graph", "tree", "sort", "search", "path", "matrix", "hash"),
    "architecture": ("factory", "config", "plugin", "middleware", "service", "provider", "manager", "registry"),
}
"""Kinds by words in a function's path and its first line; the first that fits. Rough, and the same for every tool."""


def kind_of(row: dict) -> str:  # type: ignore[type-arg]
    text = (row["path"] + " " + row["code"].split("\n", 1)[0]).lower()
    return next((kind for kind, words in KINDS.items() if any(w in text for w in words)), "other")


@dataclass
class Figures:
    """One row of a table as it fills."""

    raw: int = 0
    bare: int = 0
    outline: int = 0
    exact: int = 0
    flow: int = 0
    theirs: int = 0
    count: int = 0
    errors: int = 0
    outlined: int = 0
    invented: int = 0
    failed: int = 0
    ratios: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def worst_ratio(self) -> float:
        return decile(self.ratios)

    def worst_score(self) -> float:
        return decile(self.scores)


def decile(values: list[float]) -> float:
    """The mean of the worst tenth."""
    if not values:
        return 0.0
    worst = sorted(values)[: max(1, len(values) // 10)]
    return statistics.mean(worst)


def load(path: Path, sample: int) -> list[dict]:  # type: ignore[type-arg]
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][::sample]


def functions(rows: Iterable[dict], converter: AICCLConverter, exact: bool) -> tuple[dict, dict, float]:  # type: ignore[type-arg]
    """Figures by language (with `all`) and by kind, and the seconds that the flow level took."""
    count = tokens.counter().count
    by_language: dict[str, Figures] = defaultdict(Figures)
    by_kind: dict[str, Figures] = defaultdict(Figures)
    seconds = 0.0
    for row in rows:
        code, language = row["code"], row["language"]
        into = [by_language[language], by_language["all"], by_kind[kind_of(row)]]
        raw = count(code)
        for figures in into:
            figures.count += 1
        try:
            start = time.perf_counter()
            flow = converter.convert_to_aiccl(code, language)
            seconds += time.perf_counter() - start
            outline = converter.convert_to_aiccl(code, language, "outline", views=False)
            short = converter.convert_to_aiccl(code, language, "exact", views=False) if exact else None
        except Exception as error:
            print(f"{language} {row['path']}:{row['line']}: {type(error).__name__}: {error}", file=sys.stderr)
            for figures in into:
                figures.errors += 1
            continue
        report = check(code, flow.text, language)
        bare = count(peers.without_comments(code, language))
        for figures in into:
            figures.raw += raw
            figures.bare += bare
            figures.flow += flow.tokens
            figures.outline += outline.tokens
            figures.exact += short.tokens if short else 0
            figures.outlined += bool(flow.outlined)
            figures.ratios.append(raw / max(1, flow.tokens))
            figures.scores.append(report.score)
            figures.invented += bool(report.invented)
            figures.failed += not report.passed
    return by_language, by_kind, seconds


def table(rows: dict[str, Figures], head: str) -> str:
    """Functions as a Markdown table."""
    lines = [
        f"| {head} | functions | raw | no comments | exact | outline | flow | ratio (total) | median | worst decile"
        " | fidelity | worst decile | invented | not passed | outlined | errors |",
        "|---|" + "--:|" * 15,
    ]
    for name in sorted(rows, key=lambda n: (n == "all", n)):
        f = rows[name]
        if not f.ratios:
            continue
        lines.append(
            f"| {name} | {f.count:,} | {f.raw:,} | {f.bare:,} | {f.exact:,} | {f.outline:,} | {f.flow:,} "
            f"| {f.raw / f.flow:.2f} | {statistics.median(f.ratios):.2f} | {f.worst_ratio():.2f} "
            f"| {statistics.mean(f.scores):.3f} | {f.worst_score():.3f} | {f.invented} | {f.failed} | {f.outlined} "
            f"| {f.errors} |"
        )
    return "\n".join(lines)


def beside_a_large_model(pairs: list[dict], files: list[dict], converter: AICCLConverter) -> tuple[str, str]:  # type: ignore[type-arg]
    """The compiler's tokens beside a large model's, by language: functions, then files with their map."""
    count = tokens.counter().count
    first: dict[str, Figures] = defaultdict(Figures)
    for row in pairs:
        flow = converter.convert_to_aiccl(row["code"], row["language"], views=False)
        for key in (row["language"], "all"):
            f = first[key]
            f.count += 1
            f.raw += count(row["code"])
            f.flow += flow.tokens
            f.theirs += count(row["view"])
    lines = ["| language | functions | source | compiler | large model | ratio | large model's |", "|---|" + "--:|" * 6]
    for key in sorted(first, key=lambda n: (n == "all", n)):
        f = first[key]
        ratios = f"{f.raw / f.flow:.2f} | {f.raw / f.theirs:.2f}"
        lines.append(f"| {key} | {f.count} | {f.raw:,} | {f.flow:,} | {f.theirs:,} | {ratios} |")
    second: dict[str, Figures] = defaultdict(Figures)
    for row in files:
        flow = converter.convert_to_aiccl(row["code"], row["language"], path=row["path"], views=False)
        body = flow.text.split("<comp:code", 1)[1].split(">\n", 1)[1].rsplit("\n</comp:code>", 1)[0]
        bare = count(body) + (count(flow.map) if flow.map else 0)
        for key in (row["language"], "all"):
            f = second[key]
            f.count += 1
            f.raw += flow.source_tokens
            f.flow += flow.tokens
            f.bare += bare
            f.theirs += count(row["map"] + "\n" + row["view"] if row["map"] else row["view"])
            f.scores.append(flow.score)
    more = [
        "| language | files | source | document | map and view | large model | ratio (map and view) | whole document"
        " | large model's | fidelity |",
        "|---|" + "--:|" * 9,
    ]
    for key in sorted(second, key=lambda n: (n == "all", n)):
        f = second[key]
        more.append(
            f"| {key} | {f.count} | {f.raw:,} | {f.flow:,} | {f.bare:,} | {f.theirs:,} | {f.raw / f.bare:.2f} "
            f"| {f.raw / f.flow:.2f} | {f.raw / f.theirs:.2f} | {statistics.mean(f.scores):.3f} |"
        )
    return "\n".join(lines), "\n".join(more)


def package(path: Path, repomix: list[str] | None, rounds: int) -> list[str]:
    """One package: tokens of each tool on the same files, the median of the wall times, the largest process."""
    count = tokens.counter().count
    sources = [p for p in sorted(path.rglob("*")) if p.is_file() and language_of(str(p)) is not None]
    texts = [p.read_text("utf-8", "replace") for p in sources]
    raw = sum(count(t) for t in texts)
    rows = [f"| {path.name} | {len(sources):,} files | raw | {raw:,} | 1.00 | - | - |"]

    def add(name: str, text_tokens: int, seconds: str = "-", memory: str = "-") -> None:
        rows.append(
            f"| {path.name} | | {name} | {text_tokens:,} | {raw / max(1, text_tokens):.2f} | {seconds} | {memory} |"
        )

    with tempfile.TemporaryDirectory() as folder:
        runs: dict[str, list[peers.Run]] = defaultdict(list)
        for _ in range(rounds):
            for level in ("flow", "outline", "exact") if not runs else ("flow",):
                out = Path(folder) / f"{level}.txt"
                command = [
                    sys.executable,
                    "-m",
                    "aiccl_converter",
                    "compress",
                    "--level",
                    level,
                    "--output",
                    str(out),
                    str(path),
                ]
                runs[f"aiccl {level}"].append(peers.measured(command, out))
            if repomix is not None:
                out = Path(folder) / "repomix.xml"
                include = ",".join(f"**/*{s}" for s in sorted({p.suffix for p in sources if p.suffix}))
                command = [*repomix, "--include", include, "-o", str(out), str(path)]
                runs["repomix --compress"].append(peers.measured(command, out))
                # Without its search for secrets, which is no part of compressing.
                runs["repomix --compress --no-security-check"].append(
                    peers.measured([*command, "--no-security-check"], out)
                )
    for name, several in runs.items():
        seconds = statistics.median(r.seconds for r in several)
        add(name, count(several[-1].text), f"{seconds:.2f}", f"{max(r.megabytes for r in several):.0f}")
    if sources and all(p.suffix in (".py", ".pyi") for p in sources):
        add("no comments", sum(count(peers.without_comments(t, "python")) for t in texts))
        skeletons = [peers.skeleton(t) for t in texts]
        add("AST skeleton", sum(count(s if s is not None else t) for s, t in zip(skeletons, texts, strict=True)))
        try:
            small = [peers.minified(t) for t in texts]
            add("python-minifier", sum(count(s if s is not None else t) for s, t in zip(small, texts, strict=True)))
        except ImportError:
            print("python-minifier is not installed: its row is missing (pip install python-minifier)", file=sys.stderr)
    return rows


def plot(rows: dict[str, Figures], target: Path) -> None:
    """Ratios by language as one SVG."""
    try:
        import matplotlib
    except ImportError:
        print("matplotlib is not installed: no plot (pip install matplotlib)", file=sys.stderr)
        return
    matplotlib.use("svg")
    import matplotlib.pyplot as pyplot

    matplotlib.rcParams["svg.hashsalt"] = "aiccl"
    names = sorted(rows, key=lambda n: rows[n].raw / max(1, rows[n].flow))
    figure, axes = pyplot.subplots(figsize=(9, 0.45 * len(names) + 1.6))
    for offset, (label, part, colour) in enumerate(
        (("no comments", "bare", "#b8c4d0"), ("exact", "exact", "#7a93ab"), ("flow", "flow", "#1f6feb"))
    ):
        values = [rows[n].raw / max(1, getattr(rows[n], part)) for n in names]
        places = [i + (offset - 1) * 0.27 for i in range(len(names))]
        axes.barh(places, values, height=0.26, label=label, color=colour)
    axes.set_yticks(range(len(names)), names)
    axes.axvline(1.7, color="#888", linewidth=0.8, linestyle="--")
    axes.set_xlabel("times fewer o200k_base tokens than the code (evaluation corpus, total)")
    axes.legend(loc="lower right", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


def write(parts: dict[str, str]) -> None:
    """Put each table between its markers in docs/benchmarks.md."""
    text = DOC.read_text("utf-8")
    for name, body in parts.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n{body}\n{end}{tail}"
    DOC.write_text(text, "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpus" / "eval.jsonl.gz")
    parser.add_argument("--files", type=Path, default=SHARED / "pairs" / "files.jsonl")
    parser.add_argument("--pairs", type=Path, default=SHARED / "pairs" / "train.jsonl")
    parser.add_argument(
        "--package", type=Path, action="append", default=[], help="a folder; may be given several times"
    )
    parser.add_argument("--sample", type=int, default=1, help="every Nth function")
    parser.add_argument("--rounds", type=int, default=3, help="timed runs of each tool on a package")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "aiccl-bench", help="where repomix goes")
    parser.add_argument("--no-exact", action="store_true", help="leave out the exact level")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its plot")
    options = parser.parse_args()
    tokens.expect_much()
    converter = AICCLConverter()
    parts: dict[str, str] = {}
    if options.corpus.exists():
        by_language, by_kind, seconds = functions(load(options.corpus, options.sample), converter, not options.no_exact)
        parts["functions"] = table(by_language, "language")
        parts["kinds"] = table(by_kind, "kind")
        print(parts["functions"], "", parts["kinds"], f"\nflow level: {seconds:.1f} s, one process\n", sep="\n")
        if options.write:
            plot(by_language, DOC.with_suffix(".svg"))
    if options.pairs.exists() and options.files.exists():
        pair_rows, file_rows = load(options.pairs, options.sample), load(options.files, 1)
        parts["pairs"], parts["files"] = beside_a_large_model(pair_rows, file_rows, converter)
        print(parts["pairs"], "", parts["files"], "", sep="\n")
    if options.package:
        repomix = peers.repomix_command(options.cache / peers.REPOMIX.replace("@", "-"))
        if repomix is None:
            print("repomix is not installed and npm could not bring it: its rows are missing", file=sys.stderr)
        lines = [
            "| package | | tool | tokens | ratio | wall s (median) | largest process MB |",
            "|---|---|---|--:|--:|--:|--:|",
        ]
        for path in options.package:
            lines += package(path, repomix, options.rounds)
        parts["packages"] = "\n".join(lines)
        print(parts["packages"])
    if options.write:
        write(parts)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

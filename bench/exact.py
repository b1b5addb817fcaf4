"""The exact level over the corpora: how many functions give their own token sequence back, and at what size.

    python bench/exact.py [--corpus ../shared/corpus] [--sample N] [--language L] [--show N] [--write]

The comparison here is its own: the leaves of the syntax trees of source and expansion, in order, with their kinds and
texts, comments left out. `--sample N` takes every Nth function.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import page
from aiccl_converter.levels.exact import exact, expand
from aiccl_converter.source import language, parse_fragment
from aiccl_converter.tokens import count

HEADS = ("functions", "exact", "fell back", "o200k in", "o200k out", "ratio", "ms each")


def leaf_sequence(code: str, name: str) -> list[tuple[str, bytes]]:
    """Kinds and texts of a text's tokens, blank ones and comments left out."""
    tree, _, offset = parse_fragment(code, name)
    end = offset + len(code.encode())
    comments = language(name).comments
    leaves = []
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node.type not in comments:
            inside = offset <= node.start_byte and node.end_byte <= end
            if node.child_count == 0 and inside and node.end_byte > node.start_byte and node.text.strip():
                leaves.append((node.type, node.text))
            if cursor.goto_first_child():
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return leaves


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--sample", type=int, default=1, help="every Nth function")
    parser.add_argument("--language", help="this language alone")
    parser.add_argument("--show", type=int, default=0, help="print so many of the functions that fail or fall back")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args()
    figures: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0, 0, 0.0])
    shown = 0
    for file in ("train.jsonl.gz", "eval.jsonl.gz"):
        with gzip.open(options.corpus / file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % options.sample:
                    continue
                entry = json.loads(line)
                name, code = entry["language"], entry["code"]
                if options.language and name != options.language:
                    continue
                started = time.perf_counter()
                view = exact(code, name)
                back = expand(view.text, name)
                seconds = time.perf_counter() - started
                right = leaf_sequence(back, name) == leaf_sequence(code, name)
                row = figures[name]
                for index, figure in enumerate((1, right, view.fell_back, count(code), count(view.text), seconds)):
                    row[index] += figure
                if shown < options.show and (view.fell_back or not right):
                    shown += 1
                    print(
                        f"--- {name} {entry['path']} right={right} fell_back={view.fell_back}\n{code}\n>>>\n{view.text}"
                    )
    total = [0.0] * 6
    rows = []
    for name, row in sorted(figures.items()):
        total = [a + b for a, b in zip(total, row, strict=True)]
        rows.append((name, *_cells(row)))
    rows.append(("all", *_cells(total)))
    print(f"{'language':12}" + "".join(f"{head:>11}" for head in HEADS))
    for name, *cells in rows:
        print(f"{name:12}" + "".join(f"{cell:>11}" for cell in cells))
    if options.write:
        head = "| language | " + " | ".join(HEADS) + " |\n|---|" + "--:|" * len(HEADS)
        page.put("exact", "\n".join([head, *("| " + " | ".join(row) + " |" for row in rows)]))
    return 0 if total[0] == total[1] else 1


def _cells(row: list[float]) -> list[str]:
    functions, right, fell_back, before, after, seconds = row
    cells = [f"{functions:,.0f}", f"{right / functions:.2%}", f"{fell_back:,.0f}", f"{before:,.0f}", f"{after:,.0f}"]
    return [*cells, f"{before / after:.2f}", f"{1000 * seconds / functions:.2f}"]


if __name__ == "__main__":
    sys.exit(main())

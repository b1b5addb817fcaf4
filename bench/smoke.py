"""The trainer's smoke recipe, from a folder of sources to a function that the new model has converted, step by step.

    python bench/smoke.py [--folder FOLDER] [--keep DIR]

Runs the commands as a maintainer would, prints the seconds of each step, and fails where a step does. The model is a
random two-layer one: this shows that every step works, not that the model is any good. The bar: under five minutes on
two cores.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRAIN, AICCL = [sys.executable, "-m", "aiccl_trainer"], [sys.executable, "-m", "aiccl_converter"]


def steps(source: Path, work: Path) -> list[tuple[str, list[str]]]:
    """Each step's name and command."""
    functions, pairs, good, run, model = (str(work / n) for n in ("functions", "pairs", "good", "run", "model"))
    first = sorted(source.rglob("*.py"), key=lambda p: (-p.stat().st_size, p.name))[0]
    made: list[tuple[str, list[str]]] = [
        ("collect", [*TRAIN, "collect", "--folder", str(source), "--licence", "Apache-2.0", "--languages", "python",
                     "--per-language", "300", "--output-dir", functions]),
        ("generate, compiler", [*TRAIN, "generate", "--model", "compiler", "--input", functions, "--output-dir", pairs,
                                "--hold-out", "12"]),
        ("generate, docs", [*TRAIN, "generate", "--model", "docs", "--input", functions, "--output-dir", pairs]),
        ("validate", [*TRAIN, "validate", "--input-dir", pairs, "--output-dir", good]),
        ("fit", [*TRAIN, "fit", "--recipe", "smoke", "--input-dir", good, "--output-dir", run, "--device", "cpu"]),
        ("export", [*TRAIN, "export", "--run", run, "--input", good, "--output-dir", model]),
        ("evaluate", [*TRAIN, "evaluate", "--input", good, "--split", "valid", "--model", model, "--limit", "12",
                      "--output-dir", str(work / "told")]),
        ("convert", [*AICCL, "compress", str(first), "--model", model, "--output", str(work / "view.aiccl")]),
    ]  # fmt: skip
    return [(name, [*command, "--quiet"] if command[2] == "aiccl_trainer" else command) for name, command in made]


def main() -> int:
    """Run the steps."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "converter" / "aiccl_converter", help="sources")
    parser.add_argument("--keep", type=Path, help="leave everything in this folder")
    arguments = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aiccl-smoke-") as scratch:
        work = arguments.keep or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for name, command in steps(arguments.folder, work):
            started = time.monotonic()
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            print(f"{name:20} {time.monotonic() - started:6.1f} s", flush=True)
            if done.returncode:
                print(f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}", file=sys.stderr)
                return 1
        view = (work / "view.aiccl").read_text(encoding="utf-8")
        if "<comp:code" not in view:
            print(f"no view was written: {view[:200]!r}", file=sys.stderr)
            return 1
    print(f"{'all':20} {time.monotonic() - begun:6.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

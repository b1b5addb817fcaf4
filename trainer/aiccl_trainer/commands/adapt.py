"""`aiccl-train adapt`: a model for one code base, from a fitted one.

Contract: gathers the code base's functions, makes pairs of their docs and of the compiler, and trains a small LoRA
on top of the given model, for some minutes. The steps are those of the other commands, in folders below the output
folder, so that each goes on where it was ended. Nothing of the code base leaves the machine.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

NAME = "adapt"
HELP = "train an adapter for one code base"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument("--repo", required=True, metavar="PATH", help="the code base")
    parser.add_argument("--run", required=True, metavar="DIR", help="the folder of a run of `fit`, or a plain model")
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the adapted model is made")
    parser.add_argument("--feedback", action="append", default=[], metavar="PATH",
                        help="pairs of `aiccl-train feedback`: corrections, trained most often")  # fmt: skip
    parser.add_argument("--recipe", default="adapt", metavar="NAME|FILE", help="how to train (default: adapt)")
    parser.add_argument("--max-minutes", type=float, default=30, metavar="N", help="of training (default: 30)")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: a GPU where there is one")
    parser.add_argument("--export", action="store_true", help="export it as well, into OUTPUT_DIR/model")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Adapt."""
    from aiccl_trainer.__main__ import run as step
    from aiccl_trainer.errors import NoData

    place, out = Path(arguments.run), Path(arguments.output_dir)
    model = place / "merged" if (place / "merged").is_dir() else place
    if not (model / "config.json").exists():
        raise NoData(f"{place}: holds no fitted model; name the folder of a run of `fit` that came to its end")
    if not Path(arguments.repo).is_dir():
        raise NoData(f"{arguments.repo}: no such folder; name the code base's")
    quiet = ["--quiet"] if arguments.quiet else []
    functions, pairs, trained = out / "functions", out / "pairs", out / "run"
    made = ["--output-dir", str(pairs)]
    steps = [
        ["collect", "--folder", arguments.repo, "--any-licence", "--output-dir", str(functions),
         "--valid", "0", "--test", "0", "--max-share", "1", *quiet],
        ["generate", "--model", "docs", "--input", str(functions), *made, "--hold-out", "8", *quiet],
        ["generate", "--model", "compiler", "--input", str(functions), *made, *quiet],
    ]  # fmt: skip
    fit = ["fit", "--output-dir", str(trained), "--recipe", arguments.recipe, "--base", str(model), *quiet]
    fit += [word for path in (str(pairs), *arguments.feedback) for word in ("--input-dir", path)]
    told = _told(model)
    fit += [word for key in ("reads", "writes") if key in told for word in (f"--{key}", str(told[key]))]
    if arguments.device:
        fit += ["--device", arguments.device]
    steps.append([*fit, "--max-minutes", str(arguments.max_minutes)])
    for words in steps:
        code = step(words)
        if code:
            return code
    if not (trained / "merged").exists():
        code = step([*fit, "--finish"])
    if not code and arguments.export:
        code = step(
            ["export", "--run", str(trained), "--output-dir", str(out / "model"), "--input", str(pairs), *quiet]
        )
    return code


def _told(model: Path) -> dict[str, object]:
    """What `fit` wrote beside the model: an adapter has to read and write as the model does."""
    path = model / "aiccl.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

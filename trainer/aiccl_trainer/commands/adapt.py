"""`aiccl-train adapt`: a model for one code base, from a fitted one.

Contract: gathers the code base's functions, makes pairs of their docs and of the compiler, and trains a small LoRA
on top of the given model, for some minutes. The steps are those of the other commands, in folders below the output
folder, so that each goes on where it was ended; training has its minutes in all, however often it is ended. Nothing of
the code base leaves the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
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
    parser.add_argument("--max-minutes", type=float, default=30, metavar="N",
                        help="of training, in all (default: 30; 0: to its end)")  # fmt: skip
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: a GPU where there is one")
    parser.add_argument("--export", action="store_true", help="export it as well, into OUTPUT_DIR/model")
    parser.add_argument("--least-confidence", type=float, default=0.0, metavar="X",
                        help="with --export: show no intent that it is less sure of, 0 to 1 (default: 0)")  # fmt: skip
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
    code = step(
        ["collect", "--folder", arguments.repo, "--any-licence", "--output-dir", str(functions),
         "--valid", "0", "--test", "0", "--max-share", "1", *quiet]
    )  # fmt: skip
    if code:
        return code
    generate = ["generate", "--input", str(functions), *made, *quiet, "--model"]
    try:
        _generate([*generate, "docs", "--hold-out", "8"])
    except NoData:
        if not arguments.feedback:
            raise
        if not arguments.quiet:
            print("adapt: no doc comment to learn from; the corrections alone are trained", file=sys.stderr)
    code = step([*generate, "compiler"])
    if code:
        return code
    fit = ["fit", "--output-dir", str(trained), "--recipe", arguments.recipe, "--base", str(model), *quiet]
    fit += [word for path in (str(pairs), *arguments.feedback) for word in ("--input-dir", path)]
    told = _told(model)
    fit += [word for key in ("reads", "writes") if key in told for word in (f"--{key}", str(told[key]))]
    if arguments.device:
        fit += ["--device", arguments.device]
    code = step([*fit, "--max-minutes", _left(trained, arguments.max_minutes)])
    if code:
        return code
    if not _merged_last(trained):
        code = step([*fit, "--finish"])
    if not code and arguments.export:
        code = step(
            ["export", "--run", str(trained), "--output-dir", str(out / "model"), "--input", str(pairs),
             "--least-confidence", str(arguments.least_confidence), *quiet]
        )  # fmt: skip
    return code


def _generate(words: list[str]) -> None:
    """That step, its errors let through."""
    from aiccl_trainer.__main__ import parser
    from aiccl_trainer.commands import generate

    generate.run(parser(generate.NAME).parse_args(words))


def _left(trained: Path, minutes: float) -> str:
    """The minutes of training that are left; 0 is no limit, so that next to none is what is left of none."""
    from aiccl_trainer.fitting import checkpoint

    held = checkpoint.load(trained) if minutes else None
    return str(minutes if held is None else max(1e-9, minutes - held[0].seconds / 60))


def _merged_last(trained: Path) -> bool:
    """Whether `merged/` is of the run as it stands: `fit` makes it only where the run came to its end."""
    from aiccl_trainer.fitting import checkpoint

    made, saved = trained / "merged" / "aiccl.json", trained / checkpoint.NAME
    return made.exists() and made.stat().st_mtime_ns >= saved.stat().st_mtime_ns


def _told(model: Path) -> dict[str, object]:
    """What `fit` wrote beside the model: an adapter has to read and write as the model does."""
    path = model / "aiccl.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

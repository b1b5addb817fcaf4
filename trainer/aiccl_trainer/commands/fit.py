"""`aiccl-train fit`: a base model, trained on pairs.

Contract: the output folder holds `base/` (the base made ready), the run's checkpoints, log and curves, and at the
end `merged/`, a plain model that `evaluate` and `export` take. The same command goes on where a run was ended.
`--finish` takes the run's own recipe, and refuses what is named otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiccl_trainer.fitting.recipe import Recipe
    from aiccl_trainer.pairs import Pair

NAME = "fit"
HELP = "train a model on pairs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments; those that a recipe has as well replace its values."""
    parser.add_argument(
        "--input-dir", "--input", dest="input", action="append", required=True, metavar="PATH",
        help="pairs: a folder of `generate` or `validate`, or a JSONL(.gz) file. May be repeated",
    )  # fmt: skip
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the run lives")
    parser.add_argument("--recipe", metavar="NAME|FILE", help="smoke, cpu (default), gpu or a TOML file")
    parser.add_argument("--base", metavar="MODEL", help="a model's folder, a GGUF file, smollm2 or tiny")
    parser.add_argument("--reads", choices=("flow", "code", "both"), help="what the model is given")
    parser.add_argument("--writes", choices=("view", "intent"), help="intents and views, or intents alone")
    parser.add_argument("--expand", type=float, metavar="SHARE", help="share of pairs also trained from view to code")
    parser.add_argument("--lora-rank", type=int, metavar="R")
    parser.add_argument("--lora-alpha", type=float, metavar="A")
    parser.add_argument("--targets", type=lambda s: s.split(","), metavar="A,B", help="layers that LoRA changes")
    parser.add_argument("--full", action="store_const", const=True, help="train every weight instead of LoRA")
    parser.add_argument("--quantise", action="store_const", const=True, help="train with weights rounded to int4")
    parser.add_argument("--learning-rate", type=float, metavar="LR")
    parser.add_argument("--epochs", type=float, metavar="N", help="of every stage, instead of the recipe's")
    parser.add_argument("--rows", type=int, metavar="N", help="rows of a step")
    parser.add_argument("--row-tokens", type=int, metavar="N", help="tokens of a row")
    parser.add_argument("--accumulate", type=int, metavar="N", help="batches of rows whose gradients are added up")
    parser.add_argument("--precision", choices=("bf16", "fp32"))
    parser.add_argument("--patience", type=int, metavar="N", help="stop after N looks without a better loss")
    parser.add_argument("--save-minutes", type=float, metavar="N", help="minutes between checkpoints")
    parser.add_argument("--check-every", type=int, metavar="N", help="steps between looks at the valid pairs")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: a GPU where there is one")
    parser.add_argument("--threads", type=int, metavar="N", help="processor threads")
    parser.add_argument("--max-minutes", type=float, default=0, metavar="N", help="save and end after so long")
    parser.add_argument("--prepare", action="store_true", help="only make the base ready")
    parser.add_argument("--finish", action="store_true", help="only make merged/ from the best weights so far")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Train."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from contextlib import ExitStack

    from aiccl_trainer import store
    from aiccl_trainer.fitting import base, together
    from aiccl_trainer.pairs import read_pairs

    folder = Path(arguments.output_dir)
    chosen = _chosen(arguments, folder)
    if arguments.threads:
        import torch

        torch.set_num_threads(arguments.threads)
    together.start(arguments.device)
    pairs = [] if arguments.finish else list(read_pairs(arguments.input))

    with ExitStack() as held:

        def begin() -> None:
            held.enter_context(store.exclusive(folder))
            if arguments.finish:
                _finish(folder, chosen)
            else:
                texts = (t for p in pairs if p.split == "train" for t in (p.code, p.flow, p.view))
                base.prepare(chosen.base, folder / "base", texts, chosen.seed)

        together.first(begin)
        if arguments.prepare or arguments.finish:
            return 0
        return _fit(arguments, folder, chosen, pairs)


def _chosen(arguments: argparse.Namespace, folder: Path) -> Recipe:
    """The recipe, with what the command line replaces; to finish a run its own, unless another is named."""
    from aiccl_trainer.errors import NoData
    from aiccl_trainer.fitting import recipe

    keys = (
        "base", "reads", "writes", "expand", "lora_rank", "lora_alpha", "targets", "full", "quantise", "learning_rate",
        "rows", "row_tokens", "accumulate", "precision", "patience", "save_minutes", "check_every", "seed",
    )  # fmt: skip
    given = {k: getattr(arguments, k) for k in keys if getattr(arguments, k) is not None}
    if arguments.finish and arguments.recipe is None:
        path = folder / "recipe.json"
        if not path.exists():
            raise NoData(f"{folder}: holds no run; run `aiccl-train fit` without --finish first")
        chosen = recipe.from_table({**json.loads(path.read_text(encoding="utf-8")), **given}, str(path))
    else:
        chosen = recipe.load(arguments.recipe or "cpu", given)
    return chosen if arguments.epochs is None else recipe.with_epochs(chosen, arguments.epochs)


def _finish(folder: Path, chosen: Recipe) -> None:
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer.errors import NoData
    from aiccl_trainer.fitting import base, loop

    ready = folder / "base"
    if not (ready / "config.json").exists():
        raise NoData(f"{folder}: holds no base/; run `aiccl-train fit` without --finish first")
    loop.finish(folder, chosen, Codec(ready / base.TOKENIZER), ready)


def _fit(arguments: argparse.Namespace, folder: Path, chosen: Recipe, pairs: list[Pair]) -> int:
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer.fitting import base, examples, loop

    ready = folder / "base"
    codec = Codec(ready / base.TOKENIZER)
    made = {
        split: examples.make(
            (p for p in pairs if p.split == split),
            codec,
            chosen.reads,
            chosen.row_tokens,
            chosen.expand if split == "train" else 0.0,
            chosen.writes,
        )
        for split in ("train", "valid")
    }
    loop.fit(
        folder,
        chosen,
        codec,
        ready,
        made["train"],
        made["valid"],
        device=arguments.device,
        max_minutes=arguments.max_minutes,
        quiet=arguments.quiet,
    )
    return 0

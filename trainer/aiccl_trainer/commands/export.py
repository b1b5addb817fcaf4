"""`aiccl-train export`: a fitted model as the files that the converter runs.

Contract: writes a whole folder (int4 ONNX in files below 50 MB, tokenizer, manifest with hashes, card) or leaves the
old one; nothing but an exported model is ever replaced. The network is compared with torch on held-out pairs first;
where figures are given, they must be of this model, and one that evaluates worse than the one it replaces is refused.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiccl_trainer.exporting.evaluated import Evaluated
    from aiccl_trainer.pairs import Pair

NAME = "export"
HELP = "turn a fitted model into the files that the converter runs"
LARGEST_LOSS = 0.25
"""By how much int4 may be worse than torch, in loss a token, before something must be wrong."""
ROW = 256
"""Tokens of a row of them."""
CALIBRATE = 64
"""Rows of training examples for the rounding; twice as many make no difference that `parity` sees."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument("--run", required=True, metavar="DIR", help="the folder of a run of `fit`, or a plain model")
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the exported model goes")
    parser.add_argument("--input-dir", "--input", dest="input", action="append", default=[], metavar="PATH",
                        help="pairs: those it was trained on, and valid ones to compare on")  # fmt: skip
    parser.add_argument("--figures", metavar="FILE", help="figures.json of `evaluate` for this model")
    parser.add_argument("--replaces", metavar="FILE", help="figures.json of the model that it is to replace "
                        "(default: the figures that the model in --output-dir was exported with)")  # fmt: skip
    parser.add_argument("--accuracy", type=int, choices=(0, 4), default=4, help="4: activations in 8 bits (default)")
    parser.add_argument("--gguf", choices=("q8_0", "q4_1", "q4_0", "f16"), help="a GGUF file as well, for llama.cpp")
    parser.add_argument(
        "--examples", type=int, default=24, metavar="N", help="pairs that int4 and torch are compared on"
    )
    parser.add_argument(
        "--calibrate", type=int, default=CALIBRATE, metavar="N",
        help="rows of training examples that the rounding to int4 looks at; 0: round to the nearest")  # fmt: skip
    parser.add_argument("--least-confidence", type=float, default=0.0, metavar="X",
                        help="show no intent that the model is less sure of, 0 to 1 (default: 0)")  # fmt: skip
    parser.add_argument("--trust", metavar="FILE",
                        help="of `evaluate --trust`: which intents to show, instead of --least-confidence")  # fmt: skip
    parser.add_argument("--force", action="store_true", help="export although it is worse, or not what was evaluated")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Export."""
    import os

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer.errors import NoData
    from aiccl_trainer.exporting import card, evaluated, folder, gguf
    from aiccl_trainer.fitting import base, examples
    from aiccl_trainer.pairs import read_pairs

    place = Path(arguments.run)
    model = place / "merged" if (place / "merged").is_dir() else place
    if not (model / "config.json").exists():
        raise NoData(f"{place}: holds no merged/; let `aiccl-train fit` run to its end, or call it with --finish")
    out = folder.target(arguments.output_dir, place)
    measured = evaluated.read(arguments.figures) if arguments.figures else None
    if arguments.replaces and not arguments.force:
        replaced = evaluated.read(arguments.replaces)
        if measured:
            evaluated.refuse_other(measured, replaced)
        _compare(measured.figures if measured else {}, replaced.figures, arguments.replaces)
    pairs = list(read_pairs(arguments.input)) if arguments.input else []
    told = _json(model / "aiccl.json")
    recipe = _json((place.parent if place.name == "merged" else place) / "recipe.json")
    reads = str(told.get("reads", recipe.get("reads", "flow")))
    writes = str(told.get("writes", recipe.get("writes", "view")))
    codec = Codec(model / base.TOKENIZER)
    about = _about(told, recipe, _used(pairs, codec, recipe, reads, writes))
    text = card.licence(about["licence"], _origin(about["base"]))
    least, weights = _trust(arguments)
    about.update(
        reads=reads,
        writes=writes,
        least_confidence=least,
        trust=weights,
        licence_text=bool(text),
        evaluation=measured.figures if measured else {},
    )
    held_out = (p for p in pairs if p.split != "train")
    valid = examples.make(held_out, codec, reads, 1024, writes=writes).items[: arguments.examples]
    rows = _rows(pairs, codec, reads, writes, recipe, arguments.calibrate)
    about["rounding"] = f"calibrated on {len(rows)} rows" if rows else "to the nearest"
    _make(arguments, model, out, about, text, rows, valid, measured)
    if arguments.gguf:
        to = out.with_name(f"{out.name}.{arguments.gguf}.gguf")
        gguf.write(model, to, arguments.gguf, reads=reads, writes=writes, least_confidence=least, trust=weights)
    if not arguments.quiet:
        size = sum(f.stat().st_size for f in out.iterdir())
        print(f"{out}: {size / 1e6:.1f} MB" + (f"; {json.dumps(about['parity'])}" if valid else ""))
    return 0


def _about(told: dict[str, Any], recipe: dict[str, Any], used: list[Pair]) -> dict[str, Any]:
    """What a manifest says of the training: `told` and the recipe are what `fit` left, `used` is what it trained on."""
    from aiccl_trainer.fitting import base

    name = str(recipe.get("base", "unknown"))
    return {
        "base": name,
        "licence": base.LICENCES.get(_origin(name), "see the base"),
        "training": {
            "tokens": told.get("tokens", 0),
            "steps": told.get("step", 0),
            "pairs": len(used),
            "data": _digest(used),
            "seed": recipe.get("seed", 0),
        },
        "recipe": recipe,
        "data": _data(used),
    }


def _make(
    arguments: argparse.Namespace,
    model: Path,
    out: Path,
    about: dict[str, Any],
    licence: str,
    rows: list[Any],
    valid: list[Any],
    measured: Evaluated | None,
) -> None:
    """The folder, in the place of the old one. Raises NotBetter where figures or rounding speak against it."""
    from aiccl_trainer import store
    from aiccl_trainer.errors import NotBetter
    from aiccl_trainer.exporting import calibrate, card, evaluated, folder, parity

    known = measured is None or arguments.force or evaluated.is_there(out, measured.model, about)
    there = evaluated.held_by(out)
    if measured and not known and not arguments.replaces and there and evaluated.same_functions(measured, there):
        _compare(measured.figures, there.figures, f"the model in {out}")
    # The new model is made beside the old one, on the same disk, so that it takes its place at once.
    with store.exclusive(out.with_name(f".{out.name}.export")) as work:
        try:
            trial = work / "model"
            with tempfile.TemporaryDirectory(prefix="aiccl-rounded-") as scratch:
                source = model
                if rows:
                    source = Path(scratch) / "model"
                    calibrate.calibrated(model, source, rows)
                folder.write(source, trial, about, "", licence=licence, accuracy=arguments.accuracy)
            if valid:
                about["parity"] = parity.compare(model, trial, valid)
                worse = about["parity"]["loss in int4"] - about["parity"]["loss in torch"]
                if worse > LARGEST_LOSS and not arguments.force:
                    raise NotBetter(
                        f"int4 loses {worse:.3f} a token against torch; try --accuracy 0, or --force to export it"
                    )
            manifest = {**_json(trial / "model.json"), **about}
            if measured and not known and measured.model != evaluated.hash_of(manifest):
                raise NotBetter(
                    f"{measured.path}: is of another model; evaluate what this command writes without --figures, then "
                    "run it again, or use --force"
                )
            store.write_json(trial / "model.json", manifest)
            store.write(trial / folder.CARD, card.card(about))
            folder.put(trial, out)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _trust(arguments: argparse.Namespace) -> tuple[float, list[float]]:
    """The least confidence, and the weights that it is meant for."""
    from aiccl_trainer.errors import BadData

    if not arguments.trust:
        return float(arguments.least_confidence), []
    told = _json(Path(arguments.trust))
    try:
        return float(told["least"]), [float(w) for w in told["weights"]]
    except (KeyError, TypeError, ValueError):
        raise BadData(f"{arguments.trust}: is no file of `aiccl-train evaluate --trust`") from None


def _rows(pairs: list[Pair], codec: Any, reads: str, writes: str, recipe: dict[str, Any], number: int) -> list[Any]:
    """Rows of training examples, of all languages; none where the model was trained in int4, which is better still."""
    from aiccl_trainer.evaluating.ask import chosen
    from aiccl_trainer.fitting import examples, packing

    if recipe.get("quantise") or number <= 0:
        return []
    some = chosen([p for p in pairs if p.split == "train" and p.flow and p.intent], 8 * number)
    made = examples.make(some, codec, reads, ROW, writes=writes)
    return packing.pack(made.items, ROW)[:number]


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _compare(new: dict[str, float], old: dict[str, float], path: str) -> None:
    from aiccl_trainer.exporting import evaluated

    evaluated.refuse_worse(new, old, path)


def _origin(base: str) -> str:
    """The base of the model that a model was adapted from: its licence holds for all that comes of it."""
    seen: set[str] = set()
    while base not in seen and Path(base).name == "merged" and (Path(base).parent / "recipe.json").exists():
        seen.add(base)
        base = str(_json(Path(base).parent / "recipe.json").get("base", base))
    return base


def _used(pairs: list[Pair], codec: Any, recipe: dict[str, Any], reads: str, writes: str) -> list[Pair]:
    """The pairs that the recipe trains on: of its teachers, with something to learn, that fit into a row."""
    from aiccl_trainer.fitting import examples
    from aiccl_trainer.fitting.schedule import is_taught_by

    teachers = [str(name) for stage in recipe.get("stages", ()) for name in stage["teachers"]]
    longest, expand = int(recipe.get("row_tokens", 512)), float(recipe.get("expand", 0.0))
    some = (p for p in pairs if p.split == "train" and is_taught_by(p.teacher, teachers))
    return [p for p in some if examples.make([p], codec, reads, longest, expand, writes).items]


def _digest(pairs: list[Pair]) -> str:
    """Names the data, in whatever order it was read."""
    each = sorted(json.dumps((p.teacher, p.id, p.view, p.intent)) for p in pairs)
    return hashlib.sha256("\n".join(each).encode("utf-8")).hexdigest()[:16] if each else ""


def _data(pairs: list[Pair]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for pair in pairs:
        held = out.setdefault(pair.teacher, {"pairs": 0, "licences": set()})
        held["pairs"] += 1
        held["licences"].add(pair.licence or "unknown")
    return {t: {"pairs": d["pairs"], "licences": sorted(d["licences"])} for t, d in sorted(out.items())}

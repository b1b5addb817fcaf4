"""`aiccl-train export`: a fitted model as the files that the converter runs.

Contract: writes a whole folder (int4 ONNX in files below 50 MB, tokenizer, manifest with hashes, card) or leaves the
old one. The network is compared with torch on held-out pairs first; a model that evaluates worse than the one it
replaces is refused.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiccl_trainer.pairs import Pair

NAME = "export"
HELP = "turn a fitted model into the files that the converter runs"
LARGEST_LOSS = 0.25
"""By how much int4 may be worse than torch, in loss a token, before something must be wrong."""
ROW = 256
"""Tokens of a row of them."""
CALIBRATE = 64
"""Rows of training examples for the rounding; twice as many make no difference that `parity` sees."""
WATCHED = ("better than the compiler", "retrieval", "chrF")
"""Figures of `evaluate` that must not fall."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument("--run", required=True, metavar="DIR", help="the folder of a run of `fit`, or a plain model")
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the exported model goes")
    parser.add_argument("--input-dir", "--input", dest="input", action="append", default=[], metavar="PATH",
                        help="pairs: those it was trained on, and valid ones to compare on")  # fmt: skip
    parser.add_argument("--figures", metavar="FILE", help="figures.json of `evaluate` for this model")
    parser.add_argument("--replaces", metavar="FILE", help="figures.json of the model that it is to replace")
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
    parser.add_argument("--force", action="store_true", help="export although it is worse")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Export."""
    import os

    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer import store
    from aiccl_trainer.errors import NoData, NotBetter
    from aiccl_trainer.exporting import calibrate, card, folder, gguf, parity
    from aiccl_trainer.fitting import base, examples
    from aiccl_trainer.pairs import read_pairs

    place = Path(arguments.run)
    model = place / "merged" if (place / "merged").is_dir() else place
    if not (model / "config.json").exists():
        raise NoData(f"{place}: holds no merged/; let `aiccl-train fit` run to its end, or call it with --finish")
    figures = _figures(arguments.figures)
    if arguments.replaces and not arguments.force:
        _compare(figures, _figures(arguments.replaces), arguments.replaces)
    pairs = list(read_pairs(arguments.input)) if arguments.input else []
    told = _json(model / "aiccl.json")
    recipe = _json(place / "recipe.json")
    reads = str(told.get("reads", recipe.get("reads", "flow")))
    writes = str(told.get("writes", recipe.get("writes", "view")))
    about: dict[str, Any] = {
        "reads": reads,
        "writes": writes,
        "least_confidence": arguments.least_confidence,
        "base": recipe.get("base", "unknown"),
        "licence": base.LICENCES.get(str(recipe.get("base")), "see the base"),
        "training": {
            "tokens": told.get("tokens", 0),
            "steps": told.get("step", 0),
            "pairs": sum(p.split == "train" for p in pairs),
            "seed": recipe.get("seed", 0),
        },
        "recipe": recipe,
        "data": _data(pairs),
        "evaluation": figures,
    }
    codec = Codec(model / base.TOKENIZER)
    held_out = (p for p in pairs if p.split != "train")
    valid = examples.make(held_out, codec, reads, 1024, writes=writes).items[: arguments.examples]
    out = Path(arguments.output_dir)
    trial = out.with_name(out.name + ".trial")
    rows = _rows(pairs, codec, reads, writes, recipe, arguments.calibrate)
    about["rounding"] = f"calibrated on {len(rows)} rows" if rows else "to the nearest"
    with tempfile.TemporaryDirectory(prefix="aiccl-rounded-") as scratch:
        source = model
        if rows:
            source = Path(scratch) / "model"
            calibrate.calibrated(model, source, rows)
        folder.write(source, trial, about, "", accuracy=arguments.accuracy)
    if valid:
        about["parity"] = parity.compare(model, trial, valid)
        worse = about["parity"]["loss in int4"] - about["parity"]["loss in torch"]
        if worse > LARGEST_LOSS and not arguments.force:
            raise NotBetter(f"int4 loses {worse:.3f} a token against torch; try --accuracy 0, or --force to export it")
    manifest = _json(trial / "model.json")
    manifest.update(about)
    store.write_json(trial / "model.json", manifest)
    store.write(trial / "README.md", card.card(about))
    folder.put(trial, out)
    if arguments.gguf:
        to = out.with_suffix(f".{arguments.gguf}.gguf")
        least = float(manifest.get("least_confidence", 0.0))
        gguf.write(model, to, arguments.gguf, reads=reads, writes=writes, least_confidence=least)
    if not arguments.quiet:
        size = sum(f.stat().st_size for f in out.iterdir())
        print(f"{out}: {size / 1e6:.1f} MB" + (f"; {json.dumps(about['parity'])}" if valid else ""))
    return 0


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


def _figures(path: str | None) -> dict[str, float]:
    from aiccl_trainer.errors import BadData

    if path is None:
        return {}
    try:
        rows = json.loads(Path(path).read_text(encoding="utf-8"))["rows"]["model"]
        return {str(k): float(v) for k, v in rows.items() if isinstance(v, (int, float)) and v == v}
    except (OSError, ValueError, KeyError, TypeError):
        raise BadData(f"{path}: is no figures.json of `aiccl-train evaluate`") from None


def _compare(new: dict[str, float], old: dict[str, float], path: str) -> None:
    from aiccl_trainer.errors import NotBetter

    if not new:
        raise NotBetter("--replaces needs --figures: evaluate this model on the same pairs first")
    for name in WATCHED:
        if name in old and new.get(name, 0.0) < old[name]:
            raise NotBetter(
                f"{name} falls from {old[name]:.3g} to {new.get(name, 0.0):.3g} against {path}; train longer, or "
                "use --force"
            )


def _data(pairs: list[Pair]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for pair in pairs:
        if pair.split == "train":
            held = out.setdefault(pair.teacher, {"pairs": 0, "licences": set()})
            held["pairs"] += 1
            held["licences"].add(pair.licence or "unknown")
    return {t: {"pairs": d["pairs"], "licences": sorted(d["licences"])} for t, d in sorted(out.items())}

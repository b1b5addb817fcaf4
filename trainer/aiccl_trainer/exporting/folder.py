"""All that an exported model consists of: the ONNX files, the tokenizer, `model.json` with every file's hash, the card.

Contract: `write(..)` puts a whole folder in the place of the old one, or leaves the old one. `target(..)` lets nothing
be replaced but a model that was exported.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from aiccl_converter.model.files import FORMAT, MANIFEST, sha256

from aiccl_trainer import store
from aiccl_trainer.errors import BadBase, BadData
from aiccl_trainer.exporting import graph

CARD, LICENCE = "README.md", "LICENSE"


def shape(model: Path) -> dict[str, int]:
    """What the engine must know of a model's network."""
    try:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        heads = int(config["num_attention_heads"])
        return {
            "layers": int(config["num_hidden_layers"]),
            "heads": int(config.get("num_key_value_heads", heads)),
            "head_size": int(config.get("head_dim") or config["hidden_size"] // heads),
            "vocabulary": int(config["vocab_size"]),
            "context": int(config["max_position_embeddings"]),
        }
    except FileNotFoundError:
        raise BadBase(f"{model}: holds no config.json; name the folder `merged` of a run of `fit`") from None
    except (ValueError, KeyError, TypeError) as error:
        raise BadBase(f"{model}/config.json: is no config of a causal model ({error})") from None


def target(named: str, run: Path) -> Path:
    """The folder that an export goes to, resolved. Raises BadData where something else would be lost: the run that is
    exported, or whatever stands there and is no exported model."""
    out, place = Path(named).resolve(), run.resolve()
    for other, what in ((place, "the run that is exported"), (Path.cwd(), "this folder")):
        if out == other or out in other.parents:
            raise BadData(f"{named}: is {what}, or holds it; choose another --output-dir, which is replaced as a whole")
    if not out.exists():
        return out
    if not out.is_dir():
        raise BadData(f"{named}: is a file, not a folder; choose another --output-dir")
    found = sorted(item.name for item in out.iterdir())
    others = [name for name in found if name not in _ours(out)]
    if others:
        raise BadData(
            f"{named}: holds {others[0]}, which no export wrote; move it away, or choose another --output-dir"
        )
    return out


def _ours(out: Path) -> frozenset[str]:
    """The names of what an export wrote into a folder; none where it is no exported model."""
    try:
        files = json.loads((out / MANIFEST).read_bytes())["files"]
        return frozenset((MANIFEST, CARD, *files))
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def write(
    model: Path, out: Path, about: dict[str, Any], card: str, *, licence: str = "", accuracy: int = graph.ACCURACY
) -> Path:
    """Export a plain model. `about` goes into the manifest, the text of the licence beside it."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        network = shape(model)
        graph.build(model, part, accuracy=accuracy)
        shutil.copyfile(model / "tokenizer.json", part / "tokenizer.json")
        if licence:
            store.write(part / LICENCE, licence)
        files = {p.name: {"size": p.stat().st_size, "sha256": sha256(p)} for p in sorted(part.iterdir()) if p.is_file()}
        store.write_json(part / MANIFEST, {"format": FORMAT, "shape": network, **about, "files": files})
        store.write(part / CARD, card)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    put(part, out)
    return out


def put(made: Path, out: Path) -> None:
    """A finished folder in the place of the old one."""
    old = made.with_name(made.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        os.replace(out, old)
    os.replace(made, out)
    shutil.rmtree(old, ignore_errors=True)

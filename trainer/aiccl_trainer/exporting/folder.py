"""All that an exported model consists of: the ONNX files, the tokenizer, `model.json` with every file's hash, the card.

Contract: `write(..)` puts a whole folder in the place of the old one, or leaves the old one.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from aiccl_converter.model.files import FORMAT, MANIFEST, sha256

from aiccl_trainer import store
from aiccl_trainer.errors import BadBase
from aiccl_trainer.exporting import graph


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


def write(model: Path, out: Path, about: dict[str, Any], card: str, *, accuracy: int = graph.ACCURACY) -> Path:
    """Export a plain model. `about` goes into the manifest."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        network = shape(model)
        graph.build(model, part, accuracy=accuracy)
        shutil.copyfile(model / "tokenizer.json", part / "tokenizer.json")
        files = {p.name: {"size": p.stat().st_size, "sha256": sha256(p)} for p in sorted(part.iterdir()) if p.is_file()}
        store.write_json(part / MANIFEST, {"format": FORMAT, "shape": network, **about, "files": files})
        store.write(part / "README.md", card)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    put(part, out)
    return out


def put(made: Path, out: Path) -> None:
    """A finished folder in the place of the old one."""
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        os.replace(out, old)
    os.replace(made, out)
    shutil.rmtree(old, ignore_errors=True)

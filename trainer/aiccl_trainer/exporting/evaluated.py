"""Figures of `evaluate`, and whether they may be held against each other: of which model, on which functions.

Contract: `read(path)` gives a `figures.json`; the functions are told by `items.jsonl` beside it, or where that is
missing by their number alone. `refuse_other` and `refuse_worse` raise NotBetter with what to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_converter.model.files import MANIFEST

from aiccl_trainer import store
from aiccl_trainer.errors import BadData, NotBetter, TrainerError

WATCHED = ("better than the compiler", "retrieval", "chrF")
"""Figures that must not fall."""
KEPT = ("parses",)
"""The same, where both models have them."""
FEARED = ("invented after checking", "intent wrong")
"""Figures that must not rise, where both models have them."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluation."""

    path: str
    model: str
    """The hash of the manifest of the model that was asked."""
    figures: dict[str, float]
    ids: frozenset[str] | None
    """The functions; None where that is not known."""


def read(path: str) -> Evaluated:
    """The figures of a model."""
    try:
        told = json.loads(Path(path).read_text(encoding="utf-8"))
        figures = _numbers(told["rows"]["model"])
        model = str(told.get("model", ""))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadData(f"{path}: is no figures.json of `aiccl-train evaluate`") from None
    ids = _ids(Path(path).with_name("items.jsonl"))
    return Evaluated(path, model, figures, ids if ids is not None and len(ids) == figures.get("functions") else None)


def held_by(folder: Path) -> Evaluated | None:
    """The evaluation that an exported model holds in its manifest."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        figures = _numbers(json.loads(raw)["evaluation"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Evaluated(str(folder), hashlib.sha256(raw).hexdigest(), figures, None) if figures else None


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {str(k): float(v) for k, v in row.items() if isinstance(v, (int, float)) and v == v}


def _ids(path: Path) -> frozenset[str] | None:
    try:
        return frozenset(str(item["id"]) for item in store.read(path))
    except (OSError, KeyError, TrainerError):
        return None


def is_there(folder: Path, model: str, about: Mapping[str, Any]) -> bool:
    """Whether a folder holds the very model that was asked, and `about` is of the same one."""
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError:
        return False
    if hashlib.sha256(raw).hexdigest() != model:
        return False
    held = json.loads(raw)
    return all(held.get(key) == value for key, value in about.items() if key not in ("evaluation", "parity"))


def hash_of(manifest: Mapping[str, Any]) -> str:
    """What a model is known by while it has not been evaluated."""
    return hashlib.sha256(store.json_text({**manifest, "evaluation": {}}).encode("utf-8")).hexdigest()


def same_functions(new: Evaluated, old: Evaluated) -> bool:
    """Whether two evaluations can be compared."""
    if new.ids is not None and old.ids is not None:
        return new.ids == old.ids
    return new.figures.get("functions") == old.figures.get("functions")


def refuse_other(new: Evaluated, old: Evaluated) -> None:
    """Where two evaluations cannot be compared."""
    if not same_functions(new, old):
        raise NotBetter(f"{new.path} and {old.path} are of other functions; evaluate both models on the same pairs")


def refuse_worse(new: Mapping[str, float], old: Mapping[str, float], path: str) -> None:
    """Where a model is worse than the one that it is to replace."""
    if not new:
        raise NotBetter("--replaces needs --figures: evaluate this model on the same pairs first")
    fallen = [name for name in WATCHED if name in old and new.get(name, 0.0) < old[name]]
    fallen += [name for name in KEPT if name in old and name in new and new[name] < old[name]]
    risen = [name for name in FEARED if name in old and name in new and new[name] > old[name]]
    for name in fallen + risen:
        raise NotBetter(
            f"{name} {'rises' if name in risen else 'falls'} from {old[name]:.3g} to {new.get(name, 0.0):.3g} against "
            f"{path}; train longer, or use --force"
        )

"""Where a run stands: weights that change, the optimiser, the step, and the marks of data and settings.

Contract: `save` puts a whole checkpoint in place of the last one, or leaves the last one; `load` gives None where
there is none. A checkpoint whose data, settings or number of processes differ is refused (RunChanged), never gone
on with.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiccl_trainer.errors import RunChanged

NAME = "checkpoint.pt"


@dataclass(slots=True)
class State:
    """How far a run is."""

    step: int = 0
    tokens: int = 0
    best: float = float("inf")
    waited: int = 0
    """Looks at the valid pairs since the best."""
    mark: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    processes: int = 1
    """That train together: a step takes rows for each, so the step tells nothing to another number."""
    seconds: float = 0.0
    """Of training, in all parts of the run."""


def save(folder: Path, state: State, weights: dict[str, Any], optimiser: dict[str, Any], name: str = NAME) -> None:
    """Write a checkpoint."""
    import dataclasses

    import torch

    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
    os.close(handle)
    try:
        torch.save({"state": dataclasses.asdict(state), "weights": weights, "optimiser": optimiser}, temporary)
        os.replace(temporary, folder / name)
    except BaseException:
        os.unlink(temporary)
        raise


def load(
    folder: Path, mark: str = "", recipe: dict[str, Any] | None = None, processes: int = 0, *, name: str = NAME
) -> tuple[State, dict[str, Any], dict[str, Any]] | None:
    """(state, weights, optimiser) of the last checkpoint. What is given of data, settings and processes must be as it
    was."""
    import torch

    path = folder / name
    if not path.exists():
        return None
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
        state = State(**held["state"])
    except Exception as error:
        raise RunChanged(f"{path}: cannot be read ({type(error).__name__}); remove it to begin anew") from None
    other = [] if recipe is None else _other(state.recipe, recipe)
    if other or (mark and state.mark != mark):
        raise RunChanged(
            f"{path}: the run there was begun with other data or settings ({', '.join(other) or 'other pairs'}); name "
            "another --output-dir, or give the same ones"
        )
    if processes and state.processes != processes:
        raise RunChanged(
            f"{path}: the run there was begun by {state.processes} processes, now there are {processes}; start as many "
            "as then (`accelerate launch --num_processes`), or name another --output-dir"
        )
    return state, held["weights"], held["optimiser"]


FREE = ("save_minutes", "check_every", "patience")
"""What may change between two parts of a run."""


def _other(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The settings that differ."""
    import json

    was, now = json.loads(json.dumps(old)), json.loads(json.dumps(new))
    return sorted(k for k in was.keys() | now.keys() if k not in FREE and was.get(k) != now.get(k))

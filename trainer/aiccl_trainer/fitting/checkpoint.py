"""Where a run stands: weights that change, the optimiser, the step, and the marks of data and settings.

Contract: `save` puts a whole checkpoint in place of the last one, or leaves the last one; `load` gives None where
there is none. A checkpoint whose data or settings differ is refused (RunChanged), never gone on with.
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
    folder: Path, mark: str, recipe: dict[str, Any], name: str = NAME
) -> tuple[State, dict[str, Any], dict[str, Any]] | None:
    """(state, weights, optimiser) of the last checkpoint."""
    import torch

    path = folder / name
    if not path.exists():
        return None
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
        state = State(**held["state"])
    except Exception as error:
        raise RunChanged(f"{path}: cannot be read ({type(error).__name__}); remove it to begin anew") from None
    if mark and (state.mark, _fixed(state.recipe)) != (mark, _fixed(recipe)):
        raise RunChanged(
            f"{path}: the run there was begun with other data or settings; name another --output-dir, or give the "
            "same ones"
        )
    return state, held["weights"], held["optimiser"]


FREE = ("save_minutes", "check_every", "patience")
"""What may change between two parts of a run."""


def _fixed(recipe: dict[str, Any]) -> dict[str, Any]:
    import json

    plain: dict[str, Any] = json.loads(json.dumps(recipe))
    return {k: v for k, v in plain.items() if k not in FREE}

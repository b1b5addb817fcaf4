"""Several processes that train as one: what they must agree on, lest one waits for ever for another.

Contract: `start` joins the processes that `accelerate launch` (or `torchrun`) began; alone, every function here does
nothing but answer. Each of the others is called by all processes at the same point, or by none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from aiccl_trainer.errors import TrainerError


def on_cpu(device: str | None) -> bool:
    """Whether to leave a GPU aside. Processes without a GPU each would train alone if accelerate were to choose."""
    import torch

    forced = device == "cpu" or os.environ.get("ACCELERATE_USE_CPU", "").lower() in ("1", "true", "yes")
    return forced or (_begun() > 1 and not torch.cuda.is_available())


def start(device: str | None = None) -> Any:
    """The state of accelerate. Raises TrainerError where the wanted device is not there."""
    import torch
    from accelerate import PartialState

    if device == "cuda" and not torch.cuda.is_available():
        raise TrainerError("--device cuda: torch sees no GPU here; install torch with CUDA, or use --device cpu")
    state = PartialState(cpu=on_cpu(device))
    if device == "cuda" and state.device.type != "cuda":
        raise TrainerError(f"--device cuda: accelerate is set to {state.device}; unset ACCELERATE_USE_CPU")
    if _begun() > 1 and state.num_processes == 1:
        raise TrainerError(f"{_begun()} processes were started, but cannot train together here; start one")
    return state


def first(work: Callable[[], object]) -> None:
    """Have the leading process do something while the others wait. Where it fails, all fail."""
    state = _state()
    if state.num_processes == 1:
        work()
        return
    failed: BaseException | None = None
    if state.is_main_process:
        try:
            work()
        except BaseException as error:
            failed = error
    said = of_lead(None if failed is None else str(failed) or type(failed).__name__)
    if failed is not None:
        raise failed
    if said is not None:
        raise TrainerError(f"process {state.process_index}: ended, as the first one could not begin: {said}")


def of_lead(value: Any) -> Any:
    """The leading process's value."""
    from accelerate.utils import broadcast_object_list

    held = [value]
    return value if _state().num_processes == 1 else broadcast_object_list(held)[0]


def largest(mine: int) -> int:
    """The largest number that any process brings."""
    state = _state()
    if state.num_processes == 1:
        return mine
    import torch
    from torch import distributed

    held = torch.tensor([mine], device=state.device)
    distributed.all_reduce(held, op=distributed.ReduceOp.MAX)
    return int(held.item())


def _state() -> Any:
    from accelerate import PartialState

    return PartialState()


def _begun() -> int:
    return int(os.environ.get("WORLD_SIZE") or 1)

"""Rounding to int4 with the inputs in mind (GPTQ, Frantar et al. 2022): what a weight loses in rounding, those after it
make good, as far as the inputs of real examples tell which weights work together.

Contract: `calibrated(model folder, out, rows)` writes the model with the weights of every layer on the grid that
`export` rounds to (`fitting.rounding`), so that the export changes nothing further. The embedding, which is the output
layer as well, stays as it is. Deterministic.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiccl_trainer.fitting.packing import Row
from aiccl_trainer.fitting.rounding import BLOCK

DAMP = 0.01
"""Share of the mean diagonal that is added to it, for a stable inverse."""
BATCH = 8
"""Rows that go through a layer at once."""


def calibrated(model: Path, out: Path, rows: Sequence[Row]) -> None:
    """A copy of a plain model, its layers rounded with the rows as examples."""
    from aiccl_trainer.fitting import base

    causal = base.load(model).eval()
    shutil.rmtree(out, ignore_errors=True)
    round_layers(causal, rows)
    causal.save_pretrained(out)
    for item in model.iterdir():
        if item.suffix == ".json" and not (out / item.name).exists():
            shutil.copyfile(item, out / item.name)


def round_layers(causal: Any, rows: Sequence[Row]) -> None:
    """Round the linear layers in place, first to last: a layer's examples come out of rounded ones."""
    import torch

    with torch.no_grad():
        batches = _entering(causal, rows)
        for layer in causal.model.layers:
            hessians = _hessians(layer, batches)
            for module, hessian in hessians.items():
                module.weight.copy_(rounded(module.weight.float(), hessian).to(module.weight.dtype))
            for given in batches:
                given["args"] = (_output(layer, given), *given["args"][1:])


def rounded(weight: Any, hessian: Any) -> Any:
    """A weight (outputs, inputs) on int4's grid, given the sum of the products of its inputs (inputs, inputs)."""
    import torch

    columns = weight.shape[1]
    left = weight.clone()
    out = torch.zeros_like(weight)
    dead = hessian.diagonal() == 0
    hessian = hessian.clone()
    hessian.diagonal()[dead] = 1
    hessian.diagonal().add_(DAMP * hessian.diagonal().mean())
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(hessian)), upper=True)
    for start in range(0, columns, BLOCK):
        block = left[:, start : start + BLOCK].clone()
        near = inverse[start : start + BLOCK, start : start + BLOCK]
        errors = torch.zeros_like(block)
        top = block.abs().argmax(-1)
        scale = block.gather(-1, top[:, None])[:, 0] / -8
        into = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
        for at in range(block.shape[1]):
            code = torch.floor(block[:, at] * into + 8.5).clamp(0, 15) - 8
            # The farthest value fixes the scale: it stays the farthest, or the export would find another scale.
            code = torch.where(top == at, torch.full_like(code, -8), code)
            held = code * scale
            out[:, start + at] = held
            error = (block[:, at] - held) / near[at, at]
            block[:, at:] -= error[:, None] * near[at, at:][None]
            errors[:, at] = error
        left[:, start + BLOCK :] -= errors @ inverse[start : start + BLOCK, start + BLOCK :]
    return out


def _entering(causal: Any, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What the first layer is called with, a batch of rows each."""
    from aiccl_trainer.fitting import network

    found: list[dict[str, Any]] = []

    class Seen(Exception):
        pass

    def note(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        found.append({"args": args, "kwargs": kwargs})
        raise Seen

    hook = causal.model.layers[0].register_forward_pre_hook(note, with_kwargs=True)
    try:
        for at in range(0, len(rows), BATCH):
            try:
                network.loss_of(causal, network.batch(list(rows[at : at + BATCH]), "cpu"))
            except Seen:
                pass
    finally:
        hook.remove()
    return found


def _hessians(layer: Any, batches: Sequence[dict[str, Any]]) -> dict[Any, Any]:
    """By linear module the sum of x x^T over all inputs x. Modules with the same input share the work."""
    import torch

    linear = [m for m in layer.modules() if isinstance(m, torch.nn.Linear) and m.in_features % BLOCK == 0]
    sums: dict[Any, Any] = {}
    last: list[Any] = [None, None]

    def note(module: Any, args: tuple[Any, ...]) -> None:
        if last[0] is not args[0]:
            flat = args[0].reshape(-1, args[0].shape[-1]).float()
            last[:] = [args[0], flat.T @ flat]
        sums[module] = sums[module] + last[1] if module in sums else last[1].clone()

    hooks = [m.register_forward_pre_hook(note) for m in linear]
    try:
        for given in batches:
            _output(layer, given)
    finally:
        for hook in hooks:
            hook.remove()
    return sums


def _output(layer: Any, given: dict[str, Any]) -> Any:
    made = layer(*given["args"], **given["kwargs"])
    return made[0] if isinstance(made, tuple) else made

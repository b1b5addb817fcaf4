"""int4 in training: every forward pass sees the weights as `export` will round them.

Contract: `rounded(weight)` is the weight as onnxruntime's int4 (symmetric, blocks of 32 along the inputs) holds it;
gradients pass through unchanged. `apply(model)` has all linear layers and the embedding do so; the weights
themselves stay as they are, and so does what is saved.
"""

from __future__ import annotations

from typing import Any

BLOCK = 32


def rounded(weight: Any) -> Any:
    """To the grid of int4 and back. The value farthest from zero of a block becomes -8 of its scale."""
    import torch

    rows, columns = weight.shape
    blocks = weight.detach().float().reshape(rows, columns // BLOCK, BLOCK)
    at = blocks.abs().argmax(-1, keepdim=True)
    scale = blocks.gather(-1, at) / -8
    inverse = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
    held = (torch.floor(blocks * inverse + 8.5).clamp(0, 15) - 8) * scale
    return weight + (held.reshape(rows, columns).to(weight.dtype) - weight.detach())


def apply(model: Any) -> None:
    """Round in every forward pass. Layers whose inputs are no multiple of a block stay as they are, as in `export`."""
    import torch
    from torch.nn import functional

    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module.in_features % BLOCK == 0:

            def linear(x: Any, module: Any = module) -> Any:
                return functional.linear(x, rounded(module.weight), module.bias)

            module.forward = linear
        elif isinstance(module, torch.nn.Embedding) and module.embedding_dim % BLOCK == 0:

            def embedding(ids: Any, module: Any = module) -> Any:
                return functional.embedding(ids, rounded(module.weight))

            module.forward = embedding

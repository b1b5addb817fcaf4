"""int4 in training: every forward pass sees the weights as `export` will round them.

Contract: `rounded(weight)` is the weight as onnxruntime's int4 (symmetric, blocks of 32 along the inputs) holds it;
gradients pass through unchanged. `apply(model)` has all linear layers and the embedding do so; the weights
themselves stay as they are, and so does what is saved. `apply_to_lora(model)` does the same where LoRA adds to frozen
weights: what is rounded is their sum, which is what `export` merges and rounds. After Bondarenko et al., Low-Rank
Quantization-Aware Training for LLMs, 2024 (arXiv:2406.06385), here with both parts in the precision of training.
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


def apply_to_lora(model: Any) -> None:
    """Round the sum of weight and LoRA in every forward pass, of a model that peft has wrapped.

    The gradient of a rounded sum to the two factors of LoRA needs no gradient of the sum itself: it is that of the
    branch `B(A(x))` alone. So the branch runs beside the rounded product, worth nothing in the forward pass.
    """
    import torch
    from peft.tuners.lora import Linear
    from torch.nn import functional

    for module in model.modules():
        if isinstance(module, torch.nn.Embedding) and module.embedding_dim % BLOCK == 0:
            with torch.no_grad():  # frozen, but for the marks' rows, which stand beside it
                module.weight.copy_(rounded(module.weight.float()))
        if not isinstance(module, Linear) or module.in_features % BLOCK:
            continue

        def linear(x: Any, module: Any = module) -> Any:
            (name,) = module.active_adapters
            a, b, scale = module.lora_A[name].weight, module.lora_B[name].weight, module.scaling[name]
            weight, bias = module.base_layer.weight, module.base_layer.bias
            with torch.no_grad(), torch.autocast(x.device.type, enabled=False):
                held = rounded(torch.addmm(weight.float(), b.float(), a.float(), alpha=scale)).to(weight.dtype)
            branch = functional.linear(functional.linear(x.detach(), a), b) * scale
            return functional.linear(x, held, bias) + (branch - branch.detach())

        module.forward = linear

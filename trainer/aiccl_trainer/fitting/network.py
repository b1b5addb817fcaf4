"""The torch side of a step: a model with what is trained of it, and the loss of a batch of rows.

Contract: `Network(causal)(batch)` is the mean loss of the learnt tokens. The output layer, a third of a small
model's work, sees only the places that a learnt token is predicted from. A row's examples see themselves alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiccl_converter.model.prompt import MARKS

from aiccl_trainer.fitting import rounding
from aiccl_trainer.fitting.packing import Row

if TYPE_CHECKING:
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer.fitting.recipe import Recipe


def attention_for(device: str) -> str:
    """The kind of attention that is fastest: the fused kernel of a CPU takes four times as long as plain products for
    short rows, and that is a third of a step."""
    return "eager" if device == "cpu" else "sdpa"


def trainable(causal: Any, recipe: Recipe, codec: Codec) -> Any:
    """The model with LoRA and trainable marks, or with every weight trainable."""
    if recipe.full:
        for weight in causal.parameters():
            weight.requires_grad_(True)
        if recipe.quantise:
            rounding.apply(causal)
        return causal
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(
        causal,
        LoraConfig(
            r=recipe.lora_rank,
            lora_alpha=recipe.lora_alpha,
            lora_dropout=recipe.lora_dropout,
            target_modules=list(recipe.targets),
            trainable_token_indices=sorted(codec.marks[m] for m in MARKS),
            task_type="CAUSAL_LM",
        ),
    )
    if recipe.quantise:
        rounding.apply_to_lora(model)
    return model


def merged(model: Any, recipe: Recipe) -> Any:
    """The plain model, what was trained put in."""
    return model if recipe.full else model.merge_and_unload()


def changing(model: Any) -> dict[str, Any]:
    """The weights that training changes, on the CPU."""
    return {n: p.detach().cpu().clone() for n, p in model.named_parameters() if p.requires_grad}


def put(model: Any, weights: dict[str, Any]) -> None:
    """The weights of a checkpoint back into the model."""
    import torch

    from aiccl_trainer.errors import RunChanged

    own = {n: p for n, p in model.named_parameters() if p.requires_grad}
    if own.keys() != weights.keys() or any(own[n].shape != weights[n].shape for n in own):
        raise RunChanged("the checkpoint belongs to another model; name another --output-dir, or give the same --base")
    with torch.no_grad():
        for name, value in weights.items():
            own[name].copy_(value)


def batch(rows: list[Row], device: Any) -> dict[str, Any]:
    """Rows as tensors: ids, positions, mask (batch, 1, length, length), where the learnt tokens are predicted, and
    what they are."""
    import torch

    ids = torch.tensor([r.ids for r in rows])
    segments = torch.tensor([r.segments for r in rows])
    same = segments[:, :, None] == segments[:, None, :]
    mask = torch.tril(same)[:, None]
    learnt = torch.tensor([r.learnt for r in rows])
    before = torch.zeros_like(learnt)
    before[:, :-1] = learnt[:, 1:]
    made = {
        "ids": ids,
        "positions": torch.tensor([r.positions for r in rows]),
        "mask": mask,
        "before": before,
        "wanted": ids[learnt],
    }
    return {name: value.to(device, non_blocking=True) for name, value in made.items()}


def loss_of(causal: Any, given: dict[str, Any]) -> Any:
    """The mean cross entropy of the learnt tokens."""
    import torch
    from torch.nn import functional

    mask = given["mask"]
    if causal.config._attn_implementation == "eager":  # which adds it to the scores
        dtype = causal.model.embed_tokens.weight.dtype
        mask = torch.zeros_like(mask, dtype=dtype).masked_fill(~mask, torch.finfo(dtype).min)
    hidden = causal.model(
        input_ids=given["ids"], attention_mask=mask, position_ids=given["positions"], use_cache=False
    ).last_hidden_state
    logits = causal.lm_head(hidden[given["before"]])
    return functional.cross_entropy(logits.float(), given["wanted"])


def network(model: Any) -> Any:
    """A module whose forward is `loss_of`: what is wrapped where several GPUs share a run."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, given: dict[str, Any]) -> Any:
            inner = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
            return loss_of(inner, given)

    return Network()

"""Does the int4 network say what the torch model says? Compared on real prompts, position by position.

Contract: `compare(model, exported, prompts)` gives the share of answer positions where both like the same token
best, the mean loss of the answers by either, and the largest difference of the loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiccl_trainer.fitting.examples import Example


def compare(model: Path, exported: Path, examples: Sequence[Example]) -> dict[str, float]:
    """Figures of both networks on the same examples."""
    import numpy
    import torch
    from aiccl_converter.model.files import open_folder
    from aiccl_converter.model.session import Session

    from aiccl_trainer.fitting import base

    torch.set_num_threads(1)  # several wait for each other wherever the machine has other work
    causal = base.load(model).eval()
    session = Session(open_folder(exported))
    same = count = 0
    lost = [0.0, 0.0]
    worst = 0.0
    for example in examples:
        ids = list(example.ids)
        places = range(example.start - 1, len(ids) - 1)
        session.reserve(len(ids))
        small = session.forward(ids, 0, places).astype(numpy.float64)
        with torch.no_grad():
            large = causal(torch.tensor([ids])).logits[0, list(places)].double().numpy()
        wanted = numpy.asarray(ids[example.start :])
        same += int((small.argmax(1) == large.argmax(1)).sum())
        count += len(wanted)
        each = [_loss(large, wanted), _loss(small, wanted)]
        lost = [a + float(b.sum()) for a, b in zip(lost, each, strict=True)]
        worst = max(worst, float(abs(each[0].mean() - each[1].mean())))
    return {
        "examples": len(examples),
        "positions": count,
        "same token": round(same / max(1, count), 4),
        "loss in torch": round(lost[0] / max(1, count), 4),
        "loss in int4": round(lost[1] / max(1, count), 4),
        "largest difference of an example's loss": round(worst, 4),
    }


def _loss(logits: Any, wanted: Any) -> Any:
    import numpy

    top = logits.max(1, keepdims=True)
    total = numpy.log(numpy.exp(logits - top).sum(1)) + top[:, 0]
    return total - logits[numpy.arange(len(wanted)), wanted]

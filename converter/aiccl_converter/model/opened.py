"""A model by its path: the folder of an ONNX model, or one GGUF file.

Contract: `open_model(path)` gives a checked model, `peek_model(path)` one whose weights were not read yet; both kinds
have `path`, `hash`, `vocabulary`, `context`, `reads` and `least_confidence`. `needs(path)` names the packages that run
it, `lacking(path)` those that are not there, nothing being imported.
"""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiccl_converter.model.files import ModelFolder
    from aiccl_converter.model.llamafile import LlamaFile

GGUF = ".gguf"


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path names a GGUF file, there or not, and no folder."""
    return os.path.isfile(path) or (os.fspath(path).endswith(GGUF) and not os.path.isdir(path))


def open_model(path: str | os.PathLike[str]) -> ModelFolder | LlamaFile:
    """Checked. Raises ModelUnusable."""
    if is_file(path):
        from aiccl_converter.model.llamafile import open_file

        return open_file(path)
    from aiccl_converter.model.files import open_folder

    return open_folder(path)


def peek_model(path: str | os.PathLike[str]) -> ModelFolder | LlamaFile:
    """What a model is known by and how it is asked. Raises ModelUnusable."""
    if is_file(path):
        return open_model(path)
    from aiccl_converter.model.files import peek

    return peek(path)


def needs(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Modules without which the model cannot be run."""
    return ("llama_cpp" if is_file(path) else "onnxruntime"), "tokenizers", "numpy"


def lacking(path: str | os.PathLike[str]) -> list[str]:
    """Those of them that are not installed."""
    return [name for name in needs(path) if not _importable(name)]


def _importable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False

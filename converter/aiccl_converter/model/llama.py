"""The network, run by llama.cpp through llama-cpp-python: the same two calls as `session.Session`.

Contract: `Llama(file).forward(ids, past, places)` runs `ids` after the first `past` tokens of the cache and gives the
logits after each of `places` (indices into `ids`), shape (places, vocabulary). Going back is calling it with a
smaller `past`. The C interface is called as it is, since the package's own class keeps logits of every token. On the
processor alone, so that the same input gives the same answer; weights are mapped, so that processes share them.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Sequence
from typing import Any

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model.gguf import AGAIN
from aiccl_converter.model.llamafile import LlamaFile

STEP = 256
"""The cache grows by so many tokens."""
BATCH, OUTPUTS = 256, 64
"""Tokens that are run at once at most; how many of these logits are kept of."""
SILENT = logging.CRITICAL + 1


class Llama:
    """One model with one cache. Not for two threads at once."""

    def __init__(self, file: LlamaFile, threads: int = 1) -> None:
        log = logging.getLogger("llama-cpp-python")
        if log.level == logging.NOTSET:
            log.setLevel(SILENT)  # else it prints all that it does
        try:
            import llama_cpp
            import numpy
        except ModuleNotFoundError as error:
            raise ModelUnusable(
                f"the package `{error.name}` is not installed, which runs GGUF files", "run `pip install aiccl[gguf]`"
            ) from None
        except (OSError, RuntimeError) as error:
            raise ModelUnusable(
                f"llama-cpp-python cannot be loaded ({_line(error)})", "install it again: `pip install aiccl[gguf]`"
            ) from None
        self._numpy: Any = numpy
        self._api: Any = llama_cpp
        self._threads = threads
        self._held = _Held(llama_cpp)
        weakref.finalize(self, self._held.free)
        llama_cpp.llama_backend_init()
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        params.use_mmap = True
        self._held.model = llama_cpp.llama_model_load_from_file(str(file.path).encode(), params)
        if not self._held.model:
            raise ModelUnusable(f"{file.path}: cannot be loaded by llama.cpp", AGAIN)
        self.file = file
        self.vocabulary = file.vocabulary
        self.room = 0

    def reserve(self, tokens: int) -> None:
        """Room for so many tokens. What the cache holds is lost where it grows."""
        if tokens <= self.room:
            return
        api, held = self._api, self._held
        held.free_cache()
        self.room = 0
        room = min(self.file.context, -(-tokens // STEP) * STEP)
        params = api.llama_context_default_params()
        params.n_ctx = room
        params.n_batch = params.n_ubatch = BATCH
        params.n_outputs_max = OUTPUTS
        params.n_seq_max = 1
        params.n_threads = params.n_threads_batch = self._threads
        params.no_perf = True
        held.context = api.llama_init_from_model(held.model, params)
        if not held.context:
            raise MemoryError(f"no room for a cache of {room} tokens")
        held.batch = api.llama_batch_init(BATCH, 0, 1)
        self.room = room

    def forward(self, ids: Sequence[int], past: int, places: Sequence[int]) -> Any:
        """Logits, float32, of shape (len(places), vocabulary)."""
        total = past + len(ids)
        if total > self.room:
            raise ValueError(f"{total} tokens in a cache of {self.room}; call reserve first")
        api, numpy, context, batch = self._api, self._numpy, self._held.context, self._held.batch
        api.llama_memory_seq_rm(api.llama_get_memory(context), -1, past, -1)
        logits = numpy.empty((len(places), self.vocabulary), numpy.float32)
        rows = {place: row for row, place in enumerate(places)}
        most = BATCH if len(rows) <= OUTPUTS else OUTPUTS
        for start in range(0, len(ids), most):
            part = ids[start : start + most]
            batch.n_tokens = len(part)
            for n, token in enumerate(part):
                batch.token[n] = token
                batch.pos[n] = past + start + n
                batch.n_seq_id[n] = 1
                batch.seq_id[n][0] = 0
                batch.logits[n] = start + n in rows
            code = api.llama_decode(context, batch)
            if code != 0:
                raise MemoryError(f"llama.cpp gave up with code {code}")
            for n in range(len(part)):
                row = rows.get(start + n)
                if row is not None:
                    found = api.llama_get_logits_ith(context, n)
                    logits[row] = numpy.ctypeslib.as_array(found, shape=(self.vocabulary,))
        return logits

    def close(self) -> None:
        """Give the cache back; the model stays loaded until the object goes."""
        self._held.free_cache()
        self.room = 0


class _Held:
    """What llama.cpp has allocated for us."""

    def __init__(self, api: Any) -> None:
        self.api = api
        self.model: Any = None
        self.context: Any = None
        self.batch: Any = None

    def free_cache(self) -> None:
        """The context first: it points into the model."""
        if self.context is not None:
            self.api.llama_free(self.context)
            self.context = None
        if self.batch is not None:
            self.api.llama_batch_free(self.batch)
            self.batch = None

    def free(self) -> None:
        """All of it."""
        self.free_cache()
        if self.model is not None:
            self.api.llama_model_free(self.model)
            self.model = None


def _line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]

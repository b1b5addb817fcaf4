"""The network, run by onnxruntime: tokens in, logits out, keys and values kept in place.

Contract: `Session(folder).forward(ids, past, places)` runs `ids` after the first `past` tokens of the cache and
gives the logits after each of `places` (indices into `ids`), shape (places, vocabulary). Going back is calling it
with a smaller `past`. One cache of `room` tokens is bound once as both past and present, so that nothing is copied.
The processor threads never spin; nothing is sent anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from aiccl_converter.errors import ModelUnusable
from aiccl_converter.model.files import AGAIN, ModelFolder

STEP = 256
"""The cache grows by so many tokens."""


class Session:
    """One model with one cache. Not for two threads at once."""

    def __init__(self, folder: ModelFolder, threads: int = 1) -> None:
        # Before the import: onnxruntime sends usage figures on Windows unless it is told not to.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        try:
            import numpy
            import onnxruntime
        except ModuleNotFoundError as error:
            raise ModelUnusable(
                f"the package `{error.name}` is not installed", "run `pip install aiccl[model]`"
            ) from None
        self._numpy: Any = numpy
        self._ort: Any = onnxruntime
        onnxruntime.set_default_logger_severity(4)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(str(folder.graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no class
            raise ModelUnusable(f"{folder.graph}: cannot be loaded ({_line(error)})", AGAIN) from None
        wanted = {"input_ids", "attention_mask", "places"}
        if not wanted <= {i.name for i in self._session.get_inputs()}:
            raise ModelUnusable(f"{folder.graph}: is no graph of `aiccl-train export`", AGAIN)
        self.folder = folder
        self.vocabulary = folder.vocabulary
        self.room = 0
        self._names = [(f"past_key_values.{i}.{k}", f"present.{i}.{k}") for i in range(folder.layers) for k in _KV]
        self._cache: list[Any] = []
        self._binding: Any = None

    def reserve(self, tokens: int) -> None:
        """Room for so many tokens. What the cache holds is lost where it grows."""
        if tokens <= self.room:
            return
        numpy, folder = self._numpy, self.folder
        self.close()  # where there is not enough memory for the larger one, there is none
        room = min(folder.context, -(-tokens // STEP) * STEP)
        shape = (1, folder.heads, room, folder.head_size)
        self._cache = [
            self._ort.OrtValue.ortvalue_from_numpy(numpy.zeros(shape, numpy.float32), "cpu") for _ in self._names
        ]
        binding = self._session.io_binding()
        for (past, present), value in zip(self._names, self._cache, strict=True):
            binding.bind_ortvalue_input(past, value)
            binding.bind_ortvalue_output(present, value)
        self._binding, self.room = binding, room

    def forward(self, ids: Sequence[int], past: int, places: Sequence[int]) -> Any:
        """Logits, float32, of shape (len(places), vocabulary)."""
        numpy, binding = self._numpy, self._binding
        total = past + len(ids)
        if total > self.room:
            raise ValueError(f"{total} tokens in a cache of {self.room}; call reserve first")
        given = numpy.asarray([ids], numpy.int64)
        mask = numpy.ones((1, total), numpy.int64)
        wanted = numpy.asarray(places, numpy.int64)
        logits = numpy.empty((len(places), self.folder.vocabulary), numpy.float32)
        binding.bind_cpu_input("input_ids", given)
        binding.bind_cpu_input("attention_mask", mask)
        binding.bind_cpu_input("places", wanted)
        binding.bind_output("logits", "cpu", 0, numpy.float32, logits.shape, logits.ctypes.data)
        self._session.run_with_iobinding(binding)
        return logits

    def close(self) -> None:
        """Give the cache back; the model stays loaded until the object goes."""
        self._binding, self._cache, self.room = None, [], 0


_KV = ("key", "value")


def _line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:200]

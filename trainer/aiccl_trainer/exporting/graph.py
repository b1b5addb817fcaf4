"""A plain model to ONNX: int4 in blocks of 32, one graph for prompt and steps, key-value cache in place.

Contract: `build(model folder, out)` writes `model.onnx` and `weights-N.bin`, none larger than `LARGEST`. The graph
is onnxruntime-genai's, with one change: an input `places` says which positions logits are wanted of, so that a
prompt costs no output layer (a fifth of a small model's work).
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from aiccl_trainer.errors import BadBase

LARGEST = 48_000_000
"""Bytes of one file."""
BLOCK = 32
KILLED = -9
"""How a process ends whose memory the system takes back."""
ACCURACY = 4
"""Activations in 8 bits: twice as fast. `parity` says what it costs."""


def build(model: Path, out: Path, *, block: int = BLOCK, accuracy: int = ACCURACY) -> None:
    """Write the ONNX files of a model into a folder."""
    with tempfile.TemporaryDirectory(prefix="aiccl-onnx-") as scratch:
        _builder(model, Path(scratch), block, accuracy)
        _rewrite(Path(scratch) / "out", out)


def _builder(model: Path, scratch: Path, block: int, accuracy: int) -> None:
    """The model builder, in a process of its own: it prints, and changes the import path."""
    source = scratch / "in"
    source.mkdir()
    for item in model.iterdir():
        if item.is_file():
            os.symlink(item.resolve(), source / item.name)
    command = [
        sys.executable, "-m", "onnxruntime_genai.models.builder",
        "-i", str(source), "-o", str(scratch / "out"), "-p", "int4", "-e", "cpu", "-c", str(scratch / "cache"),
        "--extra_options", f"accuracy_level={accuracy}", f"block_size={block}", "hf_token=false",
    ]  # fmt: skip
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
    if not (scratch / "out" / "model.onnx").exists():
        last = [line for line in done.stderr.strip().splitlines() if line.strip()][-1:] or ["no message"]
        if done.returncode == KILLED or "MemoryError" in last[0]:
            raise MemoryError
        if "No space left" in last[0]:
            raise OSError(errno.ENOSPC, last[0])
        raise BadBase(f"{model}: the ONNX builder failed ({last[0][:300]}); is it a causal model that it knows?")


def _rewrite(made: Path, out: Path) -> None:
    """The graph with `places`, its weights in files of bounded size."""
    import onnx

    model = onnx.load(str(made / "model.onnx"), load_external_data=True)
    _add_places(model)
    out.mkdir(parents=True, exist_ok=True)
    number, size = 0, 0
    handle: Any = None
    for tensor in model.graph.initializer:
        if len(tensor.raw_data) < 1024:
            continue
        if handle is None or size + len(tensor.raw_data) > LARGEST:
            if handle is not None:
                handle.close()
            number, size = number + 1, 0
            handle = open(out / f"weights-{number}.bin", "wb")
        offset = -(-size // 4096) * 4096
        handle.write(b"\0" * (offset - size))
        handle.write(tensor.raw_data)
        size = offset + len(tensor.raw_data)
        del tensor.external_data[:]
        for key, value in (("location", f"weights-{number}.bin"), ("offset", offset), ("length", len(tensor.raw_data))):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.ClearField("raw_data")
    if handle is not None:
        handle.close()
    (out / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))


def _add_places(model: Any) -> None:
    """Puts a Gather of the wanted positions before the output layer."""
    from onnx import TensorProto, helper

    graph = model.graph
    index, last = next((i, n) for i, n in enumerate(graph.node) if "logits" in n.output)
    hidden = last.input[0]
    width = next(
        t.dims[-1]
        for t in graph.initializer
        if any(t.name in n.input and n.op_type.endswith("SimplifiedLayerNormalization") for n in graph.node)
    )
    graph.initializer.append(helper.make_tensor("aiccl.flat", TensorProto.INT64, [2], [-1, width]))
    graph.input.append(helper.make_tensor_value_info("places", TensorProto.INT64, ["wanted"]))
    flat = helper.make_node("Reshape", [hidden, "aiccl.flat"], ["aiccl.hidden"], name="aiccl/flat")
    taken = helper.make_node("Gather", ["aiccl.hidden", "places"], ["aiccl.taken"], name="aiccl/taken", axis=0)
    last.input[0] = "aiccl.taken"
    graph.node.insert(index, taken)
    graph.node.insert(index, flat)
    output = next(o for o in graph.output if o.name == "logits")
    dims = output.type.tensor_type.shape.dim
    del dims[0]
    dims[0].ClearField("dim_value")
    dims[0].dim_param = "wanted"

"""The local model: onnxruntime and tokenizers, nothing else; no torch.

Contract: `Engine(folder)` runs an exported model (`aiccl-train export`) and writes intents and views of units that
the compiler has converted. What it writes is shown only where the fidelity check accepts it (`acceptance`). Nothing
is imported before it is used, and nothing leaves the machine.
"""

"""The trainer: from other people's code to a small local model that writes AICCL. The command is `aiccl-train`.

Importing this package, and the steps that only handle data, costs nothing of torch or transformers.
"""

from __future__ import annotations

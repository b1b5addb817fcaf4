"""The worker: one niced process that fills the index, and the client that keeps it alive.

`WorkerClient` is for the server; everything else runs in the process (`python -m aiccl_server.worker`). They talk in
JSON lines over pipes of their own. docs/reliability.md tells what is survived and how.
"""

from __future__ import annotations

from aiccl_server.worker.client import WorkerClient
from aiccl_server.worker.events import Event, Indexed, Makers, Progress, State, WithoutModel, WorkerStatus

__all__ = ["Event", "Indexed", "Makers", "Progress", "State", "WithoutModel", "WorkerClient", "WorkerStatus"]

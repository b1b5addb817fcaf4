"""How the server starts Python processes of its own: its own packages and Python's, nothing from the working folder.

The working folder may be a repository; a `json.py` in it must not stand in for Python's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def python(module: str, *arguments: str) -> list[str]:
    """The command line of a module. -P: the working folder is not searched for modules."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Ours, with the packages where we have found them and no telemetry."""
    import aiccl_converter

    import aiccl_server

    found = [package.__file__ for package in (aiccl_server, aiccl_converter)]
    homes = [str(Path(file).resolve().parents[1]) for file in found if file is not None]
    given = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(path)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([*homes, *given])),
        "ORT_DISABLE_TELEMETRY": "1",
    }

"""Where the model is: named by the caller, by the environment, or shipped with the package.

Contract: `find(named)` gives a folder, a GGUF file or None; whether it can be used is `opened.open_model`'s to say.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "AICCL_MODEL"
SHIPPED = Path(__file__).parent / "shipped"


def find(named: str | os.PathLike[str] | None = None) -> Path | None:
    """Where the model to use is. The variable with nothing in it: none is."""
    if named is not None:
        return Path(named)
    told = os.environ.get(VARIABLE)
    if told is not None:
        return Path(told) if told else None
    return SHIPPED if (SHIPPED / "model.json").exists() else None

"""Prints the views that the converter itself makes of a workspace's files, as JSON: `{"shop/cart.py": {"Cart.add": "..."}}`.

What an editor shows is compared with this, so that a view is known to come through server, client and screen whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aiccl_converter import AICCLConverter


def views(workspace: Path) -> dict[str, dict[str, str]]:
    """Of each Python file its units' flow views."""
    converter = AICCLConverter()
    return {
        path.relative_to(workspace).as_posix(): {
            view.chunk.qualified_name: view.text for view in converter.process_file(path).views
        }
        for path in sorted(workspace.rglob("*.py"))
    }


if __name__ == "__main__":
    json.dump(views(Path(sys.argv[1])), sys.stdout)

"""The `aiccl` command, also as `python -m aiccl_converter`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command on this process's arguments; the answer is its exit code."""
    from .command.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

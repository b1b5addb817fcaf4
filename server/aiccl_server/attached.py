"""The `aiccl` command as a child of the server, which it does not outlive.

The server may be killed while a folder is converted, for which nobody waits any more. (On Windows it then goes on
until it has something to say.)
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command on this process's arguments, but for the first, which is the server's process id."""
    from aiccl_server.worker.limits import die_with_parent

    die_with_parent(int(sys.argv[1]), lambda: os._exit(1))
    from aiccl_converter.command.main import run

    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())

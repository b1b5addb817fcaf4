"""`aiccl-server`: the language server over standard input and output, or over TCP on this machine only.

Standard output belongs to the protocol alone: what anything prints goes to standard error. The exit code is 0 after
`shutdown` and `exit`, 1 where the connection ended in another way.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve."""
    # Before anything could import onnxruntime: it sends telemetry otherwise. The worker inherits it.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    given = _parser().parse_args(arguments)
    _log(given.log_level, given.log_file)
    from aiccl_server.serve import serve

    if given.tcp is not None:
        return _tcp(given.tcp)
    stdin, stdout = _own_pipes()
    return serve(stdin, stdout)


def _parser() -> argparse.ArgumentParser:
    from aiccl_converter.version import VERSION

    parser = argparse.ArgumentParser(prog="aiccl-server", description="The AICCL language server.")
    parser.add_argument("--version", action="version", version=f"aiccl-server {VERSION}")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--stdio", action="store_true", help="speak over standard input and output (the default)")
    way.add_argument("--tcp", type=int, metavar="PORT", help="wait for one client on 127.0.0.1; 0 picks a free port")
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="warning")
    parser.add_argument("--log-file", metavar="FILE", help="write the log here instead of to standard error")
    return parser


def _log(level: str, path: str | None) -> None:
    handler: logging.Handler
    if path:
        from logging.handlers import RotatingFileHandler

        handler = RotatingFileHandler(path, maxBytes=1 << 20, backupCount=1, encoding="utf-8")
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    # pygls logs whole messages, and with them people's code.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for the protocol alone: who prints, prints to standard error."""
    stdin = os.fdopen(os.dup(0), "rb")
    stdout = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stdin, stdout


def _tcp(port: int) -> int:
    import socket

    from aiccl_server.serve import serve

    with socket.create_server(("127.0.0.1", port)) as waiting:
        print(f"aiccl-server: listening on 127.0.0.1:{waiting.getsockname()[1]}", file=sys.stderr, flush=True)
        connection, _ = waiting.accept()
    with connection:
        return serve(connection.makefile("rb"), connection.makefile("wb"))


if __name__ == "__main__":
    sys.exit(main())

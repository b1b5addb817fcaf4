"""Lines on standard error:

what failed, what was passed over, the figures. Never on standard output, never with a colour where none is wanted.
"""

from __future__ import annotations

import os
import sys

RED, DIM, OFF = "\x1b[31m", "\x1b[2m", "\x1b[0m"


def coloured() -> bool:
    """Whether standard error takes colours: a terminal, and no NO_COLOR (see no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stderr.isatty()


def problem(what: str, path: str | None = None) -> None:
    """One line on what went wrong, with the file it is about."""
    line = " ".join(what.split())
    if path is not None:
        line = f"{path}: {line}"
    _write(f"aiccl: {line}", RED)


def note(what: str) -> None:
    """One line that is worth knowing."""
    _write(what, DIM)


def _write(line: str, colour: str) -> None:
    if coloured():
        line = f"{colour}{line}{OFF}"
    try:
        sys.stderr.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # nobody listens

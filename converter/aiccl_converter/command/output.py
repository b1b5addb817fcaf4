"""Outputs appear whole or not at all:

standard output in one piece at the end, a file by renaming a finished one over it.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile

from ..errors import AICCLError


class CannotWrite(AICCLError):
    """An output that cannot be written."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(
            f"{path}: cannot be written ({(error.strerror or str(error)).lower()}); choose another --output"
        )


def write(text: str, path: str | None) -> None:
    """Write `text` to a file, or to standard output for None and "-".

    Raises CannotWrite, and BrokenPipeError for standard output.
    """
    data = text.encode("utf-8", "backslashreplace")
    if path is None or path == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        write_file(path, data)
    except OSError as error:
        raise CannotWrite(path, error) from None


def write_file(path: str, data: bytes) -> None:
    """Put `data` in the place of the file `path`, keeping its permissions.

    A link's target is replaced, not the link.
    """
    path = os.path.realpath(path)
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        # A device or a pipe, such as /dev/stdout: it cannot be replaced, so it is written to. A folder is refused
        # by `open`.
        with open(path, "wb") as file:
            file.write(data)
        return
    handle, temporary = tempfile.mkstemp(prefix=".aiccl-", dir=os.path.dirname(path))
    try:
        with open(handle, "wb") as file:
            file.write(data)
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

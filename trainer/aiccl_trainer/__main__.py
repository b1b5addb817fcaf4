"""The `aiccl-train` command, also as `python -m aiccl_trainer`: arguments to a step, and what ends a step early to an
exit code. A step is imported when it is called for."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module

from aiccl_converter.errors import AICCLError
from aiccl_converter.version import VERSION

from aiccl_trainer.commands import TABLE
from aiccl_trainer.errors import is_out_of_memory

OK, FAILED, USAGE, INTERNAL, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 70, 130, 141
FULL = "the disk is full; make room, then run the same command again, which goes on from there"
_LESS = {
    "fit": "a smaller --rows or --row-tokens",
    "export": "a smaller --calibrate",
    **dict.fromkeys(("collect", "generate", "validate", "feedback"), "--jobs 1"),
}
"""Step -> what makes it take less memory."""
# What libraries say where they have an error of their own for what Python has MemoryError and ENOSPC for: torch
# (RuntimeError for both; its files end where the disk does), safetensors, onnxruntime.
_NO_ROOM = re.compile(r"no space left|quota exceeded|inline_container.*(?:unexpected pos|write failed)", re.I | re.S)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The argument parser, with the arguments of one step."""
    top = argparse.ArgumentParser(
        prog="aiccl-train",
        description="Makes the small language model that turns code into AICCL, step by step.",
        epilog="Exit codes: 0 done; 1 something failed, what was done is kept; 2 usage; 70 internal error; "
        "130 interrupted, the same command goes on from there.",
    )
    top.add_argument("--version", action="version", version=f"aiccl-train {VERSION}")
    steps = top.add_subparsers(metavar="STEP", dest="step", required=True)
    for name, what in TABLE.items():
        sub = steps.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        if only == name:
            import_module(f"aiccl_trainer.commands.{name}").add_arguments(sub)
    return top


def run(argv: Sequence[str]) -> int:
    """Run a step. Returns the exit code."""
    if list(argv) == ["--version"]:
        print(f"aiccl-train {VERSION}")
        return OK
    only = next((word for word in argv if not word.startswith("-")), None)
    try:
        arguments = parser(only if only in TABLE else None).parse_args(argv)
        code: int = import_module(f"aiccl_trainer.commands.{arguments.step}").run(arguments)
        sys.stdout.flush()
        return code
    except AICCLError as error:
        return _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return _fail("interrupted; what was done is kept, the same command goes on from there", INTERRUPTED)
    except MemoryError:
        return _fail(_no_memory(only))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("aiccl_"):
            raise
        return _fail(f"the package `{error.name}` is not installed; run `pip install aiccl[train]`")
    except OSError as error:
        if error.errno == errno.ENOMEM:
            return _fail(_no_memory(only))
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = FULL if full else f"{error.strerror or error}; check the paths and the disk"
        return _fail(what if error.filename is None else f"{error.filename}: {what}")
    except Exception as error:
        if os.environ.get("AICCL_DEBUG"):
            raise
        said = f"{type(error).__name__}: {error}"
        if is_out_of_memory(error):
            return _fail(_no_memory(only))
        if _NO_ROOM.search(said):
            return _fail(FULL)
        told = f"internal error ({said}); report it, with AICCL_DEBUG=1 for where it happened"
        return _fail(told, INTERNAL)


def _no_memory(step: str | None) -> str:
    less = f"use {_LESS[step]}, or " if step is not None and step in _LESS else ""
    return f"out of memory; {less}close other programs"


def _fail(message: str, code: int = FAILED) -> int:
    print(f"aiccl-train: {message}", file=sys.stderr)
    return code


def main() -> int:
    """Run the command on this process's arguments; the answer is its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

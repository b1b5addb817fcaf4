"""Entry: arguments to a subcommand, and what ends a run early (interrupt, a closed pipe, an error) to an exit code.

Subcommands are imported when they are called for, so that `aiccl --version` costs no more than Python itself.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from ..errors import AICCLError
from ..version import VERSION
from . import exits, say

# Name -> one line of help. Each is a module of this package, with `add(parser)` and `run(arguments)`.
COMMANDS = {
    "compress": "turn source code into AICCL",
    "expand": "turn AICCL back into source code, or into a prompt for a large model",
    "check": "compare a view with its source: is everything there, and nothing else?",
    "stats": "count tokens per folder, file and chunk, and what each level would save",
    "languages": "list the languages",
    "explain": "show how the view of one chunk came about",
    "completion": "print a script that completes aiccl's arguments in a shell",
}


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """The argument parser, with the arguments of one subcommand or of all."""
    top = argparse.ArgumentParser(
        prog="aiccl",
        description="Restates source code in AICCL: the same behaviour in a fraction of the tokens.",
        epilog="Exit codes: 0 done; 1 something failed, the rest was done; 2 usage; 3 check: not faithful; "
        "70 internal error; 130 interrupted; 141 closed pipe.",
    )
    top.add_argument("--version", action="version", version=f"aiccl {VERSION}")
    subparsers = top.add_subparsers(metavar="COMMAND", dest="command", required=True)
    for name, what in COMMANDS.items():
        sub = subparsers.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        if only is None or only == name:
            import_module(f".{name}", __package__).add(sub)
    return top


def run(argv: Sequence[str]) -> int:
    """Run the command. Returns the exit code."""
    if list(argv) in (["--version"], ["-V"]):
        print(f"aiccl {VERSION}")
        return exits.OK
    try:
        only = next((word for word in argv if not word.startswith("-")), None)
        arguments = parser(only if only in COMMANDS else None).parse_args(argv)
        code: int = import_module(f".{arguments.command}", __package__).run(arguments)
        sys.stdout.flush()
        return code
    except AICCLError as error:
        say.problem(str(error))
        return exits.FAILED
    except BrokenPipeError:
        # Whatever Python still wants to flush at exit must have somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.BROKEN_PIPE
    except KeyboardInterrupt:
        say.problem("interrupted; nothing was written")
        return exits.INTERRUPTED
    except OSError as error:
        say.problem(f"{error.strerror or error}; check the paths and the disk", error.filename)
        return exits.FAILED
    except Exception as error:
        if os.environ.get("AICCL_DEBUG"):
            raise
        say.problem(
            f"internal error ({type(error).__name__}: {error}); report it, with AICCL_DEBUG=1 for where it happened"
        )
        return exits.INTERNAL

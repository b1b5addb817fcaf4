"""`aiccl completion SHELL`: a script for the shell, made by shtab from the same parser that reads the arguments."""

from __future__ import annotations

import argparse

from . import exits, options, output

SHELLS = ("bash", "zsh", "fish", "tcsh")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "shell",
        choices=SHELLS,
        help="for example: aiccl completion bash > ~/.local/share/bash-completion/completions/aiccl",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    from .main import parser

    full = parser()
    _mark_paths(full)
    output.write(shtab.complete(full, arguments.shell), None)
    return exits.OK


def _mark_paths(parser: argparse.ArgumentParser) -> None:
    """Put shtab's own word for a path where `options.completes` left a mark."""
    import shtab

    for action in parser._actions:
        if getattr(action, "complete", None) == options.COMPLETE_FILE:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                _mark_paths(sub)

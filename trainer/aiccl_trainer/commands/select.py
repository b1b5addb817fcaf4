"""`aiccl-train select`: the patterns that a model is weakest at.

Contract: prints, or writes, one object a line (`language`, `kind`, `complexity`, `mark`, `items`), the weakest first;
`generate --patterns FILE` takes it.
"""

from __future__ import annotations

import argparse

NAME = "select"
HELP = "list the patterns that a model is weakest at, for generate"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument(
        "--report", required=True, metavar="PATH", help="the folder that `evaluate` wrote, or its items.jsonl"
    )
    parser.add_argument("--output", metavar="FILE", help="where the list goes (default: standard output)")
    parser.add_argument("--number", type=int, default=20, metavar="N", help="how many patterns (default: 20)")
    parser.add_argument(
        "--by",
        default="language,kind,complexity",
        metavar="A,B",
        help="what a pattern is made of (default: language,kind,complexity)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the list."""
    from aiccl_trainer.selection import select

    return select(arguments)

"""`aiccl-train feedback`: corrections that were saved from the editor become pairs.

Contract: as `aiccl_trainer.feedback` says; the output folder may hold other teachers' pairs, which stay as they are.
"""

from __future__ import annotations

import argparse

NAME = "feedback"
HELP = "turn corrections that were saved from the editor into pairs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument(
        "--input",
        action="append",
        metavar="PATH",
        help="a JSONL file of corrections (objects of language, code and view), or a folder of them; may be repeated "
        "(default: what was saved from the editor on this machine)",
    )
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the pairs go")
    parser.add_argument("--trust", action="store_true", help="take corrections that the check rejects as well")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Make the pairs."""
    from aiccl_server import corrections

    from aiccl_trainer.errors import NoData
    from aiccl_trainer.feedback import feedback

    if not arguments.input:
        saved = corrections.path()
        if not saved.exists():
            raise NoData(f"{saved}: no correction was saved yet; save some from the editor, or name a file by --input")
        arguments.input = [str(saved)]
    return feedback(arguments)

"""`aiccl-train validate`: which pairs are fit to learn from.

Contract: the output folder gets the pairs that are kept (`pairs.SPLIT.jsonl`), `rejected.jsonl` with what is wrong
with each, and a report for programs (`report.json`) and for people (`report.html`, which loads nothing). Code is only
run with --tests.
"""

from __future__ import annotations

import argparse

NAME = "validate"
HELP = "check pairs for form, fidelity, ratio, consistency and expansion; keep the good ones"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument(
        "--input-dir", required=True, metavar="DIR", help="the pairs: a folder of `generate`, or a file"
    )
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the good ones and the report go")
    parser.add_argument(
        "--quality-threshold",
        type=float,
        default=0.85,
        metavar="X",
        help="a pair is kept where no part of it is below X, 0 to 1 (default: 0.85)",
    )
    parser.add_argument("--sample", type=int, default=40, metavar="N", help="pairs to show on the page (default: 40)")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws another sample")
    parser.add_argument("--again", action="store_true", help="judge all pairs anew")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    back = parser.add_argument_group(
        "the way back", "Code is written from views and compared with the code they are of."
    )
    back.add_argument("--expand", type=int, default=0, metavar="N", help="ask for the code of N views")
    back.add_argument(
        "--expander", metavar="MODEL", help="the Claude model that writes it (default: the pair's own teacher)"
    )
    back.add_argument("--expansions", metavar="JSONL", help="code that was written already: objects of id and code")
    back.add_argument(
        "--tests",
        metavar="JSONL",
        help="run these tests (objects of code, test and maybe before; Python) on the code that came back, in a "
        "sandbox without network",
    )
    back.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    back.add_argument("--price", metavar="IN/OUT", help="dollars a million tokens, where the list does not know them")
    back.add_argument(
        "--retries", type=int, default=5, metavar="N", help="how often a busy server is asked again (default: 5)"
    )
    back.add_argument(
        "--pause", type=float, default=1.0, metavar="S", help="seconds before the first of those (default: 1)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge the pairs."""
    from aiccl_trainer.validating.validate import validate

    return validate(arguments)

"""`aiccl-train collect`: functions out of folders, checkouts, packages and ready corpora.

Contract: writes `functions.jsonl`, `manifest.lock.json` and `report.json` into the output folder; what was fetched and
cut up before is not fetched or cut up again.
"""

from __future__ import annotations

import argparse

NAME = "collect"
HELP = "gather functions from folders, checkouts, packages and ready corpora"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument(
        "--manifest",
        action="append",
        default=[],
        metavar="TOML",
        help="where functions come from (see docs/train-a-model.md); may be repeated",
    )
    parser.add_argument(
        "--folder", action="append", default=[], metavar="PATH", help="a folder of sources; may be repeated"
    )
    parser.add_argument(
        "--corpus",
        action="append",
        default=[],
        metavar="JSONL[=SPLIT]",
        help="a ready collection, .gz or not, that goes to a split; may be repeated",
    )
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the functions go")
    parser.add_argument("--cache", metavar="DIR", help="where downloads are kept (default: DIR/downloads)")
    parser.add_argument("--licence", metavar="NAME", help="the licence of each --folder, where it does not say")
    parser.add_argument(
        "--any-licence", action="store_true", help="take code whose licence is not known to be permissive"
    )
    parser.add_argument("--languages", metavar="A,B", help="only these languages")
    parser.add_argument(
        "--per-language", type=int, default=0, metavar="N", help="at most N training functions of a language"
    )
    parser.add_argument("--quotas", metavar="LANG=N,..", help="the same for single languages")
    parser.add_argument(
        "--max-share",
        type=float,
        default=0.45,
        metavar="X",
        help="largest share of a project in its language (default: 0.45)",
    )
    parser.add_argument(
        "--near",
        type=float,
        default=0.8,
        metavar="X",
        help="share of tokens in common that makes a copy; 1: off (default: 0.8)",
    )
    parser.add_argument(
        "--valid", type=float, default=0.05, metavar="X", help="share of projects for validation (default: 0.05)"
    )
    parser.add_argument(
        "--test", type=float, default=0.1, metavar="X", help="share of projects held out (default: 0.1)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other functions")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")


def run(arguments: argparse.Namespace) -> int:
    """Gather the functions."""
    from aiccl_trainer.collecting.gather import collect

    return collect(arguments)

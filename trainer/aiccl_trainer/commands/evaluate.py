"""`aiccl-train evaluate`: how good a model is on functions of projects that it was not trained on.

Contract: asks the exported model through the converter's own engine; beside it a model without training, the
compiler alone and the outline. Writes `items.jsonl`, `figures.json`, `report.md` and a plot; with --card the page's
figures as well. Goes on where it was ended.
"""

from __future__ import annotations

import argparse

NAME = "evaluate"
HELP = "measure a model on code that it was not trained on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument("--input-dir", "--input", dest="input", action="append", required=True, metavar="PATH",
                        help="held-out pairs: folders or files. May be repeated")  # fmt: skip
    parser.add_argument("--model", required=True, metavar="DIR", help="an exported model")
    parser.add_argument("--base", metavar="DIR", help="an exported model without training, to compare with")
    parser.add_argument("--output-dir", required=True, metavar="DIR")
    parser.add_argument("--split", choices=("train", "valid", "test"), help="only pairs of this split (default: all)")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="so many functions, of all languages in turn")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="processor threads")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=DIR",
                        help="another exported model, such as one that is fed with code")  # fmt: skip
    parser.add_argument("--twins", type=int, default=0, metavar="N", help="ask about N pairs of alike functions too")
    parser.add_argument("--verdicts", metavar="JSONL",
                        help="what readers said of the intents: objects of id and verdict")  # fmt: skip
    parser.add_argument("--trust", metavar="FILE",
                        help="fit to the verdicts which intents to trust, for export --trust")  # fmt: skip
    parser.add_argument("--most-wrong", type=float, default=0.1, metavar="X",
                        help="the share of wrong ones among those that are shown (default: 0.1)")  # fmt: skip
    parser.add_argument("--card", metavar="FILE", help="put the figures into this page")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    back = parser.add_argument_group("the way back", "Code is written from the views that are shown, and compared.")
    back.add_argument("--expand", type=int, default=0, metavar="N", help="ask Claude for the code of N views")
    back.add_argument("--expander", metavar="MODEL", help="the Claude model that writes it")
    back.add_argument("--expansions", metavar="JSONL", help="code that was written already: objects of id and code")
    back.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    back.add_argument("--price", metavar="IN/OUT", help="dollars a million tokens, where the list does not know them")
    back.add_argument("--retries", type=int, default=5, metavar="N", help="how often a busy server is asked again")
    back.add_argument("--pause", type=float, default=1.0, metavar="S", help="seconds before the first of those")


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    from aiccl_trainer.evaluating.evaluate import evaluate

    return evaluate(arguments)

"""`aiccl-train generate`: training pairs from a teacher.

Contract: pairs are appended to `pairs.SPLIT.jsonl` of the output folder as they are made; functions that have a pair
by the same teacher there are passed over, so the same command goes on where it was ended. A function that stands in
the folder's valid or test pairs never becomes a training pair.
"""

from __future__ import annotations

import argparse

NAME = "generate"
HELP = "make training pairs: code, its flow, a better view and an intent, from a teacher"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The step's arguments."""
    parser.add_argument(
        "--model",
        "--teacher",
        dest="teacher",
        required=True,
        metavar="TEACHER",
        help="who writes: compiler (the view is the compiler's flow), docs (the same with an intent out of the doc "
        "comment), intents (the same with intents of a file, see --intents), pairs (a file that somebody made), or the "
        "name of a Claude model, such as claude-sonnet-4-6",
    )
    parser.add_argument(
        "--input",
        "--source",
        dest="input",
        action="append",
        default=[],
        metavar="PATH",
        help="functions: a folder of `collect` or a JSONL(.gz) file; for pairs: the file of pairs. May be repeated",
    )
    parser.add_argument("--intents", action="append", default=[], metavar="FILE",
                        help="for --model intents: objects of a function's id and its intent")  # fmt: skip
    parser.add_argument("--output-dir", required=True, metavar="DIR", help="where the pairs go")
    parser.add_argument("--languages", metavar="A,B", help="only these languages")
    parser.add_argument("--patterns", metavar="A,B|FILE", help="only these kinds, or the list that `select` wrote")
    parser.add_argument("--target-pairs", type=int, default=0, metavar="N", help="stop at so many (default: all)")
    parser.add_argument("--quotas", metavar="LANG=N,..", help="at most so many of a language")
    parser.add_argument("--split", choices=("train", "valid", "test"), help="the split that all pairs go to")
    parser.add_argument(
        "--hold-out", type=int, default=0, metavar="N", help="put N pairs, of all languages, into valid"
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATH", help="make no pair of a function that stands here"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other functions")
    parser.add_argument("--jobs", type=int, metavar="N", help="processes (default: one a core)")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    claude = parser.add_argument_group("Claude", "The key is read from ANTHROPIC_API_KEY.")
    claude.add_argument("--estimate", action="store_true", help="say what it would cost, ask nothing")
    claude.add_argument("--yes", action="store_true", help="do not ask before money is spent")
    claude.add_argument(
        "--max-cost", type=float, metavar="USD", help="refuse where the higher of the two estimates is above"
    )
    claude.add_argument(
        "--live", action="store_true", help="one request at a time instead of batches, at twice the price"
    )
    claude.add_argument(
        "--batch-size", type=int, default=1000, metavar="N", help="functions in a batch (default: 1000)"
    )
    claude.add_argument("--price", metavar="IN/OUT", help="dollars a million tokens, where the list does not know them")
    claude.add_argument(
        "--attempts", type=int, default=2, metavar="N", help="answers to ask for until one passes (default: 2)"
    )
    claude.add_argument(
        "--retries", type=int, default=5, metavar="N", help="how often a busy server is asked again (default: 5)"
    )
    claude.add_argument(
        "--pause", type=float, default=1.0, metavar="S", help="seconds before the first of those (default: 1)"
    )
    claude.add_argument("--poll", type=float, default=30.0, metavar="S", help="seconds between looks at a batch")


def run(arguments: argparse.Namespace) -> int:
    """Make the pairs."""
    from aiccl_trainer import generating

    return generating.generate(arguments)

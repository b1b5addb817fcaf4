"""Arguments that several subcommands share, declared once so that they read and complete alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ..files.read import MAX_BYTES
from ..tokens import DEFAULT_TOKENIZER, TOKENIZERS

LEVELS = ("flow", "outline", "exact")

# What shtab completes for an argument: see `completion`.
FILE: dict[str, str] = {}
COMPLETE_FILE = "file"


def positive(text: str) -> int:
    """A whole number above 0, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def paths(parser: argparse.ArgumentParser) -> None:
    """PATH..."""
    argument = parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="files, folders, patterns such as 'src/**/*.py', or - for standard input",
    )
    completes(argument)


def level(parser: argparse.ArgumentParser) -> None:
    """--level"""
    parser.add_argument("-l", "--level", choices=LEVELS, default="flow", help="how much to keep (default: %(default)s)")


def formats(parser: argparse.ArgumentParser, *known: str) -> None:
    """--format"""
    parser.add_argument(
        "-f", "--format", choices=known, default=known[0], help="how to write it (default: %(default)s)"
    )


def output(parser: argparse.ArgumentParser, extra: str = "") -> None:
    """--output"""
    argument = parser.add_argument(
        "-o", "--output", metavar="FILE", help=f"write to FILE instead of standard output{extra}"
    )
    completes(argument)


def tokenizer(parser: argparse.ArgumentParser) -> None:
    """--tokenizer"""
    parser.add_argument(
        "-t",
        "--tokenizer",
        choices=TOKENIZERS,
        default=DEFAULT_TOKENIZER,
        help="what tokens are counted in (default: %(default)s)",
    )


def language(parser: argparse.ArgumentParser, what: str = "take every file named for this language") -> None:
    """--language"""
    parser.add_argument("-L", "--language", metavar="NAME", help=what)


def work(parser: argparse.ArgumentParser) -> None:
    """--jobs, --max-bytes, --quiet"""
    parser.add_argument("-j", "--jobs", type=positive, metavar="N", help="processes (default: one a processor)")
    parser.add_argument(
        "--max-bytes",
        type=positive,
        default=MAX_BYTES,
        metavar="N",
        help="refuse files larger than this (default: %(default)s)",
    )
    quiet(parser)


def quiet(parser: argparse.ArgumentParser) -> None:
    """--quiet"""
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="problems only on standard error: no figures, no progress"
    )


def engine(parser: argparse.ArgumentParser) -> None:
    """--engine, --model"""
    parser.add_argument(
        "-e",
        "--engine",
        choices=("compiler", "model", "auto"),
        help="who writes: the compiler's rules, the local model as well, or the model where there is one "
        "(default: compiler; model with --model)",
    )
    argument = parser.add_argument("--model", metavar="PATH", help="the folder of the local model, or its GGUF file")
    completes(argument)


def completes(argument: Any) -> None:
    """Mark an argument as a path for shell completion."""
    argument.complete = COMPLETE_FILE


Adder = Callable[[Any], None]

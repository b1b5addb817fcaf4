"""`aiccl expand VIEW`: source code from AICCL.

An exact document gives the source itself, without comments and layout. For flow and outline there are many sources:
the prompt that makes a large model write one is printed, or, where ANTHROPIC_API_KEY is set and the extra `claude`
is installed, Claude is asked and its answer's facts are checked against the view.
"""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from typing import Any

from ..errors import CannotExpand
from . import batch, documents, exits, options, output, say

WAYS = ("auto", "prompt", "claude")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.completes(parser.add_argument("view", metavar="VIEW", help="a file with AICCL, or - for standard input"))
    options.language(parser, "the language to write (default: what the document says)")
    parser.add_argument(
        "--with",
        dest="way",
        choices=WAYS,
        default="auto",
        help="for flow and outline, print a prompt or ask Claude; auto asks if ANTHROPIC_API_KEY is set and the extra "
        "claude is installed (default: %(default)s)",
    )
    parser.add_argument("--model", metavar="NAME", help="the Claude model to ask")
    options.output(parser)
    options.quiet(parser)


def run(arguments: argparse.Namespace) -> int:
    """Expand each document of the file, one after another."""
    text = documents.read(arguments.view)
    asked = batch.known_language(arguments.language)
    parts = []
    code = exits.OK
    for document in documents.split(text):
        language = asked or document.language
        if language is None:
            raise CannotExpand("the view names no language; name it with --language")
        if document.level == "exact" and language == (document.language or language):
            from .. import expansion

            parts.append(expansion.expand_exact(document.body, language))
        else:
            expanded, faithful = _restated(document, language, arguments)
            parts.append(expanded)
            code = code if faithful else exits.NOT_FAITHFUL
    output.write("\n".join(part if part.endswith("\n") else part + "\n" for part in parts), arguments.output)
    return code


def _restated(document: documents.Document, language: str, arguments: Any) -> tuple[str, bool]:
    """The prompt, or Claude's code and whether it states what the view states."""
    from .. import expansion

    ready = bool(os.environ.get("ANTHROPIC_API_KEY")) and find_spec("anthropic") is not None
    if arguments.way == "prompt" or (arguments.way == "auto" and not ready):
        return expansion.prompt(document.text, language), True
    extra = {"model": arguments.model} if arguments.model else {}
    answer = expansion.with_claude(document.text, language, **extra)
    if not arguments.quiet:
        say.note(f"written by {answer.model}")
    for line in answer.problems:
        say.problem(line, document.path)
    return answer.code, not answer.problems

"""`aiccl compress PATH...`: source code to AICCL, on standard output, into one file, or file by file into a
folder."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING

from . import batch, figures, options, output, render, say

if TYPE_CHECKING:
    from ..views import FileResult


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.paths(parser)
    options.level(parser)
    options.formats(parser, "text", "markdown", "json")
    options.output(parser, "; with a / at its end, or an existing folder: a file below it for each source file")
    options.tokenizer(parser)
    options.language(parser)
    options.engine(parser)
    parser.add_argument("--base-map", action="store_true", help="begin with the base map, which explains the language")
    options.work(parser)


def run(arguments: argparse.Namespace) -> int:
    """Convert, write, tell the figures."""
    target = arguments.output
    into_folder = target not in (None, "-") and (target.endswith(("/", os.sep)) or os.path.isdir(target))
    shares = arguments.level == "flow" and not into_folder
    meanwhile = partial(_get_ready, arguments.tokenizer) if shares else None
    one_result = batch.run(arguments, [arguments.level], arguments.format == "json", meanwhile)
    results = one_result.results(arguments.level)
    prologue = base_map({result.language for result in results}) if arguments.base_map else ""
    if shares and len(results) > 2:
        from ..compiler.workspacerules import share
        from ..tokens import counter

        layer, results = share(results, counter(arguments.tokenizer).count)
        prologue = "\n".join(part for part in (prologue, layer) if part)
    if into_folder:
        _write_folder(arguments, one_result, prologue)
    elif results or arguments.format == "json":
        output.write(_rendered(arguments.format, results, one_result, prologue), target)
    if results and not arguments.quiet:
        say.note(figures.file_line(results[0]) if len(results) == 1 else figures.total_line(results))
    return one_result.exit_code


MUCH = 200
"""Files from which on the documents are counted by the native engine."""


def _get_ready(tokenizer: str, files: int) -> None:
    """Load what only this process needs at the end, while the workers load theirs."""
    from .. import tokens
    from ..compiler import workspacerules

    assert workspacerules
    if files >= MUCH:
        tokens.expect_much(tokenizer)


def base_map(languages: set[str]) -> str:
    """The base map as a prompt has it, with what it says of the sources' languages."""
    from ..language import basemap

    return basemap.text(languages=languages)


def _rendered(format: str, results: list[FileResult], of: batch.Batch, prologue: str) -> str:
    if format == "json":
        return render.as_json(results, of.skipped, of.problems, prologue)
    return (render.as_markdown if format == "markdown" else render.as_text)(results, prologue)


def _write_folder(arguments: argparse.Namespace, of: batch.Batch, prologue: str) -> None:
    """One output a source file, at the source's own place below the folder.

    All are made before the first is written.
    """
    suffix = render.SUFFIXES[arguments.format]
    texts: dict[str, str] = {}
    for outcome in of.outcomes:
        path = os.path.join(arguments.output, outcome.task.relative + suffix)
        if path in texts:
            of.problems.append(
                (outcome.task.shown, f"two sources would be written to {path}; name a folder above both")
            )
            say.problem(*reversed(of.problems[-1]))
            continue
        result = outcome.results[arguments.level]
        if arguments.format == "json":
            texts[path] = render.dumps(render.file_record(result))
        else:
            texts[path] = _rendered(arguments.format, [result], of, prologue)
    for path, text in texts.items():
        try:
            os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
        except OSError as error:
            raise output.CannotWrite(path, error) from None
        output.write(text, path)

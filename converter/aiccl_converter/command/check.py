"""`aiccl check SOURCE VIEW`: does the view state what the source does, and nothing else?"""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import InvalidView, UnknownLanguage
from . import batch, documents, exits, options, output, render


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.completes(parser.add_argument("source", metavar="SOURCE", help="the source file, or - for standard input"))
    options.completes(parser.add_argument("view", metavar="VIEW", help="its view, or - for standard input"))
    options.language(parser, "the language of SOURCE (default: by its name, else what VIEW says)")
    options.formats(parser, "text", "json")
    options.quiet(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare and tell. The exit code says whether the view passes."""
    from ..source.detect import language_of

    if arguments.source == arguments.view == "-":
        raise InvalidView("both SOURCE and VIEW are -; name a file for one of them")
    source = documents.read(arguments.source)
    found = documents.split(documents.read(arguments.view))
    if len(found) > 1:
        raise InvalidView(f"{arguments.view}: holds {len(found)} documents; give the one of {arguments.source}")
    language = batch.known_language(arguments.language) or language_of(arguments.source, source[:4096].encode())
    language = language or found[0].language
    if language is None:
        raise UnknownLanguage(arguments.source)
    report = _checked(source, found[0], language)
    passed = bool(report.passed)
    if arguments.format == "json":
        output.write(render.dumps(_record(report)), None)
    elif not arguments.quiet or not passed:
        output.write(_lines(report), None)
    return exits.OK if passed else exits.NOT_FAITHFUL


def _checked(source: str, document: documents.Document, language: str) -> Any:
    from .. import fidelity
    from ..levels import exact

    if document.level != "exact":
        return fidelity.check(source, document.text, language)
    # An exact view is code: its tokens are compared with the source's, one by one.
    if exact.same_tokens(document.body, source, language):
        return fidelity.Report(1.0)
    return fidelity.Report(0.0, contradictions=("expands to other tokens than the source's",))


def _record(report: Any) -> dict[str, Any]:
    return {
        "passed": bool(report.passed),
        "score": round(report.score, 4),
        "invented": list(report.invented),
        "error": report.error or None,
        "contradictions": [str(line) for line in report.contradictions],
        "missing": [str(fact) for fact in report.missing],
    }


def _lines(report: Any) -> str:
    """The verdict, then a line a finding."""
    lines = [f"{'pass' if report.passed else 'FAIL'}: fidelity {report.score:.2f}"]
    lines += [f"error: {report.error}"] if report.error else []
    lines += [f"invented: {name}" for name in report.invented]
    lines += [f"contradiction: {line}" for line in report.contradictions]
    lines += [f"left out: {fact}" for fact in report.missing]
    return "".join(line + "\n" for line in lines)

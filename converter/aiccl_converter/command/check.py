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

    if document.level == "exact":
        from .. import expansion

        # An exact view is code: what it expands to is compared, token by token.
        return _ExactReport(expansion.expand_exact(document.body, language), source, language)
    return fidelity.check(source, document.text, language)


class _ExactReport:
    """What `fidelity.check` would say of an exact view: the same tokens, or not."""

    def __init__(self, expanded: str, source: str, language: str) -> None:
        from ..levels import exact

        same = exact.same_tokens(expanded.encode(), source.encode(), language)
        self.score = 1.0 if same else 0.0
        self.passed = same
        self.invented: tuple[str, ...] = ()
        self.missing: tuple[str, ...] = ()
        self.contradictions = () if same else ("expands to other tokens than the source's",)


def _record(report: Any) -> dict[str, Any]:
    return {
        "passed": bool(report.passed),
        "score": round(report.score, 4),
        "invented": list(report.invented),
        "contradictions": [str(line) for line in report.contradictions],
        "missing": [str(fact) for fact in report.missing],
    }


def _lines(report: Any) -> str:
    """The verdict, then a line a finding."""
    lines = [f"{'pass' if report.passed else 'FAIL'}: fidelity {report.score:.2f}"]
    lines += [f"invented: {name}" for name in report.invented]
    lines += [f"contradiction: {line}" for line in report.contradictions]
    lines += [f"left out: {fact}" for fact in report.missing]
    return "".join(line + "\n" for line in lines)

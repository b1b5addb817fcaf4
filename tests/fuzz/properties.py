"""What holds for any text whatever, asked by the fuzzers and by test_found.py: each function raises where it does not."""

from __future__ import annotations

from aiccl_converter.bulk import Settings, Task, convert_task
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.parser import parse_document, parse_expr, parse_members, parse_steps, parse_unit
from aiccl_converter.language.printer import print_document, print_expr, print_members, print_steps, print_unit

FORMS = (
    (parse_unit, print_unit),
    (parse_steps, print_steps),
    (parse_expr, print_expr),
    (parse_members, print_members),
    (parse_document, print_document),
)


def converts(language: str, data: bytes) -> None:
    """A source of whatever bytes has views or is refused with a line of our own; flow and outline read as AICCL, and
    an exact view gives the source's tokens back (the converter checks that itself, and would show the source)."""
    outcome = convert_task(Settings(("flow", "outline", "exact")), Task("-", "fuzz", language=language, data=data))
    assert outcome.problem is None or "internal error" not in outcome.problem, outcome.problem
    for level in ("flow", "outline"):
        if level in outcome.results:
            parse_document(outcome.results[level].text)


def reads(text: str) -> None:
    """A view of whatever text is read or refused with its place; what was read prints, and where it was read strictly,
    the print reads again."""
    for parse, print_ in FORMS:
        for strict in (False, True):
            try:
                tree = parse(text, strict=strict)  # type: ignore[operator]
            except ParseError as error:
                assert 0 <= error.pos <= len(text) and "\n" not in str(error)
                continue
            again = print_(tree)  # type: ignore[operator]
            if strict:
                parse(again)  # type: ignore[operator]

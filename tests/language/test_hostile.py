"""Text that is cut off, unbalanced, endless or nonsense: a clear error or a tree, never a crash, never a hang."""

from __future__ import annotations

import pytest
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.lexer import MAX_DEPTH
from aiccl_converter.language.parser import parse_document, parse_expr, parse_members, parse_steps, parse_unit
from aiccl_converter.language.printer import print_document, print_steps, print_unit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

quiet = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
scraps = st.lists(
    st.sampled_from(
        "a b.c .x f( ) { } [ ] ? : , ; | ^ ^! ^^ ~ * ** <- > < >= = == => -> ! !! .. ... \n \" ' ` / \\ # @ & && + - "
        "\"s\" 't' 1 2.5 if else for in not is as match try err fin with go do new null F: C: R:GET /x K: quirk: "
        "fail $ :: ?. {a} {..} x=1 case_1 Foo<A> <comp:map> </comp:map> <comp:code> </comp:code>".split(" ")
    ),
    max_size=40,
).map(" ".join)
glued = st.lists(
    st.sampled_from([*"ab.(){}[]?:,;|^~*<>=!&+-/\\'\"`#@$ \n", "=>", "->", "<-", "..", "else", "F:"]), max_size=60
)
anything = st.one_of(scraps, glued.map("".join), st.text(max_size=60))


@quiet
@given(anything)
def test_any_text_parses_or_is_refused(text: str) -> None:
    for parse in (parse_unit, parse_steps, parse_expr, parse_members, parse_document):
        for strict in (False, True):
            try:
                parse(text, strict=strict)
            except ParseError as e:
                assert 0 <= e.pos <= len(text)
                assert e.line >= 1 and e.column >= 1
                assert "\n" not in str(e)


@quiet
@given(anything)
def test_what_was_read_prints(text: str) -> None:
    try:
        unit, steps, document = parse_unit(text), parse_steps(text), parse_document(text)
    except ParseError:
        return
    print_unit(unit)
    print_steps(steps)
    print_document(document)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("f(a)\n^g(a", 2, 3, "never closed"),
        ("f(a)\nx={1,2]", 2, 7, "must close"),
        ("f(a)\n^a)", 2, 3, "closes nothing"),
        ('f(a)\n^"open', 2, 2, "does not end"),
        ("f(a)\n^'open", 2, 2, "does not end"),
        ("f(a)\n\x07", 2, 1, "control character"),
        ("f(a)\r^a", 1, 5, "control character"),
        ("f(a)\0", 1, 5, "control character"),
        ("(" * 20000 + ")" * 20000, 1, MAX_DEPTH + 1, "brackets inside"),
    ],
)
def test_errors_say_where_and_what(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(ParseError, match=said) as caught:
        parse_unit(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.hint


def test_strict_names_what_is_missing() -> None:
    with pytest.raises(ParseError, match=r"^2:5: .*`:` expected after the first value"):
        parse_unit("f(a)\n^c?1", strict=True)


@pytest.mark.parametrize("text", ["f(a)\n^c?1", "f(a)\n(a = )", "f(a)\na ? : b"])
def test_tolerant_reads_what_strict_refuses(text: str) -> None:
    parse_unit(text)
    with pytest.raises(ParseError):
        parse_unit(text, strict=True)


def test_an_unclosed_block_is_an_error() -> None:
    with pytest.raises(ParseError, match="cut off"):
        parse_document("<comp:map>\na=1\n</comp:map>\n<comp:code>\nf(a)\n^a")


@pytest.mark.parametrize(
    "text",
    [
        "a?" * 30000,
        "a if " * 30000,
        "not " * 30000,
        "!" * 30000,
        "*" * 30000,
        "^" * 30000,
        "a>" * 30000,
        "a<-" * 30000,
        "a=>" * 30000,
        "a|" * 30000,
        "a b " * 30000,
        "A<" * 30000,
        "A<B>" * 30000,
        '"' + "{a" * 30000 + '"',
        "a='\n" * 30000,
        "=/[" * 30000,
        "F:" * 30000,
        "x: " * 30000,
        "a" + ".b()" * 30000,
        "a" + "+a" * 30000,
        "x=" + "a?b:" * 30000 + "c",
        "match x{" + "A:" * 30000 + "}",
        "@a " * 30000,
        "a b c(d) " * 30000,
        "{" * 80 + "a" + "}" * 80,
        "C:a{" * 80 + "}" * 80,
        "f(" * 80 + ")" * 80,
        "\n" * 100000,
    ],
    ids=lambda t: t[:12],
)
def test_endless_text(text: str) -> None:
    for strict in (False, True):
        try:
            print_unit(parse_unit(text, strict=strict))
        except ParseError:
            pass

"""Views of real shapes that once did not read back: each is converted, parsed, and printed again the same."""

from __future__ import annotations

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.language.parser import parse_steps, parse_unit
from aiccl_converter.language.printer import print_steps

SOURCES = {
    "a path that begins with its parameter": (
        "java",
        '@GET\n@Path("{lamp}/{room}/dim")\npublic Response dim(@PathParam("lamp") String lamp) {\n'
        "    return Response.ok(lamps.dim(lamp)).build();\n}",
        "R:GET {lamp}/{room}/dim dim(",
    ),
    "a path with a pattern": (
        "java",
        '@DELETE\n@Path("{id:\\\\d+}")\npublic void drop(@PathParam("id") String id) {\n    lamps.drop(id);\n}',
        "R:DELETE {id:\\\\d+} drop(",
    ),
    "a raw string that ends in a backslash": (
        "go",
        "func trim(path string) string {\n\treturn strings.TrimLeft(path, `/\\`) + `a`\n}",
        '"/\\\\"',
    ),
    "a variable whose name is a quote": (
        "ruby",
        "def split(text)\n  text =~ /lamp/\n  [$`, $', $1]\nend",
        "Regexp.last_match.pre_match",
    ),
    "texts after a double ampersand": (
        "javascript",
        "function say(lit, dim) {\n  show(lit && 'The lamp is lit', dim && 'The lamp is dim.');\n}",
        "lit&&'The lamp is lit'",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_view_reads_back(name: str) -> None:
    language, source, part = SOURCES[name]
    text = AICCLConverter().convert_to_aiccl(source, language).text
    assert part in text
    parse_unit(text)
    again = parse_steps(text)
    assert parse_steps(print_steps(again)) == again

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
    "an import of all of a path": (
        "rust",
        "fn shown(kind: Kind) -> Line {\n    use self::Kind::*;\n    match kind {\n        Dark => blank(3),\n"
        "        Lit(n) => line(n),\n    }\n}",
        "use self::Kind::*",
    ),
    "a variable whose name is a quote": (
        "ruby",
        "def split(text)\n  text =~ /lamp/\n  [$`, $', $1]\nend",
        "Regexp.last_match.pre_match",
    ),
    "symbols beside the marks of a branch": (
        "ruby",
        "def kind(a)\n  note(a.odd ? :odd : a.kind == :even ? :even : 1)\n  a.old ? :old : :new\nend",
        "a.odd? :odd : a.kind==:even ? :even : 1",
    ),
    "symbols that end in a question mark": (
        "ruby",
        "def kind(a, b)\n  note(a == :odd? ? 1 : 2)\n  sum(b, a.old ? :old? : :new?)\nend",
        "note(a==:odd? ?1:2)\nsum(b,a.old? :old? : :new?)",
    ),
    "a name at the top begins a step": (
        "ruby",
        "def dump(a)\n  note(a)\n  ::Json.dump(a)\nend",
        "\n::Json.dump(a)",
    ),
    "keyword parameters": (
        "ruby",
        "def load(id, *rest, kind:, size: 2)\n  note(id)\n  build(id, *rest, kind: kind, size: size)\nend",
        "load(id,*rest,kind:,size=2)",
    ),
    "keyword parameters with defaults": (
        "ruby",
        "def load(id, kind: 1, size: 2)\n  note(id)\n  build(id, kind: kind, size: size)\nend",
        "load(id,*,kind=1,size=2)",
    ),
    "a key that is computed": (
        "ruby",
        "def store(id)\n  note(id)\n  build(:x, id.to_sym => 1, KEY => { nil => 2 })\nend",
        "build(:x,[id.to_sym]:1,[KEY]:{[nil]:2})",
    ),
    "an element that is compared with a new object": (
        "javascript",
        "function late(rows, i) {\n  check(rows, 3);\n  return rows[i] > new Date(4);\n}",
        "(rows[i]>new Date(4))",
    ),
    "a spread of a member": (
        "typescript",
        "function late(rows: Row[]) {\n  check(rows, 3);\n  return [...this.rows, ...this.#own.rows, ...rows];\n}",
        "[... .rows,... .#own.rows,...rows]",
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

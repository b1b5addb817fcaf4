"""Files that do not parse: what stands beside the error is found and whole, what holds it is marked."""

from __future__ import annotations

import pytest
from aiccl_converter.source import Chunk, chunks


def by_name(code: str, language: str) -> dict[str, Chunk]:
    return {chunk.qualified_name: chunk for chunk in chunks(code.encode(), language)}


GOOD_BEFORE_AND_AFTER = {
    "python": (
        "def {}(a):\n    if a:\n        return [a]\n    return None\n",
        "def bad(a):\n    x = [(a,\n    y = {\n",
    ),
    "javascript": ("function {}(a) {{\n  return [a];\n}}\n", "function bad(a) {\n  if (a {\n    return (\n}\n"),
    "typescript": (
        "export const {} = (a: number) => {{\n  return a;\n}};\n",
        "const bad = (a: number => {\n  a.\n};\n",
    ),
    "tsx": ("function {}() {{\n  return <b>x</b>;\n}}\n", "function bad() {\n  return <b><i>;\n}\n"),
    "go": ("func {}(a int) int {{\n\treturn a\n}}\n", "func bad(a int) int {\n\tif a > 1 {\n\treturn (a\n}\n"),
    "rust": ("fn {}(a: u8) -> u8 {{\n    a\n}}\n", "fn bad(a: u8) -> u8 {\n    let x = foo(a;\n    match a {\n}\n"),
    "c": ("int {}(int a) {{\n  return a;\n}}\n", "int bad(int a) {\n  if (a) {\n  return (a;\n}\n"),
    "cpp": ("int N::{}(int a) {{\n  return a;\n}}\n", "int bad(int a) {\n  for (auto x : {\n}\n"),
    "ruby": ("def {}(a)\n  a.map {{ |x| x }}\nend\n", "def bad(a)\n  a.each do |x|\n    foo(\nend\n"),
    "kotlin": ("fun {}(a: Int): Int {{\n    return a\n}}\n", "fun bad(a: Int) {\n    if (a {\n    listOf(\n}\n"),
    "php": ("function {}($a) {{\n    return $a;\n}}\n", "function bad($a) {\n    if ($a {\n    return [\n}\n"),
}


@pytest.mark.parametrize("language", GOOD_BEFORE_AND_AFTER)
def test_units_around_a_broken_one_are_healthy(language: str) -> None:
    good, bad = GOOD_BEFORE_AND_AFTER[language]
    start = "<?php\n" if language == "php" else ""
    code = start + "\n".join([good.format("first"), bad, good.format("second"), good.format("third")])
    found = {chunk.name: chunk for chunk in chunks(code.encode(), language) if not chunk.broken}
    for name in ("first", "second", "third"):
        assert found[name].code == good.format(name).rstrip()
    assert "bad" not in found


def test_members_of_a_class_with_a_broken_one_keep_their_names() -> None:
    code = (
        "class Shop {\n"
        "    int first() {\n        return 1;\n    }\n\n"
        "    int bad() {\n        return (1;\n\n"
        "    @Override\n    // the last\n    public int last(int a) {\n        return a;\n    }\n"
        "}\n"
    )
    found = by_name(code, "java")
    assert not found["Shop.first"].broken
    assert not found["Shop.last"].broken
    assert found["Shop.last"].code.startswith("@Override")


def test_python_methods_after_an_open_bracket() -> None:
    code = (
        "class Shop:\n    def bad(self):\n        x = (1,\n\n    @property\n    def good(self):\n        return 1\n\n"
        "def outside():\n    return 2\n"
    )
    found = by_name(code, "python")
    assert not found["Shop.good"].broken and found["Shop.good"].code.startswith("@property")
    assert not found["outside"].broken


def test_a_whole_file_has_no_broken_chunk() -> None:
    assert not any(chunk.broken for chunk in chunks(b"class A:\n    def f(self): pass\n", "python"))


@pytest.mark.parametrize("text", ["(" * 20_000, "[" * 20_000 + "]" * 20_000, "{" * 20_000, "x = " + "f(" * 5_000])
@pytest.mark.parametrize("language", ["python", "javascript", "rust"])
def test_deep_nesting_neither_recurses_nor_fails(language: str, text: str) -> None:
    assert chunks(text.encode(), language)[0].kind == "module"


def test_twenty_thousand_nested_units() -> None:
    depth = 2_000
    found = chunks(b"class A {" * depth + b"}" * depth, "java")
    assert len(found) == depth + 1 and found[-1].qualified_name.count(".") == depth - 1

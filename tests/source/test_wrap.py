"""Fragments: text that stands alone nowhere parses as what it is."""

from __future__ import annotations

import pytest
from aiccl_converter.source import chunk_tree, language, parse_fragment

FRAGMENTS = [
    ("java", "public int f() { return 1; }", "method_declaration"),
    ("java", "Shop(int n) { this.n = n; }", "constructor_declaration"),
    ("java", "int x = 1; f(x);", None),
    ("csharp", "public int F() { return 1; }", "method_declaration"),
    ("csharp", "public int F => 1;", "property_declaration"),
    ("php", "public function f() { return 1; }", "method_declaration"),
    ("php", "function f() { return 1; }", "function_definition"),
    ("php", "return f(1);", None),
    ("javascript", "async load(id) { return 1 }", "method_definition"),
    ("javascript", "constructor(a) { super(a) }", "method_definition"),
    ("javascript", "get size() { return 1 }", "method_definition"),
    ("javascript", "load: async function (id) { return 1 }", "pair"),
    ("javascript", "load: function load(id) { return 1 }", "pair"),
    ("javascript", "function f() {}", "function_declaration"),
    ("javascript", "const f = () => 1", "variable_declarator"),
    ("typescript", "private async load(id: string): Promise<void> {}", "method_definition"),
    ("typescript", "@Get() load(): void {}", "method_definition"),
    ("kotlin", "override fun f(): Int = 1", "function_declaration"),
    ("kotlin", "constructor(a: Int) : this()", "secondary_constructor"),
    ("ruby", "def f = 1", "method"),
    ("go", "func (s *S) f() {}", "method_declaration"),
    ("go", "x := 1", None),
    ("rust", "pub fn f(&self) {}", "function_item"),
    ("cpp", "void f() const override { g(); }", "function_definition"),
    ("cpp", "Shop() : n(1) {}", "function_definition"),
    ("python", "def f(self):\n    return 1", "function_definition"),
    ("python", "@dec\n    def f(self):\n        return 1", "function_definition"),
]


@pytest.mark.parametrize(("name", "code", "kind"), FRAGMENTS)
def test_parse_fragment(name: str, code: str, kind: str | None) -> None:
    tree, data, offset = parse_fragment(code, name)
    assert not tree.root_node.has_error
    assert data[offset : offset + len(code)].decode() == code
    units = [chunk for chunk in chunk_tree(tree, data, language(name)) if chunk.parent is not None]
    inside = [chunk for chunk in units if chunk.start_byte >= offset]
    if kind is None:
        assert not inside
    else:
        assert (inside[0].node_kind, inside[0].start_byte) == (kind, offset)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("java", "package a; class B { void c() {} }"),
        ("php", "<?php function f() { return 1; }"),
        ("csharp", "using A; class B { }"),
    ],
)
def test_a_whole_file_is_taken_as_it_is(name: str, code: str) -> None:
    tree, data, offset = parse_fragment(code, name)
    assert (offset, data.decode(), tree.root_node.has_error) == (0, code, False)


def test_a_broken_fragment_is_parsed_all_the_same() -> None:
    tree, data, offset = parse_fragment("public int f( { return", "java")
    assert tree.root_node.has_error and b"return" in data[offset:]

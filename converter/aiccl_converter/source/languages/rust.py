"""Rust. A method is named after the type it is implemented for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, text

if TYPE_CHECKING:
    from tree_sitter import Node


def implemented(node: Node) -> NamePath | None:
    """("Parser",) for `impl<'a> Iterator for lexer::Parser<'a>`."""
    kind = node.child_by_field_name("type")
    while kind is not None:
        inner = kind.child_by_field_name("type") or kind.child_by_field_name("name")
        if inner is None:
            return (text(kind),)
        kind = inner
    return None


LANGUAGES = {
    "rust": Language(
        name="rust",
        title="Rust",
        grammar=("tree_sitter_rust", "language"),
        extensions=(".rs",),
        aliases=("rs",),
        shebangs=("rust-script",),
        units=(
            Unit("namespace", "mod_item", when="body: (_)"),
            Unit("impl", "impl_item", implemented, params="trait"),
            Unit("trait", "trait_item", params="bounds"),
            Unit("struct", "struct_item", params="type_parameters"),
            Unit("struct", "union_item", params="type_parameters"),
            Unit("enum", "enum_item", params="type_parameters"),
            Unit("type", "type_item", body="type", params="type_parameters"),
            Unit("function", "function_item"),
            Unit("macro", "macro_definition"),
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        prefaces=frozenset({"attribute_item"}),
        inner_doc=("//!", "/*!"),
        fragments=(("impl X {\n", "\n}"), ("fn x() {\n", "\n}")),
    ),
}

"""C#. Properties and indexers are units where they hold code; automatic ones belong to their class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, text

if TYPE_CHECKING:
    from tree_sitter import Node


def operator_name(node: Node) -> NamePath | None:
    """("operator +",); for a conversion the type it gives."""
    sign = node.child_by_field_name("operator") or node.child_by_field_name("type")
    return ("operator " + text(sign),) if sign is not None else None


def destructor_name(node: Node) -> NamePath | None:
    """("~A",), apart from the constructor's A."""
    name = node.child_by_field_name("name")
    return ("~" + text(name),) if name is not None else None


def namespace_name(node: Node) -> NamePath | None:
    """("A", "B") for `namespace A.B`."""
    name = node.child_by_field_name("name")
    return tuple(text(name).split(".")) if name is not None else None


WITH_CODE = "accessors: (accessor_list (accessor_declaration body: (_)))"

LANGUAGES = {
    "csharp": Language(
        name="csharp",
        title="C#",
        grammar=("tree_sitter_c_sharp", "language"),
        extensions=(".cs", ".csx"),
        aliases=("c#", "cs", "c_sharp"),
        units=(
            Unit("namespace", "namespace_declaration", namespace_name),
            Unit("class", "class_declaration", params="base_list"),
            Unit("class", "record_declaration", params="parameter_list"),
            Unit("struct", "struct_declaration", params="base_list"),
            Unit("interface", "interface_declaration", params="base_list"),
            Unit("enum", "enum_declaration"),
            Unit("method", "method_declaration", when="body: (_)"),
            Unit("method", "constructor_declaration", when="body: (_)"),
            Unit("method", "destructor_declaration", destructor_name, when="body: (_)"),
            Unit("method", "operator_declaration", operator_name, when="body: (_)"),
            Unit("method", "conversion_operator_declaration", operator_name, when="body: (_)"),
            Unit("function", "local_function_statement", when="body: (_)"),
            Unit("property", "property_declaration", body="accessors", when=WITH_CODE),
            Unit("property", "property_declaration", body="value", when="value: (arrow_expression_clause)"),
            Unit("property", "indexer_declaration", lambda _: ("this",), "accessors", when=WITH_CODE),
        ),
        fragments=(("class X {\n", "\n}"), ("class X { void x() {\n", "\n}}"), ("interface X {\n", "\n}")),
        member_first=True,
    ),
}

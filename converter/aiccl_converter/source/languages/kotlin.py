"""Kotlin. An extension is named after the type it extends: `String.shorten`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, text

if TYPE_CHECKING:
    from tree_sitter import Node


def function_name(node: Node) -> NamePath | None:
    """("f",), or ("String", "f") for an extension: the receiver is the type in front of the name."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    return (*_receiver(node, name.start_byte), text(name))


def property_name(node: Node) -> NamePath | None:
    """The variable's name, after the type that it extends."""
    for child in node.named_children:
        if child.type == "variable_declaration" and child.named_children:
            return (*_receiver(node, child.start_byte), text(child.named_children[0]))
    return None


def _receiver(node: Node, before: int) -> NamePath:
    for child in node.named_children:
        if child.start_byte >= before:
            break
        if child.type in {"user_type", "nullable_type", "parenthesized_type"}:
            plain = text(child).split("<")[0].strip("?() ")
            return tuple(piece for piece in plain.split(".") if piece)
    return ()


LANGUAGES = {
    "kotlin": Language(
        name="kotlin",
        title="Kotlin",
        grammar=("tree_sitter_kotlin", "language"),
        extensions=(".kt", ".kts"),
        aliases=("kt", "kts"),
        shebangs=("kotlin",),
        units=(
            Unit("interface", "class_declaration", body="class_body", params="primary_constructor", when='"interface"'),
            Unit(
                "enum",
                "class_declaration",
                body="enum_class_body",
                params="primary_constructor",
                when='(modifiers (class_modifier) @modifier); (#eq? @modifier "enum")',
            ),
            Unit("class", "class_declaration", body="class_body", params="primary_constructor"),
            Unit("class", "object_declaration", body="class_body"),
            Unit(
                "class", "companion_object", lambda node: _companion(node), body="class_body", when="(class_body)"
            ),
            Unit(
                "function",
                "function_declaration",
                function_name,
                "function_body",
                "function_value_parameters",
                "(function_body)",
            ),
            Unit("method", "secondary_constructor", lambda _: ("constructor",), "block", "function_value_parameters"),
            Unit("property", "property_declaration", property_name, "getter", when="(getter (function_body))"),
            Unit("type", "type_alias", "type", "user_type"),
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        layout="newline",
        fragments=(("class X {\n", "\n}"), ("fun x() {\n", "\n}")),
    ),
}


def _companion(node: Node) -> NamePath:
    name = node.child_by_field_name("name")
    return (text(name) if name is not None else "Companion",)

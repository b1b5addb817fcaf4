"""C. `declared` finds a function's name under pointers and parentheses; C++ uses it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, text

if TYPE_CHECKING:
    from tree_sitter import Node


def declared(node: Node) -> NamePath | None:
    """What a declarator declares: ("f",) for `int *f(int)`, ("ns", "A", "f") for `ns::A<T>::f()`."""
    current = declarator(node)
    if current is None:
        return None
    if current.type == "function_declarator":
        current = current.child_by_field_name("declarator")
    return _path(current) if current is not None else None


def declarator(node: Node) -> Node | None:
    """The innermost function declarator, or what stands in its place (a conversion operator)."""
    found: Node | None = None
    current = node.child_by_field_name("declarator")
    while current is not None:
        if current.type in {"function_declarator", "operator_cast"} or found is None:
            found = current
        inner = current.child_by_field_name("declarator")
        if inner is None and current.type in {"parenthesized_declarator", "reference_declarator"}:
            inner = next((child for child in current.named_children if child.type.endswith("declarator")), None)
        current = inner
    return found


def parameters(node: Node) -> Node | None:
    """The parameter list of the function that a definition declares."""
    found = declarator(node)
    return found.child_by_field_name("parameters") if found is not None else None


def _path(node: Node) -> NamePath:
    parts: list[str] = []
    current: Node | None = node
    while current is not None and current.type == "qualified_identifier":
        scope = current.child_by_field_name("scope")
        if scope is not None:
            parts.append(text(scope.child_by_field_name("name") or scope))
        current = current.child_by_field_name("name")
    if current is not None:
        if current.type == "operator_cast":
            kind = current.child_by_field_name("type")
            parts.append("operator " + text(kind) if kind is not None else "operator")
        elif current.type == "template_function":
            parts.append(text(current.child_by_field_name("name") or current))
        else:
            parts.append(" ".join(text(current).split()))
    return tuple(parts)


def typedef_name(node: Node) -> NamePath | None:
    """`typedef struct {...} T;` is called T."""
    name = node.child_by_field_name("declarator")
    return (text(name),) if name is not None and name.type == "type_identifier" else None


UNITS = (
    Unit("function", "function_definition", declared, params=parameters, when="body: (_)"),
    Unit("struct", "type_definition", typedef_name, "type.body", when="type: (struct_specifier body: (_))"),
    Unit("struct", "type_definition", typedef_name, "type.body", when="type: (union_specifier body: (_))"),
    Unit("enum", "type_definition", typedef_name, "type.body", when="type: (enum_specifier body: (_))"),
    Unit("struct", "struct_specifier", when="name: (_) body: (_)"),
    Unit("struct", "union_specifier", when="name: (_) body: (_)"),
    Unit("enum", "enum_specifier", when="name: (_) body: (_)"),
)

LANGUAGES = {
    "c": Language(
        name="c",
        title="C",
        grammar=("tree_sitter_c", "language"),
        extensions=(".c", ".h"),
        units=UNITS,
        semicolon_after=True,
        fragments=(("void x() {\n", "\n}"),),
    ),
}

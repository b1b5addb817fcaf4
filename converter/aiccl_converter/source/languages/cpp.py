"""C++: C's units, classes, namespaces; members defined outside their class are named after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.languages.c import UNITS

if TYPE_CHECKING:
    from tree_sitter import Node


def namespace_name(node: Node) -> NamePath | None:
    """("a", "b") for `namespace a::b`; None for one without a name."""
    name = node.child_by_field_name("name")
    return tuple(text(name).replace(" ", "").split("::")) if name is not None else None


def class_name(node: Node) -> NamePath | None:
    """A class's name without template arguments, after the scopes it is qualified by."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    plain = text(name.child_by_field_name("name") or name) if name.type == "template_type" else text(name)
    return tuple(part.split("<")[0].strip() for part in plain.split("::"))


LANGUAGES = {
    "cpp": Language(
        name="cpp",
        title="C++",
        grammar=("tree_sitter_cpp", "language"),
        extensions=(".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".h"),
        aliases=("c++", "cxx", "cc"),
        units=(
            Unit("namespace", "namespace_definition", namespace_name),
            Unit("class", "class_specifier", class_name, params="base_class_clause", when="name: (_) body: (_)"),
            *UNITS,
        ),
        wrappers=frozenset({"template_declaration"}),
        semicolon_after=True,
        fragments=(("struct X {\n", "\n};"), ("void x() {\n", "\n}")),
    ),
}

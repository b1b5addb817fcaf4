"""TypeScript and TSX: JavaScript's units, and types, interfaces, enums, namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit
from aiccl_converter.source.languages.javascript import (
    FRAGMENTS,
    SOLE_WRAPPERS,
    UNITS,
    WRAPPERS,
    bound,
    function_name,
    target_path,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def module_name(node: Node) -> NamePath | None:
    """("x",) for `declare module "x"`."""
    name = node.child_by_field_name("name")
    return target_path(name) if name is not None else None


TYPED_UNITS = (
    *UNITS,
    *bound("public_field_definition"),
    Unit("class", "abstract_class_declaration", function_name, params="class_heritage"),
    Unit("interface", "interface_declaration", params="extends_type_clause"),
    Unit("enum", "enum_declaration"),
    Unit("type", "type_alias_declaration", body="value", params="type_parameters"),
    Unit("namespace", "internal_module"),
    Unit("namespace", "module", module_name, when="body: (_)"),
)


def _table(name: str, title: str, function: str, extensions: tuple[str, ...], aliases: tuple[str, ...]) -> Language:
    return Language(
        name=name,
        title=title,
        grammar=("tree_sitter_typescript", function),
        extensions=extensions,
        aliases=aliases,
        shebangs=("deno", "ts-node") if name == "typescript" else ("tsx",),
        units=TYPED_UNITS,
        comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
        prefaces=frozenset({"decorator"}),
        wrappers=WRAPPERS | {"ambient_declaration"},
        sole_wrappers=SOLE_WRAPPERS,
        layout="newline",
        fragments=FRAGMENTS,
    )


LANGUAGES = {
    "typescript": _table("typescript", "TypeScript", "language_typescript", (".ts", ".mts", ".cts"), ("ts",)),
    "tsx": _table("tsx", "TSX", "language_tsx", (".tsx",), ("typescriptreact",)),
}

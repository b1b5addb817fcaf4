"""TypeScript and TSX: JavaScript's units, and types, interfaces, enums, namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.ecmascript import classes, expressions, functions, types
from aiccl_converter.source.language import Language, NamePath, Unit
from aiccl_converter.source.languages.javascript import (
    EXPRS,
    FRAGMENTS,
    SKIP,
    SOLE_WRAPPERS,
    STEPS,
    UNITS,
    WRAPPERS,
    bound,
    function_name,
    target_path,
)
from aiccl_converter.source.lowering import LowerTable, nothing, raw

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

# --- lowering ---------------------------------------------------------------------------------------------------

LOWER = LowerTable(
    exprs={
        **EXPRS,
        "as_expression": expressions.covered,
        "satisfies_expression": expressions.covered,
        "non_null_expression": expressions.covered,
        "type_assertion": expressions.covered,
        "instantiation_expression": expressions.first_child,
        "predefined_type": raw,
        "type_identifier": raw,
        "generic_type": raw,
    },
    steps={
        **STEPS,
        "public_field_definition": classes.field,
        "abstract_class_declaration": classes.class_declaration,
        "abstract_method_signature": functions.method,
        "method_signature": functions.method,
        "call_signature": functions.method,
        "construct_signature": functions.method,
        "function_signature": functions.method,
        "property_signature": types.property_signature,
        "index_signature": types.index_signature,
        "interface_declaration": types.interface,
        "type_alias_declaration": types.type_alias,
        "enum_declaration": types.enumeration,
        "internal_module": types.namespace,
        "module": types.namespace,
        "ambient_declaration": types.ambient,
        "import_alias": nothing,
    },
    skip=SKIP,
    receiver="this",
    block_kinds=frozenset({"statement_block", "program", "class_body", "interface_body", "object_type"}),
    type_codes=types.CODES,
    sequence=classes.sequence,
)

"""Variables that a function assigns and does not declare: they belong to the module or to a function around it.

Contract: `global_step` gives the step that says so, `global a,b`, put first in the outermost function, or nothing. A
name that is declared anywhere inside counts as the function's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiccl_converter.language.tree import Name, Node, Word
from aiccl_converter.source.lowering import Lowering, Syntax

_ASSIGNING = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
}
_DECLARING = {
    "variable_declarator": "name",
    "function_declaration": "name",
    "generator_function_declaration": "name",
    "function_expression": "name",
    "class_declaration": "name",
    "catch_clause": "parameter",
    "required_parameter": "pattern",
    "optional_parameter": "pattern",
    "arrow_function": "parameter",
}
_PATTERNS = frozenset({"object_pattern", "array_pattern", "rest_pattern", "object_assignment_pattern"})
_LEAVES = frozenset(
    {"identifier", "property_identifier", "string", "number", "comment", "this", "regex", "true", "false", "null"}
)
_PLAIN = frozenset(
    {
        "call_expression",
        "member_expression",
        "subscript_expression",
        "binary_expression",
        "unary_expression",
        "ternary_expression",
        "parenthesized_expression",
        "template_string",
        "array",
        "arguments",
        "expression_statement",
        "return_statement",
    }
)
"""Kinds that bind a name only where their text has one of these: a function or class has a brace or an arrow."""
_BINDS = re.compile(rb"[={]|\+\+|--")
_SHORT = 400
"""Bytes of a node up to which its text is looked at first, so that no text is looked at again and again."""


def global_step(lw: Lowering, function: Syntax) -> list[Node]:
    """`global a,b` for what the function assigns without declaring it."""
    assigned: dict[str, None] = {}
    declared = {"undefined", "arguments", "exports", "module"}
    stack = [function]
    sound = not function.has_error
    while stack:
        node = stack.pop()
        kind = node.type
        if kind in _LEAVES:
            continue
        if kind in _PLAIN and sound:
            start, end = node.start_byte, node.end_byte
            if end - start < _SHORT and _BINDS.search(lw.data, start, end) is None:
                continue
        field = _ASSIGNING.get(kind)
        if field is not None:
            assigned.update(dict.fromkeys(_names(lw, node.child_by_field_name(field))))
        elif kind in _DECLARING:
            declared.update(_names(lw, node.child_by_field_name(_DECLARING[kind])))
        elif kind == "formal_parameters":
            for child in node.named_children:
                declared.update(_names(lw, child))
        elif kind == "for_in_statement":
            found = declared if node.child_by_field_name("kind") is not None else assigned
            found.update(dict.fromkeys(_names(lw, node.child_by_field_name("left"))))
        stack.extend(reversed(node.named_children))
    names: list[Node] = [Name(n) for n in assigned if n not in declared]
    return [Word("global", names)] if names else []


def _names(lw: Lowering, node: Syntax | None) -> Iterator[str]:
    """The variables that a pattern binds; members and indexes are none."""
    if node is None:
        return
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield lw.text(node)
    elif node.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _names(lw, node.child_by_field_name("left"))
    elif node.type == "pair_pattern":
        yield from _names(lw, node.child_by_field_name("value"))
    elif node.type in _PATTERNS:
        for child in node.named_children:
            yield from _names(lw, child)

"""Variables that a function assigns and does not declare: they belong to the module or to a function around it.

Contract: `global_step` gives the step that says so, `global a,b`, put first in the outermost function, or nothing. A
name that is declared anywhere inside counts as the function's own. `nonlocal_step` does for a function inside what a
reader would take for its own: a variable of a function around it that is only declared there, which a view leaves out,
and not assigned before, where the function inside does not read it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aiccl_converter.language.tree import Name, Node, Word
from aiccl_converter.source.ecmascript.syntax import FUNCTION_KINDS
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
    bare: set[str] = set()
    declared = {"undefined", "arguments", "exports", "module"}
    stack = [function]
    sound = not function.has_error
    lw.state["lent"] = {}
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
            found = set(_names(lw, node.child_by_field_name(_DECLARING[kind])))
            declared |= found
            if says_nothing(node):
                bare |= found
        elif kind == "formal_parameters":
            for child in node.named_children:
                declared.update(_names(lw, child))
        elif kind == "for_in_statement":
            left = dict.fromkeys(_names(lw, node.child_by_field_name("left")))
            if node.child_by_field_name("kind") is not None:
                declared.update(left)
            else:
                assigned.update(left)
        stack.extend(reversed(node.named_children))
    if not bare.isdisjoint(assigned):
        lw.state["lent"] = _lent(lw, function, bare.intersection(assigned))
    names: list[Node] = [Name(n) for n in assigned if n not in declared]
    return [Word("global", names)] if names else []


def nonlocal_step(lw: Lowering, function: Syntax) -> list[Node]:
    """`nonlocal a,b` for what a function inside assigns and a reader would take for its own."""
    names = lw.state.get("lent", {}).get(function.start_byte)
    return [Word("nonlocal", [Name(n) for n in names])] if names else []


def says_nothing(node: Syntax) -> bool:
    """A variable without a value, declared in a function: only in a loop does it matter (it is emptied each time)."""
    if node.type != "variable_declarator" or node.child_by_field_name("value") is not None:
        return False
    block = node.parent.parent
    return block is not None and block.type == "statement_block" and block.parent.type not in _LOOPS


_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})
_FUNCTIONS = FUNCTION_KINDS | {"function_declaration", "generator_function_declaration", "method_definition"}


def _lent(lw: Lowering, function: Syntax, bare: set[str]) -> dict[int, list[str]]:
    """By the place of each function inside, which of these names it assigns for a function around it."""
    own: list[set[str]] = [set()]
    """What each function declares; a name counts from where it first stands."""
    shown: list[set[str]] = [set()]
    """What each function assigns or reads itself, so far."""
    found: list[tuple[str, list[int], list[int]]] = []
    """A name that is assigned, the functions around, and those of them that had shown it before."""
    places = [function.start_byte]
    stack: list[tuple[Syntax, list[int]]] = [(function, [0])]
    while stack:
        node, around = stack.pop()
        kind = node.type
        if kind in _LEAVES:
            if kind == "identifier" and lw.text(node) in bare:
                shown[around[-1]].add(lw.text(node))
            continue
        if kind == "assignment_expression":
            for name in sorted(bare.intersection(_names(lw, node.child_by_field_name("left")))):
                found.append((name, around, [at for at in around if name in shown[at]]))
        elif kind in _FUNCTIONS and node is not function:
            if kind in _DECLARING and kind != "arrow_function":
                own[around[-1]].update(_names(lw, node.child_by_field_name(_DECLARING[kind])))
            around = [*around, len(places)]
            places.append(node.start_byte)
            own.append(set(_names(lw, node.child_by_field_name("parameter"))))
            shown.append(set())
        elif kind in _DECLARING:
            names = set(_names(lw, node.child_by_field_name(_DECLARING[kind])))
            own[around[-1]] |= names
            if kind == "variable_declarator" and node.child_by_field_name("value") is None:
                continue
        elif kind == "formal_parameters":
            for child in node.named_children:
                own[around[-1]].update(_names(lw, child))
        stack.extend([(child, around) for child in reversed(node.named_children)])
    lent: dict[int, list[str]] = {}
    for name, around, before in found:
        owner = next((at for at in reversed(around) if name in own[at]), around[-1])
        names_of = lent.setdefault(places[around[-1]], [])
        if owner != around[-1] and owner not in before and around[-1] not in before and name not in names_of:
            names_of.append(name)
    return lent


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

"""Classes of JavaScript and TypeScript, and the order of what stands in a body.

Contract: entries of lowering tables; `sequence` gives the steps of siblings, decorators with what they belong to and
overloads without those that a body follows.
"""

from __future__ import annotations

from aiccl_converter.language.tree import Assign, Block, Class, Func, Name, Node
from aiccl_converter.source.ecmascript.functions import bound_function
from aiccl_converter.source.ecmascript.syntax import pattern_text, uncovered
from aiccl_converter.source.ecmascript.types import TypeText, optional, value_type
from aiccl_converter.source.lowering import Lowering, Syntax, squeeze


def class_declaration(lw: Lowering, node: Syntax) -> list[Node]:
    """`class A extends B {}`."""
    name = node.child_by_field_name("name")
    return [class_unit(lw, node, lw.text(name) if name is not None else "default", node.start_byte)]


def class_value(lw: Lowering, node: Syntax) -> Node:
    """A class as a value."""
    name = node.child_by_field_name("name")
    return class_unit(lw, node, lw.text(name) if name is not None else "", node.start_byte)


def class_unit(lw: Lowering, node: Syntax, name: str, pos: int) -> Class:
    """A class under the name it is known by."""
    bases: list[str] = []
    for child in node.children:
        if child.type == "class_heritage":
            bases = _bases(lw, child)
    decorators = [pattern_text(lw, c) for c in node.named_children if c.type == "decorator"]
    outer, outer_class = lw.receiver, lw.state.get("class")
    lw.receiver, lw.state["class"] = lw.table.receiver, name
    try:
        members = lw.sequence(node.child_by_field_name("body").named_children)
    finally:
        lw.receiver, lw.state["class"] = outer, outer_class
    abstract = ["abstract"] if node.type == "abstract_class_declaration" else []
    return Class("C", name, bases, members, decorators=decorators, modifiers=abstract, pos=pos)


def _bases(lw: Lowering, heritage: Syntax) -> list[str]:
    out: list[str] = []
    for child in lw.named(heritage):
        kind = child.type
        if kind == "extends_clause":
            out.extend(squeeze(lw.text(c)) for c in child.children_by_field_name("value"))
        elif kind == "implements_clause":
            out.extend(TypeText.base(lw, c) for c in lw.named(child))
        else:
            out.append(squeeze(lw.without_comments(child)))
    return out


def field(lw: Lowering, node: Syntax) -> list[Node]:
    """A field of a class; one that holds a function is a method."""
    key = node.child_by_field_name("name") or node.child_by_field_name("property")
    value = node.child_by_field_name("value")
    static = any(c.type == "static" for c in node.children)
    decorators = [pattern_text(lw, c) for c in node.named_children if c.type == "decorator"]
    name = pattern_text(lw, key)
    if value is not None:
        unit = bound_function(lw, name, uncovered(value), node.start_byte, ["static"] if static else [])
        if unit is not None:
            unit.decorators[:0] = decorators
            return [unit]
    kind = None
    if value is None:
        kind = value_type(lw, node.child_by_field_name("type"))
        if kind is not None and any(c.type == "?" for c in node.children):
            kind = optional(kind)
    words = [*decorators, *(["static"] if static else []), name]
    return [Assign([Name(" ".join(words))], lw.expr(value) if value is not None else None, "=", kind)]


def static_block(lw: Lowering, node: Syntax) -> list[Node]:
    """`static { .. }`."""
    return [Block("static", lw.steps(node.child_by_field_name("body")))]


def sequence(lw: Lowering, nodes: list[Syntax]) -> list[Node]:
    """Steps in a row: decorators belong to what follows; a signature before its own body is left out, and a way out
    right behind another."""
    out: list[Node] = []
    skip = lw.table.skip
    decorators: list[str] = []
    kept = [n for n in nodes if n.type not in skip]
    for at, node in enumerate(kept):
        kind = node.type
        if kind == "decorator":
            decorators.append(pattern_text(lw, node))
            continue
        if (kind in SIGNATURES or kind in EXPORTERS) and _has_body_after(lw, node, kept[at + 1 :]):
            continue
        if kind in EXITS and at and kept[at - 1].type in EXITS:
            continue
        steps = lw.step(node)
        if decorators:
            if steps and isinstance(steps[0], Class | Func):
                steps[0].decorators[:0] = decorators
            decorators = []
        out.extend(steps)
    return out


SIGNATURES = frozenset({"function_signature", "method_signature"})
EXPORTERS = frozenset({"export_statement", "ambient_declaration"})
EXITS = frozenset({"return_statement", "throw_statement", "break_statement", "continue_statement"})


def _declared(node: Syntax) -> Syntax:
    return (node.child_by_field_name("declaration") or node) if node.type in EXPORTERS else node


def _has_body_after(lw: Lowering, node: Syntax, following: list[Syntax]) -> bool:
    node = _declared(node)
    if node.type not in SIGNATURES:
        return False
    name = lw.text(node.child_by_field_name("name"))
    for other in following:
        other = _declared(other)
        same = other.child_by_field_name("name")
        if same is None or lw.text(same) != name:
            return False
        if other.child_by_field_name("body") is not None:
            return True
    return False

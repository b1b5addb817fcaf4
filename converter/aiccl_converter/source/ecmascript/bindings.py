"""What binds a name: variables, assignments, exports, properties that stand alone.

Contract: entries of lowering tables. A function, a class, or at the top of a file an object with functions in it is a
unit of the name it is bound to; imports and exports under a thing's own name say nothing.
"""

from __future__ import annotations

from aiccl_converter.language.tree import Assign, Class, Func, Name, Node, Str
from aiccl_converter.source.ecmascript.classes import class_unit
from aiccl_converter.source.ecmascript.functions import bound_function, function_unit, method
from aiccl_converter.source.ecmascript.scope import says_nothing
from aiccl_converter.source.ecmascript.syntax import FUNCTION_KINDS, pattern_text, uncovered
from aiccl_converter.source.ecmascript.types import value_type
from aiccl_converter.source.lowering import Lowering, Syntax


def assignment(lw: Lowering, node: Syntax) -> list[Node]:
    """`a = b = c`, the last assignment first; a function that is assigned at the top is a unit."""
    targets: list[Syntax] = []
    value = node
    while value.type == "assignment_expression":
        targets.append(value.child_by_field_name("left"))
        value = uncovered(value.child_by_field_name("right"))
    target = targets[-1]
    if not lw.state.get("inside"):
        if _only_exports(lw, targets, value):
            return []
        unit = _assigned_unit(lw, targets[0], value, node.start_byte)
        if unit is not None:
            return [unit, *_other_names(lw, targets)]
    got = lw.expr(value)
    out: list[Node] = [Assign([lw.expr(target)], got)]
    for outer in reversed(targets[:-1]):
        again = got if got.__class__ in (Name, Str) else lw.expr(target)
        out.append(Assign([lw.expr(outer)], again))
    return out


def _assigned_unit(lw: Lowering, target: Syntax, value: Syntax, pos: int) -> Node | None:
    kind = value.type
    if kind not in FUNCTION_KINDS and kind != "class" and kind != "object":
        return None
    parts = lw.text(target).split(".")
    if not all(p.isidentifier() or p.startswith("#") for p in parts):
        return None
    own = value.child_by_field_name("name")
    short = _path(lw, target)
    name = short[-1] if short else lw.text(own) if own is not None else "exports"
    if kind == "object":
        return object_unit(lw, value, ".".join(parts), pos)
    if kind == "class":
        return class_unit(lw, value, name, pos)
    return function_unit(lw, value, name, pos, receiver=".".join(short[:-1]))


def _other_names(lw: Lowering, targets: list[Syntax]) -> list[Node]:
    """What else a unit is called: `a.f = a.g = function ..` is `f` and `a.g=a.f`. An export under its own name says
    nothing."""
    own = _path(lw, targets[0])
    out: list[Node] = []
    for target in targets[1:]:
        path = _path(lw, target)
        if path and path != own and (path != own[-1:] or lw.text(target) == path[0]):
            out.append(Assign([lw.expr(target)], lw.expr(targets[0])))
    return out


def _path(lw: Lowering, target: Syntax) -> list[str]:
    parts = lw.text(target).split(".")
    if parts[0] == "this" and len(parts) > 2:  # another object's function, which the receiver holds
        return parts
    return [p for p in parts if p not in EXPORT_WORDS]


EXPORT_WORDS = frozenset({"module", "exports", "this", "window", "self", "prototype", "globalThis"})
"""What a path may start with without saying where the function belongs."""


def _only_exports(lw: Lowering, targets: list[Syntax], value: Syntax) -> bool:
    """`module.exports = A`, `exports.a = a`, `module.exports = {a, b}`: under their own names."""
    for target in targets:
        path = lw.text(target)
        if path not in ("module.exports", "exports", "exports.default", "module.exports.default"):
            if not path.startswith(("exports.", "module.exports.")) or lw.text(value) != path.rsplit(".", 1)[1]:
                return False
    if value.type == "object":
        return all(c.type == "shorthand_property_identifier" for c in lw.named(value))
    return bool(value.type == "identifier")


def object_unit(lw: Lowering, node: Syntax, name: str, pos: int) -> Class | None:
    """An object literal with functions in it, at the top of a file: what a class is, but there is one of it."""
    kids = lw.named(node)
    for child in kids:
        if child.type == "pair":
            if child.child_by_field_name("key").type not in ("property_identifier", "string", "number"):
                return None
        elif child.type not in ("method_definition", "shorthand_property_identifier"):
            return None
    if not _holds_functions(node, 2):
        return None
    outer = lw.receiver
    lw.receiver = lw.table.receiver
    try:
        members = [m for c in kids for m in _object_member(lw, c)]
    finally:
        lw.receiver = outer
    return Class("C", name, [], members, modifiers=["object"], pos=pos)


def _holds_functions(value: Syntax, levels: int) -> bool:
    """Whether an object's own members are functions, or those of an object in it."""
    for child in value.named_children:
        if child.type == "method_definition":
            return True
        if child.type == "pair":
            inside = uncovered(child.child_by_field_name("value"))
            if inside.type in FUNCTION_KINDS or (
                inside.type == "object" and levels > 1 and _holds_functions(inside, 1)
            ):
                return True
    return False


def _object_member(lw: Lowering, node: Syntax) -> list[Node]:
    if node.type == "method_definition":
        return method(lw, node)
    if node.type == "pair":
        value = uncovered(node.child_by_field_name("value"))
        if value.type == "object":
            key = node.child_by_field_name("key")
            if key.type == "property_identifier" and _holds_functions(value, 1):
                unit = object_unit(lw, value, lw.text(key), node.start_byte)
                if unit is not None:
                    return [unit]
        return pair_step(lw, node)
    return [Assign([Name(lw.text(node))], Name(lw.text(node)))]


def augmented(lw: Lowering, node: Syntax) -> list[Node]:
    """`a += b`."""
    op = node.child_by_field_name("operator")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    return [Assign([lw.expr(left)], lw.expr(right), op.type if op is not None else "+=")]


def declaration(lw: Lowering, node: Syntax) -> list[Node]:
    """`const`, `let`, `var`: each variable by itself."""
    out: list[Node] = []
    for child in node.named_children:
        if child.type == "variable_declarator":
            out.extend(declarator(lw, child))
    return out


def declarator(lw: Lowering, node: Syntax) -> list[Node]:
    """One variable. A function or class value makes a unit; no value says nothing inside a function."""
    target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if value is None:
        if says_nothing(node):
            return []
        return [Assign([lw.expr(target)], None, "=", value_type(lw, node.child_by_field_name("type")))]
    inside = uncovered(value)
    if target.type == "identifier":
        name = lw.text(target)
        if inside.type in FUNCTION_KINDS or inside.type == "call_expression":
            unit = bound_function(lw, name, inside, node.start_byte)
            if unit is not None:
                return [unit]
        elif inside.type == "class":
            return [class_unit(lw, inside, name, node.start_byte)]
        elif inside.type == "object" and not lw.state.get("inside"):
            shape = object_unit(lw, inside, name, node.start_byte)
            if shape is not None:
                return [shape]
    if not lw.state.get("inside") and _is_import(lw, inside):
        return []
    return [Assign([lw.expr(target)], lw.expr(inside))]


def _is_import(lw: Lowering, value: Syntax) -> bool:
    """`require("m")`, `require("m").x`."""
    while value.type == "member_expression":
        value = value.child_by_field_name("object")
    if value.type != "call_expression":
        return False
    arguments = lw.named(value.child_by_field_name("arguments"))
    return lw.text(value.child_by_field_name("function")) == "require" and [a.type for a in arguments] == ["string"]


def exported(lw: Lowering, node: Syntax) -> list[Node]:
    """`export`: what is exported; a list of names says nothing."""
    inside = node.child_by_field_name("declaration")
    decorators = [pattern_text(lw, c) for c in node.named_children if c.type == "decorator"]
    value = node.child_by_field_name("value")
    if inside is not None:
        steps = lw.step(inside)
    elif value is not None:
        core = uncovered(value)
        unit = bound_function(lw, "default", core, node.start_byte)
        if unit is not None:
            steps = [unit]
        elif core.type == "class":
            steps = [class_unit(lw, core, "default", node.start_byte)]
        elif core.type == "identifier":
            return []
        else:
            shape = object_unit(lw, core, "default", node.start_byte) if core.type == "object" else None
            steps = [shape or Assign([Name("default")], lw.expr(core))]
    else:
        return []
    if decorators and isinstance(steps[0], Class | Func):
        steps[0].decorators[:0] = decorators
    return steps


def pair_step(lw: Lowering, node: Syntax) -> list[Node]:
    """A property that stands alone: a function in it is a unit."""
    key, value = node.child_by_field_name("key"), uncovered(node.child_by_field_name("value"))
    name = lw.text(key)
    if key.type == "string":
        name = name[1:-1]
    unit = bound_function(lw, name, value, node.start_byte)
    if unit is not None:
        return [unit]
    if value.type == "class":
        return [class_unit(lw, value, name, node.start_byte)]
    return [Assign([lw.expr(key)], lw.expr(value))]

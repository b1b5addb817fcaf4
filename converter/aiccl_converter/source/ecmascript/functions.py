"""Functions of JavaScript and TypeScript in every form: declared, bound to a name, methods, values.

Contract: `function_unit` makes a unit of a function that has a name, wherever that comes from, `lambda_value` a value
of one that has none. A `function` that is a value has its own `this`, which is then written out, and is its first
parameter as TypeScript has it: `x=>..` alone reads as an arrow function, whose `this` is the one around it.
"""

from __future__ import annotations

from collections.abc import Iterable

from aiccl_converter.language.tree import Assign, Call, Do, Func, Member, Name, Node, Param, Return
from aiccl_converter.source.ecmascript.scope import global_step, nonlocal_step
from aiccl_converter.source.ecmascript.syntax import FUNCTION_KINDS, STEP_KINDS, pattern_text, uncovered
from aiccl_converter.source.ecmascript.types import kept_type_params, param_type, return_type
from aiccl_converter.source.lowering import Lowering, Syntax, arrow, squeeze

WRAPPING = frozenset({"memo", "forwardRef", "React.memo", "React.forwardRef", "observer", "asyncHandler", "catchAsync"})
"""Calls that give back the function they are given, more or less: written as a decorator of it."""


def lambda_value(lw: Lowering, node: Syntax) -> Node:
    """A function without a name of its own. `function` has its own `this`, which is then written out."""
    outer = lw.receiver
    if node.type != "arrow_function":
        lw.receiver = None
    lw.state["inside"] = lw.state.get("inside", 0) + 1
    try:
        params = params_of(lw, node, types=False)
        if node.type != "arrow_function" and _asks_caller(lw, node.child_by_field_name("body")):
            params = [Param("this"), *params]
        foreign = global_step(lw, node) if lw.state["inside"] == 1 else nonlocal_step(lw, node)
        body = body_of(lw, node)
        if foreign:
            body = [*foreign, *body]
        return arrow(params, body, _is_async(node))
    finally:
        lw.receiver = outer
        lw.state["inside"] -= 1


def body_of(lw: Lowering, node: Syntax) -> list[Node]:
    """The steps of a function; an expression body is returned, unless it is there for its effect."""
    body = node.child_by_field_name("body")
    if body.type == "statement_block":
        return lw.sequence(body.named_children)
    inside = uncovered(body)
    if inside.type in STEP_KINDS:
        return lw.step(inside)
    if inside.type == "unary_expression" and inside.children[0].type == "void":
        return lw.step(inside.child_by_field_name("argument"))
    return [Return(lw.expr(body))]


def _asks_caller(lw: Lowering, body: Syntax) -> bool:
    """Whether a body reads `this` or `arguments` of its own function."""
    text = lw.text(body)
    return ("this" in text or "arguments" in text) and any(_reads_caller(child) for child in body.named_children)


def _reads_caller(node: Syntax) -> bool:
    if node.type == "this" or (node.type == "identifier" and node.text == b"arguments"):
        return True
    if node.type in _OWN_THIS:
        return False
    return any(_reads_caller(child) for child in node.named_children)


_OWN_THIS = frozenset(
    {
        "function_expression",
        "function",
        "function_declaration",
        "generator_function",
        "generator_function_declaration",
        "method_definition",
        "class",
        "class_declaration",
    }
)
"""What has a `this` of its own."""


def _is_async(node: Syntax) -> bool:
    return any(c.type == "async" for c in node.children[:4])


def params_of(lw: Lowering, node: Syntax, types: bool = True) -> list[Param]:
    """The parameters of a function."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        return [Param(lw.text(single))]
    listed = node.child_by_field_name("parameters")
    if listed is None:
        return []
    return [p for p in (param(lw, c, types) for c in lw.named(listed)) if p is not None]


def param(lw: Lowering, node: Syntax, types: bool = True) -> Param | None:
    """One parameter; a destructured one has its pattern as its name. TypeScript's `this` is none."""
    pattern, value, mark, decorators = node, None, "", ""
    kind: str | None = None
    if node.type in ("required_parameter", "optional_parameter"):
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        if pattern is None or pattern.type == "this":
            return None
        for child in node.children:
            if child.type == "decorator":
                decorators += pattern_text(lw, child) + " "
        mark = "?" if node.type == "optional_parameter" else ""
    elif node.type == "assignment_pattern":
        pattern, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    star = ""
    if pattern.type == "rest_pattern":
        star = "..."
        pattern = lw.named(pattern)[-1]
    name = lw.text(pattern) if pattern.type == "identifier" else pattern_text(lw, pattern)
    if types and pattern.type == "identifier":
        kind = param_type(lw, name, node.child_by_field_name("type"), value)
    default = lw.expr(value) if value is not None else None
    return Param(decorators + name, kind, default, star, mark)


def function_unit(
    lw: Lowering, node: Syntax, name: str, pos: int, kind: str = "F", modifiers: Iterable[str] = (), receiver: str = ""
) -> Func:
    """A function that has a name, wherever that comes from."""
    outer = lw.receiver
    if node.type != "arrow_function" or not lw.state.get("inside"):
        lw.receiver = lw.table.receiver
    lw.state["inside"] = lw.state.get("inside", 0) + 1
    try:
        body_node = node.child_by_field_name("body")
        params = params_of(lw, node)
        foreign = global_step(lw, node) if lw.state["inside"] == 1 else nonlocal_step(lw, node)
        body = body_of(lw, node) if body_node is not None else None
        if body and foreign:
            body = [*foreign, *body]
        if body is not None and kind == "constructor":
            body = _parameter_fields(lw, node, body)
    finally:
        lw.receiver = outer
        lw.state["inside"] -= 1
    is_async = _is_async(node)
    returns = return_type(lw, name, node.child_by_field_name("return_type"), is_async)
    tparams = kept_type_params(lw, node.child_by_field_name("type_parameters"), params, returns)
    return Func(
        name,
        params,
        body,
        returns,
        is_async,
        modifiers=list(modifiers),
        kind=kind,
        tparams=tparams,
        receiver=receiver,
        pos=pos,
    )


def _parameter_fields(lw: Lowering, node: Syntax, body: list[Node]) -> list[Node]:
    """`constructor(private a: A)` stores its parameter, after `super(..)`."""
    stores: list[Node] = []
    for child in lw.named(node.child_by_field_name("parameters")):
        marked = any(c.type in ("accessibility_modifier", "override_modifier", "readonly") for c in child.children)
        pattern = child.child_by_field_name("pattern")
        if marked and pattern is not None and pattern.type == "identifier":
            name = lw.text(pattern)
            stores.append(Assign([Member(None, name)], Name(name)))
    if not stores:
        return body
    at = 0
    for i, step in enumerate(body):
        if isinstance(step, Do) and isinstance(step.value, Call) and step.value.fn == Name("super"):
            at = i + 1
            break
    return [*body[:at], *stores, *body[at:]]


def function_declaration(lw: Lowering, node: Syntax) -> list[Node]:
    """`function f() {}`; `export default function () {}` is called `default`."""
    name = node.child_by_field_name("name")
    return [function_unit(lw, node, lw.text(name) if name is not None else "default", node.start_byte)]


def function_step(lw: Lowering, node: Syntax) -> list[Node]:
    """A function that stands alone, without a name."""
    name = node.child_by_field_name("name")
    return [function_unit(lw, node, lw.text(name) if name is not None else "", node.start_byte)]


def method(lw: Lowering, node: Syntax) -> list[Node]:
    """A method, an accessor, a constructor; without a body a signature."""
    name = node.child_by_field_name("name")
    text = lw.text(name) if name is not None else "new" if node.type == "construct_signature" else ""
    kind = "constructor" if text == "constructor" and node.type == "method_definition" else "F"
    modifiers: list[str] = []
    for child in node.children:
        word = child.type
        if word == "formal_parameters":
            break
        if word in ("get", "set"):
            kind = word
        elif word in ("static", "abstract"):
            modifiers.append(word)
        elif word == "override_modifier":
            modifiers.append("override")
    return [function_unit(lw, node, text, node.start_byte, kind, modifiers)]


def bound_function(lw: Lowering, name: str, value: Syntax, pos: int, modifiers: Iterable[str] = ()) -> Func | None:
    """The unit that a value makes when it is bound to a name: a function, also one in a call such as `memo(..)`."""
    decorators: list[str] = []
    while value.type == "call_expression":
        called = value.child_by_field_name("function")
        text = lw.text(called) if called.type in ("identifier", "member_expression") else ""
        if text not in WRAPPING:
            return None
        arguments = lw.named(value.child_by_field_name("arguments"))
        if not arguments:
            return None
        rest = ",".join(squeeze(lw.without_comments(a)) for a in arguments[1:])
        decorators.append(f"@{text}({rest})" if rest else f"@{text}")
        value = uncovered(arguments[0])
    if value.type not in FUNCTION_KINDS:
        return None
    unit = function_unit(lw, value, name, pos, modifiers=modifiers)
    unit.decorators = decorators
    return unit

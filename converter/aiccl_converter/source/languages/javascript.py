"""JavaScript and JSX; TypeScript builds on what is here.

A function that is bound to a name is a unit whatever binds it: a declaration, a variable, an object's property, a
class field, an assignment. A function that is only handed to a call is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.ecmascript import bindings, classes, expressions, functions, jsx, statements
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.lowering import (
    ExprFn,
    LowerTable,
    StepFn,
    binary,
    branch,
    conditional,
    jump,
    name,
    nothing,
    number,
    raising,
    returning,
    unary,
    update,
)

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = "[(arrow_function) (function_expression) (generator_function)]"
#: Calls that give back the function they are given, more or less: `const Card = memo(() => ...)`.
PASSING = (
    "^(React\\\\.)?(memo|forwardRef|useCallback|useEvent|useEffectEvent|observer|debounce|throttle|once|action|"
    "computedFn|flow|asyncHandler|catchAsync|catchAsyncErrors|asyncWrapper|wrapAsync|handler|promisify|"
    "createAsyncThunk|defineComponent|curry)$"
)
PASSED = f"(call_expression function: (_) @callee arguments: (arguments . {FUNCTIONS}))"
#: Expressions between an object and what it is bound to that change nothing.
TRANSPARENT = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression"})


def bound_name(node: Node) -> NamePath | None:
    """The path of a variable, an assignment's target, a property or a field, the object's own name included."""
    field = "left" if node.type == "assignment_expression" else "key" if node.type == "pair" else "name"
    target = node.child_by_field_name(field) or node.child_by_field_name("property")
    if target is None:
        return None
    return (*_owner(node), *target_path(target))


def target_path(target: Node) -> NamePath:
    """`module.exports.f`, `A.prototype.f`, `this.f`, `o["f"]` as ("f",), ("A", "f"), ("f",), ("o", "f")."""
    parts: list[str] = []
    node: Node | None = target
    while node is not None:
        if node.type == "member_expression":
            parts.append(text(node.child_by_field_name("property") or node))
            node = node.child_by_field_name("object")
        elif node.type == "subscript_expression":
            parts.append(_unquote(text(node.child_by_field_name("index") or node)))
            node = node.child_by_field_name("object")
        else:
            parts.append(_unquote(text(node)))
            break
    parts.reverse()
    short = [name for name in parts if name not in {"module", "exports", "prototype", "this", "window", "self"}]
    return tuple(short or parts[-1:])


def method_name(node: Node) -> NamePath | None:
    """A method's name, after the name of the object literal it stands in."""
    name = node.child_by_field_name("name")
    return None if name is None else (*_owner(node), _unquote(text(name)))


def function_name(node: Node) -> NamePath | None:
    """A declaration's name; `export default function () {}` has none of its own."""
    name = node.child_by_field_name("name")
    return (text(name),) if name is not None else ("default",)


def _owner(node: Node) -> NamePath:
    """Names that an object literal is reached by: `const api = {users: {...}}` gives ("api", "users")."""
    parts: list[NamePath] = []
    current = node.parent
    while current is not None and current.type == "object":
        holder = current.parent
        while holder is not None and holder.type in TRANSPARENT:
            holder = holder.parent
        if holder is None or holder.type not in {"pair", "variable_declarator", "assignment_expression"}:
            break
        field = {"pair": "key", "variable_declarator": "name"}.get(holder.type, "left")
        target = holder.child_by_field_name(field)
        if target is None:
            break
        parts.append(target_path(target))
        current = holder.parent
    return tuple(name for path in reversed(parts) for name in path)


def _unquote(name: str) -> str:
    if name[:1] == "[" and name[-1:] == "]":
        name = name[1:-1]
    return name[1:-1] if name[:1] in {'"', "'", "`"} and name[-1:] == name[:1] else name


def bound(node: str, value: str = "value") -> tuple[Unit, ...]:
    """Units for one kind of node that binds a function or a class to a name."""
    inner = f"{value}.body"
    return (
        Unit("function", node, bound_name, inner, f"{value}.parameters", f"{value}: {FUNCTIONS}"),
        Unit("class", node, bound_name, inner, f"{value}.class_heritage", f"{value}: (class)"),
        Unit(
            "function",
            node,
            bound_name,
            lambda n: _argument(n, value, "body"),
            lambda n: _argument(n, value, "parameters"),
            f'{value}: {PASSED}; (#match? @callee "{PASSING}")',
        ),
    )


def _argument(node: Node, value: str, field: str) -> Node | None:
    call = node.child_by_field_name(value)
    arguments = call.child_by_field_name("arguments") if call is not None else None
    return arguments.named_children[0].child_by_field_name(field) if arguments is not None else None


UNITS = (
    Unit("class", "class_declaration", function_name, params="class_heritage"),
    Unit("class", "export_statement", lambda _: ("default",), "value.body", "value.class_heritage", "value: (class)"),
    Unit(
        "function", "export_statement", lambda _: ("default",), "value.body", "value.parameters", f"value: {FUNCTIONS}"
    ),
    Unit("function", "function_declaration", function_name),
    Unit("function", "generator_function_declaration", function_name),
    Unit("method", "method_definition", method_name),
    *bound("variable_declarator"),
    *bound("pair"),
    *bound("assignment_expression", "right"),
)
WRAPPERS = frozenset({"export_statement", "expression_statement", "assignment_expression"})
SOLE_WRAPPERS = frozenset({"lexical_declaration", "variable_declaration"})
FRAGMENTS = (("class X {\n", "\n}"), ("({\n", "\n})"), ("x = ", ""), ("async function* x() {\n", "\n}"))

LANGUAGES = {
    "javascript": Language(
        name="javascript",
        title="JavaScript, JSX",
        grammar=("tree_sitter_javascript", "language"),
        extensions=(".js", ".jsx", ".mjs", ".cjs", ".es6"),
        aliases=("js", "jsx", "javascriptreact", "node"),
        shebangs=("node", "nodejs", "bun"),
        units=(*UNITS, *bound("field_definition")),
        comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
        prefaces=frozenset({"decorator"}),
        wrappers=WRAPPERS,
        sole_wrappers=SOLE_WRAPPERS,
        layout="newline",
        fragments=FRAGMENTS,
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------

EXPRS: dict[str, ExprFn] = {
    "identifier": name,
    "property_identifier": name,
    "private_property_identifier": name,
    "shorthand_property_identifier": expressions.shorthand,
    "shorthand_property_identifier_pattern": expressions.shorthand,
    "statement_identifier": name,
    "this": name,
    "super": name,
    "true": name,
    "false": name,
    "null": name,
    "undefined": name,
    "import": name,
    "meta_property": name,
    "number": number,
    "string": expressions.plain_string,
    "template_string": expressions.template_value,
    "regex": expressions.regex,
    "member_expression": expressions.chain,
    "call_expression": expressions.chain,
    "subscript_expression": expressions.chain,
    "new_expression": expressions.construct,
    "parenthesized_expression": expressions.covered,
    "binary_expression": binary(),
    "unary_expression": unary("argument"),
    "update_expression": update("argument"),
    "ternary_expression": conditional("condition", "consequence", "alternative"),
    "assignment_expression": expressions.assigned,
    "augmented_assignment_expression": expressions.assigned,
    "sequence_expression": expressions.sequenced,
    "yield_expression": expressions.produced,
    "await_expression": expressions.waited,
    "arrow_function": functions.lambda_value,
    "function_expression": functions.lambda_value,
    "generator_function": functions.lambda_value,
    "class": classes.class_value,
    "array": expressions.array,
    "array_pattern": expressions.array,
    "object": expressions.object_value,
    "object_pattern": expressions.object_value,
    "pair": expressions.pair,
    "pair_pattern": expressions.pair,
    "assignment_pattern": expressions.defaulted,
    "object_assignment_pattern": expressions.defaulted,
    "spread_element": expressions.spread,
    "rest_pattern": expressions.spread,
    "jsx_element": jsx.element,
    "jsx_self_closing_element": jsx.element,
    "jsx_expression": jsx.spread_expression,
}

STEPS: dict[str, StepFn] = {
    "expression_statement": statements.expression_statement,
    "assignment_expression": bindings.assignment,
    "augmented_assignment_expression": bindings.augmented,
    "sequence_expression": statements.sequence_steps,
    "yield_expression": lambda lw, node: [expressions.produced(lw, node)],
    "lexical_declaration": bindings.declaration,
    "variable_declaration": bindings.declaration,
    "using_declaration": bindings.declaration,
    "variable_declarator": bindings.declarator,
    "function_declaration": functions.function_declaration,
    "generator_function_declaration": functions.function_declaration,
    "function_expression": functions.function_step,
    "generator_function": functions.function_step,
    "arrow_function": functions.function_step,
    "class_declaration": classes.class_declaration,
    "class": classes.class_declaration,
    "method_definition": functions.method,
    "field_definition": classes.field,
    "class_static_block": classes.static_block,
    "pair": bindings.pair_step,
    "return_statement": returning,
    "throw_statement": raising,
    "if_statement": branch("condition", "consequence", "alternative"),
    "for_statement": statements.for_loop,
    "for_in_statement": statements.for_in,
    "while_statement": statements.while_loop,
    "do_statement": statements.while_loop,
    "switch_statement": statements.switch,
    "try_statement": statements.trying,
    "labeled_statement": statements.labelled,
    "with_statement": statements.with_object,
    "break_statement": jump("break"),
    "continue_statement": jump("continue"),
    "export_statement": bindings.exported,
    "import_statement": nothing,
    "debugger_statement": nothing,
    "empty_statement": nothing,
}

SKIP = frozenset({"comment", "html_comment", "hash_bang_line", "empty_statement"})

LOWER = LowerTable(
    exprs=EXPRS,
    steps=STEPS,
    skip=SKIP,
    receiver="this",
    block_kinds=frozenset({"statement_block", "program", "class_body"}),
    sequence=classes.sequence,
)

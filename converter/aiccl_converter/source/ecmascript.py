"""Lowering that JavaScript, JSX, TypeScript and TSX share: expressions, functions, statements and classes.

Contract: entries of lowering tables, nothing else; the tables are in `languages/javascript.py` and
`languages/typescript.py`. What only the type checker reads (casts, `!`, type arguments, `let`) is left out here, and so
is `new` before a capitalised name that cannot be meant as a call. Member and call chains are walked, not recursed into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Await,
    Bin,
    Block,
    Call,
    Case,
    Class,
    Coll,
    Do,
    Each,
    Func,
    Handler,
    If,
    Index,
    Jump,
    Loop,
    Member,
    Name,
    Node,
    Pair,
    Param,
    Raise,
    Return,
    Spread,
    Str,
    Switch,
    Try,
    Un,
    While,
    Word,
    Words,
    Yield,
)
from aiccl_converter.source.ecmascript_types import (
    TypeText,
    kept_type_params,
    optional,
    param_type,
    return_type,
    value_type,
)
from aiccl_converter.source.lowering import Lowering, Syntax, arrow, last, one_line, squeeze, template

FUNCTION_KINDS = frozenset({"arrow_function", "function_expression", "generator_function"})
CHAIN_KINDS = frozenset({"member_expression", "call_expression", "subscript_expression"})
SEE_THROUGH = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression", "type_assertion"}
)
"""Wrappers that mean what is in them."""
CONVERTERS = frozenset({"String", "Number", "Boolean", "Date", "Object", "Symbol", "BigInt", "Array", "Promise"})
"""Types whose plain call converts: `new` says something before them."""
WRAPPING = frozenset({"memo", "forwardRef", "React.memo", "React.forwardRef", "observer", "asyncHandler", "catchAsync"})
"""Calls that give back the function they are given, more or less: written as a decorator of it."""
BLANK_FREE = re.compile(r"^(gql|graphql|css|html|svg|sql|keyframes|createGlobalStyle|injectGlobal|styled\b.*)$", re.I)
"""Tags of templates in whose text a run of blanks is one blank."""
STEP_KINDS = frozenset({"assignment_expression", "augmented_assignment_expression", "sequence_expression"})


# --- expressions ------------------------------------------------------------------------------------------------


def uncovered(node: Syntax) -> Syntax:
    """The expression inside parentheses and casts."""
    while node.type in SEE_THROUGH:
        kid = next((c for c in node.named_children if c.type != "comment"), None)
        if kid is None:
            return node
        if node.type == "type_assertion":
            kid = node.named_children[-1]
        node = kid
    return node


def covered(lw: Lowering, node: Syntax) -> Node:
    """Parentheses and casts: what is in them."""
    inside = uncovered(node)
    return lw.raw_text(node) if inside is node else lw.expr(inside)


def plain_string(lw: Lowering, node: Syntax) -> Node:
    """A string without values; a line continued by a backslash is one line."""
    text = lw.text(node)
    if "\n" in text:
        text = one_line(text.replace("\\\r\n", "").replace("\\\n", ""))
    if text[0] == '"' and "{" in text and "'" not in text:
        # Braces in double quotes are values.
        text = "'" + text[1:-1].replace('\\"', '"') + "'"
    return Str(text)


def regex(lw: Lowering, node: Syntax) -> Node:
    """A regular expression, as it stands."""
    return Str(lw.text(node))


PREFIXED = frozenset({"await_expression", "unary_expression"})


def chain(lw: Lowering, node: Syntax) -> Node:
    """`a.b(c)[d].e`, however long."""
    links: list[Syntax] = []
    # The TypeScript grammar reads `await f<T>(x)` as `(await f)<T>(x)`: such prefixes go around the whole call.
    prefixes: list[Syntax] = []
    covered_from = 0
    while True:
        kind = node.type
        if kind in CHAIN_KINDS:
            links.append(node)
            node = node.child_by_field_name("function" if kind == "call_expression" else "object")
        elif kind in SEE_THROUGH and links:
            inside = uncovered(node)
            if inside is node:
                break
            if kind == "parenthesized_expression":
                covered_from = len(links)
            node = inside
        elif kind in PREFIXED and len(links) > covered_from and _is_typed_call(links[-1]):
            prefixes.append(node)
            node = node.named_children[-1]
        else:
            break
    out: Node | None = None
    start = len(links)
    if node.type == "this" and lw.receiver is not None:
        first = links[-1]
        if first.type == "member_expression" and not _safe(first):
            out = Member(None, lw.text(first.child_by_field_name("property")))
            start -= 1
    if out is None:
        out = lw.expr(node)
    for at in range(start - 1, -1, -1):
        if prefixes and at < covered_from:
            out, prefixes = _prefixed(out, prefixes), []
        link = links[at]
        kind = link.type
        safe = _safe(link)
        if kind == "member_expression":
            out = Member(out, lw.text(link.child_by_field_name("property")), "?." if safe else ".")
            continue
        if safe:
            out = Member(out, "", "?.")
        if kind == "subscript_expression":
            out = Index(out, [lw.expr(link.child_by_field_name("index"))])
        else:
            arguments = link.child_by_field_name("arguments")
            if arguments.type == "template_string":
                out = Call(out, [template_string(lw, arguments, bool(BLANK_FREE.match(lw.text(_base(link)))))])
            else:
                out = Call(out, arguments_of(lw, arguments))
    return _prefixed(out, prefixes)


def _is_typed_call(link: Syntax) -> bool:
    return link.type == "call_expression" and link.child_by_field_name("type_arguments") is not None


def _prefixed(out: Node, prefixes: list[Syntax]) -> Node:
    for prefix in reversed(prefixes):
        op = prefix.children[0].type
        out = Await(out) if op == "await" else Un("bnot" if op == "~" else op, out)
    return out


def _base(call: Syntax) -> Syntax:
    return call.child_by_field_name("function")


def _safe(node: Syntax) -> bool:
    if node.type == "call_expression":
        return any(c.type in ("?.", "optional_chain") for c in node.children)
    return node.child_by_field_name("optional_chain") is not None


def arguments_of(lw: Lowering, node: Syntax | None) -> list[Node]:
    """The arguments of a call."""
    return [] if node is None else lw.exprs(node.named_children)


def construct(lw: Lowering, node: Syntax) -> Node:
    """`new X(a)`: a call, where nothing else can be meant by it."""
    maker = node.child_by_field_name("constructor")
    made = Call(lw.expr(maker), arguments_of(lw, node.child_by_field_name("arguments")))
    if maker.type in ("identifier", "member_expression"):
        name = lw.text(maker).rsplit(".", 1)[-1]
        if name[:1].isupper() and name not in CONVERTERS:
            return made
    return Un("new", made)


_ESCAPED = re.compile(r'\\([`$])|(\\.)|(")', re.S)


def _respelled(text: str) -> str:
    """Template text in double quotes: backtick escapes go, a double quote gets one."""
    if "\\" not in text and '"' not in text:
        return text
    return _ESCAPED.sub(lambda m: m.group(1) or m.group(2) or '\\"', text)


_RUNS = re.compile(r"\s+")


def template_string(lw: Lowering, node: Syntax, blank_free: bool = False) -> Node:
    """A template literal: text and values in turn."""
    parts: list[str | Node] = []
    at = node.start_byte + 1
    data = lw.data
    for child in node.named_children:
        if child.type == "template_substitution":
            parts.append(data[at : child.start_byte].decode("utf-8", "replace"))
            at = child.end_byte
            parts.append(last(lw, child))
    parts.append(data[at : node.end_byte - 1].decode("utf-8", "replace"))
    if blank_free:
        parts = [_RUNS.sub(" ", p) if isinstance(p, str) else p for p in parts]
        if isinstance(parts[0], str):
            parts[0] = parts[0].lstrip()
        if isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip()
    if len(parts) == 1 and isinstance(parts[0], str):
        text = _ESCAPED.sub(lambda m: m.group(1) or m.group(2) or '"', parts[0])
        if ('"' in text or "{" in text) and "'" not in text:
            return Str("'" + one_line(text) + "'")
    return template(lw, [_respelled(p) if isinstance(p, str) else p for p in parts])


def template_value(lw: Lowering, node: Syntax) -> Node:
    """A template literal without a tag."""
    return template_string(lw, node)


def assigned(lw: Lowering, node: Syntax) -> Node:
    """An assignment in an expression."""
    op = node.child_by_field_name("operator")
    return Bin(
        op.type if op is not None else "=",
        lw.expr(node.child_by_field_name("left")),
        lw.expr(node.child_by_field_name("right")),
    )


def sequenced(lw: Lowering, node: Syntax) -> Node:
    """`(a,b)`: both are evaluated, the last is the value."""
    return Coll("(", lw.exprs(_sequence_items(lw, node)))


def _sequence_items(lw: Lowering, node: Syntax) -> list[Syntax]:
    out: list[Syntax] = []
    stack = [node]
    while stack:
        top = stack.pop()
        if top.type == "sequence_expression":
            stack.extend(reversed(lw.named(top)))
        else:
            out.append(top)
    return out


def produced(lw: Lowering, node: Syntax) -> Node:
    """`yield x`, `yield* xs`."""
    kids = lw.named(node)
    return Yield(lw.expr(kids[0]) if kids else None, any(c.type == "*" for c in node.children))


def waited(lw: Lowering, node: Syntax) -> Node:
    """`await x`."""
    return Await(last(lw, node))


def array(lw: Lowering, node: Syntax) -> Node:
    """A list or a pattern of one; a hole is `_`."""
    items: list[Node] = []
    empty = True
    for child in node.children[1:-1]:
        kind = child.type
        if kind == ",":
            if empty:
                items.append(Name("_"))
            empty = True
        elif kind not in lw.table.skip:
            items.append(lw.expr(child))
            empty = False
    return Coll("[", items)


def object_value(lw: Lowering, node: Syntax) -> Node:
    """An object literal or a pattern of one."""
    return Coll("{", [_member_of_object(lw, c) for c in lw.named(node)])


def shorthand(lw: Lowering, node: Syntax) -> Node:
    """`{a}`: the key and the value."""
    text = lw.text(node)
    return Pair(Str(text), Name(text))


def _member_of_object(lw: Lowering, node: Syntax) -> Node:
    if node.type == "method_definition":
        return method(lw, node)[0]
    if node.type == "pair":
        value = uncovered(node.child_by_field_name("value"))
        if value.type in ("function_expression", "generator_function"):
            key = node.child_by_field_name("key")
            if key.type == "property_identifier":
                return function_unit(lw, value, lw.text(key), node.start_byte)
    return lw.expr(node)


def key_of(lw: Lowering, node: Syntax) -> Node:
    """A property's key: a label (a `Str` without quotes, no variable), a string, a number or `[computed]`."""
    if node.type == "property_identifier":
        return Str(lw.text(node))
    if node.type == "computed_property_name":
        return Coll("[", [last(lw, node)])
    return lw.expr(node)


def pair(lw: Lowering, node: Syntax) -> Node:
    """`key: value` of a literal or a pattern."""
    return Pair(key_of(lw, node.child_by_field_name("key")), lw.expr(node.child_by_field_name("value")))


def defaulted(lw: Lowering, node: Syntax) -> Node:
    """`a = 1` inside a pattern."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left.type in ("identifier", "shorthand_property_identifier_pattern"):
        return Arg(lw.text(left), lw.expr(right))
    return Bin("=", lw.expr(left), lw.expr(right))


def spread(lw: Lowering, node: Syntax) -> Node:
    """`...x`."""
    return Spread("...", last(lw, node))


def first_child(lw: Lowering, node: Syntax) -> Node:
    """What stands before type arguments."""
    return lw.expr(node.named_children[0])


# --- functions --------------------------------------------------------------------------------------------------


def lambda_value(lw: Lowering, node: Syntax) -> Node:
    """A function without a name of its own. `function` has its own `this`, which is then written out."""
    outer = lw.receiver
    if node.type != "arrow_function":
        lw.receiver = None
    lw.state["inside"] = lw.state.get("inside", 0) + 1
    try:
        params = params_of(lw, node, types=False)
        body = body_of(lw, node)
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
                decorators += squeeze(lw.text(child)) + " "
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


_COMMA_END = re.compile(r",([}\]])")
_AROUND = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|\s*(=>|[=!]==?|[=:])\s*""")


def pattern_text(lw: Lowering, node: Syntax) -> str:
    """A destructuring pattern on one line."""
    text = _COMMA_END.sub(r"\1", squeeze(lw.without_comments(node)))
    return _AROUND.sub(lambda m: m.group(1) or m.group(2), text)


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
        body = body_of(lw, node) if body_node is not None else None
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
        if step.__class__ is Do and isinstance(step.value, Call) and step.value.fn == Name("super"):  # type: ignore[attr-defined]
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


# --- steps ------------------------------------------------------------------------------------------------------


def expression_statement(lw: Lowering, node: Syntax) -> list[Node]:
    """An expression for its effect; `'use strict'` says nothing."""
    kids = lw.named(node)
    if len(kids) != 1:
        return []
    inside = uncovered(kids[0])
    if inside.type == "string" and lw.text(inside)[1:-1] == "use strict":
        return []
    return lw.step(inside)


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
            return [unit]
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
    short = [p for p in parts if p not in EXPORT_WORDS]
    name = short[-1] if short else lw.text(own) if own is not None else "exports"
    if kind == "object":
        return object_unit(lw, value, ".".join(parts), pos)
    if kind == "class":
        return class_unit(lw, value, name, pos)
    return function_unit(lw, value, name, pos, receiver=".".join(short[:-1]))


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
    return value.type == "identifier"


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


def sequence_steps(lw: Lowering, node: Syntax) -> list[Node]:
    """`a, b` as a statement: two steps."""
    return [step for item in _sequence_items(lw, node) for step in lw.step(uncovered(item))]


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
        if _says_nothing(node):
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


def _says_nothing(node: Syntax) -> bool:
    """A variable without a value, declared in a function: only in a loop does it matter (it is emptied each time)."""
    block = node.parent.parent
    return block is not None and block.type == "statement_block" and block.parent.type not in LOOPS


LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


def for_in(lw: Lowering, node: Syntax) -> list[Node]:
    """`for (x of xs)`, `for await`, and `for (k in o)` over an object's keys."""
    left = lw.expr(node.child_by_field_name("left"))
    targets = left.items if isinstance(left, Coll) and left.open == "[" and _plain(left.items) else [left]
    over = lw.expr(node.child_by_field_name("right"))
    op = node.child_by_field_name("operator")
    if op is not None and op.type == "in":
        over = Words([Name("keys"), Name("of"), over])
    body = lw.steps(node.child_by_field_name("body"))
    return [Each(targets, over, body, any(c.type == "await" for c in node.children[:3]))]


def _plain(items: list[Node]) -> bool:
    return len(items) > 1 and all(isinstance(i, Name) for i in items)


def for_loop(lw: Lowering, node: Syntax) -> list[Node]:
    """The three-part loop."""
    init = node.child_by_field_name("initializer")
    test = node.child_by_field_name("condition")
    step = node.child_by_field_name("increment")
    return [
        Loop(
            lw.step(init) if init is not None else [],
            _loop_test(lw, test),
            lw.step(uncovered(step)) if step is not None else [],
            lw.steps(node.child_by_field_name("body")),
        )
    ]


def _loop_test(lw: Lowering, test: Syntax | None) -> Node | None:
    if test is None or test.type in ("empty_statement", ";"):
        return None
    return last(lw, test) if test.type == "expression_statement" else lw.expr(test)


def while_loop(lw: Lowering, node: Syntax) -> list[Node]:
    """`while` and `do while`; `while (true)` has no test."""
    test: Node | None = lw.field(node, "condition")
    if (isinstance(test, Name) and test.id == "true") or getattr(test, "text", "") == "1":
        test = None
    return [While(test, lw.steps(node.child_by_field_name("body")), node.type == "do_statement" and test is not None)]


EXITS = (Return, Raise, Jump)


def switch(lw: Lowering, node: Syntax) -> list[Node]:
    """`switch`: labels of an empty arm join the next; an arm that runs on is marked; `switch (true)` has no subject."""
    cases: list[Case] = []
    labels: list[Node] = []
    default = False
    arms = lw.named(node.child_by_field_name("body"))
    for at, arm in enumerate(arms):
        if arm.type == "switch_default":
            default = True
        else:
            labels.append(lw.expr(arm.child_by_field_name("value")))
        bodies = [c for c in arm.children_by_field_name("body") if c.is_named and c.type not in lw.table.skip]
        if not bodies and at < len(arms) - 1:
            continue
        steps = lw.sequence(bodies[0].named_children if _is_block(bodies) else bodies)
        if steps and isinstance(steps[-1], Jump) and steps[-1].word == "break" and steps[-1].label is None:
            steps = steps[:-1]
        elif at < len(arms) - 1 and not _leaves(steps):
            steps = [*steps, Word("fallthrough", [])]
        cases.append(Case([] if default else labels, None, steps))
        labels, default = [], False
    subject = lw.field(node, "value")
    if isinstance(subject, Name) and subject.id == "true":
        subject = None
    return [Switch(subject, cases)]


def _is_block(bodies: list[Syntax]) -> bool:
    return len(bodies) == 1 and bodies[0].type == "statement_block"


def _leaves(steps: list[Node]) -> bool:
    """Whether the steps never run on to what follows them."""
    while steps:
        step = steps[-1]
        if isinstance(step, EXITS):
            return True
        if isinstance(step, If) and step.other is not None and _leaves(step.then):
            steps = step.other
            continue
        return isinstance(step, While) and step.test is None
    return False


def trying(lw: Lowering, node: Syntax) -> list[Node]:
    """`try` with its one handler."""
    handlers: list[Handler] = []
    caught, final = node.child_by_field_name("handler"), node.child_by_field_name("finalizer")
    if caught is not None:
        name = caught.child_by_field_name("parameter")
        text = pattern_text(lw, name) if name is not None else None
        handlers.append(Handler([], text, lw.steps(caught.child_by_field_name("body"))))
    return [
        Try(
            lw.steps(node.child_by_field_name("body")),
            handlers,
            None,
            lw.steps(final.child_by_field_name("body")) if final is not None else None,
        )
    ]


def labelled(lw: Lowering, node: Syntax) -> list[Node]:
    """`outer: for ..`."""
    name = lw.text(node.child_by_field_name("label"))
    return [Block(name + ":", lw.steps(node.child_by_field_name("body")))]


def with_object(lw: Lowering, node: Syntax) -> list[Node]:
    """The old `with (o) {}`."""
    return [Block("with " + squeeze(lw.text(node.child_by_field_name("object"))), lw.steps(node.named_children[-1]))]


def exported(lw: Lowering, node: Syntax) -> list[Node]:
    """`export`: what is exported; a list of names says nothing."""
    inside = node.child_by_field_name("declaration")
    decorators = [squeeze(lw.without_comments(c)) for c in node.named_children if c.type == "decorator"]
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


# --- classes ----------------------------------------------------------------------------------------------------


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
    decorators = [squeeze(lw.without_comments(c)) for c in node.named_children if c.type == "decorator"]
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
    decorators = [squeeze(lw.without_comments(c)) for c in node.named_children if c.type == "decorator"]
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
    """Steps in a row: decorators belong to what follows, a signature before its own body is left out."""
    out: list[Node] = []
    skip = lw.table.skip
    decorators: list[str] = []
    kept = [n for n in nodes if n.type not in skip]
    for at, node in enumerate(kept):
        kind = node.type
        if kind == "decorator":
            decorators.append(squeeze(lw.without_comments(node)))
            continue
        if (kind in SIGNATURES or kind in EXPORTERS) and _has_body_after(lw, node, kept[at + 1 :]):
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

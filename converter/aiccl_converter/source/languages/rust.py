"""Rust. A method is named after the type it is implemented for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Await,
    Bin,
    Block,
    Build,
    Call,
    Case,
    Class,
    Coll,
    Cond,
    Const,
    Do,
    Each,
    Func,
    If,
    Index,
    Jump,
    Lambda,
    Member,
    Name,
    Pair,
    Param,
    Post,
    Range,
    Raw,
    Return,
    Spread,
    Str,
    Switch,
    Un,
    While,
    Word,
    Words,
)
from aiccl_converter.language.tree import (
    Node as Tree,
)
from aiccl_converter.source.gather import own_impls
from aiccl_converter.source.grammars import parse
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.lowering import (
    Lowering,
    LowerTable,
    Syntax,
    arrow,
    binary,
    inner,
    name,
    nothing,
    number,
    one_line,
    squeeze,
    unary,
)
from aiccl_converter.source.postfix import postfix
from aiccl_converter.source.typing_noise import written

if TYPE_CHECKING:
    from tree_sitter import Node


def implemented(node: Node) -> NamePath | None:
    """("Parser",) for `impl<'a> Iterator for lexer::Parser<'a>`."""
    kind = node.child_by_field_name("type")
    while kind is not None:
        inner = kind.child_by_field_name("type") or kind.child_by_field_name("name")
        if inner is None:
            return (text(kind),)
        kind = inner
    return None


LANGUAGES = {
    "rust": Language(
        name="rust",
        title="Rust",
        grammar=("tree_sitter_rust", "language"),
        extensions=(".rs",),
        aliases=("rs",),
        shebangs=("rust-script",),
        units=(
            Unit("namespace", "mod_item", when="body: (_)"),
            Unit("impl", "impl_item", implemented, params="trait"),
            Unit("trait", "trait_item", params="bounds"),
            Unit("struct", "struct_item", params="type_parameters"),
            Unit("struct", "union_item", params="type_parameters"),
            Unit("enum", "enum_item", params="type_parameters"),
            Unit("type", "type_item", body="type", params="type_parameters"),
            Unit("function", "function_item"),
            Unit("macro", "macro_definition"),
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        prefaces=frozenset({"attribute_item"}),
        inner_doc=("//!", "/*!"),
        fragments=(("impl X {\n", "\n}"), ("fn x() {\n", "\n}")),
    ),
}

# --- lowering: types and parameters -----------------------------------------------------------------------------

CODES = {"&str": "s", "bool": "b", "f64": "f", "i32": "i"}

USUAL = {
    "&str": "text",
    "usize": "count",
    "bool": "flag",
    "&mut fmt::Formatter": "any",
    "&mut Formatter": "any",
    "&mut std::fmt::Formatter": "any",
    "&mut Context": "any",
}
"""Types that a parameter's name often says, or that stand in every signature of their trait."""

USUAL_RESULTS = {
    "fmt": ("fmt::Result", "std::fmt::Result", "Result", "core::fmt::Result"),
    "next": ("Option<Self::Item>",),
    "poll": ("Poll<Self::Output>",),
    "eq": ("bool",),
    "cmp": ("Ordering", "cmp::Ordering", "std::cmp::Ordering"),
    "partial_cmp": ("Option<Ordering>", "Option<cmp::Ordering>", "Option<std::cmp::Ordering>"),
    "default": ("Self",),
    "clone": ("Self",),
    "from": ("Self",),
    "from_str": ("Result<Self,Self::Err>",),
    "try_from": ("Result<Self,Self::Error>",),
    "deref": ("&Self::Target",),
}
"""Results that a trait of the standard library gives its method."""

QUIET_ATTRIBUTES = frozenset(
    {
        "inline",
        "allow",
        "must_use",
        "doc",
        "track_caller",
        "deprecated",
        "rustfmt",
        "cold",
        "warn",
        "deny",
        "expect",
        "clippy",
        "forbid",
        "automatically_derived",
        "cfg_attr",
    }
)
"""Attributes that change nothing that a caller or a test can see."""

CHOOSING = frozenset(
    {
        "collect",
        "parse",
        "into",
        "try_into",
        "sum",
        "product",
        "default",
        "from",
        "deserialize",
        "from_str",
        "from_slice",
        "from_reader",
        "transmute",
        "get_state",
        "downcast",
    }
)
"""Calls whose result depends on the type that is asked for."""

DIVERGING = frozenset({"panic!", "unreachable!", "todo!", "unimplemented!"})

_LIFETIME = re.compile(r"'(?!static\b)\w+(?:\s*:\s*'\w+)?\s*,?\s*(?!')")
_STD = re.compile(r"(?<![\w:])std::")
_LEFT_OVER = re.compile(r"<[\s,]*>|\s*\+\s*(?=[,>)]|$)")
"""What a lifetime leaves behind: `<>`, a bound's `+`."""
_LOOSE = re.compile(r"\s*(->|[:+=])\s+")
_LINE_GOES_ON = re.compile(r"\\\r?\n\s*")


def _type(lw: Lowering, node: Syntax | None) -> str | None:
    """A type on one line, without lifetimes."""
    if node is None:
        return None
    shown = lw.text(node)
    if node.named_child_count:
        shown = squeeze(shown)
        if "'" in shown:
            shown = _LEFT_OVER.sub("", _LIFETIME.sub("", shown)).replace(",>", ">")
        if " " in shown:
            shown = _LOOSE.sub(r"\1", shown)
        if "std::" in shown:
            shown = _STD.sub("", shown)
    return shown


def _type_node(lw: Lowering, node: Syntax) -> Tree:
    return Raw(_type(lw, node) or "")


def _params(lw: Lowering, node: Syntax | None) -> list[Param]:
    out: list[Param] = []
    if node is None:
        return out
    for child in lw.named(node):
        kind = child.type
        if kind == "self_parameter":
            if "&" not in lw.text(child):
                out.append(Param("self"))
        elif kind == "parameter":
            pattern = child.child_by_field_name("pattern")
            shown = _type(lw, child.child_by_field_name("type")) or ""
            title = lw.text(pattern)
            if pattern.type != "identifier":
                title = _bound(lw, pattern)
            kept = written(title, shown, USUAL)
            out.append(Param(title, CODES.get(kept, kept) if kept else None))
        elif kind not in ("attribute_item", "mutable_specifier"):
            out.append(Param(_bound(lw, child)))
    for child in node.children:  # closures and nameless parameters
        if child.type == "_":
            out.append(Param("_"))
    return out


_BINDING = re.compile(r"\b(?:mut|ref)\s+")


def _bound(lw: Lowering, node: Syntax) -> str:
    """A pattern in a parameter's place, as text."""
    return squeeze(_BINDING.sub("", lw.text(node))).lstrip("&")


def _tparams(lw: Lowering, node: Syntax) -> str:
    """Type parameters of a type with all that its where clause asks; lifetimes go."""
    title, asked = _generics(lw, node)
    return title[:-1] + "," + asked[0].removeprefix("where ") + ">" if asked and title else title


def _generics(lw: Lowering, node: Syntax) -> tuple[str, list[str]]:
    """Type parameters with their bounds, those of the where clause beside them, and as a modifier what that asks of
    other types; lifetimes go."""
    own = node.child_by_field_name("type_parameters")
    if own is None:
        return "", []
    shown: dict[str, str] = {}
    asked: list[str] = []
    for child in lw.named(own):
        if child.type != "lifetime_parameter":
            title = child.child_by_field_name("name")
            shown[lw.text(title) if title is not None else lw.text(child)] = _type(lw, child) or ""
    where = next((c for c in node.named_children if c.type == "where_clause"), None)
    for predicate in lw.named(where) if where is not None else ():
        if predicate.type != "where_predicate":
            continue
        left = lw.text(predicate.child_by_field_name("left"))
        bounds = predicate.child_by_field_name("bounds")
        if left in shown and bounds is not None and ":" not in shown[left].replace("::", ""):
            shown[left] += _type(lw, bounds) or ""
        elif left not in shown and bounds is not None and not left.startswith("'"):
            # a bound of something made of the parameters, `T::Item: Debug`, or of another type, `Tag: From<K>`
            told = _type(lw, predicate.child_by_field_name("left")) or left
            asked.append(told + (_type(lw, bounds) or ""))
    title = "<" + ",".join(shown.values()) + ">" if shown else ""
    return title, ["where " + ",".join(asked)] if asked else []


# --- lowering: values at the end of a block ---------------------------------------------------------------------

Sink = Callable[[Tree], "list[Tree]"]
"""What becomes of the value that a block ends with."""


def _returned(value: Tree) -> list[Tree]:
    if isinstance(value, Coll) and value.open == "(" and not value.items:
        return []
    return [Return(value)]


def _block_tail(lw: Lowering, node: Syntax | None, sink: Sink) -> list[Tree]:
    """A block's steps; the value that it ends with goes into the sink."""
    if node is None:
        return []
    if node.type != "block":
        return _tail(lw, node, sink)
    kids = lw.named(node)
    tail: list[Tree] = []
    while kids:
        last = kids[-1]
        start = next((i for i in range(len(kids) - 1, 0, -1) if kids[i - 1].type != "attribute_item"), 0)
        attributes = _attributes(lw, kids[start:-1])
        if tail and not (attributes and _is_block(last)):
            break
        steps = _last(lw, last, sink)
        kids = kids[:start]
        if not attributes:
            return _sequence(lw, kids) + steps
        # `#[cfg(unix)] {a} #[cfg(windows)] {b}`: the one that is compiled gives the value
        tail = [Block(" ".join(attributes), steps), *tail]
        if not _is_block(last):
            break
    return _sequence(lw, kids) + tail


def _is_block(node: Syntax) -> bool:
    kind: str = node.children[-1].type if node.type == "expression_statement" else node.type
    return kind == "block"


def _last(lw: Lowering, last: Syntax, sink: Sink) -> list[Tree]:
    """What stands last in a block: its value goes into the sink."""
    if last.type == "expression_statement":
        if last.children[-1].type == ";":
            return lw.step(last)
        return _tail(lw, last.named_children[0], sink)
    if last.type in LOWER.steps and last.type not in _VALUES:
        return lw.step(last)
    return _tail(lw, last, sink)


def _tail(lw: Lowering, node: Syntax, sink: Sink) -> list[Tree]:
    """An expression whose value goes into the sink, through the branches of an `if` or `match`."""
    kind = node.type
    if kind == "if_expression":
        return _if(lw, node, sink)
    if kind == "match_expression":
        switch = _match(lw, node, None)
        if switch is not None and all(c.body for c in switch.cases):
            return sink(switch)
        got = _match(lw, node, sink)
        return [got] if got is not None else []
    if kind == "block":
        return _block_tail(lw, node, sink)
    if kind == "unsafe_block":
        return [Block("unsafe", _block_tail(lw, node.named_children[-1], sink))]
    if kind in _LEAVING or kind in _LOOPS:
        return lw.step(node)
    value = lw.expr(node)
    if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id in DIVERGING:
        return [Do(value)]
    return sink(value)


_LEAVING = frozenset({"return_expression", "break_expression", "continue_expression"})
_LOOPS = frozenset({"for_expression", "while_expression", "assignment_expression", "compound_assignment_expr"})
_VALUES = frozenset(
    {"if_expression", "match_expression", "block", "unsafe_block", "loop_expression", "macro_invocation"}
)


def _function(lw: Lowering, node: Syntax) -> list[Tree]:
    body = node.child_by_field_name("body")
    returned = node.child_by_field_name("return_type")
    returns = _type(lw, returned)
    words = next((lw.text(c).split() for c in node.named_children if c.type == "function_modifiers"), [])
    before = lw.state.get("inside", False)
    lw.state["inside"] = True
    if body is None:
        steps = None
    elif returns is None or returns in ("()", "!"):
        steps = lw.steps(body)
    else:
        steps = _block_tail(lw, body, _returned)
    lw.state["inside"] = before
    title = lw.text(node.child_by_field_name("name"))
    tparams, asked = _generics(lw, node)
    shown = None if returns in (None, "()") or returns in USUAL_RESULTS.get(title, ()) else CODES.get(returns, returns)
    return [
        Func(
            title,
            _params(lw, node.child_by_field_name("parameters")),
            steps,
            shown,
            "async" in words,
            modifiers=[w for w in words if w in ("unsafe", "const", "extern")] + asked,
            tparams=tparams,
            pos=node.start_byte,
        )
    ]


def _closure(lw: Lowering, node: Syntax) -> Tree:
    body = node.child_by_field_name("body")
    params = _params(lw, node.child_by_field_name("parameters"))
    if body.type in ("block", "if_expression", "match_expression"):
        return arrow(params, _block_tail(lw, body, _returned))
    return Lambda(params, lw.expr(body))


def _async_block(lw: Lowering, node: Syntax) -> Tree:
    return arrow([], _block_tail(lw, node.named_children[-1], _returned), True)


# --- lowering: expressions --------------------------------------------------------------------------------------


def _called(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Call(left, lw.exprs(node.child_by_field_name("arguments").named_children))


def _selected(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    return Member(left, lw.text(node.child_by_field_name("field")))


def _indexed(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Index(left, [lw.expr(lw.named(node)[1])])


def _tried(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Post(left, "!")


def _waited(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Await(left)


def _turbofish(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    kinds = "::" + squeeze(lw.text(node.child_by_field_name("type_arguments")))
    if isinstance(left, Member):
        return Member(left.obj, left.name + kinds)
    return Name(left.id + kinds) if isinstance(left, Name) else lw.raw_text(node)


_chain = postfix(
    {
        "call_expression": ("function", _called),
        "field_expression": ("value", _selected),
        "index_expression": (0, _indexed),
        "try_expression": (0, _tried),
        "await_expression": (0, _waited),
        "generic_function": ("function", _turbofish),
    },
    frozenset({"field_expression"}),
    frozenset({"self"}),
)


def _path(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    if "<" in shown or "\n" in shown:
        shown = squeeze(shown)
    return Raw(shown) if shown[:1] == "<" else Name(shown.removeprefix("std::"))


def _string(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    if "\n" in shown:
        shown = one_line(_LINE_GOES_ON.sub("", shown))
    return Str(shown)


def _raw_string(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    body = shown.lstrip("br#").rstrip("#")
    if shown[:1] == "r" and "\\" not in body and '"' not in body[1:-1]:
        return Str(one_line(body))
    return Str(one_line(shown))


def _if_value(lw: Lowering, node: Syntax) -> Tree:
    then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if other is not None:
        values = [_sole(lw, then), _sole(lw, other.named_children[-1])]
        if values[0] is not None and values[1] is not None:
            return Cond(lw.expr(node.child_by_field_name("condition")), values[0], values[1])
    steps = _if(lw, node, _kept)
    return steps[0] if len(steps) == 1 else Block("", steps)


def _kept(value: Tree) -> list[Tree]:
    return [Do(value)]


def _sole(lw: Lowering, node: Syntax) -> Tree | None:
    """The only expression of a block, None where it does more."""
    if node.type == "if_expression":
        value = _if_value(lw, node)
        return value if isinstance(value, Cond) else None
    kids = lw.named(node) if node.type == "block" else []
    if len(kids) != 1:
        return None
    only = kids[0]
    if only.type == "expression_statement":
        if only.children[-1].type == ";":
            return None
        only = only.named_children[0]
    if (only.type in LOWER.steps and only.type not in _VALUES) or only.type in ("loop_expression", "unsafe_block"):
        return None
    if only.type == "if_expression":
        return _sole(lw, only)
    if only.type in _LEAVING or only.type in _LOOPS:
        return None
    value = lw.expr(only)
    return value if not isinstance(value, (If, Block, While)) else None


def _match_value(lw: Lowering, node: Syntax) -> Tree:
    return _match(lw, node, None) or _match(lw, node, _kept) or lw.raw_text(node)


def _block_value(lw: Lowering, node: Syntax) -> Tree:
    steps = _block_tail(lw, node, _kept)
    if len(steps) == 1 and isinstance(steps[0], Do):
        return steps[0].value
    return Block("", steps)


def _unsafe_value(lw: Lowering, node: Syntax) -> Tree:
    inside = _block_value(lw, node.named_children[-1])
    return Block("unsafe", inside.body) if isinstance(inside, Block) else Un("unsafe", inside)


def _step_value(lw: Lowering, node: Syntax) -> Tree:
    """A step where an expression stands (`return` in an arm, a loop as a value)."""
    steps = lw.step(node)
    return steps[0] if len(steps) == 1 else Block("", steps)


def _assignment_value(lw: Lowering, node: Syntax) -> Tree:
    return Bin("=", lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right")))


def _struct(lw: Lowering, node: Syntax) -> Tree:
    items: list[Tree] = []
    for child in lw.named(node.child_by_field_name("body")):
        kind = child.type
        if kind == "shorthand_field_initializer":
            title = lw.text(lw.named(child)[-1])
            items.append(Arg(title, Name(title)))
        elif kind == "field_initializer":
            field = child.child_by_field_name("field")
            items.append(Arg(lw.text(field), lw.expr(child.child_by_field_name("value"))))
        elif kind == "base_field_initializer":
            items.append(Spread("..", lw.expr(lw.named(child)[0])))
    return Build(Name(squeeze(lw.text(node.child_by_field_name("name")))), items)


def _array(lw: Lowering, node: Syntax) -> Tree:
    length = node.child_by_field_name("length")
    items = [c for c in lw.named(node) if c.type != "attribute_item"]
    if length is not None:
        return Bin("*", Coll("[", [lw.expr(items[0])]), lw.expr(length))
    return Coll("[", [lw.expr(c) for c in items])


def _range(lw: Lowering, node: Syntax) -> Tree:
    lo: Tree | None = None
    hi: Tree | None = None
    inclusive = seen = False
    for child in node.children:
        if child.type in ("..", "..=", "..."):
            seen, inclusive = True, child.type != ".."
        elif child.type == "_":
            continue
        elif child.is_named and child.type not in LOWER.skip:
            if seen:
                hi = lw.expr(child)
            else:
                lo = lw.expr(child)
    return Range(lo, hi, inclusive)


def _cast(lw: Lowering, node: Syntax) -> Tree:
    return Bin("as", lw.expr(node.child_by_field_name("value")), _type_node(lw, node.child_by_field_name("type")))


def _reference(lw: Lowering, node: Syntax) -> Tree:
    mutable = any(c.type == "mutable_specifier" for c in node.named_children)
    value = node.child_by_field_name("value")
    lent = lw.expr(value)
    if mutable and _original(lw, value):
        lent.pos = value.start_byte
    return Un("&mut" if mutable else "&", lent)


def _let_condition(lw: Lowering, node: Syntax) -> Tree:
    return Bin("is", lw.expr(node.child_by_field_name("value")), _pattern(lw, node.child_by_field_name("pattern")))


def _let_chain(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    out = lw.expr(kids[0])
    for kid in kids[1:]:
        out = Bin("&&", out, lw.expr(kid))
    return out


def _macro(lw: Lowering, node: Syntax) -> Tree:
    """A macro call: its tokens are read as expressions where they are some."""
    title = lw.text(node.child_by_field_name("macro"))
    tokens = next((c for c in node.named_children if c.type == "token_tree"), None)
    if tokens is None:
        return lw.raw_text(node)
    inside = lw.data[tokens.start_byte + 1 : tokens.end_byte - 1]
    if title.rsplit("::", 1)[-1] == "matches":
        comma = next((c for c in tokens.children if c.type == ","), None)
        if comma is not None:
            at = comma.start_byte - tokens.start_byte - 1
            got = _parsed(b"fn x(){match " + inside[:at] + b"{" + inside[at + 1 :].rstrip(b", \n\t") + b"=>1}}")
            if got is not None:
                tree, sub = got
                arm = _first(tree, "match_arm").child_by_field_name("pattern")
                sub_lw = _sub(lw, sub)
                value = sub_lw.expr(_first(tree, "match_expression").child_by_field_name("value"))
                pattern, guard = arm.named_children[0], arm.child_by_field_name("condition")
                out: Tree = Bin("is", value, _pattern(sub_lw, pattern))
                return out if guard is None else Bin("&&", out, sub_lw.expr(guard))
    is_list = title == "vec"
    if not inside.strip():
        return Coll("[", []) if is_list else Call(Name(title + "!"), [])
    got = _parsed(b"fn x(){m" + (b"[" if is_list else b"(") + inside + (b"]}" if is_list else b")}"))
    if is_list:
        got = _parsed(b"fn x(){[" + inside + b"]}")
        if got is not None:
            return _array(_sub(lw, got[1]), _first(got[0], "array_expression"))
    elif got is not None:
        sub_lw = _sub(lw, got[1])
        args: list[Tree] = []
        for child in sub_lw.named(_first(got[0], "arguments")):
            if child.type == "assignment_expression" and child.child_by_field_name("left").type == "identifier":
                left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
                args.append(Arg(sub_lw.text(left), sub_lw.expr(right)))
            else:
                args.append(sub_lw.expr(child))
        return Call(Name(title + "!"), args)
    return Call(Name(title + "!"), [Raw(squeeze(lw.without_comments(tokens))[1:-1])])


def _macro_step(lw: Lowering, node: Syntax) -> list[Tree]:
    """A macro as a statement; one around items or statements in braces is a block."""
    tokens = node.named_children[-1] if node.named_child_count else None
    if (
        tokens is not None
        and tokens.type == "token_tree"
        and lw.data[tokens.start_byte : tokens.start_byte + 1] == b"{"
    ):
        title = lw.text(node.child_by_field_name("macro"))
        got = _parsed(b"fn x()" + lw.data[tokens.start_byte : tokens.end_byte])
        if got is not None and title.rsplit("::", 1)[-1] not in ("vec", "matches", "format"):
            body = _first(got[0], "block")
            steps = _sub(lw, got[1]).sequence(body.named_children)
            if steps:
                return [Block(title + "!", steps)]
    value = _macro(lw, node)
    return [value if isinstance(value, Raw) else Do(value)]


def _parsed(data: bytes) -> tuple[Syntax, bytes] | None:
    tree = parse(data, "rust")
    return None if tree.root_node.has_error else (tree.root_node, data)


def _first(root: Syntax, kind: str) -> Syntax:
    """The outermost node of a kind along first children."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == kind:
            return node
        stack.extend(reversed(node.named_children))
    raise LookupError(kind)


def _sub(lw: Lowering, data: bytes) -> Lowering:
    """A lowering of another text in the same surroundings."""
    sub = Lowering(lw.table, data)
    sub.receiver, sub.depth, sub.state = lw.receiver, lw.depth + 2, lw.state
    return sub


# --- lowering: patterns -----------------------------------------------------------------------------------------


def _pattern(lw: Lowering, node: Syntax) -> Tree:
    kind = node.type
    entry = _PATTERNS.get(kind)
    return entry(lw, node) if entry is not None else lw.expr(node)


def _patterns(lw: Lowering, nodes: list[Syntax]) -> list[Tree]:
    return [
        Name("_") if c.type == "_" else _pattern(lw, c)
        for c in nodes
        if c.type == "_" or (c.is_named and c.type not in LOWER.skip)
    ]


def _tuple_struct_pattern(lw: Lowering, node: Syntax) -> Tree:
    kind = node.child_by_field_name("type")
    return Call(_path(lw, kind), _patterns(lw, [c for c in node.children if c.id != kind.id]))


def _struct_pattern(lw: Lowering, node: Syntax) -> Tree:
    items: list[Tree] = []
    for child in lw.named(node):
        if child.type != "field_pattern":
            continue
        title = child.child_by_field_name("name")
        value = child.child_by_field_name("pattern")
        items.append(Arg(lw.text(title), Name(lw.text(title)) if value is None else _pattern(lw, value)))
    return Build(_path(lw, node.child_by_field_name("type")), items)


def _inner_pattern(lw: Lowering, node: Syntax) -> Tree:
    got = _patterns(lw, node.children)
    return got[-1] if got else lw.raw_text(node)


def _or_pattern(lw: Lowering, node: Syntax) -> Tree:
    items = _alternatives(lw, node)
    out = items[0]
    for item in items[1:]:
        out = Bin("|", out, item)
    return out


def _alternatives(lw: Lowering, node: Syntax) -> list[Tree]:
    if node.type != "or_pattern":
        return [_pattern(lw, node)]
    out: list[Tree] = []
    for child in node.children:
        if child.type == "_":
            out.append(Name("_"))
        elif child.is_named and child.type not in LOWER.skip:
            out.extend(_alternatives(lw, child))
    return out


_PATTERNS = {
    "tuple_struct_pattern": _tuple_struct_pattern,
    "struct_pattern": _struct_pattern,
    "tuple_pattern": lambda lw, node: Coll("(", _patterns(lw, node.children)),
    "slice_pattern": lambda lw, node: Coll("[", _patterns(lw, node.children)),
    "or_pattern": _or_pattern,
    "mut_pattern": lambda lw, node: _inner_pattern(lw, node),
    "ref_pattern": lambda lw, node: _inner_pattern(lw, node),
    "reference_pattern": lambda lw, node: Un("&", _inner_pattern(lw, node)),
    "captured_pattern": lambda lw, node: Bin("@", *_patterns(lw, node.children)[:2]),
    "remaining_field_pattern": lambda lw, node: Range(None, None),
    "range_pattern": _range,
    "mutable_specifier": name,
}


# --- lowering: steps --------------------------------------------------------------------------------------------


def _attributes(lw: Lowering, nodes: list[Syntax]) -> list[str]:
    """The attributes among some nodes that change what is there, as decorators."""
    out: list[str] = []
    for node in nodes:
        if node.type == "attribute_item":
            shown = squeeze(lw.text(node))[2:-1].strip()
            if re.split(r"[\W]", shown, maxsplit=1)[0] not in QUIET_ATTRIBUTES:
                out.append("@" + shown.replace(" = ", "="))
    return out


def _sequence(lw: Lowering, nodes: list[Syntax]) -> list[Tree]:
    """Steps of siblings; attributes belong to what follows them."""
    out: list[Tree] = []
    skip = LOWER.skip
    attributes: list[str] = []
    for node in nodes:
        kind = node.type
        if kind == "attribute_item":
            attributes += _attributes(lw, [node])
            continue
        if kind in skip:
            continue
        steps = lw.step(node)
        if attributes and steps:
            first = steps[0]
            if isinstance(first, (Func, Class)):
                first.decorators = attributes + first.decorators
            else:
                steps = [Block(" ".join(attributes), steps)]
        attributes = []
        out.extend(steps)
    parent = nodes[0].parent if nodes else None
    return own_impls(out) if parent is not None and parent.type in ("source_file", "declaration_list") else out


def _steps_of(lw: Lowering, node: Syntax) -> list[Tree]:
    return _sequence(lw, node.named_children)


def _statement(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    return lw.step(kids[0]) if kids else []


def _if(lw: Lowering, node: Syntax, sink: Sink | None = None) -> list[Tree]:
    arms: list[tuple[Tree, list[Tree]]] = []
    tail: list[Tree] | None = None
    while True:
        body = node.child_by_field_name("consequence")
        steps = lw.steps(body) if sink is None else _block_tail(lw, body, sink)
        arms.append((lw.expr(node.child_by_field_name("condition")), steps))
        other = node.child_by_field_name("alternative")
        if other is None:
            break
        following = lw.named(other)[-1]
        if following.type == "if_expression":
            node = following
            continue
        tail = lw.steps(following) if sink is None else _block_tail(lw, following, sink)
        break
    for condition, body_steps in reversed(arms):
        tail = [If(condition, body_steps, tail)]
    return tail or []


def _match(lw: Lowering, node: Syntax, sink: Sink | None, steps: bool = False) -> Switch | None:
    """A match. With a sink the values of its arms go there; without one it is a value, None where an arm does more
    than give one. `steps`: it is a statement."""
    cases: list[Case] = []
    for arm in lw.named(node.child_by_field_name("body")):
        if arm.type != "match_arm":
            continue
        pattern = arm.child_by_field_name("pattern")
        value = arm.child_by_field_name("value")
        guard_node = pattern.child_by_field_name("condition")
        own = next((c for c in pattern.named_children if guard_node is None or c.id != guard_node.id), None)
        labels = _alternatives(lw, own) if own is not None else []
        attributes = _attributes(lw, arm.named_children)
        if attributes:
            labels[:1] = [Words([*map(Raw, attributes), labels[0] if labels else Name("_")])]
        guard = lw.expr(guard_node) if guard_node is not None else None
        if steps:
            body = lw.steps(value) if value.type not in LOWER.exprs or value.type in LOWER.steps else lw.step(value)
        elif sink is not None:
            body = _block_tail(lw, value, sink)
        else:
            body = _block_tail(lw, value, _kept)
            if len(body) != 1 or not isinstance(body[0], (Do, Return, Jump)):
                return None
        body = [s for s in body if not (isinstance(s, Do) and isinstance(s.value, Coll) and not s.value.items)]
        cases.append(Case(labels, guard, body))
    return Switch(lw.expr(node.child_by_field_name("value")), cases)


def _match_step(lw: Lowering, node: Syntax) -> list[Tree]:
    got = _match(lw, node, None, True)
    return [_single(got)] if got is not None else []


def _single(node: Switch) -> Tree:
    """A match that does something in one arm alone is what `if let` says."""
    if len(node.cases) != 2 or node.subject is None or any(case.guard is not None for case in node.cases):
        return node
    live, other = node.cases if node.cases[0].body else node.cases[::-1]
    if other.body or not live.body or len(live.labels) != 1 or not isinstance(live.labels[0], (Call, Build)):
        return node
    # what comes first may hold a part of the shape
    apart: tuple[type[Tree], ...] = (Name,) if other is node.cases[0] else (Name, Call, Build)
    if not all(isinstance(label, apart) for label in other.labels):
        return node
    return If(Bin("is", node.subject, live.labels[0]), live.body)


def _let(lw: Lowering, node: Syntax) -> list[Tree]:
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    kind = node.child_by_field_name("type")
    other = node.child_by_field_name("alternative")
    if pattern is None or pattern.type == "_" or lw.text(pattern) == "_":
        return lw.step(value) if value is not None else []
    if other is not None:
        return [If(Un("!", Bin("is", lw.expr(value), _pattern(lw, pattern))), lw.steps(other))]
    bound = _pattern(lw, pattern)
    targets = bound.items if isinstance(bound, Coll) and bound.open == "(" and bound.items else [bound]
    if value is None:
        return [Assign(targets, None, "=", _type(lw, kind))] if kind is not None else []
    shown = None
    if kind is not None and (value.type in ("integer_literal", "float_literal") or _chooses(lw, value)):
        shown = _type(lw, kind)
        if (value.type == "integer_literal" and shown == "i32") or (value.type == "float_literal" and shown == "f64"):
            shown = None

    def named(result: Tree) -> list[Tree]:
        return [Assign(targets, result, "=", shown)]

    if value.type in ("match_expression", "block", "unsafe_block"):
        return _tail(lw, value, named) if value.type != "unsafe_block" else named(lw.expr(value))
    if value.type == "if_expression":
        got = _if_value(lw, value)
        return named(got) if isinstance(got, Cond) else _if(lw, value, named)
    result = lw.expr(value)
    original = _original(lw, value)
    if original and (
        any(c.type == "mutable_specifier" for c in node.children)
        or lw.text(pattern) == original
        or _changed_below(lw, node, original)
    ):
        result.pos = value.start_byte
    return named(result)


COPYING = frozenset({"clone", "to_owned", "to_path_buf", "to_os_string"})


def _original(lw: Lowering, value: Syntax) -> str:
    """What a value is a copy of. A copy that is changed, or whose original is, or that takes its name, is not the
    original: its call has a place, by which the rule `rust_noise` knows it."""
    fn = value.child_by_field_name("function") if value.type == "call_expression" else None
    if fn is None or fn.type != "field_expression" or lw.text(fn.child_by_field_name("field")) not in COPYING:
        return ""
    return lw.text(fn.child_by_field_name("value"))


_CHANGES = (
    r"(?:\.\w+)*(?:\s*(?:[-+*/|&^%]|<<|>>)?=(?![=>])|\.(?:push|insert|extend|clear|remove|pop|sort|retain|truncate|append"
    r"|drain|take|replace|swap|set)(?:_\w+)?\()"
)
"""What follows a name that is changed."""


def _changed_below(lw: Lowering, node: Syntax, original: str) -> bool:
    """Whether the steps below in the block change what was copied."""
    if node.parent is None or len(original) > 60 or "\n" in original:
        return False
    below = lw.data[node.end_byte : node.parent.end_byte].decode("utf-8", "replace")
    if original not in below:
        return False
    it = re.escape(original)
    return re.search(rf"(?<![\w.]){it}\b{_CHANGES}|&mut\s+{it}\b", below) is not None


def _chooses(lw: Lowering, value: Syntax) -> bool:
    """Whether a value depends on the type that its variable is declared with."""
    while value.type in ("try_expression", "await_expression", "call_expression", "field_expression"):
        if value.type == "call_expression":
            fn = value.child_by_field_name("function")
            title = fn.child_by_field_name("field") or fn.child_by_field_name("name")
            if fn.type != "generic_function" and title is not None and lw.text(title) in CHOOSING:
                return True
            value = fn
        else:
            value = value.named_children[0]
    return value.type in ("closure_expression", "array_expression") and False


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    op = node.child_by_field_name("operator")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left.type == "_":
        return lw.step(right)
    target = lw.expr(left)
    sign = op.type if op is not None else "="

    def named(result: Tree) -> list[Tree]:
        return [Assign([target], result, sign)]

    if right.type == "match_expression":
        return _tail(lw, right, named)
    if right.type == "if_expression":
        got = _if_value(lw, right)
        return named(got) if isinstance(got, Cond) else _if(lw, right, named)
    return named(lw.expr(right))


def _labelled(lw: Lowering, node: Syntax, loop: Tree) -> list[Tree]:
    label = next((c for c in node.named_children if c.type == "label"), None)
    return [loop] if label is None else [Block(lw.text(label)[1:] + ":", [loop])]


def _for(lw: Lowering, node: Syntax) -> list[Tree]:
    bound = _pattern(lw, node.child_by_field_name("pattern"))
    targets = bound.items if isinstance(bound, Coll) and bound.open == "(" and bound.items else [bound]
    source = lw.expr(node.child_by_field_name("value"))
    return _labelled(lw, node, Each(targets, source, lw.steps(node.child_by_field_name("body"))))


def _while(lw: Lowering, node: Syntax) -> list[Tree]:
    test = node.child_by_field_name("condition")
    body = lw.steps(node.child_by_field_name("body"))
    return _labelled(lw, node, While(lw.expr(test) if test is not None else None, body))


def _return(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    return _tail(lw, kids[0], _returned) if kids else [Return(None)]


def _jump(lw: Lowering, node: Syntax) -> list[Tree]:
    word = "break" if node.type == "break_expression" else "continue"
    label, value = None, None
    for kid in lw.named(node):
        if kid.type == "label":
            label = lw.text(kid)[1:]
        else:
            value = lw.expr(kid)
    if value is not None:
        return [Word("break", ([Name(label)] if label else []) + [value])]
    return [Jump(word, label)]


def _unsafe(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Block("unsafe", lw.steps(node.named_children[-1]))]


def _const(lw: Lowering, node: Syntax) -> list[Tree]:
    title = lw.text(node.child_by_field_name("name"))
    value = node.child_by_field_name("value")
    kind = _type(lw, node.child_by_field_name("type"))
    if lw.state.get("inside") or value is None:
        return [Assign([Name(title)], lw.expr(value) if value is not None else None, "=", kind)]
    return [Const("K", title, lw.expr(value), pos=node.start_byte)]


def _type_item(lw: Lowering, node: Syntax) -> list[Tree]:
    kind = node.child_by_field_name("type")
    title = lw.text(node.child_by_field_name("name")) + _tparams(lw, node)
    if kind is None:
        return [Word("type", [Name(title)])]
    return [Const("T", title, _type_node(lw, kind), pos=node.start_byte)]


def _fields(lw: Lowering, body: Syntax | None) -> list[Tree]:
    """The fields of a struct; those of a tuple struct are called 0, 1, ..."""
    out: list[Tree] = []
    if body is None:
        return out
    if body.type == "ordered_field_declaration_list":
        for kind in body.children_by_field_name("type"):
            out.append(Assign([Name(str(len(out)))], None, "=", _type(lw, kind)))
        return out
    attributes: list[str] = []
    for child in lw.named(body):
        if child.type == "attribute_item":
            shown = squeeze(lw.text(child))[2:-1]
            if re.split(r"[\W]", shown, maxsplit=1)[0] not in QUIET_ATTRIBUTES:
                attributes.append("@" + shown + " ")
        elif child.type == "field_declaration":
            kind_text = _type(lw, child.child_by_field_name("type")) or ""
            title = "".join(attributes) + lw.text(child.child_by_field_name("name"))
            out.append(Assign([Name(title)], None, "=", CODES.get(kind_text, kind_text)))
            attributes = []
    return out


def _struct_item(lw: Lowering, node: Syntax) -> list[Tree]:
    title = lw.text(node.child_by_field_name("name"))
    members = _fields(lw, node.child_by_field_name("body"))
    words = ["union"] if node.type == "union_item" else []
    return [Class("M", title, [], members, modifiers=words, tparams=_tparams(lw, node), pos=node.start_byte)]


def _enum_item(lw: Lowering, node: Syntax) -> list[Tree]:
    members: list[Tree] = []
    attributes: list[str] = []
    for child in lw.named(node.child_by_field_name("body")):
        if child.type == "attribute_item":
            shown = squeeze(lw.text(child))[2:-1]
            if re.split(r"[\W]", shown, maxsplit=1)[0] not in QUIET_ATTRIBUTES:
                attributes.append("@" + shown + " ")
        if child.type != "enum_variant":
            continue
        title: Tree = Name("".join(attributes) + lw.text(child.child_by_field_name("name")))
        attributes = []
        body = child.child_by_field_name("body")
        if body is not None and body.type == "ordered_field_declaration_list":
            title = Call(title, [_type_node(lw, k) for k in body.children_by_field_name("type")])
        elif body is not None:
            fields = [f for f in _fields(lw, body) if isinstance(f, Assign)]
            title = Build(title, [Pair(f.targets[0], Raw(f.type or "")) for f in fields])
        members.append(Assign([title], lw.field(child, "value")))
    title_text = lw.text(node.child_by_field_name("name"))
    return [Class("E", title_text, [], members, tparams=_tparams(lw, node), pos=node.start_byte)]


def _impl(lw: Lowering, node: Syntax) -> list[Tree]:
    trait = _type(lw, node.child_by_field_name("trait"))
    body = node.child_by_field_name("body")
    title = _type(lw, node.child_by_field_name("type")) or ""
    before, lw.state["inside"] = lw.state.get("inside", False), False
    members = _steps_of(lw, body) if body is not None else []
    lw.state["inside"] = before
    return [Class("C", title, [trait] if trait else [], members, modifiers=["impl"], tparams="", pos=node.start_byte)]


def _trait(lw: Lowering, node: Syntax) -> list[Tree]:
    bounds = node.child_by_field_name("bounds")
    bases = [_type(lw, c) or "" for c in lw.named(bounds)] if bounds is not None else []
    bases = [b for b in bases if b]
    members = _steps_of(lw, node.child_by_field_name("body"))
    title = lw.text(node.child_by_field_name("name"))
    return [Class("I", title, bases, members, tparams=_tparams(lw, node), pos=node.start_byte)]


def _module(lw: Lowering, node: Syntax) -> list[Tree]:
    body = node.child_by_field_name("body")
    if body is None:
        return []
    return [Block("mod " + lw.text(node.child_by_field_name("name")), _steps_of(lw, body))]


def _use(lw: Lowering, node: Syntax) -> list[Tree]:
    """What a function imports and its text does not name: a trait, for its methods, and all of a path; another name
    too. What comes from the standard library goes."""
    block = node.parent
    if not lw.state.get("inside") or block is None or block.type != "block":
        return []
    below = lw.data[node.end_byte : block.end_byte].decode("utf-8", "replace")
    paths: list[Tree] = []
    for path in _imported(lw, node.child_by_field_name("argument"), ""):
        head, _, alias = path.partition(" as ")
        title = head.rpartition("::")[2]
        if head.startswith(("std::", "core::", "alloc::")):
            continue
        if alias or title == "*" or not re.search(rf"\b{re.escape(title)}\b", below):
            paths.append(Bin("as", Name(head), Raw(alias)) if alias else Name(head))
    return [Word("use", paths)] if paths else []


def _imported(lw: Lowering, node: Syntax | None, prefix: str) -> list[str]:
    """Each path that an import names, with the name that it is given."""
    if node is None:
        return []
    if node.type in ("scoped_use_list", "use_list"):
        path = node.child_by_field_name("path")
        inside = node.child_by_field_name("list") if node.type == "scoped_use_list" else node
        prefix += lw.text(path) + "::" if path is not None else ""
        return [found for kid in lw.named(inside) for found in _imported(lw, kid, prefix)]
    return [prefix.removesuffix("::") if node.type == "self" else prefix + squeeze(lw.text(node))]


def _foreign(lw: Lowering, node: Syntax) -> list[Tree]:
    body = node.child_by_field_name("body")
    return [Block("extern", _steps_of(lw, body))] if body is not None else []


def _macro_definition(lw: Lowering, node: Syntax) -> list[Tree]:
    return [lw.raw_text(node)]


LOWER = LowerTable(
    receiver="self",
    block_kinds=frozenset({"block", "source_file", "declaration_list"}),
    skip=frozenset({"line_comment", "block_comment", "empty_statement", "inner_attribute_item"}),
    type_codes=CODES,
    sequence=_sequence,
    exprs={
        "identifier": name,
        "self": name,
        "crate": name,
        "super": name,
        "metavariable": name,
        "_": name,
        "field_identifier": name,
        "type_identifier": name,
        "boolean_literal": name,
        "integer_literal": number,
        "float_literal": number,
        "negative_literal": number,
        "string_literal": _string,
        "raw_string_literal": _raw_string,
        "char_literal": _string,
        "scoped_identifier": _path,
        "scoped_type_identifier": _path,
        "generic_type": _path,
        "generic_type_with_turbofish": _path,
        "call_expression": _chain,
        "field_expression": _chain,
        "index_expression": _chain,
        "try_expression": _chain,
        "await_expression": _chain,
        "generic_function": _chain,
        "binary_expression": binary(),
        "unary_expression": unary(),
        "parenthesized_expression": inner,
        "reference_expression": _reference,
        "type_cast_expression": _cast,
        "range_expression": _range,
        "tuple_expression": lambda lw, node: Coll("(", lw.exprs(node.named_children)),
        "unit_expression": lambda lw, node: Coll("(", []),
        "array_expression": _array,
        "struct_expression": _struct,
        "closure_expression": _closure,
        "async_block": _async_block,
        "if_expression": _if_value,
        "match_expression": _match_value,
        "block": _block_value,
        "unsafe_block": _unsafe_value,
        "const_block": lambda lw, node: _block_value(lw, node.named_children[-1]),
        "let_condition": _let_condition,
        "let_chain": _let_chain,
        "macro_invocation": _macro,
        "assignment_expression": _assignment_value,
        **dict.fromkeys(
            (
                "return_expression",
                "break_expression",
                "continue_expression",
                "loop_expression",
                "while_expression",
                "for_expression",
                "compound_assignment_expr",
            ),
            _step_value,
        ),
        **dict.fromkeys(
            (
                "tuple_struct_pattern",
                "struct_pattern",
                "tuple_pattern",
                "slice_pattern",
                "or_pattern",
                "mut_pattern",
                "ref_pattern",
                "reference_pattern",
                "captured_pattern",
                "remaining_field_pattern",
                "range_pattern",
            ),
            _pattern,
        ),
    },
    steps={
        "expression_statement": _statement,
        "macro_invocation": _macro_step,
        "let_declaration": _let,
        "assignment_expression": _assignment,
        "compound_assignment_expr": _assignment,
        "if_expression": _if,
        "match_expression": _match_step,
        "for_expression": _for,
        "while_expression": _while,
        "loop_expression": _while,
        "return_expression": _return,
        "break_expression": _jump,
        "continue_expression": _jump,
        "unsafe_block": _unsafe,
        "const_item": _const,
        "static_item": _const,
        "type_item": _type_item,
        "associated_type": _type_item,
        "function_item": _function,
        "function_signature_item": _function,
        "struct_item": _struct_item,
        "union_item": _struct_item,
        "enum_item": _enum_item,
        "impl_item": _impl,
        "trait_item": _trait,
        "mod_item": _module,
        "foreign_mod_item": _foreign,
        "macro_definition": _macro_definition,
        "use_declaration": _use,
        "extern_crate_declaration": nothing,
        "inner_attribute_item": nothing,
        "attribute_item": nothing,
    },
)

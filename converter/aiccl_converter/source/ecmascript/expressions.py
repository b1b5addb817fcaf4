"""Expressions of JavaScript and TypeScript: entries of lowering tables.

Contract: what only the type checker reads (casts, `!`, type arguments) is left out, and so is `new` before a
capitalised name that cannot be meant as a call. Member and call chains are walked, not recursed into.
"""

from __future__ import annotations

import re

from aiccl_converter.language.tree import (
    Arg,
    Await,
    Bin,
    Call,
    Coll,
    Index,
    Member,
    Name,
    Node,
    Pair,
    Spread,
    Str,
    Un,
    Yield,
)
from aiccl_converter.source.ecmascript.functions import function_unit, method
from aiccl_converter.source.ecmascript.syntax import SEE_THROUGH, sequence_items, uncovered
from aiccl_converter.source.lowering import Lowering, Syntax, last, one_line, template

CHAIN_KINDS = frozenset({"member_expression", "call_expression", "subscript_expression"})
CONVERTERS = frozenset({"String", "Number", "Boolean", "Date", "Object", "Symbol", "BigInt", "Array", "Promise"})
"""Types whose plain call converts: `new` says something before them."""
BLANK_FREE = re.compile(r"^(gql|graphql|css|html|svg|sql|keyframes|createGlobalStyle|injectGlobal|styled\b.*)$", re.I)
"""Tags of templates in whose text a run of blanks is one blank."""


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
    return Coll("(", lw.exprs(sequence_items(lw, node)))


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

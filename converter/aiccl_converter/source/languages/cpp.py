"""C++: C's units, classes, namespaces; members defined outside their class are named after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiccl_converter.language.tree import (
    Assign,
    Await,
    Bin,
    Block,
    Call,
    Class,
    Coll,
    Const,
    Do,
    Each,
    Func,
    Handler,
    Index,
    Member,
    Name,
    Raise,
    Raw,
    Return,
    Spread,
    Str,
    Try,
    Un,
    Yield,
)
from aiccl_converter.language.tree import (
    Node as Tree,
)
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.languages.c import (
    BLOCKS,
    CODES,
    EXPRS,
    STEPS,
    UNITS,
    declared_as,
    note,
    params,
    sequence,
    structure,
    tested,
    type_text,
)
from aiccl_converter.source.lowering import Lowering, LowerTable, Syntax, arrow, nothing, number, one_line, squeeze

if TYPE_CHECKING:
    from tree_sitter import Node


def namespace_name(node: Node) -> NamePath | None:
    """("a", "b") for `namespace a::b`; None for one without a name."""
    name = node.child_by_field_name("name")
    return tuple(text(name).replace(" ", "").split("::")) if name is not None else None


def class_name(node: Node) -> NamePath | None:
    """A class's name without template arguments, after the scopes it is qualified by."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    plain = text(name.child_by_field_name("name") or name) if name.type == "template_type" else text(name)
    return tuple(part.split("<")[0].strip() for part in plain.split("::"))


LANGUAGES = {
    "cpp": Language(
        name="cpp",
        title="C++",
        grammar=("tree_sitter_cpp", "language"),
        extensions=(".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".h"),
        aliases=("c++", "cxx", "cc"),
        units=(
            Unit("namespace", "namespace_definition", namespace_name),
            Unit("class", "class_specifier", class_name, params="base_class_clause", when="name: (_) body: (_)"),
            *UNITS,
        ),
        wrappers=frozenset({"template_declaration"}),
        semicolon_after=True,
        fragments=(("struct X {\n", "\n};"), ("void x() {\n", "\n}")),
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------


def _qualified(lw: Lowering, node: Syntax) -> Tree:
    """A qualified name, without `std::`."""
    shown = lw.text(node)
    if "<" in shown or "\n" in shown or " " in shown:
        shown = squeeze(shown)
    return Name(shown.replace("std::", "").removeprefix("::"))


def _condition(lw: Lowering, node: Syntax) -> Tree:
    before, test = tested(lw, node)
    if before and isinstance(before[-1], Assign) and before[-1].value is not None:
        return Bin("=", before[-1].targets[0], before[-1].value)
    return test


def _new(lw: Lowering, node: Syntax) -> Tree:
    kind = Name(type_text(lw, node.child_by_field_name("type")))
    found, arguments = node.child_by_field_name("declarator"), node.child_by_field_name("arguments")
    if found is not None:
        return Un("new", Index(kind, [lw.expr(c) for c in found.children_by_field_name("length")]))
    return Un("new", Call(kind, lw.exprs(arguments.named_children) if arguments is not None else []))


def _delete(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Do(_deleted(lw, node))]


def _deleted(lw: Lowering, node: Syntax) -> Tree:
    return Un("delete", lw.expr(lw.named(node)[-1]))


def _lambda(lw: Lowering, node: Syntax) -> Tree:
    found = node.child_by_field_name("declarator")
    own = params(lw, found.child_by_field_name("parameters")) if found is not None else []
    return arrow(own, lw.steps(node.child_by_field_name("body")))


def _raw_string(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    body = shown[shown.index("(") + 1 : shown.rindex(")")]
    return Str('"' + one_line(body.replace("\\", "\\\\").replace('"', '\\"')) + '"')


def _each(lw: Lowering, node: Syntax) -> list[Tree]:
    found = node.child_by_field_name("declarator")
    while found.type in ("reference_declarator", "pointer_declarator"):
        found = found.named_children[-1]
    if found.type == "structured_binding_declarator":
        targets: list[Tree] = [Name(lw.text(c)) for c in lw.named(found)]
    else:
        targets = [Name(lw.text(found))]
    note(lw, "declared", *(t.id for t in targets if isinstance(t, Name)))
    first = node.child_by_field_name("initializer")
    before = lw.step(first) if first is not None else []
    body = lw.steps(node.child_by_field_name("body"))
    return [*before, Each(targets, lw.expr(node.child_by_field_name("right")), body)]


def _try(lw: Lowering, node: Syntax) -> list[Tree]:
    handlers: list[Handler] = []
    for child in lw.named(node):
        if child.type != "catch_clause":
            continue
        types: list[Tree] = []
        title = None
        for caught in child.child_by_field_name("parameters").named_children:
            kind = caught.child_by_field_name("type") if caught.type == "parameter_declaration" else None
            if kind is not None:
                types.append(Name(type_text(lw, kind)))
                title = declared_as(lw, "", caught.child_by_field_name("declarator"))[0] or None
        handlers.append(Handler(types, title, lw.steps(child.child_by_field_name("body"))))
    return [Try(lw.steps(node.child_by_field_name("body")), handlers)]


def _initializers(lw: Lowering, node: Syntax) -> list[Tree]:
    """A constructor's initialisers: fields are assigned, a base is called."""
    out: list[Tree] = []
    for child in lw.named(node):
        kids = lw.named(child)
        if child.type != "field_initializer" or len(kids) < 2:
            continue
        title = _qualified(lw, kids[0])
        assert isinstance(title, Name)
        args = lw.exprs(kids[1].named_children)
        plain = kids[0].type == "field_identifier"
        if not plain or (title.id[:1].isupper() and (len(args) != 1 or "_" not in title.id)):
            out.append(Do(Call(title, args)))
        else:
            value = args[0] if len(args) == 1 else Coll("{", args) if not args else Coll("(", args)
            out.append(Assign([Member(None, title.id)], value))
    return out


def _template(lw: Lowering, node: Syntax) -> list[Tree]:
    shown = squeeze(lw.text(node.child_by_field_name("parameters")))
    shown = re.sub(r"\b(?:typename|class)\s*(\.{3})?\s*", r"\1", shown)
    out = [s for c in lw.named(node) if c.type != "template_parameter_list" for s in lw.step(c)]
    for unit in out:
        if isinstance(unit, (Func, Class)):
            unit.tparams = shown
    return out


def _alias(lw: Lowering, node: Syntax) -> list[Tree]:
    shown = Raw(type_text(lw, node.child_by_field_name("type")))
    return [Const("T", lw.text(node.child_by_field_name("name")), shown, pos=node.start_byte)]


def _namespace(lw: Lowering, node: Syntax) -> list[Tree]:
    title = node.child_by_field_name("name")
    steps = lw.steps(node.child_by_field_name("body"))
    return [Block("namespace " + lw.text(title), steps)] if title is not None else steps


def _bare_block(lw: Lowering, node: Syntax) -> list[Tree]:
    """A block of its own ends the life of what is declared in it."""
    steps = sequence(lw, node.named_children)
    return [Block("", steps)] if any(c.type == "declaration" for c in node.named_children) else steps


def _raise(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    return [Raise(lw.expr(kids[0]) if kids else None)]


def _last(lw: Lowering, node: Syntax) -> Tree:
    return lw.expr(lw.named(node)[-1])


LOWER = LowerTable(
    receiver="this",
    block_kinds=BLOCKS,
    skip=frozenset({"comment"}),
    type_codes=CODES,
    sequence=sequence,
    exprs={
        **EXPRS,
        "this": lambda lw, node: Name("this"),
        "auto": lambda lw, node: Name("auto"),
        "namespace_identifier": _qualified,
        "qualified_identifier": _qualified,
        "template_function": _qualified,
        "template_type": _qualified,
        "operator_name": _qualified,
        "destructor_name": _qualified,
        "dependent_name": _qualified,
        "dependent_type": _qualified,
        "user_defined_literal": number,
        "raw_string_literal": _raw_string,
        "condition_clause": _condition,
        "new_expression": _new,
        "lambda_expression": _lambda,
        "co_await_expression": lambda lw, node: Await(_last(lw, node)),
        "parameter_pack_expansion": lambda lw, node: Spread("...", lw.expr(lw.named(node)[0])),
        "argument_list": lambda lw, node: Coll("(", lw.exprs(node.named_children)),
        "delete_expression": _deleted,
        "throw_expression": lambda lw, node: _raise(lw, node)[0],
    },
    steps={
        **STEPS,
        "class_specifier": structure,
        "compound_statement": _bare_block,
        "for_range_loop": _each,
        "try_statement": _try,
        "throw_statement": _raise,
        "delete_expression": _delete,
        "co_return_statement": lambda lw, node: [Return(lw.expr(lw.named(node)[0]) if lw.named(node) else None)],
        "co_yield_statement": lambda lw, node: [Yield(_last(lw, node))],
        "field_initializer_list": _initializers,
        "template_declaration": _template,
        "alias_declaration": _alias,
        "namespace_definition": _namespace,
        "access_specifier": nothing,
        "using_declaration": nothing,
        "namespace_alias_definition": nothing,
        "friend_declaration": nothing,
        "template_instantiation": nothing,
        "static_assert_declaration": nothing,
    },
)

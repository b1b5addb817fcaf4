"""Java."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

from aiccl_converter.language.tree import (
    Assign,
    Bin,
    Block,
    Build,
    Call,
    Case,
    Class,
    Const,
    Do,
    Each,
    Func,
    Handler,
    Index,
    Loop,
    Member,
    Name,
    Node,
    Num,
    Param,
    Raw,
    Str,
    Switch,
    Try,
    Un,
    While,
    With,
    Word,
)
from aiccl_converter.source.language import Language, Unit
from aiccl_converter.source.lowering import (
    Lowering,
    LowerTable,
    Syntax,
    arrow,
    binary,
    branch,
    collection,
    conditional,
    expression_step,
    index,
    inner,
    jump,
    name,
    nothing,
    number,
    one_line,
    raising,
    raw,
    returning,
    squeeze,
    string,
    told_by_name,
    type_text,
    unary,
    update,
    word,
)
from aiccl_converter.source.typed import (
    arms,
    assign_chain,
    declare,
    kept_param,
    kept_return,
    local_type,
    scoped,
    used_tparams,
    wrote,
)

LANGUAGES = {
    "java": Language(
        name="java",
        title="Java",
        grammar=("tree_sitter_java", "language"),
        extensions=(".java",),
        units=(
            Unit("class", "class_declaration", params="superclass"),
            Unit("class", "record_declaration"),
            Unit("interface", "interface_declaration", params="extends_interfaces"),
            Unit("interface", "annotation_type_declaration"),
            Unit("enum", "enum_declaration", params="interfaces"),
            Unit("method", "method_declaration", when="body: (_)"),
            Unit("method", "constructor_declaration"),
            Unit("method", "compact_constructor_declaration"),
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        fragments=(("class X {\n", "\n}"), ("class X { void x() {\n", "\n}}"), ("enum X { A;\n", "\n}")),
        member_first=True,
    ),
}

# --- lowering: names, types, modifiers ----------------------------------------------------------------------------

SILENT = frozenset({"public", "protected", "private", "final", "strictfp"})
"""Modifiers that change neither who is called nor what runs."""

SILENT_ANNOTATIONS = frozenset(
    {
        "SuppressWarnings",
        "Nullable",
        "NonNull",
        "NotNull",
        "Nonnull",
        "CheckForNull",
        "SafeVarargs",
        "Generated",
        "FunctionalInterface",
        "Contract",
        "Deprecated",
        "UiThread",
        "MainThread",
        "WorkerThread",
        "AnyThread",
        "SuppressLint",
        "TargetApi",
        "RequiresApi",
        "VisibleForTesting",
        "Serial",
        "CheckReturnValue",
        "CanIgnoreReturnValue",
        "GuardedBy",
        "ThreadSafe",
        "Immutable",
        "NotThreadSafe",
        "Beta",
        "Internal",
        "StringRes",
        "IdRes",
        "LayoutRes",
        "DrawableRes",
        "ColorInt",
        "ColorRes",
        "Pure",
        "JsonIgnoreType",
        "API",
        "GwtCompatible",
        "GwtIncompatible",
        "J2ktIncompatible",
        "ParametricNullness",
        "SideEffectFree",
    }
)
"""Annotations for compilers, linters and readers of the source alone."""


def _modifiers(lw: Lowering, node: Syntax) -> tuple[list[str], list[str], set[str]]:
    """Decorators, words that matter, and all words of a declaration's modifiers."""
    decorators: list[str] = []
    words: list[str] = []
    seen: set[str] = set()
    first = node.children[0]
    if first.type != "modifiers":
        return decorators, words, seen
    for child in first.children:
        kind = child.type
        if kind in ("marker_annotation", "annotation"):
            label = lw.text(child.child_by_field_name("name")).rsplit(".", 1)[-1]
            if label == "Override":
                words.append("override")
            elif label not in SILENT_ANNOTATIONS:
                decorators.append(squeeze(lw.without_comments(child)))
            else:
                seen.add(label)
        elif not child.is_named:
            seen.add(kind)
            if kind not in SILENT:
                words.append(kind)
    return decorators, words, seen


_BOUND = re.compile(r"\? (?:extends|super) ")


def plain_type(text: str | None) -> str | None:
    """A type without the wildcards that say nothing: `Class<?>` is `Class`; a bound stays, `List<Node>` would be
    another type than `List<? extends Node>`."""
    if text is None or "?" not in text:
        return text
    return text.replace("<?>", "").replace("<?,?>", "")


def _type(lw: Lowering, node: Syntax) -> str | None:
    return plain_type(type_text(lw, node.child_by_field_name("type")))


def _tparams(lw: Lowering, node: Syntax) -> str:
    found = node.child_by_field_name("type_parameters")
    return "" if found is None else squeeze(lw.text(found))


def _plain(lw: Lowering, node: Syntax) -> str:
    """A type's name without its type arguments."""
    if node.type == "generic_type":
        node = node.named_children[0]
    return squeeze(lw.text(node))


# --- lowering: expressions ----------------------------------------------------------------------------------------


def _member(lw: Lowering, node: Syntax) -> Node:
    obj, attr = node.child_by_field_name("object"), lw.text(node.child_by_field_name("field"))
    if obj.type == "this":
        return Member(None, attr)
    return Member(lw.expr(obj), attr)


def _call(lw: Lowering, node: Syntax) -> Node:
    """`a.b(x).c(y)`: a chain leans left and is walked."""
    links: list[Syntax] = []
    while True:
        links.append(node)
        obj = node.child_by_field_name("object")
        if obj is None or obj.type != "method_invocation":
            break
        node = obj
    out: Node | None = None
    for link in reversed(links):
        called = lw.text(link.child_by_field_name("name"))
        arguments = link.child_by_field_name("arguments")
        fn: Node
        if out is not None:
            fn = Member(out, called)
        elif obj is None:
            fn = Name(called)
        elif obj.type == "this":
            fn = Member(None, called)
        else:
            fn = Member(lw.expr(obj), called)
        out = Call(fn, lw.exprs(arguments.named_children))
    assert out is not None
    return out


def _new(lw: Lowering, node: Syntax) -> Node:
    made = Name(_plain(lw, node.child_by_field_name("type")))
    outer = node.children[0]
    target: Node = made if outer.type == "new" else Member(lw.expr(outer), made.id)
    args = lw.exprs(node.child_by_field_name("arguments").named_children)
    body = node.named_children[-1]
    if body.type != "class_body":
        return Call(target, args)
    members = lw.sequence(body.named_children)
    return Build(Call(target, args) if args else target, members)


def _array(lw: Lowering, node: Syntax) -> Node:
    value = node.child_by_field_name("value")
    if value is not None:
        return lw.expr(value)
    out: Node = Name(squeeze(lw.text(node.child_by_field_name("type"))))
    for dims in node.children_by_field_name("dimensions"):
        if dims.type == "dimensions_expr":
            out = Index(out, lw.exprs(dims.named_children[-1:]))
        else:
            out = Raw(_raw_of(out) + squeeze(lw.text(dims)))
    return Un("new", out)


def _raw_of(node: Node) -> str:
    if isinstance(node, Name):
        return node.id
    if isinstance(node, Raw):
        return node.text
    if isinstance(node, Index):
        return f"{_raw_of(node.obj)}[{','.join(_raw_of(a) for a in node.args)}]"
    if isinstance(node, Num):
        return node.text
    return "n"


NUMBERS = frozenset({"byte", "short", "char", "int", "long", "float", "double"})


def _cast(lw: Lowering, node: Syntax) -> Node:
    """A number's cast converts and stays; a downcast stays by its plain name; an unchecked one says nothing."""
    value = node.child_by_field_name("value")
    kind = node.child_by_field_name("type")
    inside = lw.expr(value)
    # Handed to a call, the type of a null chooses which one.
    handed = value.type == "null_literal" and node.parent is not None and node.parent.type == "argument_list"
    if value.type in ("lambda_expression", "null_literal", "method_reference") and not handed:
        return inside
    text = squeeze(lw.text(kind))
    if text in NUMBERS or text == "boolean":
        return Bin("as", inside, Raw(text))
    if kind.type == "generic_type" or len(text.rstrip("[]")) == 1 or text == "Object":
        return inside
    return Bin("as", inside, Raw(text))


def _instanceof(lw: Lowering, node: Syntax) -> Node:
    right = node.child_by_field_name("right") or node.child_by_field_name("pattern")
    text = _plain(lw, right)
    bound = node.child_by_field_name("name")
    if bound is not None:
        text += " " + lw.text(bound)
        declare(lw, lw.text(bound))
    return Bin("instanceof", lw.expr(node.child_by_field_name("left")), Raw(text))


def _class_literal(lw: Lowering, node: Syntax) -> Node:
    """`Foo.class` is the bare `Foo`, which can be no other value; only a member of it keeps it whole."""
    kind = node.named_children[0]
    text = squeeze(lw.text(kind))
    around = node.parent.type if node.parent is not None else ""
    if kind.type in ("type_identifier", "scoped_type_identifier") and around not in (
        "method_invocation",
        "field_access",
    ):
        if len(text) > 1 and not text.rsplit(".", 1)[-1].isupper():
            return Name(text)
    return Member(Name(text), "class")


def _reference(lw: Lowering, node: Syntax) -> Node:
    kids = node.children
    owner = kids[0]
    left: Node = lw.expr(owner) if owner.type not in _TYPES else Name(_plain(lw, owner))
    return Member(left, lw.text(kids[-1]), "::")


_TYPES = frozenset(
    {
        "generic_type",
        "type_identifier",
        "scoped_type_identifier",
        "array_type",
        "integral_type",
        "floating_point_type",
        "boolean_type",
    }
)


def _text_block(text: str) -> str:
    """A text block as one plain string, by the language's own rule of indentation."""
    lines = text[3:-3].split("\n", 1)[-1].split("\n")
    if not lines[-1].strip():
        probe = [line for line in lines if line.strip()] + [lines[-1] + "|"]
        body = textwrap.dedent("\n".join([*lines[:-1], lines[-1] + "|"]))[:-1] if probe else ""
    else:
        body = textwrap.dedent("\n".join(lines))
    body = "\n".join(line.rstrip() for line in body.split("\n"))
    return '"' + body.replace('\\"', '"').replace('"', '\\"').replace("\\\n", "").replace("\n", "\\n") + '"'


def _string(lw: Lowering, node: Syntax) -> Node:
    text = lw.text(node)
    if text.startswith('"""'):
        return Str(_text_block(text.replace("\r\n", "\n")))
    return Str(one_line(text))


def _lambda(lw: Lowering, node: Syntax) -> Node:
    given = node.child_by_field_name("parameters")
    if given.type == "identifier":
        params = [Param(lw.text(given))]
    elif given.type == "inferred_parameters":
        params = [Param(lw.text(c)) for c in lw.named(given)]
    else:
        params = [Param(lw.text(c.child_by_field_name("name") or c.named_children[-1])) for c in lw.named(given)]
    declare(lw, *(p.name for p in params))
    body = node.child_by_field_name("body")
    return arrow(params, lw.steps(body) if body.type == "block" else lw.expr(body))


def _assigned(lw: Lowering, node: Syntax) -> Node:
    op = node.child_by_field_name("operator").type
    left, right = lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right"))
    return Bin(op, wrote(lw, left), right)


def _counted(lw: Lowering, node: Syntax) -> Node:
    """`x++` writes x."""
    value = _UPDATE(lw, node)
    wrote(lw, value.value)  # type: ignore[attr-defined]
    return value


_UPDATE = update()


def _switch(lw: Lowering, node: Syntax) -> Node:
    groups: list[tuple[list[Node], Node | None, bool, list[Node]]] = []
    cases: list[Case] = []
    for group in lw.named(node.child_by_field_name("body")):
        labels: list[Node] = []
        guard: Node | None = None
        default = False
        rest: list[Syntax] = []
        for child in lw.named(group):
            if child.type != "switch_label":
                rest.append(child)
                continue
            inside = lw.named(child)
            default = default or not inside or any(c.type == "default" for c in child.children)
            for one in inside:
                if one.type == "guard":
                    guard = lw.expr(lw.named(one)[-1])
                else:
                    labels.append(Raw(squeeze(lw.text(one))) if "pattern" in one.type else lw.expr(one))
        if group.type == "switch_rule":
            body = lw.step(rest[0]) if rest else []
            cases.append(Case([] if default else labels, guard, _valued(body)))
        else:
            groups.append((labels, guard, default, lw.sequence(rest)))
    subject = lw.expr(node.child_by_field_name("condition"))
    return Switch(subject, cases or arms(groups))


def _valued(steps: list[Node]) -> list[Node]:
    """The last `yield` of an arm is its value."""
    if steps and isinstance(steps[-1], Word) and steps[-1].word == "yield" and len(steps[-1].args) == 1:
        return [*steps[:-1], Do(steps[-1].args[0])]
    return steps


# --- lowering: steps ----------------------------------------------------------------------------------------------


def _locals(lw: Lowering, node: Syntax) -> list[Node]:
    kind = _type(lw, node) or ""
    out: list[Node] = []
    for child in node.children_by_field_name("declarator"):
        value = lw.field(child, "value")
        target = Name(lw.text(child.child_by_field_name("name")))
        declare(lw, target.id)
        kept = local_type(kind, value)
        if value is None and kept is None:
            continue  # assigned before its first use: the compiler sees to that
        out.append(Assign([target], value, "=", kept))
    return out


def _fields(lw: Lowering, node: Syntax) -> list[Node]:
    decorators, words, seen = _modifiers(lw, node)
    kind = _type(lw, node) or ""
    out: list[Node] = []
    constant = ("static" in seen and "final" in seen) or node.type == "constant_declaration"
    for child in node.children_by_field_name("declarator"):
        label = lw.text(child.child_by_field_name("name"))
        value = lw.field(child, "value")
        if label == "serialVersionUID":
            continue
        if constant and value is not None:
            out.append(Const("K", label, value, pos=node.start_byte))
            continue
        shown = kind if value is None or local_type(kind, value) or not isinstance(value, (Num, Str)) else None
        if shown and not decorators and "NotNull" not in seen and value is None and told_by_name(label, shown):
            shown = None
        if isinstance(value, Call) and isinstance(value.fn, Name) and not decorators:
            shown = None
        notes = "".join(decorators) + ("@NotNull" if "NotNull" in seen else "")
        step = Assign([Name(label)], value, "=", ((shown or kind) + notes if notes else shown), pos=node.start_byte)
        held = [w for w in words if w in ("static", "volatile", "transient")]
        out.append(Block(" ".join(held), [step]) if held else step)
    return out


def _expression(lw: Lowering, node: Syntax) -> list[Node]:
    return expression_step(lw, node)


def _assignment(lw: Lowering, node: Syntax) -> list[Node]:
    op = node.child_by_field_name("operator").type
    target = wrote(lw, lw.expr(node.child_by_field_name("left")))
    right = node.child_by_field_name("right")
    if op != "=":
        return [Assign([target], lw.expr(right), op)]
    targets = [target]
    while right.type == "assignment_expression" and right.child_by_field_name("operator").type == "=":
        targets.append(wrote(lw, lw.expr(right.child_by_field_name("left"))))
        right = right.child_by_field_name("right")
    return assign_chain(targets, lw.expr(right))


def _is_true(node: Node | None) -> bool:
    return node is None or (isinstance(node, Name) and node.id == "true")


def _for(lw: Lowering, node: Syntax) -> list[Node]:
    init = [s for c in node.children_by_field_name("init") for s in lw.step(c)]
    test = lw.field(node, "condition")
    step = [s for c in node.children_by_field_name("update") for s in lw.step(c)]
    body = lw.steps(node.child_by_field_name("body"))
    if not init and not step:
        return [While(None if _is_true(test) else test, body)]
    return [Loop(init, test, step, body)]


def _each(lw: Lowering, node: Syntax) -> list[Node]:
    target = Name(lw.text(node.child_by_field_name("name")))
    declare(lw, target.id)
    return [Each([target], lw.expr(node.child_by_field_name("value")), lw.steps(node.child_by_field_name("body")))]


def _while(lw: Lowering, node: Syntax) -> list[Node]:
    test = lw.field(node, "condition")
    post = node.type == "do_statement"
    return [While(None if _is_true(test) else test, lw.steps(node.child_by_field_name("body")), post)]


def _try(lw: Lowering, node: Syntax) -> list[Node]:
    handlers: list[Handler] = []
    final: list[Node] | None = None
    for child in node.named_children:
        if child.type == "catch_clause":
            caught = next(c for c in child.named_children if c.type == "catch_formal_parameter")
            kinds = next(c for c in caught.named_children if c.type == "catch_type")
            declare(lw, lw.text(caught.child_by_field_name("name")))
            handlers.append(
                Handler(
                    [Name(lw.text(c)) for c in lw.named(kinds)],
                    lw.text(caught.child_by_field_name("name")),
                    lw.steps(child.child_by_field_name("body")),
                )
            )
        elif child.type == "finally_clause":
            final = lw.steps(lw.named(child)[-1])
    body = lw.steps(node.child_by_field_name("body"))
    resources = node.child_by_field_name("resources")
    if resources is not None:
        items: list[Node] = []
        for resource in lw.named(resources):
            bound, value = resource.child_by_field_name("name"), resource.child_by_field_name("value")
            if bound is None or value is None:
                items.append(lw.expr(lw.named(resource)[-1]))
            else:
                declare(lw, lw.text(bound))
                items.append(Assign([Name(lw.text(bound))], lw.expr(value)))
        body = [With(items, body)]
        if not handlers and final is None:
            return body
    return [Try(body, handlers, None, final)]


def _locked(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    return [With([Call(Name("synchronized"), [lw.expr(kids[0])])], lw.steps(kids[-1]))]


def _labelled(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    return [Block(lw.text(kids[0]) + ":", lw.step(kids[1]))]


def _super(lw: Lowering, node: Syntax) -> list[Node]:
    called = lw.text(node.child_by_field_name("constructor"))
    args = lw.exprs(node.child_by_field_name("arguments").named_children)
    return [Do(Call(Name(called), args))] if args or called != "super" else []


def _static_block(lw: Lowering, node: Syntax) -> list[Node]:
    return [Block("static", lw.steps(lw.named(node)[-1]))]


# --- lowering: units ----------------------------------------------------------------------------------------------


def _params(lw: Lowering, node: Syntax | None) -> list[Param]:
    out: list[Param] = []
    if node is None:
        return out
    for child in lw.named(node):
        if child.type == "receiver_parameter":
            continue
        star = ""
        held = child.child_by_field_name("name")
        kind = _type(lw, child)
        if child.type == "spread_parameter":
            kids = lw.named(child)
            held = kids[-1].child_by_field_name("name") or kids[-1]
            kind = plain_type(type_text(lw, kids[-2])) if len(kids) > 1 else None
            star = "*"
        label = lw.text(held)
        decorators, _, seen = _modifiers(lw, child)
        notes = "".join(decorators)
        if not notes and not kept_param(label, kind and _BOUND.sub("", kind)):
            kind = None
        mark = "?" if seen & {"Nullable", "CheckForNull"} else ""
        out.append(Param(label, (kind or "") + notes or None, None, star, mark))
    return out


def _func(lw: Lowering, node: Syntax) -> list[Node]:
    return [scoped(lw, lambda: _function(lw, node))]


def _function(lw: Lowering, node: Syntax) -> Func:
    decorators, words, _ = _modifiers(lw, node)
    label = lw.text(node.child_by_field_name("name"))
    body_node = node.child_by_field_name("body")
    body = None if body_node is None else lw.sequence(body_node.named_children)
    kind = "F"
    returns = None
    if node.type == "method_declaration":
        returns = kept_return(label, _type(lw, node), body)
    else:
        kind = "constructor"
    thrown = next((c for c in node.named_children if c.type == "throws"), None)
    if thrown is not None:
        words.append("throws " + ",".join(lw.text(c) for c in lw.named(thrown)))
    func = Func(
        label,
        _params(lw, node.child_by_field_name("parameters")),
        body,
        returns,
        decorators=decorators,
        modifiers=words,
        kind=kind,
        tparams=_tparams(lw, node),
        pos=node.start_byte,
    )
    plain = kind == "F" and " extends " not in func.tparams
    return replace(func, tparams=used_tparams(func.tparams, func)) if plain else func


def _bases(lw: Lowering, node: Syntax) -> list[str]:
    out: list[str] = []
    for child in node.named_children:
        if child.type == "superclass":
            out.append(squeeze(lw.text(lw.named(child)[-1])))
        elif child.type in ("super_interfaces", "extends_interfaces"):
            for listed in lw.named(child):
                out.extend(squeeze(lw.text(c)) for c in lw.named(listed))
    return out


def _class(lw: Lowering, node: Syntax) -> list[Node]:
    decorators, words, _ = _modifiers(lw, node)
    mark = {
        "interface_declaration": "I",
        "enum_declaration": "E",
        "record_declaration": "M",
        "annotation_type_declaration": "I",
    }.get(node.type, "C")
    if node.type == "annotation_type_declaration":
        words.append("annotation")
    members: list[Node] = []
    if mark == "M":
        for param in _params(lw, node.child_by_field_name("parameters")):
            members.append(Assign([Name(param.name)], None, "=", param.type))
    members += lw.sequence(node.child_by_field_name("body").named_children)
    return [
        Class(
            mark,
            lw.text(node.child_by_field_name("name")),
            _bases(lw, node),
            members,
            decorators=decorators,
            modifiers=words,
            tparams=_tparams(lw, node),
            pos=node.start_byte,
        )
    ]


def _enum_constant(lw: Lowering, node: Syntax) -> list[Node]:
    label = Name(lw.text(node.child_by_field_name("name")))
    given = node.child_by_field_name("arguments")
    value: Node = label if given is None else Call(label, lw.exprs(given.named_children))
    body = node.child_by_field_name("body")
    if body is not None:
        value = Build(value, lw.sequence(body.named_children))
    return [Do(value)]


def _instance_block(lw: Lowering, node: Syntax) -> list[Node]:
    return (
        [Block("", lw.sequence(node.named_children))]
        if node.parent.type == "class_body"
        else lw.sequence(node.named_children)
    )


def _block(lw: Lowering, node: Syntax) -> list[Node]:
    """A block among steps: its own scope says nothing that the names do not."""
    return lw.sequence(node.named_children)


def _element(lw: Lowering, node: Syntax) -> list[Node]:
    """`String value() default "x";` of an annotation type."""
    value = lw.field(node, "value")
    return [Assign([Name(lw.text(node.child_by_field_name("name")))], value, "=", _type(lw, node))]


LOWER = LowerTable(
    receiver="this",
    block_kinds=frozenset(
        {
            "block",
            "constructor_body",
            "program",
            "class_body",
            "interface_body",
            "enum_body_declarations",
            "annotation_type_body",
        }
    ),
    skip=frozenset({"line_comment", "block_comment"}),
    type_codes={"String": "s", "int": "i", "boolean": "b", "double": "f"},
    exprs={
        "identifier": name,
        "type_identifier": name,
        "scoped_identifier": name,
        "scoped_type_identifier": name,
        "generic_type": raw,
        "array_type": raw,
        "integral_type": raw,
        "floating_point_type": raw,
        "boolean_type": raw,
        "this": name,
        "super": name,
        "true": name,
        "false": name,
        "null_literal": name,
        "decimal_integer_literal": number,
        "hex_integer_literal": number,
        "octal_integer_literal": number,
        "binary_integer_literal": number,
        "decimal_floating_point_literal": number,
        "hex_floating_point_literal": number,
        "string_literal": _string,
        "character_literal": string,
        "field_access": _member,
        "method_invocation": _call,
        "object_creation_expression": _new,
        "array_creation_expression": _array,
        "array_initializer": collection("["),
        "array_access": index("array", "index"),
        "binary_expression": binary(),
        "unary_expression": unary("operand"),
        "update_expression": _counted,
        "ternary_expression": conditional("condition", "consequence", "alternative"),
        "parenthesized_expression": inner,
        "cast_expression": _cast,
        "instanceof_expression": _instanceof,
        "class_literal": _class_literal,
        "method_reference": _reference,
        "lambda_expression": _lambda,
        "assignment_expression": _assigned,
        "switch_expression": _switch,
    },
    steps={
        "block": _block,
        "expression_statement": _expression,
        "assignment_expression": _assignment,
        "local_variable_declaration": _locals,
        "field_declaration": _fields,
        "constant_declaration": _fields,
        "return_statement": returning,
        "throw_statement": raising,
        "if_statement": branch("condition", "consequence", "alternative"),
        "for_statement": _for,
        "enhanced_for_statement": _each,
        "while_statement": _while,
        "do_statement": _while,
        "try_statement": _try,
        "try_with_resources_statement": _try,
        "switch_expression": lambda lw, node: [_switch(lw, node)],
        "synchronized_statement": _locked,
        "labeled_statement": _labelled,
        "assert_statement": word("assert"),
        "yield_statement": word("yield"),
        "break_statement": jump("break"),
        "continue_statement": jump("continue"),
        "explicit_constructor_invocation": _super,
        "static_initializer": _static_block,
        "method_declaration": _func,
        "constructor_declaration": _func,
        "compact_constructor_declaration": _func,
        "class_declaration": _class,
        "record_declaration": _class,
        "interface_declaration": _class,
        "enum_declaration": _class,
        "annotation_type_declaration": _class,
        "enum_constant": _enum_constant,
        "enum_body_declarations": lambda lw, node: lw.sequence(node.named_children),
        "annotation_type_element_declaration": _element,
        "import_declaration": nothing,
        "package_declaration": nothing,
        ";": nothing,
    },
)

"""Go. A method is named after its receiver's type: `Store.Load`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Bin,
    Block,
    Build,
    Call,
    Case,
    Class,
    Coll,
    Const,
    Do,
    Each,
    Func,
    Go,
    If,
    Index,
    Jump,
    Lambda,
    Loop,
    Member,
    Name,
    Num,
    Pair,
    Param,
    Post,
    Range,
    Raw,
    Return,
    Slice,
    Spread,
    Str,
    Switch,
    Un,
    While,
    Word,
)
from aiccl_converter.language.tree import (
    Node as Tree,
)
from aiccl_converter.source.gather import gathered
from aiccl_converter.source.language import Language, NamePath, Unit, part, text
from aiccl_converter.source.lowering import (
    Lowering,
    LowerTable,
    StepFn,
    Syntax,
    arrow,
    binary,
    inner,
    jump,
    name,
    nothing,
    number,
    one_line,
    squeeze,
    string,
    unary,
)
from aiccl_converter.source.postfix import postfix
from aiccl_converter.source.typing_noise import written

if TYPE_CHECKING:
    from tree_sitter import Node


def method_name(node: Node) -> NamePath | None:
    """("Store", "Load") for `func (s *Store[T]) Load()`."""
    name = node.child_by_field_name("name")
    kind = part(node, "receiver.parameter_declaration.type")
    while kind is not None and kind.type in {"pointer_type", "generic_type", "parenthesized_type"}:
        kind = kind.child_by_field_name("type") or next(iter(kind.named_children), None)
    if name is None:
        return None
    return (text(kind), text(name)) if kind is not None else (text(name),)


LANGUAGES = {
    "go": Language(
        name="go",
        title="Go",
        grammar=("tree_sitter_go", "language"),
        extensions=(".go",),
        aliases=("golang",),
        units=(
            Unit("function", "function_declaration", when="body: (_)"),
            Unit("method", "method_declaration", method_name, when="body: (_)"),
            Unit("struct", "type_spec", body="type", params="type_parameters", when="type: (struct_type)"),
            Unit("interface", "type_spec", body="type", params="type_parameters", when="type: (interface_type)"),
            Unit("type", "type_spec", body="type", params="type_parameters"),
            Unit("type", "type_alias", body="type"),
            Unit(
                "function",
                "var_spec",
                body="value.func_literal.body",
                params="value.func_literal.parameters",
                when="value: (expression_list . (func_literal) .)",
            ),
        ),
        sole_wrappers=frozenset({"type_declaration", "var_declaration"}),
        layout="newline",
        fragments=(("func x() {\n", "\n}"),),
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------

USUAL = {"string": "text", "int": "count", "bool": "flag"}
"""Types that a parameter's name often says."""

CODES = {"string": "s", "int": "i", "bool": "b", "float64": "f", "interface{}": "any"}

PLAIN = frozenset({"string", "int", "bool", "any", "interface{}"})
"""Element types that a literal's elements show."""

LITERALS = frozenset(
    {
        "int_literal",
        "float_literal",
        "interpreted_string_literal",
        "raw_string_literal",
        "rune_literal",
        "true",
        "false",
    }
)


def _type(lw: Lowering, node: Syntax | None) -> str | None:
    """A type on one line; `interface{}` is `any`."""
    if node is None:
        return None
    if node.type == "type_identifier":
        shown = lw.text(node)
    elif node.type == "parameter_list":
        parts: list[str] = []
        for child in lw.named(node):
            kind = _squeezed(lw, child.child_by_field_name("type"))
            names = [lw.text(n) for n in child.children_by_field_name("name")]
            parts.extend([f"{n} {kind}" for n in names] or [kind])
        return "(" + ",".join(parts) + ")"
    else:
        shown = _squeezed(lw, node)
    return CODES.get(shown, shown)


def _squeezed(lw: Lowering, node: Syntax) -> str:
    return squeeze(lw.without_comments(node)).replace("interface{}", "any")


def _name(lw: Lowering, node: Syntax) -> Tree:
    """A name; the receiver where it stands alone is `this`."""
    shown = lw.text(node)
    return Name("this" if shown == lw.receiver else shown)


def _type_node(lw: Lowering, node: Syntax) -> Tree:
    if node.type in ("type_identifier", "qualified_type"):
        return Name(lw.text(node))
    return Raw(squeeze(lw.text(node)).replace("interface{}", "any"))


def _params(lw: Lowering, node: Syntax | None) -> list[Param]:
    out: list[Param] = []
    if node is None:
        return out
    for child in lw.named(node):
        kind = child.child_by_field_name("type")
        star = "..." if child.type == "variadic_parameter_declaration" else ""
        names = child.children_by_field_name("name")
        shown = squeeze(lw.text(kind)).replace("interface{}", "any") if kind is not None else ""
        if not names:
            out.append(Param(CODES.get(shown, shown), star=star))
        for each in names:
            title = lw.text(each)
            if "declared" in lw.state:
                lw.state["declared"].add(title)
            kept = written(title, shown, USUAL)
            out.append(Param(title, CODES.get(kept, kept) if kept else None, star=star))
    return out


def _sequence(lw: Lowering, nodes: list[Syntax]) -> list[Tree]:
    """Steps of siblings. A method that is all there is stands for itself: its type's name says nothing then."""
    shown = [n for n in nodes if n.type not in LOWER.skip]
    out = [step for n in shown for step in lw.step(n)]
    if len(shown) == 1 and len(out) == 1 and isinstance(out[0], Func):
        out[0].receiver = ""
    elif shown and shown[0].parent is not None and shown[0].parent.type == "source_file":
        return gathered(out)
    return out


def _function(lw: Lowering, node: Syntax) -> list[Tree]:
    receiver = node.child_by_field_name("receiver")
    before, owner = lw.receiver, ""
    if receiver is not None:
        own = next((c for c in receiver.named_children if c.type == "parameter_declaration"), None)
        title = own.child_by_field_name("name") if own is not None else None
        lw.receiver = lw.text(title) if title is not None else None
        path = method_name(node)
        owner = path[0] if path is not None and len(path) > 1 else ""
    body = node.child_by_field_name("body")
    tparams = node.child_by_field_name("type_parameters")
    lw.state["declared"], lw.state["assigned"], lw.state["hidden"] = set(), set(), set()
    params = _params(lw, node.child_by_field_name("parameters"))
    results = _list_of(node.child_by_field_name("result"))
    _params(lw, results)
    named = {lw.text(n) for r in lw.named(results) for n in r.children_by_field_name("name")} if results else set()
    own_name = lw.receiver
    steps = _inside(lw, body) if body is not None else None
    foreign = sorted(lw.state["assigned"] - lw.state["declared"] - {"_", own_name})
    if steps and foreign:
        steps = [Word("global", [Name(n) for n in foreign]), *steps]
    unit = Func(
        lw.text(node.child_by_field_name("name")),
        params,
        steps,
        _type(lw, node.child_by_field_name("result")),
        tparams=squeeze(lw.text(tparams)) if tparams is not None else "",
        receiver=owner,
        outer=sorted({*foreign, *named}),
        pos=node.start_byte,
    )
    lw.receiver = before
    return [unit]


def _list_of(result: Syntax | None) -> Syntax | None:
    """A function's results, where they can have names."""
    return result if result is not None and result.type == "parameter_list" else None


def _note(lw: Lowering, kind: str, targets: list[Tree]) -> None:
    """Remember that names are declared or assigned."""
    known = lw.state.get(kind)
    if known is not None:
        known.update(t.id for t in targets if isinstance(t, Name))


def _inside(lw: Lowering, body: Syntax) -> list[Tree]:
    """The steps of a function's body: constants in it are locals."""
    before = lw.state.get("inside", False)
    lw.state["inside"] = True
    steps = lw.steps(body)
    lw.state["inside"] = before
    return steps


def _func_literal(lw: Lowering, node: Syntax) -> Tree:
    return arrow(*_closure(lw, node))


def _closure(lw: Lowering, node: Syntax) -> tuple[list[Param], list[Tree]]:
    """The parameters and steps of a function value. `=` and `:=` are one in a view: what it sets of the function around
    is told where it stands beside a name of its own, and where no declaration of it is shown."""
    before = {key: lw.state.get(key, set()) for key in ("declared", "around", "lent")}
    lw.state["around"] = before["around"] | before["declared"]
    lw.state["declared"], lw.state["lent"] = set(), set()
    params = _params(lw, node.child_by_field_name("parameters"))
    steps = _inside(lw, node.child_by_field_name("body"))
    if lw.state["lent"]:
        steps = [Word("nonlocal", [Name(n) for n in sorted(lw.state["lent"])]), *steps]
    before["declared"] |= lw.state["declared"]
    lw.state.update(before)
    return params, steps


def _lend(lw: Lowering, targets: list[Tree]) -> None:
    """Note what an assignment in a function value sets of the function around it."""
    names = {t.id for t in targets if isinstance(t, Name)} - {"_"}
    outer = (names - lw.state.get("declared", set())) & lw.state.get("around", set())
    if outer:
        lw.state["lent"] |= outer if outer != names else outer & lw.state.get("hidden", set())


def _named_function(lw: Lowering, title: str, node: Syntax) -> Func:
    params, steps = _closure(lw, node)
    return Func(
        title,
        params,
        steps,
        _type(lw, node.child_by_field_name("result")),
        pos=node.start_byte,
    )


def _selected(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    return Member(left, lw.text(node.child_by_field_name("field")))


def _called(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    arguments = lw.named(node.child_by_field_name("arguments"))
    if isinstance(left, Name) and left.id in ("make", "new") and arguments:
        kind, rest = arguments[0], arguments[1:]
        if left.id == "make":
            empty = kind.type == "slice_type" and bool(rest) and lw.text(rest[0]) == "0"
            if empty and lw.text(kind) == "[]byte":
                return Build(Raw("[]byte"), [])  # what is put into it seldom tells bytes from text
            if kind.type == "map_type" or empty:
                return Coll("{" if kind.type == "map_type" else "[", [])
        return Call(left, [_type_node(lw, kind), *(lw.expr(a) for a in rest)])
    args = [lw.expr(a) for a in arguments]
    if arguments and node.child_by_field_name("arguments").children[-2].type == "...":
        args[-1] = Spread("...", args[-1])
    types = node.child_by_field_name("type_arguments")
    assert left is not None
    if types is not None:
        left = Index(left, [Raw(squeeze(lw.text(c))) for c in lw.named(types)])
    return Call(left, args)


def _indexed(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Index(left, [lw.expr(node.child_by_field_name("index"))])


def _sliced(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Index(left, [Slice(lw.field(node, "start"), lw.field(node, "end"), lw.field(node, "capacity"))])


def _asserted(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    return Bin("as", left, _type_node(lw, node.child_by_field_name("type")))


_chain = postfix(
    {
        "selector_expression": ("operand", _selected),
        "call_expression": ("function", _called),
        "index_expression": ("operand", _indexed),
        "slice_expression": ("operand", _sliced),
        "type_assertion_expression": ("operand", _asserted),
    },
    frozenset({"selector_expression"}),
    frozenset({"identifier"}),
)


def _conversion(lw: Lowering, node: Syntax) -> Tree:
    """`[]byte(s)`; what the grammar takes for a generic type is mostly an element that is called: `fs[i](x)`."""
    kind, value = node.child_by_field_name("type"), lw.expr(node.child_by_field_name("operand"))
    if kind.type == "generic_type":
        keys = lw.named(kind.child_by_field_name("type_arguments"))
        of = kind.child_by_field_name("type")
        return Call(Index(lw.expr(of), [lw.expr(k) for k in keys]), [value])
    return Bin("as", value, _type_node(lw, kind))


def _unary(lw: Lowering, node: Syntax) -> Tree:
    if node.children[0].type == "<-":
        return Un("recv", lw.expr(node.child_by_field_name("operand")))
    return _plain_unary(lw, node)


_plain_unary = unary("operand", {"^": "bnot"})


def _list(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    return lw.expr(kids[0]) if len(kids) == 1 else Coll("", [lw.expr(k) for k in kids])


def _raw_string(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    if "\n" not in shown and '"' not in shown and "\\" not in shown:
        return Str('"' + shown[1:-1] + '"')
    if (len(shown) - len(shown[:-1].rstrip("\\"))) % 2 == 0:
        # It ends in a backslash, which a view would take for one before the closing mark.
        inside = shown[1:-1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")
        return Str(f'"{inside}"')
    return Str(one_line(shown))


def _items(lw: Lowering, body: Syntax, fields: bool) -> list[Tree]:
    """The elements of a literal; `fields` where identifiers as keys are field names."""
    out: list[Tree] = []
    for child in lw.named(body):
        if child.type == "keyed_element":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if fields and key.named_child_count == 1 and key.named_children[0].type == "identifier":
                out.append(Arg(lw.text(key), lw.expr(value)))
            else:
                out.append(Pair(lw.expr(key), lw.expr(value)))
        else:
            out.append(lw.expr(child))
    return out


def _composite(lw: Lowering, node: Syntax) -> Tree:
    kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
    if kind.type in ("slice_type", "array_type", "implicit_length_array_type", "map_type"):
        is_map = kind.type == "map_type"
        opening = "{" if is_map else "["
        elements = [c.child_by_field_name("value") or c for c in lw.named(body)]
        kinds = {c.named_children[0].type for c in elements if c.named_child_count}
        element = lw.text(kind.child_by_field_name("value" if is_map else "element"))
        shown = (not (kinds & LITERALS) or element in PLAIN) and (elements or element != "byte")
        keyed = any(c.type == "keyed_element" for c in lw.named(body))
        if shown and "literal_value" not in kinds and (is_map or not keyed) and kind.type != "array_type":
            return Coll(opening, _items(lw, body, False))
        return Build(Raw(squeeze(lw.text(kind)).replace("interface{}", "any")), _items(lw, body, False))
    items = _items(lw, body, True)
    if items and all(isinstance(item, Name) for item in items):
        items[0] = Pair(Num("0"), items[0])  # by position: names alone would be those of the fields
    return Build(_type_node(lw, kind), items)


def _literal_value(lw: Lowering, node: Syntax) -> Tree:
    """A literal whose type stands with the literal around it."""
    items = _items(lw, node, True)
    return Coll("{", [Pair(Name(i.name), i.value) if isinstance(i, Arg) else i for i in items])


def _targets(lw: Lowering, node: Syntax) -> list[Tree]:
    return [lw.expr(c) for c in lw.named(node)]


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    targets = _targets(lw, left)
    op_node = node.child_by_field_name("operator")
    op = op_node.type if op_node is not None else "="
    if node.type == "short_var_declaration":
        _note(lw, "declared", targets)
    else:
        _note(lw, "assigned", targets)
        _lend(lw, targets)
    if len(targets) == 1 and isinstance(targets[0], Name):
        values = lw.named(right)
        if len(values) == 1 and op == "=":
            if values[0].type == "func_literal" and targets[0].id != "_":
                return [_named_function(lw, targets[0].id, values[0])]
            if targets[0].id == "_":
                return [] if values[0].type == "identifier" else [Do(lw.expr(values[0]))]
    return [Assign(targets, lw.expr(right), op)]


def _var(lw: Lowering, node: Syntax) -> list[Tree]:
    out: list[Tree] = []
    for spec in lw.named(node):
        if spec.type == "var_spec_list":
            out.extend(_var(lw, spec))
            continue
        names: list[Tree] = [Name(lw.text(n)) for n in spec.children_by_field_name("name")]
        _note(lw, "declared", names)
        value = spec.child_by_field_name("value")
        if value is None:
            kind = _type(lw, spec.child_by_field_name("type"))
            if kind == "error" and any(_id(n) == "err" for n in names):
                lw.state.setdefault("hidden", set()).add("err")
                names = [n for n in names if _id(n) != "err"]
            out.extend(Assign([n], None, "=", kind) for n in names)
            continue
        values = lw.named(value)
        if len(names) == 1 and len(values) == 1 and values[0].type == "func_literal":
            out.append(_named_function(lw, _id(names[0]), values[0]))
            continue
        kind = _type(lw, spec.child_by_field_name("type"))
        plain = any(v.type in LITERALS for v in values) and kind not in (None, "s", "i", "b")
        if not (len(names) == 1 and _id(names[0]) == "_"):
            out.append(Assign(names, lw.expr(value), "=", kind if plain else None))
    return out


def _id(node: Tree) -> str:
    return node.id if isinstance(node, Name) else ""


def _const(lw: Lowering, node: Syntax) -> list[Tree]:
    specs = [c for c in lw.named(node) if c.type == "const_spec"]
    out: list[Tree] = []
    counted = len(specs) > 1 and _is_iota(lw, specs[0])
    if counted:
        kind = specs[0].child_by_field_name("type")
        members: list[Tree] = []
        for spec in specs:
            value = spec.child_by_field_name("value")
            title = Name(lw.text(spec.child_by_field_name("name")))
            if value is None or _is_iota(lw, spec):
                members.append(Assign([title], None))
            else:
                members.append(Assign([title], lw.expr(value)))
        if all(isinstance(m, Assign) and m.value is None for m in members):
            return [Class("E", lw.text(kind) if kind is not None else "", [], members, pos=node.start_byte)]
    for spec in specs:
        value = spec.child_by_field_name("value")
        names = [lw.text(n) for n in spec.children_by_field_name("name") if n.type == "identifier"]
        kind_text = _type(lw, spec.child_by_field_name("type"))
        values = lw.named(value) if value is not None else []
        for at, word in enumerate(names):
            shown = lw.expr(values[at]) if at < len(values) else None
            if lw.state.get("inside") or shown is None:
                out.append(Assign([Name(word)], shown, "=", kind_text))
            else:
                out.append(Const("K", word, shown, pos=spec.start_byte))
    return out


def _is_iota(lw: Lowering, spec: Syntax) -> bool:
    value = spec.child_by_field_name("value")
    return value is not None and lw.text(value) == "iota"


def _type_spec(lw: Lowering, node: Syntax) -> list[Tree]:
    title, kind = lw.text(node.child_by_field_name("name")), node.child_by_field_name("type")
    tparams_node = node.child_by_field_name("type_parameters")
    tparams = squeeze(lw.text(tparams_node)) if tparams_node is not None else ""
    if kind.type == "struct_type":
        fields = next((c for c in kind.named_children if c.type == "field_declaration_list"), None)
        members = [m for f in (lw.named(fields) if fields is not None else ()) for m in _field(lw, f)]
        return [Class("M", title, [], members, tparams=tparams, pos=node.start_byte)]
    if kind.type == "interface_type":
        bases, members = [], []
        for child in lw.named(kind):
            if child.type == "method_elem":
                members.extend(_function(lw, child))
            else:
                bases.append(squeeze(lw.text(child)))
        return [Class("I", title, bases, members, tparams=tparams, pos=node.start_byte)]
    return [Const("T", title + tparams, Raw(_type(lw, kind) or ""), pos=node.start_byte)]


def _field(lw: Lowering, node: Syntax) -> list[Tree]:
    """The fields of a line of a struct; a tag is the field's value."""
    names = node.children_by_field_name("name")
    kind = _type(lw, node.child_by_field_name("type")) or ""
    tag_node = node.child_by_field_name("tag")
    tag = Str(lw.text(tag_node)) if tag_node is not None else None
    if not names:
        return [Do(Name(kind))]
    return [Assign([Name(lw.text(n))], tag, "=", kind) for n in names]


def _types(lw: Lowering, node: Syntax) -> list[Tree]:
    return [unit for child in lw.named(node) for unit in lw.step(child)]


def _if(lw: Lowering, node: Syntax) -> list[Tree]:
    arms: list[tuple[list[Tree], Tree, list[Tree]]] = []
    tail: list[Tree] | None = None
    while True:
        first = node.child_by_field_name("initializer")
        arms.append(
            (
                lw.step(first) if first is not None else [],
                lw.expr(node.child_by_field_name("condition")),
                lw.steps(node.child_by_field_name("consequence")),
            )
        )
        following = node.child_by_field_name("alternative")
        if following is None:
            break
        if following.type == "if_statement":
            node = following
            continue
        tail = lw.steps(following)
        break
    for before, condition, body in reversed(arms):
        tail = [*before, If(condition, body, tail)]
    return tail or []


def _for(lw: Lowering, node: Syntax) -> list[Tree]:
    body_node = node.child_by_field_name("body")
    head = next((c for c in lw.named(node) if c.id != body_node.id), None)
    if head is None:
        return [While(None, lw.steps(body_node))]
    if head.type == "range_clause":
        left = head.child_by_field_name("left")
        targets: list[Tree] = _targets(lw, left) if left is not None else [Name("_")]
        _note(lw, "declared", targets)
        source = lw.expr(head.child_by_field_name("right"))
        if len(targets) == 2 and _id(targets[0]) == "_":
            targets = targets[1:]
        elif isinstance(source, Num):
            source = Range(Num("0"), source)
        elif len(targets) == 1 and _id(targets[0]) != "_":
            targets = [*targets, Name("_")]
        return [Each(targets, source, lw.steps(body_node))]
    if head.type == "for_clause":
        first, test, step = (head.child_by_field_name(f) for f in ("initializer", "condition", "update"))
        return [
            Loop(
                lw.step(first) if first is not None else [],
                lw.expr(test) if test is not None else None,
                lw.step(step) if step is not None else [],
                lw.steps(body_node),
            )
        ]
    return [While(lw.expr(head), lw.steps(body_node))]


def _cases(lw: Lowering, node: Syntax) -> list[Case]:
    cases: list[Case] = []
    for child in lw.named(node):
        kind = child.type
        if kind == "default_case":
            labels: list[Tree] = []
        elif kind == "expression_case":
            labels = [lw.expr(v) for v in lw.named(child.child_by_field_name("value"))]
        elif kind == "type_case":
            labels = [_type_node(lw, t) for t in child.children_by_field_name("type") if t.is_named]
        elif kind == "communication_case":
            labels = _communication(lw, child.child_by_field_name("communication"))
        else:
            continue
        body = next((c for c in child.named_children if c.type == "statement_list"), None)
        steps = lw.steps(body)
        if steps and isinstance(steps[-1], Jump) and steps[-1].word == "break" and steps[-1].label is None:
            steps = steps[:-1]
        if steps or labels or node.type == "select_statement":
            cases.append(Case(labels, None, steps))
    return cases


def _communication(lw: Lowering, node: Syntax) -> list[Tree]:
    if node.type == "receive_statement":
        left = node.child_by_field_name("left")
        value = lw.expr(node.child_by_field_name("right"))
        return [Bin(":=", lw.expr(left), value) if left is not None else value]
    return lw.step(node)


def _switch(lw: Lowering, node: Syntax) -> list[Tree]:
    first, value = node.child_by_field_name("initializer"), node.child_by_field_name("value")
    before = lw.step(first) if first is not None else []
    subject = lw.expr(value) if value is not None else None
    if node.type == "select_statement":
        subject = Name("select")
    elif node.type == "type_switch_statement":
        assert subject is not None
        subject = Call(Name("type"), [subject])
        alias = node.child_by_field_name("alias")
        if alias is not None:
            subject = Bin(":=", lw.expr(alias), subject)
    return [*before, Switch(subject, _cases(lw, node))]


def _started(word: str) -> StepFn:
    """`go` and `defer`: of a function without parameters the body, else the call."""

    def entry(lw: Lowering, node: Syntax) -> list[Tree]:
        value = lw.expr(lw.named(node)[0])
        if isinstance(value, Call) and isinstance(value.fn, Lambda) and not value.args and not value.fn.params:
            body = value.fn.body
            return [Go(word, body if isinstance(body, list) else [Do(body)])]
        return [Go(word, [Do(value)])]

    return entry


def _labeled(lw: Lowering, node: Syntax) -> list[Tree]:
    label = node.child_by_field_name("label")
    return [Block(lw.text(label) + ":", [s for c in lw.named(node)[1:] for s in lw.step(c)])]


def _sent(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Word("send", [lw.expr(node.child_by_field_name(f)) for f in ("channel", "value")])]


def _return(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    return [Return(lw.expr(kids[0]) if kids else None)]


def _counted(op: str) -> StepFn:
    return lambda lw, node: [Do(Post(lw.expr(lw.named(node)[0]), op))]


def _statement(lw: Lowering, node: Syntax) -> list[Tree]:
    return lw.step(lw.named(node)[0])


LOWER = LowerTable(
    block_kinds=frozenset({"block", "statement_list", "source_file"}),
    skip=frozenset({"comment", "empty_statement"}),
    type_codes=CODES,
    sequence=_sequence,
    exprs={
        "identifier": _name,
        "field_identifier": name,
        "package_identifier": name,
        "blank_identifier": name,
        "label_name": name,
        "true": name,
        "false": name,
        "nil": name,
        "iota": name,
        "int_literal": number,
        "float_literal": number,
        "imaginary_literal": number,
        "rune_literal": string,
        "interpreted_string_literal": string,
        "raw_string_literal": _raw_string,
        "selector_expression": _chain,
        "call_expression": _chain,
        "index_expression": _chain,
        "slice_expression": _chain,
        "type_assertion_expression": _chain,
        "type_conversion_expression": _conversion,
        "binary_expression": binary(ops={"&^": "&^"}),
        "unary_expression": _unary,
        "parenthesized_expression": inner,
        "expression_list": _list,
        "composite_literal": _composite,
        "literal_value": _literal_value,
        "literal_element": inner,
        "func_literal": _func_literal,
        "variadic_argument": lambda lw, node: Spread("...", lw.expr(lw.named(node)[0])),
        "type_identifier": name,
        "qualified_type": name,
        **dict.fromkeys(
            (
                "pointer_type",
                "slice_type",
                "array_type",
                "map_type",
                "channel_type",
                "function_type",
                "generic_type",
                "interface_type",
                "struct_type",
                "parenthesized_type",
                "type_arguments",
                "negated_type",
            ),
            _type_node,
        ),
    },
    steps={
        "function_declaration": _function,
        "method_declaration": _function,
        "type_declaration": _types,
        "type_spec": _type_spec,
        "type_alias": _type_spec,
        "var_declaration": _var,
        "const_declaration": _const,
        "short_var_declaration": _assignment,
        "assignment_statement": _assignment,
        "inc_statement": _counted("++"),
        "dec_statement": _counted("--"),
        "expression_statement": _statement,
        "send_statement": _sent,
        "if_statement": _if,
        "for_statement": _for,
        "expression_switch_statement": _switch,
        "type_switch_statement": _switch,
        "select_statement": _switch,
        "go_statement": _started("go"),
        "defer_statement": _started("defer"),
        "labeled_statement": _labeled,
        "return_statement": _return,
        "break_statement": jump("break"),
        "continue_statement": jump("continue"),
        "goto_statement": jump("goto"),
        "fallthrough_statement": lambda lw, node: [Word("fallthrough", [])],
        "package_clause": nothing,
        "import_declaration": nothing,
    },
)

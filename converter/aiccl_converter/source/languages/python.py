"""Python."""

from __future__ import annotations

import re

from aiccl_converter.language.tree import (
    Assign,
    Bin,
    Call,
    Case,
    Class,
    Coll,
    Comp,
    Cond,
    Const,
    Do,
    Each,
    For,
    Func,
    Handler,
    If,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Pair,
    Param,
    Raise,
    Raw,
    Return,
    Slice,
    Spread,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    Word,
    Words,
    Yield,
)
from aiccl_converter.source.formats import braces, percent
from aiccl_converter.source.language import Language, Unit
from aiccl_converter.source.lowering import (
    ExprFn,
    Lowering,
    LowerTable,
    Syntax,
    awaited,
    binary,
    collection,
    inner,
    jump,
    keyword,
    last,
    name,
    nothing,
    number,
    one_line,
    pair,
    raw,
    squeeze,
    template,
    type_text,
    unary,
    word,
)

LANGUAGES = {
    "python": Language(
        name="python",
        title="Python",
        grammar=("tree_sitter_python", "language"),
        extensions=(".py", ".pyi", ".pyw"),
        filenames=("sconstruct", "sconscript"),
        aliases=("py", "python3"),
        shebangs=("python", "pypy"),
        units=(
            Unit("class", "class_definition", params="superclasses"),
            Unit("function", "function_definition"),
        ),
        wrappers=frozenset({"decorated_definition"}),
        layout="indent",
        docstring=True,
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------


def _attribute(lw: Lowering, node: Syntax) -> Node:
    obj, attr = node.child_by_field_name("object"), lw.text(node.child_by_field_name("attribute"))
    if obj.type == "identifier" and lw.text(obj) == "self":
        return Member(None, attr)
    return Member(lw.expr(obj), attr)


_SUPER = Name("super")
_OWN_SUPER = re.compile(r"\((?:\w+, ?(?:self|cls))?\)").fullmatch
"""`super()` and its long form: the parent's side of the object, written `super`; `super.__init__(x)` is `super(x)`."""


def _call(lw: Lowering, node: Syntax) -> Node:
    arguments = node.child_by_field_name("arguments")
    fn = lw.expr(node.child_by_field_name("function"))
    if isinstance(fn, Name) and fn.id == "super" and _OWN_SUPER(lw.text(arguments)):
        return fn
    if isinstance(fn, Member) and fn.name == "__init__" and fn.obj == _SUPER:
        fn = _SUPER
    if arguments.type == "generator_expression":
        return Call(fn, [_comprehension("(")(lw, arguments)])
    args = lw.exprs(arguments.named_children)
    if isinstance(fn, Member) and fn.name == "format" and isinstance(fn.obj, Str):
        return braces(fn.obj, args, "python") or Call(fn, args)
    return Call(fn, args)


_operators = binary()


def _binary_operator(lw: Lowering, node: Syntax) -> Node:
    """A chain of operators; the format at its head is folded."""
    chain: list[Bin] = []
    top = _operators(lw, node)
    while isinstance(top, Bin):
        if top.op == "%":
            folded = percent(top.left, top.right, "python")
            if folded is not None:
                top = folded
                break
        chain.append(top)
        top = top.left
    for link in reversed(chain):
        top = Bin(link.op, top, link.right) if link.left is not top else link
    return top


_CONVERSIONS = {"r": "repr", "s": "str", "a": "ascii"}


def _string(lw: Lowering, node: Syntax) -> Node:
    kids = node.children
    if len(kids) < 2:
        return Str(one_line(lw.text(node)))
    opening = lw.text(kids[0])
    prefix = opening.rstrip("\"'").lower()
    quotes = opening[len(prefix) :]
    triple = len(quotes) == 3
    quote = quotes[0]
    if "f" in prefix:
        parts: list[str | Node] = []
        start = kids[0].end_byte
        for kid in kids[1:-1]:
            if kid.type != "interpolation":
                continue
            parts.append(lw.data[start : kid.start_byte].decode("utf-8", "replace"))
            start = kid.end_byte
            value = kid.child_by_field_name("expression")
            shown = lw.expr(value) if value is not None else lw.raw_text(kid)
            shows_itself = any(c.type == "=" for c in kid.children)
            if shows_itself:
                parts.append(lw.text(value) + "=")
            for extra in kid.named_children:
                if extra.type == "type_conversion":
                    shown = Call(Name(_CONVERSIONS.get(lw.text(extra)[1:], "str")), [shown])
                elif extra.type == "format_specifier":
                    shown = Pair(shown, Raw(lw.text(extra)[1:]))
            if shows_itself and len(kid.named_children) == 1:
                shown = Call(Name("repr"), [shown])
            parts.append(shown)
        parts.append(lw.data[start : kids[-1].start_byte].decode("utf-8", "replace"))
        return template(lw, [p.replace("{{", "{").replace("}}", "}") if isinstance(p, str) else p for p in parts])
    body = lw.data[kids[0].end_byte : kids[-1].start_byte].decode("utf-8", "replace")
    if "\\\n" in body and "r" not in prefix:
        body = body.replace("\\\n", "")
    if triple:
        if quote in body and "\\" not in body:
            quote = "'" if quote == '"' and "'" not in body else quote
        if quote in body:
            body = body.replace("\\" + quote, quote).replace(quote, "\\" + quote)
    prefix = prefix.replace("u", "")
    return Str(prefix + quote + one_line(body) + quote)


def _strings(lw: Lowering, node: Syntax) -> Node:
    """Strings side by side are one string."""
    parts = [lw.expr(c) for c in lw.named(node)]
    out: list[str | Node] = []
    for part in parts:
        if isinstance(part, Template):
            out.extend(part.parts)
        elif isinstance(part, Str) and part.text[:1] in "\"'":
            text = part.text[1:-1]
            if part.text[0] == "'":
                text = text.replace("\\'", "'").replace('"', '\\"')
            out.append(text)
        else:
            return Words(parts) if not any(isinstance(p, Template) for p in parts) else lw.raw_text(node)
    return template(lw, out)


def _comparison(lw: Lowering, node: Syntax) -> Node:
    kids = [c for c in node.children if c.type != "comment"]
    out = lw.expr(kids[0])
    at = 1
    links: list[Node] = []
    left = out
    while at < len(kids):
        op = lw.text(kids[at])
        at += 1
        while at < len(kids) - 1 and not kids[at].is_named:  # `not in`, `is not` as two tokens
            op += " " + lw.text(kids[at])
            at += 1
        right = lw.expr(kids[at])
        at += 1
        links.append(Bin(" ".join(op.split()), left, right))
        left = right
    out = links[0]
    for link in links[1:]:
        out = Bin("and", out, link)
    return out


def _not(lw: Lowering, node: Syntax) -> Node:
    return Un("not", lw.expr(node.child_by_field_name("argument")))


def _conditional(lw: Lowering, node: Syntax) -> Node:
    then, test, other = lw.named(node)
    return Cond(lw.expr(test), lw.expr(then), lw.expr(other))


def _subscript(lw: Lowering, node: Syntax) -> Node:
    keys = [lw.expr(c) for c in node.children_by_field_name("subscript")]
    return Index(lw.expr(node.child_by_field_name("value")), keys)


def _slice(lw: Lowering, node: Syntax) -> Node:
    parts: list[Node | None] = [None]
    for child in node.children:
        if child.type == ":":
            parts.append(None)
        elif child.type != "comment":
            parts[-1] = lw.expr(child)
    parts += [None] * (3 - len(parts))
    return Slice(parts[0], parts[1], parts[2])


def _comprehension(opening: str) -> ExprFn:
    def entry(lw: Lowering, node: Syntax) -> Node:
        elt = lw.expr(node.child_by_field_name("body"))
        clauses: list[For] = []
        for child in lw.named(node)[1:]:
            if child.type == "for_in_clause":
                is_async = child.children[0].type == "async"
                sources = [lw.expr(c) for c in child.children_by_field_name("right")]
                source = sources[0] if len(sources) == 1 else Coll("", sources)
                clauses.append(For(lw.expr(child.child_by_field_name("left")), source, [], is_async))
            elif child.type == "if_clause" and clauses:
                clauses[-1].conds.append(last(lw, child))
        return Comp(opening, elt, clauses)

    return entry


def _lambda(lw: Lowering, node: Syntax) -> Node:
    params = node.child_by_field_name("parameters")
    return Lambda(_params(lw, params) if params else [], lw.expr(node.child_by_field_name("body")))


def _yielded(lw: Lowering, node: Syntax) -> Node:
    kids = lw.named(node)
    many = any(c.type == "from" for c in node.children)
    return Yield(lw.expr(kids[0]) if kids else None, many)


def _named_expression(lw: Lowering, node: Syntax) -> Node:
    return Bin(":=", lw.expr(node.child_by_field_name("name")), lw.expr(node.child_by_field_name("value")))


def _params(lw: Lowering, node: Syntax, typed: bool = False) -> list[Param]:
    """`typed`: with the types, but for those of plain text and of what another function hands in."""
    out: list[Param] = []
    for child in lw.named(node):
        kind = child.type
        name_node = child.child_by_field_name("name")
        value = child.child_by_field_name("value")
        default = lw.expr(value) if value is not None else None
        star = ""
        if kind == "identifier":
            text = lw.text(child)
        elif kind == "default_parameter" or kind == "typed_default_parameter":
            text = lw.text(name_node)
        elif kind in ("list_splat_pattern", "dictionary_splat_pattern", "typed_parameter"):
            inner_node = child if kind != "typed_parameter" else lw.named(child)[0]
            text = lw.text(inner_node).lstrip("*").strip()
            star = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}.get(inner_node.type, "")
        elif kind == "keyword_separator":
            text, star = "", "*"
        elif kind == "positional_separator":
            text, star = "", "/"
        else:
            text = squeeze(lw.text(child))
        type_ = type_text(lw, child.child_by_field_name("type")) if typed and not _handed_in(default) else None
        out.append(Param(text, None if type_ in _PLAIN_TEXT else type_, default, star))
    return out


def _handed_in(default: Node | None) -> bool:
    return isinstance(default, Call) and default.fn in (Name("Depends"), Name("Security")) and bool(default.args)


_PLAIN_TEXT = frozenset({"s", "str", "Optional[str]", "str|None", "str | None"})
_ENDPOINT = re.compile(
    r"@(?!routes\b)[\w.]+\.(?:get|post|put|delete|patch|head|options|websocket|api_route)"
    r"\(\s*(?:path=)?[rf]?[\"'](?:/|[\"'])"
).match
"""A decorator as FastAPI has them: there the types of parameters say where they come from and what is refused."""


def _function(lw: Lowering, node: Syntax) -> list[Node]:
    return [_func(lw, node, [])]


def _func(lw: Lowering, node: Syntax, decorators: list[str]) -> Func:
    endpoint = any(_ENDPOINT(text) for text in decorators)
    params = _params(lw, node.child_by_field_name("parameters"), endpoint)
    if params and params[0].name == "self" and not _nested(node):
        params = params[1:]
    returned = node.child_by_field_name("return_type")
    body_node = node.child_by_field_name("body")
    statements = lw.named(body_node)
    if statements and statements[0].type == "expression_statement":
        first = lw.named(statements[0])
        if len(first) == 1 and first[0].type in ("string", "concatenated_string"):
            statements = statements[1:]
    body = [step for s in statements for step in lw.step(s)]
    returns = type_text(lw, returned)
    return Func(
        lw.text(node.child_by_field_name("name")),
        params,
        body,
        returns if returns != "None" else None,
        node.children[0].type == "async",
        decorators=decorators,
        pos=node.start_byte,
    )


def _nested(node: Syntax) -> bool:
    """Whether a function stands in another one, where nothing but its parameters tells of a `self`."""
    above = node.parent
    while above is not None and above.type != "class_definition":
        if above.type == "function_definition":
            return True
        above = above.parent
    return False


def _decorated(lw: Lowering, node: Syntax) -> list[Node]:
    decorators = [squeeze(lw.without_comments(c)) for c in node.named_children if c.type == "decorator"]
    inside = node.child_by_field_name("definition")
    if inside.type == "function_definition":
        func = _func(lw, inside, decorators)
        func.decorators = []
        for text in decorators:
            if text == "@staticmethod":
                func.modifiers.append("static")
            elif text == "@classmethod" and func.params and func.params[0].name == "cls":
                continue  # a written `cls` says it
            elif text == "@property" and func.kind == "F":
                func.kind = "get"
            elif text == f"@{func.name}.setter":
                func.kind = "set"
            else:
                func.decorators.append(text)
        return [func]
    unit = _class(lw, inside)[0]
    assert isinstance(unit, Class)
    unit.decorators = decorators
    return [unit]


def _class(lw: Lowering, node: Syntax) -> list[Node]:
    supers = node.child_by_field_name("superclasses")
    bases = [squeeze(lw.text(c)) for c in lw.named(supers)] if supers else []
    statements = lw.named(node.child_by_field_name("body"))
    if statements and _is_doc(lw, statements[0]):
        statements = statements[1:]
    members = [step for s in statements for step in lw.step(s)]
    mark = "E" if any(b.rsplit(".", 1)[-1] in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag") for b in bases) else "C"
    tparams = node.child_by_field_name("type_parameters")
    return [
        Class(
            mark,
            lw.text(node.child_by_field_name("name")),
            bases,
            members,
            tparams=squeeze(lw.text(tparams)) if tparams else "",
            pos=node.start_byte,
        )
    ]


def _is_doc(lw: Lowering, statement: Syntax) -> bool:
    kids = statement.named_children if statement.type == "expression_statement" else []
    return len(kids) == 1 and kids[0].type in ("string", "concatenated_string")


def _expression_statement(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    if len(kids) == 1:
        if kids[0].type in ("string", "concatenated_string", "ellipsis"):
            return []  # a doc string of an attribute, a place holder
        return lw.step(kids[0])
    return [Do(Coll("", lw.exprs(kids)))]


def _assignment(lw: Lowering, node: Syntax) -> list[Node]:
    targets: list[Node] = []
    value: Syntax | None = node
    kind: str | None = None
    while value is not None and value.type == "assignment":
        targets.append(lw.expr(value.child_by_field_name("left")))
        kind = kind or type_text(lw, value.child_by_field_name("type"))
        value = value.child_by_field_name("right")
    got = lw.expr(value) if value is not None else None
    if len(targets) == 1:
        if kind is not None and got is not None and (_told(got) or not _in_class(node)):
            kind = None
        return [Assign([targets[0]], got, "=", kind.replace(" | ", "|") if kind is not None else None)]
    return (
        [Assign([target], got if at == 0 else targets[0]) for at, target in enumerate(targets)]
        if not (isinstance(got, (Name, Num, Str)))
        else [Assign([target], got) for target in targets]
    )


def _told(value: Node) -> bool:
    """Whether a field's default says its type."""
    return not (isinstance(value, Call) or (isinstance(value, Name) and value.id not in ("True", "False")))


def _in_class(node: Syntax) -> bool:
    """A field of a class: its type may be what a framework goes by."""
    block = node.parent.parent if node.parent is not None else None
    return block is not None and block.parent is not None and block.parent.type == "class_definition"


def _augmented(lw: Lowering, node: Syntax) -> list[Node]:
    op = lw.text(node.child_by_field_name("operator"))
    return [Assign([lw.expr(node.child_by_field_name("left"))], lw.expr(node.child_by_field_name("right")), op)]


def _tuple(lw: Lowering, node: Syntax) -> Node:
    return Coll("(", lw.exprs(node.named_children))


def _bare_tuple(lw: Lowering, node: Syntax) -> Node:
    return Coll("", lw.exprs(node.named_children))


def _return(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    return [Return(lw.expr(kids[0]) if kids else None)]


def _raise(lw: Lowering, node: Syntax) -> list[Node]:
    cause = node.child_by_field_name("cause")
    kids = [k for k in lw.named(node) if cause is None or k.id != cause.id]
    return [Raise(lw.expr(kids[0]) if kids else None, lw.expr(cause) if cause is not None else None)]


def _if(lw: Lowering, node: Syntax) -> list[Node]:
    arms = [node, *node.children_by_field_name("alternative")]
    tail: list[Node] | None = None
    for arm in reversed(arms):
        if arm.type == "else_clause":
            tail = lw.steps(arm.child_by_field_name("body"))
        else:
            tail = [
                If(
                    lw.expr(arm.child_by_field_name("condition")),
                    lw.steps(arm.child_by_field_name("consequence")),
                    tail,
                )
            ]
    return tail or []


def _for(lw: Lowering, node: Syntax) -> list[Node]:
    left = lw.expr(node.child_by_field_name("left"))
    targets = left.items if isinstance(left, Coll) and left.open == "" else [left]
    other = node.child_by_field_name("alternative")
    return [
        Each(
            targets,
            lw.expr(node.child_by_field_name("right")),
            lw.steps(node.child_by_field_name("body")),
            node.children[0].type == "async",
            lw.steps(other.child_by_field_name("body")) if other is not None else None,
        )
    ]


def _while(lw: Lowering, node: Syntax) -> list[Node]:
    other = node.child_by_field_name("alternative")
    test = lw.expr(node.child_by_field_name("condition"))
    endless = (isinstance(test, Name) and test.id == "True") or (isinstance(test, Num) and test.text == "1")
    return [
        While(
            None if endless else test,
            lw.steps(node.child_by_field_name("body")),
            False,
            lw.steps(other.child_by_field_name("body")) if other is not None else None,
        )
    ]


def _import(lw: Lowering, node: Syntax) -> list[Node]:
    """An import says nothing at the top of a file; in a function it binds a name that nothing else tells, and in a
    `try` it may fail."""
    parent = node.parent
    while parent is not None and parent.type not in ("function_definition", "class_definition", "try_statement"):
        parent = parent.parent
    if parent is None or parent.type == "class_definition":
        return []
    text = squeeze(lw.without_comments(node))
    word, _, rest = text.partition(" ")
    return [Word(word, [Raw(rest.replace("import(", "import ").replace(",)", "").replace(")", ""))])]


def _try(lw: Lowering, node: Syntax) -> list[Node]:
    handlers: list[Handler] = []
    other = final = None
    for child in lw.named(node):
        if child.type in ("except_clause", "except_group_clause"):
            block = next((c for c in child.named_children if c.type == "block"), None)
            kids = [c for c in lw.named(child) if c.type != "block"]
            types: list[Node] = []
            caught = None
            if kids and kids[0].type == "as_pattern":
                parts = lw.named(kids[0])
                caught = lw.text(parts[-1])
                kids = [parts[0]]
            elif len(kids) == 2:
                caught = lw.text(kids[1])
            if kids:
                value = lw.expr(kids[0])
                types = value.items if isinstance(value, Coll) else [value]
            handlers.append(Handler(types, caught, lw.steps(block)))
        elif child.type == "else_clause":
            other = lw.steps(child.child_by_field_name("body"))
        elif child.type == "finally_clause":
            final = lw.steps(next((c for c in child.named_children if c.type == "block"), None))
    return [Try(lw.steps(node.child_by_field_name("body")), handlers, other, final)]


def _with(lw: Lowering, node: Syntax) -> list[Node]:
    items: list[Node] = []
    for clause in lw.named(node):
        if clause.type != "with_clause":
            continue
        for item in lw.named(clause):
            value = item.child_by_field_name("value") if item.type == "with_item" else item
            if value.type == "as_pattern":
                parts = lw.named(value)
                target = parts[1].named_children[0] if parts[1].type == "as_pattern_target" else parts[1]
                items.append(Assign([lw.expr(target)], lw.expr(parts[0])))
            else:
                items.append(lw.expr(value))
    return [With(items, lw.steps(node.child_by_field_name("body")), node.children[0].type == "async")]


def _match(lw: Lowering, node: Syntax) -> list[Node]:
    cases: list[Case] = []
    block = node.child_by_field_name("body")
    for clause in lw.named(block):
        if clause.type != "case_clause":
            continue
        guard = clause.child_by_field_name("guard")
        labels = [Raw(squeeze(lw.text(c))) for c in clause.named_children if c.type == "case_pattern"]
        default = len(labels) == 1 and labels[0].text == "_" and guard is None
        cases.append(
            Case(
                [] if default else list(labels),
                last(lw, guard) if guard is not None else None,
                lw.steps(clause.child_by_field_name("consequence")),
            )
        )
    subjects = [lw.expr(c) for c in node.children_by_field_name("subject")]
    return [Switch(subjects[0] if len(subjects) == 1 else Coll("", subjects), cases)]


def _splat(lw: Lowering, node: Syntax) -> Node:
    return Spread("**" if node.type.startswith("dictionary") else "*", last(lw, node))


def _type_alias(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    return [Const("T", lw.text(kids[0]), Raw(squeeze(lw.text(kids[-1]))))]


LOWER = LowerTable(
    receiver="self",
    block_kinds=frozenset({"block", "module"}),
    skip=frozenset({"comment", "line_continuation"}),
    exprs={
        "identifier": name,
        "true": name,
        "false": name,
        "none": name,
        "ellipsis": name,
        "integer": number,
        "float": number,
        "string": _string,
        "concatenated_string": _strings,
        "attribute": _attribute,
        "call": _call,
        "subscript": _subscript,
        "slice": _slice,
        "binary_operator": _binary_operator,
        "boolean_operator": binary(),
        "comparison_operator": _comparison,
        "not_operator": _not,
        "unary_operator": unary("argument"),
        "conditional_expression": _conditional,
        "parenthesized_expression": inner,
        "keyword_argument": keyword("name", "value"),
        "list": collection("["),
        "set": collection("{"),
        "dictionary": collection("{"),
        "tuple": _tuple,
        "expression_list": _bare_tuple,
        "pattern_list": _bare_tuple,
        "tuple_pattern": _tuple,
        "list_pattern": collection("["),
        "pair": pair("key", "value"),
        "list_comprehension": _comprehension("["),
        "set_comprehension": _comprehension("{"),
        "dictionary_comprehension": _comprehension("{"),
        "generator_expression": _comprehension("("),
        "lambda": _lambda,
        "await": awaited,
        "yield": _yielded,
        "named_expression": _named_expression,
        "list_splat": _splat,
        "list_splat_pattern": _splat,
        "dictionary_splat": _splat,
        "dictionary_splat_pattern": _splat,
        "parenthesized_list_splat": inner,
        "type": raw,
    },
    steps={
        "expression_statement": _expression_statement,
        "assignment": _assignment,
        "augmented_assignment": _augmented,
        "return_statement": _return,
        "raise_statement": _raise,
        "if_statement": _if,
        "for_statement": _for,
        "while_statement": _while,
        "try_statement": _try,
        "with_statement": _with,
        "match_statement": _match,
        "function_definition": _function,
        "decorated_definition": _decorated,
        "class_definition": _class,
        "break_statement": jump("break"),
        "continue_statement": jump("continue"),
        "pass_statement": nothing,
        "import_statement": _import,
        "import_from_statement": _import,
        "future_import_statement": nothing,
        "global_statement": word("global"),
        "nonlocal_statement": word("nonlocal"),
        "assert_statement": word("assert"),
        "delete_statement": word("del"),
        "type_alias_statement": _type_alias,
        "yield": lambda lw, node: [_yielded(lw, node)],
    },
)

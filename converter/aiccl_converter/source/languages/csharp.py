"""C#. Properties and indexers are units where they hold code; automatic ones belong to their class."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
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
    Comp,
    Const,
    Do,
    Each,
    For,
    Func,
    Handler,
    If,
    Index,
    Loop,
    Member,
    Name,
    Num,
    OrElse,
    Pair,
    Param,
    Post,
    Raise,
    Range,
    Raw,
    Return,
    Spread,
    Str,
    Switch,
    Try,
    Un,
    While,
    With,
    Word,
    Words,
    Yield,
)
from aiccl_converter.language.tree import Node as Tree
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.lowering import (
    ExprFn,
    Lowering,
    LowerTable,
    StepFn,
    Syntax,
    arrow,
    binary,
    branch,
    conditional,
    expression_step,
    jump,
    name,
    nothing,
    number,
    one_line,
    raw,
    squeeze,
    string,
    template,
    told_by_name,
    type_text,
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

if TYPE_CHECKING:
    from tree_sitter import Node


def operator_name(node: Node) -> NamePath | None:
    """("operator +",); for a conversion the type it gives."""
    sign = node.child_by_field_name("operator") or node.child_by_field_name("type")
    return ("operator " + text(sign),) if sign is not None else None


def destructor_name(node: Node) -> NamePath | None:
    """("~A",), apart from the constructor's A."""
    name = node.child_by_field_name("name")
    return ("~" + text(name),) if name is not None else None


def namespace_name(node: Node) -> NamePath | None:
    """("A", "B") for `namespace A.B`."""
    name = node.child_by_field_name("name")
    return tuple(text(name).split(".")) if name is not None else None


WITH_CODE = "accessors: (accessor_list (accessor_declaration body: (_)))"

LANGUAGES = {
    "csharp": Language(
        name="csharp",
        title="C#",
        grammar=("tree_sitter_c_sharp", "language"),
        extensions=(".cs", ".csx"),
        aliases=("c#", "cs", "c_sharp"),
        units=(
            Unit("namespace", "namespace_declaration", namespace_name),
            Unit("class", "class_declaration", params="base_list"),
            Unit("class", "record_declaration", params="parameter_list"),
            Unit("struct", "struct_declaration", params="base_list"),
            Unit("interface", "interface_declaration", params="base_list"),
            Unit("enum", "enum_declaration"),
            Unit("method", "method_declaration", when="body: (_)"),
            Unit("method", "constructor_declaration", when="body: (_)"),
            Unit("method", "destructor_declaration", destructor_name, when="body: (_)"),
            Unit("method", "operator_declaration", operator_name, when="body: (_)"),
            Unit("method", "conversion_operator_declaration", operator_name, when="body: (_)"),
            Unit("function", "local_function_statement", when="body: (_)"),
            Unit("property", "property_declaration", body="accessors", when=WITH_CODE),
            Unit("property", "property_declaration", body="value", when="value: (arrow_expression_clause)"),
            Unit("property", "indexer_declaration", lambda _: ("this",), "accessors", when=WITH_CODE),
        ),
        fragments=(("class X {\n", "\n}"), ("class X { void x() {\n", "\n}}"), ("interface X {\n", "\n}")),
        member_first=True,
    ),
}

# --- lowering: names, types, modifiers ----------------------------------------------------------------------------

KEPT = frozenset(
    {
        "static",
        "abstract",
        "override",
        "virtual",
        "sealed",
        "extern",
        "unsafe",
        "partial",
        "new",
        "volatile",
        "required",
        "ref",
        "const",
    }
)
"""Modifiers that change who is called or what runs."""

SILENT_ATTRIBUTES = frozenset(
    {
        "MethodImpl",
        "DebuggerStepThrough",
        "DebuggerDisplay",
        "DebuggerBrowsable",
        "SuppressMessage",
        "Obsolete",
        "Pure",
        "EditorBrowsable",
        "CLSCompliant",
        "NotNull",
        "CanBeNull",
        "ItemNotNull",
        "UsedImplicitly",
        "PublicAPI",
        "ContractAnnotation",
        "ExcludeFromCodeCoverage",
        "GeneratedCode",
        "CompilerGenerated",
        "DebuggerNonUserCode",
        "NotNullWhen",
        "MaybeNullWhen",
        "MaybeNull",
        "AllowNull",
        "DisallowNull",
        "DoesNotReturn",
        "NotNullIfNotNull",
        "MemberNotNull",
        "UnconditionalSuppressMessage",
        "RequiresUnreferencedCode",
        "RequiresDynamicCode",
        "DynamicallyAccessedMembers",
        "DebuggerHidden",
        "StringSyntax",
        "Description",
        "Browsable",
        "Category",
        "ProducesResponseType",
        "Produces",
        "Consumes",
        "EndpointSummary",
        "EndpointDescription",
        "SwaggerOperation",
    }
)
"""Attributes for compilers, tools and readers of the source alone."""

NUMBERS = frozenset(
    {
        "byte",
        "sbyte",
        "short",
        "ushort",
        "int",
        "uint",
        "long",
        "ulong",
        "float",
        "double",
        "decimal",
        "char",
        "nint",
        "nuint",
        "bool",
    }
)


def _modifiers(lw: Lowering, node: Syntax) -> tuple[list[str], list[str], set[str]]:
    """Decorators, words that matter, and all words of a declaration's modifiers."""
    decorators: list[str] = []
    words: list[str] = []
    seen: set[str] = set()
    for child in node.children:
        kind = child.type
        if kind == "modifier":
            spelled = lw.text(child)
            seen.add(spelled)
            if spelled in KEPT:
                words.append(spelled)
        elif kind == "attribute_list":
            for attribute in child.named_children:
                if attribute.type == "attribute":
                    label = lw.text(attribute.child_by_field_name("name")).rsplit(".", 1)[-1]
                    if label.removesuffix("Attribute") not in SILENT_ATTRIBUTES:
                        decorators.append("@" + squeeze(lw.without_comments(attribute)))
        elif child.is_named and kind != "comment":
            break
    return decorators, words, seen


def _type(lw: Lowering, node: Syntax, field: str = "type") -> str | None:
    found = node.child_by_field_name(field)
    return None if found is None or found.type == "implicit_type" else type_text(lw, found)


def _kids(lw: Lowering, node: Syntax) -> list[Syntax]:
    """Children that say something: the named ones, and `this` and `base`, which the grammar does not name."""
    skip = lw.table.skip
    return [c for c in node.children if (c.is_named or c.type in ("this", "base")) and c.type not in skip]


def _last(lw: Lowering, node: Syntax) -> Tree:
    """A wrapper whose last part is what counts."""
    kids = _kids(lw, node)
    return lw.expr(kids[-1]) if kids else lw.raw_text(node)


def _return(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = _kids(lw, node)
    return [Return(lw.expr(kids[0]) if kids else None)]


def _bare(lw: Lowering, node: Syntax) -> str:
    """A type's name without its type arguments."""
    if node.type == "generic_name":
        node = node.named_children[0]
    return squeeze(lw.text(node))


# --- lowering: expressions ----------------------------------------------------------------------------------------


def _member(lw: Lowering, node: Syntax) -> Tree:
    obj, attr = node.child_by_field_name("expression"), squeeze(lw.text(node.child_by_field_name("name")))
    if obj.type == "this":
        return Member(None, attr)
    return Member(lw.expr(obj), attr)


def _call(lw: Lowering, node: Syntax) -> Tree:
    """`a.B(x).C(y)`: a chain leans left and is walked."""
    links: list[tuple[Syntax, Syntax]] = []
    while True:
        fn = node.child_by_field_name("function")
        links.append((node, fn))
        if fn.type != "member_access_expression":
            break
        inside = fn.child_by_field_name("expression")
        if inside.type != "invocation_expression":
            break
        node = inside
    out: Tree | None = None
    for link, fn in reversed(links):
        target = lw.expr(fn) if out is None else Member(out, squeeze(lw.text(fn.child_by_field_name("name"))))
        out = Call(target, lw.exprs(link.child_by_field_name("arguments").named_children))
    assert out is not None
    return out


def _argument(lw: Lowering, node: Syntax) -> Tree:
    kids = _kids(lw, node)
    value = lw.expr(kids[-1])
    by = node.children[0]
    if by.type in ("out", "ref", "in"):
        return Un(by.type, wrote(lw, value))
    label = node.child_by_field_name("name")
    return Arg(lw.text(label), value) if label is not None else value


def _declared(lw: Lowering, node: Syntax) -> Tree:
    """`var x`, `int x` and `var (a, b)` in the middle of an expression."""
    label = node.child_by_field_name("name")
    if label is None:
        label = _kids(lw, node)[-1]
    if label.type == "parenthesized_variable_designation":
        return _designation(lw, label)
    declare(lw, lw.text(label))
    return Name(lw.text(label))


def _designation(lw: Lowering, node: Syntax) -> Tree:
    items: list[Tree] = []
    for child in _kids(lw, node):
        nested = child.type in ("parenthesized_variable_designation", "tuple_pattern")
        declare(lw, lw.text(child))
        items.append(_designation(lw, child) if nested else Name(lw.text(child)))
    return Coll("(", items)


def _conditional_access(lw: Lowering, node: Syntax) -> Tree:
    """`a?.b`: what follows the `?` is read with `a` at hand."""
    held = lw.state.setdefault("bound", [])
    held.append(lw.expr(node.child_by_field_name("condition")))
    out = lw.expr(_kids(lw, node)[-1])
    held.pop()
    return out


def _binding(lw: Lowering, node: Syntax) -> Tree:
    held = lw.state.get("bound") or [Name("it")]
    return Member(held[-1], squeeze(lw.text(node.child_by_field_name("name"))), "?.")


def _element_binding(lw: Lowering, node: Syntax) -> Tree:
    """`a?[0]`, and `["k"] = v` in an initialiser."""
    keys = lw.exprs(node.named_children)
    held = lw.state.get("bound")
    if not held:
        return Coll("[", keys)
    return Index(held[-1], keys)


def _new(lw: Lowering, node: Syntax) -> Tree:
    kind = node.child_by_field_name("type")
    made = Name(_bare(lw, kind)) if kind is not None else Name("new")
    given = node.child_by_field_name("arguments")
    if given is None:
        given = next((c for c in node.named_children if c.type == "argument_list"), None)
    args = lw.exprs(given.named_children) if given is not None else []
    init = node.child_by_field_name("initializer")
    if init is None:
        init = next((c for c in node.named_children if c.type == "initializer_expression"), None)
    if init is None:
        return Un("new", Call(made, args)) if _METHOD.match(made.id) else Call(made, args)
    items = _initial(lw, init)
    if items and all(isinstance(i, Arg) for i in items):
        return Build(Call(made, args) if args else made, items)
    if not args and made.id in _COLLECTIONS:
        return Coll(_COLLECTIONS[made.id], items)
    opening = "{" if any(isinstance(i, Pair) for i in items) else "["
    return Call(made, [*args, Coll(opening, items)])


_METHOD = re.compile(
    r"(?:Add|Aggregate|Apply|Build|Cast|Catch|Check|Clear|Clone|Close|Combine|Compare|Concat|Convert|Copy|Count|Create|"
    r"Defer|Delay|Delete|Distinct|Do|Execute|Filter|Finally|Find|First|Generate|Get|Group|Handle|Invoke|Join|Last|Load|"
    r"Make|Map|Merge|Move|Open|Order|Parse|Print|Process|Publish|Read|Register|Remove|Repeat|Reset|Resolve|Retry|"
    r"Return|Run|Sample|Scan|Select|Send|Set|Show|Skip|Sort|Split|Start|Stop|Subscribe|Switch|Take|Throttle|Throw|To|Try|"
    r"Union|Update|Validate|Wait|When|Where|With|Write|Zip)(?![a-z])"
    r"(?!\w*(?:Exception|Observable|Observer|Collection|Dictionary|EventArgs|Handler|Converter)\Z)"
)
"""Types whose names read like a method's: without `new` they would be called."""

_COLLECTIONS = {"List": "[", "Collection": "[", "HashSet": "{", "Dictionary": "{", "SortedDictionary": "{"}


def _initial(lw: Lowering, node: Syntax) -> list[Tree]:
    """What stands between the braces of an initialiser: fields, pairs or values."""
    items: list[Tree] = []
    for child in _kids(lw, node):
        if child.type == "assignment_expression":
            left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
            value = _initializer(lw, right) if right.type == "initializer_expression" else lw.expr(right)
            if left.type in ("element_binding_expression", "bracketed_argument_list"):
                keys = lw.exprs(left.named_children)
                items.append(Pair(keys[0] if len(keys) == 1 else Coll("(", keys), value))
            else:
                items.append(Arg(lw.text(left), value))
        elif child.type == "initializer_expression":
            parts = lw.exprs(child.named_children)
            items.append(Pair(parts[0], parts[1]) if len(parts) == 2 else Coll("(", parts))
        else:
            items.append(lw.expr(child))
    return items


def _initializer(lw: Lowering, node: Syntax) -> Tree:
    items = _initial(lw, node)
    fields = any(isinstance(i, (Arg, Pair)) for i in items)
    return Coll("{" if fields else "[", [Pair(Name(i.name), i.value) if isinstance(i, Arg) else i for i in items])


def _array(lw: Lowering, node: Syntax) -> Tree:
    init = next((c for c in node.named_children if c.type == "initializer_expression"), None)
    if init is not None:
        return Coll("[", lw.exprs(init.named_children))
    kind = node.child_by_field_name("type")
    element, rank = kind.child_by_field_name("type"), kind.child_by_field_name("rank")
    if element is None or rank is None:
        return Un("new", lw.raw_text(kind))
    out: Tree = Name(squeeze(lw.text(element)))
    if element.type == "array_type":  # new int[n][]: the rank with the size is the inner one
        sized = element.child_by_field_name("rank")
        held = Raw(squeeze(lw.text(element.child_by_field_name("type"))))
        return Un("new", Index(held, lw.exprs(sized.named_children)))
    return Un("new", Index(out, lw.exprs(rank.named_children)))


def _anonymous(lw: Lowering, node: Syntax) -> Tree:
    """`new { A = 1, x.B }`."""
    items: list[Tree] = []
    kids = [c for c in node.children if c.type not in ("new", "{", "}", "comment")]
    at = 0
    while at < len(kids):
        if kids[at].type == ",":
            at += 1
        elif at + 2 < len(kids) and kids[at + 1].type == "=":
            items.append(Pair(Name(lw.text(kids[at])), lw.expr(kids[at + 2])))
            at += 3
        else:
            items.append(lw.expr(kids[at]))
            at += 1
    return Coll("{", items)


def _with_values(lw: Lowering, node: Syntax) -> Tree:
    """`r with { A = 1 }`."""
    fields: list[Tree] = []
    kids = _kids(lw, node)
    for part in kids[1:]:
        label, value = part.named_children[0], part.named_children[-1]
        fields.append(Pair(Name(lw.text(label)), lw.expr(value)))
    return Bin("with", lw.expr(kids[0]), Coll("{", fields))


def _cast(lw: Lowering, node: Syntax) -> Tree:
    """A number's cast converts and stays; a downcast stays by its name; a cast to a type variable says nothing."""
    inside = lw.expr(node.child_by_field_name("value"))
    kind = squeeze(lw.text(node.child_by_field_name("type")))
    if (isinstance(inside, Name) and inside.id == "null") or kind == "object":
        return inside
    if kind in NUMBERS or kind.rstrip("?") in NUMBERS:
        return Bin("as", inside, Raw(kind)) if not (isinstance(inside, Name) and inside.id == "null") else inside
    if len(kind) == 1 or (kind[:1] == "T" and kind[1:2].isupper()):
        return inside
    return Bin("as", inside, Raw(kind))


def _is(lw: Lowering, node: Syntax) -> Tree:
    left = node.child_by_field_name("expression") or node.child_by_field_name("left")
    right = node.child_by_field_name("pattern") or node.child_by_field_name("right")
    value, pattern = lw.expr(left), _pattern(lw, right)
    return _regrouped(value, pattern) or Bin("is", value, pattern)


def _regrouped(value: Tree, pattern: Tree) -> Tree | None:
    """`x is A && b`, whose right side the grammar takes for one pattern."""
    if isinstance(pattern, Bin) and pattern.op in ("&&", "||", "==", "!="):
        return Bin(pattern.op, _regrouped(value, pattern.left) or Bin("is", value, pattern.left), pattern.right)
    return None


def _as(lw: Lowering, node: Syntax) -> Tree:
    """`x as T` gives null where the cast fails, unlike `(T)x`."""
    return Bin("as?", lw.expr(node.child_by_field_name("left")), raw(lw, node.child_by_field_name("right")))


def _pattern(lw: Lowering, node: Syntax) -> Tree:
    """A constant as an expression, `not x` as an operator, all others as they are spelled."""
    kind = node.type
    if kind in ("constant_pattern", "parenthesized_pattern"):
        inside = _kids(lw, node)
        return _pattern(lw, inside[-1]) if kind[0] == "p" else lw.expr(inside[-1])
    if kind == "negated_pattern":
        return Un("not", _pattern(lw, _kids(lw, node)[-1]))
    if kind in ("or_pattern", "and_pattern"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        return Bin(kind.split("_")[0], _pattern(lw, left), _pattern(lw, right))
    if kind in ("identifier", "member_access_expression"):
        return lw.expr(node)
    bound = node.child_by_field_name("name")
    if bound is not None:
        declare(lw, lw.text(bound))
    elif "pattern" in kind:
        declare(lw, *re.findall(r"[a-z_]\w*", lw.text(node)))
    return Raw(squeeze(lw.without_comments(node)))


def _labels(lw: Lowering, node: Syntax) -> list[Tree]:
    """`1 or 2` are two labels of one arm."""
    if node.type == "or_pattern":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        return [*_labels(lw, left), *_labels(lw, right)]
    return [_pattern(lw, node)]


def _switch_expression(lw: Lowering, node: Syntax) -> Tree:
    cases: list[Case] = []
    kids = _kids(lw, node)
    for arm in kids[1:]:
        if arm.type != "switch_expression_arm":
            continue
        parts = _kids(lw, arm)
        guard = lw.expr(_kids(lw, parts[1])[-1]) if parts[1].type == "when_clause" else None
        default = parts[0].type == "discard" and guard is None
        cases.append(Case([] if default else _labels(lw, parts[0]), guard, lw.step(parts[-1])))
    return Switch(lw.expr(kids[0]), cases)


def _binary(lw: Lowering, node: Syntax) -> Tree:
    """As everywhere, but `x ?? throw e` is a guard."""
    right = node.child_by_field_name("right")
    if right is not None and right.type == "throw_expression":
        return OrElse(lw.expr(node.child_by_field_name("left")), Raise(_last(lw, right)))
    return _PLAIN_BINARY(lw, node)


_PLAIN_BINARY = binary()


def _prefix(lw: Lowering, node: Syntax) -> Tree:
    op = node.children[0].type
    value = lw.expr(_kids(lw, node)[-1])
    if op == "-" and isinstance(value, Num):
        return Num("-" + value.text)
    return Un({"~": "bnot", "^": "from end"}.get(op, op), wrote(lw, value) if op in ("++", "--") else value)


def _postfix(lw: Lowering, node: Syntax) -> Tree:
    """`x++`; the `!` that only quiets the compiler goes."""
    op = node.children[-1].type
    value = lw.expr(_kids(lw, node)[0])
    return value if op == "!" else Post(wrote(lw, value), op)


def _range(lw: Lowering, node: Syntax) -> Tree:
    ends: list[Tree | None] = [None, None]
    at = 0
    for child in node.children:
        if child.type == "..":
            at = 1
        elif child.is_named:
            ends[at] = lw.expr(child)
    return Range(ends[0], ends[1])


def _interpolated(lw: Lowering, node: Syntax) -> Tree:
    opening = "".join(lw.text(c) for c in node.children[:2] if c.type in ("interpolation_start", "interpolation_quote"))
    verbatim = "@" in opening or lw.text(node)[:2] in ("@$", "$@")
    parts: list[str | Tree] = []
    for child in node.children:
        if child.type == "interpolation":
            kids = [c for c in _kids(lw, child) if c.type != "interpolation_brace"]
            shown = lw.expr(kids[0])
            if len(kids) > 1:
                shown = Pair(shown, Raw("".join(lw.text(c) for c in kids[1:]).lstrip(":")))
            parts.append(shown)
        elif child.type in ("string_content", "escape_sequence"):
            plain = lw.text(child)
            if verbatim:
                plain = plain.replace("\\", "\\\\").replace('""', '\\"')
            parts.append(plain if '"""' in opening else plain.replace("{{", "{").replace("}}", "}"))
    return template(lw, parts)


def _verbatim(lw: Lowering, node: Syntax) -> Tree:
    """`@"a\b"` as a plain string."""
    body = lw.text(node)[2:-1].replace("\\", "\\\\").replace('""', '\\"')
    return Str(one_line('"' + body + '"'))


def _raw_string(lw: Lowering, node: Syntax) -> Tree:
    content = next((c for c in node.named_children if c.type == "raw_string_content"), None)
    body = lw.text(content).replace("\r\n", "\n") if content is not None else ""
    if "\n" in body:
        lines = body.split("\n")
        pad = len(lines[-1])
        body = "\n".join(line[pad:] for line in lines[1:-1])
    return Str('"' + body.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"')


def _lambda(lw: Lowering, node: Syntax) -> Tree:
    given = node.child_by_field_name("parameters")
    params: list[Param] = []
    if given is not None:
        params = (
            [Param(lw.text(given))]
            if given.type == "implicit_parameter"
            else [Param(p.name, None, p.default, p.star) for p in _params(lw, given)]
        )
    body = node.child_by_field_name("body") or _kids(lw, node)[-1]
    is_async = any(c.type == "async" or (c.type == "modifier" and lw.text(c) == "async") for c in node.children)
    if body.type == "block":
        return arrow(params, lw.steps(body), is_async)
    return arrow(params, _value_or_steps(lw, body), is_async)


def _value_or_steps(lw: Lowering, node: Syntax) -> Tree | list[Tree]:
    """A lambda's body that assigns is a step, all others are values."""
    return lw.step(node) if node.type == "assignment_expression" else lw.expr(node)


def _assigned(lw: Lowering, node: Syntax) -> Tree:
    op = node.child_by_field_name("operator").type
    left, right = lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right"))
    return Bin(op, wrote(lw, left), right)


def _query(lw: Lowering, node: Syntax) -> Tree:
    """A query of from, where and select is a comprehension; a richer one keeps its words."""
    clauses: list[For] = []
    words: list[Tree] = []
    elt: Tree | None = None
    plain = True
    for part in _kids(lw, node):
        kids = _kids(lw, part)
        kind = part.type
        if kind == "from_clause":
            target, source = Name(lw.text(part.child_by_field_name("name"))), lw.expr(kids[-1])
            declare(lw, target.id)
            clauses.append(For(target, source, []))
            words += [Name("from"), Bin("in", target, source)]
        elif kind == "where_clause":
            test = lw.expr(kids[-1])
            if clauses:
                clauses[-1].conds.append(test)
            words += [Name("where"), test]
        elif kind == "select_clause":
            elt = lw.expr(kids[-1])
            words += [Name("select"), elt]
        else:
            plain = False
            for child in part.children:
                words.append(lw.expr(child) if child.is_named else Name(child.type))
    return Comp("[", elt, clauses) if plain and elt is not None and clauses else Words(words)


def _word_call(word: str) -> ExprFn:
    """`typeof(T)`, `sizeof(T)`, `default(T)`."""

    def entry(lw: Lowering, node: Syntax) -> Tree:
        kids = _kids(lw, node)
        return Call(Name(word), [raw(lw, kids[-1])]) if kids else Name(word)

    return entry


_TYPE = re.compile(r"[\w.]*[A-Z]\w*[a-z]\w*\Z")


def _typeof(lw: Lowering, node: Syntax) -> Tree:
    """`typeof(Foo)` is the bare `Foo`, which can be no other value; only a member of it keeps it whole."""
    kind = squeeze(lw.text(_kids(lw, node)[-1]))
    around = node.parent.type if node.parent is not None else ""
    if _TYPE.match(kind) and around != "member_access_expression":
        return Name(kind)
    return Call(Name("typeof"), [Raw(kind)])


def _thrown(lw: Lowering, node: Syntax) -> Tree:
    kids = _kids(lw, node)
    return Raise(lw.expr(kids[0]) if kids else None)


def _tuple(lw: Lowering, node: Syntax) -> Tree:
    return Coll("(", lw.exprs(node.named_children))


# --- lowering: steps ----------------------------------------------------------------------------------------------


def _declarators(lw: Lowering, node: Syntax) -> list[tuple[Tree, Tree | None]]:
    out: list[tuple[Tree, Tree | None]] = []
    for child in node.named_children:
        if child.type != "variable_declarator":
            continue
        label = child.child_by_field_name("name")
        kids = _kids(lw, child)
        target = Name(lw.text(label)) if label is not None else _designation(lw, kids[0])
        if isinstance(target, Name):
            declare(lw, target.id)
        value = kids[-1] if len(kids) > 1 and any(c.type == "=" for c in child.children) else None
        if value is None:
            out.append((target, None))
        elif value.type == "initializer_expression":
            out.append((target, _initializer(lw, value)))
        else:
            out.append((target, lw.expr(value)))
    return out


def _variables(lw: Lowering, node: Syntax) -> list[Tree]:
    kind = _type(lw, node) or ""
    out: list[Tree] = []
    for target, value in _declarators(lw, node):
        if value is None:
            kept = local_type(kind, value)
            if kept is None:
                continue  # assigned before its first use: the compiler sees to that
        if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id == "new" and kind:
            value = Call(Name(kind.split("<")[0]), value.args)
        if isinstance(value, Name) and value.id == "default" and kind in NUMBERS:
            value = Num("0")
        out.append(Assign([target], value, "=", local_type(kind, value)))
    return out


def _locals(lw: Lowering, node: Syntax) -> list[Tree]:
    return _variables(lw, next(c for c in node.named_children if c.type == "variable_declaration"))


def _sequence(lw: Lowering, nodes: list[Syntax]) -> list[Tree]:
    """Siblings; what follows a `using var x = ..;` is that resource's extent."""
    out: list[Tree] = []
    skip = lw.table.skip
    for at, child in enumerate(nodes):
        kind = child.type
        if kind in skip:
            continue
        if kind == "local_declaration_statement" and any(c.type == "using" for c in child.children[:2]):
            is_async = child.children[0].type == "await"
            out.append(With(_locals(lw, child), _sequence(lw, nodes[at + 1 :]), is_async))
            return out
        out.extend(lw.step(child))
    return out


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    op = node.child_by_field_name("operator").type
    target = wrote(lw, lw.expr(node.child_by_field_name("left")))
    right = node.child_by_field_name("right")
    if op != "=":
        return [Assign([target], lw.expr(right), op)]
    if isinstance(target, Name) and target.id == "_":
        return lw.step(right)
    targets = [target]
    while right.type == "assignment_expression" and right.child_by_field_name("operator").type == "=":
        targets.append(wrote(lw, lw.expr(right.child_by_field_name("left"))))
        right = right.child_by_field_name("right")
    return assign_chain(targets, lw.expr(right))


def _throw(lw: Lowering, node: Syntax) -> list[Tree]:
    return [_thrown(lw, node)]


def _is_true(node: Tree | None) -> bool:
    return node is None or (isinstance(node, Name) and node.id == "true")


def _for(lw: Lowering, node: Syntax) -> list[Tree]:
    init = [s for c in node.children_by_field_name("initializer") for s in lw.step(c)]
    test = lw.field(node, "condition")
    step = [s for c in node.children_by_field_name("update") for s in lw.step(c)]
    body = lw.steps(node.child_by_field_name("body"))
    if not init and not step:
        return [While(None if _is_true(test) else test, body)]
    return [Loop(init, test, step, body)]


def _each(lw: Lowering, node: Syntax) -> list[Tree]:
    left = node.child_by_field_name("left")
    target: Tree = Name(lw.text(left)) if left.type == "identifier" else _designation(lw, left)
    targets = target.items if isinstance(target, Coll) else [target]
    declare(lw, lw.text(left))
    body = lw.steps(node.child_by_field_name("body"))
    return [Each(targets, lw.expr(node.child_by_field_name("right")), body, node.children[0].type == "await")]


def _while(lw: Lowering, node: Syntax) -> list[Tree]:
    test = lw.field(node, "condition")
    post = node.type == "do_statement"
    return [While(None if _is_true(test) else test, lw.steps(node.child_by_field_name("body")), post)]


def _try(lw: Lowering, node: Syntax) -> list[Tree]:
    handlers: list[Handler] = []
    final: list[Tree] | None = None
    for child in node.named_children:
        if child.type == "finally_clause":
            final = lw.steps(_kids(lw, child)[-1])
        if child.type != "catch_clause":
            continue
        types: list[Tree] = []
        caught = None
        body = lw.steps(child.child_by_field_name("body"))
        for part in child.named_children:
            if part.type == "catch_declaration":
                types = [Name(squeeze(lw.text(part.child_by_field_name("type"))))]
                label = part.child_by_field_name("name")
                caught = lw.text(label) if label is not None else None
                declare(lw, caught or "")
            elif part.type == "catch_filter_clause":
                body = [If(Un("!", lw.expr(_kids(lw, part)[-1])), [Raise(None)]), *body]
        handlers.append(Handler(types, caught, body))
    return [Try(lw.steps(node.child_by_field_name("body")), handlers, None, final)]


def _using(lw: Lowering, node: Syntax) -> list[Tree]:
    items: list[Tree] = []
    body = node.child_by_field_name("body")
    for child in _kids(lw, node):
        if child.id == body.id:
            continue
        if child.type == "variable_declaration":
            items.extend(_variables(lw, child))
        else:
            items.append(lw.expr(child))
    return [With(items, lw.steps(body), node.children[0].type == "await")]


def _lock(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = _kids(lw, node)
    return [With([Call(Name("lock"), [lw.expr(kids[0])])], lw.steps(kids[-1]))]


def _fixed(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = _kids(lw, node)
    items = _variables(lw, kids[0]) if kids[0].type == "variable_declaration" else [lw.expr(kids[0])]
    return [With(items, lw.steps(kids[-1]))]


def _worded_block(word: str) -> StepFn:
    """`checked { .. }`, `unsafe { .. }`."""
    return lambda lw, node: [Block(word, lw.steps(_kids(lw, node)[-1]))]


def _yield(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = _kids(lw, node)
    return [Yield(lw.expr(kids[0]))] if kids else [Return(None)]


def _goto(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Word("goto", [Raw(squeeze(lw.text(node))[5:].rstrip(";").strip())])]


def _labelled(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = _kids(lw, node)
    return [Block(lw.text(kids[0]) + ":", [s for k in kids[1:] for s in lw.step(k)])]


def _switch(lw: Lowering, node: Syntax) -> list[Tree]:
    groups: list[tuple[list[Tree], Tree | None, bool, list[Tree]]] = []
    for section in _kids(lw, node.child_by_field_name("body")):
        labels: list[Tree] = []
        guard: Tree | None = None
        default = False
        at = 0
        kids = section.children
        for at, child in enumerate(kids):
            if child.type == ":" and not (at + 1 < len(kids) and kids[at + 1].type in ("case", "default")):
                break
            if child.type == "default":
                default = True
            elif child.type == "when_clause":
                guard = lw.expr(_kids(lw, child)[-1])
            elif child.is_named and child.type != "comment":
                labels.extend(_labels(lw, child))
        groups.append((labels, guard, default, lw.sequence([c for c in kids[at + 1 :] if c.is_named])))
    value = node.child_by_field_name("value")
    return [Switch(lw.expr(value if value is not None else _kids(lw, node)[0]), arms(groups))]


def _preproc_if(lw: Lowering, node: Syntax) -> list[Tree]:
    """`#if X`: both ways stay."""
    test = node.child_by_field_name("condition")
    other = node.child_by_field_name("alternative")
    inside = [c for c in node.named_children if c.id != (test.id if test else 0) and c.id != (other.id if other else 0)]
    head = "#" + {"preproc_elif": "elif", "preproc_else": "else"}.get(node.type, "if")
    if test is not None:
        head += " " + squeeze(lw.text(test))
    rest = _preproc_if(lw, other) if other is not None else []
    return [Block(head, lw.sequence(inside)), *rest]


# --- lowering: units ----------------------------------------------------------------------------------------------


def _params(lw: Lowering, node: Syntax | None) -> list[Param]:
    out: list[Param] = []
    if node is None:
        return out
    star = ""
    for child in node.children:
        if child.type == "params":
            star = "*"
        elif child.type == "identifier" and star:
            kind = type_text(lw, node.child_by_field_name("type"))
            out.append(Param(lw.text(child), kind, None, star))
        if child.type != "parameter":
            continue
        label = lw.text(child.child_by_field_name("name"))
        kind = _type(lw, child)
        decorators, _, seen = _modifiers(lw, child)
        by = next((w for w in ("this", "ref", "out", "in") if w in seen), "")
        notes = "".join(decorators)
        if not notes:
            kind = kept_param(label, kind)
        if by and by != "in":
            kind = f"{by} {kind or ''}".strip()
        value = None
        for at, part in enumerate(child.children):
            if part.type == "=" and at + 1 < len(child.children):
                value = lw.expr(child.children[at + 1])
        out.append(Param(label, (kind or "") + notes or None, value, "*" if "params" in seen else ""))
    return out


def _body(lw: Lowering, node: Syntax, value: bool) -> list[Tree] | None:
    """The steps of a block or of `=> expr`; `value` says whether the expression is returned."""
    body = node.child_by_field_name("body")
    if body is None:
        body = next((c for c in node.named_children if c.type in ("block", "arrow_expression_clause")), None)
    if body is None:
        return None
    if body.type != "arrow_expression_clause":
        return lw.steps(body)
    return _arrow_body(lw, body, value)


def _arrow_body(lw: Lowering, node: Syntax, value: bool) -> list[Tree]:
    inside = _kids(lw, node)[-1]
    if not value or inside.type == "throw_expression":
        return lw.step(inside)
    return [Return(lw.expr(inside))]


def _task(kind: str | None, is_async: bool) -> str | None:
    """What an async method's task holds."""
    if kind is None or not is_async:
        return kind
    for outer in ("Task", "ValueTask"):
        if kind == outer:
            return None
        if kind.startswith(outer + "<") and kind.endswith(">"):
            held = kind[len(outer) + 1 : -1]
            return _CODES.get(held, held)
    return kind


_CODES = {"string": "s", "int": "i", "bool": "b", "double": "f", "String": "s"}


def _tparams(lw: Lowering, node: Syntax) -> str:
    found = node.child_by_field_name("type_parameters")
    if found is None:
        found = next((c for c in node.named_children if c.type == "type_parameter_list"), None)
    return squeeze(lw.text(found)) if found is not None else ""


def _open_tparams(lw: Lowering, node: Syntax, func: Func) -> str:
    """A method's type parameters, where a caller must write one, since it is in no parameter's type, or the view shows
    one."""
    shown = _tparams(lw, node)
    if not shown:
        return ""
    given = node.child_by_field_name("parameters")
    held = set(re.findall(r"\w+", lw.text(given))) if given is not None else set()
    names = re.findall(r"\w+", shown)
    if all(n in held and (n == "T" or re.match(r"T[A-Z]", n) or len(n) < 3) for n in names):
        return used_tparams(shown, func)
    return shown


def _func(lw: Lowering, node: Syntax) -> list[Tree]:
    return [scoped(lw, lambda: _method(lw, node))]


def _method(lw: Lowering, node: Syntax) -> Func:
    decorators, words, seen = _modifiers(lw, node)
    is_async = "async" in seen
    kind = _type(lw, node, "returns") or _type(lw, node)
    unspoken = kind in (None, "void") or (is_async and kind in ("Task", "ValueTask"))
    body = _body(lw, node, not unspoken)
    label = node.child_by_field_name("name")
    spelled = lw.text(label) if label is not None else "operator"
    if node.type == "operator_declaration":
        spelled = "operator " + lw.text(node.child_by_field_name("operator"))
    elif node.type == "conversion_operator_declaration":
        spelled = "operator " + (_type(lw, node) or "")
    owner = next((c for c in node.named_children if c.type == "explicit_interface_specifier"), None)
    if owner is not None:
        words.append("for " + squeeze(lw.text(owner)).rstrip("."))
    returns = kept_return(spelled, _task(kind, is_async), body)
    func = Func(
        spelled,
        _params(lw, node.child_by_field_name("parameters")),
        body,
        returns,
        is_async,
        decorators=decorators,
        modifiers=words,
        pos=node.start_byte,
    )
    return replace(func, tparams=_open_tparams(lw, node, func))


def _constructor(lw: Lowering, node: Syntax) -> list[Tree]:
    return [scoped(lw, lambda: _made(lw, node))]


def _made(lw: Lowering, node: Syntax) -> Func:
    decorators, words, _ = _modifiers(lw, node)
    body = _body(lw, node, False) or []
    first = next((c for c in node.named_children if c.type == "constructor_initializer"), None)
    if first is not None:
        word = next((c.type for c in first.children if c.type in ("base", "this")), "base")
        given = next(c for c in first.named_children if c.type == "argument_list")
        args = lw.exprs(given.named_children)
        if args or word == "this":
            body = [Do(Call(Name(word), args)), *body]
    spelled = lw.text(node.child_by_field_name("name"))
    kind = "constructor" if node.type == "constructor_declaration" else "destructor"
    params = _params(lw, node.child_by_field_name("parameters"))
    return Func(spelled, params, body, decorators=decorators, modifiers=words, kind=kind, pos=node.start_byte)


def _property(lw: Lowering, node: Syntax) -> list[Tree]:
    """An automatic property is a field; one with code is a get and a set."""
    decorators, words, _ = _modifiers(lw, node)
    label = node.child_by_field_name("name")
    spelled = lw.text(label) if label is not None else "this"
    kind = _type(lw, node)
    given = node.child_by_field_name("parameters")
    params = _params(lw, given) if given is not None else []
    value = node.child_by_field_name("value")
    if value is not None and value.type == "arrow_expression_clause":
        inside = value

        def single() -> Func:
            body = _arrow_body(lw, inside, True)
            returns = kept_return(spelled, kind, body)
            return Func(spelled, params, body, returns, False, None, decorators, words, "get", pos=node.start_byte)

        return [scoped(lw, single)]
    accessors = node.child_by_field_name("accessors")
    out: list[Tree] = []
    for accessor in accessors.named_children if accessors is not None else ():
        if accessor.type != "accessor_declaration" or accessor.child_by_field_name("body") is None:
            continue
        pos = accessor.start_byte if out else node.start_byte
        notes_of = [] if out else decorators
        out.append(scoped(lw, partial(_accessor, lw, accessor, spelled, kind, params, notes_of, words, pos)))
    if out:
        return out
    first = lw.expr(value) if value is not None else None
    if isinstance(first, Name) and first.id in ("default", "null"):
        first = None
    notes = "".join(decorators)
    shown = kind if notes or first is None or not _tells(first) else None
    if shown and not notes and told_by_name(spelled[:1].lower() + spelled[1:], shown):
        shown = None
    step = Assign([Name(spelled)], first, "=", (shown or "") + notes or None, pos=node.start_byte)
    held = [w for w in words if w in ("static", "abstract")]
    return [Block(" ".join(held), [step]) if held else step]


def _accessor(
    lw: Lowering,
    node: Syntax,
    label: str,
    kind: str | None,
    params: list[Param],
    decorators: list[str],
    words: list[str],
    pos: int,
) -> Func:
    what = lw.text(node.child_by_field_name("name"))
    body = _body(lw, node, what == "get")
    taken = params if what == "get" else [*params, Param("value")]
    returns = kept_return(label, kind, body) if what == "get" else None
    mark = "set" if what == "init" else what
    return Func(label, taken, body, returns, False, None, decorators, words, mark, pos=pos)


def _tells(value: Tree) -> bool:
    return isinstance(value, Str) or (isinstance(value, Call) and isinstance(value.fn, Name))


def _fields(lw: Lowering, node: Syntax) -> list[Tree]:
    decorators, words, seen = _modifiers(lw, node)
    declaration = next(c for c in node.named_children if c.type == "variable_declaration")
    kind = _type(lw, declaration)
    if node.type == "event_field_declaration":
        kind = f"event {kind}"
    out: list[Tree] = []
    notes = "".join(decorators)
    for target, value in _declarators(lw, declaration):
        spelled = target.id if isinstance(target, Name) else ""
        if ("const" in seen or {"static", "readonly"} <= seen) and value is not None:
            out.append(Const("K", spelled, value, pos=node.start_byte))
            continue
        if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id == "new" and kind:
            value = Call(Name(kind.split("<")[0]), value.args)
        shown = kind if value is None or not _tells(value) else None
        if shown and not notes and told_by_name(spelled.lstrip("_"), shown):
            shown = None
        step = Assign([target], value, "=", (shown or "") + notes or None, pos=node.start_byte)
        held = [w for w in words if w in ("static", "volatile")]
        out.append(Block(" ".join(held), [step]) if held else step)
    return out


def _class(lw: Lowering, node: Syntax) -> list[Tree]:
    decorators, words, _ = _modifiers(lw, node)
    words = [w for w in words if w != "partial"]
    mark = {"interface_declaration": "I", "enum_declaration": "E", "record_declaration": "M"}.get(node.type, "C")
    if node.type == "struct_declaration":
        words.append("struct")
    listed = next((c for c in node.named_children if c.type == "base_list"), None)
    bases = [squeeze(lw.text(c)) for c in _kids(lw, listed)] if listed is not None else []
    given = next((c for c in node.named_children if c.type == "parameter_list"), None)
    params = _params(lw, given) if given is not None else None
    members: list[Tree] = []
    if mark == "M" and params is not None:
        members = [Assign([Name(p.name)], p.default, "=", p.type) for p in params]
        params = None
    body = node.child_by_field_name("body")
    if body is not None:
        members += lw.sequence(body.named_children)
    limits = [squeeze(lw.text(c)) for c in node.named_children if c.type == "type_parameter_constraints_clause"]
    tparams = _tparams(lw, node)
    if limits and tparams:
        tparams = tparams[:-1] + " " + " ".join(limits) + ">"
    label = lw.text(node.child_by_field_name("name"))
    return [Class(mark, label, bases, members, None, decorators, words, params, tparams, pos=node.start_byte)]


def _enum_member(lw: Lowering, node: Syntax) -> list[Tree]:
    label, value = Name(lw.text(node.child_by_field_name("name"))), lw.field(node, "value")
    return [Assign([label], value)] if value is not None else [Do(label)]


def _namespace(lw: Lowering, node: Syntax) -> list[Tree]:
    body = node.child_by_field_name("body")
    return lw.sequence(body.named_children) if body is not None else []


def _delegate(lw: Lowering, node: Syntax) -> list[Tree]:
    given = squeeze(lw.text(node.child_by_field_name("parameters")))
    kind = _type(lw, node, "returns") or _type(lw, node)
    shown = given if kind in (None, "void") else f"{given}->{kind}"
    return [Const("T", lw.text(node.child_by_field_name("name")), Raw(shown), pos=node.start_byte)]


LOWER = LowerTable(
    receiver="this",
    block_kinds=frozenset({"block", "compilation_unit", "declaration_list", "enum_member_declaration_list"}),
    skip=frozenset(
        {
            "comment",
            "preproc_region",
            "preproc_endregion",
            "preproc_pragma",
            "preproc_nullable",
            "preproc_line",
            "preproc_warning",
            "preproc_error",
            "shebang_directive",
            "preproc_define",
            "preproc_undef",
        }
    ),
    type_codes=_CODES,
    sequence=_sequence,
    exprs={
        "identifier": name,
        "generic_name": lambda lw, node: Name(squeeze(lw.text(node))),
        "qualified_name": name,
        "alias_qualified_name": name,
        "predefined_type": name,
        "nullable_type": raw,
        "array_type": raw,
        "pointer_type": raw,
        "tuple_type": raw,
        "implicit_type": raw,
        "this": name,
        "base": name,
        "discard": name,
        "boolean_literal": name,
        "null_literal": name,
        "integer_literal": number,
        "real_literal": number,
        "string_literal": string,
        "character_literal": string,
        "verbatim_string_literal": _verbatim,
        "raw_string_literal": _raw_string,
        "interpolated_string_expression": _interpolated,
        "member_access_expression": _member,
        "invocation_expression": _call,
        "argument": _argument,
        "declaration_expression": _declared,
        "conditional_access_expression": _conditional_access,
        "member_binding_expression": _binding,
        "element_binding_expression": _element_binding,
        "element_access_expression": lambda lw, node: Index(
            lw.expr(node.child_by_field_name("expression")),
            lw.exprs(node.child_by_field_name("subscript").named_children),
        ),
        "object_creation_expression": _new,
        "implicit_object_creation_expression": _new,
        "anonymous_object_creation_expression": _anonymous,
        "array_creation_expression": _array,
        "implicit_array_creation_expression": _array,
        "stackalloc_expression": _array,
        "initializer_expression": _initializer,
        "collection_expression": lambda lw, node: Coll("[", lw.exprs(node.named_children)),
        "collection_element": _last,
        "expression_element": _last,
        "spread_element": lambda lw, node: Spread("..", _last(lw, node)),
        "binary_expression": _binary,
        "unary_expression": _prefix,
        "prefix_unary_expression": _prefix,
        "postfix_unary_expression": _postfix,
        "range_expression": _range,
        "conditional_expression": conditional("condition", "consequence", "alternative"),
        "parenthesized_expression": _last,
        "checked_expression": _last,
        "ref_expression": lambda lw, node: Un("ref", _last(lw, node)),
        "cast_expression": _cast,
        "as_expression": _as,
        "is_expression": _is,
        "is_pattern_expression": _is,
        "switch_expression": _switch_expression,
        "throw_expression": _thrown,
        "lambda_expression": _lambda,
        "anonymous_method_expression": _lambda,
        "await_expression": lambda lw, node: Await(_last(lw, node)),
        "assignment_expression": _assigned,
        "query_expression": _query,
        "with_expression": _with_values,
        "tuple_expression": _tuple,
        "typeof_expression": _typeof,
        "sizeof_expression": _word_call("sizeof"),
        "default_expression": _word_call("default"),
    },
    steps={
        "expression_statement": expression_step,
        "global_statement": expression_step,
        "assignment_expression": _assignment,
        "local_declaration_statement": _locals,
        "variable_declaration": _variables,
        "return_statement": _return,
        "throw_statement": _throw,
        "throw_expression": _throw,
        "if_statement": branch("condition", "consequence", "alternative"),
        "for_statement": _for,
        "foreach_statement": _each,
        "while_statement": _while,
        "do_statement": _while,
        "try_statement": _try,
        "using_statement": _using,
        "lock_statement": _lock,
        "fixed_statement": _fixed,
        "checked_statement": _worded_block("checked"),
        "unsafe_statement": _worded_block("unsafe"),
        "yield_statement": _yield,
        "goto_statement": _goto,
        "labeled_statement": _labelled,
        "switch_statement": _switch,
        "break_statement": jump("break"),
        "continue_statement": jump("continue"),
        "empty_statement": nothing,
        "preproc_if": _preproc_if,
        "local_function_statement": _func,
        "method_declaration": _func,
        "operator_declaration": _func,
        "conversion_operator_declaration": _func,
        "constructor_declaration": _constructor,
        "destructor_declaration": _constructor,
        "property_declaration": _property,
        "indexer_declaration": _property,
        "event_declaration": _property,
        "field_declaration": _fields,
        "event_field_declaration": _fields,
        "class_declaration": _class,
        "struct_declaration": _class,
        "record_declaration": _class,
        "interface_declaration": _class,
        "enum_declaration": _class,
        "enum_member_declaration": _enum_member,
        "namespace_declaration": _namespace,
        "file_scoped_namespace_declaration": _namespace,
        "delegate_declaration": _delegate,
        "using_directive": nothing,
        "extern_alias_directive": nothing,
        "global_attribute": nothing,
    },
)

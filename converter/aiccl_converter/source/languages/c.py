"""C. `declared` finds a function's name under pointers and parentheses; C++ uses it too."""

from __future__ import annotations

import re
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
    Cond,
    Const,
    Func,
    If,
    Index,
    Jump,
    Loop,
    Member,
    Name,
    Num,
    Pair,
    Param,
    Raw,
    Return,
    Str,
    Switch,
    Un,
    While,
    Word,
    walk,
)
from aiccl_converter.language.tree import (
    Node as Tree,
)
from aiccl_converter.source.gather import gathered
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.lowering import (
    ExprFn,
    Lowering,
    LowerTable,
    StepFn,
    Syntax,
    binary,
    inner,
    name,
    nothing,
    number,
    one_line,
    operator,
    squeeze,
    template,
    unary,
    update,
)
from aiccl_converter.source.postfix import postfix
from aiccl_converter.source.typing_noise import written

if TYPE_CHECKING:
    from tree_sitter import Node


def declared(node: Node) -> NamePath | None:
    """What a declarator declares: ("f",) for `int *f(int)`, ("ns", "A", "f") for `ns::A<T>::f()`."""
    current = declarator(node)
    if current is None:
        return None
    if current.type == "function_declarator":
        current = current.child_by_field_name("declarator")
    return _path(current) if current is not None else None


def declarator(node: Node) -> Node | None:
    """The innermost function declarator, or what stands in its place (a conversion operator)."""
    found: Node | None = None
    current = node.child_by_field_name("declarator")
    while current is not None:
        if current.type in {"function_declarator", "operator_cast"} or found is None:
            found = current
        inner = current.child_by_field_name("declarator")
        if inner is None and current.type in {"parenthesized_declarator", "reference_declarator"}:
            inner = next((child for child in current.named_children if child.type.endswith("declarator")), None)
        current = inner
    return found


def parameters(node: Node) -> Node | None:
    """The parameter list of the function that a definition declares."""
    found = declarator(node)
    return found.child_by_field_name("parameters") if found is not None else None


def _path(node: Node) -> NamePath:
    parts: list[str] = []
    current: Node | None = node
    while current is not None and current.type == "qualified_identifier":
        scope = current.child_by_field_name("scope")
        if scope is not None:
            parts.append(text(scope.child_by_field_name("name") or scope))
        current = current.child_by_field_name("name")
    if current is not None:
        if current.type == "operator_cast":
            kind = current.child_by_field_name("type")
            parts.append("operator " + text(kind) if kind is not None else "operator")
        elif current.type == "template_function":
            parts.append(text(current.child_by_field_name("name") or current))
        else:
            parts.append(" ".join(text(current).split()))
    return tuple(parts)


def typedef_name(node: Node) -> NamePath | None:
    """`typedef struct {...} T;` is called T."""
    name = node.child_by_field_name("declarator")
    return (text(name),) if name is not None and name.type == "type_identifier" else None


UNITS = (
    Unit("function", "function_definition", declared, params=parameters, when="body: (_)"),
    Unit("struct", "type_definition", typedef_name, "type.body", when="type: (struct_specifier body: (_))"),
    Unit("struct", "type_definition", typedef_name, "type.body", when="type: (union_specifier body: (_))"),
    Unit("enum", "type_definition", typedef_name, "type.body", when="type: (enum_specifier body: (_))"),
    Unit("struct", "struct_specifier", when="name: (_) body: (_)"),
    Unit("struct", "union_specifier", when="name: (_) body: (_)"),
    Unit("enum", "enum_specifier", when="name: (_) body: (_)"),
)

LANGUAGES = {
    "c": Language(
        name="c",
        title="C",
        grammar=("tree_sitter_c", "language"),
        extensions=(".c", ".h"),
        units=UNITS,
        semicolon_after=True,
        fragments=(("void x() {\n", "\n}"),),
    ),
}

# --- lowering: types and declarators (C++ shares them) ----------------------------------------------------------

CODES = {"const char*": "s", "bool": "b", "double": "f", "int": "i", "_Bool": "b", "const string&": "s"}

USUAL = {
    "char*": "text",
    "const char*": "text",
    "const string&": "text",
    "string": "text",
    "int": "any",
    "bool": "flag",
}
"""Types that a parameter's name often says; one without a type is an int where its name says nothing else."""

NARROW = frozenset(
    {
        "char",
        "signed char",
        "unsigned char",
        "short",
        "unsigned short",
        "int8_t",
        "uint8_t",
        "int16_t",
        "uint16_t",
        "float",
        "UInt8",
        "Int8",
        "UInt16",
        "Int16",
    }
)
UNSIGNED = frozenset(
    {
        "unsigned",
        "unsigned int",
        "unsigned long",
        "unsigned long long",
        "uint32_t",
        "uint64_t",
        "size_t",
        "double",
        "UInt32",
        "UInt64",
    }
)
"""Types that change what arithmetic gives."""

_WIDE = frozenset({"uint64_t", "unsigned long long", "UInt64"})

PLAIN_SCALARS = frozenset(
    {
        "int",
        "long",
        "long long",
        "int32_t",
        "int64_t",
        "ssize_t",
        "off_t",
        "bool",
        "auto",
        "time_t",
        "Int32",
        "Int64",
        "size_t",
    }
)
"""Types whose declaration says nothing before something is assigned."""

SCALARS = UNSIGNED | NARROW | PLAIN_SCALARS

_PLAIN_ELEMENT = frozenset({"int", "char*", "const char*", "string"})
_GLUED = re.compile(r"\s*([*&])\s*")


def _words(shown: str) -> str:
    """A type's text on one line without `struct` and the like (a union is told), `std::` gone, stars tight."""
    shown = squeeze(shown)
    if " " in shown:
        shown = _KEYWORD.sub("", shown)
    if "*" in shown or "&" in shown:
        shown = _GLUED.sub(r"\1", shown)
    return shown.replace("std::", "")


_KEYWORD = re.compile(r"\b(?:struct|enum|class|typename|volatile|register|static|inline|extern)\s+")


def type_text(lw: Lowering, node: Syntax | None) -> str:
    """A type as the view writes it."""
    if node is None:
        return ""
    if node.type in ("struct_specifier", "union_specifier", "enum_specifier", "class_specifier"):
        title = node.child_by_field_name("name")
        if title is None:
            return _words(lw.without_comments(node))
        return ("union " if node.type == "union_specifier" else "") + lw.text(title)
    shown = lw.text(node)
    return shown if node.type in ("primitive_type", "type_identifier") else _words(shown)


def _is_const(node: Syntax) -> bool:
    return any(c.type == "type_qualifier" and c.text == b"const" for c in node.named_children)


def declared_as(lw: Lowering, base: str, node: Syntax | None) -> tuple[str, str]:
    """The name and the type that a declarator makes of a base type: ("b", "char*[3]")."""
    after = ""
    while node is not None:
        kind = node.type
        if kind in ("pointer_declarator", "abstract_pointer_declarator", "pointer_type_declarator"):
            base += "*"
        elif kind in ("reference_declarator", "abstract_reference_declarator"):
            base += "&&" if node.children[0].type == "&&" else "&"
            inner_node = next((c for c in node.named_children if c.type != "type_qualifier"), None)
            node = inner_node
            continue
        elif kind in ("array_declarator", "abstract_array_declarator"):
            size = node.child_by_field_name("size")
            after = "[" + (squeeze(lw.text(size)) if size is not None else "") + "]" + after
        elif kind in ("function_declarator", "abstract_function_declarator"):
            params = node.child_by_field_name("parameters")
            title = _deepest(node)
            return (lw.text(title) if title is not None else "", base + "(" + "*)" + _words(lw.text(params)))
        elif kind in ("parenthesized_declarator", "abstract_parenthesized_declarator", "attributed_declarator"):
            node = node.named_children[0] if node.named_child_count else None
            continue
        elif kind == "variadic_declarator":
            after = "..." + after
            node = node.named_children[0] if node.named_child_count else None
            continue
        else:
            return squeeze(lw.text(node)), base + after
        node = (
            node.child_by_field_name("declarator")
            or next(
                (c for c in node.named_children if c.type.endswith("declarator") or c.type.endswith("identifier")), None
            )
            if kind != "array_declarator"
            else node.child_by_field_name("declarator")
        )
    return "", base + after


def _deepest(node: Syntax) -> Syntax | None:
    current: Syntax | None = node
    while current is not None:
        if current.type.endswith("identifier"):
            return current
        current = current.child_by_field_name("declarator") or next(
            (c for c in current.named_children if c.type.endswith(("declarator", "identifier"))), None
        )
    return None


def note(lw: Lowering, kind: str, *titles: str) -> None:
    """Remember that names are declared or assigned."""
    known = lw.state.get(kind)
    if known is not None:
        known.update(titles)


def params(lw: Lowering, node: Syntax | None) -> list[Param]:
    out: list[Param] = []
    if node is None:
        return out
    for child in lw.named(node):
        kind = child.type
        if kind in ("variadic_parameter", "..."):
            out.append(Param("", star="..."))
            continue
        if kind not in ("parameter_declaration", "optional_parameter_declaration", "variadic_parameter_declaration"):
            out.append(Param(squeeze(lw.text(child))))
            continue
        base = type_text(lw, child.child_by_field_name("type"))
        title, shown = declared_as(lw, base, child.child_by_field_name("declarator"))
        if shown == "void" and not title:
            continue
        if _is_const(child):
            if shown.endswith("&") and not shown.endswith("&&") and shown != "string&":
                shown = shown[:-1]
            elif shown in ("char*", "string&"):
                shown = "const " + shown
        note(lw, "declared", title)
        default = child.child_by_field_name("default_value")
        value = lw.expr(default) if default is not None else None
        star = ""
        if shown.endswith("..."):
            shown, star = shown[:-3], "..."
        if not title:
            out.append(Param(CODES.get(shown, shown) if value is None else "_", default=value, star=star))
            continue
        kept = written(title, shown, USUAL)
        if kept is None and shown.endswith("*") and shown not in USUAL and lw.table.receiver == "this":
            kept = shown  # C++ has objects, references and pointers of one name; in C it is a pointer
        if kept and kept.endswith("*") and _is_const(child) and not kept.startswith("const "):
            kept = "const " + kept  # without it what is handed in would be what is set
        out.append(Param(title, CODES.get(kept, kept) if kept else None, value, star))
    return [p for p in out if p.name or p.star]


# --- lowering: functions ----------------------------------------------------------------------------------------


def function(lw: Lowering, node: Syntax) -> list[Tree]:
    """A function with or without a body; members and constructors of C++ too."""
    found = declarator(node)
    path = declared(node)
    if found is None or not path:
        return [lw.raw_text(node)]
    base = type_text(lw, node.child_by_field_name("type"))
    current = node.child_by_field_name("declarator")
    while current is not None and current.id != found.id:
        if current.type == "pointer_declarator":
            base += "*"
        elif current.type == "reference_declarator":
            base += current.children[0].type
            current = next((c for c in current.named_children if c.type.endswith("declarator")), None)
            continue
        current = current.child_by_field_name("declarator")
    if _is_const(node) and base.endswith(("*", "&")):
        base = "const " + base
    in_class = node.parent is not None and node.parent.type == "field_declaration_list"
    modifiers: list[str] = []
    for child in (*node.named_children, *node.children[:2]):
        word = _FUNCTION_WORDS.get(child.type)
        if word is None and child.type == "storage_class_specifier" and in_class and lw.text(child) == "static":
            word = "static"
        if word is not None and word not in modifiers:
            modifiers.append(word)
    parameters_node = found.child_by_field_name("parameters")
    outer = found
    if found.type == "operator_cast":
        outer = found.child_by_field_name("declarator") or found
        parameters_node = outer.child_by_field_name("parameters")
    for child in outer.named_children:
        kind = child.type
        if kind == "type_qualifier":
            modifiers.append(lw.text(child))
        elif kind == "virtual_specifier":
            modifiers.insert(0, lw.text(child))
        elif kind == "noexcept":
            modifiers.append(squeeze(lw.text(child)))
        elif kind == "trailing_return_type":
            base = _words(lw.text(child)).lstrip("->").strip()
    title, unit_kind = path[-1], "F"
    if title.startswith("~"):
        title, unit_kind = title[1:], "destructor"
    body_node = node.child_by_field_name("body")
    body: list[Tree] | None = None
    outermost = not lw.state.get("inside", False)
    if outermost:
        lw.state["declared"], lw.state["assigned"] = set(), set()
        shown = lw.text(body_node) if body_node is not None else ""
        lw.state["lent"] = frozenset(_LENT.findall(shown)) if "&" in shown else frozenset()
        lw.state["sized"] = frozenset(_SIZED.findall(shown)) if "sizeof" in shown else frozenset()
    own = params(lw, parameters_node)
    if body_node is not None:
        before = lw.state.get("inside", False)
        lw.state["inside"] = True
        body = [step for c in node.named_children if c.type == "field_initializer_list" for step in lw.step(c)]
        body += lw.steps(body_node)
        lw.state["inside"] = before
        foreign = sorted(lw.state["assigned"] - lw.state["declared"])
        if outermost and foreign and lw.table.receiver is None:  # in C++ they are mostly fields
            body = [Word("global", [Name(n) for n in foreign]), *body]
    elif node.child_by_field_name("default_value") is not None:
        modifiers.insert(0, "abstract")
    return [
        Func(
            title,
            own,
            body,
            CODES.get(base, base) if base not in ("void", "") else None,
            modifiers=modifiers,
            kind=unit_kind,
            receiver=".".join(path[:-1]),
            outer=sorted(lw.state["assigned"] - lw.state["declared"]) if outermost else [],
            pos=node.start_byte,
        )
    ]


_LENT = re.compile(r"(?:[({,=?:]|return)\s*(?:\([^()]*\*\s*\)\s*)?&\s*([A-Za-z_]\w*)\b(?!\s*(?:\.|->|\[|\())")
"""A name whose address is taken: callees see its very type."""
_SIZED = re.compile(r"\bsizeof\b[\s(]*([A-Za-z_]\w*)")

_FUNCTION_WORDS = {
    "virtual": "virtual",
    "virtual_function_specifier": "virtual",
    "explicit_function_specifier": "explicit",
    "delete_method_clause": "delete",
    "default_method_clause": "default",
    "pure_virtual_clause": "abstract",
}


# --- lowering: declarations -------------------------------------------------------------------------------------


def declaration(lw: Lowering, node: Syntax) -> list[Tree]:
    """Variables, each a step; what only declares a scalar says nothing."""
    out: list[Tree] = []
    kind_node = node.child_by_field_name("type")
    if kind_node is not None and kind_node.child_by_field_name("body") is not None:
        out.extend(lw.step(kind_node))
    base = type_text(lw, kind_node)
    inside = lw.state.get("inside", False)
    words = [lw.text(c) for c in node.named_children if c.type == "storage_class_specifier"]
    constant = _is_const(node) or any(
        c.type == "type_qualifier" and c.text == b"constexpr" for c in node.named_children
    )
    if "static" in words and inside and not constant:
        base = "static " + base
    found = node.children_by_field_name("declarator")
    if not found and kind_node is None:
        return function(lw, node)
    value_node = node.child_by_field_name("value")
    for each in found:
        if each.type == "init_declarator":
            out.extend(
                _initialised(
                    lw,
                    base,
                    each.child_by_field_name("declarator"),
                    each.child_by_field_name("value"),
                    constant,
                )
            )
        elif value_node is not None:
            out.extend(_initialised(lw, base, each, value_node, constant))
        elif _declares_function(each):
            made = _constructed(lw, base, each) if inside else None
            if made is not None:
                out.append(made)
            elif not inside:
                out.extend(function(lw, node))
        else:
            title, shown = declared_as(lw, base, each)
            note(lw, "declared", title)
            usual = ("*" in shown and "[" not in shown) or shown in PLAIN_SCALARS
            if inside and usual and title not in lw.state["lent"]:
                continue
            if "extern" in words:
                continue
            out.append(Assign([Name(title)], None, "=", CODES.get(shown, shown)))
    return out


def _set_at_once(lw: Lowering, steps: list[Tree]) -> list[Tree]:
    """`T x; x = v` is `x:T=v`. A local whose address is taken is declared where nothing else tells its type."""
    out = list(steps)
    for step in steps:
        if not isinstance(step, Assign) or step.value is not None or step.type is None:
            continue
        target = step.targets[0]
        if not isinstance(target, Name) or "[" in step.type or step.type.startswith("static "):
            continue
        usual = "*" in step.type or step.type in _USUAL_LOCALS
        if lw.table.receiver is not None and not usual and step.type not in UNSIGNED | NARROW:
            continue  # an object that is made and then set is not one that is made of a value
        at = next(i for i, s in enumerate(out) if s is step)
        after = next((i for i in range(at + 1, len(out)) if _names(out[i], target.id)), None)
        first = out[after] if after is not None else None
        if isinstance(first, Assign) and first.op == "=" and first.targets == [target] and first.type is None:
            if first.value is not None and not _names(first.value, target.id):
                shown = None if usual and _tells(first.value, step.type) else step.type
                out[after] = Assign([target], first.value, "=", shown)  # type: ignore[index]
                del out[at]
                continue
        if step.type == "i":
            del out[at]
    return out


_USUAL_LOCALS = frozenset(CODES.get(t, t) for t in PLAIN_SCALARS)


def _names(node: Tree, title: str) -> bool:
    return any(n.__class__ is Name and n.id == title for n in walk(node))


_POINTER_TYPE = re.compile(r"\((?:const\s+)?(?:LP|P|H)[A-Z]{2,}\)$")
_plain_binary = binary()


def _binary(lw: Lowering, node: Syntax) -> Tree:
    """`a op b`; `(LPSTR)&buf` is a cast, which the grammar cannot know without the headers."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None and left.type == "parenthesized_expression":
        if operator(node) == "&" and _POINTER_TYPE.match(lw.text(left)):
            return Un("&", lw.expr(right))
    return _plain_binary(lw, node)


def _made_of(shown: str, value: str) -> bool:
    """Whether a local is an object made of a call's value, not that value: a guard, which acts where its block ends, or
    what is made of a C function's value (`::open()`)."""
    if "*" in shown or "&" in shown or shown in SCALARS or shown in value:
        return False
    plain = shown.isupper() or shown.endswith("_t")
    return _GUARD.search(shown) is not None or (not plain and _C_CALL.match(value) is not None)


_GUARD = re.compile(r"\b[Ss]coped|(?:[Gg]uard|[Ll]ock|[Hh]older)(?:<|$)")
_C_CALL = re.compile(r"::\w+\s*\(")


def _tells(value: Tree, shown: str) -> bool:
    """Whether a value tells the type of the local that it is set to: a number is an int, `sizeof` a size_t."""
    if isinstance(value, Num):
        return shown in ("i", "int", "auto") or (shown in ("f", "double") and "." in value.text)
    if isinstance(value, Call) and isinstance(value.fn, Name):
        return shown == "size_t" if value.fn.id == "sizeof" else not value.fn.id.isupper()
    return not isinstance(value, Name) or value.id not in ("NULL", "nullptr")


def _declares_function(node: Syntax) -> bool:
    while node.type in ("pointer_declarator", "reference_declarator"):
        below = node.child_by_field_name("declarator") or (node.named_children[-1] if node.named_child_count else None)
        if below is None:
            return False
        node = below
    if node.type != "function_declarator":
        return bool(node.type == "operator_cast")
    return bool(node.child_by_field_name("declarator").type != "parenthesized_declarator")


def _constructed(lw: Lowering, base: str, node: Syntax) -> Tree | None:
    """`Guard lock(mutex);` reads as a function's declaration to the grammar."""
    if node.type != "function_declarator" or base in SCALARS or base == "void":
        return None
    args: list[Tree] = []
    for child in lw.named(node.child_by_field_name("parameters")):
        kind = child.child_by_field_name("type")
        if (
            child.type != "parameter_declaration"
            or kind is None
            or kind.type not in ("type_identifier", "qualified_identifier")
        ):
            return None
        below = child.child_by_field_name("declarator")
        if below is not None:
            if below.type == "abstract_function_declarator":
                args.append(Call(Name(type_text(lw, kind)), []))
                continue
            return None
        args.append(Name(type_text(lw, kind)))
    if not args:
        return None
    title = lw.text(node.child_by_field_name("declarator"))
    note(lw, "declared", title)
    return Assign([Name(title)], Call(Name(base), args))


_SHOWS_TYPE = frozenset(
    {
        "call_expression",
        "field_expression",
        "cast_expression",
        "subscript_expression",
        "identifier",
        "new_expression",
        "qualified_identifier",
        "string_literal",
        "pointer_expression",
        "conditional_expression",
        "null",
        "char_literal",
    }
)


def _initialised(lw: Lowering, base: str, node: Syntax, value: Syntax, constant: bool) -> list[Tree]:
    if node.type == "structured_binding_declarator" or (
        node.type == "reference_declarator" and node.named_children[-1].type == "structured_binding_declarator"
    ):
        names = node if node.type != "reference_declarator" else node.named_children[-1]
        note(lw, "declared", *(lw.text(c) for c in lw.named(names)))
        return [Assign([Name(lw.text(c)) for c in lw.named(names)], lw.expr(value))]
    title, shown = declared_as(lw, base, node)
    note(lw, "declared", title)
    kept: str | None = None
    kind = value.type
    if kind == "argument_list":
        items = lw.exprs(value.named_children)
        if (shown in SCALARS or "*" in shown or shown == "double") and len(items) == 1:
            made = items[0]
        else:
            made = Call(Name(shown), items)
    elif kind == "initializer_list":
        items = lw.exprs(value.named_children)
        if "[" in shown:
            made = Coll("[", items)
            element, _, rest = shown.partition("[")
            if not (rest == "]" and element in _PLAIN_ELEMENT):
                kept = shown
        elif any(isinstance(i, Pair) for i in items) or not items or shown in SCALARS or "*" in shown:
            made = Build(Name(shown), [_as_field(i) for i in items])
            if shown in SCALARS or "*" in shown:
                made = items[0] if len(items) == 1 else Coll("{", items)
        else:
            made = Build(Name(shown), items)
    else:
        made = lw.expr(value)
        if shown.startswith("static ") or (title in lw.state.get("lent", ()) and not _tells(made, shown)):
            kept = shown
        elif "[" in shown and not (constant and shown.endswith("[]") and title not in lw.state.get("sized", ())):
            kept = shown  # a pointer to the text would have another size, and could not be written to
        elif kind == "call_expression" and lw.table.receiver == "this" and _made_of(shown, lw.text(value)):
            kept = shown
        elif shown in NARROW and kind not in _SHOWS_TYPE:
            kept = shown
        elif shown in UNSIGNED and (
            kind in ("binary_expression", "unary_expression")
            or (kind == "number_literal" and (constant or shown in _WIDE))  # the number alone would be an int
            or (shown == "double" and kind == "number_literal" and "." not in lw.text(value))
        ):
            kept = shown
    if constant and not lw.state.get("inside", False):
        return [Const("K", title, made, pos=node.start_byte)]
    return [Assign([Name(title)], made, "=", CODES.get(kept, kept) if kept else None)]


def _as_field(item: Tree) -> Tree:
    return Arg(item.key.id, item.value) if isinstance(item, Pair) and isinstance(item.key, Name) else item


def field_declaration(lw: Lowering, node: Syntax) -> list[Tree]:
    """Fields of a struct or class; a function's declaration is a method without a body."""
    out: list[Tree] = []
    kind_node = node.child_by_field_name("type")
    if kind_node is not None and kind_node.child_by_field_name("body") is not None:
        out.extend(lw.step(kind_node))
        if kind_node.child_by_field_name("name") is None and isinstance(out[-1], Class):
            unit, found = out[-1], node.children_by_field_name("declarator")
            if found:
                unit.name = declared_as(lw, "", found[0])[0]
            return out
    base = type_text(lw, kind_node)
    if any(c.type == "storage_class_specifier" and c.text == b"static" for c in node.named_children):
        base = "static " + base
    default = node.child_by_field_name("default_value")
    bits = next((c for c in node.named_children if c.type == "bitfield_clause"), None)
    for each in node.children_by_field_name("declarator"):
        if _declares_function(each):
            return out + function(lw, node)
        title, shown = declared_as(lw, base, each)
        if bits is not None:
            shown += squeeze(lw.text(bits))
        value = lw.expr(default) if default is not None else None
        out.append(Assign([Name(title)], value, "=", CODES.get(shown, shown)))
    return out


def structure(lw: Lowering, node: Syntax) -> list[Tree]:
    """A struct, union or class with a body; one without says nothing."""
    body = node.child_by_field_name("body")
    if body is None:
        return []
    title = node.child_by_field_name("name")
    bases: list[str] = []
    for clause in node.named_children:
        if clause.type == "base_class_clause":
            bases = [_words(lw.text(c)) for c in clause.named_children if c.type not in _ACCESS]
    before, lw.state["inside"] = lw.state.get("inside", False), False
    members = lw.sequence(body.named_children)
    lw.state["inside"] = before
    plain = all(isinstance(m, (Assign, Class)) for m in members)
    words = ["union"] if node.type == "union_specifier" else []
    mark = "M" if plain and not bases and node.type != "class_specifier" else "C"
    shown = _words(lw.text(title)) if title is not None else ""
    return [Class(mark, shown, bases, members, modifiers=words, pos=node.start_byte)]


_ACCESS = frozenset({"access_specifier", "virtual", "comment"})


def enumeration(lw: Lowering, node: Syntax) -> list[Tree]:
    body = node.child_by_field_name("body")
    if body is None:
        return []
    members: list[Tree] = []
    for child in lw.named(body):
        if child.type == "enumerator":
            members.append(Assign([Name(lw.text(child.child_by_field_name("name")))], lw.field(child, "value")))
        else:
            members.extend(lw.step(child))
    title = node.child_by_field_name("name")
    base = node.child_by_field_name("base")
    bases = [type_text(lw, base)] if base is not None else []
    return [Class("E", lw.text(title) if title is not None else "", bases, members, pos=node.start_byte)]


def type_definition(lw: Lowering, node: Syntax) -> list[Tree]:
    kind = node.child_by_field_name("type")
    found = node.child_by_field_name("declarator")
    if kind.child_by_field_name("body") is not None:
        units = lw.step(kind)
        title, shown = declared_as(lw, "", found)
        if units and isinstance(units[0], Class):
            if not units[0].name or units[0].name == title:
                units[0].name = title
            else:
                units.append(Const("T", title, Raw(units[0].name + shown)))
        return units
    title, shown = declared_as(lw, type_text(lw, kind), found)
    return [] if title == shown else [Const("T", title, Raw(shown), pos=node.start_byte)]


# --- lowering: expressions --------------------------------------------------------------------------------------


def _called(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    arguments = node.child_by_field_name("arguments")
    args = lw.exprs(arguments.named_children) if arguments is not None else []
    if isinstance(left, Name) and len(args) == 1:
        if left.id.startswith(("static_cast<", "reinterpret_cast<", "const_cast<")):
            shown = left.id[left.id.index("<") + 1 : -1]
            return Bin("as", args[0], Raw(shown))
        if node.child_by_field_name("function").type == "primitive_type":
            return Bin("as", args[0], Raw(left.id))
    return Call(left, args)


def _selected(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    shown = lw.text(node.child_by_field_name("field"))
    return Member(left, squeeze(shown) if "<" in shown or " " in shown else shown)


def _subscripted(lw: Lowering, node: Syntax, left: Tree | None) -> Tree:
    assert left is not None
    key = node.child_by_field_name("index")
    if key is not None:
        return Index(left, [lw.expr(key)])
    indices = node.child_by_field_name("indices")
    return Index(left, lw.exprs(indices.named_children) if indices is not None else [])


chain = postfix(
    {
        "call_expression": ("function", _called),
        "field_expression": ("argument", _selected),
        "subscript_expression": ("argument", _subscripted),
    },
    frozenset({"field_expression"}),
    frozenset({"this"}),
)

_HANDED_ON = frozenset({"argument_list", "init_declarator", "return_statement", "assignment_expression"})


def _cast(lw: Lowering, node: Syntax) -> Tree:
    """Numeric casts stay; a pointer that is only handed on is the same pointer."""
    kind = node.child_by_field_name("type")
    value = lw.expr(node.child_by_field_name("value"))
    shown = _words(lw.text(kind))
    if shown == "void" or (shown.endswith("*") and _handed_on(node)):
        return value
    return Bin("as", value, Raw(shown))


def _handed_on(node: Syntax) -> bool:
    """Whether a pointer goes where its type is known anyway. A local is of the type that it is set to: there only what
    a call gives needs no cast, which is mostly new memory."""
    outer = node.parent
    if outer is None or outer.type not in _HANDED_ON:
        return False
    sets = outer.type == "init_declarator" or (
        outer.type == "assignment_expression" and outer.child_by_field_name("left").type == "identifier"
    )
    return not sets or node.child_by_field_name("value").type == "call_expression"


def _sized(lw: Lowering, node: Syntax) -> Tree:
    kind, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    return Call(Name(node.children[0].type), [Raw(_words(lw.text(kind))) if kind is not None else lw.expr(value)])


_GOES_ON = re.compile(r"\\\r?\n")


def string(lw: Lowering, node: Syntax) -> Tree:
    shown = lw.text(node)
    if "\n" in shown:
        shown = one_line(_GOES_ON.sub("", shown))
    return Str(shown)


def strings(lw: Lowering, node: Syntax) -> Tree:
    """Strings side by side are one; a macro among them stands in braces."""
    parts: list[str | Tree] = []
    for child in lw.named(node):
        value = lw.expr(child)
        if isinstance(value, Str) and value.text[:1] == '"':
            parts.append(value.text[1:-1])
        else:
            parts.append(value)
    return template(lw, parts)


def _conditional(lw: Lowering, node: Syntax) -> Tree:
    test = lw.expr(node.child_by_field_name("condition"))
    then, other = lw.field(node, "consequence"), lw.expr(node.child_by_field_name("alternative"))
    return Bin("?:", test, other) if then is None else Cond(test, then, other)


def _assignment_value(lw: Lowering, node: Syntax) -> Tree:
    op = node.child_by_field_name("operator").type
    left = node.child_by_field_name("left")
    if left.type == "identifier":
        note(lw, "assigned", lw.text(left))
    return Bin(op, lw.expr(left), lw.expr(node.child_by_field_name("right")))


_UPDATE = update("argument")


def _updated(lw: Lowering, node: Syntax) -> Tree:
    value = node.child_by_field_name("argument")
    if value.type == "identifier":
        note(lw, "assigned", lw.text(value))
    return _UPDATE(lw, node)


def _comma_value(lw: Lowering, node: Syntax) -> Tree:
    return Bin(",", lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right")))


def _initializer_pair(lw: Lowering, node: Syntax) -> Tree:
    value = lw.expr(node.child_by_field_name("value"))
    found = node.child_by_field_name("designator")
    inside = found.named_children[0] if found is not None and found.named_child_count else None
    if inside is None:
        return value
    key = Name(lw.text(inside)) if found.type == "field_designator" else Coll("[", [lw.expr(inside)])
    return Pair(key, value)


def _compound_literal(lw: Lowering, node: Syntax) -> Tree:
    kind = _words(lw.text(node.child_by_field_name("type")))
    items = lw.exprs(node.child_by_field_name("value").named_children)
    head: Tree = Name(kind) if kind.replace("_", "").replace("::", "").isalnum() else Raw(kind)
    return Build(head, [_as_field(i) for i in items])


def condition(lw: Lowering, node: Syntax | None) -> Tree | None:
    return None if node is None else lw.expr(node)


# --- lowering: steps --------------------------------------------------------------------------------------------


def sequence(lw: Lowering, nodes: list[Syntax]) -> list[Tree]:
    """Steps of siblings; a label takes in all that follows it. A member function that is all there is stands for
    itself: its class's name says nothing then."""
    out: list[Tree] = []
    skip = lw.table.skip
    for at, node in enumerate(nodes):
        kind = node.type
        if kind in skip:
            continue
        if kind == "labeled_statement":
            label = lw.text(node.child_by_field_name("label"))
            first = lw.named(node)[1:]
            out.append(Block(label + ":", sequence(lw, [*first, *nodes[at + 1 :]])))
            break
        out.extend(lw.step(node))
    if lw.state.get("inside", False) and any(isinstance(s, Assign) and s.value is None for s in out):
        return _set_at_once(lw, out)
    if (
        len(out) == 1
        and isinstance(out[0], Func)
        and out[0].receiver
        and len(nodes) - sum(n.type in skip for n in nodes) == 1
    ):
        out[0].receiver = ""
    elif nodes and nodes[0].parent is not None and nodes[0].parent.type in ("translation_unit", "declaration_list"):
        return gathered(out)
    return out


def _labeled(lw: Lowering, node: Syntax) -> list[Tree]:
    return sequence(lw, [node])


def expression_statement(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    if not kids:
        return []
    only = kids[0]
    while only.type == "cast_expression" and lw.text(only.child_by_field_name("type")) == "void":
        only = only.child_by_field_name("value")
        while only.type == "parenthesized_expression" and only.named_child_count == 1:
            only = only.named_children[0]
        if only.type in ("identifier", "field_expression"):
            return []
    while only.type == "parenthesized_expression" and only.named_child_count == 1:
        only = only.named_children[0]
    return lw.step(only)


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    """`a = b = x` is a row of assignments, the last first."""
    chain_: list[Tree] = []
    while True:
        op = node.child_by_field_name("operator").type
        chain_.append(lw.expr(node.child_by_field_name("left")))
        right = node.child_by_field_name("right")
        while right.type == "parenthesized_expression" and right.named_child_count == 1:
            right = right.named_children[0]
        if op == "=" and right.type == "assignment_expression" and (right.child_by_field_name("operator").type == "="):
            node = right
            continue
        break
    value = lw.expr(right)
    note(lw, "assigned", *(t.id for t in chain_ if isinstance(t, Name)))
    steps: list[Tree] = [Assign([chain_[-1]], value, op)]
    for target in reversed(chain_[:-1]):
        plain = isinstance(value, (Name, Num, Str))
        steps.append(Assign([target], value if plain else chain_[-1]))
    return steps


def _comma(lw: Lowering, node: Syntax) -> list[Tree]:
    return lw.step(node.child_by_field_name("left")) + lw.step(node.child_by_field_name("right"))


def tested(lw: Lowering, node: Syntax) -> tuple[list[Tree], Tree]:
    """The steps before a test and the test: C++ may declare in it."""
    if node.type == "condition_clause":
        first, value = node.child_by_field_name("initializer"), node.child_by_field_name("value")
        before = [s for c in lw.named(first) for s in lw.step(c)] if first is not None else []
        if value.type == "declaration":
            before += lw.step(value)
            return before, Name(declared_as(lw, "", value.child_by_field_name("declarator"))[0])
        return before, lw.expr(value)
    return [], lw.expr(node)


def branch(lw: Lowering, node: Syntax) -> list[Tree]:
    arms: list[tuple[list[Tree], Tree, list[Tree]]] = []
    tail: list[Tree] | None = None
    while True:
        before, test = tested(lw, node.child_by_field_name("condition"))
        arms.append((before, test, lw.steps(node.child_by_field_name("consequence"))))
        other = node.child_by_field_name("alternative")
        if other is None:
            break
        kids = lw.named(other)
        following = kids[-1] if kids else None
        if following is None:
            break
        if following.type == "if_statement":
            node = following
            continue
        tail = lw.steps(following)
        break
    for before, test, body in reversed(arms):
        tail = [*before, If(test, body, tail)]
    return tail or []


def while_statement(lw: Lowering, node: Syntax) -> list[Tree]:
    before, test = tested(lw, node.child_by_field_name("condition"))
    body = lw.steps(node.child_by_field_name("body"))
    if before and isinstance(before[-1], Assign) and before[-1].value is not None and len(before) == 1:
        test = Bin("=", before[-1].targets[0], before[-1].value)
    shown: Tree | None = test
    if (isinstance(test, Num) and test.text == "1") or (isinstance(test, Name) and test.id == "true"):
        shown = None
    return [While(shown, body, node.type == "do_statement")]


def for_statement(lw: Lowering, node: Syntax) -> list[Tree]:
    first, step = node.child_by_field_name("initializer"), node.child_by_field_name("update")
    return [
        Loop(
            lw.step(first) if first is not None else [],
            lw.field(node, "condition"),
            lw.step(step) if step is not None else [],
            lw.steps(node.child_by_field_name("body")),
        )
    ]


_LEAVES = (Return, Jump)


def switch_statement(lw: Lowering, node: Syntax) -> list[Tree]:
    before, subject = tested(lw, node.child_by_field_name("condition"))
    cases: list[Case] = []
    labels: list[Tree] = []
    default = False
    clauses = lw.named(node.child_by_field_name("body"))
    for clause in clauses:
        if clause.type != "case_statement":
            if cases:
                cases[-1].body.extend(lw.step(clause))
            continue
        value = clause.child_by_field_name("value")
        if value is None:
            default = True
        else:
            labels.append(lw.expr(value))
        inside = [c for c in lw.named(clause) if value is None or c.id != value.id]
        if not inside and clause.id != clauses[-1].id:
            continue
        if len(inside) == 1 and inside[0].type == "compound_statement":
            inside = inside[0].named_children
        elif inside and inside[0].type == "compound_statement":
            inside = [*inside[0].named_children, *inside[1:]]
        steps = sequence(lw, inside)
        if steps and isinstance(steps[-1], Jump) and steps[-1].word == "break" and not steps[-1].label:
            steps = steps[:-1]
        elif clause.id != clauses[-1].id and not (steps and _leaves(steps[-1])):
            steps = [*steps, Word("fallthrough", [])]
        if steps or not default:
            cases.append(Case([] if default else labels, None, steps))
        labels, default = [], False
    return [*before, Switch(subject, cases)]


def _leaves(step: Tree) -> bool:
    if isinstance(step, If):
        return bool(step.other and step.then and _leaves(step.then[-1]) and _leaves(step.other[-1]))
    if isinstance(step, Block):
        return bool(step.body and _leaves(step.body[-1]))
    return isinstance(step, _LEAVES) or step.__class__.__name__ == "Raise"


def returning(lw: Lowering, node: Syntax) -> list[Tree]:
    """`return a, b` does a and returns b: as one value it would read as a pair."""
    kids = lw.named(node)
    before: list[Tree] = []
    value = kids[0] if kids else None
    while value is not None:
        if value.type == "parenthesized_expression" and value.named_child_count == 1:
            value = value.named_children[0]
        elif value.type == "comma_expression":
            before += lw.step(value.child_by_field_name("left"))
            value = value.child_by_field_name("right")
        else:
            break
    return [*before, Return(lw.expr(value) if value is not None else None)]


def _goto(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Jump("goto", lw.text(node.child_by_field_name("label")))]


def _bare_block(lw: Lowering, node: Syntax) -> list[Tree]:
    return lw.sequence(node.named_children)


# --- lowering: the preprocessor ---------------------------------------------------------------------------------


_CONTINUED = re.compile(r"\\\r?\n")


def _conditional_part(lw: Lowering, node: Syntax) -> list[Tree]:
    """`#if`: the parts as blocks of their own. An include guard says nothing, nor does what `#if 0` leaves out."""
    out: list[Tree] = []
    dead = False
    current: Syntax | None = node
    while current is not None:
        word = current.children[0].type
        name_node, test = current.child_by_field_name("name"), current.child_by_field_name("condition")
        other = current.child_by_field_name("alternative")
        head = name_node or test
        apart = {c.id for c in (name_node, test, other) if c is not None}
        kids = [c for c in current.named_children if c.id not in apart]
        if word == "#if" and lw.text(test) == "0":
            current, dead = other, True
            continue
        if dead:
            if word == "#else":
                return sequence(lw, kids)
            word, dead = "#if", False
        if word == "#ifndef" and not out and kids and kids[0].type == "preproc_def" and name_node is not None:
            defined = kids[0].child_by_field_name("name")
            if lw.text(defined) == lw.text(name_node) and kids[0].child_by_field_name("value") is None:
                return sequence(lw, kids[1:])
        body = sequence(lw, kids)
        if body or word in ("#ifdef", "#if", "#ifndef"):
            asked = "" if head is None else " " + squeeze(_CONTINUED.sub(" ", lw.text(head)))
            out.append(Block(word + asked, body))
        current = other
    return out if any(isinstance(b, Block) and b.body for b in out) else []


def _defined(lw: Lowering, node: Syntax) -> list[Tree]:
    title = lw.text(node.child_by_field_name("name"))
    value = node.child_by_field_name("value")
    parameters_node = node.child_by_field_name("parameters")
    if parameters_node is not None:
        title += squeeze(lw.text(parameters_node))
    if value is None:
        return []
    shown = _paired(squeeze(_GOES_ON.sub(" ", lw.text(value))))
    return [Const("K", title, Num(shown) if shown.isdigit() else Raw(shown), pos=node.start_byte)]


def _directive(lw: Lowering, node: Syntax) -> list[Tree]:
    shown = squeeze(_GOES_ON.sub(" ", lw.text(node)))
    word, blank, rest = shown.partition(" ")
    return [] if shown.startswith(("#pragma", "#undef")) else [Raw(_paired(word) + blank + _paired(rest))]


_LITERAL = re.compile(r"""\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`""")


def _paired(text: str) -> str:
    """A directive's text, which the grammar does not read (`#error don't`): a string where its quotes do not pair."""
    if not re.search("[\"'`]", _LITERAL.sub("", text)):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- lowering: the tables ---------------------------------------------------------------------------------------

EXPRS: dict[str, ExprFn] = {
    "identifier": name,
    "field_identifier": name,
    "type_identifier": name,
    "statement_identifier": name,
    "primitive_type": name,
    "sized_type_specifier": name,
    "true": name,
    "false": name,
    "null": name,
    "number_literal": number,
    "char_literal": string,
    "string_literal": string,
    "concatenated_string": strings,
    "call_expression": chain,
    "field_expression": chain,
    "subscript_expression": chain,
    "binary_expression": _binary,
    "unary_expression": unary("argument"),
    "pointer_expression": unary("argument"),
    "update_expression": _updated,
    "parenthesized_expression": inner,
    "cast_expression": _cast,
    "sizeof_expression": _sized,
    "alignof_expression": _sized,
    "offsetof_expression": lambda lw, node: Call(
        Name("offsetof"),
        [Raw(_words(lw.text(node.child_by_field_name("type")))), Name(lw.text(node.child_by_field_name("member")))],
    ),
    "conditional_expression": _conditional,
    "assignment_expression": _assignment_value,
    "comma_expression": _comma_value,
    "initializer_list": lambda lw, node: Coll("{", lw.exprs(node.named_children)),
    "initializer_pair": _initializer_pair,
    "compound_literal_expression": _compound_literal,
    "type_descriptor": lambda lw, node: Raw(_words(lw.text(node))),
    "preproc_defined": lambda lw, node: Raw(squeeze(lw.text(node))),
}

STEPS: dict[str, StepFn] = {
    "function_definition": function,
    "declaration": declaration,
    "field_declaration": field_declaration,
    "struct_specifier": structure,
    "union_specifier": structure,
    "enum_specifier": enumeration,
    "type_definition": type_definition,
    "expression_statement": expression_statement,
    "assignment_expression": _assignment,
    "comma_expression": _comma,
    "compound_statement": _bare_block,
    "labeled_statement": _labeled,
    "if_statement": branch,
    "while_statement": while_statement,
    "do_statement": while_statement,
    "for_statement": for_statement,
    "switch_statement": switch_statement,
    "return_statement": returning,
    "break_statement": lambda lw, node: [Jump("break", None)],
    "continue_statement": lambda lw, node: [Jump("continue", None)],
    "goto_statement": _goto,
    "preproc_if": _conditional_part,
    "preproc_ifdef": _conditional_part,
    "preproc_def": _defined,
    "preproc_function_def": _defined,
    "preproc_call": _directive,
    "preproc_include": nothing,
    "linkage_specification": lambda lw, node: lw.steps(node.child_by_field_name("body")),
    "attribute_specifier": nothing,
    "attribute_declaration": nothing,
}

BLOCKS = frozenset({"compound_statement", "translation_unit", "field_declaration_list", "declaration_list"})

LOWER = LowerTable(
    block_kinds=BLOCKS,
    skip=frozenset({"comment"}),
    type_codes=CODES,
    sequence=sequence,
    exprs=EXPRS,
    steps=STEPS,
)

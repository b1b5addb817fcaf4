"""PHP, with the HTML around it."""

from __future__ import annotations

import re

from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Bin,
    Block,
    Call,
    Case,
    Class,
    Coll,
    Cond,
    Const,
    Do,
    Each,
    Func,
    Handler,
    If,
    Index,
    Jump,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Pair,
    Param,
    Post,
    Raise,
    Raw,
    Return,
    Spread,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    Word,
    Yield,
    walk,
)
from aiccl_converter.source import plain_calls
from aiccl_converter.source.language import Language, Unit
from aiccl_converter.source.literals import double_quoted
from aiccl_converter.source.lowering import (
    ExprFn,
    Lowering,
    LowerTable,
    StepFn,
    Syntax,
    arrow,
    binary,
    inner,
    jump,
    last,
    name,
    nothing,
    number,
    one_line,
    operator,
    raw,
    returning,
    spread,
    squeeze,
    template,
    told_by_name,
    unary,
    update,
    while_loop,
    word,
)

LANGUAGES = {
    "php": Language(
        name="php",
        title="PHP",
        grammar=("tree_sitter_php", "language_php"),
        extensions=(".php", ".phtml", ".php5", ".php7"),
        shebangs=("php",),
        units=(
            Unit("namespace", "namespace_definition", when="body: (_)"),
            Unit("class", "class_declaration", params="base_clause"),
            Unit("interface", "interface_declaration", params="base_clause"),
            Unit("trait", "trait_declaration"),
            Unit("enum", "enum_declaration"),
            Unit("function", "function_definition"),
            Unit("method", "method_declaration", when="body: (_)"),
        ),
        bare_needs="<?",
        fragments=(("<?php\n", "\n"), ("<?php class X {\n", "\n}"), ("<?php x(", ");")),
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------

_SIMPLE_NAMES = frozenset({"name", "qualified_name", "relative_name"})
_MODIFIERS = frozenset({"static_modifier", "abstract_modifier", "final_modifier"})
_TYPE_CODES = {"string": "s", "int": "i", "bool": "b", "boolean": "b", "float": "f", "array": "a", "mixed": ""}
_NO_RETURN = frozenset({"void", "never", "mixed"})


def _last_part(text: str) -> str:
    """A class or function by its own name: namespaces are import matters."""
    return text.rsplit("\\", 1)[-1]


def _class_name(text: str) -> str:
    """A class as the unit names it: `\\DateTime` is none of the file's namespace or imports, and keeps its mark."""
    return text if text.startswith("\\") else _last_part(text)


_OF_CLASS = frozenset(
    {
        "scoped_call_expression",
        "class_constant_access_expression",
        "scoped_property_access_expression",
        "object_creation_expression",
    }
)


def _name(lw: Lowering, node: Syntax) -> Node:
    text, parent = lw.text(node), node.parent
    if parent is None or not text.startswith("\\"):
        return Name(_last_part(text))
    of_class = parent.type in _OF_CLASS or (parent.type == "binary_expression" and operator(parent) == "instanceof")
    return Name(_class_name(text) if of_class else _last_part(text))


def _variable(lw: Lowering, node: Syntax) -> Node:
    return Name(lw.text(node)[1:])


def _type(lw: Lowering, node: Syntax | None) -> str | None:
    """A type: namespaces and `|null`'s long form go, codes for the scalars; None where it says nothing."""
    if node is None:
        return None
    text = squeeze(lw.text(node)).replace(" ", "")
    optional = text.startswith("?")
    parts = [_class_name(p) for p in text.lstrip("?").split("|")]
    if "null" in parts and len(parts) == 2:
        optional = True
        parts.remove("null")
    spelled = "|".join(_TYPE_CODES.get(p, p) for p in parts)
    return ("?" + spelled if optional else spelled) or None


def _bare_type(kind: str) -> str:
    """A type without its namespaces."""
    return "|".join(_last_part(p) for p in kind.split("|"))


# expressions


def _string(lw: Lowering, node: Syntax) -> Node:
    """A single-quoted text as it is; one over several lines stands between double ones, where `\\n` is a line's end."""
    text = lw.text(node)
    text = text[1:] if text[:1] in "bB" else text
    return _literal(double_quoted(text, "php") or "") if "\n" in text else Str(text)


def _literal(text: str) -> Node:
    """Double-quoted text: braces in it are no values, so it is quoted in the other way, or said to be a template."""
    if "{" not in text:
        return Str(f'"{one_line(text)}"')
    if "\\" not in text and "'" not in text and "\n" not in text:
        return Str(f"'{text}'")
    return Template([one_line(text)])


def _pieces(lw: Lowering, node: Syntax, start: int, end: int) -> list[str | Node]:
    """The texts and values of a string with values in it, between two offsets."""
    parts: list[str | Node] = []
    for child in node.named_children:
        if child.type in ("string_content", "escape_sequence"):
            continue
        left, right = child.start_byte, child.end_byte
        previous, following = child.prev_sibling, child.next_sibling
        if previous is not None and previous.type in ("{", "${"):
            left = previous.start_byte
        if following is not None and following.type == "}":
            right = following.end_byte
        parts.append(lw.data[start:left].decode("utf-8", "replace").replace("\\$", "$"))
        if child.type == "subscript_expression" and len(child.named_children) == 2 and left == child.start_byte:
            target, key = child.named_children
            inside = Str(f"'{lw.text(key)}'") if key.type == "name" else lw.expr(key)
            parts.append(Index(lw.expr(target), [inside]))
        elif child.type == "dynamic_variable_name" and child.named_children:
            parts.append(Name(lw.text(child.named_children[0])))
        else:
            parts.append(lw.expr(child))
        start = right
    parts.append(lw.data[start:end].decode("utf-8", "replace").replace("\\$", "$"))
    return parts


def _finish(lw: Lowering, parts: list[str | Node]) -> Node:
    parts = [q for p in parts for q in (p.parts if isinstance(p, Template) else [p])]
    if all(isinstance(p, str) for p in parts):
        return _literal("".join(p for p in parts if isinstance(p, str)))
    return template(lw, parts)


def _encapsed(lw: Lowering, node: Syntax) -> Node:
    return _finish(lw, _pieces(lw, node, node.start_byte + 1, node.end_byte - 1))


def _heredoc(lw: Lowering, node: Syntax) -> Node:
    body = node.child_by_field_name("value")
    ending = node.child_by_field_name("end_tag")
    if body is None or ending is None:
        return Str('""')
    start, end = body.start_byte, body.end_byte
    if lw.data[start : start + 1] == b"\r":
        start += 1
    if lw.data[start : start + 1] == b"\n":
        start += 1
    indent = lw.data[lw.data.rfind(b"\n", 0, ending.start_byte) + 1 : ending.start_byte].decode("utf-8", "replace")
    margin = len(indent) if not indent.strip() else 0
    if node.type == "nowdoc":
        text = lw.data[start:end].decode("utf-8", "replace")
        parts: list[str | Node] = [double_quoted("'" + text.replace("'", "\\'") + "'", "php") or ""]
    else:
        parts = [
            p.replace('\\"', '"').replace('"', '\\"') if isinstance(p, str) else p
            for p in _pieces(lw, body, start, end)
        ]
    if margin:
        at_start = True
        for at, part in enumerate(parts):
            if isinstance(part, str):
                text = part.replace("\n" + " " * margin, "\n").replace("\n" + indent, "\n")
                if at_start and text.startswith(indent):
                    text = text[margin:]
                parts[at] = text
            at_start = False
    if isinstance(parts[-1], str) and parts[-1].endswith("\n"):
        parts[-1] = parts[-1][:-1].removesuffix("\r")
    return _finish(lw, parts)


def _concatenation(lw: Lowering, node: Syntax) -> Node:
    """`'a' . $b . 'c'` is a string with values in it, as far as its values read well inside one."""
    operands: list[Syntax] = []
    while node.type == "binary_expression" and operator(node) == ".":
        operands.append(node.child_by_field_name("right"))
        node = node.child_by_field_name("left")
    operands.append(node)
    out: Node | None = None
    parts: list[str | Node] = []
    values = [lw.expr(operand) for operand in reversed(operands)]
    for value in [*values, None]:
        got = None if value is None else _text_parts(value)
        if got is not None:
            parts.extend(got)
            continue
        if parts:
            # Values alone are a string too; one alone beside what stays outside is not.
            pieces = [_finish(lw, parts)] if len(parts) > 1 or isinstance(parts[0], str) else [parts[0]]
            for piece in pieces:
                out = piece if out is None else Bin(".", out, piece)
            parts = []
        if value is not None:
            out = value if out is None else Bin(".", out, value)
    return out if out is not None else lw.raw_text(node)


_INSIDE = (Name, Num, Str, Template, Member, Call, Index, Arg, Cond, Coll, Pair, Bin, Un)
_UNSAID = frozenset({"@", "new", ":=", "=", "&"})
"""Operators that read badly between braces."""


def _text_parts(value: Node) -> list[str | Node] | None:
    """What a value is inside a string, None where it stays outside."""
    if isinstance(value, Template):
        return list(value.parts)
    if isinstance(value, Str):
        text = double_quoted(value.text, "php")
        return None if text is None else [text.replace("\\$", "$") if value.text[0] == '"' else text]
    for size, item in enumerate(walk(value)):
        if size > 40 or not isinstance(item, _INSIDE) or (isinstance(item, (Bin, Un)) and item.op in _UNSAID):
            return None
    return [value]


_RESPELL = {"<>": "!=", "AND": "and", "OR": "or", "XOR": "xor"}
_BINARY = binary(ops=_RESPELL)


def _binary(lw: Lowering, node: Syntax) -> Node:
    op = operator(node)
    if op == ".":
        return _concatenation(lw, node)
    right = node.child_by_field_name("right")
    if op == "??" and right.type == "throw_expression":
        return OrElse(lw.expr(node.child_by_field_name("left")), lw.expr(right))
    if op == "??" or op != operator_of_left(node):
        left = node.child_by_field_name("left")
        return Bin(_RESPELL.get(op, op), lw.expr(left), lw.expr(right))
    return _BINARY(lw, node)


def operator_of_left(node: Syntax) -> str:
    """The operator of the left operand where that is a binary expression too."""
    left = node.child_by_field_name("left")
    return operator(left) if left.type == "binary_expression" else ""


def _arguments(lw: Lowering, node: Syntax | None) -> list[Node]:
    out: list[Node] = []
    for child in node.named_children if node is not None else ():
        if child.type == "argument":
            label = child.child_by_field_name("name")
            kids = lw.named(child)
            if not kids:
                continue
            value = lw.expr(kids[-1])
            out.append(Arg(lw.text(label), value) if label is not None else value)
        elif child.type == "variadic_placeholder":
            out.append(Name("..."))
        elif child.type not in lw.table.skip:
            out.append(lw.expr(child))
    return out


_sign = unary("argument")


def _unary(lw: Lowering, node: Syntax) -> Node:
    if operator(node) == "!":
        return plain_calls.php_not(lw.expr(node.child_by_field_name("argument")))
    return _sign(lw, node)


_LINKS = {
    "member_access_expression": "object",
    "nullsafe_member_access_expression": "object",
    "member_call_expression": "object",
    "nullsafe_member_call_expression": "object",
    "scoped_call_expression": "scope",
    "function_call_expression": "function",
}


def _chain(lw: Lowering, node: Syntax) -> Node:
    """A chain of members and calls, walked down to its head and built up again, so that its length costs no stack."""
    links: list[Syntax] = []
    while True:
        side = _LINKS.get(node.type)
        if side is None:
            if node.type == "subscript_expression":
                links.append(node)
                node = node.named_children[0]
                continue
            break
        links.append(node)
        node = node.child_by_field_name(side)
    own = node.type == "relative_scope"
    out: Node | None = lw.expr(node)
    if node.type == "parenthesized_expression" and links[-1].type == "function_call_expression":
        if isinstance(out, Member):  # `($this->f)($x)` calls what the field holds, no method
            text = squeeze(lw.text(node)[1:-1])
            out = Raw(text.replace("$this->", ".").replace("->", ".").replace("$", ""))
    if isinstance(out, Name) and out.id == "this" and node.type == "variable_name":
        out = None
    for link in reversed(links):
        kind = link.type
        if kind == "subscript_expression":
            keys = lw.named(link)[1:]
            out = Index(out if out is not None else Name("this"), lw.exprs(keys))
            continue
        if kind == "function_call_expression":
            assert out is not None
            out = plain_calls.php(Call(out, _arguments(lw, link.child_by_field_name("arguments"))))
            continue
        op = "::" if kind == "scoped_call_expression" else "?." if kind.startswith("nullsafe") else "."
        attr = link.child_by_field_name("name")
        if own and link is links[-1]:
            # `static::f()` is the object's own as `$this->f()` is, `parent::f()` its parent's; `self::f()` is this
            # class's, whoever overrides it.
            called = lw.text(node).lower()
            if called != "self":
                op = "."
                out = Name("super") if called == "parent" else None
            if called == "parent" and out is not None and attr is not None and lw.text(attr) == "__construct":
                out = Call(out, _arguments(lw, link.child_by_field_name("arguments")))
                continue
        elif out is None and op == "::":
            out = Name("this")
        if attr is not None and attr.type in ("name", "variable_name"):
            text = lw.text(attr)
            if op == "?." and out is None:
                op = "."
            out = Member(out, text, op)
        else:  # ->{expression}
            keys = [lw.expr(k) for k in ([attr] if attr is not None else [])]
            out = Index(out if out is not None else Name("this"), keys)
        if "call" in kind:
            out = Call(out, _arguments(lw, link.child_by_field_name("arguments")))
    return out if out is not None else Name("this")


def _scoped_property(lw: Lowering, node: Syntax) -> Node:
    attr = node.child_by_field_name("name")
    text = lw.text(attr)
    return Member(lw.expr(node.child_by_field_name("scope")), text[1:] if not text[1:].isupper() else text, "::")


def _constant(lw: Lowering, node: Syntax) -> Node:
    kids = lw.named(node)
    text = lw.text(kids[-1])
    if text == "class" and kids[0].type in _SIMPLE_NAMES:
        return _name(lw, kids[0])
    if text != "class" and kids[0].type == "relative_scope" and lw.text(kids[0]).lower() != "static":
        return Member(Name("super") if lw.text(kids[0]).lower() == "parent" else None, text)
    return Member(lw.expr(kids[0]), text, "::")


def _new(lw: Lowering, node: Syntax) -> Node:
    kids = lw.named(node)
    made = kids[0]
    if made.type == "anonymous_class":
        return _anonymous_class(lw, made)
    arguments = next((k for k in kids if k.type == "arguments"), None)
    got = Call(lw.expr(made), _arguments(lw, arguments))
    plain = made.type in _SIMPLE_NAMES and _last_part(lw.text(made))[:1].isupper()
    return got if plain else Un("new", got)


def _anonymous_class(lw: Lowering, node: Syntax) -> Node:
    arguments = next((k for k in node.named_children if k.type == "arguments"), None)
    unit = _class_of(lw, node, "C")
    unit.bases = [*unit.bases, *(f"{squeeze(lw.text(a))}" for a in (arguments.named_children if arguments else ()))]
    return Un("new", unit)


def _array(lw: Lowering, node: Syntax) -> Node:
    items = lw.exprs(node.named_children)
    return Coll(
        "{"
        if items and all(isinstance(i, (Pair, Spread)) for i in items) and any(isinstance(i, Pair) for i in items)
        else "[",
        items,
    )


_IDENTIFIER = re.compile(r"""(["'])([A-Za-z_]\w*)\1\Z""")


def _key(key: Node) -> Node:
    """A key that is a word is a label, written without quotes; a variable or a constant then stands in brackets."""
    if isinstance(key, Str):
        match = _IDENTIFIER.match(key.text)
        return Str(match.group(2)) if match is not None else key
    return Coll("[", [key]) if isinstance(key, Name) else key


def _array_item(lw: Lowering, node: Syntax) -> Node:
    kids = lw.named(node)
    if len(kids) == 2:
        return Pair(_key(lw.expr(kids[0])), lw.expr(kids[1]))
    return lw.expr(kids[0]) if kids else lw.raw_text(node)


def _list(lw: Lowering, node: Syntax) -> Node:
    """`[$a, , 'k' => $b]` on the left of an assignment; a hole is `_`."""
    items: list[Node] = []
    key: Node | None = None
    filled = False
    for child in node.children:
        if child.type == ",":
            if not filled:
                items.append(Name("_"))
            filled = False
        elif child.type == "=>":
            key = items.pop()
        elif child.is_named and child.type not in lw.table.skip:
            value = lw.expr(child)
            items.append(Pair(_key(key), value) if key is not None else value)
            key, filled = None, True
    return Coll("{" if items and all(isinstance(i, Pair) for i in items) else "[", items)


def _cast(lw: Lowering, node: Syntax) -> Node:
    kind = lw.text(node.child_by_field_name("type")).strip().lower()
    value = lw.expr(node.child_by_field_name("value"))
    if kind == "array":  # array(x) is a list of x
        return Bin("as", value, Raw(kind))
    return Call(Name({"boolean": "bool", "integer": "int", "double": "float"}.get(kind, kind)), [value])


def _conditional(lw: Lowering, node: Syntax) -> Node:
    test, other = lw.field(node, "condition"), lw.field(node, "alternative")
    then = lw.field(node, "body")
    if test is None or other is None:
        return lw.raw_text(node)
    return OrElse(test, other) if then is None else plain_calls.php_choice(Cond(plain_calls.test(test), then, other))


def _word_call(word: str) -> ExprFn:
    """`clone $x`, `print $x`, `include 'f.php'`: a call of the word."""
    return lambda lw, node: Call(Name(word), lw.exprs(node.named_children))


def _include(lw: Lowering, node: Syntax) -> Node:
    return Call(Name(node.children[0].type), lw.exprs(node.named_children))


def _assigned(lw: Lowering, node: Syntax) -> Node:
    return Bin(":=", lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right")))


def _augmented_value(lw: Lowering, node: Syntax) -> Node:
    op = operator(node)
    return Bin(op, lw.expr(node.child_by_field_name("left")), lw.expr(node.child_by_field_name("right")))


def _closure(lw: Lowering, node: Syntax) -> Node:
    params, _ = _parameters(lw, node.child_by_field_name("parameters"))
    body = node.child_by_field_name("body")
    if node.type == "arrow_function":
        return Lambda(params, lw.expr(body))
    shared = [
        c for use in node.named_children if use.type == "anonymous_function_use_clause" for c in use.named_children
    ]
    names: list[Node] = [Name(lw.text(c).replace("$", "")) for c in shared if c.type == "by_ref"]
    return arrow(params, [*([Word("use", names)] if names else []), *lw.steps(body)])


def _match(lw: Lowering, node: Syntax) -> Node:
    subject = inner(lw, node.child_by_field_name("condition"))
    cases: list[Case] = []
    for arm in lw.named(node.child_by_field_name("body")):
        value = arm.child_by_field_name("return_expression")
        body = lw.step(value)
        labels = arm.child_by_field_name("conditional_expressions")
        cases.append(Case(lw.exprs(labels.named_children) if labels is not None else [], None, body))
    always = isinstance(subject, Name) and subject.id.lower() == "true"
    return Switch(None if always else subject, cases)


def _throw(lw: Lowering, node: Syntax) -> Node:
    return Raise(last(lw, node))


def _yield(lw: Lowering, node: Syntax) -> Node:
    kids = lw.named(node)
    many = any(c.type.endswith("from") for c in node.children)
    return Yield(lw.expr(kids[0]) if kids else None, many)


def _interpolated(lw: Lowering, node: Syntax) -> list[Node]:
    """HTML between PHP tags is written out."""
    texts = [lw.text(c) for c in node.named_children if c.type == "text"]
    text = "".join(texts)
    if not text.strip():
        return []
    return [
        Word(
            "echo",
            [Str('"' + one_line(double_quoted("'" + text.strip().replace("'", "\\'") + "'", "php") or "") + '"')],
        )
    ]


# steps


def _assignment(lw: Lowering, node: Syntax) -> list[Node]:
    targets: list[Node] = []
    value = node
    while value.type == "assignment_expression":
        targets.append(lw.expr(value.child_by_field_name("left")))
        value = value.child_by_field_name("right")
    got = lw.expr(value)
    if len(targets) == 1 or isinstance(got, (Name, Num, Str)):
        return [Assign([t], got) for t in reversed(targets)]
    targets.reverse()
    return [Assign([t], got if at == 0 else targets[0]) for at, t in enumerate(targets)]


def _reference(lw: Lowering, node: Syntax) -> list[Node]:
    value = lw.expr(node.child_by_field_name("right"))
    return [Assign([lw.expr(node.child_by_field_name("left"))], Un("&", value))]


def _augmented(lw: Lowering, node: Syntax) -> list[Node]:
    return [
        Assign([lw.expr(node.child_by_field_name("left"))], lw.expr(node.child_by_field_name("right")), operator(node))
    ]


def _update(lw: Lowering, node: Syntax) -> list[Node]:
    return [Do(Post(lw.expr(node.child_by_field_name("argument")), operator(node)))]


def _if(lw: Lowering, node: Syntax) -> list[Node]:
    arms: list[tuple[Node, list[Node]]] = []
    tail: list[Node] | None = None
    pending = [node]
    while pending:
        top = pending.pop(0)
        if top.type == "else_clause":
            body = top.child_by_field_name("body")
            if body is not None and body.type == "if_statement":
                pending = [body]
                continue
            tail = lw.steps(body)
            break
        condition = top.child_by_field_name("condition")
        arms.append((plain_calls.test(lw.expr(condition)), lw.steps(top.child_by_field_name("body"))))
        pending.extend(top.children_by_field_name("alternative"))
    for test, then in reversed(arms):
        tail = [If(test, then, tail)]
    return tail or []


def _foreach(lw: Lowering, node: Syntax) -> list[Node]:
    body = node.child_by_field_name("body")
    kids = [k for k in lw.named(node) if body is None or k.id != body.id]
    source, target = kids[0], kids[1]
    if target.type == "pair":
        targets = [lw.expr(k) for k in lw.named(target)]
    else:
        targets = [lw.expr(target)]
    steps = lw.steps(body) if body is not None else []
    return [Each(targets, lw.expr(source), steps)]


def _sequence(lw: Lowering, node: Syntax | None) -> list[Syntax]:
    out: list[Syntax] = []
    stack = [node] if node is not None else []
    while stack:
        top = stack.pop()
        if top.type == "sequence_expression":
            stack.extend(reversed(lw.named(top)))
        else:
            out.append(top)
    return out


def _for(lw: Lowering, node: Syntax) -> list[Node]:
    init = [s for n in _sequence(lw, node.child_by_field_name("initialize")) for s in lw.step(n)]
    step = [s for n in _sequence(lw, node.child_by_field_name("update")) for s in lw.step(n)]
    tests = _sequence(lw, node.child_by_field_name("condition"))
    test: Node | None = None
    for item in tests:
        value = lw.expr(item)
        test = value if test is None else Bin("and", test, value)
    bodies = node.children_by_field_name("body")
    return [Loop(init, test, step, [s for b in bodies for s in lw.steps(b)])]


def _while(lw: Lowering, node: Syntax) -> list[Node]:
    test = lw.expr(node.child_by_field_name("condition"))
    endless = (isinstance(test, Name) and test.id.lower() == "true") or test == Num("1")
    return [While(None if endless else test, lw.steps(node.child_by_field_name("body")))]


def _echo(lw: Lowering, node: Syntax) -> list[Node]:
    return [Word("echo", [lw.expr(k) for child in lw.named(node) for k in _sequence(lw, child)])]


def _leaves(body: list[Node]) -> bool:
    """Whether the last step never leads on."""
    last = body[-1] if body else None
    if isinstance(last, If):
        return last.other is not None and _leaves(last.then) and _leaves(last.other)
    if isinstance(last, Try):
        return _leaves(last.body) and all(_leaves(h.body) for h in last.handlers)
    if isinstance(last, Do) and isinstance(last.value, Call):
        return last.value.fn in (Name("exit"), Name("die"), Name("abort"))
    return isinstance(last, (Return, Raise, Jump))


def _switch(lw: Lowering, node: Syntax) -> list[Node]:
    """Arms that only lead into the next one share its labels; one that falls out of a body says so."""
    cases: list[Case] = []
    labels: list[Node] = []
    default = False
    for arm in lw.named(node.child_by_field_name("body")):
        value = arm.child_by_field_name("value")
        if value is not None:
            labels.append(lw.expr(value))
        else:
            default = True
        kids = [k for k in lw.named(arm) if value is None or k.id != value.id]
        body = lw.sequence(kids)
        if not body:
            continue
        if isinstance(body[-1], Jump) and body[-1].word == "break" and body[-1].label is None:
            body = body[:-1]
        elif not _leaves(body):
            body.append(Word("fallthrough", []))
        cases.append(Case([] if default else labels, None, body))
        labels, default = [], False
    if labels or default:
        cases.append(Case([] if default else labels, None, []))
    if cases and cases[-1].body and cases[-1].body[-1] == Word("fallthrough", []):
        cases[-1].body.pop()
    return [Switch(inner(lw, node.child_by_field_name("condition")), cases)]


def _try(lw: Lowering, node: Syntax) -> list[Node]:
    handlers: list[Handler] = []
    final: list[Node] | None = None
    for child in lw.named(node):
        if child.type == "catch_clause":
            kinds = child.child_by_field_name("type")
            caught = child.child_by_field_name("name")
            types: list[Node] = [Name(_class_name(lw.text(k))) for k in lw.named(kinds)] if kinds is not None else []
            body = lw.steps(child.child_by_field_name("body"))
            handlers.append(Handler(types, lw.text(caught)[1:] if caught is not None else None, body))
        elif child.type == "finally_clause":
            final = lw.steps(child.child_by_field_name("body"))
    return [Try(lw.steps(node.child_by_field_name("body")), handlers, None, final)]


def _static_variables(lw: Lowering, node: Syntax) -> list[Node]:
    out: list[Node] = []
    for child in lw.named(node):
        value = lw.field(child, "value")
        target = lw.expr(child.child_by_field_name("name"))
        out.append(Word("static", [Bin(":=", target, value) if value is not None else target]))
    return out


def _label(lw: Lowering, node: Syntax) -> list[Node]:
    return [Block(lw.text(node).strip(), [])]


def _exit(lw: Lowering, node: Syntax) -> list[Node]:
    return [Do(Call(Name("exit"), lw.exprs(node.named_children)))]


def _statement(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    if lw.data.endswith(b"<?=", 0, node.start_byte) or lw.data.endswith(b"<?= ", 0, node.start_byte):
        return [Word("echo", lw.exprs(kids))]
    return lw.step(kids[0]) if len(kids) == 1 else [lw.raw_text(node)] if kids else []


def _yield_step(lw: Lowering, node: Syntax) -> list[Node]:
    return [_yield(lw, node)]


# units


def _parameters(lw: Lowering, node: Syntax | None) -> tuple[list[Param], list[Node]]:
    """The parameters, and what a constructor's promoted ones store."""
    out: list[Param] = []
    stored: list[Node] = []
    for child in lw.named(node) if node is not None else ():
        name_node = child.child_by_field_name("name")
        if name_node is None:
            out.append(Param(squeeze(lw.text(child))))
            continue
        if name_node.type == "by_ref":
            name_node = lw.named(name_node)[0]
        text = lw.text(name_node)[1:]
        default = lw.field(child, "default_value")
        kind = _type(lw, child.child_by_field_name("type"))
        if kind is not None and kind.startswith("?") and isinstance(default, Name) and default.id.lower() == "null":
            kind = kind[1:]
        if kind is not None and not kind.startswith("?"):
            # No name tells that nothing may come.
            named = _bare_type(kind)
            if told_by_name(text, named) or told_by_name(text, named.removesuffix("Interface")):
                kind = None
        if (kind == "a" and isinstance(default, Coll)) or (kind == "s" and isinstance(default, (Str, Template))):
            kind = None
        if (kind in ("i", "f") and isinstance(default, Num)) or (kind == "b" and isinstance(default, Name)):
            kind = None
        star = "&" if child.child_by_field_name("reference_modifier") is not None else ""
        if child.type == "variadic_parameter":
            star = "..."
        out.append(Param(("&" if star == "&" else "") + text, kind, default, star if star == "..." else ""))
        if child.type == "property_promotion_parameter":
            stored.append(Assign([Member(None, text)], Name(text)))
    return out, stored


def _attributes(lw: Lowering, node: Syntax) -> list[str]:
    group = node.child_by_field_name("attributes")
    found: list[str] = []
    above = node.prev_named_sibling
    if above is not None and above.type == "comment" and _ANNOTATED.search(lw.data, above.start_byte, above.end_byte):
        found += _annotations(lw.text(above))
    for inner_group in group.named_children if group is not None else ():
        found += ["@" + _last_of_attribute(squeeze(lw.text(a))) for a in inner_group.named_children]
    return found


_ANNOTATED = re.compile(rb"@(?:Route|ORM\\|Assert\\|Security|IsGranted|Template|Groups|ParamConverter)\b|@ORM|@Assert")
_ANNOTATION = re.compile(r"@((?:Route|ORM\\\w+|Assert\\\w+|Security|IsGranted|Template|Groups|ParamConverter)\b)")
"""Annotations in a doc comment that a framework goes by."""


def _annotations(comment: str) -> list[str]:
    text = re.sub(r"(?m)^\s*/?\*+/?", " ", comment)
    out: list[str] = []
    end = 0
    for match in _ANNOTATION.finditer(text):
        if match.start() < end:  # inside the one before
            continue
        end = match.end()
        if text[end : end + 1] == "(":
            depth = 0
            while end < len(text):
                depth += (text[end] == "(") - (text[end] == ")")
                end += 1
                if not depth:
                    break
        out.append("@" + _last_of_attribute(squeeze(text[match.start() + 1 : end])))
    return out


def _last_of_attribute(text: str) -> str:
    head, bracket, rest = text.partition("(")
    return _last_part(head) + bracket + rest.replace("$", "") if rest != ")" else _last_part(head)


def _function(lw: Lowering, node: Syntax) -> list[Node]:
    params, stored = _parameters(lw, node.child_by_field_name("parameters"))
    body_node = node.child_by_field_name("body")
    body = lw.steps(body_node) if body_node is not None else None
    returned = node.child_by_field_name("return_type")
    returns = None
    if returned is not None and lw.text(returned).lower() not in _NO_RETURN:
        returns = _type(lw, returned)
    name = lw.text(node.child_by_field_name("name"))
    if stored:
        body = [*stored, *(body or [])]
    modifiers = [lw.text(c) for c in node.named_children if c.type in _MODIFIERS and c.type != "final_modifier"]
    return [
        Func(
            name,
            params,
            body,
            returns,
            decorators=_attributes(lw, node),
            modifiers=modifiers if body is not None else [m for m in modifiers if m != "abstract"],
            kind="constructor" if name == "__construct" else "F",
            pos=node.start_byte,
        )
    ]


def _class_of(lw: Lowering, node: Syntax, mark: str) -> Class:
    bases: list[str] = []
    for child in node.named_children:
        if child.type in ("base_clause", "class_interface_clause"):
            bases += [_class_name(lw.text(c)) for c in lw.named(child)]
        elif child.type == "primitive_type":
            bases.append(lw.text(child))
    body = node.child_by_field_name("body")
    named = node.child_by_field_name("name")
    modifiers = [lw.text(c) for c in node.named_children if c.type == "abstract_modifier"]
    if node.type == "trait_declaration":
        modifiers.append("trait")
    return Class(
        mark,
        lw.text(named) if named is not None else "",
        bases,
        lw.sequence(body.named_children) if body is not None else [],
        decorators=_attributes(lw, node),
        modifiers=modifiers,
        pos=node.start_byte,
    )


def _class(mark: str) -> StepFn:
    return lambda lw, node: [_class_of(lw, node, mark)]


def _constants(lw: Lowering, node: Syntax) -> list[Node]:
    inside = node.parent is not None and node.parent.type in ("declaration_list", "enum_declaration_list")
    out: list[Node] = []
    for child in node.named_children:
        if child.type != "const_element":
            continue
        kids = lw.named(child)
        value = lw.expr(kids[-1])
        text = lw.text(kids[0])
        out.append(Assign([Name(text)], value) if inside else Const("K", text, value))
    return out


def _properties(lw: Lowering, node: Syntax) -> list[Node]:
    kind = _type(lw, node.child_by_field_name("type"))
    static = any(c.type == "static_modifier" for c in node.named_children)
    notes = "".join(_attributes(lw, node))
    out: list[Node] = []
    for child in node.named_children:
        if child.type == "property_element":
            text = lw.text(child.child_by_field_name("name"))[1:]
            value = lw.field(child, "default_value")
            shown = None if kind is not None and (value is not None or told_by_name(text, _bare_type(kind))) else kind
            field = Assign([Name(text)], value, "=", (shown or "") + notes or None)
            out.append(Word("static", [field]) if static else field)
        elif child.type == "property_hook_list":
            for hook in child.named_children:
                body = hook.child_by_field_name("body")
                params, _ = _parameters(lw, hook.child_by_field_name("parameters"))
                word = next((lw.text(c) for c in hook.named_children if c.type == "name"), "get")
                steps = None if body is None else lw.steps(body)
                if body is not None and body.type != "compound_statement":
                    value = lw.expr(body)
                    steps = [Return(value) if word == "get" else Do(value)]
                text = lw.text(node.named_children[-2].child_by_field_name("name") or hook).lstrip("$")
                out.append(Func(text, params, steps, kind=word, pos=hook.start_byte))
    return out


def _enum_case(lw: Lowering, node: Syntax) -> list[Node]:
    return [Assign([Name(lw.text(node.child_by_field_name("name")))], lw.field(node, "value"))]


def _use_traits(lw: Lowering, node: Syntax) -> list[Node]:
    kids = lw.named(node)
    if any(k.type == "use_list" for k in kids):
        return [lw.raw_text(node)]
    return [Word("use", [Name(_last_part(lw.text(k))) for k in kids])]


def _namespace(lw: Lowering, node: Syntax) -> list[Node]:
    return lw.steps(node.child_by_field_name("body"))


LOWER = LowerTable(
    block_kinds=frozenset({"compound_statement", "colon_block", "program", "declaration_list"}),
    skip=frozenset({"comment", "php_tag", "php_end_tag", "empty_statement", "attribute_list"}),
    type_codes=_TYPE_CODES,
    exprs={
        "variable_name": _variable,
        "name": _name,
        "qualified_name": _name,
        "relative_name": _name,
        "relative_scope": name,
        "namespace_name": _name,
        "boolean": name,
        "null": name,
        "integer": number,
        "float": number,
        "string": _string,
        "encapsed_string": _encapsed,
        "heredoc": _heredoc,
        "nowdoc": _heredoc,
        "shell_command_expression": raw,
        "binary_expression": _binary,
        "unary_op_expression": _unary,
        "error_suppression_expression": lambda lw, node: Un("@", last(lw, node)),
        "update_expression": update("argument"),
        "parenthesized_expression": inner,
        "conditional_expression": _conditional,
        "cast_expression": _cast,
        "clone_expression": _word_call("clone"),
        "print_intrinsic": _word_call("print"),
        "include_expression": _include,
        "include_once_expression": _include,
        "require_expression": _include,
        "require_once_expression": _include,
        "member_access_expression": _chain,
        "nullsafe_member_access_expression": _chain,
        "member_call_expression": _chain,
        "nullsafe_member_call_expression": _chain,
        "scoped_call_expression": _chain,
        "function_call_expression": _chain,
        "subscript_expression": _chain,
        "scoped_property_access_expression": _scoped_property,
        "class_constant_access_expression": _constant,
        "object_creation_expression": _new,
        "array_creation_expression": _array,
        "array_element_initializer": _array_item,
        "list_literal": _list,
        "by_ref": lambda lw, node: Un("&", last(lw, node)),
        "variadic_unpacking": spread("..."),
        "assignment_expression": _assigned,
        "augmented_assignment_expression": _augmented_value,
        "reference_assignment_expression": _assigned,
        "anonymous_function": _closure,
        "arrow_function": _closure,
        "match_expression": _match,
        "throw_expression": _throw,
        "yield_expression": _yield,
        "sequence_expression": lambda lw, node: Coll("", lw.exprs(node.named_children)),
    },
    steps={
        "expression_statement": _statement,
        "assignment_expression": _assignment,
        "reference_assignment_expression": _reference,
        "augmented_assignment_expression": _augmented,
        "update_expression": _update,
        "throw_expression": lambda lw, node: [_throw(lw, node)],
        "yield_expression": _yield_step,
        "return_statement": returning,
        "if_statement": _if,
        "foreach_statement": _foreach,
        "for_statement": _for,
        "while_statement": _while,
        "do_statement": while_loop("condition", "body", True),
        "switch_statement": _switch,
        "match_expression": lambda lw, node: [_match(lw, node)],
        "try_statement": _try,
        "break_statement": jump("break"),
        "continue_statement": jump("continue"),
        "echo_statement": _echo,
        "exit_statement": _exit,
        "unset_statement": word("unset"),
        "global_declaration": word("global"),
        "function_static_declaration": _static_variables,
        "goto_statement": word("goto"),
        "named_label_statement": _label,
        "text_interpolation": _interpolated,
        "text": _interpolated,
        "declare_statement": nothing,
        "namespace_use_declaration": nothing,
        "namespace_definition": _namespace,
        "function_definition": _function,
        "method_declaration": _function,
        "class_declaration": _class("C"),
        "interface_declaration": _class("I"),
        "trait_declaration": _class("I"),
        "enum_declaration": _class("E"),
        "const_declaration": _constants,
        "property_declaration": _properties,
        "enum_case": _enum_case,
        "use_declaration": _use_traits,
    },
)

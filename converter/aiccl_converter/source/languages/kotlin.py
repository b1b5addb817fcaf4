"""Kotlin. An extension is named after the type it extends: `String.shorten`."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from functools import partial
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
    Do,
    Each,
    Func,
    Handler,
    If,
    Index,
    Jump,
    Lambda,
    Member,
    Name,
    Num,
    OrElse,
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
    children,
)
from aiccl_converter.language.tree import Node as Tree
from aiccl_converter.source.language import Language, NamePath, Unit, text
from aiccl_converter.source.lowering import (
    Lowering,
    LowerTable,
    Syntax,
    arrow,
    inner,
    name,
    nothing,
    number,
    raw,
    squeeze,
    string,
    template,
    told_by_name,
    type_text,
)
from aiccl_converter.source.typed import THREE_WAY, as_fields, declare, kept_param, kept_return, scoped, wrote

if TYPE_CHECKING:
    from tree_sitter import Node


def function_name(node: Node) -> NamePath | None:
    """("f",), or ("String", "f") for an extension: the receiver is the type in front of the name."""
    name = node.child_by_field_name("name")
    if name is None:
        return None
    return (*_receiver(node, name.start_byte), text(name))


def property_name(node: Node) -> NamePath | None:
    """The variable's name, after the type that it extends."""
    for child in node.named_children:
        if child.type == "variable_declaration" and child.named_children:
            return (*_receiver(node, child.start_byte), text(child.named_children[0]))
    return None


def _receiver(node: Node, before: int) -> NamePath:
    for child in node.named_children:
        if child.start_byte >= before:
            break
        if child.type in {"user_type", "nullable_type", "parenthesized_type"}:
            plain = text(child).split("<")[0].strip("?() ")
            return tuple(piece for piece in plain.split(".") if piece)
    return ()


LANGUAGES = {
    "kotlin": Language(
        name="kotlin",
        title="Kotlin",
        grammar=("tree_sitter_kotlin", "language"),
        extensions=(".kt", ".kts"),
        aliases=("kt", "kts"),
        shebangs=("kotlin",),
        units=(
            Unit("interface", "class_declaration", body="class_body", params="primary_constructor", when='"interface"'),
            Unit(
                "enum",
                "class_declaration",
                body="enum_class_body",
                params="primary_constructor",
                when='(modifiers (class_modifier) @modifier); (#eq? @modifier "enum")',
            ),
            Unit("class", "class_declaration", body="class_body", params="primary_constructor"),
            Unit("class", "object_declaration", body="class_body"),
            Unit("class", "companion_object", lambda node: _companion(node), body="class_body", when="(class_body)"),
            Unit(
                "function",
                "function_declaration",
                function_name,
                "function_body",
                "function_value_parameters",
                "(function_body)",
            ),
            Unit("method", "secondary_constructor", lambda _: ("constructor",), "block", "function_value_parameters"),
            Unit("property", "property_declaration", property_name, "getter", when="(getter (function_body))"),
            Unit("type", "type_alias", "type", "user_type"),
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        layout="newline",
        fragments=(("class X {\n", "\n}"), ("fun x() {\n", "\n}")),
    ),
}


def _companion(node: Node) -> NamePath:
    name = node.child_by_field_name("name")
    return (text(name) if name is not None else "Companion",)


# --- lowering: modifiers and types --------------------------------------------------------------------------------

KEPT = frozenset(
    {
        "override",
        "abstract",
        "open",
        "suspend",
        "operator",
        "infix",
        "tailrec",
        "external",
        "inline",
        "inner",
        "sealed",
        "value",
        "annotation",
        "expect",
    }
)
"""Modifiers that change who is called or what runs."""

SILENT_ANNOTATIONS = frozenset(
    {
        "Suppress",
        "JvmStatic",
        "JvmOverloads",
        "JvmName",
        "JvmField",
        "JvmSynthetic",
        "PublishedApi",
        "Deprecated",
        "SinceKotlin",
        "OptIn",
        "ExperimentalStdlibApi",
        "ExperimentalTypeInference",
        "OverloadResolutionByLambdaReturnType",
        "DslMarker",
        "VisibleForTesting",
        "Throws",
        "SuppressLint",
        "RequiresApi",
        "Keep",
        "UiThread",
        "MainThread",
        "WorkerThread",
        "NonNull",
        "Nullable",
        "StringRes",
        "ColorInt",
        "IdRes",
        "LayoutRes",
        "LowPriorityInOverloadResolution",
        "BuilderInference",
        "InternalCoroutinesApi",
        "ExperimentalCoroutinesApi",
        "DelicateCoroutinesApi",
        "ReplaceWith",
        "kotlin.internal.InlineOnly",
        "InlineOnly",
        "ExperimentalUnsignedTypes",
        "ExperimentalTime",
        "Serializable",
        "Stable",
        "Immutable",
        "FlowPreview",
        "TargetApi",
    }
)
"""Annotations for compilers, tools and readers of the source alone."""

NARROW = frozenset({"Long", "Float", "Byte", "Short", "UInt", "ULong", "UByte", "UShort"})


def _modifiers(lw: Lowering, node: Syntax) -> tuple[list[str], list[str], set[str]]:
    """Decorators, words that matter, and all words of a declaration's modifiers."""
    decorators: list[str] = []
    words: list[str] = []
    seen: set[str] = set()
    for held in node.children[:2]:
        if held.type not in ("modifiers", "parameter_modifiers"):
            continue
        for child in held.named_children:
            spelled = lw.text(child)
            if child.type == "annotation":
                label = re.split(r"[(<]", spelled.lstrip("@"), maxsplit=1)[0].rsplit(":", 1)[-1].rsplit(".", 1)[-1]
                if label not in SILENT_ANNOTATIONS:
                    decorators.append(squeeze(spelled))
            else:
                seen.add(spelled)
                if spelled in KEPT:
                    words.append(spelled)
    return decorators, words, seen


_TYPE_KINDS = frozenset({"user_type", "nullable_type", "function_type", "parenthesized_type", "non_nullable_type"})


def _plain_type(text: str | None) -> str | None:
    """A type without its projections: `List<*>` is `List`, `Array<out Node>` is `Array<Node>`."""
    if text is None:
        return None
    return re.sub(r"(?<=[<,])(?:out|in) ", "", text.replace("<*>", "").replace("<*,*>", "")).replace("-> ", "->")


def _type(lw: Lowering, node: Syntax) -> str | None:
    """The type behind the colon."""
    after = False
    for child in node.children:
        if child.type == ":":
            after = True
        elif after and child.type in _TYPE_KINDS:
            return _plain_type(type_text(lw, child))
        elif child.type in ("=", "function_body", "block"):
            return None
    return None


def _tparams(lw: Lowering, node: Syntax, always: bool = False) -> str:
    """Type parameters, where a bound or `reified` says something; plain ones are known by their use."""
    found = next((c for c in node.named_children if c.type == "type_parameters"), None)
    if found is None:
        return ""
    spelled = squeeze(lw.text(found))
    limits = next((c for c in node.named_children if c.type == "type_constraints"), None)
    if limits is not None:
        spelled = spelled[:-1] + " " + squeeze(lw.text(limits)) + ">"
    spelled = spelled.replace(" : ", ":")
    return spelled if always or ":" in spelled or "reified" in spelled else ""


# --- lowering: expressions ----------------------------------------------------------------------------------------


def _identifier(lw: Lowering, node: Syntax) -> Tree:
    spelled = lw.text(node)
    if spelled in ("break", "continue"):
        return Jump(spelled)
    return Name(spelled.strip("`"))


def _chain(lw: Lowering, node: Syntax) -> Tree:
    """`a.b(x)?.c { .. }`: a chain leans left and is walked."""
    links: list[Syntax] = []
    while node.type in ("call_expression", "navigation_expression", "index_expression"):
        links.append(node)
        node = node.named_children[0]
    if node.type == "unary_expression":
        sign, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        if sign.start_byte < argument.start_byte:  # `!a.b()` is `!(a.b())`, whatever the grammar thinks
            inside = _links(lw, links, argument)
            if sign.type == "-" and isinstance(inside, Num):
                return Num("-" + inside.text)
            return Un(sign.type, inside)
    return _links(lw, links, node)


def _links(lw: Lowering, links: list[Syntax], node: Syntax) -> Tree:
    """The links of a chain, outermost first, put on what it begins with."""
    first = links[-1]
    out: Tree | None = None
    if first.type == "navigation_expression":
        if node.type == "this_expression" and node.child_count == 1 and first.children[1].type == ".":
            out = Member(None, _attribute(lw, first))
            links = links[:-1]
    if out is None:
        out = lw.expr(node)
    for link in reversed(links):
        if link.type == "navigation_expression":
            op = next((c.type for c in link.children if c.type in (".", "?.", "::")), ".")
            called = _attribute(lw, link)
            if called == "java" and link.id == links[0].id and isinstance(out, Member) and out.op == "::":
                continue  # `Foo::class.java` hands on the type as `Foo::class` does
            out = Member(out, called, op)
            continue
        if link.type == "index_expression":
            out = Index(out, lw.exprs(link.named_children[1:]))
            continue
        args: list[Tree] = []
        tail: list[Tree] = []
        for part in link.named_children[1:]:
            if part.type == "value_arguments":
                args = [_argument(lw, c) for c in lw.named(part)]
            elif part.type == "annotated_lambda":
                inside = next(c for c in part.named_children if c.type == "lambda_literal")
                tail.append(_on_receiver(lw, inside) if _has_receiver(out) else _literal(lw, inside))
            elif part.type == "type_arguments":
                out = _typed(out, squeeze(lw.text(part)))
        # `f(x) { .. }` is a call of a call to the grammar, one call to the language
        if tail and not args and isinstance(out, Call) and len(link.named_children) == 2 and _is_call(link):
            out = Call(out.fn, [*out.args, *tail])
        else:
            out = Call(out, args + tail)
        out = _dedented(out)
    return out


def _has_receiver(fn: Tree) -> bool:
    """Whether the function runs its lambda on an object: `x.apply { .. }`, `x.run { .. }`, `with(x) { .. }`."""
    if isinstance(fn, Member):
        return fn.name in ("apply", "run")
    return (fn.fn if isinstance(fn, Call) else fn) == Name("with")


def _on_receiver(lw: Lowering, node: Syntax) -> Lambda:
    """A lambda with a `this` of its own, which is its first parameter where the body shows it. What the body writes by
    a bare name is that object's, unless the function around writes it too."""
    scope = lw.state.get("scope")
    around = set(scope.written) if scope is not None else set()
    made = _literal(lw, node)
    assert isinstance(made, Lambda)
    own: set[str] = set()
    shows = False
    stack: list[Tree] = list(made.body) if isinstance(made.body, list) else [made.body]
    while stack:
        top = stack.pop()
        if isinstance(top, (Lambda, Func, Class)):
            continue
        if isinstance(top, Assign):
            own.update(t.id for t in top.targets if isinstance(t, Name))
        shows = shows or top == Name("this") or (isinstance(top, Member) and top.obj is None)
        stack.extend(children(top))
    own -= around
    if scope is not None:
        own -= scope.declared
        scope.written -= own
    params = [p for p in made.params if p.name != "it"]
    body = made.body
    if own and isinstance(body, list):
        body = as_fields(body, own)
    return replace(made, params=[Param("this"), *params] if own or shows else params, body=body)


def _is_call(link: Syntax) -> bool:
    return bool(link.named_children[0].type == "call_expression")


def _attribute(lw: Lowering, node: Syntax) -> str:
    return lw.text(node.named_children[-1]).strip("`") if node.child_count > 2 else "class"


INFERRED = frozenset(
    {
        "mutableListOf",
        "listOf",
        "arrayListOf",
        "mutableMapOf",
        "mapOf",
        "hashMapOf",
        "linkedMapOf",
        "mutableSetOf",
        "setOf",
        "hashSetOf",
        "emptyList",
        "emptyMap",
        "emptySet",
        "ArrayList",
        "HashMap",
        "HashSet",
        "LinkedHashMap",
        "LinkedHashSet",
        "arrayOfNulls",
        "arrayOf",
        "lazy",
        "emptyArray",
        "sequenceOf",
        "mutableStateOf",
        "MutableStateFlow",
        "flowOf",
        "flow",
        "Pair",
        "Triple",
        "ArrayDeque",
        "TreeMap",
        "linkedSetOf",
        "LinkedList",
        "emptySequence",
        "sequence",
        "Array",
    }
)
"""Functions whose type arguments say nothing that their use does not."""


def _typed(fn: Tree, given: str) -> Tree:
    """A callee with its type arguments, where they are not known otherwise."""
    called = fn.id if isinstance(fn, Name) else fn.name if isinstance(fn, Member) else ""
    if not called or called in INFERRED:
        return fn
    return Member(fn.obj, called + given, fn.op) if isinstance(fn, Member) else Name(called + given)


def _dedented(node: Call) -> Tree:
    """`trimIndent()` of a literal is the string that it gives."""
    fn = node.fn
    if (
        node.args
        or not isinstance(fn, Member)
        or not isinstance(fn.obj, Str)
        or fn.name not in ("trimIndent", "trimMargin")
    ):
        return node
    lines = fn.obj.text[1:-1].split("\\n")
    if fn.name == "trimMargin":
        lines = [line.lstrip()[1:] if line.lstrip().startswith("|") else line for line in lines]
    if lines and not lines[0].strip():
        lines = lines[1:]
    if lines and not lines[-1].strip():
        lines = lines[:-1]
    if fn.name == "trimIndent":
        lines = textwrap.dedent("\n".join(lines)).split("\n")
    return Str('"' + "\\n".join(lines) + '"')


def _argument(lw: Lowering, node: Syntax) -> Tree:
    kids = [c for c in node.children if c.type not in lw.table.skip]
    if len(kids) > 2 and kids[1].type == "=":
        return Arg(lw.text(kids[0]), lw.expr(kids[-1]))
    return lw.expr(kids[-1])


_VALUE = re.compile(r"\$([A-Za-z_]\w*)")


def _string(lw: Lowering, node: Syntax) -> Tree:
    multi = node.type == "multiline_string_literal"
    parts: list[str | Tree] = []
    flat = ""
    for child in node.children[1:-1]:
        if child.type == "interpolation":
            inside = lw.named(child)
            if flat:
                parts += _values(flat, multi)
                flat = ""
            parts.append(lw.expr(inside[0]) if inside else lw.raw_text(child))
        else:
            flat += lw.text(child)
    return template(lw, parts + _values(flat, multi))


def _values(text: str, multi: bool) -> list[str | Tree]:
    """`$name` in a text, which the grammar leaves in it."""
    if multi:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    out: list[str | Tree] = []
    at = 0
    for found in _VALUE.finditer(text):
        if found.start() and text[found.start() - 1] == "\\":
            continue
        out += [text[at : found.start()], Name(found.group(1))]
        at = found.end()
    out.append(text[at:])
    return [p.replace("\\$", "$") if isinstance(p, str) else p for p in out]


def _binary(lw: Lowering, node: Syntax) -> Tree:
    """`a op b`, walked along its left side."""
    chain: list[tuple[str, Syntax]] = []
    while True:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            out: Tree = lw.raw_text(node)
            break
        chain.append((node.child_by_field_name("operator").type, right))
        if left.type != "binary_expression":
            out = lw.expr(left)
            break
        node = left
    chain.reverse()
    at = 0
    while at < len(chain):
        op, right = chain[at]
        # `f<T>(x)` looks like two comparisons to the grammar
        if op == "<" and at + 1 < len(chain) and chain[at + 1][0] == ">" and isinstance(out, (Name, Member)):
            given = chain[at + 1][1]
            if given.type == "parenthesized_expression" and right.type in ("identifier", "navigation_expression"):
                out = Call(_typed(out, f"<{squeeze(lw.text(right))}>"), [lw.expr(given)])
                at += 2
                continue
        value = lw.expr(right)
        out = _elvis(out, value) if op == "?:" else Bin(op, out, value)
        at += 1
    return out


def _elvis(left: Tree, right: Tree) -> Tree:
    """`a ?: b`: `a??b`, since an or-else stands for what fails or is falsy too; a step behind it has no other form."""
    return OrElse(left, right) if isinstance(right, (Return, Raise, Jump)) else Bin("??", left, right)


def _unary(lw: Lowering, node: Syntax) -> Tree:
    sign, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
    value = lw.expr(argument)
    if sign.type in ("++", "--"):
        wrote(lw, value)
    if sign.start_byte >= argument.end_byte:
        return Post(value, sign.type)
    if sign.type == "-" and isinstance(value, Num):
        return Num("-" + value.text)
    return Un(sign.type, value)


def _infix(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    if len(kids) != 3:
        return lw.raw_text(node)
    op = lw.text(kids[1])
    left, right = lw.expr(kids[0]), lw.expr(kids[2])
    if op == "until":
        return Range(left, right)
    return Bin(op, left, right)


def _range(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    return Range(lw.expr(kids[0]), lw.expr(kids[-1]), any(c.type == ".." for c in node.children))


def _tested(lw: Lowering, node: Syntax) -> Tree:
    """`x is T`, `x !in xs`."""
    op = next(c.type for c in node.children if c.type in ("is", "!is", "in", "!in"))
    right = node.child_by_field_name("right")
    return Bin(op, lw.expr(node.child_by_field_name("left")), _kind(lw, right) if "is" in op else lw.expr(right))


def _cast(lw: Lowering, node: Syntax) -> Tree:
    kind = _kind(lw, node.child_by_field_name("right")).text
    op = next(c.type for c in node.children if c.type in ("as", "as?"))
    value = lw.expr(node.child_by_field_name("left"))
    return value if op == "as" and len(kind.rstrip("?")) == 1 else Bin(op, value, Raw(kind))


def _kind(lw: Lowering, node: Syntax) -> Raw:
    """A type that a value is tested against."""
    return Raw(_plain_type(squeeze(lw.text(node))) or "")


def _this(lw: Lowering, node: Syntax) -> Tree:
    kids = node.named_children
    return Name("this@" + lw.text(kids[0]).strip("@")) if kids else Name("this")


def _returned(lw: Lowering, node: Syntax) -> Tree:
    """`return x`; `return@forEach` goes on with the next element."""
    label = node.child_by_field_name("label")
    kids = [c for c in lw.named(node) if label is None or c.id != label.id]
    if label is not None and not kids and lw.text(label) in ("forEach", "forEachIndexed"):
        return Jump("continue")
    return Return(lw.expr(kids[0]) if kids else None)


def _thrown(lw: Lowering, node: Syntax) -> Tree:
    return Raise(lw.expr(lw.named(node)[0]))


def _labelled(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    label = lw.text(kids[0])
    if label in ("break@", "continue@"):
        return Jump(label[:-1], lw.text(kids[1]))
    return lw.expr(kids[1])


def _uses_it(body: Tree | list[Tree]) -> bool:
    """Whether `it` is this lambda's own, not an inner one's."""
    stack: list[Tree] = list(body) if isinstance(body, list) else [body]
    while stack:
        top = stack.pop()
        if isinstance(top, Name):
            if top.id == "it":
                return True
        elif not (isinstance(top, Lambda) and any(p.name == "it" for p in top.params)):
            stack.extend(children(top))
    return False


def _literal(lw: Lowering, node: Syntax) -> Tree:
    """`{ a, b -> .. }`: its last value is what it gives, and a `return` in it leaves the function around it."""
    params: list[Param] = []
    rest: list[Syntax] = []
    explicit = False
    for child in node.named_children:
        if child.type == "lambda_parameters":
            explicit = True
            for given in lw.named(child):
                if given.type == "multi_variable_declaration" and len(lw.named(child)) == 1:
                    params += [Param(lw.text(c.named_children[0])) for c in lw.named(given)]
                elif given.type == "multi_variable_declaration":
                    params.append(Param("(" + ",".join(lw.text(c.named_children[0]) for c in lw.named(given)) + ")"))
                else:
                    params.append(Param(lw.text(given.named_children[0])))
        else:
            rest.append(child)
    for param in params:
        declare(lw, *param.name.strip("()").split(","))
    steps = lw.sequence(rest)
    if not explicit and _uses_it(steps):
        params = [Param("it")]
    if len(steps) == 1 and isinstance(steps[0], Do):
        return Lambda(params, steps[0].value)
    return Lambda(params, steps)


def _into(step: Tree, put: object) -> list[Tree]:
    """A branching step whose arms' last values go through `put` (a return, an assignment)."""
    if isinstance(step, Do):
        return [put(step.value)]  # type: ignore[operator]
    if isinstance(step, If):
        other = None if step.other is None else _into_last(step.other, put)
        return [If(step.test, _into_last(step.then, put), other)] if other is not None else [step]
    if isinstance(step, Try):
        handlers = [replace(h, body=_into_last(h.body, put)) for h in step.handlers]
        return [replace(step, body=_into_last(step.body, put), handlers=handlers)]
    if isinstance(step, Switch):
        return [replace(step, cases=[replace(c, body=_into_last(c.body, put)) for c in step.cases])]
    return [step]


def _into_last(steps: list[Tree], put: object) -> list[Tree]:
    return [*steps[:-1], *_into(steps[-1], put)] if steps else steps


def _function_value(lw: Lowering, node: Syntax) -> Tree:
    """`fun(x: Int): Int { .. }`."""
    given = next(c for c in node.named_children if c.type == "function_value_parameters")
    params = [Param(p.name, None, p.default, p.star) for p in _params(lw, given)]
    return arrow(params, _body(lw, node, True) or [])


def _object(lw: Lowering, node: Syntax) -> Tree:
    """`object : A(x), B { .. }`."""
    made: list[Tree] = []
    members: list[Tree] = []
    for child in node.named_children:
        if child.type == "delegation_specifiers":
            for base in lw.named(child):
                inside = base.named_children[0]
                kind = Name(
                    squeeze(lw.text(inside.named_children[0] if inside.type != "user_type" else inside)).split("<")[0]
                )
                args = next((c for c in inside.named_children if c.type == "value_arguments"), None)
                values = [_argument(lw, c) for c in lw.named(args)] if args is not None else []
                made.append(Call(kind, values) if values else kind)
        elif child.type == "class_body":
            members = lw.sequence(child.named_children)
    built: Tree = made[0] if made else Name("object")
    for other in made[1:]:
        built = Bin("&", built, other)
    return Build(built, members)


def _when(lw: Lowering, node: Syntax) -> Tree:
    subject: Tree | None = None
    cases: list[Case] = []
    for child in lw.named(node):
        if child.type == "when_subject":
            inside = lw.named(child)
            subject = lw.expr(inside[-1])
            if inside[0].type == "variable_declaration":
                subject = Bin("=", Name(lw.text(inside[0].named_children[0])), subject)
        elif child.type == "when_entry":
            conditions = child.children_by_field_name("condition")
            labels = [_label(lw, c) for c in conditions]
            kids = [c for c in child.children if c.is_named and c.type not in lw.table.skip]
            body = kids[-1] if len(kids) > len(conditions) else None
            steps = lw.steps(body)
            cases.append(Case(labels, None, steps))
    return Switch(subject, cases)


def _label(lw: Lowering, node: Syntax) -> Tree:
    if node.type not in ("type_test", "range_test"):
        return lw.expr(node)
    sign, value = node.children[0].type, node.named_children[-1]
    test = Un(sign.lstrip("!"), _kind(lw, value) if node.type == "type_test" else lw.expr(value))
    return Un("!", test) if sign[0] == "!" else test


def _arms(lw: Lowering, node: Syntax) -> tuple[list[tuple[Tree, list[Tree]]], list[Tree] | None]:
    """The tests and bodies of an if, else-ifs walked, and what is left for else."""
    out: list[tuple[Tree, list[Tree]]] = []
    while True:
        condition = node.child_by_field_name("condition")
        then: Syntax | None = None
        other: Syntax | None = None
        seen_else = closed = False
        for child in node.children:
            if child.type == ")":
                closed = True
            elif child.type == "else":
                seen_else = True
            elif child.is_named and child.id != condition.id and closed and child.type not in lw.table.skip:
                if seen_else:
                    other = child
                else:
                    then = child
        out.append((lw.expr(condition), lw.steps(then)))
        if other is None:
            return out, [] if seen_else else None
        if other.type != "if_expression":
            return out, lw.steps(other)
        node = other


def _if(lw: Lowering, node: Syntax) -> list[Tree]:
    arms, tail = _arms(lw, node)
    for test, body in reversed(arms):
        tail = [If(test, body, tail)]
    return tail or []


def _if_value(lw: Lowering, node: Syntax) -> Tree:
    """`if` as a value: a conditional where each arm is one value, else a match of tests."""
    arms, tail = _arms(lw, node)
    bodies = [body for _, body in arms] + [tail or []]
    if tail is not None and all(len(b) == 1 and isinstance(b[0], (Do, Return, Raise)) for b in bodies):
        values = [b[0].value if isinstance(b[0], Do) else b[0] for b in bodies]
        out: Tree = values[-1]
        for at in range(len(arms) - 1, -1, -1):
            out = Cond(arms[at][0], values[at], out)
        return out
    cases = [Case([test], None, body) for test, body in arms]
    return Switch(None, [*cases, Case([], None, tail)] if tail is not None else cases)


def _try(lw: Lowering, node: Syntax) -> list[Tree]:
    body: list[Tree] = []
    handlers: list[Handler] = []
    final: list[Tree] | None = None
    for child in lw.named(node):
        if child.type == "block":
            body = lw.steps(child)
        elif child.type == "catch_block":
            kids = [c for c in lw.named(child) if c.type not in ("annotation", "modifiers")]
            kind = Name(squeeze(lw.text(kids[1])))
            steps = lw.steps(kids[-1]) if kids[-1].type == "block" else []
            declare(lw, lw.text(kids[0]))
            handlers.append(Handler([kind], lw.text(kids[0]), steps))
        elif child.type == "finally_block":
            final = lw.steps(lw.named(child)[-1])
    return [Try(body, handlers, None, final)]


def _try_value(lw: Lowering, node: Syntax) -> Tree:
    """`try` in the middle of an expression: a block that gives a value."""
    step = _try(lw, node)[0]
    assert isinstance(step, Try)
    return Call(Lambda([], [step]), [])


# --- lowering: steps ----------------------------------------------------------------------------------------------

_BRANCHING = frozenset({"if_expression", "try_expression"})


def _value_step(lw: Lowering, node: Syntax, put: object) -> list[Tree]:
    """`put(value)`; where the value branches and an arm has steps of its own, the branch goes outside."""
    if node.type in _BRANCHING:
        step = lw.step(node)
        if len(step) == 1 and not (isinstance(step[0], If) and _is_plain(step[0])):
            return _into(step[0], put)
    return [put(lw.expr(node))]  # type: ignore[operator]


def _is_plain(step: If) -> bool:
    if step.other is None:
        return False
    bodies = [step.then, step.other]
    return all(len(b) == 1 and (isinstance(b[0], Do) or (isinstance(b[0], If) and _is_plain(b[0]))) for b in bodies)


def _return(lw: Lowering, node: Syntax) -> list[Tree]:
    label = node.child_by_field_name("label")
    kids = [c for c in lw.named(node) if label is None or c.id != label.id]
    if not kids:
        return [_returned(lw, node)]
    return _value_step(lw, kids[0], lambda value: Return(value))


def _throw(lw: Lowering, node: Syntax) -> list[Tree]:
    return [_thrown(lw, node)]


def _jump(lw: Lowering, node: Syntax) -> list[Tree]:
    value = lw.expr(node)
    return [value if isinstance(value, Jump) else Do(value)]


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    op = node.child_by_field_name("operator").type
    target = wrote(lw, lw.expr(node.child_by_field_name("left")))
    return _value_step(lw, node.child_by_field_name("right"), lambda value: Assign([target], value, op))


def _local_type(kind: str | None, value: Tree | None) -> str | None:
    """A number literal of a type that it does not show, or a boolean that may be null."""
    if kind in THREE_WAY:
        return kind
    plain = isinstance(value, Num) and value.text[-1:] not in "LfFuU"
    if (kind in NARROW and plain) or (kind == "f" and plain and "." not in value.text):  # type: ignore[union-attr]
        return kind
    return None


def _property(lw: Lowering, node: Syntax) -> list[Tree]:
    decorators, words, seen = _modifiers(lw, node)
    target: Tree | None = None
    kind: str | None = None
    owner = ""
    value: Syntax | None = None
    delegate = getter = setter = None
    kids = node.children
    for at, child in enumerate(kids):
        if child.type == "variable_declaration":
            target, kind = Name(lw.text(child.named_children[0]).strip("`")), _type(lw, child)
            declare(lw, target.id)
        elif child.type == "multi_variable_declaration":
            target = Coll("", [Name(lw.text(c.named_children[0])) for c in lw.named(child)])
            declare(lw, *(lw.text(c.named_children[0]) for c in lw.named(child)))
        elif child.type == "=" and at + 1 < len(kids):
            value = next((c for c in kids[at + 1 :] if c.is_named and c.type not in lw.table.skip), None)
        elif child.type == "property_delegate":
            delegate = lw.named(child)[-1]
        elif child.type == "getter":
            getter = child
        elif child.type == "setter":
            setter = child
        elif child.type in _TYPE_KINDS and target is None:
            owner = squeeze(lw.text(child))
    if target is None:
        return [lw.raw_text(node)]
    in_class = node.parent is not None and node.parent.type in ("class_body", "enum_class_body", "source_file")
    label = target.id if isinstance(target, Name) else ""
    out: list[Tree] = []
    if value is not None:
        if "const" in seen and label:
            return [Const("K", label, lw.expr(value), pos=node.start_byte)]
        shown = None
        if in_class:
            first = lw.expr(value)
            told = isinstance(first, (Str, Call)) or (isinstance(first, Name) and first.id in ("true", "false"))
            shown = None if told else kind
            if shown == "i" and isinstance(first, Num):
                shown = None
            shown = (shown or "") + "".join(decorators) or None
            out.append(Assign([target], first, "=", shown, pos=node.start_byte))
        else:
            assert target is not None
            left = target
            out += _value_step(lw, value, lambda got: Assign([left], got, "=", _local_type(kind, got)))
    elif delegate is not None:
        out.append(Assign([target], Un("by", lw.expr(delegate)), "=", pos=node.start_byte))
    elif in_class and getter is None:
        shown = None if kind and not decorators and told_by_name(label, kind) else kind
        shown = (shown or "") + "".join(decorators) or None
        held = [w for w in words if w in ("abstract", "override")]
        step = Assign([target], None, "=", shown, pos=node.start_byte)
        out.append(Block(" ".join(held), [step]) if held else step)
    for accessor, what in ((getter, "get"), (setter, "set")):
        if accessor is None:
            continue
        if not any(c.type == "function_body" for c in accessor.named_children):
            continue
        taken = [c for c in accessor.named_children if c.type in ("identifier", "parameter", "variable_declaration")]
        params = [Param(lw.text(c.named_children[0] if c.named_children else c)) for c in taken]
        pos = node.start_byte if what == "get" or getter is None else accessor.start_byte
        head = Func(label, params, None, kind, False, None, decorators, words, what, "", owner, pos=pos)
        out.append(scoped(lw, partial(_accessor, lw, accessor, head)))
    return out


def _accessor(lw: Lowering, node: Syntax, head: Func) -> Func:
    """A getter or setter with its body; `field` is the value behind it."""
    declare(lw, "field")
    body = _body(lw, node, head.kind == "get")
    return replace(head, body=body, returns=kept_return(head.name, head.returns, body) if head.kind == "get" else None)


def _for(lw: Lowering, node: Syntax) -> list[Tree]:
    label = ""
    targets: list[Tree] = []
    source: Tree | None = None
    body: list[Tree] = []
    after = False
    for child in node.children:
        if child.type == "label":
            label = lw.text(child).rstrip("@")
        elif child.type == "variable_declaration":
            targets = [Name(lw.text(child.named_children[0]))]
        elif child.type == "multi_variable_declaration":
            targets = [Name(lw.text(c.named_children[0])) for c in lw.named(child)]
        elif child.type == ")":
            after = True
        elif child.is_named and child.type not in lw.table.skip and child.type != "annotation":
            if after:
                body = lw.steps(child)
            else:
                source = lw.expr(child)
    declare(lw, *(t.id for t in targets if isinstance(t, Name)))
    assert source is not None
    loop = Each(targets, source, body)
    return [Block(label + ":", [loop])] if label else [loop]


def _while(lw: Lowering, node: Syntax) -> list[Tree]:
    condition = node.child_by_field_name("condition")
    test: Tree | None = lw.expr(condition) if condition is not None else None
    if isinstance(test, Name) and test.id == "true":
        test = None
    label = ""
    body: list[Tree] = []
    for child in node.children:
        if child.type == "label":
            label = lw.text(child).rstrip("@")
        elif child.is_named and (condition is None or child.id != condition.id) and child.type not in lw.table.skip:
            body = lw.steps(child)
    loop = While(test, body, node.type == "do_while_statement")
    return [Block(label + ":", [loop])] if label else [loop]


def _annotated(lw: Lowering, node: Syntax) -> list[Tree]:
    return lw.step(lw.named(node)[-1])


def _labelled_step(lw: Lowering, node: Syntax) -> list[Tree]:
    kids = lw.named(node)
    label = lw.text(kids[0])
    if label in ("break@", "continue@") or len(kids) < 2:
        return [_labelled(lw, node)] if len(kids) > 1 else []
    return lw.step(kids[1])


# --- lowering: units ----------------------------------------------------------------------------------------------


_MAYBE_NUMBERS = frozenset({"i?", "f?", *(f"{kind}?" for kind in NARROW)})


def _params(lw: Lowering, node: Syntax) -> list[Param]:
    out: list[Param] = []
    notes: list[str] = []
    star = ""
    kids = node.children
    for at, child in enumerate(kids):
        if child.type == "parameter_modifiers":
            notes, seen = _parameter_words(lw, child)
            star = "*" if "vararg" in seen else ""
        elif child.type in ("parameter", "class_parameter"):
            label = next(lw.text(c) for c in child.named_children if c.type == "identifier")
            kind = _type(lw, child)
            if child.type == "class_parameter":
                notes, _, seen = _modifiers(lw, child)
                star = "*" if "vararg" in seen else ""
            value = None
            if child.type == "class_parameter":
                follow = [i for i, c in enumerate(child.children) if c.type == "="]
                if follow:
                    value = lw.expr(child.children[follow[0] + 1])
            elif at + 2 < len(kids) and kids[at + 1].type == "=":
                value = lw.expr(kids[at + 2])
            if not notes:
                # the default tells that nothing may come; of a number a test asks that, not whether it is 0
                absent = isinstance(value, Name) and value.id == "null" and kind not in _MAYBE_NUMBERS
                kind = kept_param(label, kind.removesuffix("?") if absent and kind else kind)
            out.append(Param(label.strip("`"), (kind or "") + "".join(notes) or None, value, star))
            notes, star = [], ""
    return out


def _parameter_words(lw: Lowering, node: Syntax) -> tuple[list[str], set[str]]:
    notes: list[str] = []
    seen: set[str] = set()
    for child in node.named_children:
        spelled = lw.text(child)
        if child.type != "annotation":
            seen.add(spelled)
        elif re.split(r"[(<]", spelled.lstrip("@"), maxsplit=1)[0].rsplit(".", 1)[-1] not in SILENT_ANNOTATIONS:
            notes.append(squeeze(spelled))
    return notes, seen


def _body(lw: Lowering, node: Syntax, value: bool) -> list[Tree] | None:
    """The steps of a function's block, or of `= expr`; `value` says whether the expression is returned."""
    body = next((c for c in node.named_children if c.type == "function_body"), None)
    if body is None:
        block = next((c for c in node.named_children if c.type == "block"), None)
        return None if block is None else lw.steps(block)
    inside = lw.named(body)
    if not inside:
        return []
    if inside[0].type == "block":
        return lw.steps(inside[0])
    if not value or inside[-1].type in ("throw_expression", "assignment"):
        return lw.step(inside[-1])
    return _value_step(lw, inside[-1], lambda got: Return(got))


def _func(lw: Lowering, node: Syntax) -> list[Tree]:
    return [scoped(lw, lambda: _function(lw, node))]


def _function(lw: Lowering, node: Syntax) -> Func:
    decorators, words, _ = _modifiers(lw, node)
    given = next(c for c in node.named_children if c.type == "function_value_parameters")
    label = lw.text(node.child_by_field_name("name")).strip("`")
    kind = _type_after(lw, node, given)
    body = _body(lw, node, kind != "Unit")
    tparams = _tparams(lw, node)
    if "reified" in tparams:
        words = [w for w in words if w != "inline"]
    start = node.child_by_field_name("name").start_byte
    owner = ""
    for child in node.named_children:
        if child.start_byte >= start:
            break
        if child.type in _TYPE_KINDS:
            owner = squeeze(lw.text(child))
    is_async = "suspend" in words
    words = [w for w in words if w != "suspend"]
    return Func(
        label,
        _params(lw, given),
        body,
        kept_return(label, kind, body),
        is_async,
        None,
        decorators,
        words,
        "F",
        tparams,
        owner,
        pos=node.start_byte,
    )


def _type_after(lw: Lowering, node: Syntax, params: Syntax) -> str | None:
    """The return type, which stands behind the parameters."""
    for child in node.named_children:
        if child.start_byte >= params.end_byte and child.type in _TYPE_KINDS:
            return _plain_type(type_text(lw, child))
    return None


def _constructor(lw: Lowering, node: Syntax) -> list[Tree]:
    return [scoped(lw, lambda: _made(lw, node))]


def _made(lw: Lowering, node: Syntax) -> Func:
    decorators, words, _ = _modifiers(lw, node)
    given = next(c for c in node.named_children if c.type == "function_value_parameters")
    body = _body(lw, node, False) or []
    first = next((c for c in node.named_children if c.type == "constructor_delegation_call"), None)
    if first is not None:
        args = next((c for c in first.named_children if c.type == "value_arguments"), None)
        values = [_argument(lw, c) for c in lw.named(args)] if args is not None else []
        body = [Do(Call(Name(first.children[0].type.removesuffix("_expression")), values)), *body]
    return Func(
        "constructor",
        _params(lw, given),
        body,
        None,
        False,
        None,
        decorators,
        words,
        "constructor",
        pos=node.start_byte,
    )


def _class(lw: Lowering, node: Syntax) -> list[Tree]:
    decorators, words, seen = _modifiers(lw, node)
    label = node.child_by_field_name("name")
    mark = "C"
    members: list[Tree] = []
    params: list[Param] | None = None
    bases: list[str] = []
    for child in node.children:
        kind = child.type
        if kind == "interface":
            mark = "I"
        elif kind == "primary_constructor":
            given = next((c for c in child.named_children if c.type == "class_parameters"), None)
            params = _params(lw, given) if given is not None else None
        elif kind == "delegation_specifiers":
            bases = [squeeze(lw.text(c)) for c in lw.named(child)]
        elif kind in ("class_body", "enum_class_body"):
            members = lw.sequence(child.named_children)
    if "enum" in seen:
        mark = "E"
    elif "data" in seen and node.type == "class_declaration":
        mark = "M"
        members = [*(Assign([Name(p.name)], p.default, "=", p.type) for p in params or []), *members]
        params = None
    if node.type == "object_declaration":
        words.append("object")
    elif node.type == "companion_object":
        words.append("companion")
    spelled = lw.text(label) if label is not None else "Companion"
    return [
        Class(
            mark,
            spelled,
            bases,
            members,
            None,
            decorators,
            words,
            params,
            _tparams(lw, node, True),
            pos=node.start_byte,
        )
    ]


def _enum_entry(lw: Lowering, node: Syntax) -> list[Tree]:
    label: Tree | None = None
    for child in lw.named(node):
        if child.type == "identifier" and label is None:
            label = Name(lw.text(child))
        elif child.type == "value_arguments" and label is not None:
            label = Call(label, [_argument(lw, c) for c in lw.named(child)])
        elif child.type == "class_body" and label is not None:
            label = Build(label, lw.sequence(child.named_children))
    return [Do(label)] if label is not None else []


def _initializer(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Block("init", lw.steps(lw.named(node)[-1]))]


def _alias(lw: Lowering, node: Syntax) -> list[Tree]:
    label, value = node.child_by_field_name("type"), lw.named(node)[-1]
    return [Const("T", lw.text(label), Raw(squeeze(lw.text(value))), pos=node.start_byte)]


_CODES = {
    "String": "s",
    "Int": "i",
    "Boolean": "b",
    "Double": "f",
    "String?": "s?",
    "Int?": "i?",
    "Boolean?": "b?",
    "Double?": "f?",
}

LOWER = LowerTable(
    receiver="this",
    block_kinds=frozenset({"block", "source_file", "class_body", "enum_class_body"}),
    skip=frozenset({"line_comment", "block_comment", "shebang", "file_annotation"}),
    type_codes=_CODES,
    exprs={
        "identifier": _identifier,
        "qualified_identifier": name,
        "user_type": raw,
        "nullable_type": raw,
        "this_expression": _this,
        "super_expression": lambda lw, node: Name("super"),
        "number_literal": number,
        "float_literal": number,
        "character_literal": string,
        "string_literal": _string,
        "multiline_string_literal": _string,
        "navigation_expression": _chain,
        "call_expression": _chain,
        "index_expression": _chain,
        "value_argument": _argument,
        "binary_expression": _binary,
        "infix_expression": _infix,
        "range_expression": _range,
        "unary_expression": _unary,
        "is_expression": _tested,
        "in_expression": _tested,
        "as_expression": _cast,
        "parenthesized_expression": inner,
        "spread_expression": lambda lw, node: Spread("*", lw.expr(lw.named(node)[-1])),
        "callable_reference": lambda lw, node: Name(squeeze(lw.text(node))),
        "collection_literal": lambda lw, node: Coll("[", lw.exprs(node.named_children)),
        "lambda_literal": _literal,
        "annotated_lambda": lambda lw, node: lw.expr(lw.named(node)[-1]),
        "annotated_expression": lambda lw, node: lw.expr(lw.named(node)[-1]),
        "labeled_expression": _labelled,
        "anonymous_function": _function_value,
        "object_literal": _object,
        "when_expression": _when,
        "if_expression": _if_value,
        "try_expression": _try_value,
        "return_expression": _returned,
        "throw_expression": _thrown,
    },
    steps={
        "identifier": _jump,
        "labeled_expression": _labelled_step,
        "annotated_expression": _annotated,
        "property_declaration": _property,
        "assignment": _assignment,
        "return_expression": _return,
        "throw_expression": _throw,
        "if_expression": _if,
        "when_expression": lambda lw, node: [_when(lw, node)],
        "try_expression": _try,
        "for_statement": _for,
        "while_statement": _while,
        "do_while_statement": _while,
        "function_declaration": _func,
        "secondary_constructor": _constructor,
        "class_declaration": _class,
        "object_declaration": _class,
        "companion_object": _class,
        "enum_entry": _enum_entry,
        "anonymous_initializer": _initializer,
        "type_alias": _alias,
        "import": nothing,
        "package_header": nothing,
    },
)

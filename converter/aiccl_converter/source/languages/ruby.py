"""Ruby. `def self.x` and `class << self` give methods of the class itself; both are named like its other methods."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    Member,
    Name,
    Num,
    OrElse,
    Pair,
    Param,
    Raise,
    Range,
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
)
from aiccl_converter.language.tree import Node as Tree
from aiccl_converter.source import plain_calls
from aiccl_converter.source.formats import percent
from aiccl_converter.source.language import Language, NamePath, Unit, part, text
from aiccl_converter.source.literals import double_quoted
from aiccl_converter.source.lowering import (
    ExprFn,
    Lowering,
    LowerTable,
    StepFn,
    Syntax,
    binary,
    conditional,
    name,
    number,
    one_line,
    operator,
    raw,
    squeeze,
    template,
    unary,
    word,
)
from aiccl_converter.source.tails import bare_call, returned

if TYPE_CHECKING:
    from tree_sitter import Node


_QUOTED = {"$`": "pre_match", "$'": "post_match"}


def _global(lw: Lowering, node: Syntax) -> Tree:
    """A global variable; the two whose names are quotes by what they are."""
    said = _QUOTED.get(lw.text(node))
    return name(lw, node) if said is None else Member(Member(Name("Regexp"), "last_match"), said)


def constant_path(node: Node) -> NamePath | None:
    """("A", "B") for `class A::B`."""
    name = node.child_by_field_name("name")
    return tuple(piece for piece in text(name).split("::") if piece) if name is not None else None


def defined_name(node: Node) -> NamePath | None:
    """The name given to `define_method`."""
    arguments = node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    return (text(first).strip(":\"'"),) if first is not None else None


LANGUAGES = {
    "ruby": Language(
        name="ruby",
        title="Ruby",
        grammar=("tree_sitter_ruby", "language"),
        extensions=(".rb", ".rake", ".gemspec", ".ru"),
        filenames=("rakefile", "gemfile", "guardfile", "vagrantfile"),
        aliases=("rb",),
        shebangs=("ruby", "jruby"),
        units=(
            Unit("namespace", "module", constant_path),
            Unit("class", "class", constant_path, params="superclass"),
            Unit("function", "method"),
            Unit("function", "singleton_method"),
            Unit(
                "function",
                "call",
                defined_name,
                lambda node: part(node, "block.body"),
                lambda node: part(node, "block.parameters"),
                'method: (identifier) @called block: (_); (#eq? @called "define_method")',
            ),
            Unit(
                "function", "assignment", "left", "right.body", "right.parameters", "left: (constant) right: (lambda)"
            ),
        ),
        layout="newline",
        fragments=(("class X\n", "\nend"),),
    ),
}

# --- lowering ---------------------------------------------------------------------------------------------------
#
# `.x` is `@x` in a Ruby view; a call on the object itself keeps its `self.`. What a method's last step gives is
# returned. A block is the last argument; the block of `each` and its kin in a statement is a loop.

_LOOPS = frozenset(
    """each each_pair each_with_index each_char each_line each_byte each_slice each_cons each_entry each_key each_value
    each_index reverse_each times upto downto step find_each find_in_batches with_index each_child""".split()
)
_PLAIN_LOOPS = frozenset({"each", "each_pair"})
_KEEP_NEW = frozenset(
    "Array String Integer Float Hash Struct Class Module Proc Object Rational Complex Thread Fiber Enumerator".split()
)
"""Constants of which a call would mean something else than `new`, or that take a block of definitions."""
_ACCESS = frozenset({"private", "public", "protected", "module_function"})
_HIDING = frozenset(
    {"private", "public", "protected", "private_class_method", "private_constant", "public_class_method"}
)


def _note(lw: Lowering, target: Tree) -> None:
    if isinstance(target, Name):
        lw.state.setdefault("locals", set()).add(target.id)
    elif isinstance(target, Coll):
        for item in target.items:
            _note(lw, item.value if isinstance(item, Spread) else item)


# names and literals


def _instance_variable(lw: Lowering, node: Syntax) -> Tree:
    return Member(None, lw.text(node)[1:])


def _identifier(lw: Lowering, node: Syntax) -> Tree:
    text = lw.text(node)
    return plain_calls.ruby(Call(Name(text), [])) if text[-1] in "?!" else Name(text)


def _scope(lw: Lowering, node: Syntax) -> Tree:
    scope = node.child_by_field_name("scope")
    if scope is None or scope.type in ("constant", "scope_resolution"):
        return Name("".join(lw.text(node).split()))
    return Member(lw.expr(scope), lw.text(node.child_by_field_name("name")), "::")


def _symbol(lw: Lowering, node: Syntax) -> Tree:
    """`:name`; an operator's is quoted, since its marks would mean something else in a view.

    One that holds values is their text's symbol, so that the names in it are seen: `"{name}=".to_sym`.
    """
    if node.type == "delimited_symbol" and any(k.type == "interpolation" for k in node.named_children):
        said = _finish(lw, _pieces(lw, node, node.children[0].end_byte, node.children[-1].start_byte))
        return Member(said, "to_sym")
    text = one_line(lw.text(node))
    return Str(text if _SYMBOL(text) else f':"{text[1:]}"')


_SYMBOL = re.compile(r":(?:\"|[\w@$]+[?!=]?\Z)").match


def _literal(text: str) -> Tree:
    """Double-quoted text: braces in it are no values, so it is quoted in the other way, or said to be a template."""
    if "{" not in text:
        return Str(f'"{one_line(text)}"')
    if "\\" not in text and "'" not in text and "\n" not in text:
        return Str(f"'{text}'")
    return Template([one_line(text)])


def _finish(lw: Lowering, parts: list[str | Tree]) -> Tree:
    parts = [q for p in parts for q in (p.parts if isinstance(p, Template) else [p])]
    if all(isinstance(p, str) for p in parts):
        return _literal("".join(p for p in parts if isinstance(p, str)))
    return template(lw, parts)


def _pieces(lw: Lowering, node: Syntax, start: int, end: int) -> list[str | Tree]:
    parts: list[str | Tree] = []
    for child in node.named_children:
        if child.type != "interpolation":
            continue
        parts.append(lw.data[start : child.start_byte].decode("utf-8", "replace"))
        kids = lw.named(child)
        parts.append(lw.expr(kids[0]) if len(kids) == 1 else lw.raw_text(child))
        start = child.end_byte
    parts.append(lw.data[start:end].decode("utf-8", "replace"))
    return parts


def _string(lw: Lowering, node: Syntax) -> Tree:
    kids = node.children
    if len(kids) < 2:
        return Str(one_line(lw.text(node)))
    opening = lw.text(kids[0])
    start, end = kids[0].end_byte, kids[-1].start_byte
    if opening == "'":
        text = lw.text(node)  # over several lines it stands between double quotes, where `\\n` is a line's end
        return _literal(double_quoted(text, "ruby") or "") if "\n" in text else Str(text)
    parts = _pieces(lw, node, start, end)
    if opening.startswith("%"):
        if opening.startswith("%q"):
            parts = [double_quoted(f"'{p}'", "ruby") or "" if isinstance(p, str) else p for p in parts]
        else:
            parts = [p.replace('"', '\\"') if isinstance(p, str) else p for p in parts]
    return _finish(lw, parts)


def _chained(lw: Lowering, node: Syntax) -> Tree:
    """Strings side by side are one string."""
    parts: list[str | Tree] = []
    for child in lw.named(node):
        value = lw.expr(child)
        if isinstance(value, Template):
            parts.extend(value.parts)
        elif isinstance(value, Str) and value.text[:1] in "\"'":
            parts.append(double_quoted(value.text, "ruby") or "")
        else:
            parts.append(value)
    return _finish(lw, parts)


def _heredocs(lw: Lowering, node: Syntax) -> dict[int, Syntax]:
    """Which body belongs to which opening: they stand in the same order."""
    found: dict[int, Syntax] | None = lw.state.get("heredocs")
    if found is None:
        root = node
        while root.parent is not None:
            root = root.parent
        starts: list[int] = []
        bodies: list[Syntax] = []
        stack = [root]
        while stack:
            top = stack.pop()
            if top.type == "heredoc_beginning":
                starts.append(top.start_byte)
            elif top.type == "heredoc_body":
                bodies.append(top)
                stack.extend(c for c in top.named_children if c.type == "interpolation")
            else:
                stack.extend(reversed(top.named_children))
        starts.sort()
        bodies.sort(key=lambda n: n.start_byte)
        found = lw.state["heredocs"] = dict(zip(starts, bodies, strict=False))
    return found


def _heredoc(lw: Lowering, node: Syntax) -> Tree:
    body = _heredocs(lw, node).get(node.start_byte)
    if body is None:
        return Str('""')
    opening = lw.text(node)
    ending = body.named_children[-1] if body.named_children else None
    start = body.start_byte
    end = ending.start_byte if ending is not None and ending.type == "heredoc_end" else body.end_byte
    while lw.data[start : start + 1] in (b"\r", b"\n") and start < end:
        start += 1
        if lw.data[start - 1 : start] == b"\n":
            break
    end = lw.data.rfind(b"\n", start, end)
    if end < start:
        return Str('""')
    if "'" in opening:
        text = lw.data[start:end].decode("utf-8", "replace")
        parts: list[str | Tree] = [text.replace("\\", "\\\\").replace('"', '\\"')]
    else:
        parts = [
            p.replace('\\"', '"').replace('"', '\\"') if isinstance(p, str) else p
            for p in _pieces(lw, body, start, end)
        ]
    if "~" in opening:
        lines = lw.data[start:end].decode("utf-8", "replace").split("\n")
        margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        first = True
        for at, part in enumerate(parts):
            if isinstance(part, str):
                head, *rest = part.split("\n")
                parts[at] = "\n".join([head[margin:] if first else head, *(line[margin:] for line in rest)])
            first = False
    return _finish(lw, parts)


def _regex(lw: Lowering, node: Syntax) -> Tree:
    """A regular expression, between slashes; what is put into it stays as it stands."""
    text = one_line(lw.text(node))
    if text.startswith("%r"):
        end = max(text.rfind(c) for c in _CLOSING.get(text[2], text[2]))
        text = "/" + text[3:end].replace("\\/", "/").replace("/", "\\/") + "/" + text[end + 1 :]
    return Str(text)


_CLOSING = {"{": "}", "(": ")", "[": "]", "<": ">"}


def _words(lw: Lowering, node: Syntax) -> Tree:
    """`%w[a b]` and `%i[a b]`."""
    before, after = ('"', '"') if node.type == "string_array" else (":", "")
    items: list[Tree] = []
    for child in lw.named(node):
        if any(c.type == "interpolation" for c in child.named_children):
            said = _finish(lw, _pieces(lw, child, child.start_byte, child.end_byte))
            items.append(Member(said, "to_sym") if before == ":" else said)
        else:
            items.append(Str(f"{before}{lw.text(child)}{after}"))
    return Coll("[", items)


def _hash(lw: Lowering, node: Syntax) -> Tree:
    return Coll("{", lw.exprs(node.named_children))


def _pair_of(lw: Lowering, node: Syntax) -> tuple[str | None, Tree, Tree]:
    """A pair's symbol where its key is one, its key and its value."""
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    text = lw.text(key)
    if key.type == "hash_key_symbol":
        got = lw.expr(value) if value is not None else Name(text)
        return text, Str(text), got
    got = lw.expr(value) if value is not None else Name(text)
    if key.type == "simple_symbol" and text[1:].isidentifier():
        return text[1:], Str(text[1:]), got
    shown = lw.expr(key)
    if node.children[1].type == ":":  # "a b": 1 is a symbol too
        shown = Str(":" + shown.text) if isinstance(shown, Str) else Member(shown, "to_sym")
    if not isinstance(shown, (Str, Num, Template)):
        shown = Coll("[", [shown])  # a bare name would be the symbol, a call hardly be seen as a key
    return None, shown, got


def _pair(lw: Lowering, node: Syntax) -> Tree:
    _, key, value = _pair_of(lw, node)
    return Pair(key, value)


def _range(lw: Lowering, node: Syntax) -> Tree:
    return Range(lw.field(node, "begin"), lw.field(node, "end"), operator(node) == "..")


def _splat(op: str) -> ExprFn:
    def entry(lw: Lowering, node: Syntax) -> Tree:
        kids = lw.named(node)
        return Spread(op, lw.expr(kids[0]) if kids else Name(""))

    return entry


def _block_argument(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    return Un("&", lw.expr(kids[0])) if kids else Name("&")


# calls


def _arguments(lw: Lowering, node: Syntax | None) -> list[Tree]:
    out: list[Tree] = []
    for child in node.named_children if node is not None else ():
        kind = child.type
        if kind == "pair":
            symbol, key, value = _pair_of(lw, child)
            out.append(Arg(symbol, value) if symbol is not None else Pair(key, value))
        elif kind not in lw.table.skip:
            out.append(lw.expr(child))
    return out


def _block(lw: Lowering, node: Syntax) -> Lambda:
    """A block or the body of a lambda."""
    params = _parameters(lw, node.child_by_field_name("parameters"))
    return _block_with(lw, node, params, "block")


def _block_with(lw: Lowering, node: Syntax, params: list[Param], leaves: str) -> Lambda:
    """`leaves`: what a `return` in it goes out of, the method for a `block`, itself for a `lambda`."""
    around = lw.state.get("in"), lw.state.get("of")
    lw.state["in"], lw.state["of"] = "block", leaves
    for param in params:
        lw.state.setdefault("locals", set()).add(param.name)
    try:
        steps = _body(lw, node.child_by_field_name("body"))
    finally:
        lw.state["in"], lw.state["of"] = around
    choice = _value_of(steps) if _chooses(steps) else None
    if choice is not None:
        return Lambda(params, choice)
    steps = returned(steps)
    if len(steps) == 1 and isinstance(steps[0], Return) and steps[0].value is not None:
        return Lambda(params, steps[0].value)
    return Lambda(params, steps)


def _chooses(steps: list[Tree] | None) -> bool:
    """Whether steps are an `if` that gives a value in each of its branches."""
    while steps is not None and len(steps) == 1:
        step = steps[0]
        if not isinstance(step, If) or len(step.then) != 1 or not isinstance(step.then[0], Do) or not step.other:
            return False
        steps = step.other
        if len(steps) == 1 and isinstance(steps[0], Do):
            return True
    return False


def _lambda(lw: Lowering, node: Syntax) -> Tree:
    params = _parameters(lw, node.child_by_field_name("parameters"))
    return _block_with(lw, node.child_by_field_name("body"), params, "lambda")


def _call(lw: Lowering, node: Syntax) -> Tree:
    """A chain of calls, walked down to its head and built up again, so that its length costs no stack."""
    links: list[Syntax] = []
    while True:
        if node.type == "call":
            links.append(node)
            below = node.child_by_field_name("receiver")
            if below is None:
                out: Tree | None = None
                break
            node = below
        elif node.type == "element_reference":
            links.append(node)
            node = node.child_by_field_name("object")
        else:
            out = lw.expr(node)
            break
    for link in reversed(links):
        out = _index(lw, link, out) if link.type == "element_reference" else _link(lw, link, out)
    assert out is not None
    return out


def _index(lw: Lowering, link: Syntax, target: Tree | None) -> Tree:
    assert target is not None
    side = link.child_by_field_name("object")
    args: list[Tree] = []
    for child in link.named_children:
        if child.id == side.id or child.type in lw.table.skip or child.type in ("block", "do_block"):
            continue
        if child.type == "pair":
            symbol, key, value = _pair_of(lw, child)
            args.append(Arg(symbol, value) if symbol is not None else Pair(key, value))
        else:
            args.append(lw.expr(child))
    return Index(target, args)


def _link(lw: Lowering, link: Syntax, receiver: Tree | None) -> Tree:
    method = link.child_by_field_name("method")
    arguments = link.child_by_field_name("arguments")
    block = link.child_by_field_name("block")
    text = lw.text(method) if method is not None else "call"
    if receiver is None:
        if text == "raise" and block is None:
            return _raised(lw, arguments)
        if text == "lambda" and block is not None and arguments is None:
            return _block_with(lw, block, _parameters(lw, block.child_by_field_name("parameters")), "lambda")
        fn: Tree = Name(text)
    else:
        op = link.child_by_field_name("operator")
        sign = {"&.": "?.", "::": "::"}.get(lw.text(op) if op is not None else ".", ".")
        if method is None:
            fn = receiver
        elif text == "new" and isinstance(receiver, Name) and _constructs(receiver.id):
            fn = receiver
            if arguments is None and block is None:
                return Call(fn, [])
        else:
            fn = Member(receiver, text, sign)
    if arguments is None and block is None and method is not None:
        return plain_calls.ruby(Call(fn, [])) if text[-1] in "?!" else fn
    args = _arguments(lw, arguments)
    if block is not None:
        args.append(_block(lw, block))
        return Call(fn, args)
    return plain_calls.ruby(Call(fn, args))


def _constructs(text: str) -> bool:
    text = text.removeprefix("::")
    return text[:1].isupper() and text not in _KEEP_NEW


def _raised(lw: Lowering, arguments: Syntax | None) -> Tree:
    """`raise E, "text"` raises `E("text")`."""
    args = _arguments(lw, arguments)
    cause = next((a.value for a in args if isinstance(a, Arg) and a.name == "cause"), None)
    if (cause is not None and len(args) == 2) or (cause is not None and len(args) == 3):
        args = [a for a in args if not (isinstance(a, Arg) and a.name == "cause")]
    else:
        cause = None
    if not args:
        return Raise(None)
    if len(args) == 1:
        return Raise(args[0], cause)
    if isinstance(args[0], (Name, Member)):
        return Raise(Call(args[0], args[1:2] if len(args) > 2 and not isinstance(args[2], Arg) else args[1:]), cause)
    return Raise(Coll("", args), cause)


def _call_step(lw: Lowering, node: Syntax) -> list[Tree]:
    method = node.child_by_field_name("method")
    receiver = node.child_by_field_name("receiver")
    block = node.child_by_field_name("block")
    text = lw.text(method) if method is not None else ""
    if block is not None:
        loop = _loop(lw, node, text, receiver, block)
        if loop is not None:
            return [loop]
    elif receiver is None:
        arguments = node.child_by_field_name("arguments")
        if text in _HIDING and arguments is not None:
            kids = lw.named(arguments)
            if all(k.type in ("simple_symbol", "method", "singleton_method", "splat_argument") for k in kids):
                return [s for k in kids if k.type.endswith("method") for s in lw.step(k)]
        above = node.parent
        if text in ("require", "require_relative") and arguments is not None and above is not None:
            if above.type == "program" and all(k.type == "string" for k in arguments.named_children):
                return []
        if arguments is not None and lw.named(arguments) and lw.named(arguments)[0].type == "method":
            units = [s for k in lw.named(arguments) for s in lw.step(k)]  # helper_method def x, memoize def x
            if len(units) == 1 and isinstance(units[0], Func):
                units[0].modifiers = [text, *units[0].modifiers]
                return units
    value = _call(lw, node)
    if isinstance(value, Raise):
        return [value]
    if isinstance(value, (Member, Name)):
        value = Call(value, [])
    return [Do(value)]


def _loop(lw: Lowering, node: Syntax, text: str, receiver: Syntax | None, block: Syntax) -> Tree | None:
    """The loop that a block's call is, where it is one."""
    arguments = node.child_by_field_name("arguments")
    if receiver is None:
        if text != "loop" or arguments is not None:
            return None
        return While(None, _loop_body(lw, block, []))
    if text not in _LOOPS:
        return None
    params = _parameters(lw, block.child_by_field_name("parameters"))
    if any(p.default is not None or p.star for p in params) or (not params and text != "times"):
        return None
    targets: list[Tree] = [Name(p.name) for p in params] or [Name("_")]
    args = _arguments(lw, arguments)
    op = node.child_by_field_name("operator")
    safe = op is not None and lw.text(op) == "&."
    subject = lw.expr(receiver)
    source: Tree
    if text in _PLAIN_LOOPS and not args:
        source = OrElse(subject, Coll("[", [])) if safe else subject
    elif text == "times" and not args:
        source = Range(Num("0"), subject)
    elif text == "upto" and len(args) == 1:
        source = Range(subject, args[0], True)
    else:
        source = Member(subject, text, "?." if safe else ".")
        if args:
            source = Call(source, args)
    return Each(targets, source, _loop_body(lw, block, params))


def _loop_body(lw: Lowering, block: Syntax, params: list[Param]) -> list[Tree]:
    around = lw.state.get("in")
    lw.state["in"] = "loop"
    for param in params:
        lw.state.setdefault("locals", set()).add(param.name)
    try:
        return _body(lw, block.child_by_field_name("body"))
    finally:
        lw.state["in"] = around


def _identifier_step(lw: Lowering, node: Syntax) -> list[Tree]:
    text = lw.text(node)
    if text in _ACCESS and "method" not in lw.state:
        return []
    if text in lw.state.get("locals", ()) or text.startswith("__"):
        return [Do(Name(text))]
    return [Raise(None)] if text == "raise" else [Do(Call(Name(text), []))]


def _yield(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    values = _arguments(lw, kids[0]) if kids else []
    return Yield(values[0] if len(values) == 1 else Coll("", values) if values else None)


def _yield_step(lw: Lowering, node: Syntax) -> list[Tree]:
    return [_yield(lw, node)]


# operators


_binary = binary()


def _binary_value(lw: Lowering, node: Syntax) -> Tree:
    if operator(node) == "%":
        got = _binary(lw, node)
        return percent(got.left, got.right, "ruby") or got if isinstance(got, Bin) else got
    if operator(node) in ("||", "or"):
        right = node.child_by_field_name("right")
        if _leaves(lw, right):
            return OrElse(lw.expr(node.child_by_field_name("left")), lw.expr(right))
    left = node.child_by_field_name("left")
    if left.type == "binary" and operator(left) != operator(node):
        op = operator(node)
        return Bin(op, lw.expr(left), lw.expr(node.child_by_field_name("right")))
    return _binary(lw, node)


def _leaves(lw: Lowering, node: Syntax) -> bool:
    """Whether the operand goes away rather than giving a value."""
    while node.type == "parenthesized_statements" and len(lw.named(node)) == 1:
        node = lw.named(node)[0]
    if node.type in ("return", "next", "break"):
        return True
    method = node.child_by_field_name("method") if node.type == "call" else None
    return method is not None and node.child_by_field_name("receiver") is None and lw.text(method) == "raise"


def _binary_step(lw: Lowering, node: Syntax) -> list[Tree]:
    """`a and b` as a statement is `b` where a holds; where a body ends on it, its value is a's or b's."""
    op = operator(node)
    right = node.child_by_field_name("right")
    if op in ("and", "&&", "or", "||") and not (op in ("or", "||") and _leaves(lw, right)):
        then = lw.step(right)
        one = len(then) == 1 and isinstance(then[0], Do)
        gives = _ends_body(node)
        if not one or (op in ("and", "or") and not gives):
            left = lw.expr(node.child_by_field_name("left"))
            if op in ("and", "&&"):
                return [If(left, then)]
            if gives and isinstance(left, (Name, Member)):
                return [If(left, [Do(left)], then)]
            return [If(plain_calls.ruby_not("not", left), then)]
    return [Do(_binary_value(lw, node))]


def _ends_body(node: Syntax) -> bool:
    """Whether what the statement gives is what the body around it gives."""
    while (parent := node.parent) is not None and parent.type in _TAILS:
        if parent.type in _SEQUENCES:
            rest = node.next_named_sibling
            while rest is not None and rest.type == "comment":
                rest = rest.next_named_sibling
            if rest is not None and rest.type not in ("rescue", "ensure"):
                return False
        elif parent.type in _BODIES:
            return True
        node = parent
    return False


_SEQUENCES = frozenset({"body_statement", "block_body", "begin", "then", "else", "parenthesized_statements"})
_BRANCHES = frozenset({"if", "unless", "elsif", "case", "when", "if_modifier", "unless_modifier", "rescue"})
_BODIES = frozenset({"method", "singleton_method", "do_block", "block"})
_TAILS = _SEQUENCES | _BRANCHES | _BODIES
"""Where the value of a statement goes on: the last of a sequence, a branch; and where it ends up."""


def _unary(lw: Lowering, node: Syntax) -> Tree:
    op = operator(node)
    value = node.child_by_field_name("operand")
    if op == "defined?":
        return Call(Name("defined?"), [lw.expr(value)])
    if op in ("!", "not"):
        return plain_calls.ruby_not(op, lw.expr(value))
    return _minus(lw, node)


_minus = unary("operand")


def _parenthesized(lw: Lowering, node: Syntax) -> Tree:
    kids = lw.named(node)
    return lw.expr(kids[0]) if len(kids) == 1 else lw.raw_text(node)


def _conditional_value(lw: Lowering, node: Syntax) -> Tree:
    """`x = if c then a else b end`, where each branch is one value."""
    steps = lw.step(node)
    value = _value_of(steps)
    return value if value is not None else lw.raw_text(node)


def _value_of(steps: list[Tree] | None) -> Tree | None:
    """The value that steps give, where an expression can say it."""
    if not steps:
        return Name("nil")
    if len(steps) != 1:
        return None
    step = steps[0]
    if isinstance(step, Do):
        value = step.value
        return value.fn if isinstance(value, Call) and bare_call(value) else value
    if isinstance(step, If):
        then, other = _value_of(step.then), _value_of(step.other)
        return Cond(step.test, then, other) if then is not None and other is not None else None
    if isinstance(step, (Raise, Switch, Return, Yield)):
        return step
    return None


def _switch_value(lw: Lowering, node: Syntax) -> Tree:
    return lw.step(node)[0]


# assignments


def _targets(lw: Lowering, node: Syntax) -> list[Tree]:
    if node.type == "left_assignment_list":
        return [lw.expr(c) for c in lw.named(node)]
    return [lw.expr(node)]


def _destructured(lw: Lowering, node: Syntax) -> Tree:
    return Coll("(", lw.exprs(node.named_children))


def _values(lw: Lowering, node: Syntax) -> Tree:
    return Coll("", lw.exprs(node.named_children))


_BRANCHING = frozenset({"if", "unless", "case", "case_match", "begin"})


def _assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    right = node.child_by_field_name("right")
    left = node.child_by_field_name("left")
    targets = _targets(lw, left)
    if right.type == "assignment":
        inside = lw.step(right)
        for target in targets:
            _note(lw, target)
        first = inside[-1]
        if isinstance(first, Assign) and first.value is not None and len(first.targets) == 1:
            value = first.value if isinstance(first.value, (Name, Num, Str)) else first.targets[0]
            return [*inside, Assign(targets, value)]
    got = _assigned(lw, targets, right)
    for target in targets:
        _note(lw, target)
    if left.type == "constant" and node.parent is not None and node.parent.type == "program" and len(got) == 1:
        only = got[0]
        if isinstance(only, Assign) and only.value is not None:
            return [Const("K", lw.text(left), only.value)]
    return got


def _assigned(lw: Lowering, targets: list[Tree], right: Syntax) -> list[Tree]:
    """Steps that give a target what a value is: a branching value assigns in each branch."""
    if right.type in _BRANCHING:
        steps = lw.step(right)
        value = _value_of(steps)
        if value is not None:
            return [Assign(targets, value)]
        pushed = _push(steps, targets)
        if pushed is not None:
            return pushed
    if right.type == "rescue_modifier":
        body, handler = right.child_by_field_name("body"), right.child_by_field_name("handler")
        return [Try([Assign(targets, lw.expr(body))], [Handler([], None, [Assign(targets, lw.expr(handler))])])]
    return [Assign(targets, lw.expr(right))]


def _push(steps: list[Tree] | None, targets: list[Tree]) -> list[Tree] | None:
    """The steps with their last value assigned, None where that cannot be said."""
    if not steps:
        return [Assign(targets, Name("nil"))]
    step = steps[-1]
    ends: list[Tree] | None
    if isinstance(step, Do):
        ends = [Assign(targets, _value_of([step]))]
    elif isinstance(step, If):
        then, other = _push(step.then, targets), _push(step.other, targets)
        ends = [If(step.test, then, other)] if then is not None and other is not None else None
    elif isinstance(step, Switch):
        cases = [Case(c.labels, c.guard, _push(c.body, targets) or c.body) for c in step.cases]
        ends = [Switch(step.subject, cases)]
    elif isinstance(step, Try) and step.other is None:
        body = _push(step.body, targets)
        handlers = [Handler(h.types, h.name, _push(h.body, targets) or h.body) for h in step.handlers]
        ends = [Try(body or step.body, handlers, None, step.final)]
    elif isinstance(step, (Return, Raise, Jump)):
        ends = [step]
    elif isinstance(step, Assign) and len(step.targets) == 1:
        ends = [step, Assign(targets, step.targets[0])]
    elif isinstance(step, Word) and step.word == "retry":
        ends = [step]
    else:
        return None
    return [*steps[:-1], *ends] if ends is not None else None


def _assigned_value(lw: Lowering, node: Syntax) -> Tree:
    targets = _targets(lw, node.child_by_field_name("left"))
    for target in targets:
        _note(lw, target)
    left = targets[0] if len(targets) == 1 else Coll("(", targets)
    return Bin(":=", left, lw.expr(node.child_by_field_name("right")))


def _operator_assignment(lw: Lowering, node: Syntax) -> list[Tree]:
    target = lw.expr(node.child_by_field_name("left"))
    op = operator(node)
    right = node.child_by_field_name("right")
    if op == "||=" and right.type in ("begin", "if", "case", "unless"):
        steps = lw.step(right)
        pushed = _push(steps, [target]) if _value_of(steps) is None else None
        if pushed is not None:
            return [If(plain_calls.ruby_not("not", target), pushed)]
    _note(lw, target)
    return [Assign([target], lw.expr(right), op)]


def _operator_value(lw: Lowering, node: Syntax) -> Tree:
    target = lw.expr(node.child_by_field_name("left"))
    _note(lw, target)
    return Bin(operator(node), target, lw.expr(node.child_by_field_name("right")))


# steps


def _body(lw: Lowering, node: Syntax | None) -> list[Tree]:
    """The steps of a body, with its handlers around them."""
    if node is None:
        return []
    if node.type not in lw.table.block_kinds and node.type != "begin":
        return lw.step(node)
    plain: list[Syntax] = []
    handlers: list[Handler] = []
    other = final = None
    guarded = False
    for child in node.named_children:
        kind = child.type
        if kind == "rescue":
            handlers.append(_rescue(lw, child))
            guarded = True
        elif kind == "ensure":
            final = lw.sequence(child.named_children)
            guarded = True
        elif kind == "else" and node.type in ("body_statement", "begin", "do", "block_body"):
            other = lw.sequence(child.named_children)
            guarded = True
        else:
            plain.append(child)
    steps = lw.sequence(plain)
    return [Try(steps, handlers, other, final)] if guarded else steps


def _rescue(lw: Lowering, node: Syntax) -> Handler:
    kinds = node.child_by_field_name("exceptions")
    variable = node.child_by_field_name("variable")
    caught = lw.text(lw.named(variable)[0]) if variable is not None else None
    if caught is not None:
        lw.state.setdefault("locals", set()).add(caught)
    types = lw.exprs(kinds.named_children) if kinds is not None else []
    return Handler(types, caught, lw.steps(node.child_by_field_name("body")))


def _begin(lw: Lowering, node: Syntax) -> list[Tree]:
    return _body(lw, node)


def _if(lw: Lowering, node: Syntax) -> list[Tree]:
    arms: list[tuple[Tree, list[Tree]]] = []
    tail: list[Tree] | None = None
    top: Syntax | None = node
    while top is not None:
        if top.type == "else":
            tail = lw.sequence(top.named_children)
            break
        test = lw.expr(top.child_by_field_name("condition"))
        arms.append((test, lw.steps(top.child_by_field_name("consequence"))))
        top = top.child_by_field_name("alternative")
    for test, then in reversed(arms):
        tail = [If(test, then, tail)]
    return tail or []


def _unless(lw: Lowering, node: Syntax) -> list[Tree]:
    other = node.child_by_field_name("alternative")
    return [
        If(
            plain_calls.ruby_not("not", lw.expr(node.child_by_field_name("condition"))),
            lw.steps(node.child_by_field_name("consequence")),
            lw.sequence(other.named_children) if other is not None else None,
        )
    ]


def _modifier(lw: Lowering, node: Syntax) -> list[Tree]:
    test = lw.expr(node.child_by_field_name("condition"))
    body = lw.steps(node.child_by_field_name("body"))
    return [If(test if node.type == "if_modifier" else plain_calls.ruby_not("not", test), body)]


def _while(lw: Lowering, node: Syntax) -> list[Tree]:
    test = lw.expr(node.child_by_field_name("condition"))
    around = lw.state.get("in")
    lw.state["in"] = "loop"
    body_node = node.child_by_field_name("body")
    body = _body(lw, body_node)
    lw.state["in"] = around
    endless = isinstance(test, Name) and test.id == "true"
    checked: Tree | None = (
        plain_calls.ruby_not("not", test) if node.type.startswith("until") else None if endless else test
    )
    post = node.type.endswith("_modifier") and body_node is not None and body_node.type == "begin"
    return [While(checked, body, post)]


def _for(lw: Lowering, node: Syntax) -> list[Tree]:
    targets = _targets(lw, node.child_by_field_name("pattern"))
    for target in targets:
        _note(lw, target)
    source = lw.named(node.child_by_field_name("value"))[0]
    around = lw.state.get("in")
    lw.state["in"] = "loop"
    body = _body(lw, node.child_by_field_name("body"))
    lw.state["in"] = around
    return [Each(targets, lw.expr(source), body)]


def _case(lw: Lowering, node: Syntax) -> list[Tree]:
    cases: list[Case] = []
    for arm in lw.named(node):
        if arm.type == "when":
            labels = [lw.expr(lw.named(p)[0]) for p in arm.children_by_field_name("pattern")]
            cases.append(Case(labels, None, lw.steps(arm.child_by_field_name("body"))))
        elif arm.type == "else":
            cases.append(Case([], None, lw.sequence(arm.named_children)))
    return [Switch(lw.field(node, "value"), cases)]


_LOCAL = re.compile(r"(?<![\w:.@])[a-z_]\w*")


def _case_match(lw: Lowering, node: Syntax) -> list[Tree]:
    cases: list[Case] = []
    for arm in lw.named(node):
        if arm.type == "in_clause":
            guard = arm.child_by_field_name("guard")
            test: Tree | None = None
            if guard is not None:
                test = lw.expr(guard.child_by_field_name("condition"))
                test = plain_calls.ruby_not("not", test) if guard.type == "unless_guard" else test
            pattern = arm.child_by_field_name("pattern")
            lw.state.setdefault("locals", set()).update(_LOCAL.findall(lw.text(pattern)))
            cases.append(Case([raw(lw, pattern)], test, lw.steps(arm.child_by_field_name("body"))))
        elif arm.type == "else":
            cases.append(Case([], None, lw.sequence(arm.named_children)))
    return [Switch(lw.field(node, "value"), cases)]


def _rescue_modifier(lw: Lowering, node: Syntax) -> list[Tree]:
    body, handler = node.child_by_field_name("body"), node.child_by_field_name("handler")
    steps = lw.step(body)
    if len(steps) == 1 and isinstance(steps[0], Do):
        return [Do(_rescue_value(lw, node))]
    return [Try(steps, [Handler([], None, [s for s in lw.step(handler) if s != Do(Name("nil"))])])]


def _rescue_value(lw: Lowering, node: Syntax) -> Tree:
    return Bin("rescue", lw.expr(node.child_by_field_name("body")), lw.expr(node.child_by_field_name("handler")))


def _leaving_value(lw: Lowering, node: Syntax) -> Tree | None:
    kids = lw.named(node)
    if not kids:
        return None
    values = _arguments(lw, kids[0]) if kids[0].type == "argument_list" else [lw.expr(kids[0])]
    return values[0] if len(values) == 1 else Coll("", values)


def _return(lw: Lowering, node: Syntax) -> list[Tree]:
    value = _leaving_value(lw, node)
    if lw.state.get("of") == "block":  # leaves the method, not the block
        return [Word("return", [value] if value is not None else [])]
    return [Return(value)]


def _next(lw: Lowering, node: Syntax) -> list[Tree]:
    if lw.state.get("in") == "loop":
        return [Jump("continue")]
    return [Return(_leaving_value(lw, node))]


def _break(lw: Lowering, node: Syntax) -> list[Tree]:
    value = _leaving_value(lw, node)
    return [Jump("break")] if value is None else [Word("break", [value])]


def _only(make: StepFn) -> ExprFn:
    """A statement where a value could stand (`x or return`)."""
    return lambda lw, node: make(lw, node)[0]


def _bare(spelling: str) -> StepFn:
    return lambda lw, node: [Word(spelling, [])]


def _alias(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Word("alias", [Name(lw.text(c).lstrip(":")) for c in lw.named(node)])]


def _end_block(lw: Lowering, node: Syntax) -> list[Tree]:
    return [Block(node.children[0].type, lw.sequence(node.named_children))]


def _match_pattern(lw: Lowering, node: Syntax) -> Tree:
    op = "in" if node.type == "test_pattern" else "=>"
    return Bin(op, lw.expr(node.child_by_field_name("value")), raw(lw, node.child_by_field_name("pattern")))


# units


def _parameters(lw: Lowering, node: Syntax | None) -> list[Param]:
    """Keywords as `a:` and, behind one of these, `*rest` or a `*` of its own, `a=v`."""
    out: list[Param] = []
    behind = False
    for child in lw.named(node) if node is not None else ():
        kind = child.type
        if node is not None and node.type == "block_parameters" and child.prev_sibling is not None:
            if child.prev_sibling.type == ";":
                break  # locals of the block
        named = child.child_by_field_name("name")
        text = lw.text(named) if named is not None else ""
        if kind == "identifier":
            out.append(Param(lw.text(child)))
        elif kind == "optional_parameter":
            out.append(Param(text, None, lw.field(child, "value")))
        elif kind == "splat_parameter":
            out.append(Param(text, star="*"))
            behind = True
        elif kind == "hash_splat_parameter":
            out.append(Param(text, star="**"))
        elif kind == "hash_splat_nil":
            out.append(Param("nil", star="**"))
        elif kind == "keyword_parameter":
            value = lw.field(child, "value")
            if value is not None and not behind:
                out.append(Param("", star="*"))
            out.append(Param(text, None, value, mark="" if value is not None else ":"))
            behind = True
        elif kind == "block_parameter":
            out.append(Param("&" + text))
        elif kind == "forward_parameter":
            out.append(Param("..."))
        else:
            out.append(Param(squeeze(lw.text(child))))
    return out


def _method(lw: Lowering, node: Syntax) -> list[Tree]:
    around = dict(lw.state)
    params = _parameters(lw, node.child_by_field_name("parameters"))
    lw.state["locals"] = {p.name.lstrip("&") for p in params}
    lw.state["method"] = True
    lw.state.pop("in", None)
    lw.state.pop("of", None)
    lw.state.pop("static", None)  # what a method defines in turn is not the class's own
    body_node = node.child_by_field_name("body")
    body = _body(lw, body_node)
    found = lw.state.get("heredocs")
    lw.state = around
    if found is not None:
        lw.state["heredocs"] = found
    text = lw.text(node.child_by_field_name("name"))
    modifiers = []
    if node.type == "singleton_method":
        owner = lw.text(node.child_by_field_name("object"))
        if owner == "self":
            modifiers.append("static")
        else:
            text = f"{owner}.{text}"
    elif lw.state.get("static"):
        modifiers.append("static")
    kind = "F"
    if text == "initialize":
        kind = "constructor"
    elif text.endswith("=") and text[:-1].isidentifier():
        kind, text = "set", text[:-1]
    else:
        body = returned(body)
    return [Func(text, params, body, modifiers=modifiers, kind=kind, pos=node.start_byte)]


def _members(lw: Lowering, node: Syntax) -> list[Tree]:
    around = dict(lw.state)
    lw.state.pop("method", None)
    lw.state.pop("static", None)
    lw.state["locals"] = set()
    out = _body(lw, node.child_by_field_name("body"))
    found = lw.state.get("heredocs")
    lw.state = around
    if found is not None:
        lw.state["heredocs"] = found
    return out


def _class(lw: Lowering, node: Syntax) -> list[Tree]:
    superclass = node.child_by_field_name("superclass")
    bases = [squeeze(lw.text(lw.named(superclass)[0]))] if superclass is not None else []
    text = lw.text(node.child_by_field_name("name"))
    modifiers = ["module"] if node.type == "module" else []
    return [Class("C", text, bases, _members(lw, node), modifiers=modifiers, pos=node.start_byte)]


def _singleton_class(lw: Lowering, node: Syntax) -> list[Tree]:
    """`class << self`: its methods are the class's own."""
    around = lw.state.get("static")
    lw.state["static"] = True
    out = _body(lw, node.child_by_field_name("body"))
    lw.state["static"] = around
    return out


LOWER = LowerTable(
    block_kinds=frozenset({"program", "body_statement", "block_body", "then", "do", "else", "ensure"}),
    skip=frozenset({"comment", "heredoc_body", "empty_statement", "uninterpreted"}),
    exprs={
        "identifier": _identifier,
        "constant": name,
        "self": name,
        "nil": name,
        "true": name,
        "false": name,
        "super": name,
        "global_variable": _global,
        "class_variable": name,
        "instance_variable": _instance_variable,
        "scope_resolution": _scope,
        "operator": name,
        "setter": name,
        "encoding": name,
        "file": name,
        "line": name,
        "integer": number,
        "float": number,
        "rational": number,
        "complex": number,
        "string": _string,
        "chained_string": _chained,
        "heredoc_beginning": _heredoc,
        "character": lambda lw, node: Str(f'"{lw.text(node)[1:]}"'),
        "simple_symbol": _symbol,
        "delimited_symbol": _symbol,
        "hash_key_symbol": name,
        "bare_symbol": name,
        "regex": _regex,
        "subshell": raw,
        "string_array": _words,
        "symbol_array": _words,
        "array": lambda lw, node: Coll("[", _arguments(lw, node)),
        "hash": _hash,
        "pair": _pair,
        "range": _range,
        "splat_argument": _splat("*"),
        "splat_parameter": _splat("*"),
        "rest_assignment": _splat("*"),
        "hash_splat_argument": _splat("**"),
        "block_argument": _block_argument,
        "forward_argument": name,
        "call": _call,
        "element_reference": _call,
        "lambda": _lambda,
        "yield": _yield,
        "binary": _binary_value,
        "unary": _unary,
        "conditional": conditional("condition", "consequence", "alternative"),
        "parenthesized_statements": _parenthesized,
        "if": _conditional_value,
        "unless": _conditional_value,
        "begin": _conditional_value,
        "if_modifier": _conditional_value,
        "unless_modifier": _conditional_value,
        "case": _switch_value,
        "case_match": _switch_value,
        "assignment": _assigned_value,
        "operator_assignment": _operator_value,
        "left_assignment_list": _destructured,
        "destructured_left_assignment": _destructured,
        "destructured_parameter": _destructured,
        "right_assignment_list": _values,
        "rescue_modifier": _rescue_value,
        "return": _only(_return),
        "next": _only(_next),
        "break": _only(_break),
        "redo": _only(_bare("redo")),
        "retry": _only(_bare("retry")),
        "match_pattern": _match_pattern,
        "test_pattern": _match_pattern,
        "exceptions": _values,
    },
    steps={
        "call": _call_step,
        "yield": _yield_step,
        "identifier": _identifier_step,
        "constant": lambda lw, node: [Do(Name(lw.text(node)))],
        "binary": _binary_step,
        "assignment": _assignment,
        "operator_assignment": _operator_assignment,
        "if": _if,
        "unless": _unless,
        "if_modifier": _modifier,
        "unless_modifier": _modifier,
        "while": _while,
        "until": _while,
        "while_modifier": _while,
        "until_modifier": _while,
        "for": _for,
        "case": _case,
        "case_match": _case_match,
        "begin": _begin,
        "parenthesized_statements": lambda lw, node: lw.sequence(node.named_children),
        "rescue_modifier": _rescue_modifier,
        "return": _return,
        "next": _next,
        "break": _break,
        "redo": _bare("redo"),
        "retry": _bare("retry"),
        "alias": _alias,
        "undef": word("undef"),
        "begin_block": _end_block,
        "end_block": _end_block,
        "method": _method,
        "singleton_method": _method,
        "class": _class,
        "module": _class,
        "singleton_class": _singleton_class,
    },
)

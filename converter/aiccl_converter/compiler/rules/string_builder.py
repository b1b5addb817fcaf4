"""A string builder is a string that grows: `sb=StringBuilder();sb.append(a).append(b)` is `sb="";sb+="{a}{b}"`.

Only for a builder that the function makes, appends to and reads by `toString` or its length, and that goes nowhere
else. Appends in a row are one. A text that is built in one go is that text.
"""

from __future__ import annotations

from ...language.tree import (
    Assign,
    Bin,
    Call,
    Cond,
    Do,
    Func,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Str,
    Template,
    walk,
)
from ..restate import Context, Example, Rule
from ._rebuild import rebuild

MAKERS = frozenset({"StringBuilder", "StringBuffer"})
_APPEND = frozenset({"append", "Append"})
_READ = frozenset({"toString", "ToString", "length", "Length"})


def _start(step: Node) -> tuple[str, Node] | None:
    """The builder's name and what it begins with."""
    if (
        not isinstance(step, Assign)
        or step.op != "="
        or len(step.targets) != 1
        or not isinstance(step.targets[0], Name)
    ):
        return None
    value, appended = _unchained(step.value)
    if (
        not isinstance(value, Call)
        or not isinstance(value.fn, Name)
        or value.fn.id not in MAKERS
        or len(value.args) > 1
    ):
        return None
    first = value.args[0] if value.args else None
    if first is not None and not isinstance(first, (Str, Template)):
        if not isinstance(first, Num):
            return None
        first = None  # a capacity
    parts = ([first] if first is not None else []) + appended
    return step.targets[0].id, _text(parts) if parts else Str('""')


def _unchained(node: Node | None) -> tuple[Node | None, list[Node]]:
    """`x.append(a).append(b)` as x and [a, b]."""
    out: list[Node] = []
    while isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.name in _APPEND and len(node.args) == 1:
        out.append(node.args[0])
        node = node.fn.obj
    out.reverse()
    return node, out


def _text(parts: list[Node]) -> Node:
    """Parts put together: one template where they allow it, else a sum."""
    pieces: list[str | Node] = []
    for part in parts:
        if isinstance(part, Template):
            pieces += part.parts
        elif isinstance(part, Str) and len(part.text) > 1 and part.text[0] in "\"'":
            inside = part.text[1:-1]
            pieces.append('\\"' if inside == '"' else "'" if inside == "\\'" else inside)
        elif isinstance(part, (Name, Member, Call, Index)) and _brief(part):
            pieces.append(part)
        else:
            return _sum(parts)
    merged: list[str | Node] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if all(isinstance(m, str) for m in merged):
        return parts[0] if len(parts) == 1 else Str('"' + "".join(m for m in merged if isinstance(m, str)) + '"')
    if len(merged) == 1 and isinstance(merged[0], Node):
        return merged[0]
    return Template(merged)


def _brief(node: Node) -> bool:
    size = 0
    for item in walk(node):
        size += 1
        if size > 14 or isinstance(item, (Str, Template, Cond, Lambda)):
            return False
    return True


def _sum(parts: list[Node]) -> Node:
    out = parts[0]
    if not isinstance(out, (Str, Template)) and len(parts) > 1 and not isinstance(parts[1], (Str, Template)):
        out = Bin("+", Str('""'), out)
    for part in parts[1:]:
        out = Bin("+", out, part)
    return out


def _allowed(body: list[Node], name: str) -> bool:
    """Whether every use of the builder is an append for its effect or a read of its text."""
    uses = fine = 0
    for node in walk(body):
        if isinstance(node, Name) and node.id == name:
            uses += 1
        elif isinstance(node, Do):
            base, parts = _unchained(node.value)
            fine += bool(parts) and isinstance(base, Name) and base.id == name
        elif isinstance(node, Call) and isinstance(node.fn, Member) and not node.args:
            fine += isinstance(node.fn.obj, Name) and node.fn.obj.id == name and node.fn.name in _READ
        elif isinstance(node, Member) and node.name == "Length":
            fine += isinstance(node.obj, Name) and node.obj.id == name
        elif isinstance(node, Lambda) and any(p.name == name for p in node.params):
            return False
    return uses == fine + 1


def rewrite(node: Func, ctx: Context) -> Node | None:
    if not node.body or (len(ctx.units) > 1 and any(isinstance(u, Func) for u in ctx.units[:-1])):
        return None
    body = node.body
    for step in walk(body):
        got = _start(step)
        if got is not None and _allowed(body, got[0]):
            body = _rewritten(body, got[0])
    if body is node.body:
        return None
    from dataclasses import replace

    return replace(node, body=body)


def _rewritten(body: list[Node], name: str) -> list[Node]:
    def one(node: Node) -> Node:
        start = _start(node)
        if start is not None and start[0] == name and isinstance(node, Assign):
            return Assign(node.targets, start[1])
        if isinstance(node, Do):
            base, parts = _unchained(node.value)
            if parts and isinstance(base, Name) and base.id == name:
                return Assign([Name(name)], _text(parts), "+=")
        if isinstance(node, Call) and isinstance(node.fn, Member) and isinstance(node.fn.obj, Name):
            if node.fn.obj.id == name and node.fn.name in ("toString", "ToString") and not node.args:
                return node.fn.obj
        return node

    def run(steps: list[Node]) -> list[Node]:
        """Appends in a row are one."""
        out: list[Node] = []
        for step in steps:
            last = out[-1] if out else None
            if _grows(step, name) and isinstance(step, Assign) and isinstance(last, Assign) and last.value is not None:
                fresh = last.op == "=" and last.targets == step.targets and isinstance(last.value, (Str, Template))
                if (_grows(last, name) or fresh) and step.value is not None:
                    parts = [p for p in (last.value, step.value) if not (isinstance(p, Str) and p.text == '""')]
                    out[-1] = Assign(last.targets, _text(parts), last.op)
                    continue
            out.append(step)
        return out if len(out) < len(steps) else steps

    return rebuild(body, one, run)


def _grows(step: Node | None, name: str) -> bool:
    return isinstance(step, Assign) and step.op == "+=" and step.targets == [Name(name)]


RULE = Rule(
    name="string_builder",
    says="a string builder is a string that grows",
    nodes={Func: rewrite},
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=24,
    normal=True,
    examples=(
        Example(
            "java",
            "String list(List<Lamp> lamps) {\n    StringBuilder out = new StringBuilder();\n"
            '    out.append("lamps: ");\n'
            "    for (Lamp lamp : lamps) {\n        out.append(lamp.name()).append(' ').append(lamp.watts());\n"
            '        out.append("W\\n");\n    }\n    return out.toString();\n}\n',
            'list(lamps)->s\nout="lamps: "\nlamp<-lamps{out+="{lamp.name()} {lamp.watts()}W\\n"}\n^out',
        ),
    ),
)

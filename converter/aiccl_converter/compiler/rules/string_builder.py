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
    text = _quoted(pieces)
    if isinstance(text, Str):
        return parts[0] if len(parts) == 1 else text
    if len(text.parts) == 1 and isinstance(text.parts[0], Node):
        return text.parts[0]
    return text


def _quoted(pieces: list[str | Node]) -> Str | Template:
    """Pieces of text and values as one text."""
    merged: list[str | Node] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    plain = [m for m in merged if isinstance(m, str)]
    return Str('"' + "".join(plain) + '"') if len(plain) == len(merged) else Template(merged)


def _brief(node: Node) -> bool:
    size = 0
    for item in walk(node):
        size += 1
        if size > 14 or isinstance(item, (Str, Template, Cond, Lambda)):
            return False
    return True


def _sum(parts: list[Node]) -> Node:
    """One flat sum; texts side by side are one text."""
    flat: list[Node] = []
    for part in (p for whole in parts for p in _summed(whole)):
        joined = _joined(flat[-1], part) if flat else None
        if joined is None:
            flat.append(part)
        else:
            flat[-1] = joined
    out = flat[0]
    if not isinstance(out, _TEXTS) and len(flat) > 1 and not isinstance(flat[1], _TEXTS):
        out = Bin("+", Str('""'), out)
    for part in flat[1:]:
        out = Bin("+", out, part)
    return out


_TEXTS = (Str, Template)


def _summed(node: Node) -> list[Node]:
    """The parts of a sum that puts texts together from its start on; any other value is one part."""
    out: list[Node] = []
    inner = node
    while isinstance(inner, Bin) and inner.op == "+":
        out.append(inner.right)
        inner = inner.left
    out.append(inner)
    out.reverse()
    if not any(isinstance(p, _TEXTS) for p in out[:2]):
        return [node]
    return out[1:] if out[0] == Str('""') and len(out) > 1 and isinstance(out[1], _TEXTS) else out


def _joined(left: Node, right: Node) -> Node | None:
    """Two texts as one, None where one of them is none in plain quotes."""
    parts: list[str | Node] = []
    for text in (left, right):
        if isinstance(text, Template):
            parts += text.parts
        elif isinstance(text, Str) and len(text.text) > 1 and text.text[0] == '"':
            parts.append(text.text[1:-1])
        else:
            return None
    return _quoted(parts)


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


def _own(name: str, ctx: Context) -> bool:
    """Whether the name is a builder of the function's own that goes nowhere else."""
    unit = next((u for u in ctx.units if isinstance(u, Func)), None)
    if unit is None or not unit.body:
        return False
    made = any(start is not None and start[0] == name for start in map(_start, walk(unit.body)))
    return made and _allowed(unit.body, name)


def _appended(step: Node) -> tuple[Name, list[Node]] | None:
    """`sb.append(a).append(b)` as a step."""
    if not isinstance(step, Do):
        return None
    base, parts = _unchained(step.value)
    return (base, parts) if parts and isinstance(base, Name) else None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    known: dict[str, bool] = {}
    for step in steps:
        start, more = _start(step), _appended(step)
        name = start[0] if start is not None else more[0].id if more is not None else ""
        if not name or not known.setdefault(name, _own(name, ctx)):
            out.append(step)
            continue
        before = out[-1] if out else None
        if start is not None and isinstance(step, Assign):
            out.append(Assign(step.targets, start[1]))
        elif more is not None:
            value = _text(more[1])
            if _grows(before, name) and isinstance(before, Assign) and before.value is not None:
                parts = [p for p in (before.value, value) if not (isinstance(p, Str) and p.text == '""')]
                out[-1] = Assign(before.targets, _text(parts), before.op)
                ctx.uses[name] -= 1
            else:
                out.append(Assign([more[0]], value, "+="))
    return out if any(known.values()) else None


def _grows(step: Node | None, name: str) -> bool:
    """Whether a step sets or adds to the text, so that what follows can join it."""
    if not isinstance(step, Assign) or step.targets != [Name(name)]:
        return False
    return step.op == "+=" or (step.op == "=" and isinstance(step.value, (Str, Template)))


def read(node: Call, ctx: Context) -> Node | None:
    """`sb.toString()` is the text itself."""
    fn = node.fn
    if node.args or not isinstance(fn, Member) or fn.name not in ("toString", "ToString"):
        return None
    return fn.obj if isinstance(fn.obj, Name) and _own(fn.obj.id, ctx) else None


RULE = Rule(
    name="string_builder",
    says="a string builder is a string that grows",
    nodes={Call: read},
    blocks=rewrite,
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=8,
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
        Example(
            "java",
            'String open(Lamp lamp) {\n    StringBuilder out = new StringBuilder();\n    out.append("<");\n'
            '    out.append(tag("lamp") + " " + tag("watts") + "=");\n    close(3);\n'
            '    out.append(">\\n");\n    out.append("</" + tag("lamp"));\n    return out.toString();\n}\n',
            'open(lamp)->s\nout="<"+tag("lamp")+" "+tag("watts")+"="\nclose(3)\nout+=">\\n</"+tag("lamp")\n^out',
        ),
    ),
)

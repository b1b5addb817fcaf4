"""Strings put together are templates: `"load " + id + ": " + err` is `"load {id}: {err}"`.

Matches a `+` chain (`.` in PHP, `<<` never) in which at least one part is a string literal and, from the first literal
on, every part can be text. Numbers added before the first literal keep their own parentheses: only what follows a
literal is sure to be joined as text. Literals of another kind than plain quotes (raw, bytes, templates of JS with tags)
stay as they are.
"""

from __future__ import annotations

from ...language.tree import Bin, Call, Cond, Index, Member, Name, Node, Num, Str, Template
from ..restate import Context, Example, Rule

_LANGUAGES = frozenset({"python", "java", "javascript", "typescript", "tsx", "csharp", "kotlin", "go", "php", "ruby"})
_PARTS = (Name, Num, Member, Call, Index, Str, Template)


def _flat(node: Node, op: str) -> list[Node]:
    out: list[Node] = []
    while isinstance(node, Bin) and node.op == op:
        out.append(node.right)
        node = node.left
    out.append(node)
    out.reverse()
    return out


def _text(node: Node) -> str | None:
    if isinstance(node, Str) and len(node.text) >= 2 and node.text[0] in "\"'" and node.text[-1] == node.text[0]:
        body = node.text[1:-1]
        if "\x00" in body:
            return None
        if node.text[0] == "'":
            body = body.replace("\\'", "'").replace('"', '\\"')
        return body
    return None


def _brief(node: Node) -> bool:
    """Values that read well inside a string: no string literals of their own."""
    from ...language.tree import walk

    size = 0
    for item in walk(node):
        size += 1
        if size > 14 or isinstance(item, (Str, Template, Cond)) or item.__class__.__name__ in ("Lambda", "Comp", "Raw"):
            return False
    return True


def rewrite(node: Bin, ctx: Context) -> Node | None:
    op = "." if ctx.language == "php" else "+"
    if node.op != op:
        return None
    parts = _flat(node, op)
    if not any(isinstance(p, (Str, Template)) for p in parts):
        return None
    first = next(i for i, p in enumerate(parts) if isinstance(p, (Str, Template)))
    if first > 1 and ctx.language != "php":
        return None
    out: list[str | Node] = []
    values = 0
    for part in parts:
        if isinstance(part, Template):
            out.extend(part.parts)
            continue
        text = _text(part)
        if text is not None:
            out.append(text)
        elif isinstance(part, Str) or not isinstance(part, _PARTS) or not _brief(part):
            return None
        else:
            values += 1
            out.append(part)
    merged: list[str | Node] = []
    for item in out:
        if isinstance(item, str) and merged and isinstance(merged[-1], str):
            merged[-1] += item
        elif item != "":
            merged.append(item)
    if values == 0:
        if all(isinstance(m, str) for m in merged):
            return Str('"' + "".join(m for m in merged if isinstance(m, str)) + '"')
    return Template(merged)


RULE = Rule(
    name="string_building",
    says="strings put together with values are one template",
    nodes={Bin: rewrite},
    languages=_LANGUAGES,
    order=20,
    examples=(
        Example(
            "python",
            'def label(self, part):\n    return "part " + part.name + " of " + self.owner\n',
            'label(part)\n^"part {part.name} of {.owner}"',
        ),
    ),
)

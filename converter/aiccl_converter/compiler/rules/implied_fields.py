"""A field that the constructor's parameters tell is not declared beside them: `x;C(x){.x=x}` is `C(x){.x=x}`.

A declaration without a value goes where the constructor stores a parameter of that name in it, the type being the
parameter's or told by neither; in PHP, whose bare declarations say nothing but the name, where any method writes it.
Annotated, static and defaulted fields stay.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Build, Class, Func, Member, Name, Node, walk
from ..restate import Context, Example, Rule


def _constructor(node: Class) -> Func | None:
    for member in node.members:
        if isinstance(member, Func) and (member.kind == "constructor" or member.name == node.name):
            return member
    return None


def _writes(func: Func) -> dict[str, Node | None]:
    """The fields that a function writes, with the value where it is one plain assignment."""
    out: dict[str, Node | None] = {}
    for step in walk(func.body or []):
        if isinstance(step, Assign):
            for target in step.targets:
                if isinstance(target, Member) and target.obj is None:
                    out[target.name] = step.value if target.name not in out and len(step.targets) == 1 else None
        elif isinstance(step, Build) and step.type == Name("."):
            for item in step.items:
                if isinstance(item, Arg):
                    out[item.name] = item.value
    return out


def rewrite(node: Class, ctx: Context) -> Node | None:
    made = _constructor(node)
    stored = _writes(made) if made is not None else {}
    types = {p.name: p.type for p in made.params} if made is not None else {}
    written = set(stored)
    if ctx.language == "php":
        for member in node.members:
            if isinstance(member, Func):
                written.update(_writes(member))
    kept = [m for m in node.members if not _implied(m, stored, types, written, ctx)]
    return replace(node, members=kept) if len(kept) < len(node.members) else None


def _implied(
    member: Node, stored: dict[str, Node | None], types: dict[str, str | None], written: set[str], ctx: Context
) -> bool:
    if not (isinstance(member, Assign) and member.value is None and len(member.targets) == 1 and member.op == "="):
        return False
    target = member.targets[0]
    if not isinstance(target, Name) or "@" in (member.type or ""):
        return False
    if member.type is None and ctx.language == "php":
        return target.id in written
    value = stored.get(target.id)
    if not isinstance(value, Name) or value.id not in types:
        return False
    return member.type is None or types[value.id] in (None, member.type)


RULE = Rule(
    name="implied_fields",
    says="a field that the constructor's parameters tell is not declared beside them",
    nodes={Class: rewrite},
    languages=frozenset({"php", "typescript", "tsx", "javascript"}),
    order=76,
    examples=(
        Example(
            "php",
            "<?php\nclass Lamp {\n  private $room;\n  private $lit = false;\n  private string $shade;\n"
            "  public function __construct($room, string $shade) { $this->room = $room; $this->shade = $shade; }\n}",
            "C:Lamp{lit=false\n__construct(room,shade:s){.{room,shade}}}",
        ),
    ),
)

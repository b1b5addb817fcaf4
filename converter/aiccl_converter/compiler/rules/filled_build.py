"""Fields that are set as soon as an object is made are made with it: `q=&Query{};q.Size=n` is `q=&Query{Size=n}`.

Composite literals of Go with named fields or none, in a local, and values that neither read the object nor leave the
function.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Build, Func, Lambda, Member, Name, Node, OrElse, Post, Raw, Un, walk
from ..restate import Context, Example, Rule


def _made(step: Node) -> Build | None:
    """The object that a name is set to."""
    if not isinstance(step, Assign) or step.op != "=" or step.type is not None or len(step.targets) != 1:
        return None
    value = step.value
    if isinstance(value, Un) and value.op == "&":
        value = value.value
    if not isinstance(value, Build) or not isinstance(step.targets[0], Name) or not isinstance(value.type, Raw | Name):
        return None
    shown = value.type.text if isinstance(value.type, Raw) else value.type.id
    return None if shown.startswith(("[", "map[")) or not all(isinstance(i, Arg) for i in value.items) else value


def _field(step: Node, owner: Node, taken: set[str]) -> Arg | None:
    """The field of the owner that a step sets."""
    if not isinstance(step, Assign) or step.op != "=" or len(step.targets) != 1 or step.value is None:
        return None
    target = step.targets[0]
    if not isinstance(target, Member) or target.obj != owner or target.name in taken:
        return None
    if any(n == owner or isinstance(n, (OrElse, Post, Lambda, Raw, Assign)) for n in walk(step.value)):
        return None
    return Arg(target.name, step.value)


def _outside(name: Node, ctx: Context) -> bool:
    """Whether a name belongs to the package: what is called may read it before all is set."""
    return any(isinstance(unit, Func) and isinstance(name, Name) and name.id in unit.outer for unit in ctx.units)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] = []
    for step in steps:
        before = out[-1] if out else None
        built = _made(before) if before is not None else None
        if built is not None and isinstance(before, Assign) and not _outside(before.targets[0], ctx):
            taken = {item.name for item in built.items if isinstance(item, Arg)}
            field = _field(step, before.targets[0], taken)
            if field is not None:
                filled: Node = replace(built, items=[*built.items, field])
                out[-1] = replace(before, value=Un("&", filled) if isinstance(before.value, Un) else filled)
                continue
        out.append(step)
    return out if len(out) < len(steps) else None


RULE = Rule(
    name="filled_build",
    says="fields that are set as soon as an object is made are made with it",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    languages=frozenset({"go"}),
    normal=True,
    order=12,
    examples=(
        Example(
            "go",
            "func hook(c *Config, n int) *Hook {\n\th := &Hook{Count: n}\n\th.Levels = c.levels()\n"
            "\th.Mail = &Mail{To: c.To}\n\th.Size = h.Count + 2\n\th.start(c)\n\treturn h\n}",
            "hook(c:*Config,n)->*Hook\nh=&Hook{Count=n,Levels=c.levels(),Mail=&Mail{To=c.To}}\nh.Size=h.Count+2;h.start(c)\n"
            "^h",
        ),
    ),
)

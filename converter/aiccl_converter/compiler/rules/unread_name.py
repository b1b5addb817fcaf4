"""A name that is bound and never read is not written: `row=find(id)|^` is `find(id)|^`.

Only inside functions, for plain names; what is bound is still done. A value that does nothing keeps its name: alone it
would be no step.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Do, Func, Lambda, Name, Node, OrElse, walk
from ..restate import Context, Example, Rule


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside or ctx.language in ("ruby", "php"):
        return None
    out: list[Node] | None = None
    for at, step in enumerate(steps):
        if step.__class__ is not Assign or step.op != "=" or len(step.targets) != 1:
            continue
        target, value = step.targets[0], step.value
        if target.__class__ is not Name or ctx.uses[target.id] != 1 or value is None:
            continue
        if isinstance(value, (Assign, Lambda, Func)) or _shared(target.id, ctx):
            continue
        if not isinstance(value, (Call, OrElse)):
            continue
        if out is None:
            out = list(steps)
        out[at] = Do(value)
    return out


def _shared(name: str, ctx: Context) -> bool:
    """Whether the name is declared to belong to others (global, nonlocal) or stands in text that is no tree."""
    from ...language.tree import Param, Raw, Word

    if any(isinstance(unit, Func) and name in unit.outer for unit in ctx.units):
        return True
    for node in walk(ctx.units[-1]):
        if isinstance(node, Word) and node.word in ("global", "nonlocal") and Name(name) in node.args:
            return True
        if isinstance(node, Raw) and name in node.text:
            return True
        if isinstance(node, Param) and node.name == name:
            return True
    return False


RULE = Rule(
    name="unread_name",
    says="a name that is bound and never read is left out",
    blocks=rewrite,
    among=frozenset({Assign}),
    order=55,
    examples=(
        Example(
            "python",
            "def check(self, key):\n    found = self.rows.get(key)\n    if not found:\n        raise Missing(key)\n"
            "    self.count += 1\n    self.mark(key, 3)\n",
            "check(key)\n.rows.get(key)|^!Missing(key)\n.count+=1;.mark(key,3)",
        ),
    ),
)

"""Fields of one object set in a row are one build: `.a=a;.b=x` is `.{a,b=x}`, `o.a=1;o.b=2` is `o{a=1,b=2}`.

At least two plain assignments to direct fields of the same object; a value that reads one of the fields set before it
ends the run, since in a build all values are taken together.
"""

from __future__ import annotations

from ...language.tree import Arg, Assign, Build, Do, Lambda, Member, Name, Node, walk
from ..restate import Context, Example, Rule


def _owner(step: Node) -> tuple[Node | None, str] | None:
    if not (isinstance(step, Assign) and step.op == "=" and step.type is None and len(step.targets) == 1):
        return None
    target = step.targets[0]
    if (
        not isinstance(target, Member)
        or target.op != "."
        or step.value is None
        or isinstance(step.value, (Assign, Lambda))
    ):
        return None
    if target.obj is not None and not isinstance(target.obj, (Name, Member)):
        return None
    return target.obj, target.name


def _reads(value: Node, owner: Node | None, fields: set[str]) -> bool:
    for node in walk(value):
        if isinstance(node, Member) and node.name in fields and node.obj == owner:
            return True
        if owner is not None and node == owner and not isinstance(value, Member):
            return True
        if node.__class__ is Name and node.id in ("this", "self") and owner is None:
            return True
    return False


def _calls(value: Node) -> bool:
    """Whether a value may run code that sees the fields: it then keeps its own step, where order shows."""
    return any(n.__class__.__name__ in ("Call", "Await", "Yield", "OrElse", "Raw", "Switch") for n in walk(value))


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] = []
    changed = False
    at = 0
    while at < len(steps):
        got = _owner(steps[at])
        if got is None:
            out.append(steps[at])
            at += 1
            continue
        owner, _ = got
        fields: set[str] = set()
        items: list[Node] = []
        end = at
        while end < len(steps):
            following = _owner(steps[end])
            if following is None or following[0] != owner or following[1] in fields:
                break
            value = steps[end].value  # type: ignore[attr-defined]
            if (fields and _reads(value, owner, fields)) or (owner is None and fields and _method_call(value)):
                break
            fields.add(following[1])
            items.append(Arg(following[1], value))
            end += 1
        if len(items) >= 2 and not (len(items) == 2 and isinstance(owner, Member)):
            out.append(Do(Build(owner if owner is not None else Name("."), items)))
            changed = True
            at = end
        else:
            out.append(steps[at])
            at += 1
    return out if changed else None


def _method_call(value: Node) -> bool:
    """A call on the object itself may read what was set before."""
    return any(
        n.__class__.__name__ == "Call" and isinstance(n.fn, Member) and n.fn.obj is None  # type: ignore[attr-defined]
        for n in walk(value)
    )


RULE = Rule(
    name="field_fold",
    says="fields of one object set in a row are one build: `.{a,b=x}`",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    order=74,
    examples=(
        Example(
            "python",
            "def __init__(self, name, size, depth=0):\n    self.name = name\n    self.size = size\n"
            "    self.depth = depth + 1\n"
            "    self.register()\n",
            "__init__(name,size,depth=0)\n.{name,size,depth=depth+1}\n.register()",
        ),
    ),
)

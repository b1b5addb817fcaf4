"""A name that falls back on a default is assigned where it is missing: `x=x??d` is `x??=d`, `x=x|d` is `x||=d`."""

from __future__ import annotations

from ...language.tree import Assign, Bin, Member, Name, Node, OrElse
from ..restate import Context, Example, Rule

_STEPS = ("Return", "Raise", "Jump", "Block", "Do", "If")


def rewrite(node: Assign, ctx: Context) -> Node | None:
    if node.op != "=" or node.type is not None or len(node.targets) != 1:
        return None
    target, value = node.targets[0], node.value
    if not isinstance(target, (Name, Member)):
        return None
    if isinstance(value, Bin) and value.op == "??" and value.left == target:
        return Assign([target], value.right, "??=")
    if isinstance(value, OrElse) and value.value == target and value.other.__class__.__name__ not in _STEPS:
        return Assign([target], value.other, "||=")
    return None


RULE = Rule(
    name="or_assign",
    says="a default for what is missing is assigned there",
    nodes={Assign: rewrite},
    order=86,
    examples=(
        Example(
            "python",
            "def run(self, steps=None, name=None):\n    if steps is None:\n        steps = self.steps\n"
            "    if not name:\n"
            '        name = "main"\n    self.start(steps, name)\n    return steps\n',
            'run(steps=None,name=None)\nsteps??=.steps;name||="main"\n.start(steps,name)\n^steps',
        ),
    ),
)

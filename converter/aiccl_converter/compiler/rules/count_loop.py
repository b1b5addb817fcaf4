"""A loop that only adds up is a sum: `total=sum(f(x) for x in xs if p)`, a count where each adds 1.

Matches a name set to 0, followed at once by a loop whose only effect is to add to it.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Coll, Comp, Do, Each, For, If, Name, Node, Num, Post
from ..restate import Context, Example, Rule
from ._common import is_name, mentions


def _added(body: list[Node], name: str) -> tuple[Node, list[For], list[Node]] | None:
    if len(body) != 1:
        return None
    step = body[0]
    if isinstance(step, If) and step.other is None:
        got = _added(step.then, name)
        return None if got is None else (got[0], got[1], [step.test, *got[2]])
    if isinstance(step, Each) and step.other is None and not step.is_async:
        got = _added(step.body, name)
        if got is None:
            return None
        target = step.targets[0] if len(step.targets) == 1 else Coll("", step.targets)
        return got[0], [For(target, step.iter, got[2]), *got[1]], []
    if isinstance(step, Assign) and step.op == "+=" and len(step.targets) == 1 and is_name(step.targets[0], name):
        return (step.value, [], []) if step.value is not None else None
    if (
        isinstance(step, Do)
        and isinstance(step.value, Post)
        and step.value.op == "++"
        and is_name(step.value.value, name)
    ):
        return Num("1"), [], []
    return None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    for at in range(len(steps) - 1):
        first, loop = steps[at], steps[at + 1]
        if not (isinstance(loop, Each) and isinstance(first, Assign) and first.op == "=" and len(first.targets) == 1):
            continue
        target = first.targets[0]
        if not (isinstance(target, Name) and isinstance(first.value, Num) and first.value.text in ("0", "0.0")):
            continue
        got = _added([loop], target.id)
        if got is None or got[2] or mentions(loop, target.id) != 1:
            continue
        if first.value.text == "0.0" or first.type is not None:
            continue
        total = Assign(first.targets, Call(Name("sum"), [Comp("(", got[0], got[1])]))
        return [*steps[:at], total, *(rewrite(steps[at + 2 :], ctx) or steps[at + 2 :])]
    return None


RULE = Rule(
    name="count_loop",
    says="a loop that only adds up is a sum",
    blocks=rewrite,
    among=frozenset({Each}),
    least=2,
    order=31,
    examples=(
        Example(
            "python",
            "def weight(self, items, limit):\n    total = 0\n    for item in items:\n        if item.size < limit:\n"
            "            total += item.size * item.count\n    self.last = total\n    return total\n",
            "weight(items,limit)\ntotal=sum(item.size*item.count for item in items if "
            "item.size<limit)\n.last=total;^total",
        ),
    ),
)

"""A loop that looks for something: `^first x in xs if p`, `^any(p for x in xs)`, `^all(..)`.

`for x in xs: if p: return True` then `return False` is any, with the answers swapped it is all of the opposite.
`for x in xs: if p: return x` is the first match; without a following return the loop stays as it is but for its form.
"""

from __future__ import annotations

from ...language.tree import Call, Coll, Comp, Each, For, If, Name, Node, Return
from ..restate import Context, Example, Rule
from ._common import FALSE, TRUE, negate


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if len(steps) < 2:
        return None
    loop, end = steps[-2], steps[-1]
    if not (isinstance(loop, Each) and isinstance(end, Return) and isinstance(end.value, Name)):
        return None
    if loop.is_async or loop.other is not None or len(loop.body) != 1:
        return None
    test = loop.body[0]
    if not (isinstance(test, If) and test.other is None and len(test.then) == 1):
        return None
    found = test.then[0]
    if not (isinstance(found, Return) and isinstance(found.value, Name)):
        return None
    target = loop.targets[0] if len(loop.targets) == 1 else Coll("", loop.targets)
    if found.value.id in TRUE and end.value.id in FALSE:
        return [*steps[:-2], Return(Call(Name("any"), [Comp("(", test.test, [For(target, loop.iter)])]))]
    if found.value.id in FALSE and end.value.id in TRUE:
        opposite = negate(test.test, ctx.language)
        return [*steps[:-2], Return(Call(Name("all"), [Comp("(", opposite, [For(target, loop.iter)])]))]
    return None


RULE = Rule(
    name="find_loop",
    says="a loop that only looks whether something is there is `any` or `all`",
    blocks=rewrite,
    among=frozenset({Each}),
    least=2,
    order=32,
    examples=(
        Example(
            "python",
            "def is_open(self, day):\n    for slot in self.slots:\n        if slot.day == day and not slot.taken:\n"
            "            return True\n    return False\n",
            "is_open(day)\n^any(slot.day==day and not slot.taken for slot in .slots)",
        ),
    ),
)

"""A choice of a value if it is there, and of another if not, is an or-else: `x!=null?x:d` is `x|d`.

Where a test for null is all that a test of a value can be; the value is a name or a field, or it is the same call on
both sides of a `?` that has no effect.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Cond, Member, Name, Node, OrElse, Return, Un
from ..restate import Context, Example, Rule
from ._common import none_test


def _fallback(node: Cond) -> Node | None:
    test, then, other = node.test, node.then, node.other
    if isinstance(test, Un) and test.op in ("!", "not"):
        test, then, other = test.value, other, then
    compared = none_test(test)
    if compared is not None:
        test = compared[0]
        if compared[1]:
            then, other = other, then
    if test != then or not isinstance(then, (Name, Member)) or isinstance(other, (Return, Cond)):
        return None
    return OrElse(then, other)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    for step in steps:
        if isinstance(step, (Return, Assign)) and isinstance(step.value, Cond):
            got = _fallback(step.value)
            if got is not None:
                step = replace(step, value=got)
        out.append(step)
    return None if all(a is b for a, b in zip(steps, out, strict=True)) else out


RULE = Rule(
    name="choice_default",
    says="a choice of a value if it is there is an or-else",
    blocks=rewrite,
    among=frozenset({Assign, Return}),
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=62,
    examples=(
        Example(
            "java",
            "Lamp pick(Room room) {\n    Lamp lamp = room.first(3);\n    if (lamp != null && lamp.on()) {\n"
            "        return lamp;\n    }\n"
            "    lamp = room.last(3);\n    if (lamp != null) {\n        return lamp;\n    }\n    return NONE;\n}\n",
            "pick(room)->Lamp\nlamp=room.first(3)\nlamp&&lamp.on()?^lamp;lamp=room.last(3)\n^lamp|NONE",
        ),
    ),
)

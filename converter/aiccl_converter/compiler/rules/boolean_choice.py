"""A choice with a plain true or false in it is an and, or an or: `c?x:false` is `c&&x`, `c?true:x` is `c||x`.

Only where a test can be nothing but a boolean, so that the value stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Bin, Cond, Node, Return
from ..restate import Context, Example, Rule
from ._common import FALSE, TRUE, is_name, negate


def _and(left: Node, right: Node) -> Node:
    """`a && (b && c)` leans left, as people write it."""
    if isinstance(right, Bin) and right.op == "&&":
        return Bin("&&", _and(left, right.left), right.right)
    return Bin("&&", left, right)


def rewrite(node: Cond, ctx: Context) -> Node | None:
    if is_name(node.other, *FALSE):
        return _and(node.test, node.then)
    if is_name(node.then, *TRUE):
        return Bin("||", node.test, node.other)
    if is_name(node.then, *FALSE):
        return _and(negate(node.test, ctx.language), node.other)
    if is_name(node.other, *TRUE):
        return Bin("||", negate(node.test, ctx.language), node.then)
    return None


def steps_rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    """The same for choices that another rule has just made of a branch."""
    out: list[Node] = []
    for step in steps:
        if isinstance(step, (Return, Assign)) and isinstance(step.value, Cond):
            got = rewrite(step.value, ctx)
            if got is not None:
                step = replace(step, value=got)
        out.append(step)
    return None if all(a is b for a, b in zip(steps, out, strict=True)) else out


RULE = Rule(
    name="boolean_choice",
    says="a choice with a plain true or false in it is an and or an or",
    nodes={Cond: rewrite},
    blocks=steps_rewrite,
    languages=frozenset({"java", "csharp", "kotlin", "rust", "go"}),
    order=66,
    examples=(
        Example(
            "java",
            "boolean bright(Lamp lamp, int watts) {\n    boolean on = lamp.on() ? lamp.watts() > watts : false;\n"
            "    return hall.dark(3) ? true : on;\n}\n",
            "bright(lamp,watts:i)->b\non=(lamp.on()&&lamp.watts() > watts)\n^hall.dark(3)||on",
        ),
    ),
)

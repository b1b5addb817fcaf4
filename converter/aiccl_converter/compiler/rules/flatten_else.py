"""An else after a branch that leaves is the rest of the block; a branch that holds one branch is one condition.

`if a: return x else: rest` is `a?^x` and the rest; `if a: if b: s` is `a and b?s`; guards in a row that do the same
share it: `a or b?^`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Bin, Build, Call, If, Jump, Name, Node, Raise, Return, walk
from ..restate import Context, Example, Rule
from ._common import leaves

_OR = {"python": "or", "ruby": "||"}
_AND = {"python": "and", "ruby": "&&"}


def _nested(node: If, ctx: Context) -> Node | None:
    if node.other is None and len(node.then) == 1:
        inner = node.then[0]
        if isinstance(inner, If) and inner.other is None:
            return If(Bin(_AND.get(ctx.language, "&&"), node.test, inner.test), inner.then, None)
    if node.other is not None and not node.other:
        return replace(node, other=None)
    return None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        while isinstance(step, If) and step.other is not None and leaves(step.then):
            # a chain of else-ifs whose arms all leave reads well as a chain: only a last else is unfolded
            if len(step.other) == 1 and isinstance(step.other[0], If) and step.other[0].other is not None:
                break
            rest = step.other
            out.append(replace(step, other=None))
            changed = True
            if not rest:
                step = None  # type: ignore[assignment]
                break
            out.extend(rest[:-1])
            step = rest[-1]
        if step is None:
            continue
        before = out[-1] if out else None
        if (
            isinstance(step, If)
            and isinstance(before, If)
            and step.other is None
            and before.other is None
            and len(step.then) == 1
            and isinstance(step.then[0], (Return, Raise, Jump))
            and step.then == before.then
            and not _binds(step.test, step.then)
        ):
            out[-1] = If(Bin(_OR.get(ctx.language, "||"), before.test, step.test), step.then, None)
            changed = True
            continue
        out.append(step)
    return out if changed else None


def _binds(test: Node, steps: list[Node]) -> bool:
    """Whether a test of a shape binds a name that the steps read: `x is Some(y)?^y`."""
    tests = [n for n in walk(test) if isinstance(n, Bin) and n.op == "is" and isinstance(n.right, (Build, Call))]
    bound = {n.id for one in tests for n in walk(one.right) if isinstance(n, Name)}
    return bool(bound) and any(isinstance(n, Name) and n.id in bound for n in walk(steps))


RULE = Rule(
    name="flatten_else",
    says="an else after a branch that leaves is the rest of the block; nested and repeated guards are one",
    nodes={If: _nested},
    blocks=rewrite,
    among=frozenset({If}),
    order=30,
    examples=(
        Example(
            "python",
            "def pick(a, b, c):\n    if a > 3:\n        return None\n    if b > 3:\n        return None\n    if c:\n"
            "        log_it(c)\n        return b\n    else:\n        start(a)\n        return a\n",
            "pick(a,b,c)\na>3 or b>3?^None;c?{log_it(c)\n^b}\nstart(a)\n^a",
        ),
    ),
)

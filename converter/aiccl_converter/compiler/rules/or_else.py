"""A value that must be there: `x=f();if not x: raise E` is `x=f()|^!E`.

Where only null can be missing (Java, C#, Kotlin, Go, C), a null test is the same; where None and empty differ, only a
truth test is. The guard's body must leave: one step stands behind the bar, several in braces. A guard on something
bound earlier is a step of its own, `x|^!E`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Assign,
    Await,
    Bin,
    Block,
    Call,
    Coll,
    Cond,
    Do,
    If,
    Index,
    Jump,
    Member,
    Name,
    Node,
    OrElse,
    Raise,
    Return,
)
from ..restate import Context, Example, Rule
from ._common import leaves, negated, none_test, three_way

NULL_IS_FALSY = frozenset({"java", "csharp", "kotlin", "go", "c", "cpp"})


def _missing(test: Node, ctx: Context) -> Node | None:
    """What the test says is missing."""
    inside = negated(test)
    if inside is not None:
        return None if isinstance(inside, (Bin, Cond, OrElse)) else inside
    compared = none_test(test)
    if compared is not None and compared[1] and ctx.language in NULL_IS_FALSY and not three_way(compared[0], ctx):
        return compared[0]
    return None


def _guard(step: Node, ctx: Context) -> tuple[Node, Node] | None:
    if not isinstance(step, If) or step.other is not None or not leaves(step.then):
        return None
    value = _missing(step.test, ctx)
    if value is None:
        return None
    only = step.then[0] if len(step.then) == 1 else None
    return value, only if isinstance(only, (Return, Raise, Jump)) else Block("", step.then)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        got = _guard(step, ctx)
        if got is None:
            out.append(step)
            continue
        value, action = got
        before = out[-1] if out else None
        if (
            isinstance(value, Name)
            and isinstance(before, Assign)
            and before.op == "="
            and len(before.targets) == 1
            and isinstance(before.targets[0], Name)
            and before.targets[0].id == value.id
            and before.value is not None
            and not isinstance(before.value, (OrElse, Coll))
        ):
            out[-1] = replace(before, value=OrElse(before.value, action))
            ctx.uses[value.id] -= 1
            changed = True
        elif isinstance(value, (Name, Member, Call, Index, Await)):
            out.append(Do(OrElse(value, action)))
            changed = True
        else:
            out.append(step)
    return out if changed else None


RULE = Rule(
    name="or_else",
    says="a guard that leaves where a value is missing is written behind the value: `x=f()|^!Err`",
    blocks=rewrite,
    among=frozenset({If}),
    order=50,
    examples=(
        Example(
            "python",
            'def load(self, key):\n    row = self.rows.get(key)\n    if not row:\n        raise Missing("no row")\n'
            "    self.touch(row)\n    return row.body\n",
            'load(key)\nrow=.rows.get(key)|^!Missing("no row")\n.touch(row)\n^row.body',
        ),
    ),
)

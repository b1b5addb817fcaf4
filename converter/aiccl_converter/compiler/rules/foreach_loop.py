"""A function handed to `forEach` is a loop's body: `xs.forEach(x=>{..})` is `x<-xs{..}`.

Only for its effect, one parameter, not async; `return` inside becomes `continue`, and where it stands in an inner loop
or the parameter hides another variable of the unit, the call stays. Maps and their like, whose loops give pairs, stay
too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ...language.tree import (
    Call,
    Coll,
    Do,
    Each,
    Func,
    Jump,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    OrElse,
    Return,
    While,
    children,
    names_of,
    walk,
)
from ..restate import STEP_LISTS, Context, Example, Rule
from ._common import mentions, pure
from ._ecmascript import LANGUAGES, as_targets

PAIRED = re.compile(r"(map|headers|params|formdata|cache|cookies|registry|store)s?$", re.I)
"""What things are called whose `forEach` gives a value where a loop gives a pair."""


def loop_of(call: Node) -> Each | None:
    """The loop that a `forEach` call is."""
    if not isinstance(call, Call) or len(call.args) != 1 or not isinstance(call.fn, Member):
        return None
    fn, body = call.fn, call.args[0]
    if fn.name != "forEach" or fn.obj is None or not isinstance(body, Lambda) or body.is_async or len(body.params) != 1:
        return None
    last = fn.obj.name if isinstance(fn.obj, Member) else fn.obj.id if isinstance(fn.obj, Name) else ""
    targets = as_targets(body.params[0])
    if targets is None or PAIRED.search(last):
        return None
    steps: list[Node] | None = as_loop(body.body) if isinstance(body.body, list) else [Do(body.body)]
    if steps is None:
        return None
    over = OrElse(fn.obj, Coll("[", [])) if fn.op == "?." else fn.obj
    return Each(targets, over, steps)


class _Stuck(Exception):
    """A `return` stands where `continue` would mean something else."""


def as_loop(steps: list[Node]) -> list[Node] | None:
    """Steps of a function as those of a loop, None where a `return` could not be written."""
    try:
        out = _steps(steps)
    except _Stuck:
        return None
    return out[:-1] if out and isinstance(out[-1], Jump) and out[-1].word == "continue" else out


def _steps(steps: list[Node]) -> list[Node]:
    out: list[Node] = []
    for step in steps:
        if isinstance(step, Return) and step.value is not None and not pure(step.value):
            out.append(Do(step.value))
            out.append(Jump("continue"))
        else:
            out.append(_node(step))
    return out


def _node(node: Node) -> Node:
    """The step or expression with its returns turned into `continue`; inner functions keep theirs."""
    if isinstance(node, (Lambda, Func)):
        return node
    if isinstance(node, Return):
        if not pure(node.value):
            raise _Stuck
        return Jump("continue")
    if isinstance(node, (Each, While, Loop)):
        if _returns(node):
            raise _Stuck
        return node
    changes: dict[str, Any] = {}
    for field in names_of(node.__class__):
        old = getattr(node, field)
        if isinstance(old, Node):
            new: Any = _node(old)
            if new is not old:
                changes[field] = new
        elif old.__class__ is list:
            if field in STEP_LISTS and node.__class__ not in (Lambda, Func):
                items = _steps(old)
            else:
                items = [_node(i) if isinstance(i, Node) else i for i in old]
            if len(items) != len(old) or any(a is not b for a, b in zip(items, old, strict=True)):
                changes[field] = items
    return replace(node, **changes) if changes else node


def _returns(step: Node) -> bool:
    """Whether a `return` of this function stands in the step."""
    stack: list[Node] = [step]
    while stack:
        top = stack.pop()
        if isinstance(top, Return):
            return True
        if not isinstance(top, (Lambda, Func)):
            stack.extend(children(top))
    return False


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] | None = None
    for at, step in enumerate(steps):
        if not isinstance(step, Do) or not isinstance(step.value, Call):
            continue
        loop = loop_of(step.value)
        if loop is None or _hides(loop, step, ctx):
            continue
        if out is None:
            out = list(steps)
        out[at] = loop
    return out


def _hides(loop: Each, step: Node, ctx: Context) -> bool:
    names = {n.id for t in loop.targets for n in walk(t) if isinstance(n, Name)}
    return any(ctx.uses[name] > mentions(step, name) for name in names) if ctx.inside else False


RULE = Rule(
    name="foreach_loop",
    says="`forEach` with a function is a loop",
    blocks=rewrite,
    among=frozenset({Do}),
    languages=LANGUAGES,
    order=20,
    examples=(
        Example(
            "javascript",
            "function clear(nodes) {\n  nodes.forEach(node => {\n    if (!node.open) return;\n    node.close();\n"
            "    node.remove();\n  });\n}\n",
            "clear(nodes)\nnode<-nodes{node.open|continue;node.close()\nnode.remove()}",
        ),
    ),
)

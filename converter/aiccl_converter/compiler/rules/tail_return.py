"""A return of nothing at a function's end says nothing; a loop that yields each is `^^*xs`."""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Each, Func, Name, Node, Return, Yield
from ..restate import Context, Example, Rule
from ._common import is_name


def _func(node: Func, ctx: Context) -> Node | None:
    body = node.body
    if not body or not isinstance(body[-1], Return):
        return None
    value = body[-1].value
    if value is None or (
        is_name(value, "None") and ctx.language == "python" and len(body) > 1 and node.returns is None
    ):
        if value is not None and not _returns_nothing(body):
            return None
        return replace(node, body=body[:-1])
    return None


def _returns_nothing(body: list[Node]) -> bool:
    from ...language.tree import walk

    return all(n.value is None for n in walk(body[:-1]) if isinstance(n, Return))


def _each(node: Each, ctx: Context) -> Node | None:
    if ctx.language != "python" or node.is_async or node.other is not None or len(node.body) != 1:
        return None
    step = node.body[0]
    target = node.targets[0]
    if len(node.targets) == 1 and isinstance(step, Yield) and isinstance(target, Name) and step.value == target:
        return Yield(node.iter, True)
    return None


RULE = Rule(
    name="tail_return",
    says="a return of nothing at the end is left out; a loop that yields each item is `^^*xs`",
    nodes={Func: _func, Each: _each},
    order=12,
    examples=(
        Example(
            "python",
            "def each(self, root):\n    if root.closed:\n        return\n"
            "    for node in root.nodes:\n        yield node\n    return\n",
            "each(root)\nroot.closed?^\n^^*root.nodes",
        ),
    ),
)

"""`debug("..")`, the call of a tracing function that a module makes for itself, is logging and goes.

JavaScript and TypeScript, where the `debug` package's function stands for a logger; so does a guard that only asks
whether it is on. A unit that does nothing else keeps its calls.
"""

from __future__ import annotations

from ...language.tree import Call, Do, If, Member, Name, Node
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES
from .drop_logging import drops, forget


def _traces(node: Node) -> bool:
    return isinstance(node, Call) and isinstance(node.fn, Name) and node.fn.id == "debug"


def _asks(test: Node) -> bool:
    return isinstance(test, Member) and test.name == "enabled" and isinstance(test.obj, Name) and test.obj.id == "debug"


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out = []
    for step in steps:
        if isinstance(step, Do) and _traces(step.value) and drops(ctx, _traces):
            forget(step, ctx)
            continue
        if isinstance(step, If) and step.other is None and not step.then and _asks(step.test):
            continue
        out.append(step)
    if len(out) == len(steps):
        return None
    if "logging" not in ctx.left_out:
        ctx.left_out.append("logging")
    return out


RULE = Rule(
    name="debug_calls",
    says="calls of a module's `debug` are left out",
    blocks=rewrite,
    among=frozenset({Do, If}),
    languages=LANGUAGES,
    order=10,
    examples=(
        Example(
            "typescript",
            "function add(route: Route) {\n  if (debug.enabled) {\n    debug('adding %s', route.path);\n  }\n"
            "  check(route.path);\n  routes.push(route);\n}\n",
            "add(route)\ncheck(route.path)\nroutes.push(route)",
        ),
    ),
)

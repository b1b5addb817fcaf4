"""A default for what is missing: `if x is None: x = d` is `x=x ?? d`, `if not x: x = d` is `x=x|d`, and so in languages
whose only missing value is null."""

from __future__ import annotations

from ...language.tree import Assign, Bin, Cond, If, Member, Name, Node, OrElse
from ..restate import Context, Example, Rule
from ._common import negated, none_test, simple


def _if(node: If, ctx: Context) -> Node | None:
    if node.other is not None or len(node.then) != 1:
        return None
    step = node.then[0]
    if not (isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1 and step.value is not None):
        return None
    target = step.targets[0]
    if not isinstance(target, (Name, Member)) or not simple(target) or isinstance(step.value, Assign):
        return None
    compared = _none_test(node.test, ctx)
    if compared is not None and compared[1] and compared[0] == target:
        return Assign([target], Bin("??", target, step.value))
    inside = negated(node.test)
    if inside == target and ctx.language in ("python", "javascript", "typescript", "tsx", "php", "ruby"):
        return Assign([target], OrElse(target, step.value))
    return None


def _cond(node: Cond, ctx: Context) -> Node | None:
    compared = _none_test(node.test, ctx)
    if compared is not None:
        value, missing = compared
        there, other = (node.other, node.then) if missing else (node.then, node.other)
        if there == value and simple(value):
            return Bin("??", value, other)
        if isinstance(there, Member) and there.obj == value and there.op == "." and none_name(other) and simple(value):
            return Member(value, there.name, "?.")
        return None
    if node.test == node.then and simple(node.test):
        return OrElse(node.test, node.other)
    return None


_JAVASCRIPT = frozenset(("javascript", "typescript", "tsx"))


def _none_test(test: Node, ctx: Context) -> tuple[Node, bool] | None:
    """As `none_test`, where `??` asks the same: JavaScript's `=== null` asks for one of its two missing values only."""
    if isinstance(test, Bin) and test.op in ("===", "!==") and ctx.language in _JAVASCRIPT:
        return None
    if isinstance(test, Bin) and test.op in ("==", "!=") and ctx.language == "csharp":
        return None  # a class may have its own `==` (Unity's do), which C#'s `??` never asks
    return none_test(test)


def none_name(node: Node) -> bool:
    return isinstance(node, Name) and node.id in ("None", "null", "undefined", "nil")


RULE = Rule(
    name="default_value",
    says="a default for what is missing is written behind it",
    nodes={If: _if, Cond: _cond},
    order=25,
    examples=(
        Example(
            "python",
            "def run(self, steps=None, name=None):\n    if steps is None:\n"
            "        steps = self.steps\n    if not name:\n"
            '        name = "main"\n    self.start(steps, name)\n    return steps\n',
            'run(steps=None,name=None)\nsteps??=.steps;name||="main"\n.start(steps,name)\n^steps',
        ),
    ),
)

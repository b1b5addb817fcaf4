"""Two branches that give one thing: `if c: return a` then `return b` is `^c?a:b`; `if c: x=a else: x=b` is `x=c?a:b`.

`if c: return True` then `return False` is `^c` where c is a test by itself (a comparison, a not), not a truthy value.
"""

from __future__ import annotations

from ...language.tree import Assign, Bin, Cond, If, Index, Name, Node, Return, Un
from ..restate import Context, Example, Rule
from ._common import FALSE, TRUE, negate, simple, stands_alone

_TESTS = frozenset({"==", "!=", "<", ">", "<=", ">=", "===", "!==", "is", "is not", "in", "not in", "instanceof"})
_TYPED = frozenset({"java", "csharp", "kotlin", "go", "rust"})


def _is_test(node: Node, ctx: Context) -> bool:
    if ctx.language in _TYPED:
        return True
    if isinstance(node, Bin):
        if node.op in ("and", "or", "&&", "||"):
            return _is_test(node.left, ctx) and _is_test(node.right, ctx)
        return node.op in _TESTS
    return isinstance(node, Un) and node.op in ("not", "!")


def _chosen(test: Node, then: Node, other: Node, ctx: Context) -> Node:
    if isinstance(then, Name) and isinstance(other, Name) and _is_test(test, ctx):
        if then.id in TRUE and other.id in FALSE:
            return test
        if then.id in FALSE and other.id in TRUE:
            return negate(test, ctx.language)
    return Cond(test, then, other)


def _value(step: Node) -> Node | None:
    return step.value if isinstance(step, Return) and not stands_alone(step.value) else None


def _small(node: Node) -> bool:
    return not isinstance(node, Cond)


def _steady(target: Node) -> bool:
    """A target that names the same thing before the test as after it."""
    if isinstance(target, Index):
        return simple(target.obj) and all(simple(key) for key in target.args)
    return simple(target)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if len(steps) >= 2:
        test, end = steps[-2], steps[-1]
        if isinstance(test, If) and test.other is None and len(test.then) == 1:
            then, other = _value(test.then[0]), _value(end)
            if then is not None and other is not None and _small(then):
                return [*steps[:-2], Return(_chosen(test.test, then, other, ctx))]
    return None


def branches(node: If, ctx: Context) -> Node | None:
    if node.other is None or len(node.then) != 1 or len(node.other) != 1:
        return None
    a, b = node.then[0], node.other[0]
    if isinstance(a, Return) and isinstance(b, Return) and a.value is not None and b.value is not None:
        if stands_alone(a.value) or stands_alone(b.value):
            return None
        return Return(_chosen(node.test, a.value, b.value, ctx)) if _small(a.value) else None
    if isinstance(a, Assign) and isinstance(b, Assign) and a.value is not None and b.value is not None:
        same = a.targets == b.targets and a.op == b.op == "=" and a.type == b.type
        if (
            same
            and len(a.targets) == 1
            and _steady(a.targets[0])
            and _small(a.value)
            and not (stands_alone(a.value) or stands_alone(b.value))
        ):
            return Assign(a.targets, _chosen(node.test, a.value, b.value, ctx), "=", a.type)
    return None


RULE = Rule(
    name="ternary",
    says="two branches that return or assign one thing are one choice",
    nodes={If: branches},
    blocks=rewrite,
    among=frozenset({If}),
    least=2,
    order=35,
    examples=(
        Example(
            "python",
            "def fee(self, amount):\n    if amount > 100:\n        rate = 2\n    else:\n        rate = 5\n"
            "    self.used.add(rate)\n    if rate in self.blocked:\n        return True\n    return False\n",
            "fee(amount)\nrate=amount>100?2:5;.used.add(rate)\n^rate in .blocked",
        ),
        Example(
            "php",
            "<?php\nfunction item($feed, $data) {\n    if (count($data) > 3) {\n"
            "        $data['at'] = stamp($feed, 'new');\n    } else {\n"
            "        $data['at'] = stamp($feed, 'old');\n    }\n    return $data;\n}",
            "item(feed,data)\ndata['at']=count(data)>3?stamp(feed,'new'):stamp(feed,'old')\n^data",
        ),
    ),
)

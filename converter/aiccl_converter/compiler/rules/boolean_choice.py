"""A choice with a plain true or false in it is an and, or an or: `c?x:false` is `c&&x`, `!c?^false;^x` is `^c&&x`.

Only where a test can be nothing but a boolean, so that the value stays the same, and where the opposite of the test
reads as well as the test. And and or are not mixed.
"""

from __future__ import annotations

from ...language.tree import Bin, Cond, If, Name, Node, Return
from ..restate import Context, Example, Rule
from ._common import OPPOSITE, is_name, negated

TRUE = ("true",)
FALSE = ("false",)
_TURNED = {"&&": "||", "||": "&&"}


def opposite(test: Node) -> Node | None:
    """The opposite of a test where it takes no `!` in front of parentheses."""
    inside = negated(test)
    if inside is not None:
        return inside
    if isinstance(test, Bin):
        if test.op in OPPOSITE and test.op not in ("is", "in", "is not", "not in"):
            return Bin(OPPOSITE[test.op], test.left, test.right)
        if test.op in _TURNED:
            left, right = opposite(test.left), opposite(test.right)
            return None if left is None or right is None else Bin(_TURNED[test.op], left, right)
    return None


def _joined(op: str, left: Node, right: Node) -> Node | None:
    """`a && (b && c)` leans left, as people write it; and and or are not mixed."""
    for side in (left, right):
        if isinstance(side, Bin) and side.op == _TURNED[op]:
            return None
    if isinstance(right, Bin) and right.op == op:
        inner = _joined(op, left, right.left)
        return None if inner is None else Bin(op, inner, right.right)
    return Bin(op, left, right)


def _choice(test: Node, then: Node, other: Node) -> Node | None:
    if is_name(then, *TRUE):
        return test if is_name(other, *FALSE) else _joined("||", test, other)
    if is_name(other, *FALSE):
        return _joined("&&", test, then)
    turned = opposite(test)
    if turned is None:
        return None
    if is_name(then, *FALSE):
        return turned if is_name(other, *TRUE) else _joined("&&", turned, other)
    if is_name(other, *TRUE):
        return _joined("||", turned, then)
    return None


def value(node: Cond, ctx: Context) -> Node | None:
    if not any(is_name(side, *TRUE, *FALSE) for side in (node.then, node.other)):
        return None
    return _choice(node.test, node.then, node.other)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out = steps
    while len(out) > 1:
        guard, end = out[-2], out[-1]
        if not isinstance(guard, If) or guard.other is not None or len(guard.then) != 1 or not isinstance(end, Return):
            break
        gives = guard.then[0]
        if not isinstance(gives, Return) or not is_name(gives.value, *TRUE, *FALSE) or end.value is None:
            break
        assert isinstance(gives.value, Name)
        got = _choice(guard.test, gives.value, end.value)
        if got is None:
            break
        out = [*out[:-2], Return(got)]
    return None if out is steps else out


RULE = Rule(
    name="boolean_choice",
    says="a choice with a plain true or false in it is an and or an or",
    nodes={Cond: value},
    blocks=rewrite,
    among=frozenset({If}),
    least=2,
    languages=frozenset({"java", "csharp", "kotlin", "rust", "go"}),
    order=17,
    normal=True,
    examples=(
        Example(
            "java",
            "boolean bright(Lamp lamp, int watts) {\n    if (!lamp.on()) {\n        return false;\n    }\n"
            "    if (lamp.watts() != watts) {\n        return false;\n    }\n    return hall.dark(3);\n}\n",
            "bright(lamp,watts:i)->b\n^lamp.on()&&lamp.watts()==watts&&hall.dark(3)",
        ),
    ),
)

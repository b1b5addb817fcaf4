"""What an Optional falls back to stands behind a bar: `find(id).orElseThrow(() -> new Gone(id))` is
`find(id)|^!Gone(id)`.

`orElse`, `orElseGet` and `orElseThrow` with a supplier, in Java; `Optional.ofNullable(x)` before them is x. A fallback
that `orElse` computes beforehand must be plain, since behind the bar it is computed only when needed.
"""

from __future__ import annotations

from ...language.tree import Call, Lambda, Member, Name, Node, Num, OrElse, Raise, Str
from ..restate import Context, Example, Rule
from ._common import pure


def _supplied(node: Node) -> Node | None:
    """What a supplier gives: of `() -> x` and `X::new`."""
    if isinstance(node, Lambda) and not node.params and isinstance(node.body, Node):
        return node.body
    if isinstance(node, Member) and node.op == "::" and node.name == "new" and node.obj is not None:
        return Call(node.obj, [])
    return None


def _held(node: Node) -> Node:
    if isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.name == "ofNullable" and len(node.args) == 1:
        if isinstance(node.fn.obj, Name) and node.fn.obj.id == "Optional":
            return node.args[0]
    return node


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    if not isinstance(fn, Member) or fn.obj is None or len(node.args) != 1:
        return None
    value, arg = _held(fn.obj), node.args[0]
    if fn.name == "orElse" and (isinstance(arg, (Name, Num, Str)) or pure(arg)):
        return OrElse(value, arg)
    if fn.name in ("orElseGet", "orElseThrow"):
        given = _supplied(arg)
        if given is not None:
            return OrElse(value, Raise(given) if fn.name == "orElseThrow" else given)
    return None


RULE = Rule(
    name="optional_chain",
    says="what an Optional falls back to stands behind a bar",
    nodes={Call: rewrite},
    languages=frozenset({"java", "kotlin"}),
    order=32,
    normal=True,
    examples=(
        Example(
            "java",
            "Lamp get(String id, int room) {\n    Lamp lamp = lamps.findIn(id, room)\n"
            "        .orElseThrow(() -> new NoLamp(id));\n    lamp.touch(3);\n    return lamp;\n}\n",
            "get(id:s,room:i)->Lamp\nlamp=lamps.findIn(id,room)|^!NoLamp(id)\nlamp.touch(3)\n^lamp",
        ),
    ),
)

"""What a Ruby method's last step gives is its value: there the `^` goes without saying.

Only for a last step that can stand as a step: a call, a name, a string, a comparison or a choice of them. A constructor
and a setter give nothing, and an early return keeps its mark.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Bin, Call, Func, Index, Member, Name, Node, Return, Str, Template, Un, walk
from ..restate import Context, Example, Rule

_STEPS = (Call, Member, Name, Index, Str, Template)


def rewrite(node: Func, ctx: Context) -> Node | None:
    if ctx.inside or not node.body or node.kind != "F":
        return None
    last = node.body[-1]
    if not isinstance(last, Return) or last.value is None:
        return None
    value = last.value
    if not isinstance(value, _STEPS) and not (isinstance(value, Bin) and _plain(value)):
        return None
    if isinstance(value, Str) and value.text[:1] not in "\"'":
        return None
    from ...language.tree import Do

    return replace(node, body=[*node.body[:-1], Do(value, pos=last.pos)])


def _plain(value: Bin) -> bool:
    """A binary operator whose marks mean nothing else between steps."""
    head: Node = value
    while isinstance(head, Bin):
        if head.op in (">", ":=", "<<", "|", "rescue") or head.op.endswith("="):
            return False
        head = head.left
    return not isinstance(head, Un) and not any(isinstance(n, Bin) and n.op == ">" for n in walk(value))


RULE = Rule(
    name="ruby_tail",
    says="the last value of a Ruby method is returned without a mark",
    nodes={Func: rewrite},
    languages=frozenset({"ruby"}),
    order=99,
    examples=(
        Example(
            "ruby",
            "def label(part)\n  return '' unless part\n  write part\n  part.name.strip\nend",
            "label(part)\npart|^''\nwrite(part)\npart.name.strip",
        ),
    ),
)

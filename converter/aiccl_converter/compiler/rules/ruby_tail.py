"""What a Ruby method's or block's last step gives is its value: there the `^` goes without saying, in each branch too.

Only for a last step that can stand as a step: a call, a name, a string, a comparison or a choice of them. A constructor
and a setter give nothing, and an early return keeps its mark.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Bin,
    Call,
    Case,
    Cond,
    Do,
    Func,
    Handler,
    If,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Return,
    Str,
    Switch,
    Template,
    Try,
    Un,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import outermost

_STEPS = (Call, Member, Name, Index, Str, Template, Num)


def rewrite(node: Func, ctx: Context) -> Node | None:
    if not outermost(ctx) or not node.body or node.kind != "F":
        return None
    body = _bare(node.body)
    return None if body is node.body else replace(node, body=body)


def _block(node: Lambda, ctx: Context) -> Node | None:
    """A block: in Ruby a `return` in it would leave the method."""
    steps = node.body
    if not isinstance(steps, list):
        return None
    body = _bare(steps)
    return None if body is steps else replace(node, body=body)


def _bare(steps: list[Node]) -> list[Node]:
    """The steps without the mark on what the last of them gives."""
    if not steps:
        return steps
    last = steps[-1]
    got: Node = last
    if isinstance(last, Return) and last.value is not None:
        got = _step(last) or last
    elif isinstance(last, If):
        then, other = _bare(last.then), _bare(last.other) if last.other is not None else None
        if then is not last.then or other is not last.other:
            got = replace(last, then=then, other=other)
    elif isinstance(last, Switch):
        got = replace(last, cases=[Case(c.labels, c.guard, _bare(c.body), pos=c.pos) for c in last.cases])
    elif isinstance(last, Try):
        handlers = [Handler(h.types, h.name, _bare(h.body), pos=h.pos) for h in last.handlers]
        other = _bare(last.other) if last.other is not None else None
        body = last.body if last.other is not None else _bare(last.body)
        got = replace(last, body=body, handlers=handlers, other=other)
    return steps if got is last else [*steps[:-1], got]


def _step(last: Return) -> Node | None:
    value = last.value
    if isinstance(value, Cond):
        arms = [_step(Return(arm)) for arm in (value.then, value.other)]
        if arms[0] is None or arms[1] is None or isinstance(arms[0], If):
            return None
        return If(value.test, [arms[0]], [arms[1]], pos=last.pos)
    if isinstance(value, Switch):
        return value
    if isinstance(value, Str):
        return Do(value, pos=last.pos) if value.text[:1] in "\"'" else None
    if isinstance(value, _STEPS) or (isinstance(value, (Bin, Un)) and _plain(value)):
        return Do(value, pos=last.pos)
    return None


def _plain(value: Node) -> bool:
    """An operator whose marks mean nothing else between steps."""
    if isinstance(value, Un):
        return value.op in ("!", "not")
    head = value
    while isinstance(head, Bin):
        if head.op in (">", ":=", "<<", "|", "rescue") or (head.op not in _COMPARES and head.op.endswith("=")):
            return False
        head = head.left
    return not (isinstance(head, Un) and head.op == "-") and not any(
        isinstance(n, Bin) and n.op == ">" for n in walk(value)
    )


_COMPARES = frozenset({"==", "!=", "===", "<=", ">="})

RULE = Rule(
    name="ruby_tail",
    says="the last value of a Ruby method or block is returned without a mark",
    nodes={Func: rewrite, Lambda: _block},
    languages=frozenset({"ruby"}),
    order=99,
    examples=(
        Example(
            "ruby",
            "def label(part)\n  return '' unless part\n  write part\n  part.name.strip\nend",
            "label(part)\npart|^''\nwrite(part)\npart.name.strip",
        ),
        Example(
            "ruby",
            "def size(part)\n  case part\n  when nil then 0\n  else part.wide ? part.size : !part.thin\n  end\nend",
            "size(part)\nmatch part{nil:0;else:part.wide?part.size:!part.thin}",
        ),
        Example(
            "ruby",
            "def sizes(parts)\n  parts.map do |part|\n    if part.thin\n      0\n    else\n      part.size\n    end\n"
            "  end\nend",
            "sizes(parts)\nparts.map(part=>part.thin?0:part.size)",
        ),
        Example(
            "ruby",
            "def sizes(parts)\n  parts.map do |part|\n    next if part.old\n    part.dry(1)\n    part.size\n  end\nend",
            "sizes(parts)\nparts.map(part=>{part.old?^\npart.dry(1)\npart.size})",
        ),
    ),
)

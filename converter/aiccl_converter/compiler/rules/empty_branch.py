"""A test that decides nothing goes: `len(xs)>1?{}`, as dropped logging leaves it behind.

Only where asking has no effect: names, members, literals, operators and calls that only measure. A branch that is empty
while the other is not is turned round.
"""

from __future__ import annotations

from ...language.tree import Bin, Call, If, Index, Member, Name, Node, Num, Str, Un, children
from ..restate import Context, Example, Rule
from ._common import negate

_MEASURES = frozenset(
    {"len", "isEmpty", "is_empty", "empty", "size", "length", "IsZero", "isset", "count", "Len", "ok"}
)


def _quiet(test: Node) -> bool:
    """Whether asking changes nothing."""
    stack = [test]
    while stack:
        node = stack.pop()
        if isinstance(node, Call):
            fn = node.fn
            title = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
            if title not in _MEASURES:
                return False
        elif (isinstance(node, Bin) and node.op in ("=", ":=", ",")) or (
            isinstance(node, Un) and node.op in ("++", "--", "recv")
        ):
            return False
        elif not isinstance(node, (Bin, Un, Name, Member, Index, Num, Str)):
            return False
        stack.extend(children(node))
    return True


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        if isinstance(step, If) and not step.then:
            if not step.other and _quiet(step.test):
                changed = True
                continue
            if step.other:
                step = If(negate(step.test, ctx.language), step.other, None)
                changed = True
        elif isinstance(step, If) and step.other is not None and not step.other:
            step = If(step.test, step.then, None)
            changed = True
        out.append(step)
    return out if changed else None


RULE = Rule(
    name="empty_branch",
    says="a test that decides nothing is left out",
    blocks=rewrite,
    among=frozenset({If}),
    order=11,
    examples=(
        Example(
            "go",
            'func keep(xs []int, path string) {\n\tif len(xs) > 2 {\n\t\tlog.Printf("many: %s", path)\n\t}\n'
            '\tif path == "" {\n'
            '\t\tlog.Print("no path")\n\t} else {\n\t\twrite(path, xs)\n\t}\n}',
            'keep(xs:[]int,path)\npath!=""?write(path,xs)',
        ),
    ),
)

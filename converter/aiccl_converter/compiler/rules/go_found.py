"""Go: an entry or a type that must be there: `v,ok:=m[k]; if !ok {return e}` is `v=m[k]|^e`.

Matches a map look-up or a type assertion with its second value, where that value is only asked once, at once, and the
body leaves.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Bin, Block, If, Index, Jump, Name, Node, OrElse, Raise, Return
from ..restate import Context, Example, Rule
from ._common import leaves, negated


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        before = out[-1] if out else None
        if (
            isinstance(step, If)
            and step.other is None
            and leaves(step.then)
            and isinstance(before, Assign)
            and before.op == "="
            and len(before.targets) == 2
            and (isinstance(before.value, Index) or (isinstance(before.value, Bin) and before.value.op == "as"))
        ):
            asked, found = negated(step.test), before.targets[1]
            if isinstance(found, Name) and asked == found and ctx.uses[found.id] == 2:
                only = step.then[0] if len(step.then) == 1 else None
                action = only if isinstance(only, (Return, Raise, Jump)) else Block("", step.then)
                out[-1] = replace(before, targets=before.targets[:1], value=OrElse(before.value, action))
                changed = True
                continue
        out.append(step)
    return out if changed else None


RULE = Rule(
    name="go_found",
    says="an entry that must be there is written with what happens where it is not: `v=m[k]|^e`",
    blocks=rewrite,
    among=frozenset({If}),
    least=2,
    languages=frozenset({"go"}),
    normal=True,
    order=29,
    examples=(
        Example(
            "go",
            "func (r *Registry) Get(key string) (Maker, error) {\n\tmaker, known := r.makers[key]\n\tif !known {\n"
            '\t\treturn nil, fmt.Errorf("no maker %s", key)\n\t}\n\tr.hits++\n\treturn maker, nil\n}',
            'Get(key)->Maker\nmaker=.makers[key]|^!"no maker {key}"\n.hits++\n^maker',
        ),
    ),
)

"""A match whose every arm gives a value is that value: `^match x{A:1;B:2;else:3}`, `y=match x{..}`.

Every arm is one return (or one assignment to the same name or field), or raises; there is an arm for all else.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Case, Do, Name, Node, Raise, Return, Switch
from ..restate import Context, Example, Rule


def _hoisted(node: Switch) -> Node | None:
    if len(node.cases) < 2 or all(case.labels for case in node.cases):
        return None
    target: Node | None = None
    returns = 0
    cases: list[Case] = []
    for case in node.cases:
        only = case.body[0] if len(case.body) == 1 else None
        if isinstance(only, Raise):
            cases.append(case)
            continue
        if isinstance(only, Return) and only.value is not None and target is None:
            returns += 1
        elif (
            isinstance(only, Assign) and only.op == "=" and only.type is None and len(only.targets) == 1 and not returns
        ):
            if target is not None and only.targets[0] != target:
                return None
            target = only.targets[0]
        else:
            return None
        value = only.value
        if value is None or isinstance(value, (Assign, Switch)):
            return None
        cases.append(replace(case, body=[Do(value)]))
    if returns > 1:
        return Return(replace(node, cases=cases))
    if isinstance(target, Name) and sum(1 for a, b in zip(cases, node.cases, strict=True) if a is not b) > 1:
        return Assign([target], replace(node, cases=cases))
    return None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out = [(_hoisted(s) or s) if isinstance(s, Switch) else s for s in steps]
    return None if all(a is b for a, b in zip(steps, out, strict=True)) else out


RULE = Rule(
    name="match_value",
    says="a match whose every arm returns or assigns is written as one value",
    blocks=rewrite,
    among=frozenset({Switch}),
    order=48,
    examples=(
        Example(
            "java",
            "int delay(Lamp lamp) {\n    switch (lamp.colour()) {\n        case RED:\n            return 30;\n"
            "        case AMBER:\n"
            '            return 5;\n        default:\n            throw new Odd("colour");\n    }\n}\n',
            'delay(lamp)->i\n^match lamp.colour(){RED:30;AMBER:5;else:^!Odd("colour")}',
        ),
    ),
)

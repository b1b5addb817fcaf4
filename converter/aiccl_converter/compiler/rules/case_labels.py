"""Labels of a match that all name members of one type drop the type: `match state{Red:..;Green:..}`.

At least two labels, all of them `Type.Member` with the same type, so that what is matched can only be of that type.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Case, Member, Name, Node, Switch
from ..restate import Context, Example, Rule


def _owner(label: Node) -> Node | None:
    if isinstance(label, Member) and label.op == "." and isinstance(label.obj, (Name, Member)):
        last = label.obj.id if isinstance(label.obj, Name) else label.obj.name
        return label.obj if last[:1].isupper() and label.name[:1].isupper() else None
    return None


def rewrite(node: Switch, ctx: Context) -> Node | None:
    labels = [label for case in node.cases for label in case.labels]
    if node.subject is None or len(labels) < 2:
        return None
    owner = _owner(labels[0])
    if owner is None or any(_owner(label) != owner for label in labels):
        return None
    cases: list[Case] = []
    for case in node.cases:
        bare: list[Node] = [Name(label.name) for label in case.labels if isinstance(label, Member)]
        cases.append(replace(case, labels=bare))
    return replace(node, cases=cases)


RULE = Rule(
    name="case_labels",
    says="labels of a match that are members of one type are written without the type",
    nodes={Switch: rewrite},
    languages=frozenset({"java", "csharp", "kotlin", "typescript", "tsx", "rust", "cpp", "php"}),
    order=46,
    normal=True,
    examples=(
        Example(
            "csharp",
            "int Delay(Lamp lamp)\n{\n    switch (lamp.Colour)\n    {\n        case Colour.Red:\n"
            "            return 30;\n"
            "        case Colour.Amber:\n            return 5;\n        default:\n"
            "            return lamp.Rest(7);\n    }\n}\n",
            "Delay(lamp)->i\n^match lamp.Colour{Red:30;Amber:5;else:lamp.Rest(7)}",
        ),
    ),
)

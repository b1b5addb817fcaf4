"""Labels of a match that all begin with one path say it once: `match k{Kind::A:..;B(x):..;C:..}`.

At least three labels, each a path (or a pattern that begins with one) in the same type or namespace. The first keeps
it.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Build, Call, Case, Name, Node, Switch, Words
from ..restate import Context, Example, Rule


def _head(label: Node) -> str:
    if isinstance(label, Words):
        label = label.items[-1]
    if isinstance(label, Call):
        label = label.fn
    elif isinstance(label, Build):
        label = label.type
    if isinstance(label, Name) and "::" in label.id and "<" not in label.id:
        return label.id.rsplit("::", 1)[0] + "::"
    return ""


def _bare(label: Node, path: str) -> Node:
    if isinstance(label, Words):  # behind an attribute
        return replace(label, items=[*label.items[:-1], _bare(label.items[-1], path)])
    if isinstance(label, Call):
        return replace(label, fn=_bare(label.fn, path))
    if isinstance(label, Build):
        return replace(label, type=_bare(label.type, path))
    assert isinstance(label, Name)
    return Name(label.id[len(path) :])


def rewrite(node: Switch, ctx: Context) -> Node | None:
    labels = [label for case in node.cases for label in case.labels]
    if len(labels) < 3:
        return None
    path = _head(labels[0])
    if not path or any(_head(label) != path for label in labels):
        return None
    cases: list[Case] = []
    first = True
    for case in node.cases:
        bare = [label if first and not at else _bare(label, path) for at, label in enumerate(case.labels)]
        first = first and not case.labels
        cases.append(replace(case, labels=bare))
    return replace(node, cases=cases)


RULE = Rule(
    name="path_labels",
    says="a path that all labels of a match begin with is written once",
    nodes={Switch: rewrite},
    languages=frozenset({"rust", "cpp"}),
    order=46,
    examples=(
        Example(
            "rust",
            "fn area(&self) -> f64 {\n    match self {\n        Shape::Dot => 0.0,\n"
            "        Shape::Disc(r) => PI * r * r,\n"
            "        Shape::Box { w, h } => w * h,\n    }\n}",
            "area()->f\n^match self{Shape::Dot:0.0;Disc(r):PI*r*r;Box{w,h}:w*h}",
        ),
    ),
)

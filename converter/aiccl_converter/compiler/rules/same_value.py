"""Names and fields set to one plain value in a row share it: `a=0;b=0` is `a=b=0`."""

from __future__ import annotations

from ...language.tree import Assign, Member, Name, Node, Num, Str
from ..restate import Context, Example, Rule


def _plain(step: Node) -> bool:
    return (
        isinstance(step, Assign)
        and step.op == "="
        and step.type is None
        and isinstance(step.value, (Name, Num, Str))
        and len(step.targets) == 1
        and isinstance(step.targets[0], (Name, Member))
    )


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        before = out[-1] if out else None
        if _plain(step) and before is not None and _chained(before) and _end(before) == step.value:  # type: ignore[attr-defined]
            assert isinstance(step, Assign) and isinstance(before, Assign)
            if step.value not in _targets(before) and step.targets[0] not in _targets(before):
                out[-1] = _extend(before, step)
                changed = True
                continue
        out.append(step)
    return out if changed else None


def _chained(step: Node) -> bool:
    while isinstance(step, Assign) and isinstance(step.value, Assign):
        step = step.value
    return _plain(step)


def _end(step: Node) -> Node | None:
    while isinstance(step, Assign):
        if not isinstance(step.value, Assign):
            return step.value
        step = step.value
    return None


def _targets(step: Node) -> list[Node]:
    out: list[Node] = []
    while isinstance(step, Assign):
        out += step.targets
        if step.value is None:
            break
        step = step.value
    return out


def _extend(before: Assign, step: Assign) -> Assign:
    if isinstance(before.value, Assign):
        return Assign(before.targets, _extend(before.value, step))
    return Assign(before.targets, step)


RULE = Rule(
    name="same_value",
    says="names set to one plain value in a row share it",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    order=72,
    examples=(
        Example(
            "python",
            "def reset(self, box):\n    self.first = None\n    self.last = None\n    box.size = 0\n"
            "    self.count = 0\n    self.go()\n",
            "reset(box)\n.first=.last=None;box.size=.count=0;.go()",
        ),
    ),
)

"""Names and fields set to one plain value in a row share it: `a=0;b=0` is `a=b=0`.

Not what is set behind `?.`; and where a field may be a property with code of its own, so that order shows (Kotlin, C#),
only names and the fields of the object itself.
"""

from __future__ import annotations

from ...language.tree import Assign, Member, Name, Node, Num, Str, walk
from ..restate import Context, Example, Rule

_PROPERTIES = frozenset({"kotlin", "csharp"})


def _settable(target: Node, ctx: Context) -> bool:
    if isinstance(target, Name):
        return True
    if not isinstance(target, Member):
        return False
    if target.obj is not None and ctx.language in _PROPERTIES:
        return False
    if target.obj is None and ctx.language == "cpp":
        return False  # a constructor's initialisers: each makes its member of the value
    return not any(isinstance(n, Member) and n.op == "?." for n in walk(target))


def _plain(step: Node, ctx: Context) -> bool:
    return (
        isinstance(step, Assign)
        and step.op == "="
        and step.type is None
        and isinstance(step.value, (Name, Num, Str))
        and len(step.targets) == 1
        and _settable(step.targets[0], ctx)
    )


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        before = out[-1] if out else None
        if _plain(step, ctx) and before is not None and _chained(before, ctx) and _end(before) == step.value:  # type: ignore[attr-defined]
            assert isinstance(step, Assign) and isinstance(before, Assign)
            if step.value not in _targets(before) and step.targets[0] not in _targets(before):
                out[-1] = _extend(before, step)
                changed = True
                continue
        out.append(step)
    return out if changed else None


def _chained(step: Node, ctx: Context) -> bool:
    while isinstance(step, Assign) and isinstance(step.value, Assign):
        step = step.value
    return _plain(step, ctx)


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
        Example(
            "kotlin",
            "fun dim(lamp: Lamp, watts: Int) {\n    this.watts = watts\n    this.shown = watts\n"
            "    this.panel?.watts = watts\n    lamp.near.watts = watts\n    lamp.far.watts = watts\n    send(3)\n}\n",
            "dim(lamp,watts:i)\n.watts=.shown=watts;.panel?.watts=watts;lamp.near.watts=watts;lamp.far.watts=watts;send(3)",
        ),
    ),
)

"""Go: all results of a call handed on are the call: `x,err:=f(); return x,err` is `^f()`."""

from __future__ import annotations

from ...language.tree import Assign, Call, Name, Node, Return
from ..restate import Context, Example, Rule
from ._go import values


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if len(steps) < 2:
        return None
    before, last = steps[-2], steps[-1]
    if not (isinstance(last, Return) and isinstance(before, Assign) and isinstance(before.value, Call)):
        return None
    if before.op != "=" or len(before.targets) < 2 or values(last.value) != before.targets:
        return None
    if not all(isinstance(t, Name) and t.id != "_" for t in before.targets):
        return None
    for target in before.targets:
        ctx.uses[target.id] -= 2  # type: ignore[attr-defined]
    return [*steps[:-2], Return(before.value)]


RULE = Rule(
    name="go_hand_on",
    says="all results of a call handed on are the call itself",
    blocks=rewrite,
    among=frozenset({Return}),
    least=2,
    languages=frozenset({"go"}),
    normal=True,
    order=14,
    examples=(
        Example(
            "go",
            "func (s *Store) First() (*Item, error) {\n\ts.touch()\n\titem, err := s.db.One()\n\treturn item, err\n}",
            "First()->(*Item,error)\n.touch()\n^.db.One()",
        ),
    ),
)

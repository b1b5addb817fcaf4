"""A local function that is handed on once, and used nowhere else, is written where it is handed on.

`F:close(){..}` and later `Panel(onClose=close)` become `Panel(onClose=()=>{..})`. Only a function that is a value
there (an attribute, an argument, a field), not one that is called; none that yields or has its own receiver; and not
where a parameter on the way hides a name that it uses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...language.tree import (
    Arg,
    Call,
    Each,
    For,
    Func,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    Pair,
    Return,
    While,
    Yield,
    names_of,
    walk,
)
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES, bound_names, param_names

LARGEST = 60
"""Nodes of a function that may move into another step."""


def _movable(step: Node, ctx: Context) -> bool:
    if not isinstance(step, Func) or step.body is None or step.kind != "F" or step.decorators or step.modifiers:
        return False
    if not step.name or ctx.uses[step.name] != 1 or step.receiver:
        return False
    size = 0
    for node in walk(step.body):
        size += 1
        if size > LARGEST or isinstance(node, Yield) or (isinstance(node, Member) and node.obj is None):
            return False
        if isinstance(node, Name) and node.id in ("this", "arguments", step.name):
            return False
    return True


def _value(unit: Func) -> Lambda:
    body: Any = unit.body
    if len(body) == 1 and isinstance(body[0], Return) and body[0].value is not None:
        body = body[0].value
    return Lambda([replace(p, type=None) for p in unit.params], body, unit.is_async)


class _Mover:
    """Puts a function where its name stands as a value."""

    def __init__(self, unit: Func) -> None:
        self.name = unit.name
        self.unit = unit
        self.free = {n.id for n in walk(unit.body or []) if isinstance(n, Name)} - param_names(unit.params)
        self.done = False

    def node(self, node: Node) -> Node:
        if isinstance(node, (Lambda, Func)):
            if self.free & (param_names(node.params) | _own(node)):
                return node
        elif isinstance(node, (While, Loop, Each, For)):
            if self.free & bound_names(node):
                return node
        changes: dict[str, Any] = {}
        for field in names_of(node.__class__):
            old = getattr(node, field)
            if isinstance(old, Node):
                new: Any = self.slot(node, field, old)
                if new is not old:
                    changes[field] = new
            elif old.__class__ is list:
                items = [self.slot(node, field, i) if isinstance(i, Node) else i for i in old]
                if any(a is not b for a, b in zip(items, old, strict=True)):
                    changes[field] = items
        return replace(node, **changes) if changes else node

    def slot(self, parent: Node, field: str, node: Node) -> Node:
        if self.done:
            return node
        if isinstance(node, Name):
            if node.id != self.name:
                return node
            value = (isinstance(parent, (Arg, Pair)) and field == "value") or (
                isinstance(parent, Call) and field == "args"
            )
            if not value:
                return node
            self.done = True
            return _value(self.unit)
        return self.node(node)


def _own(unit: Lambda | Func) -> set[str]:
    return bound_names(unit.body if isinstance(unit.body, list) else [unit.body] if unit.body is not None else [])


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    current = steps
    at = 0
    while at < len(current):
        step = current[at]
        if _movable(step, ctx):
            assert isinstance(step, Func)
            mover = _Mover(step)
            for later in range(at + 1, len(current)):
                moved = mover.node(current[later])
                if mover.done:
                    current = [*current[:at], *current[at + 1 : later], moved, *current[later + 1 :]]
                    ctx.uses[step.name] = 0
                    break
            if mover.done:
                continue
        at += 1
    return None if current is steps else current


RULE = Rule(
    name="inline_function",
    says="a local function that is handed on once is written there",
    blocks=rewrite,
    among=frozenset({Func}),
    least=2,
    languages=LANGUAGES,
    order=58,
    examples=(
        Example(
            "tsx",
            "const Picker = ({ onPick, items }: Props) => {\n  const pick = (event: Event, id: string) => {\n"
            "    event.preventDefault();\n    onPick(items[id]);\n  };\n"
            "  return <Menu items={items} onSelect={pick} />;\n};\n",
            "Picker({onPick,items})\n^Menu(items=,onSelect=(event,id)=>{event.preventDefault()\nonPick(items[id])})",
        ),
    ),
)

"""What the last step of a body gives is returned, in languages where it is: `returned` writes the returns out.

Ruby's lowering uses it, and the check does on Ruby views, whose last step may leave its `^` away as the source does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiccl_converter.language.tree import (
    Assign,
    Bin,
    Call,
    Case,
    Do,
    Func,
    Handler,
    If,
    Lambda,
    Member,
    Name,
    Node,
    Raw,
    Return,
    Switch,
    Try,
    Un,
    names_of,
    walk,
)

SILENT = frozenset({"puts", "print", "p", "pp", "warn", "printf"})
"""Calls whose value nobody means as a method's result."""


def returned(steps: list[Node]) -> list[Node]:
    """The steps with the value of the last one returned, through branches and handlers."""
    if not steps:
        return steps
    step = steps[-1]
    got: list[Node] | None = None
    if isinstance(step, Do):
        value = step.value
        if isinstance(value, Call):
            if isinstance(value.fn, Name) and value.fn.id in SILENT:
                return steps
            if bare_call(value):
                value = value.fn
        got = [Return(value)]
    elif step.__class__ is Raw:
        got = [Return(step)]
    elif isinstance(step, Assign) and step.op in ("||=", "&&=") and len(step.targets) == 1 and step.value is not None:
        got = [Return(Bin(step.op, step.targets[0], step.value))]
    elif isinstance(step, If):
        memo = step.other is None and isinstance(step.test, Un) and step.then and isinstance(step.then[-1], Assign)
        if memo and step.test.value == step.then[-1].targets[0]:  # type: ignore[attr-defined]
            got = [step, Return(step.test.value)]  # type: ignore[attr-defined]
        else:
            got = [If(step.test, returned(step.then), returned(step.other) if step.other is not None else None)]
    elif isinstance(step, Switch):
        got = [Switch(step.subject, [Case(c.labels, c.guard, returned(c.body)) for c in step.cases])]
    elif isinstance(step, Try):
        body = step.body if step.other is not None else returned(step.body)
        handlers = [Handler(h.types, h.name, returned(h.body)) for h in step.handlers]
        got = [Try(body, handlers, returned(step.other) if step.other is not None else None, step.final)]
    return steps if got is None else [*steps[:-1], *got]


def bare_call(call: Call) -> bool:
    """Whether a call without arguments may be written as a name: not of a class, nor with a mark at its end."""
    if call.args:
        return False
    if isinstance(call.fn, Name):
        return not call.fn.id[:1].isupper() and call.fn.id[-1] not in "?!"
    return isinstance(call.fn, Member) and call.fn.name[-1] not in "?!"


def returning_unit(unit: Node) -> Node:
    """A method with its last value returned, and the last values of the blocks in it; anything else as it is."""
    if any(isinstance(n, Lambda) and isinstance(n.body, list) for n in walk(unit)):
        unit = _returning_blocks(unit)
    if not isinstance(unit, Func) or not unit.body or unit.kind != "F" or unit.name == "initialize":
        return unit
    body = returned(unit.body)
    return unit if body is unit.body else replace(unit, body=body)


def _returning_blocks(node: Any) -> Any:
    changes: dict[str, Any] = {}
    for field in names_of(node.__class__):
        value = getattr(node, field)
        if isinstance(value, list):
            made = [_returning_blocks(item) if isinstance(item, Node) else item for item in value]
            if any(new is not old for new, old in zip(made, value, strict=True)):
                changes[field] = made
        elif isinstance(value, Node):
            new = _returning_blocks(value)
            if new is not value:
                changes[field] = new
    if changes:
        node = replace(node, **changes)
    if isinstance(node, Lambda) and isinstance(node.body, list):
        body = returned(node.body)
        return node if body is node.body else replace(node, body=body)
    return node

"""A tree rewritten from its leaves up by a plain function, the given tree left as it is: what a rule needs that
works on a whole unit at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...language.tree import Node, names_of
from ..restate import STEP_LISTS


def rebuild(
    nodes: list[Node],
    one: Callable[[Node], Node],
    steps: Callable[[list[Node]], list[Node]] | None = None,
) -> list[Node]:
    """The nodes with `one` applied to each node below and in them, and `steps` to each list of steps."""
    out = [_node(n, one, steps) for n in nodes]
    same = all(a is b for a, b in zip(nodes, out, strict=True))
    result = nodes if same else out
    return steps(result) if steps is not None else result


def _node(node: Node, one: Callable[[Node], Node], steps: Callable[[list[Node]], list[Node]] | None) -> Node:
    changes: dict[str, Any] = {}
    for name in names_of(node.__class__):
        old = getattr(node, name)
        if isinstance(old, Node):
            new: Any = _node(old, one, steps)
        elif old.__class__ is list:
            if name in STEP_LISTS and all(isinstance(i, Node) for i in old):
                new = rebuild(old, one, steps)
            else:
                items = [_node(i, one, steps) if isinstance(i, Node) else i for i in old]
                new = old if all(a is b for a, b in zip(items, old, strict=True)) else items
        else:
            continue
        if new is not old:
            changes[name] = new
    return one(replace(node, **changes) if changes else node)

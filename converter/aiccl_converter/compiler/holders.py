"""Steps that hold units: a namespace, `#if`, `if TYPE_CHECKING:`, `try:` around a definition.

Contract: `parts` gives the lists of steps directly in a step, for the kinds of steps that may stand around a unit of a
file or a class; functions and classes themselves are no holders. `mapped` gives the step with those lists rewritten,
the very same object where nothing changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from aiccl_converter.language.tree import Block, Each, Handler, If, Node, Try, While, With

_FIELDS: dict[type, tuple[str, ...]] = {
    Block: ("body",),
    If: ("then", "other"),
    Try: ("body", "handlers", "other", "final"),
    Handler: ("body",),
    With: ("body",),
    Each: ("body", "other"),
    While: ("body", "other"),
}


def parts(step: Node) -> Iterator[list[Node]]:
    """The lists of steps in a holder, none for anything else."""
    for name in _FIELDS.get(step.__class__, ()):
        value = getattr(step, name)
        if value:
            yield value


def mapped(step: Node, rewrite: Callable[[list[Node]], list[Node]]) -> Node:
    """The step with each of its lists rewritten."""
    changes: dict[str, Any] = {}
    for name in _FIELDS.get(step.__class__, ()):
        value = getattr(step, name)
        if value:
            new = rewrite(value)
            if new is not value:
                changes[name] = new
    return replace(step, **changes) if changes else step

"""Views that read back: what a damaged or very deep source leaves in a view that no reader of AICCL could parse goes.

Contract: every step that is given back parses as AICCL by itself. A function that does not is shown as its outline, in
a
class the members that do not, any other step is left out, and `Compiled` says so. Sound sources of common depth never
come here: the printer writes what the parser reads.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from aiccl_converter.compiler.compile import Compiled, Outcome
from aiccl_converter.compiler.holders import mapped
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.parser import parse_members
from aiccl_converter.language.printer import print_members
from aiccl_converter.language.tree import Block, Case, Class, Func, If, Node, Route, Switch, names_of

MOST_CLASSES = 40
"""Classes inside each other that are shown."""
LONG_CHAIN = 100
"""Arms above which an else-if chain that does not read back is written as a table."""


def make_readable(compiled: Compiled) -> None:
    """Leaves out of `compiled` what does not read back."""
    compiled.steps = _steps(compiled.steps, compiled, 0)


def _steps(steps: list[Node], compiled: Compiled, depth: int) -> list[Node]:
    out: list[Node] = []
    for step in steps:
        kept = _step(step, compiled, depth)
        if kept is None:
            if not isinstance(step, (Func, Class, Route)):
                compiled.note("a step that does not read back: a syntax error, or nested too deeply")
            else:
                compiled.note("a unit that does not read back: a syntax error, or nested too deeply")
        else:
            out.append(kept)
    return out


def _step(step: Node, compiled: Compiled, depth: int) -> Node | None:
    """The step as it may be shown, None for not at all."""
    if isinstance(step, Class) and step.members:
        if depth >= MOST_CLASSES:
            compiled.note(f"classes more than {MOST_CLASSES} deep")
            step = replace(step, members=[])
        else:
            step = replace(step, members=_steps(step.members, compiled, depth + 1))
    if isinstance(step, Block):
        step = mapped(step, lambda steps: _steps(steps, compiled, depth + 1)) if depth < MOST_CLASSES else step
    if reads_back([step]):
        return step
    tabled = _tabled(step)
    if tabled is not step and reads_back([tabled]):
        return tabled
    func = step.func if isinstance(step, Route) else step
    if isinstance(func, Func) and func.body is not None:
        short = replace(func, body=None)
        shown: Node = replace(step, func=short) if isinstance(step, Route) else short
        if reads_back([shown]):
            why = "the body: it does not read back (a syntax error, or nested too deeply)"
            compiled.outcomes[func.pos] = Outcome("outline", 0.0, left_out=(why,))
            return shown
    if isinstance(step, Class):
        bare = replace(step, bases=[], decorators=[], params=None, tparams="")
        if reads_back([bare]):
            return bare
        bare.members = []
        if reads_back([bare]):
            return bare
    return None


def _tabled(node: Node) -> Node:
    """The node with its long else-if chains as `match{c:..;d:..;else:..}`, which is as long as it likes."""
    if isinstance(node, If) and len(arms := _arms(node)) > LONG_CHAIN:
        cases = [Case([arm.test], None, arm.then) for arm in arms]
        if (last := arms[-1].other) is not None:
            cases.append(Case([], None, last))
        return Switch(None, cases, pos=node.pos)
    changes: dict[str, Any] = {}
    for name in names_of(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            new: Any = _tabled(value)
        elif isinstance(value, list):
            items = [_tabled(item) if isinstance(item, Node) else item for item in value]
            new = items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        else:
            continue
        if new is not value:
            changes[name] = new
    return replace(node, **changes) if changes else node


def _arms(node: If) -> list[If]:
    arms = [node]
    while (other := arms[-1].other) is not None and len(other) == 1 and isinstance(other[0], If):
        arms.append(other[0])
    return arms


def reads_back(steps: list[Node]) -> bool:
    """Whether the steps, as they are printed, are AICCL."""
    try:
        parse_members(print_members(steps))
    except (ParseError, RecursionError):
        return False
    except Exception:  # the parser is at fault, and what it fails on is still no view
        if os.environ.get("AICCL_DEBUG"):
            raise
        return False
    return True

"""Views that read back: what a damaged or very deep source leaves in a view that no reader of AICCL could parse goes.

Contract: every step that is given back parses as AICCL by itself. A function that does not is shown as its outline, in
a
class the members that do not, any other step is left out, and `Compiled` says so. Sound sources of common depth never
come here: the printer writes what the parser reads.
"""

from __future__ import annotations

from dataclasses import replace

from aiccl_converter.compiler.compile import Compiled, Outcome
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.parser import parse_members
from aiccl_converter.language.printer import print_steps
from aiccl_converter.language.tree import Class, Func, Node, Route

MOST_CLASSES = 40
"""Classes inside each other that are shown."""


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
    if reads_back([step]):
        return step
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


def reads_back(steps: list[Node]) -> bool:
    """Whether the steps, as they are printed, are AICCL."""
    try:
        parse_members(print_steps(steps))
    except (ParseError, RecursionError):
        return False
    return True

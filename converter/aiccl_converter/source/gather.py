"""Methods that a file writes outside their type, put where a view shows them: in the type.

Contract: `gathered(steps)` takes the units of a file in order. A method (a `Func` with a receiver) goes into the class
of that name, if the file has it; several in a row of another type stand together in `impl C:Type{..}`. Nothing is
lost, and each keeps its `pos`. New lists and classes are made here before any rule sees them.
"""

from __future__ import annotations

from ..language.tree import Class, Func, Node


def gathered(steps: list[Node]) -> list[Node]:
    """The steps with methods in their types."""
    types = {step.name: step for step in steps if isinstance(step, Class) and not step.modifiers}
    out: list[Node] = []
    for step in steps:
        if not isinstance(step, Func) or not step.receiver:
            out.append(step)
            continue
        home = types.get(step.receiver)
        if home is not None:
            step.receiver = ""
            home.members.append(step)
            if home.mark == "M":
                home.mark = "C"
            continue
        before = out[-1] if out else None
        if isinstance(before, Class) and before.modifiers == ["impl"] and before.name == step.receiver:
            step.receiver = ""
            before.members.append(step)
        elif isinstance(before, Func) and before.receiver == step.receiver:
            out[-1] = Class("C", step.receiver, [], [before, step], modifiers=["impl"], pos=before.pos)
            before.receiver = step.receiver = ""
        else:
            out.append(step)
    return out


def own_impls(steps: list[Node]) -> list[Node]:
    """Rust: a type's own `impl` goes into the type; a trait that it implements without a word is one of its bases."""
    types: dict[str, Class] = {}
    out: list[Node] = []
    for step in steps:
        if isinstance(step, Class):
            name = step.name.split("<")[0]
            home = types.get(name)
            if step.modifiers == ["impl"] and home is not None:
                if not step.members and step.bases:
                    home.bases.extend(step.bases)
                    continue
                if not step.bases and all(isinstance(m, Func) for m in step.members):
                    home.members.extend(step.members)
                    home.mark = "C" if home.mark == "M" else home.mark
                    continue
            elif not step.modifiers and step.mark in "ME":
                types[name] = step
        out.append(step)
    return out

"""What the rules for JavaScript and TypeScript share. Pure functions; nothing here rewrites by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...language.tree import (
    Assign,
    Call,
    Coll,
    Each,
    Func,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Param,
    Raw,
    Str,
    names_of,
    walk,
)
from ..restate import Context

LANGUAGES = frozenset({"javascript", "typescript", "tsx"})

LEAVES = frozenset({Name, Num, Str, Raw})
"""Nodes with nothing in them: `rebuilt` never hands them to its caller."""
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every node but leaves replaced by what `change` makes of it, children first; what it leaves alone
    is the same object."""
    changes: dict[str, Any] | None = None
    for field in names_of(node.__class__):
        old = getattr(node, field)
        if old.__class__ is list:
            new: Any = rebuilt_list(old, change) if old else old
        elif old.__class__ in LEAVES or not isinstance(old, Node):
            continue
        else:
            new = rebuilt(old, change)
        if new is not old:
            if changes is None:
                changes = {}
            changes[field] = new
    return change(node if changes is None else replace(node, **changes))


def rebuilt_list(items: list[Any], change: Callable[[Node], Node]) -> list[Any]:
    """The same for a list; it is the very list where nothing changed."""
    out: list[Any] | None = None
    for at, item in enumerate(items):
        if item.__class__ in LEAVES or not isinstance(item, Node):
            continue
        new = rebuilt(item, change)
        if new is not item:
            if out is None:
                out = list(items)
            out[at] = new
    return items if out is None else out


def outermost(ctx: Context) -> bool:
    """Whether the function that is done now stands in no other function."""
    return not any(isinstance(unit, Func) for unit in ctx.units)


def param_names(params: list[Param]) -> set[str]:
    """Every name that parameters bind, those of patterns included."""
    return {name for p in params for name in IDENTIFIER.findall(p.name)}


def called(node: Node | None, *names: str) -> Call | None:
    """The call, where it is one of `name(..)` or `X.name(..)`."""
    if not isinstance(node, Call):
        return None
    fn = node.fn
    text = fn.id if isinstance(fn, Name) else fn.name if isinstance(fn, Member) else ""
    return node if text in names else None


def bound_names(node: Node | list[Node]) -> set[str]:
    """Names that a tree binds: assigned plain names, loop variables, parameters."""
    out: set[str] = set()
    for item in walk(node):
        if isinstance(item, (Assign, Each)):
            for target in item.targets:
                out.update(n.id for n in walk(target) if isinstance(n, Name))
        elif isinstance(item, (Lambda, Func)):
            out |= param_names(item.params)
    return out


def as_targets(param: Param) -> list[Node] | None:
    """A parameter as the targets of a loop; None where it has a default or a pattern that is not plain."""
    if param.default is not None or param.star:
        return None
    text = param.name
    if IDENTIFIER.fullmatch(text):
        return [Name(text)]
    names = text[1:-1].split(",")
    if not all(IDENTIFIER.fullmatch(n) for n in names):
        return None
    items: list[Node] = [Name(n) for n in names]
    return items if text[0] == "[" else [Coll("{", items)]

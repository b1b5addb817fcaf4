"""Chains such as `a.b(c)[d].e()`: walked from the end to what they start with, so that their length costs no stack.

Contract: `postfix(links)` is an entry for every kind of link. A link's table entry is the field that leads on towards
the start and a function `(lowering, node, left) -> node` that puts the link on what is left of it; `left` None is the
receiver, which only a `Member` can stand on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..language.tree import Name, Node
from .lowering import ExprFn, Lowering, Syntax

LinkFn = Callable[[Lowering, Syntax, "Node | None"], Node]


def postfix(links: dict[str, tuple[str | int, LinkFn]], members: frozenset[str], names: frozenset[str]) -> ExprFn:
    """`members`: the link kinds that take a member of what is left of them; `names`: kinds that may be the receiver."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        chain: list[tuple[Syntax, LinkFn]] = []
        base: Any = node
        while True:
            link = links.get(base.type)
            if link is None:
                break
            where, build = link
            inner = base.child_by_field_name(where) if isinstance(where, str) else base.named_child(where)
            if inner is None:
                break
            chain.append((base, build))
            base = inner
        if not chain:
            return lw.raw_text(node)
        out: Node | None
        if base.type in names and chain[-1][0].type in members and lw.text(base) == lw.receiver:
            out = None
        elif base.type in links:
            out = lw.raw_text(base)
        else:
            out = lw.expr(base)
        for link_node, build in reversed(chain):
            out = build(lw, link_node, out)
        return out if out is not None else Name(lw.receiver or "")

    return entry

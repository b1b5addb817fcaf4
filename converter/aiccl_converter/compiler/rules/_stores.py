"""Steps that hand one object to what stores it: `em.persist(user)` and its kin. Shared by the rules of each mapper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ...language.tree import Await, Call, Do, Member, Name, Node, Pipe
from ..restate import Context

Owner = Callable[["Node | None", str], bool]
"""Whether an expression is a store, for the method that is called on it."""


def unwaited(node: Node | None) -> Node | None:
    """What is awaited, or the node itself."""
    return node.value if isinstance(node, Await) else node


def last_name(node: Node | None) -> str:
    """`em` of `em` and of `this.em`; nothing of what has no name."""
    return node.id if isinstance(node, Name) else node.name if isinstance(node, Member) else ""


def handed_over(node: Do, ctx: Context, verbs: Mapping[str, str], is_store: Owner) -> Node | None:
    """`s>x` or `d>x` for a call of one of the verbs on a store with one object as its only argument."""
    call = unwaited(node.value)
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    fn, value = call.fn, call.args[0]
    verb = verbs.get(fn.name)
    if verb is None or not isinstance(value, (Name, Member, Call)) or not is_store(fn.obj, fn.name):
        return None
    ctx.stated.add(f"call {fn.name}")
    return replace(node, value=Pipe(Name(verb), value))

"""A builder's chain is what it builds: `Lamp.builder().room(r).watts(40).build()` is `Lamp{room=r,watts=40}`.

Links of one argument (a flag may have none), from `builder()`, `newBuilder()` or `new X.Builder()` to `build()`; a
builder that begins with arguments keeps them as the first ones. `set` and `with` in front of a link's name go.
"""

from __future__ import annotations

import re

from ...language.tree import Arg, Build, Call, Lambda, Member, Name, Node, Spread
from ..restate import Context, Example, Rule

_PREFIX = re.compile(r"(?:set|with)(?=[A-Z])")


def _start(node: Node) -> tuple[Node, list[Node]] | None:
    """What is built, and what the builder begins with."""
    if not isinstance(node, Call):
        return None
    fn = node.fn
    if isinstance(fn, Member) and fn.name in ("builder", "newBuilder") and isinstance(fn.obj, Name):
        return (fn.obj, node.args) if fn.obj.id[:1].isupper() else None
    if isinstance(fn, Name) and fn.id.endswith(".Builder"):
        return Name(fn.id[: -len(".Builder")]), node.args
    return None


def rewrite(node: Call, ctx: Context) -> Node | None:
    if not isinstance(node.fn, Member) or node.fn.name not in ("build", "Build") or node.args or node.fn.obj is None:
        return None
    at: Node = node.fn.obj
    items: list[Node] = []
    while _start(at) is None:
        if not isinstance(at, Call) or not isinstance(at.fn, Member) or at.fn.obj is None or len(at.args) != 1:
            return None
        if isinstance(at.args[0], (Arg, Spread, Lambda)):
            return None
        name = _PREFIX.sub("", at.fn.name)
        name = name[0].lower() + name[1:] if name != at.fn.name else name
        items.append(Arg(name, at.args[0]))
        at = at.fn.obj
    got = _start(at)
    if got is None or not items or len({i.name for i in items if isinstance(i, Arg)}) < len(items):
        return None
    items.reverse()
    made, args = got
    return Build(Call(made, args) if args else made, items)


RULE = Rule(
    name="builder_chains",
    says="a builder's chain is what it builds",
    nodes={Call: rewrite},
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=9,
    normal=True,
    examples=(
        Example(
            "java",
            "Lamp make(Room room) {\n    check(room, 3);\n    return Lamp.builder()\n        .room(room.name())\n"
            "        .withWatts(40)\n        .build();\n}\n",
            "make(room)->Lamp\ncheck(room,3)\n^Lamp{room=room.name(),watts=40}",
        ),
    ),
)

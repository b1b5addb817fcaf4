"""A field that is given the variable of its own name is written once: `{a:a,b:x}` is `{a,b:x}`.

JavaScript and TypeScript, object literals and the patterns that take them apart. It runs when a function is done, since
local names may have become others by then.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Coll, Func, Name, Node, Pair, Str
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES, rebuilt


def _is_plain(item: Node) -> bool:
    return (
        item.__class__ is Pair
        and item.key.__class__ is Str  # type: ignore[attr-defined]
        and item.value.__class__ is Name  # type: ignore[attr-defined]
        and item.key.text == item.value.id  # type: ignore[attr-defined]
    )


def _shortened(node: Node) -> Node:
    if node.__class__ is not Coll or node.open != "{":  # type: ignore[attr-defined]
        return node
    items = node.items  # type: ignore[attr-defined]
    if not any(_is_plain(i) for i in items):
        return node
    return replace(node, items=[i.value if _is_plain(i) else i for i in items])


def _func(unit: Func, ctx: Context) -> Node | None:
    return None if ctx.inside else rebuilt(unit, _shortened)


def _collection(node: Coll, ctx: Context) -> Node | None:
    return None if ctx.inside else _shortened(node)


RULE = Rule(
    name="object_shorthand",
    says="a field with the variable of its own name is written once",
    nodes={Func: _func, Coll: _collection},
    languages=LANGUAGES,
    order=97,
    examples=(
        Example(
            "javascript",
            "function send(to, body, cc) {\n  const { host, port: at } = this.config;\n"
            "  return this.post({ to: to, body, copy: cc, host, at });\n}\n",
            "send(to,body,cc)\n{host,port:at}=.config;^.post({to,body,copy:cc,host,at})",
        ),
    ),
)

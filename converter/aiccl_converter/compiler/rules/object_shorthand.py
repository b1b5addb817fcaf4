"""A field that is given what has its own name is written once: `{a:a,b:x.b,c:y}` is `{a,x.b,c:y}`.

JavaScript and TypeScript (PHP, Ruby: arrays and hashes with keys): variables in object literals and in the patterns
that take them apart, and in literals the property of an object too. It runs when a function is done, since local names
may have become others by then.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Coll, Func, Member, Name, Node, Pair, Str
from ..restate import Context, Example, Rule
from ._common import simple
from ._ecmascript import LANGUAGES, outermost, rebuilt


def _is_plain(item: Node) -> bool:
    if not isinstance(item, Pair) or not isinstance(item.key, Str):
        return False
    value = item.value
    if isinstance(value, Name):
        return item.key.text == value.id
    return isinstance(value, Member) and item.key.text == value.name and simple(value)


def _shortened(node: Node) -> Node:
    if not isinstance(node, Coll) or node.open != "{" or not any(_is_plain(i) for i in node.items):
        return node
    return replace(node, items=[i.value if isinstance(i, Pair) and _is_plain(i) else i for i in node.items])


def _func(unit: Func, ctx: Context) -> Node | None:
    return rebuilt(unit, _shortened) if outermost(ctx) else None


def _collection(node: Coll, ctx: Context) -> Node | None:
    return None if ctx.inside else _shortened(node)


RULE = Rule(
    name="object_shorthand",
    says="a field that is given what has its own name is written once",
    nodes={Func: _func, Coll: _collection},
    languages=LANGUAGES | {"php", "ruby"},
    order=97,
    examples=(
        Example(
            "javascript",
            "function send(to, body, cc) {\n  const { host, port: at } = this.config;\n"
            "  return this.post({ to: to, body, copy: cc, host, at, key: this.key });\n}\n",
            "send(to,body,cc)\n{host,port:at}=.config;^.post({to,body,copy:cc,host,at,.key})",
        ),
    ),
)

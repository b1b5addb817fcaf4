"""Markup in fewer words: text with values beside it is one text, a list that is mapped to markup is a loop.

`p("Hi ";user.name;"!")` is `p{"Hi {user.name}!"}`; among children `xs.map(x=>Row(x))` is `x<-xs{Row(x)}` and
`c?a:null` is `c?a`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Call, Cond, Do, Each, Element, If, Index, Lambda, Member, Name, Node, Str, Template, walk
from ..restate import Context, Example, Rule
from ._common import is_nothing
from ._ecmascript import LANGUAGES, as_targets

_SHOWN = (Name, Member, Index, Call)
_WITHIN = (Name, Member, Index, Call, Str)


def _is_text(node: Node) -> bool:
    return isinstance(node, (Str, Template))


def _shows(node: Node) -> bool:
    """Whether a child can stand inside a text: a short expression without functions or markup in it."""
    if not isinstance(node, _SHOWN):
        return False
    parts = list(walk(node))
    return len(parts) <= 8 and all(isinstance(p, _WITHIN) for p in parts)


def _text(node: Node) -> list[str | Node]:
    if isinstance(node, Str):
        body = node.text[1:-1]
        return [body.replace('"', '\\"') if node.text[0] == "'" else body]
    return list(node.parts) if isinstance(node, Template) else [node]


def _joined(kids: list[Node]) -> list[Node]:
    out: list[Node] = []
    run: list[Node] = []

    def flush() -> None:
        if len(run) > 1 and any(_is_text(k) for k in run):
            parts: list[str | Node] = []
            for kid in run:
                for part in _text(kid):
                    if isinstance(part, str) and parts and isinstance(parts[-1], str):
                        parts[-1] += part
                    else:
                        parts.append(part)
            out.append(Template(parts))
        else:
            out.extend(run)
        run.clear()

    for kid in kids:
        if _is_text(kid) or _shows(kid):
            run.append(kid)
        else:
            flush()
            out.append(kid)
    flush()
    return out


def _child(node: Node) -> Node:
    if isinstance(node, Cond) and (is_nothing(node.other) or node.other in (Str("''"), Str('""'))):
        return If(node.test, [Do(_child(node.then))])
    if isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.name == "map" and len(node.args) == 1:
        fn, body = node.fn, node.args[0]
        if fn.obj is not None and fn.op == "." and isinstance(body, Lambda) and len(body.params) == 1:
            targets = as_targets(body.params[0])
            if targets is not None and isinstance(body.body, Node) and not body.is_async:
                return Each(targets, fn.obj, [Do(_child(body.body))])
    return node


def rewrite(node: Element, ctx: Context) -> Node | None:
    kids = node.children
    if not kids:
        return None
    out = [_child(k) for k in (_joined(kids) if len(kids) > 1 else kids)]
    if len(out) == len(kids) and all(a is b for a, b in zip(out, kids, strict=True)):
        return None
    return replace(node, children=out)


RULE = Rule(
    name="jsx_children",
    says="text and values side by side are one text, mapped lists are loops",
    nodes={Element: rewrite},
    languages=LANGUAGES,
    order=50,
    examples=(
        Example(
            "tsx",
            "const List = ({ user, items }: Props) => (\n  <ul>\n    <li>Hello {user.name}!</li>\n"
            "    {items.map(item => <Row key={item.id} item={item} />)}\n    {user.admin ? <Tools /> : null}\n"
            "  </ul>\n);\n",
            'List({user,items})\n^ul(){li(){"Hello {user.name}!"};item<-items{Row(key=item.id,item=)};user'
            ".admin?Tools()}",
        ),
    ),
)

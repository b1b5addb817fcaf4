"""An effect hook is a block with what it depends on: `useEffect(()=>{..},[a,b])` is `effect[a,b]{..}`.

Without a list it runs after every render, `effect{..}`; a function that it returns is its clean-up, as in the source.
It runs when a function is done, since local names may have become others by then.
"""

from __future__ import annotations

from ...language.printer import print_expr
from ...language.tree import Block, Coll, Do, Func, Lambda, Node, Return
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES, called, outermost, rebuilt


def _effect(node: Node) -> Node:
    call = called(node.value, "useEffect") if isinstance(node, Do) else None
    if call is None or not 1 <= len(call.args) <= 2:
        return node
    body = call.args[0]
    if not isinstance(body, Lambda) or body.params or body.is_async:
        return node
    head = "effect"
    if len(call.args) == 2:
        depends = call.args[1]
        if not isinstance(depends, Coll) or depends.open != "[":
            return node
        head += print_expr(depends)
    return Block(head, body.body if isinstance(body.body, list) else [Return(body.body)])


def _func(unit: Func, ctx: Context) -> Node | None:
    if not outermost(ctx) or not (ctx.uses["useEffect"] or ctx.uses["React"]):
        return None
    return rebuilt(unit, _effect)


RULE = Rule(
    name="react_effect",
    says="`useEffect` is a block with what it depends on",
    nodes={Func: _func},
    languages=LANGUAGES,
    order=96,
    examples=(
        Example(
            "javascript",
            "function useTitle(title) {\n  useEffect(() => {\n    const before = document.title;\n"
            "    document.title = title;\n    return () => { document.title = before; };\n  }, [title]);\n}\n",
            "useTitle(title)\neffect[title]{before=document.title;document.title=title;^()=>{document.title=before}}",
        ),
    ),
)

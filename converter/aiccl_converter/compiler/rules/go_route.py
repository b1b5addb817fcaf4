"""Go: a call that binds a path to a handler is a route: `r.GET("/users/:id", h.Show)` is `R:GET /users/:id h.Show()`.

gin and echo (`GET`), chi and fiber (`Get`), net/http and gorilla (`HandleFunc`, its `Methods` too, and a method in
front of the path). Handlers that run before the last one stay as decorators.
"""

from __future__ import annotations

from ...language.tree import Call, Do, Func, Lambda, Member, Name, Node, Return, Route, Str
from ..restate import Context, Example, Rule
from ._decorators import VERBS, path_of
from ._go import dotted

_VERBS = {verb: verb for verb in VERBS} | {verb.capitalize(): verb for verb in VERBS} | {"Any": "ANY", "ANY": "ANY"}
_HANDLES = frozenset({"HandleFunc", "Handle"})


def rewrite(node: Do, ctx: Context) -> Node | None:
    call: Node | None = node.value
    verb: str | None = None
    if isinstance(call, Call) and isinstance(call.fn, Member) and call.fn.name == "Methods" and len(call.args) == 1:
        verb = call.args[0].text.strip('"') if isinstance(call.args[0], Str) else None
        verb = verb or (call.args[0].name[6:].upper() if isinstance(call.args[0], Member) else None)
        call = call.fn.obj
        if verb not in VERBS:
            return None
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) < 2:
        return None
    name, first = call.fn.name, call.args[0]
    if not isinstance(first, Str) or first.text[:1] != '"':
        return None
    text = first.text
    if name in _HANDLES and len(call.args) == 2:
        word, _, rest = text[1:].partition(" ")
        if verb is None and word in VERBS:
            verb, text = word, '"' + rest
        verb = verb or "ANY"
    elif verb is None:
        verb = _VERBS.get(name)
    path = path_of(text)
    if verb is None or not path or path[:1] != "/":
        return None
    func = _handler(call.args[-1])
    if func is None:
        return None
    for before in call.args[1:-1]:
        shown = dotted(before.fn if isinstance(before, Call) and not before.args else before)
        if not shown:
            return None
        func.decorators.append("@" + shown + ("()" if isinstance(before, Call) else ""))
    return Route(verb, path, func, pos=node.pos)


def _handler(node: Node) -> Func | None:
    if isinstance(node, Lambda):
        return Func("", list(node.params), node.body if isinstance(node.body, list) else [Return(node.body)])
    if isinstance(node, Name):
        return Func(node.id, [], None)
    if isinstance(node, Member):
        owner = "" if node.obj is None else dotted(node.obj)
        if owner or node.obj is None:
            return Func(node.name, [], None, receiver=owner or "this")
    return None


RULE = Rule(
    name="go_route",
    says="a call that binds a path to a handler is a route: `R:GET /users/:id h.Show()`",
    nodes={Do: rewrite},
    languages=frozenset({"go"}),
    normal=True,
    order=50,
    examples=(
        Example(
            "go",
            'func routes(r *gin.Engine, h *Handler) {\n\tr.GET("/lamps/:id", h.Show)\n'
            '\tr.POST("/lamps", auth(), h.Create)\n'
            '\tr.DELETE("/lamps/:id", func(c *gin.Context) {\n\t\th.drop(c.Param("id"))\n'
            "\t\tc.Status(http.StatusNoContent)\n\t})\n}",
            "routes(r:*gin.Engine,h:*Handler)\nR:GET /lamps/:id h.Show()\n@auth()\nR:POST /lamps h.Create()\n"
            'R:DELETE /lamps/:id (c:*gin.Context){h.drop(c.Param("id"))\n^204}',
        ),
    ),
)

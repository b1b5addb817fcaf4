"""Calls that bind a path to a handler are routes: `$app->get('/x', function () {..})` is `R:GET /x {..}`.

Laravel (`Route::get('/x', [C::class, 'm'])`, with what is chained to it as decorators), Slim and Lumen
(`$app->post(..)`), Sinatra and Grape (`get '/x' do .. end`). The handler is the function that is given, or the method
that is named.
"""

from __future__ import annotations

from ...language.tree import Call, Coll, Do, Func, Lambda, Member, Name, Node, Param, Return, Route, Str
from ..restate import Context, Example, Rule
from ._decorators import VERBS, path_of

_VERBS = {verb.lower(): verb for verb in VERBS} | {"any": "ANY", "del": "DELETE"}
_ROUTERS = frozenset({"app", "router", "group", "route", "api", "r"})


def rewrite(node: Do, ctx: Context) -> Node | None:
    call = node.value
    chained: list[str] = []
    while isinstance(call, Call) and isinstance(call.fn, Member) and isinstance(call.fn.obj, Call):
        if not all(isinstance(a, Str) for a in call.args) or call.fn.op != ".":
            return None
        chained.append(f"@{call.fn.name}({','.join(a.text for a in call.args if isinstance(a, Str))})")
        call = call.fn.obj
    if not isinstance(call, Call):
        return None
    verb = _php_verb(call) if ctx.language == "php" else _ruby_verb(call, ctx)
    if verb is None or len(call.args) > 2:
        return None
    path = _path(call.args[0]) if len(call.args) == 2 else "/" if ctx.language == "ruby" else None
    handler = call.args[-1]
    if not path:
        return None
    func = _handler(handler)
    if func is None or (ctx.language == "ruby" and not isinstance(handler, Lambda)):
        return None
    func.decorators = chained[::-1]
    return Route(verb, path, func, pos=node.pos)


def _php_verb(call: Call) -> str | None:
    fn = call.fn
    if not isinstance(fn, Member) or not isinstance(fn.obj, Name) or len(call.args) != 2:
        return None
    if fn.op == "::":
        return _VERBS.get(fn.name) if fn.obj.id == "Route" else None
    return _VERBS.get(fn.name) if fn.obj.id in _ROUTERS else None


def _ruby_verb(call: Call, ctx: Context) -> str | None:
    """A route of Sinatra or Grape stands in a class, a block of one or a file, never in a method."""
    fn = call.fn
    if not isinstance(fn, Name) or not call.args or not isinstance(call.args[-1], Lambda) or call.args[-1].params:
        return None
    if any(isinstance(unit, Func) for unit in ctx.units):
        return None
    return _VERBS.get(fn.id) if fn.id not in ("any", "del") else None


def _path(node: Node) -> str | None:
    if not isinstance(node, Str):
        return None
    if node.text[:1] == ":" and node.text[1:].isidentifier():
        return f"/{node.text[1:]}"
    path = path_of(node.text)
    return None if path is None else path if path[:1] == "/" else f"/{path}"


def _handler(node: Node) -> Func | None:
    if isinstance(node, Lambda):
        body: list[Node] = node.body if isinstance(node.body, list) else [Return(node.body)]
        params: list[Param] = list(node.params)
        return Func("", params, body, is_async=node.is_async)
    if isinstance(node, Coll) and len(node.items) == 2 and isinstance(node.items[0], Name):
        method = node.items[1]
        if isinstance(method, Str):
            return Func(method.text[1:-1], [], None, receiver=node.items[0].id)
    if isinstance(node, Str) and node.text.count("@") == 1 and node.text[1:-1].replace("@", "").isidentifier():
        owner, _, name = node.text[1:-1].partition("@")
        return Func(name, [], None, receiver=owner)
    if isinstance(node, Name) and node.id[:1].isupper():
        return Func(node.id, [], None)
    return None


RULE = Rule(
    name="called_routes",
    says="a call that binds a path to a handler is a route",
    nodes={Do: rewrite},
    languages=frozenset({"php", "ruby"}),
    order=50,
    normal=True,
    examples=(
        Example(
            "php",
            "<?php\nRoute::get('/lamps', [LampController::class, 'index'])->name('lamps');\n"
            "$app->post('/lamps/{id}', function ($request, $response) { return $this->lamps->light($request); });",
            "@name('lamps')\nR:GET /lamps LampController.index()\nR:POST /lamps/{id} (request,response)\n"
            "^.lamps.light(request)",
        ),
        Example(
            "ruby",
            "class Lamps < Sinatra::Base\n  get '/lamps/:id' do\n    json Lamp.find(params[:id]).shade\n  end\nend",
            "C:Lamps(Sinatra::Base){R:GET /lamps/:id {^json(Lamp.find(params[:id]).shade)}}",
        ),
    ),
)

"""A router's call is a route: `router.get('/x',auth,(req,res)=>{..})` is `R:GET /x {..}` with `@auth` before it.

Express, Koa and their like: the path is a text, the last argument a function; what stands between is middleware.
`req`, `res`, `next` and `ctx` are what every handler gets and are not written. An answer at the end of a path is
returned: `res.status(404).json(x)` is `^404 x`, `res.json(x)` is `^200 x`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.printer import print_expr
from ...language.tree import (
    Assign,
    Await,
    Call,
    Do,
    Func,
    If,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Return,
    Route,
    Str,
    Try,
    Words,
    walk,
)
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES

VERBS = frozenset("get post put patch delete head options all".split())
ROUTERS = re.compile(r"(app|router|routes?|api|server)$", re.I)
HANDED = frozenset({"req", "request", "res", "response", "next", "ctx", "context", "reply"})
ANSWERS = frozenset({"json", "send", "end", "sendStatus", "render", "redirect"})


def _path(node: Node) -> str | None:
    text = node.text[1:-1] if isinstance(node, Str) else ""
    return text if text[:1] in ("/", "*") and " " not in text else None


def _route(call: Node, ctx: Context) -> Route | None:
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or call.fn.name not in VERBS or len(call.args) < 2:
        return None
    owner = call.fn.obj
    name = owner.id if isinstance(owner, Name) else owner.name if isinstance(owner, Member) else ""
    path, handler = _path(call.args[0]), call.args[-1]
    if path is None or not ROUTERS.search(name) or not isinstance(handler, (Lambda, Func)) or handler.body is None:
        return None
    between = call.args[1:-1]
    if any(isinstance(m, (Lambda, Func)) for m in between):
        return None
    params = [] if all(p.name.lstrip("_") in HANDED for p in handler.params) else handler.params
    body: list[Node] = handler.body if isinstance(handler.body, list) else [Return(handler.body)]
    answer = next((p.name for p in handler.params if p.name in ("res", "response")), "")
    if answer:
        body = _answered(body, answer)
        ctx.stated.update(f"call {word}" for word in ("json", "send", "status", "end", "sendStatus"))
    ctx.stated.add(f"call {call.fn.name}")
    decorators = ["@" + print_expr(m) for m in between]
    waits = handler.is_async and not any(isinstance(n, Await) for n in walk(body))  # an await says so itself
    func = Func("", params, body, None, waits, decorators=decorators)
    return Route(call.fn.name.upper(), path, func)


def _answered(steps: list[Node], res: str) -> list[Node]:
    """Steps whose last one, on every path, answers."""
    out = []
    for at, step in enumerate(steps):
        last = at == len(steps) - 1
        if isinstance(step, Return) and step.value is not None:
            step = _answer(step.value, res) or step
        elif isinstance(step, (Assign, Do)) and isinstance(step.value, OrElse) and isinstance(step.value.other, Return):
            other = step.value.other
            given = _answer(other.value, res) if other.value is not None else None
            step = replace(step, value=replace(step.value, other=given)) if given else step
        elif isinstance(step, Do) and last:
            step = _answer(step.value, res) or step
        elif isinstance(step, If):
            if last or _returns(step.then):
                step = replace(step, then=_answered(step.then, res))
            if step.other is not None and (last or _returns(step.other)):
                step = replace(step, other=_answered(step.other, res))
        elif isinstance(step, Try) and last and step.final is None:
            handlers = [replace(h, body=_answered(h.body, res)) for h in step.handlers]
            step = replace(step, body=_answered(step.body, res), handlers=handlers)
        out.append(step)
    return out


def _returns(steps: list[Node]) -> bool:
    return bool(steps) and isinstance(steps[-1], Return)


def _answer(value: Node, res: str) -> Return | None:
    if not isinstance(value, Call) or not isinstance(value.fn, Member) or len(value.args) > 1:
        return None
    name, on = value.fn.name, value.fn.obj
    if name == "sendStatus" and _is(on, res) and len(value.args) == 1 and isinstance(value.args[0], Num):
        return Return(value.args[0])
    if name not in ("json", "send", "end"):
        return None
    status: Node = Num("200")
    if isinstance(on, Call) and isinstance(on.fn, Member) and on.fn.name == "status" and len(on.args) == 1:
        if not _is(on.fn.obj, res) or not isinstance(on.args[0], Num):
            return None
        status = on.args[0]
    elif not _is(on, res):
        return None
    return Return(Words([status, value.args[0]]) if value.args else status)


def _is(node: Node | None, name: str) -> bool:
    return isinstance(node, Name) and node.id == name


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] | None = None
    for at, step in enumerate(steps):
        route = _route(step.value, ctx) if isinstance(step, Do) else None
        if route is not None:
            if out is None:
                out = list(steps)
            out[at] = route
    return out


RULE = Rule(
    name="express_route",
    says="a router's call with a path and a handler is a route",
    blocks=rewrite,
    among=frozenset({Do}),
    languages=LANGUAGES,
    order=52,
    examples=(
        Example(
            "javascript",
            "router.get('/users/:id', auth, async (req, res) => {\n  const user = await users.load(req.params.id);\n"
            "  if (!user) return res.status(404).json({ error: 'no such user' });\n  res.json(user);\n});\n",
            "@auth\nR:GET /users/:id\nuser=~users.load(req.params.id)|^404 {error:'no such user'}\n^200 user",
        ),
    ),
)

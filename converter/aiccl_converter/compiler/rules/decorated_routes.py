"""Handlers that a decorator or attribute binds to a path are routes: `@app.get("/x")` is `R:GET /x`.

Flask, FastAPI, aiohttp, Bottle, Sanic, Flask-AppBuilder (`route`, `get`, `post`, `expose`, ..) and Symfony's
`#[Route]`. What else stands in the decorator stays as one: the status, the response model, the route's name. A path
that no literal tells, or that a view could not hold, keeps its decorator.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Func, Node, Route
from ..restate import Context, Example, Rule
from ._decorators import VERBS, parts, path_of, verbs_of

_BY_NAME = {verb.lower(): verb for verb in VERBS} | {"websocket": "WS"}
_OPEN = frozenset({"route", "api_route", "expose", "Route"})
_USUAL = frozenset({"app", "router", "bp", "api", "blueprint", "routes", "route", "expose", "Route"})
"""Routers that need no name in a view."""


def rewrite(node: Func, ctx: Context) -> Node | None:
    for at, decorator in enumerate(node.decorators):
        got = _route(decorator, ctx.language)
        if got is None:
            continue
        verb, path, rest = got
        kept = [*node.decorators[:at], *([rest] if rest else []), *node.decorators[at + 1 :]]
        if any(_route(other, ctx.language) for other in kept):
            return None  # several paths: they stay side by side
        return Route(verb, path, replace(node, decorators=kept), pos=node.pos)
    return None


def _route(decorator: str, language: str) -> tuple[str, str, str] | None:
    found = parts(decorator)
    if found is None:
        return None
    name, arguments = found
    owner, _, last = name.rpartition(".")
    if (last not in _OPEN and (last not in _BY_NAME or not owner)) or (last == "Route" and language != "php"):
        return None
    verb: str | None = _BY_NAME.get(last)
    path: str | None = None
    rest: list[str] = []
    for key, value in arguments:
        if key in ("", "path", "rule") and path is None:
            path = path_of(value)
            if path is None:
                return None
        elif key == "methods" and verb is None:
            verb = verbs_of(value)
            if verb is None:
                return None
        else:
            rest.append((f"{key}={value}" if language == "python" else f"{key}:{value}") if key else value)
    if not path or (path[0] not in "/<{" and last != "expose"):
        return None
    if verb is None:
        verb = "GET" if language == "python" else "ANY"
    router = owner or last
    if rest or router not in _USUAL:
        return verb, path, f"@{router}" + (f"({','.join(rest)})" if rest else "")
    return verb, path, ""


RULE = Rule(
    name="decorated_routes",
    says="a handler that a decorator binds to a path is a route",
    nodes={Func: rewrite},
    languages=frozenset({"python", "php"}),
    order=50,
    normal=True,
    examples=(
        Example(
            "python",
            '@router.post("/lamps/{lamp_id}", status_code=201)\nasync def add(lamp_id: int, form: LampForm):\n'
            "    return await lamps.add(lamp_id, form)\n",
            "@router(status_code=201)\nR:POST /lamps/{lamp_id} ~add(lamp_id:int,form:LampForm)\n"
            "^~lamps.add(lamp_id,form)",
        ),
        Example(
            "python",
            '@app.route("/lamps/<int:id>", methods=["GET", "PUT"])\n@login_required\ndef show(id):\n'
            "    return lamps[id]\n",
            "@login_required\nR:GET|PUT /lamps/<int:id> show(id)\n^lamps[id]",
        ),
        Example(
            "php",
            "<?php\nclass Lamps {\n#[Route('/lamps/{id}', name: 'lamp', methods: ['GET'])]\n"
            "public function show(int $id) { return $this->json($this->lamps->find($id)); }\n}",
            "C:Lamps{@Route(name:'lamp')\nR:GET /lamps/{id} show(id:i){^.json(.lamps.find(id))}}",
        ),
    ),
)

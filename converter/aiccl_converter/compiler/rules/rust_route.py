"""Rust: a handler that an attribute binds to a path is a route: `#[get("/lamps/{id}")]` is `R:GET /lamps/{id}` (actix,
Rocket)."""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Func, Node, Route
from ..restate import Context, Example, Rule
from ._decorators import VERBS, parts, path_of

_VERBS = {verb.lower(): verb for verb in VERBS}


def rewrite(node: Func, ctx: Context) -> Node | None:
    for at, decorator in enumerate(node.decorators):
        found = parts(decorator)
        if found is None:
            continue
        name, arguments = found
        verb = _VERBS.get(name.rsplit("::", 1)[-1])
        path = path_of(arguments[0][1]) if verb is not None and arguments and not arguments[0][0] else None
        if verb is None or not path or path[0] != "/":
            continue
        rest = [f"{key}={value}" if key else value for key, value in arguments[1:]]
        kept = [*node.decorators[:at], *(["@" + ",".join(rest)] if rest else []), *node.decorators[at + 1 :]]
        return Route(verb, path, replace(node, decorators=kept), pos=node.pos)
    return None


RULE = Rule(
    name="rust_route",
    says="a handler that an attribute binds to a path is a route",
    nodes={Func: rewrite},
    languages=frozenset({"rust"}),
    order=85,
    examples=(
        Example(
            "rust",
            '#[get("/lamps/{id}")]\nasync fn show(path: web::Path<u32>, store: web::Data<Store>) -> impl Responder {\n'
            "    store.find(path.into_inner(), 7)\n}",
            "R:GET /lamps/{id} ~show(path,store:web::Data<Store>)->impl Responder\n^store.find(path.into_inner(),7)",
        ),
    ),
)

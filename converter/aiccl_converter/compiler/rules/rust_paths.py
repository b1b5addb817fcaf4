"""Rust: paths that a router is given are routes: `Router::new().route("/lamps", get(list).post(add))` is
`Router::new(){R:/lamps get(list).post(add)}`.

axum and actix (`web::get().to(list)`). The methods stay with the handlers, which may have layers and guards of their
own. Links of a chain keep their order, so that `layer` and its like stand after the paths that they are for.
"""

from __future__ import annotations

from ...language.tree import Arg, Call, Member, Node, Path, Routed, Spread, Str
from ..restate import Context, Example, Rule


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    if not isinstance(fn, Member) or fn.name != "route" or fn.obj is None or fn.op != "." or len(node.args) != 2:
        return None
    first, handlers = node.args
    text = first.text[1:-1] if isinstance(first, Str) and first.text[:2] == '"/' else ""
    if not text or "\\" in text or len(text.split()) != 1 or isinstance(handlers, (Arg, Spread)):
        return None
    path = Path(text, handlers, pos=node.pos)
    if isinstance(fn.obj, Routed):
        return Routed(fn.obj.router, [*fn.obj.paths, path], pos=fn.obj.pos)
    return Routed(fn.obj, [path], pos=node.pos)


RULE = Rule(
    name="rust_paths",
    says="a path that a router is given is a route: `Router::new(){R:/lamps get(list).post(add)}`",
    nodes={Call: rewrite},
    languages=frozenset({"rust"}),
    order=50,
    normal=True,
    examples=(
        Example(
            "rust",
            "fn lamps(store: Store) -> Router {\n    Router::new()\n"
            '        .route("/lamps", get(list).post(add))\n        .route("/lamps/{id}", get(show).delete(drop_it))\n'
            "        .layer(Trace::new())\n"
            '        .route("/health", get(health))\n        .nest("/rooms", rooms())\n        .with_state(store)\n}',
            "lamps(store)->Router\n^Router::new(){R:/lamps get(list).post(add)\n"
            "R:/lamps/{id} get(show).delete(drop_it)}.layer(Trace::new()){R:/health get(health)}"
            '.nest("/rooms",rooms()).with_state(store)',
        ),
    ),
)

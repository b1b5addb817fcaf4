"""In an async function a promise's `then` is an await: `^p.then(x=>f(x))` is `x=~p;^f(x)`.

Only where the chain is returned from an async function, with one function of one parameter per link, so that nothing
else runs before or after it; `.catch(e=>..)` at its end is a try.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Await, Call, Do, Func, Handler, Lambda, Member, Name, Node, Return, Try
from ..restate import Context, Example, Rule
from ._ecmascript import IDENTIFIER, LANGUAGES, bound_names


def _link(node: Node | None, *names: str) -> tuple[Node, Lambda, str] | None:
    """The promise before a link, its function and the name that the function binds."""
    if (
        not isinstance(node, Call)
        or not isinstance(node.fn, Member)
        or node.fn.name not in names
        or len(node.args) != 1
    ):
        return None
    fn = node.args[0]
    if node.fn.obj is None or node.fn.op != "." or not isinstance(fn, Lambda) or len(fn.params) > 1:
        return None
    if not fn.params:
        return node.fn.obj, fn, ""
    name = fn.params[0].name
    if fn.params[0].default is not None or fn.params[0].star or not IDENTIFIER.fullmatch(name):
        return None
    return node.fn.obj, fn, name


def _steps(value: Node, taken: set[str]) -> list[Node] | None:
    """The steps that give a chain's value, None where it is no chain."""
    got = _link(value, "then")
    if got is None:
        return None
    before, fn, name = got
    if (name and name in taken) or (isinstance(fn.body, list) and bound_names(fn.body) & taken):
        return None
    taken.add(name)
    first = _steps(before, taken)
    if first is not None and isinstance(first[-1], Return) and first[-1].value is not None:
        *first, last = first
        before = last.value  # type: ignore[attr-defined]
    elif first is not None:
        return None
    else:
        first = []
    waited: Node = before if isinstance(before, Await) else Await(before)
    start: Node = Assign([Name(name)], waited) if name else Do(waited)
    return [*first, start, *(fn.body if isinstance(fn.body, list) else [Return(fn.body)])]


def _tail(unit: Func | Lambda, ctx: Context) -> Node | None:
    if not unit.is_async or not isinstance(unit.body, list) or not unit.body or not isinstance(unit.body[-1], Return):
        return None
    value = unit.body[-1].value
    taken = bound_names(unit.body[:-1]) | {n for p in unit.params for n in IDENTIFIER.findall(p.name)}
    caught = _link(value, "catch")
    if caught is None:
        steps = _steps(value, set(taken)) if value is not None else None
        end: list[Node] = steps or []
    else:
        inner, fn, name = caught
        steps = _steps(inner, set(taken))
        body: list[Node] = fn.body if isinstance(fn.body, list) else [Return(fn.body)]
        end = [Try(steps, [Handler([], name or None, body)])] if steps else []
    if not end:
        return None
    ctx.stated.update(("call then", "call catch"))
    return replace(unit, body=[*unit.body[:-1], *end])


RULE = Rule(
    name="awaited_chain",
    says="a promise chain that an async function returns is awaited",
    nodes={Func: _tail, Lambda: _tail},
    languages=LANGUAGES,
    order=20,
    examples=(
        Example(
            "javascript",
            "async function title(id) {\n  return fetchPage(id).then(page => {\n    cache(page);\n"
            "    return page.title;\n  })"
            ".catch(error => {\n    report(error);\n    return null;\n  });\n}\n",
            "~title(id)\ntry{page=~fetchPage(id)\ncache(page)\n^page.title}err error{report(error)\n^null}",
        ),
    ),
)

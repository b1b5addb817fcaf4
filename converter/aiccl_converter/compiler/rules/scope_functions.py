"""Kotlin's scope functions, said plainly: `x?.let { f(it) }` is `x?f(x)`, `Lamp().apply { on = true }` is
`Lamp{on=true}`.

As a step, `let` and `also` on a local name are a branch on it (behind `?.`) or just their steps; any other value, a
property too, is bound to the lambda's name first, so that it is still read once. A value with `?.let` in front of `?:`
stays. `apply` that only sets fields builds; `apply` and `also` on a new value that is bound become
steps on the name. `forEach` is a loop. A lambda that leaves the function is said right by the branch, so nothing is
lost there.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Arg,
    Assign,
    Build,
    Call,
    Coll,
    Do,
    Each,
    If,
    Lambda,
    Member,
    Name,
    Node,
    Param,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import replace_name

_STEPS = frozenset({"let", "also"})


def _called(node: Node | None) -> tuple[Node, str, str, Lambda] | None:
    """(object, operator, function, lambda) of `x.let { .. }`."""
    if not isinstance(node, Call) or not isinstance(node.fn, Member) or len(node.args) != 1 or node.fn.obj is None:
        return None
    body = node.args[0]
    return (node.fn.obj, node.fn.op, node.fn.name, body) if isinstance(body, Lambda) else None


def _steps(body: Lambda) -> list[Node]:
    return body.body if isinstance(body.body, list) else [Do(body.body)]


def _plain(node: Node, ctx: Context) -> bool:
    """A name that the unit itself declares: the same value a step later, which a property need not be."""
    return isinstance(node, Name) and (node.id == "this" or node.id in _declared(ctx))


def _declared(ctx: Context) -> set[str]:
    """The parameters and locals of the unit and of all functions in it."""
    out: set[str] = set()
    for node in ctx.every(ctx.unit) if ctx.unit is not None else ():
        if isinstance(node, Param):
            out.add(node.name)
        elif isinstance(node, (Assign, Each)):
            for target in node.targets:
                held = target.items if isinstance(target, Coll) else [target]
                out.update(t.id for t in held if isinstance(t, Name))
    return out


def _with_value(body: Lambda, value: Node) -> list[Node] | None:
    """The lambda's steps with its one parameter replaced."""
    steps = _steps(body)
    if len(body.params) > 1:
        return None
    if not body.params:
        return steps
    name = body.params[0].name
    if not name.isidentifier():
        return None
    if any(isinstance(n, Lambda) and any(p.name == name for p in n.params) for n in walk(steps)):
        return None
    if any(isinstance(n, Assign) and Name(name) in n.targets for n in walk(steps)):
        return None
    return [replace_name(s, name, value) for s in steps]


def _step(step: Node, ctx: Context) -> list[Node] | None:
    """A scope function for its effect."""
    got = _called(step.value) if isinstance(step, Do) else None
    if got is None:
        return None
    value, op, name, body = got
    if name == "forEach" and op == "." and body.params:
        parts: list[Node] = [Name(p.name) for p in body.params]
        return [Each(parts, value, _steps(body))]
    if name not in _STEPS or op not in (".", "?."):
        return None
    if _plain(value, ctx):
        steps = _with_value(body, value)
        if steps is None:
            return None
        return [If(value, steps)] if op == "?." else steps
    if len(body.params) != 1 or not body.params[0].name.isidentifier():
        return None
    held = body.params[0].name
    read = sum(1 for n in walk(_steps(body)) if isinstance(n, Name) and n.id == held)
    if read == 1 and op == "." and (held == "it" or isinstance(value, (Name, Member))):
        steps = _with_value(body, value)
        return steps if steps is not None and len(steps) == 1 else None
    if held == "it" and not isinstance(value, (Name, Member)):
        return None
    if ctx.uses[held] > read:
        return None  # it hides another variable
    bound = Assign([Name(held)], value)
    inner = _with_value(body, Name(held)) or _steps(body)
    ctx.uses[held] += 2
    return [bound, If(Name(held), inner)] if op == "?." else [bound, *inner]


def _built(node: Node | None) -> Node | None:
    """`Lamp(3).apply { on = true }` as `Lamp(3){on=true}`."""
    got = _called(node)
    if got is None or got[2] != "apply" or got[1] != "." or any(p.name != "this" for p in got[3].params):
        return None
    value, steps = got[0], _steps(got[3])
    if not isinstance(value, Call) or not isinstance(value.fn, Name) or not value.fn.id[:1].isupper():
        return None
    items: list[Node] = []
    for step in steps:
        if isinstance(step, Do) and isinstance(step.value, Build) and step.value.type == Name("."):
            items += step.value.items  # fields that were folded already
            continue
        if not isinstance(step, Assign) or step.op != "=" or len(step.targets) != 1 or step.value is None:
            return None
        target = step.targets[0]
        if not (isinstance(target, Member) and target.obj is None) or isinstance(step.value, Assign):
            return None
        items.append(Arg(target.name, step.value))
    return Build(value if value.args else value.fn, items) if items else None


def call(node: Call, ctx: Context) -> Node | None:
    return _built(node)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        got = _step(step, ctx)
        if got is None:
            got = _bound(step)
        if got is None:
            out.append(step)
            continue
        for made in got:  # what stood in a lambda's one expression is a step now
            if isinstance(made, If):
                made = replace(made, then=rewrite(made.then, ctx) or made.then)
            elif isinstance(made, Each):
                made = replace(made, body=rewrite(made.body, ctx) or made.body)
            out.append(made)
        changed = True
    return out if changed else None


def _bound(step: Node) -> list[Node] | None:
    """`x = make().also { it.go() }` and `return make().also { .. }`."""
    if (
        not isinstance(step, Assign)
        or step.op != "="
        or len(step.targets) != 1
        or not isinstance(step.targets[0], Name)
    ):
        return None
    got = _called(step.value)
    if got is None or got[2] != "also" or got[1] != ".":
        return None
    inner = _with_value(got[3], step.targets[0])
    return None if inner is None else [Assign(step.targets, got[0]), *inner]


RULE = Rule(
    name="scope_functions",
    says="let, also, apply and forEach of Kotlin are plain steps",
    nodes={Call: call},
    blocks=rewrite,
    languages=frozenset({"kotlin"}),
    order=11,
    normal=True,
    examples=(
        Example(
            "kotlin",
            "fun show(lamp: Lamp?, lamps: List<Lamp>) {\n    lamp?.let { panel.add(it, 3) }\n"
            "    lamps.forEach { panel.dim(it, 5) }\n    val last = Lamp(7).also { it.light() }\n"
            "    panel.add(last, 1)\n    panel.add(last, 2)\n}\n",
            "show(lamp:Lamp?,lamps)\nlamp?panel.add(lamp,3)\nit<-lamps{panel.dim(it,5)}\nlast=Lamp(7)\nlast.light()\n"
            "panel.add(last,1)\npanel.add(last,2)",
        ),
        Example(
            "kotlin",
            "fun make(room: Room): Lamp {\n    return Lamp(room).apply {\n        watts = 40\n"
            "        shade = room.shade\n    }\n}\n",
            "make(room)->Lamp\n^(Lamp(room)){watts=40,shade=room.shade}",
        ),
        Example(
            "kotlin",
            "fun close(): Boolean {\n    lastDoor?.let {\n        return if (it.frame.jams()) it.frame.free(3) "
            "else it.isOpen()\n    }\n    return false\n}\n",
            "close()\nit=lastDoor;it?{^it.frame.jams()?it.frame.free(3):it.isOpen()}\n^false",
        ),
    ),
)

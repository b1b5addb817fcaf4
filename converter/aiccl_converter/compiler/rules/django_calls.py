"""Django's shortest database calls: `get_object_or_404(Order, pk=pk)` is `q>Order{pk}|404`, and
`Order.objects.create(..)` is `s>Order{..}`.

Only where the call has nothing but fields by keyword and the view gets shorter: `filter`, `get` and the chains behind
them keep their names, which cost no more and tell one row from many and a failure from nothing.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Await, Build, Call, Do, Member, Name, Node, Num, OrElse, Pipe, Return
from ..restate import Context, Example, Rule

_FOUND_OR_NOT = frozenset({"get_object_or_404", "aget_object_or_404"})


def rewrite(node: Assign | Return | Do, ctx: Context) -> Node | None:
    value = node.value
    call = value.value if isinstance(value, Await) else value
    if not isinstance(call, Call):
        return None
    got = _found(call) or _created(call)
    if got is None:
        return None
    ctx.stated.add(f"call {call.fn.id if isinstance(call.fn, Name) else 'create'}")
    return replace(node, value=got)


def _found(call: Call) -> Node | None:
    if not isinstance(call.fn, Name) or call.fn.id not in _FOUND_OR_NOT or len(call.args) < 2:
        return None
    model, fields = call.args[0], call.args[1:]
    if not _is_model(model) or not all(isinstance(field, Arg) for field in fields):
        return None
    return OrElse(Pipe(Name("q"), Build(model, list(fields))), Num("404"))


def _created(call: Call) -> Node | None:
    fn = call.fn
    if not isinstance(fn, Member) or fn.name not in ("create", "acreate") or not call.args:
        return None
    manager = fn.obj
    if not isinstance(manager, Member) or manager.name != "objects" or not _is_model(manager.obj):
        return None
    if not all(isinstance(field, Arg) for field in call.args):
        return None
    assert manager.obj is not None
    return Pipe(Name("s"), Build(manager.obj, list(call.args)))


def _is_model(node: Node | None) -> bool:
    return isinstance(node, Name) and node.id[:1].isupper()


RULE = Rule(
    name="django_calls",
    says="Django's get_object_or_404 and objects.create say what they read and save",
    nodes={Assign: rewrite, Return: rewrite, Do: rewrite},
    languages=frozenset({"python"}),
    order=62,
    normal=True,
    examples=(
        Example(
            "python",
            "def rate(request, pk):\n    lamp = get_object_or_404(Lamp, pk=pk, owner=request.user)\n"
            "    lamp.light()\n    Rating.objects.create(lamp=lamp, stars=5)\n    return lamp.stars\n",
            "rate(request,pk)\nlamp=q>Lamp{pk,owner=request.user}|404;lamp.light()\ns>Rating{lamp,stars=5}\n^lamp.stars",
        ),
    ),
)

"""The same call again and again is a loop over what differs: `x<-[a,b,c]{add(x)}`.

At least three calls in a row of one function that differ in just one argument, all of them values without effects.
Conditions stay where they are asked, and so do assertions and C's macros, which show what they are given.
"""

from __future__ import annotations

from ...language.tree import Arg, Bin, Call, Coll, Do, Each, Name, Node, Spread, Un
from ..restate import Context, Example, Rule
from ._common import checks, mentions, pure


def _call(step: Node) -> Call | None:
    return step.value if isinstance(step, Do) and isinstance(step.value, Call) else None


def _differs(a: Call, b: Call) -> int | None:
    """The one argument in which two calls differ."""
    if a.fn != b.fn or len(a.args) != len(b.args):
        return None
    places = [i for i, (x, y) in enumerate(zip(a.args, b.args, strict=True)) if x != y]
    return places[0] if len(places) == 1 else None


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] = []
    changed = False
    at = 0
    while at < len(steps):
        first = _call(steps[at])
        end = at + 1
        place: int | None = None
        if first is not None and first.args and not checks(first, ctx.language):
            while end < len(steps):
                following = _call(steps[end])
                if following is None:
                    break
                differs = _differs(first, following)
                if differs is None or (place is not None and differs != place):
                    break
                place = differs
                end += 1
        if first is None or place is None or end - at < 3:
            out.append(steps[at])
            at += 1
            continue
        values = [_call(s).args[place] for s in steps[at:end]]  # type: ignore[union-attr]
        if any(isinstance(v, (Arg, Spread)) or _asks(v) or not pure(v) for v in values) or not _pure_rest(first, place):
            out.extend(steps[at:end])
            at = end
            continue
        name = ctx.fresh("x", "v", "item")
        args = [Name(name) if i == place else a for i, a in enumerate(first.args)]
        out.append(Each([Name(name)], Coll("[", values), [Do(Call(first.fn, args))]))
        changed = True
        at = end
    return out if changed else None


def _asks(value: Node) -> bool:
    """Whether a value is a condition, which is evaluated call by call."""
    if isinstance(value, Un):
        return value.op in ("!", "not")
    return isinstance(value, Bin) and value.op in _ASKING


_ASKING = frozenset("== != === !== < > <= >= and or && || in is".split()) | {"not in", "is not"}


def _pure_rest(call: Call, place: int) -> bool:
    rest = [a for i, a in enumerate(call.args) if i != place]
    if not all(pure(a.value) if isinstance(a, Arg) else not isinstance(a, Spread) and pure(a) for a in rest):
        return False
    return mentions(call.fn, "") == 0


RULE = Rule(
    name="call_runs",
    says="one call repeated over several values is a loop over them",
    blocks=rewrite,
    among=frozenset({Do}),
    least=3,
    order=76,
    examples=(
        Example(
            "python",
            "def setup(self, menu):\n    menu.register(self.open)\n    menu.register(self.save)\n"
            "    menu.register(self.close)\n"
            "    menu.register(self.quit)\n    menu.show()\n",
            "setup(menu)\nx<-[.open,.save,.close,.quit]{menu.register(x)}\nmenu.show()",
        ),
    ),
)

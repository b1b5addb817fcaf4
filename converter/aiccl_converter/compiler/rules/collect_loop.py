"""A loop that only collects into a fresh list, set or dict is a comprehension: `out=[f(x) for x in xs if p]`.

Matches an empty collection bound to a name, followed at once by a loop whose only effect is to add to it, however deep
its plain ifs and inner loops nest. The collection must not be read inside the loop.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Coll, Comp, Do, Each, For, If, Index, Member, Name, Node, Pair, walk
from ..restate import Context, Example, Rule

ADDERS = frozenset({"append", "push", "add", "Add", "push_back", "emplace_back", "addElement", "<<"})
"""Methods that add one element at the end (`list.add` of Java, `List.Add` of C#, ...)."""

_EMPTY_CALLS = {
    "list": "[",
    "set": "{",
    "dict": "{",
    "ArrayList": "[",
    "LinkedList": "[",
    "HashSet": "{",
    "Set": "{",
    "Vec::new": "[",
    "mutableListOf": "[",
    "mutableSetOf": "{",
    "List": "[",
}


def _opening(value: Node | None) -> str | None:
    if isinstance(value, Coll) and not value.items and value.open in "[{":
        return value.open
    if isinstance(value, Call) and not value.args and isinstance(value.fn, Name):
        return _EMPTY_CALLS.get(value.fn.id.split("<")[0])
    return None


def _mentions(node: Node | list[Node], name: str) -> int:
    return sum(1 for n in walk(node) if n.__class__ is Name and n.id == name)


def _collected(body: list[Node], name: str, opening: str) -> tuple[str, Node, list[For], list[Node]] | None:
    """The opening, element and clauses that a loop body adds, with conditions before the first clause."""
    if len(body) != 1:
        return None
    step = body[0]
    if isinstance(step, If) and step.other is None:
        got = _collected(step.then, name, opening)
        return None if got is None else (got[0], got[1], got[2], [step.test, *got[3]])
    if isinstance(step, Each) and step.other is None:
        got = _collected(step.body, name, opening)
        return None if got is None else (got[0], got[1], [_clause(step, got[3]), *got[2]], [])
    if isinstance(step, Do) and isinstance(step.value, Call) and isinstance(step.value.fn, Member):
        fn, args = step.value.fn, step.value.args
        if isinstance(fn.obj, Name) and fn.obj.id == name and fn.name in ADDERS and len(args) == 1:
            return opening, args[0], [], []
    if isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1 and step.value is not None:
        target = step.targets[0]
        if isinstance(target, Index) and isinstance(target.obj, Name) and target.obj.id == name:
            if not target.args:  # PHP: $out[] = x
                return "[", step.value, [], []
            if len(target.args) == 1:
                return "{", Pair(target.args[0], step.value), [], []
    return None


def _clause(each: Each, conds: list[Node]) -> For:
    target = each.targets[0] if len(each.targets) == 1 else Coll("", each.targets)
    return For(target, each.iter, conds, each.is_async)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    for at in range(len(steps) - 1):
        first, loop = steps[at], steps[at + 1]
        if not (isinstance(loop, Each) and isinstance(first, Assign) and len(first.targets) == 1):
            continue
        target = first.targets[0]
        opening = _opening(first.value) if isinstance(target, Name) and first.op == "=" else None
        if opening is None or loop.other is not None:
            continue
        assert isinstance(target, Name)
        got = _collected([loop], target.id, opening)
        if got is None or got[3]:
            continue
        kind, elt, clauses, _ = got
        if (kind == "{" and opening == "[") or _mentions(loop, target.id) > 1:
            continue
        comp = Assign([target], Comp(kind, elt, clauses))
        ctx.uses[target.id] -= 1  # the adding is gone
        return [*steps[:at], comp, *(rewrite(steps[at + 2 :], ctx) or steps[at + 2 :])]
    return None


RULE = Rule(
    name="collect_loop",
    says="a loop that only collects is a comprehension",
    blocks=rewrite,
    among=frozenset({Each}),
    least=2,
    order=30,
    examples=(
        Example(
            "python",
            "def active_names(users, prefix):\n    names = []\n    for user in users:\n        if user.active:\n"
            "            names.append(prefix + user.name)\n    names.sort()\n    return names\n",
            "active_names(users,prefix)\nnames=[prefix+user.name for user in users if user.active]\n"
            "names.sort()\n^names",
        ),
    ),
)

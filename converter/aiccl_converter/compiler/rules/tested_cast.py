"""A cast to the type that was just tested says nothing: `x instanceof T?{y=x as T;y.f()}` is `x instanceof T?x.f()`.

The test stands in the branch's condition (a part of its `&&`), or in a guard before that leaves unless it holds. The
value is a name that is not written again. A name that only holds the cast value goes; so does the cast itself where it
stands inside an expression. Where the value is handed to a call, its type may choose the overload: there the cast
stays, but in Kotlin, whose own reading of the test chooses alike.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ...language.tree import Arg, Assign, Bin, Call, If, Name, Node, Post, Raw, Un, walk
from ..restate import Context, Example, Rule
from ._common import leaves, negated, replace_name
from ._rebuild import rebuild

_TESTS = frozenset({"instanceof", "is"})

_SMART = frozenset({"kotlin"})
"""Languages in which a tested value has the tested type from there on."""


def _proved(test: Node, holds: bool) -> list[tuple[str, str]]:
    """(name, type) pairs that are sure where the test holds (or does not)."""
    if isinstance(test, Bin):
        if test.op in (("&&", "and") if holds else ("||", "or")):
            return _proved(test.left, holds) + _proved(test.right, holds)
        if holds and test.op in _TESTS and isinstance(test.left, Name) and isinstance(test.right, (Raw, Name)):
            kind = test.right.text if isinstance(test.right, Raw) else test.right.id
            return [(test.left.id, kind)] if " " not in kind else []
        return []
    inside = negated(test)
    return _proved(inside, not holds) if inside is not None else []


def _written(steps: list[Node], name: str) -> int:
    count = 0
    for node in walk(steps):
        if isinstance(node, Assign):
            count += sum(isinstance(t, Name) and t.id == name for t in node.targets)
        elif isinstance(node, (Post, Un)) and node.op in ("++", "--", "out", "ref"):
            count += isinstance(node.value, Name) and node.value.id == name
        elif isinstance(node, Bin) and node.op.endswith("=") and node.op not in ("==", "!=", "<=", ">=", "===", "!=="):
            count += isinstance(node.left, Name) and node.left.id == name
    return count


def _is_cast(node: Node | None, name: str, kind: str) -> bool:
    if not isinstance(node, Bin) or node.op not in ("as", "as?") or not isinstance(node.left, Name):
        return False
    right = node.right
    text = right.text if isinstance(right, Raw) else right.id if isinstance(right, Name) else ""
    return node.left.id == name and text.split("<")[0] == kind.split("<")[0]


def _handed(nodes: list[Node]) -> list[Node]:
    """What the nodes hand to calls, as it stands there."""
    given = [arg for node in walk(nodes) if isinstance(node, Call) for arg in node.args]
    return [arg.value if isinstance(arg, Arg) else arg for arg in given]


def _without(steps: list[Node], name: str, kind: str, smart: bool) -> list[Node]:
    """The steps with `name` taken for one of its tested type."""
    if _written(steps, name):
        return steps
    for at, step in enumerate(steps):
        if isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1 and isinstance(step.targets[0], Name):
            held = step.targets[0].id
            if _is_cast(step.value, name, kind) and held != name and not _written(steps[:at] + steps[at + 1 :], held):
                if not smart and any(isinstance(a, Name) and a.id == held for a in _handed(steps[at + 1 :])):
                    continue
                rest = [replace_name(s, held, Name(name)) for s in steps[at + 1 :]]
                return _without([*steps[:at], *rest], name, kind, smart)
    return _uncast(steps, name, kind, smart)


def _uncast(nodes: list[Node], name: str, kind: str, smart: bool) -> list[Node]:
    stay = frozenset() if smart else frozenset(id(arg) for arg in _handed(nodes) if _is_cast(arg, name, kind))
    return rebuild(nodes, partial(_plain, name, kind, stay))


def _plain(name: str, kind: str, stay: frozenset[int], node: Node) -> Node:
    return node.left if isinstance(node, Bin) and id(node) not in stay and _is_cast(node, name, kind) else node


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out = list(steps)
    changed = False
    smart = ctx.language in _SMART
    for at, step in enumerate(steps):
        if not isinstance(step, If):
            continue
        step = out[at]
        if not isinstance(step, If):
            continue
        then = step.then
        for name, kind in _proved(step.test, True):
            then = _without(then, name, kind, smart)
        test = _tested(step.test, smart)
        if then is not step.then or test is not step.test:
            out[at] = step = replace(step, test=test, then=then)
            changed = True
        if step.other is None and leaves(step.then) and at + 1 < len(out):
            rest = out[at + 1 :]
            for name, kind in _proved(step.test, False):
                rest = _without(rest, name, kind, smart)
            if rest != out[at + 1 :]:
                return rewrite([*out[: at + 1], *rest], ctx) or [*out[: at + 1], *rest]
    return out if changed else None


def _tested(test: Node, smart: bool) -> Node:
    """`x instanceof T && ((T) x).ok()`: the right side knows what the left one tested."""
    if isinstance(test, Bin) and test.op in ("&&", "and"):
        left = _tested(test.left, smart)
        right = test.right
        for name, kind in _proved(left, True):
            right = _uncast([right], name, kind, smart)[0]
        return test if left is test.left and right is test.right else replace(test, left=left, right=right)
    return test


RULE = Rule(
    name="tested_cast",
    says="a cast to the type that was just tested is left out",
    blocks=rewrite,
    among=frozenset({If}),
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=16,
    normal=True,
    examples=(
        Example(
            "java",
            "boolean same(Object other) {\n    if (!(other instanceof Lamp)) {\n        return false;\n    }\n"
            "    Lamp lamp = (Lamp) other;\n    return lamp.watts == this.watts && lamp.name.equals(name);\n}\n",
            "same(other)\n^other instanceof Lamp&&other.watts==.watts&&other.name.equals(name)",
        ),
        Example(
            "csharp",
            "void Stop(object part)\n{\n    if (part is Lamp && ((Lamp)part).On)\n    {\n"
            "        var lamp = (Lamp)part;\n"
            "        lamp.Dim(3);\n        lamp.Stop();\n    }\n}\n",
            "Stop(part)\npart is Lamp&&part.On?{part.Dim(3)\npart.Stop()}",
        ),
    ),
)

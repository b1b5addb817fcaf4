"""Go: a function whose last result is an error returns its other results: `return x, nil` is `^x`, and a last
`return nil` goes.

The error leaves the header where the steps show that the function can fail (`f()!`, `^!..`); else it stays there. In a
function value, whose results are not written, the same is done where its steps show it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.tree import (
    Assign,
    Coll,
    Cond,
    Func,
    Go,
    If,
    Lambda,
    Name,
    Node,
    OrElse,
    Raise,
    Return,
    Switch,
    While,
    children,
    names_of,
)
from ..restate import Context, Example, Rule
from ._common import is_nothing, mentions
from ._go import fails_visibly, results


def _given(value: Node, bound: set[str]) -> Node | None:
    """A returned value without its nil error; None for nothing."""
    if isinstance(value, Coll) and value.open == "" and len(value.items) > 1:
        last = value.items[-1]
        if is_nothing(last) or (isinstance(last, Name) and last.id == "err" and "err" not in bound):
            left = value.items[:-1]
            return left[0] if len(left) == 1 else Coll("", left)
        return value
    if isinstance(value, Cond):
        then, other = _given(value.then, bound), _given(value.other, bound)
        if then is None or other is None or then is value.then or other is value.other:
            return value
        return Cond(value.test, then, other)
    return value


def _stripped(node: Node, single: bool, bound: set[str]) -> Node:
    """The tree with its returns stripped, functions inside it left alone."""
    kind = node.__class__
    if kind is Lambda or kind is Func:
        return node
    if kind is Return:
        value = node.value  # type: ignore[attr-defined]
        if value is None:
            return node
        if single:
            return Return(None) if is_nothing(value) else node
        got = _given(value, bound)
        return node if got is value else Return(got)
    if kind is OrElse:  # the error at hand is called err there
        value = _stripped(node.value, single, bound)  # type: ignore[attr-defined]
        other = _stripped(node.other, single, bound | {"err"})  # type: ignore[attr-defined]
        same = value is node.value and other is node.other  # type: ignore[attr-defined]
        return node if same else OrElse(value, other)
    changes: dict[str, object] = {}
    for field in names_of(kind):
        old = getattr(node, field)
        if isinstance(old, Node):
            new: object = _stripped(old, single, bound)
            if new is not old:
                changes[field] = new
        elif old.__class__ is list and old:
            items = [_stripped(i, single, bound) if isinstance(i, Node) else i for i in old]
            if any(a is not b for a, b in zip(items, old, strict=True)):
                changes[field] = items
    return replace(node, **changes) if changes else node  # type: ignore[arg-type]


def _bound(steps: list[Node]) -> set[str]:
    """Names that the steps assign, functions inside them left alone."""
    out: set[str] = set()
    stack: list[Node] = list(steps)
    while stack:
        node = stack.pop()
        if isinstance(node, Assign):
            out.update(t.id for t in node.targets if isinstance(t, Name))
        for field in names_of(node.__class__):
            value = getattr(node, field)
            if isinstance(value, Node):
                stack.append(value)
            elif value.__class__ is list:
                stack.extend(v for v in value if isinstance(v, Node))
    return out


def _without(body: list[Node], single: bool) -> list[Node]:
    bound = _bound(body)
    steps = [_stripped(s, single, bound) for s in body]
    if single and steps and isinstance(steps[-1], Return) and steps[-1].value is None and len(steps) > 1:
        steps = steps[:-1]
    return steps


def _func(node: Func, ctx: Context) -> Node | None:
    if node.body is None:
        return None
    written = results(node.returns)
    declared = _unnamed(written, node)
    if not declared or declared[-1] != "error":
        return replace(node, returns=_joined(declared)) if declared and declared != written else None
    shown = fails_visibly(node.body)
    body = _without(node.body, len(declared) == 1)
    if len(declared) == 1 and not shown and len(body) < len(node.body):
        body = node.body  # `->error` and nothing that fails: say what is returned
    returns = _joined(declared[:-1] if shown else declared) if shown or declared != written else node.returns
    if returns == node.returns and all(a is b for a, b in zip(body, node.body, strict=False)):
        return None
    return replace(node, body=body, returns=returns)


def _joined(types: list[str]) -> str | None:
    return None if not types else types[0] if len(types) == 1 else "(" + ",".join(types) + ")"


_NAMED = re.compile(r"([A-Za-z_]\w*) (.+)\Z")


def _unnamed(declared: list[str], node: Func) -> list[str] | None:
    """The result types without names that the body never uses; None where a bare return or the body needs them."""
    found = [_NAMED.match(d) for d in declared]
    if not all(m is not None and m.group(1) not in ("func", "chan", "map", "interface", "struct") for m in found):
        return declared
    names = {m.group(1) for m in found if m is not None}
    if not node.body or not isinstance(node.body[-1], (Return, Raise, If, Switch, While)):
        return None  # a bare return at the end is not written
    stack: list[Node] = list(node.body)
    while stack:
        step = stack.pop()
        if isinstance(step, Return) and step.value is None:
            return None
        if isinstance(step, Go) and step.word == "defer" and any(mentions(step, name) for name in names):
            return None
        stack.extend(children(step))
    return [m.group(2) for m in found if m is not None]


def _lambda(node: Lambda, ctx: Context) -> Node | None:
    if not isinstance(node.body, list) or not fails_visibly(node.body):
        return None
    several = _returns_several(node.body)
    body = _without(node.body, not several)
    if len(body) == len(node.body) and all(a is b for a, b in zip(body, node.body, strict=True)):
        return None
    return replace(node, body=body)


def _returns_several(steps: list[Node]) -> bool:
    stack: list[Node] = list(steps)
    while stack:
        node = stack.pop()
        if isinstance(node, Return):
            value = node.value
            if isinstance(value, Cond):
                value = value.then
            return value is not None and not is_nothing(value)
        if isinstance(node, (Lambda, Func)):
            continue
        for field in names_of(node.__class__):
            value = getattr(node, field)
            if isinstance(value, Node):
                stack.append(value)
            elif value.__class__ is list:
                stack.extend(v for v in value if isinstance(v, Node))
    return False


RULE = Rule(
    name="go_results",
    says="a nil error is not returned, and a function that shows how it fails does not declare it",
    nodes={Func: _func, Lambda: _lambda},
    languages=frozenset({"go"}),
    normal=True,
    order=80,
    examples=(
        Example(
            "go",
            "func save(db *DB, u User) error {\n\tif err := db.Put(u.ID, u); err != nil {\n\t\treturn err\n\t}\n"
            "\tdb.Flush()\n\treturn nil\n}",
            "save(db,u:User)\ndb.Put(u.ID,u)!\ndb.Flush()",
        ),
        Example(
            "go",
            "func open(dir string) (*Log, error) {\n\treturn &Log{Dir: dir}, nil\n}",
            "open(dir)->(*Log,error)\n^&Log{Dir=dir}",
        ),
    ),
)

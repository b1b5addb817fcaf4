"""Go: a function whose last result is an error returns its other results: `return x, nil` is `^x`, and a last
`return nil` goes.

The error leaves the header where the steps show that the function can fail (`f()!`, `^!..`); else it stays there. In a
function value, whose results are not written, the same is done where its steps show it.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Assign,
    Coll,
    Cond,
    Func,
    Lambda,
    Name,
    Node,
    Return,
    names_of,
)
from ..restate import Context, Example, Rule
from ._common import is_nothing
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
    return replace(node, **changes) if changes else node


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
    declared = results(node.returns)
    if not declared or (declared[-1] != "error" and not declared[-1].endswith(" error")):
        return None
    if declared[-1] != "error":
        return None  # named results: a bare return gives them
    shown = fails_visibly(node.body)
    body = _without(node.body, len(declared) == 1)
    if len(declared) == 1 and not shown and len(body) < len(node.body):
        body = node.body  # `->error` and nothing that fails: say what is returned
    returns = node.returns
    if shown:
        left = declared[:-1]
        returns = None if not left else left[0] if len(left) == 1 else "(" + ",".join(left) + ")"
    if returns == node.returns and all(a is b for a, b in zip(body, node.body, strict=False)):
        return None
    return replace(node, body=body, returns=returns)


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
            "func save(db *DB, u User) error {\n\tif err := db.Put(u.ID, u); err != nil {\n\t\treturn err\n\t}\n\tdb.Flush()\n\treturn nil\n}",
            "save(db,u:User)\ndb.Put(u.ID,u)!\ndb.Flush()",
        ),
        Example(
            "go",
            "func open(dir string) (*Log, error) {\n\treturn &Log{Dir: dir}, nil\n}",
            "open(dir)->(*Log,error)\n^&Log{Dir=dir}",
        ),
    ),
)

"""Questions that several rules ask of a tree. Pure functions; nothing here rewrites."""

from __future__ import annotations

from typing import Any

from ...language.tree import (
    Assign,
    Await,
    Bin,
    Call,
    Cond,
    Do,
    Each,
    Func,
    If,
    Index,
    Jump,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Param,
    Post,
    Raise,
    Raw,
    Return,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    Yield,
    children,
    walk,
)
from ..restate import Context

NOTHING = frozenset({"None", "null", "nil", "undefined", "NULL", "nullptr", "nullopt"})
TRUE = frozenset({"True", "true", "TRUE"})
FALSE = frozenset({"False", "false", "FALSE"})
_OPPOSITE = {
    "==": "!=",
    "===": "!==",
    "is": "is not",
    "in": "not in",
}
OPPOSITE = {**_OPPOSITE, **{b: a for a, b in _OPPOSITE.items()}}


def is_name(node: Node | None, *ids: str) -> bool:
    """A plain name, one of `ids` where any are given."""
    return node.__class__ is Name and (not ids or node.id in ids)


def is_nothing(node: Node | None) -> bool:
    """`None`, `null`, `nil` and their like."""
    return node.__class__ is Name and node.id in NOTHING


THREE_WAY = frozenset({"Boolean", "bool?", "b?", "Boolean?"})
"""Types of booleans that may be null."""


def three_way(value: Node, ctx: Context) -> bool:
    """Whether a value is a boolean that may be null, as far as the unit declares it: `x` alone asks for its truth."""
    if value.__class__ is not Name or ctx.unit is None:
        return False
    for node in ctx.every(ctx.unit):
        if isinstance(node, Param):
            if node.type in THREE_WAY and node.name == value.id:
                return True
        elif isinstance(node, Assign) and node.type in THREE_WAY and value in node.targets:
            return True
    return False


def negated(test: Node) -> Node | None:
    """What a `not` or `!` stands before; None where the test has none."""
    return test.value if isinstance(test, Un) and test.op in ("not", "!") else None


def negate(test: Node, language: str = "") -> Node:
    """The opposite of a test, in the fewest words."""
    inside = negated(test)
    if inside is not None:
        return inside
    if isinstance(test, Bin) and test.op in OPPOSITE:
        if test.op in ("is", "is not", "in", "not in") and language not in ("python", ""):
            return Un("not", test)
        return Bin(OPPOSITE[test.op], test.left, test.right)
    return Un("not", test)


def none_test(test: Node) -> tuple[Node, bool] | None:
    """What is compared with nothing, and whether the test holds when it IS nothing."""
    if isinstance(test, Bin) and test.op in ("==", "===", "is", "!=", "!==", "is not"):
        missing = test.op in ("==", "===", "is")
        if is_nothing(test.right):
            return test.left, missing
        if is_nothing(test.left):
            return test.right, missing
    return None


def leaves(steps: list[Node]) -> bool:
    """Whether the last step always leaves the block: return, raise, break, continue."""
    if not steps:
        return False
    end = steps[-1]
    if isinstance(end, (Return, Raise, Jump)):
        return True
    return isinstance(end, If) and end.other is not None and leaves(end.then) and leaves(end.other)


def mentions(node: Node | list[Node] | None, name: str) -> int:
    """How often a plain name stands in a tree."""
    if node is None:
        return 0
    return sum(1 for n in walk(node) if n.__class__ is Name and n.id == name)


_PURE = frozenset({Name, Num, Str})


def pure(node: Node | None) -> bool:
    """Whether evaluating it does nothing and it is the same a step later: names, literals, members, operators."""
    if node is None:
        return True
    for item in walk(node):
        kind = item.__class__
        if kind in _PURE or kind is Member or kind is Index or kind is Cond or kind is Template:
            continue
        if kind is Bin and item.op != ":=":  # type: ignore[attr-defined]
            continue
        if kind is Un and item.op in ("not", "!", "-", "+", "&", "bnot", "typeof"):  # type: ignore[attr-defined]
            continue
        return False
    return True


def outermost(ctx: Context) -> bool:
    """Whether the function that a rule has in hand stands in no other one."""
    return not any(unit.__class__ is Func for unit in ctx.units)


def checks(call: Node, language: str) -> bool:
    """Whether a call shows or evaluates its arguments as they are written: an assertion, a macro of C in capitals."""
    if not isinstance(call, Call) or not isinstance(call.fn, Name):
        return False
    title = call.fn.id
    return title == "assert" or (language in ("c", "cpp") and title.isupper())


def stands_alone(node: Node | None) -> bool:
    """Whether it can only stand between steps, not inside an expression: `q>User{..}`, `404 "no such user"`."""
    if isinstance(node, OrElse):
        node = node.value
    return node.__class__.__name__ in ("Pipe", "Words")


def simple(node: Node | None) -> bool:
    """A name, a literal, or a member of one: cheap enough to say twice."""
    while isinstance(node, Member):
        node = node.obj
        if node is None:
            return True
    return node is None or node.__class__ in _PURE


_UNSAFE_INSIDE = (Lambda, Func, Each, While, Loop, Try, Switch)


def first_evaluated(step: Node, name: str) -> bool:
    """Whether `name` is read, just where evaluation of `step` begins: nothing with an effect runs before it, and it is
    not in a loop, a function value or a branch of the step."""
    if isinstance(step, Assign):
        if len(step.targets) != 1 or step.value is None:
            return False
        target = step.targets[0]
        if not isinstance(target, Name) and (mentions(target, name) or not pure(target)):
            return False
        return step.op == "=" and _first(step.value, name) is True
    if isinstance(step, Do):
        return _first(step.value, name) is True
    if isinstance(step, (Return, Raise, Yield)):
        return step.value is not None and _first(step.value, name) is True
    if isinstance(step, If):
        return _first(step.test, name) is True
    if isinstance(step, Each):
        return _first(step.iter, name) is True
    if isinstance(step, Switch):
        return step.subject is not None and _first(step.subject, name) is True
    if isinstance(step, With):
        item = step.items[0] if step.items else None
        value = item.value if isinstance(item, Assign) else item
        return value is not None and _first(value, name) is True
    return False


def _first(node: Node, name: str) -> bool | None:
    """True: the name comes first; False: something with an effect does; None: neither is in here."""
    kind = node.__class__
    if kind is Name:
        return True if node.id == name else None  # type: ignore[attr-defined]
    if kind in _PURE or kind is Raw:
        return None if kind is not Raw else False
    if isinstance(node, _UNSAFE_INSIDE) or isinstance(node, Yield):
        return False
    if isinstance(node, Cond):
        return _first(node.test, name) or (False if mentions(node, name) or not pure(node) else None)
    if isinstance(node, OrElse) or (isinstance(node, Bin) and node.op in ("and", "or", "&&", "||", "??", ":=")):
        left = node.value if isinstance(node, OrElse) else node.left
        return _first(left, name) or (False if mentions(node, name) or not pure(node) else None)
    if kind.__name__ == "Comp":
        clauses = node.clauses  # type: ignore[attr-defined]
        got = _first(clauses[0].iter, name) if clauses else None
        return got or False
    if isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.op == "?.":
        # behind a safe call the arguments may never be evaluated
        return _first(node.fn, name) or (False if mentions(node.args, name) or not pure(node.fn) else None)
    for child in children(node):
        got = _first(child, name)
        if got is not None:
            return got
    if isinstance(node, (Call, Await)) or (isinstance(node, Post) and node.op in ("++", "--")):
        return False
    return None


def replace_name(node: Node, name: str, value: Node) -> Node:
    """The tree with a plain name's uses replaced; the given tree stays as it is."""
    from dataclasses import replace

    from ...language.tree import names_of

    if node.__class__ is Name:
        return value if node.id == name else node
    changes: dict[str, Any] = {}
    for field in names_of(node.__class__):
        old = getattr(node, field)
        if isinstance(old, Node):
            new: object = replace_name(old, name, value)
            if new is not old:
                changes[field] = new
        elif old.__class__ is list:
            items = [replace_name(i, name, value) if isinstance(i, Node) else i for i in old]
            if any(a is not b for a, b in zip(items, old, strict=True)):
                changes[field] = items
    return replace(node, **changes) if changes else node

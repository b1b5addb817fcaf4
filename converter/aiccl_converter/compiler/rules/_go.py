"""What the Go rules ask of a tree: zero values, values that are errors, a function's results."""

from __future__ import annotations

import re

from ...language.tree import (
    Build,
    Call,
    Coll,
    Func,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Post,
    Raise,
    Raw,
    Return,
    Str,
    children,
)
from ._common import mentions

ZERO_NAMES = frozenset({"nil", "false"})
MAKERS = frozenset(
    {
        "errors.New",
        "fmt.Errorf",
        "errors.Errorf",
        "errors.Wrap",
        "errors.Wrapf",
        "errors.WithMessage",
        "errors.WithMessagef",
        "errors.WithStack",
        "xerrors.Errorf",
        "xerrors.New",
        "status.Errorf",
        "status.Error",
    }
)
"""Calls that always give an error."""

_ERROR_NAME = re.compile(r"(?:Err|err)[A-Z]\w*\Z")


def zero(node: Node) -> bool:
    """A value that a caller is not meant to use beside an error."""
    if isinstance(node, Name):
        return node.id in ZERO_NAMES
    if isinstance(node, Num):
        return node.text == "0"
    if isinstance(node, Str):
        return node.text in ('""', "``")
    return isinstance(node, (Build, Coll)) and not node.items


def dotted(node: Node | None) -> str:
    """`a.b` of a name or a member of a name, else nothing."""
    if isinstance(node, Name):
        return node.id
    if isinstance(node, Member) and isinstance(node.obj, Name):
        return node.obj.id + "." + node.name
    return ""


def makes_error(node: Node) -> bool:
    """Whether a value is an error that is there: made on the spot, or a package's own."""
    if isinstance(node, Call):
        return dotted(node.fn) in MAKERS
    title = node.name if isinstance(node, Member) else node.id if isinstance(node, Name) else ""
    return _ERROR_NAME.match(title) is not None


def carries(node: Node, err: str) -> bool:
    """Whether a value is an error made of `err`, not just a question about it."""
    if isinstance(node, Name):
        return node.id == err
    if not isinstance(node, Call) or not mentions(node, err):
        return False
    fn = node.fn
    title = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
    return title != "Error" and not title.lower().startswith(("is", "has", "len", "string"))


def values(node: Node | None) -> list[Node]:
    """The values that a return gives."""
    if node is None:
        return []
    return node.items if isinstance(node, Coll) and node.open == "" else [node]


def results(returns: str | None) -> list[str]:
    """A function's result types, as it declares them."""
    if not returns:
        return []
    if not returns.startswith("("):
        return [returns]
    parts, depth, start = [], 0, 1
    for at, char in enumerate(returns):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if (depth == 1 and char == ",") or (depth == 0 and char == ")"):
            parts.append(returns[start:at])
            start = at + 1
    return parts


def _last_name(value: Node | None) -> str:
    given = values(value)
    return given[-1].id if given and isinstance(given[-1], Name) else ""


def fails_visibly(steps: list[Node]) -> bool:
    """Whether the steps themselves, not functions inside them, return an error that shows as one."""
    stack: list[Node] = list(steps)
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is Return and _last_name(node.value) == "err":  # type: ignore[attr-defined]
            return True
        if kind is Raise or (kind is Post and node.op == "!"):  # type: ignore[attr-defined]
            return True
        if kind is Lambda or kind is Func or kind is Raw:
            continue
        stack.extend(children(node))
    return False

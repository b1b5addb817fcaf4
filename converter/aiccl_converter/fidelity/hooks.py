"""A component's state and effects in the words of its source, so that the check compares like with like.

Contract: `plain(view)` gives the same tree with `state x=0` as `[x,setX]=useState(0)`, an assignment to a state as the
call of its setter, and `effect[a]{..}` as `useEffect(()=>{..},[a])`; a tree without any of these is given back as it
is. The given tree is never changed. JavaScript and TypeScript only: elsewhere the words mean nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from aiccl_converter.language.tree import (
    Assign,
    Block,
    Call,
    Coll,
    Do,
    Func,
    Lambda,
    Member,
    Name,
    Node,
    Raw,
    Return,
    Word,
    names_of,
    walk,
)

LANGUAGES = frozenset({"javascript", "typescript", "tsx"})
_NAMES = re.compile(r"[A-Za-z_$][\w$]*")
_PATH = re.compile(r"[A-Za-z_$][\w$]*(\??\.[A-Za-z_$][\w$]*)*")


def plain(view: Any) -> Any:
    """The view with its states and effects spelled out; a list of steps gives a list."""
    found = any(
        (n.__class__ is Word and n.word == "state") or (n.__class__ is Block and n.head.startswith("effect"))
        for n in walk(view)
    )
    if not found:
        return view
    if isinstance(view, list):
        return _steps(view, {})
    return _node(view, {})


def setter(state: str) -> str:
    """What sets a state: `isOpen` is set by `setIsOpen`."""
    return "set" + state[:1].upper() + state[1:]


def _steps(steps: list[Any], states: dict[str, str]) -> list[Any]:
    out: list[Any] = []
    states = dict(states)
    for step in steps:
        if isinstance(step, Word) and step.word == "state":
            for declared in step.args:
                target = declared.targets[0] if isinstance(declared, Assign) else declared
                if not isinstance(target, Name):
                    continue
                states[target.id] = setter(target.id)
                first = getattr(declared, "value", None)
                call = Call(Name("useState"), [] if first is None else [_node(first, states)])
                out.append(Assign([Coll("[", [target, Name(setter(target.id))])], call))
        else:
            out.append(_node(step, states))
    return out


def _node(node: Any, states: dict[str, str]) -> Any:
    if not isinstance(node, Node):
        return node
    if isinstance(node, (Func, Lambda)):
        hidden = {name for p in node.params for name in _NAMES.findall(p.name)}
        inside = {k: v for k, v in states.items() if k not in hidden}
        if isinstance(node, Lambda):
            if isinstance(node.body, list) and len(node.body) == 1:
                call = _set(node.body[0], inside)
                if call is not None:
                    return replace(node, body=call)
            body = _steps(node.body, inside) if isinstance(node.body, list) else _node(node.body, inside)
            return replace(node, body=body)
        return replace(node, body=_steps(node.body, inside) if node.body is not None else None)
    call = _set(node, states)
    if call is not None:
        return Do(call)
    if isinstance(node, Do) and isinstance(node.value, Block):  # as it is read
        node = node.value
    if isinstance(node, Block) and node.head.startswith("effect"):
        body = _steps(node.body, states)
        only = body[0].value if len(body) == 1 and isinstance(body[0], Return) else None
        effect = Lambda([], body if only is None else only)
        return Do(Call(Name("useEffect"), [effect, *_depends(node.head[6:])]))
    changes: dict[str, Any] = {}
    for field in names_of(node.__class__):
        value = getattr(node, field)
        if isinstance(value, Node):
            changes[field] = _node(value, states)
        elif value.__class__ is list:
            changes[field] = _steps(value, states)
    return replace(node, **changes) if changes else node


def _set(node: Any, states: dict[str, str]) -> Call | None:
    if isinstance(node, Assign) and node.op == "=" and len(node.targets) == 1 and node.value is not None:
        target = node.targets[0]
        if isinstance(target, Name) and target.id in states:
            return Call(Name(states[target.id]), [_node(node.value, states)])
    return None


def _depends(text: str) -> list[Node]:
    if not text:
        return []
    items: list[Node] = []
    for item in text.strip("[]").split(","):
        if not _PATH.fullmatch(item):
            items.append(Raw(item))
            continue
        first, *rest = item.replace("?", "").split(".")
        value: Node = Name(first)
        for name in rest:
            value = Member(value, name)
        items.append(value)
    return [Coll("[", items)]

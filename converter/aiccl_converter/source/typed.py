"""What the lowering tables of statically typed languages share: which types still say something, and a switch's arms.

Contract: functions of names and tree nodes, no grammar of a language in them. A type is dropped where a reader has it
from the value or the name; it stays where leaving it out changes what runs (narrow, unsigned and floating numbers).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aiccl_converter.language.tree import (
    Assign,
    Bin,
    Block,
    Call,
    Case,
    If,
    Index,
    Jump,
    Member,
    Name,
    Node,
    Num,
    Raise,
    Return,
    Str,
    Switch,
    Try,
    Un,
    With,
    Word,
)
from aiccl_converter.source.lowering import told_by_name

NARROW = frozenset(
    {
        "byte",
        "short",
        "char",
        "long",
        "float",
        "double",
        "decimal",
        "sbyte",
        "ushort",
        "uint",
        "ulong",
        "nint",
        "nuint",
        "Half",
        "Int128",
        "UInt128",
    }
)
"""Number types that are not what a plain literal or an int computation gives."""

_SUFFIXES = {
    "L": "long",
    "l": "long",
    "F": "float",
    "f": "float",
    "D": "double",
    "d": "double",
    "M": "decimal",
    "m": "decimal",
    "u": "uint",
    "U": "uint",
}


def local_type(type_: str, value: Node | None, narrow: frozenset[str] = NARROW) -> str | None:
    """The type of a local as far as its value does not tell it: a narrow number's, None for all others."""
    if type_ not in narrow:
        if type_ == "int" and isinstance(value, Str):
            return "i"
        return None
    if isinstance(value, Num) and shown_by_number(value.text, type_):
        return None
    if isinstance(value, Str) and type_ == "char":
        return None
    if isinstance(value, (Call, Member, Index)):
        return None
    if isinstance(value, Bin) and value.op == "as":
        return None
    return type_


def shown_by_number(text: str, type_: str) -> bool:
    """Whether a number literal is of that type by its own spelling."""
    text = text.lstrip("-")
    if text[-1:] in _SUFFIXES and not text.startswith(("0x", "0X")):
        return _SUFFIXES[text[-1]] == type_
    return type_ == "double" and ("." in text or "e" in text.lower()) and not text.startswith(("0x", "0X"))


_ASKS = re.compile(
    r"(?:is|has|can|should|are|was|does|contains|supports|needs|exists|equals|matches|allow|accepts?|"
    r"starts|ends|Is|Has|Can|Should|Are|Was|Does|Contains|Supports|Needs|Exists|Equals|Matches|Allow|"
    r"Accepts?|Starts|Ends|Try)(?![a-z])"
)
_VERB = re.compile(
    r"(?:get|create|find|build|make|new|to|as|of|load|read|resolve|parse|with|from|"
    r"Get|Create|Find|Build|Make|New|To|As|Load|Read|Resolve|Parse|With|From)(?=[A-Z])"
)
_KNOWN = {
    "toString": "s",
    "hashCode": "i",
    "equals": "b",
    "compareTo": "i",
    "compare": "i",
    "ToString": "s",
    "GetHashCode": "i",
    "Equals": "b",
    "CompareTo": "i",
    "Compare": "i",
    "size": "i",
    "length": "i",
}


def kept_return(name: str, type_: str | None, body: Sequence[Node] | None = ()) -> str | None:
    """The return type as far as neither the function's name nor the one value it returns tells it."""
    if type_ is None or type_ in ("void", "Unit", "Void"):
        return None
    if type_ == "b" and (_ASKS.match(name) or (body and isinstance(body[-1], Return) and _truth(body[-1].value))):
        return None
    if _KNOWN.get(name) == type_:
        return None
    bare = _VERB.sub("", name, count=1)
    if told_by_name(bare[:1].lower() + bare[1:], type_.split("<")[0].rstrip("?")) and "<" not in type_:
        return None
    if body and isinstance(body[-1], Return):
        value = body[-1].value
        if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id == type_.split("<")[0]:
            return None
        if isinstance(value, Name) and value.id == "this":
            return None
        if isinstance(value, Str) and type_ == "s":
            return None
        if isinstance(value, Bin) and value.op == "as" and getattr(value.right, "text", None) == type_:
            return None
    return type_


def _truth(value: Node | None) -> bool:
    if isinstance(value, Name):
        return value.id in ("true", "false")
    if isinstance(value, Bin):
        return value.op in _TESTS
    return isinstance(value, Un) and value.op in ("!", "not")


_TESTS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "===", "!==", "instanceof", "is", "in", "!in", "!is"})


def plain_target(node: Node) -> bool:
    """A name, or a field of the receiver: reading it again costs and changes nothing."""
    return isinstance(node, Name) or (isinstance(node, Member) and node.obj is None)


def assign_chain(targets: list[Node], value: Node) -> list[Node]:
    """`a = b = value` as steps, the rightmost first; a value without effect is written to each."""
    if len(targets) == 1:
        return [Assign([targets[0]], value)]
    if isinstance(value, (Num, Str)) or isinstance(value, Name):
        return [Assign([t], value) for t in targets]
    if all(plain_target(t) for t in targets):
        targets = targets[::-1]
        first: list[Node] = [Assign([targets[0]], value)]
        return first + [Assign([t], targets[0]) for t in targets[1:]]
    for target in reversed(targets[1:]):
        value = Bin("=", target, value)
    return [Assign([targets[0]], value)]


# --- switch arms -------------------------------------------------------------------------------------------------


def without_leave(steps: list[Node]) -> list[Node]:
    """An arm's steps without the `break` that only ends the arm; any other `break` of the switch says `match`."""
    steps = _trim(steps)
    return _marked(steps)


def _trim(steps: list[Node]) -> list[Node]:
    if not steps:
        return steps
    end = steps[-1]
    if isinstance(end, Jump) and end.word == "break" and end.label is None:
        return steps[:-1]
    if isinstance(end, If):
        then, other = _trim(end.then), None if end.other is None else _trim(end.other)
        if then and (then is not end.then or other is not end.other):
            return [*steps[:-1], If(end.test, then, other or None)]
    return steps


def _mark(step: Node) -> Node:
    if isinstance(step, Jump):
        return Jump("break", "match") if step.word == "break" and step.label is None else step
    if isinstance(step, If):
        return If(step.test, _marked(step.then), None if step.other is None else _marked(step.other))
    if isinstance(step, (Block, With)):
        return replace(step, body=_marked(step.body))
    if isinstance(step, Try):
        handlers = [replace(h, body=_marked(h.body)) for h in step.handlers]
        return replace(step, body=_marked(step.body), handlers=handlers)
    return step


def _marked(steps: list[Node]) -> list[Node]:
    return [_mark(s) for s in steps]


def leaves(steps: list[Node]) -> bool:
    """Whether control never runs off the end of these steps."""
    if not steps:
        return False
    end = steps[-1]
    if isinstance(end, Word):
        return end.word in ("yield", "goto", "fallthrough")
    if isinstance(end, (Return, Raise, Jump)):
        return True
    if isinstance(end, If):
        return end.other is not None and leaves(end.then) and leaves(end.other)
    if isinstance(end, Switch):
        return any(not c.labels for c in end.cases) and all(leaves(c.body) for c in end.cases)
    return False


def arms(groups: list[tuple[list[Node], Node | None, bool, list[Node]]]) -> list[Case]:
    """Cases of a C-style switch from (labels, guard, is it the default, steps) in source order.

    Groups without steps give their labels to the next one; an arm that runs on into the next one ends in
    `fallthrough`; the default goes last where nothing runs on from or into it."""
    out: list[tuple[Case, bool, bool]] = []
    labels: list[Node] = []
    default = False
    for at, (names, guard, is_default, steps) in enumerate(groups):
        labels = labels + names
        default = default or is_default
        final = at == len(groups) - 1
        if not steps and not final:
            continue
        runs_on = not final and not leaves(steps)
        body = without_leave(steps)
        if runs_on:
            body = [*body, Word("fallthrough", [])]
        out.append((Case([] if default else labels, guard, body), default, runs_on))
        labels, default = [], False
    for at, (case, is_default, runs_on) in enumerate(out):
        if is_default and at < len(out) - 1 and not runs_on and not (at and out[at - 1][2]):
            rest = [c for c, _, _ in out[:at]] + [c for c, _, _ in out[at + 1 :]]
            return [*rest, case]
    cases = [c for c, _, _ in out]
    return cases[:-1] if cases and not cases[-1].labels and not cases[-1].body else cases


__all__ = [
    "NARROW",
    "arms",
    "assign_chain",
    "kept_return",
    "leaves",
    "local_type",
    "plain_target",
    "shown_by_number",
    "without_leave",
]

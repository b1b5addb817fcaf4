"""What the lowering tables of statically typed languages share: which types still say something, and a switch's arms.

Contract: functions of names and tree nodes, no grammar of a language in them. A type is dropped where a reader has it
from the value or the name; it stays where leaving it out changes what runs (narrow, unsigned and floating numbers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from aiccl_converter.language.tree import (
    Assign,
    Bin,
    Block,
    Call,
    Case,
    Coll,
    Func,
    If,
    Index,
    Jump,
    Member,
    Name,
    Node,
    Num,
    Raise,
    Raw,
    Return,
    Str,
    Switch,
    Template,
    Try,
    Un,
    With,
    Word,
    names_of,
    walk,
)
from aiccl_converter.source.lowering import Lowering, told_by_name

NARROW = frozenset(
    {
        "byte",
        "short",
        "char",
        "long",
        "float",
        "double",
        "f",
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


THREE_WAY = frozenset({"Boolean", "bool?", "b?", "Boolean?"})
"""Types of booleans that may be null: a test of such a value and a test for null are two things."""


def local_type(type_: str, value: Node | None, narrow: frozenset[str] = NARROW) -> str | None:
    """The type of a local as far as its value does not tell it: a narrow number's or a boolean's that may be null, None
    for all others."""
    if type_ not in narrow:
        if type_ in THREE_WAY:
            return type_
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
    return type_ in ("double", "f") and ("." in text or "e" in text.lower()) and not text.startswith(("0x", "0X"))


TEXTS = frozenset(
    "name key text str string message msg path url uri title label prefix suffix description username password email"
    " line sql query token host hostname filename content word substring pattern regex format separator delimiter"
    " charset encoding locale language country city street tag topic reason comment caption header subject note".split()
)
"""Last words of names that hold a string unless another type is written."""

NUMBERS = frozenset(
    "i j k n index idx count size length len offset off pos position start end from to limit max min width height depth"
    " capacity port year month day radix row col column level num number x y begin first last total indent".split()
)
"""Last words of names that hold an int unless another type is written."""

FLAGS = frozenset(
    "flag enabled disabled force recursive strict verbose visible hidden required optional readonly active async quiet"
    " silent sorted reverse reversed inclusive exclusive lenient daemon dry optional nullable negate ignore".split()
)
_FLAG = re.compile(r"(?:is|has|should|can|allow|enable|use|force|include|ignore|skip|needs|was|must|do|with|show)[A-Z]")

_TOP = frozenset({"Object", "object", "Any", "Any?", "object?", "dynamic"})


def kept_param(name: str, type_: str | None) -> str | None:
    """A parameter's type as far as its name does not tell it. The type of everything says nothing."""
    if type_ is None or type_ in _TOP:
        return None
    if type_ in ("s", "i", "b"):
        if type_ == "b" and (_FLAG.match(name) or name.lower() in FLAGS):
            return None
        words = _words(name)
        known = TEXTS if type_ == "s" else NUMBERS if type_ == "i" else FLAGS
        return None if words and words[-1] in known else type_
    if type_.endswith("?"):
        return type_  # no name tells that nothing may come
    return None if told_by_name(name, type_) or _ends_in(name, type_) else type_


_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def _words(name: str) -> list[str]:
    return [w.lower() for w in _WORD.findall(name)]


_HELD = re.compile(
    r"(?:\w*List|\w*Set|Collection|Iterable|IEnumerable|Array|Sequence|Stream|Vec)<([\w.]+)>\Z"
    r"|([\w.]+)\[\]\Z"
)


def _ends_in(name: str, type_: str) -> bool:
    """`decorView: View`, `users: List<User>`: the last words of the name are the type's."""
    held = _HELD.match(type_)
    inside = (held.group(1) or held.group(2)) if held else type_
    base = inside.rsplit(".", 1)[-1].rstrip("?")
    if not base[:1].isupper() or not base.isalnum():
        return False
    kind, words = _words(base), _words(name)
    if held:
        if not words or not kind:
            return False
        words = [*words[:-1], _singular(words[-1])]
    if not kind or len(kind) > len(words):
        return len(words) >= 2 and not held and kind[-len(words) :] == words
    return words[-len(kind) :] == kind


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word + "\0"


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
    if type_ is None or type_ in ("void", "Unit", "Void") or type_ in _TOP:
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
        if isinstance(value, Un) and value.op == "new":
            value = value.value
        if isinstance(value, Call) and isinstance(value.fn, Name) and value.fn.id == type_.split("<")[0]:
            return None
        if isinstance(value, Name) and value.id == "this":
            return None
        if isinstance(value, (Str, Template)) and type_ == "s":
            return None
        if isinstance(value, Num) and type_ == "i":
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


def used_tparams(tparams: str, func: Func) -> str:
    """A function's plain type parameters, where one of them stands in what is shown of it."""
    names = set(_NAMES.findall(tparams))
    if not names:
        return ""
    shown = [p.type for p in func.params if p.type]
    if func.returns:
        shown.append(func.returns)
    for node in walk(func.body or []):
        if isinstance(node, Raw):
            shown.append(node.text)
        elif isinstance(node, Name):
            shown.append(node.id)
        elif isinstance(node, Assign) and node.type:
            shown.append(node.type)
    return tparams if any(not names.isdisjoint(_NAMES.findall(text)) for text in shown) else ""


_NAMES = re.compile(r"[A-Za-z_]\w*")


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


# --- fields that are written without their object -----------------------------------------------------------------


class Scope:
    """The names that one function declares and those that it writes: what it writes undeclared is its object's."""

    __slots__ = ("declared", "written")

    def __init__(self) -> None:
        self.declared: set[str] = set()
        self.written: set[str] = set()


def declare(lw: Lowering, *names: str) -> None:
    """Note that a name is the function's own."""
    scope = lw.state.get("scope")
    if scope is not None:
        scope.declared.update(names)


def wrote(lw: Lowering, target: Node) -> Node:
    """Note that a plain name is written; gives the target back."""
    if isinstance(target, Name):
        scope = lw.state.get("scope")
        if scope is not None:
            scope.written.add(target.id)
    elif isinstance(target, Coll):
        for item in target.items:
            wrote(lw, item)
    return target


def scoped(lw: Lowering, make: Callable[[], Func]) -> Func:
    """A function with the fields that it writes by their bare name written as such: `count=0` is `.count=0`."""
    if lw.state.get("scope") is not None:
        func = make()
        declare(lw, *(p.name for p in func.params))
        return func
    scope = lw.state["scope"] = Scope()
    try:
        func = make()
    finally:
        del lw.state["scope"]
    fields = scope.written - scope.declared - {p.name for p in func.params}
    if fields and func.body:
        return replace(func, body=as_fields(func.body, fields))
    return func


def as_fields(nodes: list[Node], fields: set[str]) -> list[Node]:
    """The steps with some bare names written as fields: `count` is `.count`."""
    return [_as_field(n, fields) for n in nodes]


def _as_field(node: Node, fields: set[str]) -> Node:
    kind = node.__class__
    if kind is Name:
        return Member(None, node.id, pos=node.pos) if node.id in fields else node  # type: ignore[attr-defined]
    changes: dict[str, Any] = {}
    for held in names_of(kind):
        if held == "key" or (kind is Call and held == "fn" and isinstance(node.fn, Name)):  # type: ignore[attr-defined]
            continue
        old = getattr(node, held)
        if isinstance(old, Node):
            new: object = _as_field(old, fields)
            if new is not old:
                changes[held] = new
        elif old.__class__ is list:
            items = [_as_field(i, fields) if isinstance(i, Node) else i for i in old]
            if any(a is not b for a, b in zip(items, old, strict=True)):
                changes[held] = items
    return replace(node, **changes) if changes else node


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
    "as_fields",
    "assign_chain",
    "declare",
    "kept_param",
    "kept_return",
    "leaves",
    "local_type",
    "plain_target",
    "scoped",
    "shown_by_number",
    "used_tparams",
    "without_leave",
    "wrote",
]

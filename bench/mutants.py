"""Faulty views made from sound ones: what a reader would be misled by.

Contract: `mutants(tree, seed)` yields (kind, what was done, faulty tree) for a parsed view, one or two of each kind
where the view has something to break; the same seed gives the same mutants. The given tree is left as it is. A mutant
always differs from its view in what a reader would write from it, whoever wrote the view: nothing inside a log call is
broken, no conversion, no test that guards only logging or the same on both sides, and no name in a literal's hole.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from aiccl_converter.fidelity.reading.idioms import is_logging
from aiccl_converter.fidelity.vocabulary import LOG_OBJECTS, LOGGING, PLUMBING
from aiccl_converter.fidelity.words import flat
from aiccl_converter.language import tree as T

KINDS = (
    "call dropped",
    "condition negated",
    "error renamed",
    "literal changed",
    "step invented",
    "guard lost",
    "branches swapped",
    "branches merged",
    "argument swapped",
    "loop over another thing",
    "step moved",
)

_HOLES = re.compile(r"[$#]?\{[^{}]*\}|%[-+#0 ]*[\d.*]*[a-zA-Z]|\$\w+|\\.")
_ERRORS = ("ValueError", "RuntimeError", "IllegalStateException", "NotFoundError", "InvalidInput", "AccessDenied")
_STEPS = ("notifyAdmin", "flushCache", "recordMetric", "sendEmail", "invalidateSession", "lockAccount")


class Slot:
    """A node and where it hangs."""

    __slots__ = ("at", "field", "node", "parent")

    def __init__(self, node: T.Node, parent: T.Node | None, field: str, at: int) -> None:
        self.node = node
        self.parent = parent
        self.field = field
        self.at = at

    def put(self, new: T.Node) -> None:
        """Hangs another node here."""
        assert self.parent is not None
        if self.at < 0:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.at] = new

    def put_all(self, new: list[T.Node]) -> None:
        """Hangs several steps here; only where the node is one of a list."""
        assert self.parent is not None
        getattr(self.parent, self.field)[self.at : self.at + 1] = new


def slots(tree: T.Node) -> list[Slot]:
    """Every node below a tree with its place, in written order."""
    out: list[Slot] = []
    stack = [Slot(tree, None, "", -1)]
    while stack:
        top = stack.pop()
        out.append(top)
        below: list[Slot] = []
        for name in T.names_of(type(top.node)):
            value: Any = getattr(top.node, name)
            if isinstance(value, T.Node):
                below.append(Slot(value, top.node, name, -1))
            elif isinstance(value, list):
                below.extend(Slot(v, top.node, name, i) for i, v in enumerate(value) if isinstance(v, T.Node))
        stack.extend(reversed(below))
    return out


def mutants(tree: T.Node, seed: int, each: int = 1) -> Iterator[tuple[str, str, T.Node]]:
    """Up to `each` mutants of every kind."""
    found = slots(tree)
    silent = _silent(found)
    for kind in KINDS:
        rng = random.Random(f"{seed} {kind}")
        spots = [i for i, slot in enumerate(found) if i not in silent and _FITS[kind](slot, found)]
        rng.shuffle(spots)
        made = 0
        for i in spots[: each * 3]:
            if made >= each:
                break
            faulty = copy.deepcopy(tree)
            again = slots(faulty)
            what = _BREAKS[kind](again[i], again, rng)
            if what and faulty != tree:
                made += 1
                yield kind, what, faulty


def _silent(found: list[Slot]) -> set[int]:
    """Which slots stand in a log call, or are a test that decides nothing but whether to log."""
    quiet: set[int] = set()
    for slot in found:
        node = slot.node
        if isinstance(node, T.Call) and is_logging(node):
            quiet.update(id(n) for n in T.walk(node))
        elif isinstance(node, T.If) and all(is_logging(s) for s in [*node.then, *(node.other or [])]):
            quiet.add(id(node.test))
        elif isinstance(node, T.If | T.Cond) and node.then == node.other:
            quiet.add(id(node.test))
    return {i for i, slot in enumerate(found) if id(slot.node) in quiet}


def callee(node: T.Node) -> str:
    """The last name of a call's function."""
    fn = node.fn if isinstance(node, T.Call) else node.type if isinstance(node, T.Build) else None
    if isinstance(fn, T.Member):
        return fn.name
    return fn.id if isinstance(fn, T.Name) else ""


def _quiet(node: T.Node) -> bool:
    name = flat(callee(node))
    if name in LOGGING or name in PLUMBING or not name:
        return True
    return isinstance(node, T.Call) and isinstance(node.fn, T.Member) and _root(node.fn) in LOG_OBJECTS


def _root(node: T.Node | None) -> str:
    while isinstance(node, T.Member):
        if node.obj is None or (isinstance(node.obj, T.Name) and flat(node.obj.id) in LOG_OBJECTS):
            return flat(node.obj.id) if isinstance(node.obj, T.Name) else flat(node.name)
        node = node.obj
    return ""


def _step_list(slot: Slot) -> bool:
    return slot.at >= 0 and slot.field in ("body", "then", "other", "final") and not isinstance(slot.parent, T.Words)


def _effect(node: T.Node) -> T.Node | None:
    """The call of a step that is there for its call."""
    if isinstance(node, T.Do):
        value = node.value
        while isinstance(value, T.Await | T.Post):
            value = value.value
        if isinstance(value, T.Call) and not _quiet(value):
            return value
    return None


def _leaves(steps: list[T.Node] | None) -> bool:
    return bool(steps) and isinstance(steps[-1], T.Return | T.Raise | T.Jump)  # type: ignore[index]


def _show(node: T.Node) -> str:
    return repr(node)[:110]


# --- what can be broken ------------------------------------------------------------------------------------------


def _fits_call(slot: Slot, found: list[Slot]) -> bool:
    return _step_list(slot) and _effect(slot.node) is not None


def _fits_test(slot: Slot, found: list[Slot]) -> bool:
    if isinstance(slot.parent, T.If | T.Cond) and slot.field == "test":
        return True
    if isinstance(slot.parent, T.While) and slot.field == "test":
        return True
    if isinstance(slot.parent, T.For) and slot.field == "conds":
        return True
    return (
        isinstance(slot.parent, T.OrElse)
        and slot.field == "value"
        and isinstance(slot.parent.other, T.Return | T.Raise)
    )


def _fits_error(slot: Slot, found: list[Slot]) -> bool:
    if isinstance(slot.node, T.Raise) and isinstance(slot.node.value, T.Call | T.Build):
        return bool(callee(slot.node.value)) and callee(slot.node.value)[0].isupper()
    return isinstance(slot.node, T.Name) and isinstance(slot.parent, T.Handler) and slot.field == "types"


def _fits_literal(slot: Slot, found: list[Slot]) -> bool:
    node = slot.node
    if isinstance(node, T.Str):
        return len(node.text) > 4 and any(c.isalpha() for c in node.text) and not _in_log(slot, found)
    if isinstance(node, T.Num):
        return node.text.isdigit() and int(node.text) > 2
    return False


def _in_log(slot: Slot, found: list[Slot]) -> bool:
    return isinstance(slot.parent, T.Call) and _quiet(slot.parent) and flat(callee(slot.parent)) in LOGGING


def _fits_any_step(slot: Slot, found: list[Slot]) -> bool:
    return _step_list(slot) and isinstance(slot.node, T.Do | T.Assign | T.Return | T.If | T.Each)


def _fits_guard(slot: Slot, found: list[Slot]) -> bool:
    if not _step_list(slot):
        return False
    node = slot.node
    if isinstance(node, T.If):
        return node.other is None and bool(node.then) and not isinstance(node.then[-1], T.Jump)
    return (
        isinstance(node, T.Do) and isinstance(node.value, T.OrElse) and isinstance(node.value.other, T.Return | T.Raise)
    )


def _fits_swap(slot: Slot, found: list[Slot]) -> bool:
    node = slot.node
    if isinstance(node, T.If):
        return bool(node.other) and node.then != node.other and not isinstance(node.other[0], T.If)  # type: ignore[index]
    return isinstance(node, T.Cond) and node.then != node.other and not isinstance(node.other, T.Cond)


def _fits_merge(slot: Slot, found: list[Slot]) -> bool:
    node = slot.node
    return (
        _step_list(slot)
        and isinstance(node, T.If)
        and bool(node.other)
        and not isinstance(node.other[0], T.If)  # type: ignore[index]
        and not _leaves(node.then)
    )


def _plain(node: T.Node) -> bool:
    return isinstance(node, T.Name | T.Member | T.Str | T.Num | T.Index)


def _fits_argument(slot: Slot, found: list[Slot]) -> bool:
    node = slot.node
    if not isinstance(node, T.Call) or not node.args or _quiet(node):
        return False
    return any(_plain(a) for a in node.args)


def _fits_loop(slot: Slot, found: list[Slot]) -> bool:
    return (
        slot.field == "iter"
        and isinstance(slot.parent, T.Each | T.For)
        and isinstance(slot.node, T.Name | T.Member | T.Call)
    )


def _fits_move(slot: Slot, found: list[Slot]) -> bool:
    """A step under a guard whose neighbour outside is another step: moving it out changes when it happens."""
    return (
        _step_list(slot)
        and isinstance(slot.node, T.If)
        and len(slot.node.then) > 1
        and _effect(slot.node.then[0]) is not None
    )


# --- how it is broken --------------------------------------------------------------------------------------------


def _break_call(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    what = _show(slot.node)
    slot.put_all([])
    return what


def _break_test(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    if isinstance(node, T.Un) and node.op in ("not", "!"):
        slot.put(node.value)
    elif isinstance(node, T.Bin) and node.op in _INVERSE and not _gives_name(node, found):
        node.op = _INVERSE[node.op]
    else:
        slot.put(T.Un("not", node))
    return _show(node)


def _gives_name(node: T.Bin, found: list[Slot]) -> bool:
    """True for `f(x)>n` in a test, which gives a value its name and compares nothing: n is used, and bound nowhere."""
    if node.op != ">" or not isinstance(node.right, T.Name) or not node.right.id[:1].islower():
        return False
    name = node.right.id
    if any(isinstance(s.node, T.Param) and s.node.name == name for s in found):
        return False
    bound = (T.Assign, T.Each, T.For)
    if any(
        s.field in ("targets", "target", "to") and isinstance(s.node, T.Name) and s.node.id == name
        for s in found
        if isinstance(s.parent, (*bound, T.Pipe, T.Coll))
    ):
        return False
    return sum(isinstance(s.node, T.Name) and s.node.id == name for s in found) > 1


def _break_error(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    others = sorted(
        {callee(s.node.value) for s in found if isinstance(s.node, T.Raise) and isinstance(s.node.value, T.Call)} - {""}
    )
    if isinstance(slot.node, T.Name):
        others = [o for o in others if o != slot.node.id]
        new = rng.choice(others) if others and rng.random() < 0.5 else _other_error(slot.node.id, rng)
        old, slot.node.id = slot.node.id, new
        return f"{old} -> {new}"
    value = slot.node.value  # type: ignore[attr-defined]
    old = callee(value)
    others = [o for o in others if o != old]
    new = rng.choice(others) if others and rng.random() < 0.5 else _other_error(old, rng)
    if isinstance(value, T.Build):
        value.type = T.Name(new)
    else:
        value.fn = T.Name(new)
    return f"{old} -> {new}"


def _other_error(old: str, rng: random.Random) -> str:
    """The name of an error that is not the one there."""
    new = rng.choice(_ERRORS)
    return new if new != old else _ERRORS[_ERRORS.index(old) - 1]


def _break_literal(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    if isinstance(node, T.Num):
        old, node.text = node.text, str(int(node.text) + rng.choice((1, 3, 10)))
        return f"{old} -> {node.text}"
    assert isinstance(node, T.Str)
    others = sorted({s.node.text for s in found if isinstance(s.node, T.Str) and s.node.text != node.text})
    old = node.text
    if others and rng.random() < 0.5:
        node.text = rng.choice(others)
    else:
        holes = {i for found_hole in _HOLES.finditer(old) for i in range(*found_hole.span())}
        letters = [i for i, c in enumerate(old) if c.isalpha() and 0 < i < len(old) - 1 and i not in holes]
        if not letters:
            return ""
        i = rng.choice(letters)
        node.text = old[:i] + ("q" if old[i] != "q" else "z") + "u" + old[i + 1 :]
    return f"{old} -> {node.text}"


def _break_invent(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    names = [s.node.id for s in found if isinstance(s.node, T.Name) and s.node.id.isidentifier()]
    arg = T.Name(rng.choice(names)) if names else T.Num("1")
    new: T.Node = T.Do(T.Call(T.Name(rng.choice(_STEPS)), [arg]))
    slot.put_all([new, slot.node])
    return _show(new)


def _break_guard(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    if isinstance(node, T.If):
        slot.put_all(node.then)
    else:
        slot.put_all([node.value.other])  # type: ignore[attr-defined]
    return _show(node)


def _break_swap(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    what = _show(node)
    node.then, node.other = node.other, node.then  # type: ignore[attr-defined]
    return what


def _break_merge(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    assert isinstance(node, T.If)
    slot.put_all([*node.then, *(node.other or [])])
    return _show(node)


def _break_argument(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    assert isinstance(node, T.Call)
    what = _show(node)
    plain = [i for i, a in enumerate(node.args) if _plain(a)]
    pairs = [(i, j) for i in plain for j in plain if i < j and node.args[i] != node.args[j]]
    if pairs and rng.random() < 0.5:
        i, j = rng.choice(pairs)
        node.args[i], node.args[j] = node.args[j], node.args[i]
        return what
    i = rng.choice(plain)
    others = _others(node.args[i], found)
    if not others:
        return ""
    node.args[i] = T.Name(rng.choice(others))
    return f"{what} -> {node.args[i]}"


def _others(node: T.Node, found: list[Slot]) -> list[str]:
    """Names in scope that are not the node and do not occur in it: parameters and assigned locals."""
    mine = {n.id for n in T.walk(node) if isinstance(n, T.Name)} | {
        n.name for n in T.walk(node) if isinstance(n, T.Member)
    }
    names: set[str] = set()
    for s in found:
        if isinstance(s.node, T.Param) and s.node.name.isidentifier():
            names.add(s.node.name)
        elif isinstance(s.node, T.Assign):
            names.update(t.id for t in s.node.targets if isinstance(t, T.Name) and t.id.isidentifier())
    return sorted(names - mine)


def _break_loop(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    others = _others(slot.node, found)
    own = {n.id for n in T.walk(slot.parent) if isinstance(n, T.Name)} if slot.parent is not None else set()
    others = [o for o in others if o not in own] or others
    if not others:
        return ""
    what = _show(slot.node)
    new = rng.choice(others)
    slot.put(T.Name(new))
    return f"{what} -> {new}"


def _break_move(slot: Slot, found: list[Slot], rng: random.Random) -> str:
    node = slot.node
    assert isinstance(node, T.If)
    first = node.then[0]
    node.then = node.then[1:]
    slot.put_all([first, node])
    return _show(first)


_INVERSE = {
    "==": "!=", "!=": "==", "===": "!==", "!==": "===", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip

_FITS: dict[str, Callable[[Slot, list[Slot]], bool]] = {
    "call dropped": _fits_call,
    "condition negated": _fits_test,
    "error renamed": _fits_error,
    "literal changed": _fits_literal,
    "step invented": _fits_any_step,
    "guard lost": _fits_guard,
    "branches swapped": _fits_swap,
    "branches merged": _fits_merge,
    "argument swapped": _fits_argument,
    "loop over another thing": _fits_loop,
    "step moved": _fits_move,
}
_BREAKS: dict[str, Callable[[Slot, list[Slot], random.Random], str]] = {
    "call dropped": _break_call,
    "condition negated": _break_test,
    "error renamed": _break_error,
    "literal changed": _break_literal,
    "step invented": _break_invent,
    "guard lost": _break_guard,
    "branches swapped": _break_swap,
    "branches merged": _break_merge,
    "argument swapped": _break_argument,
    "loop over another thing": _break_loop,
    "step moved": _break_move,
}

"""A local name of several tokens is written by its last word: `base_slug` is `slug`, where nothing else is called so.

Only names that no caller sees: bound in the function, by an assignment, a loop, a resource, a handler or a function
value, and no parameter of the unit, no field, no declared global. The last word says most (`current_char` is `char`);
where it is taken, the first does. A name is left alone where that would save fewer than two tokens in the whole unit.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from ... import tokens
from ...language.tree import (
    Assign,
    Build,
    Call,
    Coll,
    Do,
    Each,
    Element,
    For,
    Func,
    Handler,
    Lambda,
    Member,
    Name,
    Node,
    Raw,
    Spread,
    Word,
    altered,
    every,
    names_of,
)
from ..restate import Context, Example, Rule, names_among
from ._common import is_name

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z")
TAKEN = frozenset(
    "match try fin go with do for fail defer else if in is not and or new break continue quirk log as await this self"
    " true false null None nil state effect first group by sum any all len del assert global nonlocal print use lock"
    " raise throw return yield while case switch catch class def fn func function var let const from import type it"
    " super cls static async int str string list dict set map bool float object array void default end begin then"
    " unless until when where select echo unset extend include goto typeof instanceof delete out ref base"
    " rescue ensure retry redo undef alias module next loop package interface struct fallthrough range chan object val"
    " fun internal mod impl trait pub mut crate move dyn unsafe use abstract final private public protected throws"
    " finally except lambda pass nonlocal template operator typename namespace using explicit virtual friend inline"
    " auto register signed unsigned short long char double union extern volatile enum implements extends native"
    " synchronized transient strictfp params event delegate checked fixed is override sealed readonly"
    " q s d v t f".split()  # verbs of the language: `s>x` saves
)


@lru_cache(maxsize=8192)
def _cost(name: str) -> int:
    return tokens.count(name)


def _is_long(name: str) -> bool:
    """Whether a name, if it is a local's, may be worth another."""
    return len(name) >= 5 and not name.isupper() and _IDENTIFIER.match(name) is not None and _cost(name) >= 2


def _bound(unit: Func, nodes: list[Any], uses: Counter[str]) -> tuple[set[str], set[str]]:
    """Names that the unit binds for itself, and names that must stay."""
    bound: set[str] = set()
    fixed: set[str] = {p.name for p in unit.params}
    fixed.update(unit.outer)
    inner: list[Node] = []
    folded: set[int] = set()
    for node in nodes:
        kind = node.__class__
        if kind is Name or kind is Member:
            continue
        if kind is Assign:
            if node.op in ("=", ":=") or node.value is None:
                for target in node.targets:
                    _targets(target, bound)
        elif kind is Each:
            for target in node.targets:
                _targets(target, bound)
        elif kind is For:
            _targets(node.target, bound)
        elif kind is Do:
            if node.value.__class__ is Build:  # `o{a=1}` sets fields of a local; elsewhere a build names a type
                folded.add(id(node.value))
        elif kind is Build:
            if is_name(node.type) and id(node) not in folded:
                fixed.add(node.type.id)
        elif kind is Call:
            if is_name(node.fn):  # what a function is called says what it does
                fixed.add(node.fn.id)
        elif kind is Element:  # a tag is text, and tells a component by its capital
            fixed.add(node.tag.split(".", 1)[0])
        elif kind is Handler:
            if node.name:
                fixed.add(node.name)
        elif kind is Lambda or (kind is Func and node is not unit):
            # parameters are text, they are not walked as names: leave what they shadow alone
            fixed.update(p.name for p in node.params)
            if kind is Func:
                fixed.update(node.outer)
                fixed.add(node.name)
                inner.append(node)
        elif kind is Word:
            if node.word == "state":  # a state is set by a name made of its own
                fixed.update(a.targets[0].id for a in node.args if isinstance(a, Assign) and is_name(a.targets[0]))  # type: ignore[attr-defined]
            if node.word in ("global", "nonlocal"):
                fixed.update(a.id for a in node.args if isinstance(a, Name))
        elif kind is Raw:
            fixed.update(re.findall(r"[A-Za-z_]\w*", node.text))
    for function in inner:
        # a function inside is also shown alone: what it shares with the unit around it keeps its name
        own = names_among(every(function))
        fixed.update([name for name, count in own.items() if count < uses[name]])
    return bound, fixed


def _targets(node: Node, out: set[str]) -> None:
    if node.__class__ is Name:
        out.add(node.id)
    elif isinstance(node, Coll):
        for item in node.items:
            _targets(item.value if isinstance(item, Spread) else item, out)


def _candidates(name: str) -> list[str]:
    words = [w.lower() for w in _WORDS.findall(name) if not w.isdigit()]
    if not words:
        return []
    out = [words[-1], words[0]] if len(words) > 1 else []
    out += ["".join(w[0] for w in words), words[0][0]]
    return [c for c in out if c and c not in TAKEN and c != name]


def _func(unit: Func, ctx: Context) -> Node | None:
    if (len(ctx.units) > 1 and any(isinstance(u, Func) for u in ctx.units[:-1])) or (
        ctx.language == "cpp" and unit.body is None
    ):
        return None
    if unit.body is None or any(isinstance(u, Func) for u in ctx.units if u is not unit and u.pos != unit.pos):
        return None
    nodes = ctx.every(unit)
    uses = names_among(nodes)
    long = {name for name in uses if _is_long(name)}
    if not long:
        return None
    bound, fixed = _bound(unit, nodes, uses)
    wanted = (bound - fixed) & long
    if not wanted:
        return None
    everything: set[str] = set(fixed)
    everything.update(uses)
    everything.update([n.name for n in nodes if n.__class__ is Member])
    names: dict[str, str] = {}
    for name in sorted(wanted, key=lambda n: (-uses[n], n)):
        old = _cost(name)
        for candidate in _candidates(name):
            if candidate in everything or _cost(candidate) >= old:
                continue
            if (old - _cost(candidate)) * uses[name] >= 2:
                names[name] = candidate
                everything.add(candidate)
            break
    if not names:
        return None
    ctx.renamed = names
    body = _renamed_list(unit.body, names)
    params = _renamed_list(unit.params, names)
    return altered(unit, {"body": body, "params": params})


def renamed(node: Node, names: dict[str, str]) -> Node:
    """The tree with plain names replaced; the given tree stays as it is."""
    kind = node.__class__
    if kind is Name:
        new = names.get(node.id)  # type: ignore[attr-defined]
        return node if new is None else Name(new, pos=node.pos)
    changes: dict[str, Any] | None = None
    for field in names_of(kind):
        old = getattr(node, field)
        if old is None:
            continue
        got: Any = _renamed_list(old, names) if old.__class__ is list else renamed(old, names)
        if got is not old:
            if changes is None:
                changes = {}
            changes[field] = got
    return node if changes is None else altered(node, changes)


def _renamed_list(items: list[Any], names: dict[str, str]) -> list[Any]:
    out = items
    for at, item in enumerate(items):
        if item.__class__ is str:
            continue
        new = renamed(item, names)
        if new is not item:
            if out is items:
                out = list(items)
            out[at] = new
    return out


RULE = Rule(
    name="short_locals",
    says="a local name of several tokens is written by one of its words",
    nodes={Func: _func},
    order=95,
    examples=(
        Example(
            "python",
            "def refresh(self):\n    newest_backup_entry = self.newest()\n    self.start(newest_backup_entry)\n"
            "    self.log_backup(newest_backup_entry)\n    return newest_backup_entry\n",
            "refresh()\nentry=.newest()\n.start(entry)\n.log_backup(entry)\n^entry",
        ),
    ),
)

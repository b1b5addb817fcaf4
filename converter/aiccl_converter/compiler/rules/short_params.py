"""A function value's parameter of several tokens is written by one of its words, as a local is: `reflection_key=>..` is
`key=>..`.

Only where nothing else in the unit goes by the name: it is bound by function values alone, and never read outside of
them. A parameter that is passed by name (a keyword, a default, a pattern) stays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ...language.tree import Func, Lambda, Member, Name, Node, Param, Raw, every, walk
from ..restate import Context, Example, Rule, names_among
from ._common import outermost
from ._rebuild import rebuild
from .short_locals import _IDENTIFIER, _bound, _candidates, _cost


def _plain(param: Param) -> bool:
    return not (param.star or param.default is not None or param.mark) and _IDENTIFIER.match(param.name) is not None


def _func(unit: Func, ctx: Context) -> Node | None:
    if unit.body is None or not outermost(ctx):
        return None
    lambdas = [n for n in walk(unit.body) if isinstance(n, Lambda) and n.params]
    if not lambdas:
        return None
    wanted = {p.name for fn in lambdas for p in fn.params if _plain(p) and len(p.name) > 4 and _cost(p.name) > 1}
    for fn in lambdas:
        wanted -= {p.name for p in fn.params if not _plain(p)}
    if not wanted:
        return None
    bare = replace(unit, body=[_without_params(n) for n in unit.body])
    nodes = every(bare)
    uses = names_among(nodes)
    bound, fixed = _bound(bare, nodes, uses)
    wanted -= bound | {p.name for p in unit.params} | set(unit.outer)
    inside: Counter[str] = Counter()
    _count(unit.body, frozenset(), inside)
    taken = set(uses) | bound | fixed | {p.name for fn in lambdas for p in fn.params}
    taken.update(n.name for n in walk(unit.body) if isinstance(n, Member))
    for node in walk(unit.body):
        if isinstance(node, (Raw, Func)):
            return None  # text and inner functions may mean the name
    names: dict[str, str] = {}
    for name in sorted(wanted):
        if inside[name] != uses[name]:
            continue
        for candidate in _candidates(name):
            if candidate not in taken and _cost(candidate) < _cost(name):
                if (_cost(name) - _cost(candidate)) * (uses[name] + 1) >= 2:
                    names[name] = candidate
                    taken.add(candidate)
                break
    return replace(unit, body=rebuild(unit.body, lambda n: _renamed(n, names))) if names else None


def _without_params(node: Node) -> Node:
    """The tree with the parameters of its function values gone, so that they do not count as fixed."""
    return rebuild([node], lambda n: replace(n, params=[]) if isinstance(n, Lambda) and n.params else n)[0]


def _count(nodes: list[Node], known: frozenset[str], out: Counter[str]) -> None:
    """How often a parameter of a function value is read inside it."""
    from ...language.tree import children

    for node in nodes:
        if isinstance(node, Name):
            if node.id in known:
                out[node.id] += 1
        elif isinstance(node, Lambda):
            inner = known | {p.name for p in node.params}
            _count(node.body if isinstance(node.body, list) else [node.body], inner, out)
        else:
            _count(list(children(node)), known, out)


def _renamed(node: Node, names: dict[str, str]) -> Node:
    if isinstance(node, Name):
        return Name(names[node.id], pos=node.pos) if node.id in names else node
    if isinstance(node, Lambda) and any(p.name in names for p in node.params):
        return replace(node, params=[replace(p, name=names.get(p.name, p.name)) for p in node.params])
    return node


RULE = Rule(
    name="short_params",
    says="a function value's parameter of several tokens is written by one of its words",
    nodes={Func: _func},
    languages=frozenset({"ruby", "php", "javascript", "typescript", "tsx", "java", "kotlin", "csharp", "cpp"}),
    order=96,
    examples=(
        Example(
            "ruby",
            "def names(items, limit)\n"
            "  items.select { |checked_entry| checked_entry.size > limit && checked_entry.fresh }.first\nend",
            "names(items,limit)\nitems.select(entry=>entry.size>limit&&entry.fresh).first",
        ),
    ),
)

"""The rule engine: restatement rules rewrite a unit's AICCL tree until it says the same in fewer tokens.

Contract: a rule is one file in `rules/` that holds a `RULE`; it matches node types (`nodes`) or runs of steps
(`blocks`)
and returns what takes their place, or None to leave them. A rule never changes a node that it was given: it returns new
nodes, so that the source's own tree stays as it was for the check, and an untouched subtree is the very same object on
both sides. Children come before their parents; a rule sees what the rules before it made. Rules run in the order of
their `order`, then their name, so the result never depends on chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..language.tree import (
    Class,
    Element,
    Func,
    Lambda,
    Name,
    Node,
    Num,
    Raw,
    Route,
    Str,
    Template,
    altered,
    every,
    names_of,
)

NodeRewrite = Callable[[Any, "Context"], "Node | None"]
BlockRewrite = Callable[[list[Node], "Context"], "list[Node] | None"]


@dataclass(frozen=True)
class Example:
    """A rule's example: source in a language and the view that the whole compiler makes of it (a test runs it)."""

    language: str
    source: str
    view: str


@dataclass(frozen=True)
class Rule:
    """A restatement. `says` is for people (`aiccl explain`). `languages` None means all of them. `nodes` maps node
    types
    to rewrites; `blocks` rewrites a list of steps (body, branch, arm). `order`: 10 normalise, 30 restate loops and
    guards, 50 frameworks, 70 fold, 90 tidy up. `normal`: an equivalence of the language itself (Go's error plumbing is
    `f()!`), which the check reads the source through as well; a set names the languages in which it is one."""

    name: str
    says: str
    examples: tuple[Example, ...]
    nodes: dict[type, NodeRewrite] = field(default_factory=dict)
    blocks: BlockRewrite | None = None
    languages: frozenset[str] | None = None
    among: frozenset[type] | None = None
    """Kinds of steps: `blocks` leaves a list without any of them as it is, so it is not asked. None: any kind."""
    least: int = 1
    """How many steps (up to 3) `blocks` needs to do anything."""
    order: int = 30
    normal: bool | frozenset[str] = False


@dataclass
class Context:
    """What a rule may know of the unit it works in."""

    language: str
    counted: Counter[str] | None = None
    """`uses`, once they are asked for."""
    units: list[Func | Class] = field(default_factory=list)
    """The units around the node, outermost first."""
    unit: Node | None = None
    """The outermost function as the source has it, None outside of functions."""
    fired: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)
    """What a rule dropped on purpose, for the reader (`logging`, `types`)."""
    stated: set[Any] = field(default_factory=set)
    """Facts that a rule states in other words, by the fidelity package's keys."""
    functions: dict[int, Context] = field(default_factory=dict)
    """What happened in each function that stands in no other function, by its offset (`Func.pos`)."""

    renamed: dict[str, str] | None = None
    """Local names and what the view calls them, where `short_locals` had a part."""
    inside: bool = False
    """Whether the node is inside a function: names of a module or class are anybody's."""
    made: Node | None = None
    """What the rules made of the function, where nothing happened to it since."""
    _walked: tuple[Node, list[Any]] | None = None

    @property
    def uses(self) -> Counter[str]:
        """How often each plain name is used in the outermost unit (definitions counted too)."""
        if self.counted is None:
            assert self.unit is not None
            self.counted = names_among(self.every(self.unit))
        return self.counted

    def every(self, unit: Node) -> list[Any]:
        """`tree.every` of a unit, walked once for all who ask in a row. Not to be changed."""
        if self._walked is None or self._walked[0] is not unit:
            self._walked = unit, every(unit)
        return self._walked[1]

    def fresh(self, *wanted: str) -> str:
        """The first wanted name that the unit does not use yet."""
        for name in wanted:
            if name not in self.uses:
                self.uses[name] += 1
                return name
        at = 2
        while f"{wanted[-1]}{at}" in self.uses:
            at += 1
        self.uses[f"{wanted[-1]}{at}"] += 1
        return f"{wanted[-1]}{at}"


STEP_LISTS = frozenset({"body", "then", "other", "final", "init", "step", "members"})
_LEAVES = frozenset({Name, Num, Str, Raw})


_PLANS: dict[type, tuple[tuple[str, bool], ...]] = {}


def _plan(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a node type that hold nodes, and whether each is a list of steps (cached)."""
    got = _PLANS.get(kind)
    if got is None:
        got = _PLANS[kind] = tuple((n, n in STEP_LISTS and kind is not Template) for n in names_of(kind))
    return got


class Public(Counter[str]):
    """The uses of names outside of functions: unknown, so many."""

    def __missing__(self, key: str) -> int:
        return 99


def names_among(nodes: Iterable[Any]) -> Counter[str]:
    """How often each plain name stands among some nodes, in tags and in the text of what was left as it is too."""
    found: Counter[str] = Counter()
    for node in nodes:
        kind = node.__class__
        if kind is Name:
            found[node.id] += 1
        elif kind is Raw:
            found.update(_WORD.findall(node.text))
        elif kind is Element:  # a component is read by the tag that it stands in
            found[node.tag.partition(".")[0]] += 1
    return found


_WORD = re.compile(r"(?<![\w\"'])[A-Za-z_]\w*")


_Block = tuple[int, str, BlockRewrite]


class Engine:
    """The rules that apply to one language, ready to run."""

    def __init__(self, rules: Iterable[Rule], language: str) -> None:
        chosen = sorted(
            (r for r in rules if r.languages is None or language in r.languages), key=lambda r: (r.order, r.name)
        )
        self.language = language
        self.nodes: dict[type, list[tuple[str, NodeRewrite]]] = {}
        self.blocks: list[Rule] = []
        for rule in chosen:
            for kind, rewrite in rule.nodes.items():
                self.nodes.setdefault(kind, []).append((rule.name, rewrite))
            if rule.blocks is not None:
                self.blocks.append(rule)
        self.still = frozenset({str, type(None), *(kind for kind in _LEAVES if kind not in self.nodes)})
        """Kinds that nothing can happen to."""
        self._of: dict[type, tuple[tuple[tuple[str, bool], ...], list[tuple[str, NodeRewrite]]]] = {}
        self._fitting: dict[tuple[int, frozenset[type]], list[_Block]] = {}

    def run(self, node: Node) -> tuple[Node, Context]:
        """A restated unit and what happened on the way. The given tree is left as it is."""
        ctx = Context(self.language, Public())
        return self._visit(node, ctx), ctx

    def run_steps(self, steps: list[Node]) -> tuple[list[Node], Context]:
        """The same for a module body."""
        ctx = Context(self.language, Public())
        return self._steps(steps, ctx), ctx

    def _visit(self, node: Node, ctx: Context) -> Node:
        kind = node.__class__
        if kind is Func or kind is Class:
            return self._unit(node, ctx)
        of = self._of.get(kind)
        if of is None:
            of = self._of[kind] = (() if kind in _LEAVES else _plan(kind)), self.nodes.get(kind, [])
        still = self.still
        changes: dict[str, Any] | None = None
        for name, steps in of[0]:
            value = getattr(node, name)
            held = value.__class__
            if held in still:
                continue
            out: Any
            if held is not list:
                out = self._visit(value, ctx)
            elif steps:
                out = self._steps(value, ctx) if value else value
            else:
                out = value
                for at, item in enumerate(value):
                    if item.__class__ not in still:
                        new = self._visit(item, ctx)
                        if new is not item:
                            if out is value:
                                out = list(value)
                            out[at] = new
            if out is not value:
                if changes is None:
                    changes = {}
                changes[name] = out
        if changes is not None:
            node = altered(node, changes)
        return self._rewritten(node, ctx, of[1]) if of[1] else node

    def _unit(self, node: Any, ctx: Context) -> Node:
        """A function or class. One that stands in no function has a context of its own."""
        kind = node.__class__
        own = kind is Func and not ctx.inside
        if own:
            inner = Context(self.language, None, list(ctx.units), node, inside=True)
            ctx.functions[node.pos] = inner
            ctx = inner
        ctx.units.append(node)
        changes: dict[str, Any] = {}
        for name, steps in _plan(kind):
            value = getattr(node, name)
            if value:
                out = self._steps(value, ctx) if steps else self._items(value, ctx)
                if out is not value:
                    changes[name] = out
        if changes:
            node = altered(node, changes)
        ctx.units.pop()
        made = self._rewritten(node, ctx, self.nodes.get(kind, []))
        if own:
            ctx.made = made
        return made

    def _rewritten(self, node: Node, ctx: Context, rewrites: list[tuple[str, NodeRewrite]]) -> Node:
        """The node as its own rules leave it."""
        kind = node.__class__
        for rule, rewrite in rewrites:
            got = rewrite(node, ctx)
            if got is not None and got is not node:
                ctx.fired[rule] += 1
                node = got
                if node.__class__ is not kind:
                    # It is another kind of node now: its own rules have their turn, children are done.
                    return self._again(node, ctx, {rule})
        return node

    def _again(self, node: Node, ctx: Context, done: set[str]) -> Node:
        for rule, rewrite in self.nodes.get(node.__class__, ()):
            if rule in done:
                continue
            got = rewrite(node, ctx)
            if got is not None and got is not node:
                ctx.fired[rule] += 1
                if got.__class__ is not node.__class__:
                    return self._again(got, ctx, done | {rule})
                node = got
        return node

    def _items(self, items: list[Any], ctx: Context) -> list[Any]:
        out = items
        still = self.still
        for at, item in enumerate(items):
            if item.__class__ not in still:
                new = self._visit(item, ctx)
                if new is not item:
                    if out is items:
                        out = list(items)
                    out[at] = new
        return out

    def _steps(self, items: list[Any], ctx: Context) -> list[Any]:
        """A list of steps: each by itself, then the rules for runs of them."""
        result = self._items(items, ctx)
        done = -1
        fitting = self._fit(result)
        while fitting:
            for at, rule, rewrite in fitting:
                if at <= done:
                    continue
                got = rewrite(result, ctx)
                if got is not None and got is not result:
                    ctx.fired[rule] += 1
                    result, done = got, at
                    fitting = self._fit(result)
                    break
            else:
                break
        return result

    def _fit(self, steps: list[Any]) -> list[_Block]:
        """The rules for runs of steps that may do something to these."""
        kinds = frozenset([step.__class__ for step in steps])
        key = min(len(steps), 3), kinds
        got = self._fitting.get(key)
        if got is None:
            got = self._fitting[key] = [
                (at, rule.name, rule.blocks)
                for at, rule in enumerate(self.blocks)
                if rule.blocks is not None
                and len(steps) >= rule.least
                and (rule.among is None or not kinds.isdisjoint(rule.among))
            ]
        return got


__all__ = ["Class", "Context", "Engine", "Example", "Func", "Lambda", "Route", "Rule"]

"""The rule engine: restatement rules rewrite a unit's AICCL tree until it says the same in fewer tokens.

Contract: a rule is one file in `rules/` that holds a `RULE`; it matches node types (`nodes`) or runs of steps
(`blocks`)
and returns what takes their place, or None to leave them. A rule never changes a node that it was given: it returns new
nodes, so that the source's own tree stays as it was for the check, and an untouched subtree is the very same object on
both sides. Children come before their parents; a rule sees what the rules before it made. Rules run in the order of
their `order`, then their name, so the result never depends on chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..language.tree import Class, Func, Lambda, Name, Node, Num, Raw, Route, Str, Template, names_of, walk

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
    order: int = 30
    normal: bool | frozenset[str] = False


@dataclass
class Context:
    """What a rule may know of the unit it works in."""

    language: str
    uses: Counter[str] = field(default_factory=Counter)
    """How often each plain name is used in the outermost unit (definitions counted too)."""
    units: list[Func | Class] = field(default_factory=list)
    """The units around the node, outermost first."""
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


def names_in(node: Node) -> Counter[str]:
    """How often each plain name stands in a unit."""
    return Counter(item.id for item in walk(node) if item.__class__ is Name)


class Engine:
    """The rules that apply to one language, ready to run."""

    def __init__(self, rules: Iterable[Rule], language: str) -> None:
        chosen = sorted(
            (r for r in rules if r.languages is None or language in r.languages), key=lambda r: (r.order, r.name)
        )
        self.language = language
        self.nodes: dict[type, list[tuple[str, NodeRewrite]]] = {}
        self.blocks: list[tuple[str, BlockRewrite]] = []
        for rule in chosen:
            for kind, rewrite in rule.nodes.items():
                self.nodes.setdefault(kind, []).append((rule.name, rewrite))
            if rule.blocks is not None:
                self.blocks.append((rule.name, rule.blocks))
        self.still = frozenset({str, *(kind for kind in _LEAVES if kind not in self.nodes)})
        """Kinds that nothing can happen to."""

    def run(self, node: Node) -> tuple[Node, Context]:
        """A restated unit and what happened on the way. The given tree is left as it is."""
        ctx = Context(self.language, Public())
        return self._visit(node, ctx), ctx

    def run_steps(self, steps: list[Node]) -> tuple[list[Node], Context]:
        """The same for a module body."""
        ctx = Context(self.language, Public())
        return self._list(steps, ctx, True), ctx

    def _visit(self, node: Node, ctx: Context) -> Node:
        kind = node.__class__
        if kind not in _LEAVES:
            is_unit = kind is Func or kind is Class
            if is_unit:
                if kind is Func and not ctx.inside:
                    inner = Context(self.language, names_in(node), list(ctx.units), inside=True)
                    ctx.functions[node.pos] = inner
                    ctx = inner
                ctx.units.append(node)  # type: ignore[arg-type]
            changes: dict[str, Any] | None = None
            for name, steps in _plan(kind):
                value = getattr(node, name)
                if value is None:
                    continue
                if value.__class__ is list:
                    if not value:
                        continue
                    out: Any = self._list(value, ctx, steps)
                elif value.__class__ in self.still:
                    continue
                else:
                    out = self._visit(value, ctx)
                if out is not value:
                    if changes is None:
                        changes = {}
                    changes[name] = out
            if changes is not None:
                node = replace(node, **changes)
            if is_unit:
                ctx.units.pop()
        rewrites = self.nodes.get(kind)
        if rewrites:
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

    def _list(self, items: list[Any], ctx: Context, steps: bool) -> list[Any]:
        out: list[Any] | None = None
        still = self.still
        for at, item in enumerate(items):
            if item.__class__ in still:
                continue
            new = self._visit(item, ctx)
            if new is not item:
                if out is None:
                    out = list(items)
                out[at] = new
        result = items if out is None else out
        if steps:
            for rule, rewrite in self.blocks:
                got = rewrite(result, ctx)
                if got is not None and got is not result:
                    ctx.fired[rule] += 1
                    result = got
        return result


__all__ = ["Class", "Context", "Engine", "Example", "Func", "Lambda", "Route", "Rule"]

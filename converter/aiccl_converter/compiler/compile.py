"""Units restated and checked: the heart of the flow level.

Contract: every function is restated by the rules, compared with the source's own tree, and kept only where the check
passes; else the unrestated flow is taken, in the end the outline. What came of each function is told by `Outcome`, by
the byte offset where the function starts.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

from aiccl_converter.compiler.holders import mapped, parts
from aiccl_converter.compiler.proof import Proof
from aiccl_converter.compiler.restate import Context, Public
from aiccl_converter.compiler.rules import engine, normal_engine
from aiccl_converter.language.tree import Class, Func, Node, Raw, Route, walk


@dataclass(slots=True)
class Outcome:
    """What a unit came to."""

    made_by: str = "compiler"
    score: float = 1.0
    weight: float = 1.0
    invented: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class Compiled:
    """A file's or fragment's steps as they are shown, and what came of each unit."""

    steps: list[Node]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    """What of the file, outside of its functions, is not shown."""

    def note(self, what: str) -> None:
        """Say once that something is not shown."""
        if what not in self.left_out:
            self.left_out.append(what)

    @property
    def score(self) -> float:
        total = sum(o.weight for o in self.outcomes.values())
        return sum(o.score * o.weight for o in self.outcomes.values()) / total if total else 1.0


def compile_steps(
    steps: list[Node], language: str, *, check: bool = True, broken: frozenset[int] = frozenset()
) -> Compiled:
    """Restate and check the units of a file. The given trees are left as they are. `broken`: where units start whose
    text has a syntax error; they are shown as outlines."""
    view, ctx = _restated(steps, language)
    out = Compiled([])
    out.steps = _settled(_units(steps), view, ctx, language, out, check)
    if broken:
        out.steps = [_outlined(step, broken, out) for step in out.steps]
    return out


def _restated(steps: list[Node], language: str) -> tuple[list[Node], Context]:
    """The rules' views. A rule that fails costs the step that it fails on its restatement, never the file."""
    run = engine(language).run_steps
    try:
        return run(steps)
    except RecursionError:
        raise
    except Exception:
        if os.environ.get("AICCL_DEBUG"):
            raise
    view, whole = [], Context(language, Public())
    for step in steps:
        try:
            got, ctx = run([step])
        except RecursionError:
            raise
        except Exception:
            got, ctx = [step], Context(language, Public())
        view += got
        whole.fired.update(ctx.fired)
        whole.functions.update(ctx.functions)
        whole.left_out += ctx.left_out
        whole.stated |= ctx.stated
    return view, whole


def _outlined(node: Node, broken: frozenset[int], out: Compiled) -> Node:
    """The node with the bodies of broken functions left out."""
    func = _func_of(node)
    if func is not None and func.pos in broken:
        out.outcomes[func.pos] = Outcome("outline", 0.0, left_out=("the body: it has a syntax error",))
        short = replace(func, body=None)
        return replace(node, func=short) if isinstance(node, Route) else short
    if isinstance(node, Class):
        return replace(node, members=[_outlined(m, broken, out) for m in node.members])
    return mapped(node, lambda steps: [_outlined(step, broken, out) for step in steps])


def _units(steps: list[Node]) -> dict[int, Node]:
    """The units among some steps, and in what holds steps, by where they start."""
    found: dict[int, Node] = {}
    for step in steps:
        at = _at(step)
        if at >= 0:
            found[at] = step
        else:
            for inner in parts(step):
                found.update(_units(inner))
    return found


def _settled(
    sources: dict[int, Node], view: list[Node], ctx: Context, language: str, out: Compiled, check: bool
) -> list[Node]:
    """The view's steps with each unit as it may be shown."""
    shown: list[Node] = []
    changed = False
    for step in view:
        at = _at(step)
        if at >= 0:
            source = sources.get(at)
            new = step if source is None else _settle(source, step, ctx, language, out, check)
        else:
            new = mapped(step, lambda inner: _settled(sources, inner, ctx, language, out, check))
        changed |= new is not step
        shown.append(new)
    return shown if changed else view


def _settle(source: Node, view: Node, ctx: Context, language: str, out: Compiled, check: bool) -> Node:
    """The view of a unit that may be shown: the restated one, or what is safer, function by function."""
    if isinstance(source, Class):
        if not isinstance(view, Class):
            return view
        members = _settled(_units(source.members), view.members, ctx, language, out, check)
        if members is not view.members:
            view = replace(view, members=members)
        out.outcomes.setdefault(source.pos, Outcome(rules=tuple(sorted(ctx.fired)), weight=0.0))
        return view
    func = _func_of(source)
    assert func is not None
    ctx = ctx.functions.get(func.pos, ctx)
    outcome = Outcome(rules=tuple(sorted(ctx.fired)), left_out=tuple(dict.fromkeys(ctx.left_out)))
    out.outcomes[func.pos] = outcome
    outcome.weight = 1.0 + sum(ctx.uses.values())
    if not check or view is source:
        return view  # nothing was restated: it says what the source says, word for word
    if view is ctx.made and ctx.fired.keys() == {"short_locals"}:
        return view  # nothing but its locals' names changed, each to one that nothing else has
    normal = normal_engine(language)
    base, seen = (source, None) if normal is None else normal.run(source)
    if Proof(base, language, ctx.renamed).holds(view):
        return view
    from aiccl_converter.fidelity import compare

    report = compare(base, view, language, stated=ctx.stated)
    if not report.passed:
        # The next safer level: what the language's own equivalences make of the source.
        inner = None if seen is None else seen.functions.get(func.pos)
        outcome.rules, outcome.left_out = (() if inner is None else tuple(sorted(inner.fired))), ()
        return base
    outcome.score, outcome.invented = report.score, report.invented
    outcome.left_out += report.left_out
    return view


def _func_of(node: Node) -> Func | None:
    if isinstance(node, Func):
        return node
    return node.func if isinstance(node, Route) else None


def _at(node: Node) -> int:
    """Where a unit starts in the source, -1 for what is no unit."""
    if isinstance(node, Class):
        return node.pos
    func = _func_of(node)
    return func.pos if func is not None else -1


def raw_share(steps: list[Node]) -> float:
    """The share of nodes that no table entry knew."""
    total = raws = 0
    for node in walk(steps):
        total += 1
        raws += node.__class__ is Raw
    return raws / total if total else 0.0

"""Steps that say the same of other values are said once: `a,b<-[(1,2),(3,4),(5,6)]{assert f(a)==b}`.

At least three in a row, equal but for at most three places that hold plain values without effects (literals, names,
members); one value in several places is one name. Steps that leave, branch or bind names stay, and so does a run where
this would not save tokens.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from ... import tokens
from ...language.printer import print_steps
from ...language.tree import Assign, Call, Coll, Do, Each, Index, Member, Name, Node, Num, Str, Un, Word, names_of
from ..restate import Context, Example, Rule
from ._common import checks, mentions

MOST = 3
LEAST_SAVED = 4
_LEAVES = (Name, Num, Str, Member, Un)

Path = tuple[Any, ...]


def _plain(node: Node) -> bool:
    while isinstance(node, (Member, Un)):
        if isinstance(node, Un):
            if node.op not in ("-", "&", "*", "!"):
                return False
            node = node.value
        elif node.obj is None:
            return True
        else:
            node = node.obj
    return isinstance(node, (Name, Num, Str))


def _differences(a: Any, b: Any, at: Path, out: list[Path]) -> bool:
    """The places where two trees hold different plain values; False where they differ in more."""
    if a == b:
        return True
    if isinstance(a, list):
        if not isinstance(b, list) or len(a) != len(b):
            return False
        return all(_differences(x, y, (*at, i), out) for i, (x, y) in enumerate(zip(a, b, strict=True)))
    if not isinstance(a, Node) or not isinstance(b, Node):
        return False
    if a.__class__ is b.__class__ and not isinstance(a, (Name, Num, Str)):
        mine: list[Path] = []
        inside = names_of(a.__class__)
        if all(getattr(a, f.name) == getattr(b, f.name) for f in fields(a) if f.name not in inside and f.name != "pos"):
            if all(_differences(getattr(a, f), getattr(b, f), (*at, f), mine) for f in inside):
                out.extend(mine)
                return True
    if (
        not (_plain(a) and _plain(b))
        or (at and at[-1] in ("fn", "type", "targets"))
        or ("targets" in at and len(at) < 3)
    ):
        return False
    out.append(at)
    return len(out) <= MOST


def _at(node: Any, path: Path) -> Any:
    for key in path:
        node = node[key] if isinstance(key, int) else getattr(node, key)
    return node


def _put(node: Any, path: Path, value: Node) -> Any:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        return [*node[:key], _put(node[key], rest, value), *node[key + 1 :]]
    return replace(node, **{key: _put(getattr(node, key), rest, value)})


def _folds(step: Node, language: str) -> bool:
    if isinstance(step, Do):
        return isinstance(step.value, Call) and not checks(step.value, language)
    if isinstance(step, Word):
        return step.word == "assert"
    return isinstance(step, Assign) and step.type is None and all(isinstance(t, Index) for t in step.targets)


def _folded(run: list[Node], places: list[Path], ctx: Context) -> Node | None:
    columns: list[tuple[list[Path], list[Node]]] = []
    for place in places:
        held = [_at(step, place) for step in run]
        for known, values in columns:
            if values == held:
                known.append(place)
                break
        else:
            columns.append(([place], held))
    names = [n for n in ("x", "y", "z", "a", "b", "c", "u", "v", "w") if n not in ctx.uses][: len(columns)]
    if len(names) < len(columns):
        return None
    body = run[0]
    for name, (known, _) in zip(names, columns, strict=True):
        for place in known:
            body = _put(body, place, Name(name))
    if len(columns) == 1:
        items = columns[0][1]
    else:
        items = [Coll("(", [values[i] for _, values in columns]) for i in range(len(run))]
    return Each([Name(n) for n in names], Coll("[", items), [body])


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if len(steps) < 3:
        return None
    out: list[Node] = []
    at = 0
    changed = False
    while at < len(steps):
        first = steps[at]
        places: list[Path] = []
        end = at + 1
        if _folds(first, ctx.language):
            while end < len(steps) and steps[end].__class__ is first.__class__:
                found: list[Path] = []
                if not _differences(first, steps[end], (), found) or not found:
                    break
                merged = sorted({*places, *found}, key=repr)
                if len(merged) > MOST or _clash(merged):
                    break
                places = merged
                end += 1
        if end - at >= 3:
            run = steps[at:end]
            folded = _folded(run, places, ctx)
            if folded is not None and tokens.count(print_steps([folded])) + LEAST_SAVED <= tokens.count(
                print_steps(run)
            ):
                for name in (t.id for t in folded.targets if isinstance(t, Name)):  # type: ignore[attr-defined]
                    ctx.uses[name] += mentions(folded, name)
                out.append(folded)
                at = end
                changed = True
                continue
        out.append(first)
        at += 1
    return out if changed else None


def _clash(places: list[Path]) -> bool:
    """Whether one place lies within another."""
    return any(a != b and b[: len(a)] == a for a in places for b in places)


RULE = Rule(
    name="step_runs",
    says="steps that say the same of other values are said once",
    blocks=rewrite,
    among=frozenset({Assign, Do, Word}),
    least=3,
    order=77,
    examples=(
        Example(
            "rust",
            "fn scales() {\n    assert_eq!(scale(100, 0, 7), 1);\n    assert_eq!(scale(200, 10, 7), 20);\n"
            "    assert_eq!(scale(300, 20, 7), 60);\n    assert_eq!(scale(400, 30, 7), 120);\n}",
            "scales()\nx,y,z<-[(100,0,1),(200,10,20),(300,20,60),(400,30,120)]{assert scale(x,y,7)==z}",
        ),
    ),
)

"""Aliases: a long name or chain that a file uses again and again is written once in the map, `c=BulkActionsClasses`.

Contract: an alias stands for exactly the text that it replaces, where that is read; what is assigned, declared, called
by
keyword or part of a type keeps its full name. Only where the file saves at least `LEAST_SAVED` tokens, so that the map
stays short and a reader has few words to remember. The alias is a word of the name itself, or its initials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

from aiccl_converter.compiler.shapes import BINDERS, Taken
from aiccl_converter.language.tree import Assign, Each, For, Member, Name, Node, altered, names_of

Count = Callable[[str], int]

LEAST_SAVED = 8
LEAST_USES = 4
MOST = 6
"""Aliases of one file."""


def chain(node: Node) -> str | None:
    """`a.b.c` as text, where all of it is names; None for anything else. The receiver's own members are none."""
    parts: list[str] = []
    top: Any = node
    while top.__class__ is Member:
        if top.op != ".":
            return None
        parts.append(top.name)
        top = top.obj
    if top.__class__ is not Name:
        return None
    parts.append(top.id)
    return ".".join(reversed(parts))


def alias(
    steps: list[Node],
    uses: Counter[str],
    fixed: set[str],
    count: Count,
    taken: Taken,
    fresh: Callable[[str], list[str]],
) -> tuple[list[str], list[Node]]:
    """The definitions and the steps that use them. `uses`: how often each name and chain stands there; `fixed`: those
    that keep their name; `taken`: what no alias may be called; `fresh`: words that an alias for a text could be."""
    chosen: dict[str, str] = {}
    for _, text in sorted(offers(uses, fixed, count), key=lambda o: (-o[0], o[1])):
        if len(chosen) == MOST:
            break
        if any(text.startswith(t + ".") or t.startswith(text + ".") for t in chosen):
            continue
        for word in fresh(text):
            if word not in taken.words and word != text and count(word) == 1:
                chosen[text] = word
                taken.words.add(word)
                break
    if not chosen:
        return [], steps
    return [f"{word}={text}" for text, word in chosen.items()], _list(steps, chosen)


def offers(uses: Counter[str], fixed: Collection[str], count: Count) -> list[tuple[int, str]]:
    """What an alias would save, and for which text."""
    found = []
    for text, times in uses.items():
        if times < LEAST_USES or len(text) < 9 or text in fixed:
            continue
        cost = count(text)
        saved = times * (cost - 1) - cost - 3
        if cost >= 3 and saved >= LEAST_SAVED:
            found.append((saved, text))
    return found


def fixed_names(binders: Iterable[Any]) -> set[str]:
    """Names and chains that are written, declared or called by keyword, by the nodes that introduce names."""
    fixed: set[str] = set()
    bound: set[str] = set()
    """Names assigned once: they keep their name there, and may be read by an alias."""
    for node in binders:
        kind = node.__class__
        if kind is Assign or kind is Each:
            for target in node.targets:
                written = chain(target)
                if written and (kind is Each or "." in written or written in bound):
                    fixed.add(written)
                elif written:
                    bound.add(written)
        elif kind is For:
            written = chain(node.target)
            if written:
                fixed.add(written)
        else:
            fixed.add(node.name)
            fixed.update(p.name for p in node.params or ())
    return fixed


def tally(steps: list[Node]) -> tuple[Counter[str], set[str]]:
    """How often each name and chain stands in some steps, and those that keep their name. The same as a file's `Shapes`
    know, for steps that no shapes were made of."""
    uses: Counter[str] = Counter()
    binders: list[Node] = []
    stack: list[Any] = list(steps)
    while stack:
        top = stack.pop()
        kind = top.__class__
        if kind is str:
            continue
        if kind is Name:
            uses[top.id] += 1
            continue
        if kind is Member:
            text = chain(top)
            if text is not None:
                # the whole chain and what it begins with are both offers
                at = text.find(".")
                while at >= 0:
                    uses[text[:at]] += 1
                    at = text.find(".", at + 1)
                uses[text] += 1
                continue
        elif kind in BINDERS:
            binders.append(top)
        for name in names_of(kind):
            value = getattr(top, name)
            if value.__class__ is list:
                stack.extend(value)
            elif value is not None:
                stack.append(value)
    return uses, fixed_names(binders)


def _list(items: list[Any], chosen: dict[str, str]) -> list[Any]:
    out = [item if item.__class__ is str else _swap(item, chosen) for item in items]
    return out if any(a is not b for a, b in zip(out, items, strict=True)) else items


def _swap(node: Node, chosen: dict[str, str]) -> Node:
    kind = node.__class__
    if kind is Name:
        word = chosen.get(node.id)  # type: ignore[attr-defined]
        return Name(word) if word is not None else node
    if kind is Member:
        text = chain(node)
        word = chosen.get(text) if text is not None else None
        if word is not None:
            return Name(word)
    changes: dict[str, Any] = {}
    for name in names_of(kind):
        value = getattr(node, name)
        if kind is Assign and name == "targets" and any(t.__class__ is Name for t in value):
            continue
        if value.__class__ is list:
            new: Any = _list(value, chosen)
        elif value is not None:
            new = _swap(value, chosen)
        else:
            continue
        if new is not value:
            changes[name] = new
    return altered(node, changes) if changes else node

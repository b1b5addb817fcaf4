"""Aliases: a long name or chain that a file uses again and again is written once in the map, `c=BulkActionsClasses`.

Contract: an alias stands for exactly the text that it replaces, where that is read; what is assigned, declared, called
by
keyword or part of a type keeps its full name. Only where the file saves at least `LEAST_SAVED` tokens, so that the map
stays short and a reader has few words to remember. The alias is a word of the name itself, or its initials.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiccl_converter.language.tree import Assign, Class, Each, For, Func, Member, Name, Node, names_of

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
    steps: list[Node], count: Count, taken: set[str], fresh: Callable[[str], list[str]]
) -> tuple[list[str], list[Node]]:
    """The definitions and the steps that use them. `taken`: names that an alias must not have; `fresh`: words that an
    alias for a text could be."""
    uses: Counter[str] = Counter()
    fixed: set[str] = set()
    _tally(steps, uses, fixed)
    offers = []
    for text, times in uses.items():
        if times < LEAST_USES or text in fixed or len(text) < 9:
            continue
        cost = count(text)
        if cost >= 3 and times * (cost - 1) - cost - 3 >= LEAST_SAVED:
            offers.append((times * (cost - 1) - cost - 3, text, cost))
    offers.sort(key=lambda o: (-o[0], o[1]))
    chosen: dict[str, str] = {}
    for _, text, _ in offers:
        if len(chosen) == MOST:
            break
        if any(text.startswith(t + ".") or t.startswith(text + ".") for t in chosen):
            continue
        for word in fresh(text):
            if word not in taken and word != text and count(word) == 1:
                chosen[text] = word
                taken.add(word)
                break
    if not chosen:
        return [], steps
    return [f"{word}={text}" for text, word in chosen.items()], _list(steps, chosen)


def _tally(node: Node | list[Any], uses: Counter[str], fixed: set[str]) -> None:
    stack: list[Any] = list(node) if isinstance(node, list) else [node]
    bound: set[str] = set()
    """Names assigned once: they keep their name there, and may be read by an alias."""
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
        if kind is Assign or kind is Each:
            for target in top.targets:
                written = chain(target)
                if written and (kind is Each or "." in written or written in bound):
                    fixed.add(written)
                elif written:
                    bound.add(written)
        elif kind is For:
            written = chain(top.target)
            if written:
                fixed.add(written)
        elif kind is Func or kind is Class:
            fixed.add(top.name)
            fixed.update(p.name for p in top.params or ())
        for name in names_of(kind):
            value = getattr(top, name)
            if value.__class__ is list:
                stack.extend(value)
            elif value is not None:
                stack.append(value)


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
    return replace(node, **changes) if changes else node

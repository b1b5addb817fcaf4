"""The outline level: signatures, types, fields and intents, no bodies.

Contract: every public name, parameter, default and type that the unit's own line states, exactly as the source has
them; no flow. A doc comment's first sentence is the intent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from aiccl_converter.language.tree import Assign, Block, Class, Const, Func, If, Member, Name, Node, Route

MAX_INTENT_WORDS = 16

_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.S)
_MARKUP = re.compile(r"<[^>\n]{1,40}>|\{@\w+ ([^}]*)\}|[`*]+|:\w+:`([^`]*)`")


def intent_of(doc: str | None) -> str | None:
    """A doc comment's first sentence on one line, None where it has no words of its own."""
    if not doc:
        return None
    paragraph = doc.strip().split("\n\n", 1)[0]
    lines = []
    for line in paragraph.splitlines():
        if line.strip().startswith(("@", ":param", ":return", "\\", ">>>")):
            break
        lines.append(line.strip())
    text = _MARKUP.sub(lambda m: m.group(1) or m.group(2) or "", " ".join(lines))
    text = " ".join(text.replace('"', "'").split())
    match = _SENTENCE.match(text)
    if match:
        text = match.group(1)
    words = text.rstrip(".").split()
    if len(words) < 2:
        return None
    return " ".join(words[:MAX_INTENT_WORDS]) + ("..." if len(words) > MAX_INTENT_WORDS else "")


def outline(steps: list[Node], docs: Mapping[int, str | None] | Callable[[int], str | None]) -> list[Node]:
    """The outline of a file's or class's steps. `docs` gives the doc comment of the unit at a byte offset (`pos`)."""
    doc_at = docs.get if isinstance(docs, Mapping) else docs
    out: list[Node] = []
    for step in steps:
        if isinstance(step, Route):
            out.append(replace(step, func=_func(step.func, doc_at)))
        elif isinstance(step, Func):
            out.append(_func(step, doc_at))
        elif isinstance(step, Class):
            out.append(replace(step, members=outline(step.members, doc_at), intent=intent_of(doc_at(step.pos))))
        elif isinstance(step, Const):
            out.append(step)
        elif isinstance(step, Block) and (inner := outline(step.body, doc_at)):
            out.append(Block(step.head, inner, pos=step.pos))  # a namespace, `#if`
        elif isinstance(step, If) and any(isinstance(s, (Func, Class)) for s in [*step.then, *(step.other or ())]):
            other = outline(step.other, doc_at) if step.other else None
            out.append(If(step.test, outline(step.then, doc_at), other or None, pos=step.pos))
        elif isinstance(step, Assign) and step.targets:
            kept: list[Node] = [
                t for t in step.targets if isinstance(t, Name) or (isinstance(t, Member) and t.obj is None)
            ]
            if kept:
                out.append(Assign(kept, None, "=", step.type) if step.type else Assign(kept, None))
    return out


def _func(func: Func, doc_at: Callable[[int], str | None]) -> Func:
    return replace(func, body=None, intent=func.intent or intent_of(doc_at(func.pos)))

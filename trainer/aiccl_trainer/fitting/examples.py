"""Pairs to examples: token ids, and from where on they are learnt.

Contract: `Example.ids[:start]` is the prompt, the rest the answer, which alone is learnt. A pair of docs or intents,
whose view is the compiler's flow, teaches the intent only: learning to copy the flow as well would cost most of the
time. For a model that writes intents alone every pair teaches the first clause of its intent. An example that is
longer than a row is left out and counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiccl_converter.model import prompt

from aiccl_trainer.intents import first_clause
from aiccl_trainer.undocumented import undocumented

if TYPE_CHECKING:
    from aiccl_converter.model.codec import Codec

    from aiccl_trainer.pairs import Pair


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence."""

    ids: tuple[int, ...]
    start: int
    teacher: str


@dataclass(slots=True)
class Examples:
    """Those of one split, and how many pairs gave none."""

    items: list[Example] = field(default_factory=list)
    too_long: int = 0
    without_flow: int = 0
    without_intent: int = 0
    """Where intents are all that is learnt, or of a function that is nothing but its doc comment."""


def same_header(view: str, flow: str) -> str:
    """The view under the flow's header, where both head the same unit: the engine gives the model that header."""
    mine, theirs = prompt.header(view), prompt.header(flow)
    if mine == theirs or not mine.endswith("\n") or not theirs.endswith("\n"):
        return view
    if _name(mine) != _name(theirs):
        return view
    return theirs + view[len(mine) :]


def _name(header: str) -> str:
    return header.split("(", 1)[0].split(" ")[-1].lstrip("~")


def of_pair(pair: Pair, codec: Codec, reads: str, writes: str = "view") -> Example | None:
    """Code or flow to intent and view; None where the pair teaches nothing that way."""
    if writes == "intent" and not pair.intent:
        return None
    if reads == "flow" and not pair.flow:
        return None
    code = pair.code
    if writes == "intent" and reads != "flow":
        code = undocumented(pair.language, code)  # with its doc comment before it, the intent would only be copied
        if not code:
            return None
    asked = codec.ids(prompt.given(pair.language, code=code, flow=pair.flow, reads=reads))
    only_intent = bool(pair.intent) and pair.view == pair.flow and pair.teacher in ("docs", "intents")
    if writes == "intent":
        told = codec.ids(prompt.answer(first_clause(pair.intent), "", ends=False))
        return Example(tuple(asked + told), len(asked), pair.teacher)
    view = "" if only_intent else same_header(pair.view, pair.flow)
    told = codec.ids(prompt.answer(pair.intent, view, ends=not only_intent))
    return Example(tuple(asked + told), len(asked), pair.teacher)


def back(pair: Pair, codec: Codec) -> Example:
    """View to code."""
    asked = codec.ids(prompt.expansion(pair.language, pair.view))
    told = codec.ids([pair.code, prompt.CODE_END])
    return Example(tuple(asked + told), len(asked), pair.teacher)


def make(
    pairs: Iterable[Pair], codec: Codec, reads: str, longest: int, expand: float = 0.0, writes: str = "view"
) -> Examples:
    """The examples of some pairs, in their order. `expand`: the share of pairs, drawn by their id, that are trained
    both ways."""
    out = Examples()
    for pair in pairs:
        made: Sequence[Example | None] = [of_pair(pair, codec, reads, writes)]
        if expand and int(pair.id[:8] or "0", 16) / 0x1_0000_0000 < expand:
            made = [*made, back(pair, codec)]
        for example in made:
            if example is None and writes == "intent":
                out.without_intent += 1
            elif example is None:
                out.without_flow += 1
            elif len(example.ids) > longest:
                out.too_long += 1
            else:
                out.items.append(example)
    return out

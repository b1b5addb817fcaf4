"""One answer, token by token: greedy under the grammar, several tokens a step where a guess holds.

Contract: `Decoder.answer(..)` gives an `Answer` or raises Stopped (cancelled, or past its deadline): an answer is
never cut short by the clock, so the same input gives the same answer on every run. What is given up (too long, going
in circles) has an empty view; its intent still stands.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiccl_converter.errors import AICCLError
from aiccl_converter.model.codec import Codec
from aiccl_converter.model.drafts import Lookup
from aiccl_converter.model.grammar import Intent, Names, View
from aiccl_converter.model.prompt import CODE, QUOTE

TRIES = 48
"""Tokens that are looked at for one that the grammar allows, likeliest first."""
SLACK = 64
"""Tokens of room beyond what an answer can come to."""
CIRCLES = 3
"""The same line so many times in a row ends a view."""


class Stopped(AICCLError):
    """An answer that was cancelled or did not come in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote of a unit."""

    intent: str
    view: str
    """With its header; empty where the model came to no end."""
    tokens: int
    """Written by the model."""
    forwards: int
    """Runs of the network."""
    prompt_tokens: int
    said: tuple[tuple[str, float], ...] = ()
    """The pieces of the intent, each with the probability that the model gave it, 0 to 1; without its quotes."""


@dataclass(slots=True)
class _Text:
    """What is being written."""

    intent: Intent | None
    view: View
    header: str
    ended: bool = False
    gave_up: bool = False


class Network(Protocol):
    """What runs a model: `session.Session` (onnxruntime) or `llama.Llama` (llama.cpp)."""

    vocabulary: int

    def reserve(self, tokens: int) -> None:
        """Room for so many tokens."""

    def forward(self, ids: Sequence[int], past: int, places: Sequence[int]) -> Any:
        """Logits after `places` of `ids`, which follow the first `past` tokens of the cache."""


class Decoder:
    """Answers by one session."""

    def __init__(self, session: Network, codec: Codec, *, drafts: bool = True, grammar: bool = True) -> None:
        self.session = session
        self.codec = codec
        self.drafts = drafts
        self.grammar = grammar
        pieces: list[str | None] = list(codec.pieces)
        pieces += [None] * (session.vocabulary - len(pieces))
        self._pieces = pieces

    def answer(
        self,
        prompt: Sequence[int],
        header: str,
        names: Names,
        *,
        also: str = "",
        most: int = 512,
        intent: bool = True,
        view: bool = True,
        cancelled: Callable[[], bool] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """`header` is given to the view; empty: the model writes it. `also`: a text whose characters may be used.
        `most`: tokens that the model writes; the header, which it does not, comes on top. `deadline`: a time of
        `time.monotonic`."""
        codec, session = self.codec, self.session
        text = _Text(Intent() if intent else None, View(names, also), header)
        pending = [*prompt, *codec.ids([QUOTE] if intent else [header])]
        follows = codec.ids(["\n" + header]) if intent and view else []
        session.reserve(len(pending) + most + len(follows) + SLACK)
        known = [codec.end if n == codec.marks[CODE] else n for n in pending]
        lookup = Lookup(known if self.drafts else [])
        past = written = forwards = 0
        said: list[tuple[str, float]] = []
        while not text.ended:
            if cancelled is not None and cancelled():
                raise Stopped("cancelled")
            if deadline is not None and time.monotonic() > deadline:
                raise Stopped("the model did not answer in time; give it longer, or leave the unit to the compiler")
            guess = lookup.guess(most - written - 1) if self.drafts else []
            start = len(pending) - 1
            logits = session.forward(pending + guess, past, range(start, start + len(guess) + 1))
            forwards += 1
            right = 0
            past += len(pending)
            pending = []
            for row in range(len(guess) + 1):
                total = _log_total(logits[row]) if text.intent is not None and not text.intent.closed else None
                token = self._pick(logits[row], text)
                if total is not None and token >= 0:
                    said.append((self._pieces[token] or "", round(math.exp(float(logits[row][token]) - total), 4)))
                if token < 0:
                    text.ended = text.gave_up = True
                    break
                written += 1
                lookup.add(token)
                forced = follows if self._take(token, text, view) else []
                if text.ended:
                    break
                if written >= most or _circles(text.view):
                    text.ended = text.gave_up = True
                    break
                if forced:
                    for number in forced:
                        lookup.add(number)
                    pending = [token, *forced]
                    break
                if row < len(guess) and guess[row] == token:
                    right += 1
                    continue
                pending = [token]
                break
            past += right
            lookup.held(right, len(guess))
        told = text.intent.text.strip() if text.intent is not None and text.intent.closed else ""
        shown = "" if text.gave_up or not view else (header + text.view.text).rstrip("\n")
        return Answer(told, shown, written, forwards, len(prompt), tuple(said) if told else ())

    def _pick(self, row: Any, text: _Text) -> int:
        """The likeliest token that is allowed, -1 where none of the likeliest is."""
        for _ in range(TRIES):
            token = int(row.argmax())
            if not self.grammar or self._allowed(token, text):
                return token
            row[token] = float("-inf")
        return self._way_out(text)

    def _way_out(self, text: _Text) -> int:
        """A token that closes what is open, where nothing likely is allowed; -1 for none."""
        if text.intent is not None and not text.intent.closed:
            ways = [QUOTE]
        else:
            if self._allowed(self.codec.end, text):
                return self.codec.end
            ways = [text.view.closers[:1], "\n"]
        for way in ways:
            for token in self.codec.ids([way])[:1] if way else ():
                if self._allowed(token, text):
                    return token
        return -1

    def _allowed(self, token: int, text: _Text) -> bool:
        if text.intent is not None and not text.intent.closed:
            return text.intent.allows(self._pieces[token])
        if token == self.codec.end:
            return text.view.done and bool(text.view.text.strip() or not text.header.endswith("\n"))
        return text.view.allows(self._pieces[token])

    def _take(self, token: int, text: _Text, view: bool) -> bool:
        """Add a token to what is written; whether it closed the intent, so that the header follows."""
        if token == self.codec.end:
            text.ended = True
            return False
        piece = self._pieces[token] or ""
        if text.intent is None or text.intent.closed:
            text.view.take(piece)
            return False
        text.intent.take(piece)
        text.ended = text.intent.closed and not view
        return text.intent.closed and view


def _log_total(row: Any) -> float:
    """The logarithm of the sum of the exponentials: what a logit is less than by its token's log-probability."""
    import numpy

    top = row.max()
    return float(top + numpy.log(numpy.exp(row - top).sum()))


def _circles(view: View) -> bool:
    """Whether the last lines are all the same."""
    if not view.text.endswith("\n"):
        return False
    last = view.text.rsplit("\n", CIRCLES + 1)[-CIRCLES - 1 : -1]
    return len(last) == CIRCLES and len(set(last)) == 1 and len(last[0]) > 1

"""One side of a comparison: its facts in buckets, its statements, and where it is told in English.

Contract: `Side(facts, other, text)`; `vague` says whether the line around an event is restated too freely to be held to
the letter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from aiccl_converter.fidelity.keys import Keys
from aiccl_converter.fidelity.model import LOOP, RAISE, RETURN, WRITE, YIELD, Event, Facts, Place, Span
from aiccl_converter.fidelity.vocabulary import PLUMBING, TYPE_WORDS
from aiccl_converter.fidelity.words import bare, flat


class Side:
    """One side's facts with their keys, buckets and statement bounds."""

    def __init__(self, facts: Facts, other: Keys | None, text: str = "") -> None:
        self.facts = facts
        self.keys = Keys(facts, other)
        for event in facts.events:
            self.keys.units.setdefault(event.place.unit.name, event.place.unit)
        self.buckets: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in facts.events:
            kind = event.kind
            if event.log or (kind == WRITE and event.local):
                continue
            if kind in (RETURN, YIELD, LOOP):
                self.buckets[(kind, event.place.unit.name)].append(event)
            elif (kind != RAISE or not event.made) and flat(event.name) not in _FORMS:
                self.buckets[(kind, event.name)].append(event)
        self.stops = sorted(set(facts.stops))
        self.tops = lines(facts, text)
        self.wordy: list[int] | None = None
        self.exact = {w[1:] if w[0] == "." else w for w in facts.words}

    def statement(self, index: int) -> Span:
        """The words of the innermost statement around a word."""
        i = bisect_right(self.stops, index)
        start = self.stops[i - 1] if i else 0
        end = self.stops[i] if i < len(self.stops) else len(self.facts.words)
        return start, end

    def vague(self, event: Event, known: set[str], names: set[str]) -> bool:
        """True where the step around an event is told in English, at least in part."""
        if self.wordy is None:
            self.wordy = sorted(
                {
                    *self.facts.phrases,
                    *(
                        i
                        for i, w in enumerate(self.facts.words)
                        if w[0] not in '"#'
                        and bare(w) not in known
                        and w not in names
                        and flat(bare(w)) not in PLUMBING
                        and flat(bare(w)) not in TYPE_WORDS
                        and w not in _VERBS
                    ),
                }
            )
        if event.vague or any(p.kind == "told" for p in chain(event.place)):
            return True
        return self.english_near(max(event.index - 1, 0))

    def english_near(self, index: int) -> bool:
        """True where the line around a word has English in it."""
        if not self.wordy:
            return False
        i = bisect_right(self.tops, index)
        start = self.tops[i - 1] if i else 0
        end = self.tops[i] if i < len(self.tops) else len(self.facts.words)
        at = bisect_right(self.wordy, start - 1)
        return at < len(self.wordy) and self.wordy[at] < end


def lines(facts: Facts, text: str) -> list[int]:
    """Where the steps of a unit begin among the words; steps of one line of the text are one."""
    got: list[int] = []
    last = -1
    for index, pos in sorted(facts.tops):
        if text and 0 <= last < pos and "\n" not in text[last:pos]:
            continue
        last = pos
        got.append(index)
    return got


def chain(place: Place | None) -> Iterator[Place]:
    """A place and all around it, innermost first."""
    while place is not None:
        yield place
        place = place.up


_FORMS = frozenset(("assert", "range", "errorf", "wrap", "wrapf", "sprintf", "format", "withmessage", "withstack"))
_VERBS = frozenset(
    (".save", ".query", ".delete", ".validate", ".transform", ".filter", ".Unlock", ".RUnlock", ".unlock", ".drop")
)

"""What is known of one document's text: its units, where their names stand, and their views as they come.

An analysis belongs to one snapshot. It is built in the engine's thread and read in the loop's: units are complete
before the loop sees it, views are put in one by one and never changed. An older analysis still serves for units whose
text stands unchanged in the buffer (`unit_at` compares the text itself), so that typing elsewhere takes no hover away.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aiccl_converter.source.chunk import Chunk

from aiccl_server.documents import Snapshot
from aiccl_server.shown import Shown

_AROUND = 2000
"""Characters looked at before and behind a unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A chunk in its document. Offsets are code points of the document's text."""

    chunk: Chunk
    start: int
    end: int
    name_start: int | None

    @property
    def name_end(self) -> int | None:
        """Where the name ends."""
        return None if self.name_start is None else self.name_start + len(self.chunk.name)


@dataclass(slots=True)
class Analysis:
    """See the module."""

    snapshot: Snapshot
    language: str | None
    units: list[Unit] = field(default_factory=list)
    """In the order of the text, the module first."""
    views: dict[tuple[str, str], Shown] = field(default_factory=dict)
    """(hash of the chunk, level) -> view."""
    problem: str | None = None
    """Why there are no units, in words for the user."""
    complete: bool = False
    """All views at the level of the settings are there, as far as they can be made."""

    def view(self, unit: Unit, level: str) -> Shown | None:
        """A unit's view, if it is there already."""
        return self.views.get((unit.chunk.hash, level))

    def named(self, name: str) -> list[Unit]:
        """Units of a name, qualified or not."""
        exact = [u for u in self.units if u.chunk.qualified_name == name]
        return exact or [u for u in self.units if u.chunk.name == name and u.chunk.kind != "module"]

    def innermost(self, offset: int) -> Unit | None:
        """The smallest unit around an offset; the module where there is no other."""
        best = None
        for unit in self.units:
            if unit.start > offset and unit.chunk.kind != "module":
                break
            if unit.chunk.kind == "module" or unit.start <= offset <= unit.end:
                best = unit
        return best


def word_at(text: str, offset: int) -> tuple[str, int] | None:
    """The name around an offset and where it starts. A cursor just behind a name is on it."""
    start = offset
    while start > 0 and _part(text[start - 1]):
        start -= 1
    end = offset
    while end < len(text) and _part(text[end]):
        end += 1
    return (text[start:end], start) if end > start else None


def _part(letter: str) -> bool:
    return letter == "_" or letter == "$" or letter.isalnum() or (ord(letter) > 127 and letter.isidentifier())


def defined_at(analysis: Analysis, text: str, offset: int) -> tuple[Unit, int] | None:
    """The unit on whose own name an offset of `text` is, and the unit's first offset there; its text stands there
    letter for letter, whatever version the analysis is of."""
    source = analysis.snapshot.text
    if source == text:
        for unit in analysis.units:
            if unit.name_start is not None and unit.name_start <= offset <= unit.name_start + len(unit.chunk.name):
                return unit, unit.start
        return None
    found = word_at(text, offset)
    for unit in analysis.units if found else ():
        if unit.name_start is not None and found is not None and unit.chunk.name.rstrip("?!=") == found[0]:
            begin = found[1] - (unit.name_start - unit.start)
            if _unchanged(source, unit, text, begin):
                return unit, begin
    return None


def _unchanged(source: str, unit: Unit, text: str, begin: int) -> bool:
    """Whether a unit stands at an offset of another text, with the same lines around it: a line added below may belong
    to the unit, one above may be its decorator."""
    end = begin + unit.end - unit.start
    return (
        begin >= 0
        and text.startswith(source[unit.start : unit.end], begin)
        and _line_before(source, unit.start) == _line_before(text, begin)
        and _line_after(source, unit.end) == _line_after(text, end)
    )


def _line_before(text: str, offset: int) -> str:
    """From the last line that is not empty, up to an offset."""
    head = text[max(0, offset - _AROUND) : offset]
    indent = head[len(head.rstrip(" \t")) :]
    lines = head[: len(head) - len(indent)].split()
    return (lines[-1] if lines else "") + indent


def _line_after(text: str, offset: int) -> str:
    """From an offset to the end of the next line that is not empty."""
    tail = text[offset : offset + _AROUND]
    rest = tail.lstrip("\r\n \t")
    gap = tail[: len(tail) - len(rest)]
    return gap.replace("\r", "\n").rpartition("\n")[2] + ("\n" if "\n" in gap else "") + rest.split("\n", 1)[0]

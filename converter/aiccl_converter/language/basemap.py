"""The base map: the language told to a reader who has never seen it, as data and as the text that goes into a prompt.

Contract: `text()` is the same for the same layers, ends without a newline, and holds nothing that is not in
`basemap.toml`. The version is raised when a rule of the language changes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

VERSION = "AICCL-1"
"""The language that this package writes and reads."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A form, what it means, and an example that parses (empty where the form needs a map)."""

    form: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class Layer:
    """Entries that go together. Layer `1` is the core."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    languages: tuple[str, ...] = ()
    """The source languages that it is about; empty: all."""


@cache
def layers() -> tuple[Layer, ...]:
    """All layers, the core first."""
    data = tomllib.loads(resources.files(__package__).joinpath("basemap.toml").read_text(encoding="utf-8"))
    return tuple(
        Layer(
            layer["name"],
            layer["title"],
            tuple(Entry(**entry) for entry in layer["entry"]),
            tuple(layer.get("languages", ())),
        )
        for layer in data["layer"]
    )


@cache
def _lines(name: str) -> str:
    for layer in layers():
        if layer.name == name:
            return "\n".join(f"{e.form} -- {e.meaning}" for e in layer.entries)
    raise LookupError(f"no layer {name!r}; there are {', '.join(layer.name for layer in layers())}")


_LANGUAGE = re.compile(r'^<comp:code lang="([^"]+)"', re.MULTILINE)


def languages_of(documents: str) -> set[str]:
    """The source languages that documents name."""
    return set(_LANGUAGE.findall(documents))


def text(names: Iterable[str] | None = None, *, languages: Iterable[str] = ()) -> str:
    """The prompt text of some layers, by default of those about every language and those about `languages`."""
    told = set(languages)
    chosen = (
        [layer.name for layer in layers() if not layer.languages or told.intersection(layer.languages)]
        if names is None
        else list(names)
    )
    head = "restated code, not source: same behaviour, fewer tokens"
    return f"<comp:map:1>{head}\n" + "\n".join(_lines(name) for name in chosen) + "</comp:map:1>"

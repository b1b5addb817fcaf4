"""How a path is shown: always with /, always encodable, whatever bytes the file system holds.

A byte that is no UTF-8 is shown as \\xNN; a control character, a quote, < and > likewise, so that no name can break a
line, a terminal or a document's tag. What is handed on, such as a document, names no folder of the machine: `told`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache


def shown(path: str) -> str:
    """`path` for a reader."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace") if not path.isascii() else path
    if os.sep != "/":
        text = text.replace(os.sep, "/")
    if text.startswith("./") and len(text) > 2:
        text = text[2:]
    if text.isprintable() and _MARKS.isdisjoint(text):
        return text
    return "".join(_escaped(character) for character in text)


def told(path: str, root: str = "") -> str:
    """`path` as a document names it. A relative path stays as it is; an absolute one below the current folder is told
    from there, any other from the folder `root` that was asked for, its name first, or by the file's name alone."""
    if not os.path.isabs(path):
        return shown(path)
    whole = os.path.normpath(path)
    for here in _here():
        if whole.startswith(here):
            return shown(whole[len(here) :])
    if not root:
        return shown(os.path.basename(whole))
    above = os.path.dirname(os.path.normpath(root))
    return shown(os.path.relpath(whole, above))


def told_apart(paths: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names of several paths, those of absolute ones longer by a folder until no two are the same."""
    out = list(names)
    while True:
        times = Counter(out)
        alike = [at for at, name in enumerate(out) if times[name] > 1 and os.path.isabs(paths[at])]
        longer = {at: _longer(paths[at], out[at]) for at in alike}
        if all(longer[at] == out[at] for at in alike):
            return out
        for at in alike:
            out[at] = longer[at]


def _longer(path: str, name: str) -> str:
    parts = shown(os.path.normpath(path)).strip("/").split("/")
    return "/".join(parts[-1 - len(name.split("/")) :])


def _here() -> tuple[str, ...]:
    """The current folder as it is, and as the shell calls it, each with the separator behind it."""
    try:
        current = os.getcwd()
    except OSError:
        return ()  # it is gone
    return _called(current, os.environ.get("PWD", ""))


@lru_cache(maxsize=1)
def _called(current: str, called: str) -> tuple[str, ...]:
    """The same for a current folder and what the shell calls it. Remembered, since every file of a walk asks."""
    own = os.path.join(current, "")
    if os.path.isabs(called) and os.path.realpath(called) == os.path.realpath(current):
        return own, os.path.join(os.path.normpath(called), "")
    return (own,)


_MARKS = frozenset('"<>')


def _escaped(character: str) -> str:
    if character in _MARKS:
        return f"\\x{ord(character):02x}"
    return character if character.isprintable() else character.encode("unicode_escape").decode()

"""Which paths of a folder are ignored: .gitignore in each folder, .git/info/exclude, and .aicclignore in the same
syntax.

As in git, the deepest file that has a matching pattern decides, the last such pattern in it, and nothing below an
ignored folder comes back. At the same depth .aicclignore has the last word, so it can also bring back (`!name`)
what git ignores.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from .patterns import Patterns

IGNORE_FILES = (".gitignore", ".aicclignore")


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules in force in one folder, the deepest first, each with the folder it is relative to."""

    rules: tuple[tuple[str, Patterns], ...] = ()

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether the absolute `path`, an entry of the folder, is ignored."""
        for base, patterns in self.rules:
            relative = path[len(base) :].lstrip(os.sep)
            if os.sep != "/":
                relative = relative.replace(os.sep, "/")
            decision = patterns.ignores(relative, is_folder)
            if decision is not None:
                return decision
        return False

    def entered(self, folder: str, entries: set[str]) -> Ignore:
        """The rules within the absolute `folder`, which holds `entries`: these, and those of its own ignore files."""
        added = [
            (folder, patterns)
            for name in reversed(IGNORE_FILES)
            if name in entries and (patterns := _read(os.path.join(folder, name))) is not None
        ]
        return Ignore((*added, *self.rules)) if added else self


def outside(folder: str) -> Ignore:
    """The rules that reach into the absolute `folder` from above it:

    its repository's root and the folders in between.
    """
    root = _repository_of(folder)
    if root is None:
        return Ignore()
    rules = Ignore()
    exclude = _read(os.path.join(root, ".git", "info", "exclude"))
    if exclude is not None:
        rules = Ignore(((root, exclude),))
    between = os.path.relpath(folder, root)
    at = root
    for part in [] if between == os.curdir else between.split(os.sep):
        rules = rules.entered(at, {name for name in IGNORE_FILES if os.path.isfile(os.path.join(at, name))})
        at = os.path.join(at, part)
    return rules


def _repository_of(folder: str) -> str | None:
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _read(path: str) -> Patterns | None:
    """The patterns of a file, or None if there are none or it cannot be read."""
    try:
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            return Patterns(file.read().split("\n")) or None
    except OSError:
        return None

"""Whether a path belongs to the workspace's sources: below a root, of a known language, not hidden, not a link, not
ignored, nobody else's code.

The same answers as a walk over the root gives, for one path at a time. Rules are remembered by folder: make a new one
when an ignore file changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from aiccl_converter.files import ignore, skip
from aiccl_converter.files.patterns import Patterns
from aiccl_converter.source.detect import language_of


def is_source_name(name: str) -> bool:
    """Whether a file's name is that of a known language."""
    return language_of(name) is not None


def is_of_interest(name: str) -> bool:
    """Whether a change of a file of that name can matter: a source, or a file of ignore rules."""
    return name in ignore.IGNORE_FILES or (not name.startswith(".") and is_source_name(name))


class Covered:
    """The sources below some roots. `exclude`: patterns as in .gitignore, relative to each root."""

    def __init__(self, roots: Iterable[str], exclude: Sequence[str] = ()) -> None:
        self.roots = tuple(os.path.abspath(root) for root in roots)
        self._exclude = Patterns(exclude)
        self._rules: dict[str, ignore.Ignore | None] = {}

    def file(self, path: str) -> bool:
        """Whether a file, which need not exist any more, is a source of the workspace."""
        folder, name = os.path.split(path)
        root = self._root_of(path)
        if root is None or name.startswith(".") or skip.by_name(name) or not is_source_name(name):
            return False
        rules = self._rules_in(folder, root)
        if rules is None or (rules.rules and rules.ignores(path, False)) or self.excludes(path, root):
            return False
        return not os.path.islink(path)

    def folder(self, path: str) -> bool:
        """Whether a folder is entered."""
        root = self._root_of(path)
        if root is None:
            return False
        return path == root or (self._rules_in(path, root) is not None and not self.excludes(path, root, True))

    def excludes(self, path: str, root: str, is_folder: bool = False) -> bool:
        """Whether the setting `exclude` leaves out a path or a folder above it."""
        if not self._exclude:
            return False
        relative = os.path.relpath(path, root).replace(os.sep, "/")
        parts = relative.split("/")
        for end in range(1, len(parts) + 1):
            if self._exclude.ignores("/".join(parts[:end]), is_folder or end < len(parts)):
                return True
        return False

    def _root_of(self, path: str) -> str | None:
        """The innermost root above a path."""
        above = [root for root in self.roots if path == root or path.startswith(root.rstrip(os.sep) + os.sep)]
        return max(above, key=len, default=None)

    def _rules_in(self, folder: str, root: str) -> ignore.Ignore | None:
        """The rules in force in a folder; None where it is not entered."""
        # From the root down, so that depth costs no recursion.
        missing = []
        at = folder
        while at not in self._rules and at != root:
            missing.append(at)
            at = os.path.dirname(at)
        if at not in self._rules:
            self._rules[root] = ignore.outside(root).entered(root, _names(root))
        rules = self._rules[at]
        for at in reversed(missing):
            rules = self._entered(at, rules)
            self._rules[at] = rules
        return rules

    def _entered(self, folder: str, above: ignore.Ignore | None) -> ignore.Ignore | None:
        name = os.path.basename(folder)
        if above is None or name.startswith(".") or os.path.islink(folder) or above.ignores(folder, True):
            return None
        names = _names(folder)
        return None if skip.is_dependency_folder(name, names) else above.entered(folder, names)


def _names(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))
    except OSError:
        return set()

"""Finds the source files of a folder, in an order that depends on the names alone.

Never follows a symbolic link, never opens anything: a file is judged by its name and its kind. What is passed over
is counted by kind in `Walk.skipped`; what could not be listed, or is no regular file though named like source, is
in `Walk.problems`.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from . import ignore, skip


@dataclass
class Walk:
    """One walk over a folder: iterate over `files()`, then read what was left out."""

    root: str
    #: Whether the name of a file is that of a known language.
    is_source: Callable[[str], bool]
    #: Kind -> how many files and folders were passed over.
    skipped: Counter[str] = field(default_factory=Counter)
    #: (path, reason; advice), for what should have been converted and was not.
    problems: list[tuple[str, str]] = field(default_factory=list)
    #: The folders that were entered, for who wants to watch them.
    folders: list[str] = field(default_factory=list)

    def files(self) -> Iterator[str]:
        """The paths, each beginning with `root` as it was given."""
        absolute = os.path.abspath(self.root)
        # A folder to enter: its path as given, its absolute path, the rules above it.
        stack: list[tuple[str, str, ignore.Ignore] | str] = [(self.root, absolute, ignore.outside(absolute))]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                yield item
                continue
            path, absolute, rules = item
            stack.extend(reversed(self._entries(path, absolute, rules)))

    def _entries(self, path: str, absolute: str, rules: ignore.Ignore) -> list[tuple[str, str, ignore.Ignore] | str]:
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self.problems.append((path, f"{_reason(error)}; check its permissions"))
            return []
        names = {entry.name for entry in found}
        if path != self.root and skip.is_dependency_folder(os.path.basename(path), names):
            self.skipped["dependency folders"] += 1
            return []
        self.folders.append(path)
        rules = rules.entered(absolute, names)
        kept: list[tuple[str, str, ignore.Ignore] | str] = []
        for entry in found:
            if entry.name.startswith("."):
                if entry.name != ".git" and entry.name not in ignore.IGNORE_FILES:
                    self.skipped["hidden"] += 1
                continue
            below = os.path.join(absolute, entry.name)
            kind = _kind(entry)
            if kind == "link":
                self.skipped["links"] += 1
            elif rules.rules and rules.ignores(below, kind == "folder"):
                self.skipped["ignored"] += 1
            elif kind == "folder":
                kept.append((entry.path, below, rules))
            elif word := skip.by_name(entry.name):
                self.skipped[word] += 1
            elif not self.is_source(entry.name):
                self.skipped["of no known language"] += 1
            elif kind == "file":
                kept.append(entry.path)
            else:
                self.problems.append((entry.path, f"is {kind}, no regular file; move it or ignore it"))
        return kept


SPECIAL_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


def _kind(entry: os.DirEntry[str]) -> str:
    """'link', 'folder', 'file', or what else it is."""
    try:
        if entry.is_symlink() or (hasattr(entry, "is_junction") and entry.is_junction()):
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        if entry.is_file(follow_symlinks=False):
            return "file"
        return SPECIAL_KINDS.get(stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode), "something else")
    except OSError as error:
        return f"out of reach ({_reason(error)})"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

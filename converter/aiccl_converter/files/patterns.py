"""Patterns of ignore files, as gitignore(5) defines them, each compiled to one regular expression.

A path is asked about on its own: whoever walks a tree does not enter an ignored folder, so no pattern has to look
at the folders above. (A tie between `*` and `!*/` is then decided as git decides it: by the last that matches this
very path.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

POSIX_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of an ignore file."""

    regex: re.Pattern[str]
    #: Brings back what an earlier pattern ignores.
    negated: bool
    folders_only: bool
    #: Matches the last part of a path, not the whole.
    name_only: bool


class Patterns:
    """The lines of one ignore file. The last that matches decides."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._patterns = [found for line in lines if (found := compile_line(line)) is not None]
        self._patterns.reverse()

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def ignores(self, path: str, is_folder: bool) -> bool | None:
        """Whether `path`, relative to the file's folder and with /, is ignored; None if no pattern matches it."""
        name = path.rpartition("/")[2]
        for pattern in self._patterns:
            if pattern.folders_only and not is_folder:
                continue
            if pattern.regex.fullmatch(name if pattern.name_only else path):
                return not pattern.negated
        return None


def compile_line(line: str) -> Pattern | None:
    """A line as a pattern; None for blank lines and comments."""
    line = line.rstrip("\r\n")
    # Trailing blanks do not count unless a backslash keeps them.
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    if negated:
        line = line[1:]
    folders_only = line.endswith("/")
    line = line.removesuffix("/")
    name_only = "/" not in line
    line = line.removeprefix("/")
    if not line:
        return None
    return Pattern(re.compile(_regex(line), re.DOTALL), negated, folders_only, name_only)


def _regex(glob: str) -> str:
    """The regular expression of a glob, where * and ? stay within one part of a path."""
    out: list[str] = []
    at = 0
    while at < len(glob):
        character = glob[at]
        if character == "*":
            end = at
            while end < len(glob) and glob[end] == "*":
                end += 1
            free = end - at > 1 and (at == 0 or glob[at - 1] == "/")
            slash = re.match(r"\\?/", glob[end:])
            if free and slash:
                out.append("(?:[^/]+/)*")  # **/ at the start or within: any number of folders
                end += slash.end()
            elif free and end == len(glob):
                out.append(".+" if at else ".*")  # /** at the end: all that is inside
            else:
                out.append("[^/]*")
            at = end
        elif character == "?":
            out.append("[^/]")
            at += 1
        elif character == "[":
            found, at = _bracket(glob, at)
            out.append(found)
        elif character == "\\":
            if at + 1 == len(glob):
                return NEVER  # git: a backslash at the end makes a pattern that never matches
            out.append(re.escape(glob[at + 1]))
            at += 2
        else:
            out.append(re.escape(character))
            at += 1
    return "".join(out)


def _bracket(glob: str, at: int) -> tuple[str, int]:
    """A bracket expression from its [ on, and where it ends; one that is never closed matches nothing."""
    end = at + 1
    negated = glob[end : end + 1] in ("!", "^") and glob[end : end + 1] != ""
    if negated:
        end += 1
    parts: list[str] = []
    first = True
    while True:
        if end >= len(glob):
            return NEVER, len(glob)
        character = glob[end]
        if character == "]" and not first:
            break
        first = False
        named = re.match(r"\[:(\w*):\]", glob[end:])
        if named:
            if named[1] not in POSIX_CLASSES:
                return NEVER, len(glob)
            parts.append(POSIX_CLASSES[named[1]])
            end += named.end()
            continue
        low, end = _member(glob, end)
        if glob[end : end + 1] == "-" and glob[end + 1 : end + 2] not in ("", "]"):
            high, end = _member(glob, end + 1)
            if low <= high:
                parts.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            parts.append(re.escape(low))
    inside = "".join(parts)
    if not inside:
        return ("[^/]" if negated else NEVER), end + 1
    return f"(?!/)[{'^' if negated else ''}{inside}]", end + 1


def _member(glob: str, at: int) -> tuple[str, int]:
    if glob[at] == "\\" and at + 1 < len(glob):
        return glob[at + 1], at + 2
    return glob[at], at + 1

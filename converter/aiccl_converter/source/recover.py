"""Healthy units of a file that does not parse: what is being edited is broken, what stands beside it is not.

An unclosed bracket can hide the rest of a file from the parser. Indentation still tells where units begin and end:
lines that may begin one, outside of what parsed well, are cut out with all that is indented below them and parsed where
they stand, the rest of the file left out. What then parses without an error is a unit; where it does not, the lines
within are tried. Positions stay those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from aiccl_converter.errors import ParserStuck
from aiccl_converter.source.grammars import grammar, parse_with

if TYPE_CHECKING:
    from tree_sitter import Tree

    from aiccl_converter.source.chunks import Found
    from aiccl_converter.source.language import Language, NamePath

#: Statements, never units; and lines that only continue or close something.
_NOT_HEADS = re.compile(
    rb"(?:if|else|elif|elsif|for|foreach|while|until|unless|switch|case|default|when|match|try|catch|except|finally|"
    rb"rescue|ensure|do|loop|return|throw|raise|yield|await|with|using|lock|synchronized|begin|end|import|from|package|"
    rb"include|require|new|go|defer|select|delete|print|echo|goto|break|continue|super|this|self)\b"
)
_MAYBE_HEAD = re.compile(rb"[A-Za-z_$~@<\[\"'*]|#\[|\x80-\xff")
_SCOPE = re.compile(rb"\b(?:class|interface|trait|struct|enum|impl|module|object|namespace|mod)\s+([A-Za-z_][\w.:]*)")
_COMMENT = (b"//", b"/*", b"*", b"# ", b"#[", b"@")
_CONTINUED = re.compile(
    rb"[)\]{]|#\s*(?:if|else|elif|endif|define|undef|pragma|line|region)|(?:else|rescue|ensure|where)\b|\w+:\s*$"
)
_CLOSED = re.compile(rb"\}|end\b")
_MOST_TRIES = 2_000
"""Lines tried in one file, and ..."""
_MOST_BYTES = 4
"""... how many times its size is parsed: bounds for files that are of no language at all."""

Finder = Callable[["Tree", bytes, "Language"], "list[Found]"]


def recover(found: list[Found], data: bytes, table: Language, find: Finder) -> list[Found]:
    """The units of a broken file, with those added that stand well by themselves."""
    lines = _Lines(data)
    if len(lines) < 3:
        return found
    kept = [_cut_short(unit, lines) if unit.node.has_error else unit for unit in found]
    healthy = sorted((unit.start, unit.end) for unit in kept if not unit.node.has_error)
    added: list[Found] = []
    taken: list[tuple[int, int]] = []
    scopes: list[tuple[int, str]] = []
    number = tries = reach = 0
    budget = _MOST_BYTES * len(data) + 100_000
    index = 0
    while number < len(lines) and tries < _MOST_TRIES and budget > 0:
        start = lines.text_start(number)
        while index < len(healthy) and healthy[index][0] <= start:
            reach = max(reach, healthy[index][1])
            index += 1
        if start < reach or not lines.may_be_head(number):
            number += 1
            continue
        scopes = [scope for scope in scopes if scope[0] > number]
        last = lines.last_of(number)
        end = lines.text_end(last)
        tries += 1
        budget -= end - start
        units = _parse_alone(data, start, end, number, table, find)
        if units:
            begin = lines.text_start(lines.first_comment(number))
            path = _prefix(scopes, kept, units[0])
            units = [replace(unit, broken=False) for unit in units]
            units[0] = replace(units[0], path=(*path, *units[0].path))
            if begin < units[0].start:
                units[0] = replace(units[0], start=begin)
            added += units
            taken.append((begin, end))
            reach = max(reach, end)
            number = last + 1
            continue
        scope = _SCOPE.search(lines.text(number))
        if scope is not None:
            scopes.append((last + 1, scope[1].decode("utf-8", "replace")))
        number += 1
    if not added:
        return kept
    kept = [unit for unit in kept if not any(begin <= unit.start < end for begin, end in taken)]
    return sorted([*kept, *added], key=lambda unit: (unit.start, -unit.end, unit.node.start_byte))


def _parse_alone(data: bytes, start: int, end: int, row: int, table: Language, find: Finder) -> list[Found]:
    """Units of a piece of the file, parsed where it stands; none unless it parses whole and is a unit."""
    from tree_sitter import Parser, Point, Range

    for before, after in (("", ""), *table.fragments):
        if not before and table.bare_needs:
            continue
        head, tail = before.encode().replace(b"\n", b" "), after.encode()
        if len(head) > start:
            continue
        text = data[: start - len(head)] + head + data[start:end] + tail
        begin, stop = start - len(head), end + len(tail)
        place = Range(Point(row, 0), Point(row + data.count(b"\n", start, end) + 1, 0), begin, stop)
        try:
            tree = parse_with(Parser(grammar(table.name), included_ranges=[place]), text)
        except ParserStuck:
            continue
        if tree.root_node.has_error:
            continue
        units = [unit for unit in find(tree, text, table) if unit.start >= start]
        if units and units[0].start == start and units[0].end >= end - 1:
            return units
    return []


def _cut_short(unit: Found, lines: _Lines) -> Found:
    """A broken unit ends where its indentation says, not where the parser lost it."""
    number = lines.number(unit.node.start_byte)
    end = lines.text_end(lines.last_of(number))
    return replace(unit, end=end, broken=True) if unit.node.start_byte < end < unit.end else unit


def _prefix(scopes: list[tuple[int, str]], kept: list[Found], unit: Found) -> NamePath:
    """Names of the scopes around that the parser did not see."""
    seen = {name for outer in kept if outer.start < unit.start and outer.end >= unit.end for name in outer.path}
    return tuple(name for _, name in scopes if name not in seen and name != unit.path[-1])


class _Lines:
    """Lines of a file, with their indentation."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *(match.end() for match in re.finditer(rb"\r\n?|\n", data))]
        self._starts.append(len(data))
        self._texts: list[bytes] = []
        self._indents: list[int] = []
        for begin, stop in zip(self._starts, self._starts[1:], strict=False):
            line = data[begin:stop].rstrip()
            text = line.lstrip()
            self._texts.append(text)
            self._indents.append(len(line[: len(line) - len(text)].expandtabs(8)) if text else -1)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, number: int) -> bytes:
        return self._texts[number]

    def number(self, offset: int) -> int:
        from bisect import bisect_right

        return min(bisect_right(self._starts, offset), len(self._texts)) - 1

    def text_start(self, number: int) -> int:
        begin = self._starts[number]
        raw = self._data[begin : self._starts[number + 1]]
        return begin + len(raw) - len(raw.lstrip()) if raw.strip() else begin

    def text_end(self, number: int) -> int:
        return self._starts[number] + len(self._data[self._starts[number] : self._starts[number + 1]].rstrip())

    def may_be_head(self, number: int) -> bool:
        """Whether a unit may begin with this line."""
        text = self._texts[number]
        return bool(text) and _MAYBE_HEAD.match(text) is not None and _NOT_HEADS.match(text) is None and text[0] != 42

    def last_of(self, number: int) -> int:
        """The last line of what a line begins, by indentation."""
        margin = self._indents[number]
        last = current = number
        in_head = self._texts[number].startswith((b"@", b"#[", b"["))
        while current + 1 < len(self._texts):
            current += 1
            indent, text = self._indents[current], self._texts[current]
            if indent < 0 or indent > margin:
                if indent >= 0:
                    last = current
                continue
            if indent < margin:
                break
            if _CLOSED.match(text):
                return current
            if in_head:
                in_head = text.startswith((b"@", b"#[", b"["))
            elif not _CONTINUED.match(text):
                break
            last = current
        return last

    def first_comment(self, number: int) -> int:
        """The first line of the comment or attributes right above."""
        while number > 0 and self._texts[number - 1].startswith(_COMMENT):
            number -= 1
        return number

"""Workspace rules: lines that many files of a folder share are written once, in the map layer `project`.

Contract: works on finished documents, so that files are converted alone and in any order. A line (a member, a step, a
run of short steps) that stands in at least `LEAST_FILES` documents word for word, with its brackets in balance, becomes
a rule without parameters, where that saves tokens after its definition and the `uses` of each document are paid.
Putting the lines back gives the very same documents. The result depends only on the documents and their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from aiccl_converter.compiler.filerules import RESERVED
from aiccl_converter.views import FileResult

Count = Callable[[str], int]

LAYER = "project"
LEAST_FILES = 3
LEAST_LENGTH = 24
"""Letters of a line below which it cannot pay."""
LEAST_SAVED = 12
"""Tokens a rule must save over all documents."""

_WORD = re.compile(r"[A-Za-z_]\w*")
_OPENING = re.compile(r'(<comp:code lang="[^"]*"[^>]*level="[^"]*")(>)')
_PLAIN = re.compile(r"[A-Za-z.@^]")


def share(results: Sequence[FileResult], count: Count) -> tuple[str, list[FileResult]]:
    """The layer's text (empty where nothing pays) and the results that use it, in the same order."""
    bodies = [_split(result.text) for result in results]
    holders: Counter[str] = Counter()
    times: Counter[str] = Counter()
    for _, lines, _ in bodies:
        worth = [line for line in lines if len(line) >= LEAST_LENGTH]
        times.update(worth)
        holders.update(set(worth))
    offers = []
    for line, files in holders.items():
        if files < LEAST_FILES or not _PLAIN.match(line) or not _balanced(line):
            continue
        saved = times[line] * (count(line) - 2) - count(line) - 4
        if saved >= LEAST_SAVED:
            offers.append((saved, line))
    if not offers:
        return "", list(results)
    taken = set(RESERVED)
    for result in results:
        taken.update(_WORD.findall(result.text))
    names: dict[str, str] = {}
    for _, line in sorted(offers, key=lambda o: (-o[0], o[1])):
        names[line] = _name(line, taken)
    paid = sum(s for s, _ in offers) - 5 * sum(any(line in names for line in lines) for _, lines, _ in bodies)
    if paid < LEAST_SAVED:
        return "", list(results)
    out = []
    for result, (head, lines, tail) in zip(results, bodies, strict=True):
        if any(line in names for line in lines):
            head = _OPENING.sub(rf'\1 uses="{LAYER}"\2', head, count=1)
            text = head + "\n".join(names.get(line, line) for line in lines) + tail
            result = replace(result, text=text, tokens=count(text))
        out.append(result)
    entries = "\n".join(f"{name}={line}" for line, name in names.items())
    return f"<comp:map:{LAYER}>\n{entries}\n</comp:map:{LAYER}>\n", out


def _split(text: str) -> tuple[str, list[str], str]:
    """A document's head with its maps, the lines of its code, and its end."""
    start = text.find("<comp:code")
    start = text.find(">\n", start) + 2 if start >= 0 else -1
    end = text.rfind("\n</comp:code>")
    if start < 2 or end < start:
        return text, [], ""
    return text[:start], text[start:end].split("\n"), text[end:]


def _balanced(line: str) -> bool:
    """Whether a line's brackets close in it; a bracket in a string counts too, which only makes us leave more alone."""
    stack = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for char in line:
        if char in "([{":
            stack.append(char)
        elif char in pairs and (not stack or stack.pop() != pairs[char]):
            return False
    return not stack and line.count('"') % 2 == 0 and line.count("'") % 2 == 0


def _name(line: str, taken: set[str]) -> str:
    """The first of the line's words that is free, else the first with a number."""
    words: list[str] = [w.lower() for w in re.findall(r"[A-Za-z]{3,}", line)] or ["line"]
    for word in words[:4]:
        if word not in taken:
            taken.add(word)
            return word
    at = 1
    while f"{words[0]}{at}" in taken:
        at += 1
    taken.add(f"{words[0]}{at}")
    return f"{words[0]}{at}"

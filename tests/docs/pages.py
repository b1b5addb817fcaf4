"""The documentation as data: pages, their headings' anchors, links and code blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "editors").glob("*/README.md")])

_BLOCK = re.compile(
    r"^(?:<!-- (?P<note>[^\n]*?) -->\n)?(?P<fence>```+)(?P<mark>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ \t]*$", re.M | re.S
)
_LINK = re.compile(
    r"(?<!!)\[(?:[^\]\n]|\n(?!\n))*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\""
)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and what the comment right above it says (`file: NAME`, `view: LEVEL`)."""

    mark: str
    note: str
    text: str


def page(name: str) -> str:
    """The text of a page below the root."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(m["mark"].strip(), m["note"] or "", m["text"]) for m in _BLOCK.finditer(text)]


def links(text: str) -> list[str]:
    """Where the links and pictures of a page lead, code left out."""
    prose = re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", text))
    return [next(filter(None, m.groups())) for m in _LINK.finditer(prose)]


def anchors(text: str) -> set[str]:
    """What a `#...` may lead to in a page, by GitHub's rules: lower case, marks gone, blanks to dashes, repeats numbered."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", _BLOCK.sub("", text), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        at = 0
        while (name := f"{slug}-{at}" if at else slug) in found:
            at += 1
        found.add(name)
    return found

"""Doc comments without their marks. Pure text work; no syntax tree."""

from __future__ import annotations

import re
from inspect import cleandoc

_OPEN = re.compile(r"^\s*(?:/\*+!?|//+!?|#+|=begin\b|--+)[ \t]?")
_CLOSE = re.compile(r"\s*(?:\*+/|^=end)\s*$")
_STAR = re.compile(r"^\s*\*(?!/)[ \t]?")


def clean_comment(comment: str) -> str:
    """One comment's text: `/** a\\n * b */` gives "a\\nb"."""
    block = comment.lstrip().startswith(("/*", "=begin"))
    lines = _CLOSE.sub("", comment).splitlines() if block else comment.splitlines()
    if not lines:
        return ""
    first = _OPEN.sub("", lines[0])
    rest = [_STAR.sub("", line) if block else _OPEN.sub("", line) for line in lines[1:]]
    return "\n".join(line.rstrip() for line in [first, *rest]).strip()


def clean_comments(comments: list[str]) -> str | None:
    """Comments that stand together, as one text; None where nothing but marks is left."""
    joined = "\n".join(map(clean_comment, comments)).strip()
    return joined or None


def clean_docstring(content: str) -> str | None:
    """What stands between a doc string's quotes, dedented."""
    return cleandoc(content).strip() or None

"""String literals: which hold values, and which are text.

Contract: `"load {id}"` is a `Template` where every `{..}` taken out of it is a whole expression; any other literal is a
`Str` as it stands. The same function serves the parser and whoever compares a source's literals with a view's.
"""

from __future__ import annotations

import re

from .errors import ParseError
from .lexer import MAX_DEPTH
from .precedence import COND
from .tree import Coll, Member, Name, Node, Num, Pair, Post, Raw, Str, Template, Words

FAR = 4000
"""How far a `{` in a string may be from its `}`."""


def parse_string(text: str, pos: int = -1) -> Str | Template:
    """A string literal as the tree holds it: `Template` where `{expr}` stands in it, else `Str` as it is."""
    if "{" not in text:
        return Str(text, pos=pos)
    head = _QUOTED.match(text)
    if head is None:
        return Str(text, pos=pos)
    quote = head.group(2)
    inner = text[head.end() : -len(quote)]
    marked = "$" if quote == "`" else ""
    if head.group(1) not in ("", "f", "F", "$"):
        return Str(text, pos=pos)
    parts = _template_parts(inner, marked, head.group(1) in ("f", "F"))
    if parts is None:
        return Str(text, pos=pos)
    parts = [_requote(p, quote) if isinstance(p, str) else p for p in parts]
    return Template(parts, pos=pos)


_QUOTED = re.compile(r"(f|F|\$|)(\"\"\"|'''|\"|'|`)")
_PATH = re.compile(r"(\.?)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\Z")
_SPEC = re.compile(r"(.+?)(![rsa])?(?::([<>=^+\-#0,.\d]*[A-Za-z%?]?))?\Z", re.S)
_ESCAPED = re.compile(r'\\([\\"])')
_STARTS_EXPR = re.compile(r"[A-Za-z_.($!'\"\[-]")


def _requote(part: str, quote: str) -> str:
    """The text of another quote as it stands in double ones."""
    if len(quote) == 1:
        part = part.replace("\\" + quote, quote)
    return part.replace("\n", "\\n") if quote == "`" else part


def _template_parts(text: str, marked: str, doubled: bool) -> list[str | Node] | None:
    parts: list[str | Node] = []
    hold: list[str] = []
    i, size = 0, len(text)
    closing = _pairs(text)
    found = False
    while i < size:
        j = text.find("{", i)
        k = text.find("}}", i, j if j >= 0 else size)
        if 0 <= k and not marked:
            hold.append(text[i : k + 1])
            i = k + 2
            continue
        if j < 0:
            break
        if text[j + 1 : j + 2] == "{" and not marked:
            hold.append(text[i : j + 1])
            i = j + 2
            continue
        end = closing.get(j, 0)
        node = None
        if j < end <= j + FAR and (not marked or (text[j - 1 : j] == marked and j > i)):
            node = _part(text[j + 1 : end])
        if node is None:
            hold.append(text[i : j + 1])
            i = j + 1
            continue
        found = True
        hold.append(text[i : j - 1] if marked else text[i:j])
        said = "".join(hold)
        if said:
            parts.append(said)
        hold = []
        parts.append(node)
        i = end + 1
    if not found:
        return None
    hold.append(text[i:])
    said = "".join(hold)
    if said:
        parts.append(said)
    return parts


def _pairs(text: str) -> dict[int, int]:
    """Which `}` closes which `{`."""
    out: dict[int, int] = {}
    stack: list[int] = []
    for m in _BRACES.finditer(text):
        if m.group() == "{":
            stack.append(m.start())
        elif stack:
            out[stack.pop()] = m.start()
    return out


_BRACES = re.compile("[{}]")


def _part(text: str) -> Node | None:
    """The expression of one `{..}` in a string, None if it is none."""
    m = _PATH.match(text)
    if m is not None:
        names = m.group(2).split(".")
        node: Node = Member(None, names[0]) if m.group(1) else Name(names[0])
        for name in names[1:]:
            node = Member(node, name)
        return node
    if not _STARTS_EXPR.match(text) or text[-1:].isspace():
        return None
    spec = _SPEC.match(text)
    if spec is not None and (spec.group(2) or spec.group(3)):
        inner = _part(spec.group(1))
        if inner is not None:
            if spec.group(2):
                inner = Post(inner, spec.group(2))
            return Pair(inner, Raw(spec.group(3))) if spec.group(3) else inner
    from .reading.documents import Reader

    try:
        p = Reader(_ESCAPED.sub(r"\1", text) if '\\"' in text else text, True, depth=MAX_DEPTH - 12)
        p.pipe = False
        node = p.expr(COND)
        p.finish()
    except (ParseError, RecursionError):
        return None
    return None if type(node) in (Words, Num, Raw) or type(node) is Coll else node

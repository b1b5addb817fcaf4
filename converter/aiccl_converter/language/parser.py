"""AICCL text to a tree: everything the printer writes, and what a large model writes freely.

Contract: these functions read in linear time and never crash or hang. By default they are tolerant: what is no
expression becomes `Words` (terse English), what is no operand `Raw`, and only what the lexer refuses (brackets that do
not pair, strings cut off, control characters) or what is nested too deep is an error. `strict=True` raises where a
mark stands that no form has.
"""

from __future__ import annotations

import re

from .errors import ParseError
from .reading.documents import Reader
from .strings import parse_string
from .tree import CodeBlock, Coll, Do, Document, MapBlock, Node, Raw

__all__ = ["ParseError", "parse_document", "parse_expr", "parse_members", "parse_steps", "parse_string", "parse_unit"]


def parse_unit(text: str, *, strict: bool = False) -> Node:
    """One unit: a function as header and steps, or a class, a route, a constant."""
    p = Reader(text, strict)
    node = p.alone()
    p.finish()
    return node


def parse_steps(text: str, *, strict: bool = False) -> list[Node]:
    """Steps without a header."""
    p = Reader(text, strict)
    steps = p.steps("")
    p.finish()
    return steps


def parse_expr(text: str, *, strict: bool = False) -> Node:
    """One expression, as it stands between parentheses."""
    p = Reader(text, strict)
    p.pipe = False
    node = p.one_of_group()
    if p.word[p.i] == ",":
        node = Coll("", p.more(node), pos=node.pos)
    p.finish()
    return node


def parse_members(text: str, *, strict: bool = False, in_class: bool = False) -> list[Node]:
    """Units and steps of a file or a class, as they stand in a `<comp:code>` block."""
    p = Reader(text, strict)
    nodes = p.members("", in_class)
    p.finish()
    return nodes


BASE = "1"
"""The layer that is told in words, for readers: the base map."""

_BLOCK = re.compile(r"<comp:(map|code)([^<>\n]*)>")
_ATTRIBUTE = re.compile(r'\s*([\w-]+)\s*=\s*"([^"\n]*)"')


def parse_document(text: str, *, strict: bool = False) -> Document:
    """A whole document: maps and code blocks in order. A text without an envelope is one code block."""
    blocks: list[Node] = []
    at = 0
    while True:
        m = _BLOCK.search(text, at)
        if m is None:
            break
        _only_blank(text, at, m.start(), strict)
        kind, head = m.group(1), m.group(2)
        close = _closing(text, kind, m.end())
        if close is None:
            raise ParseError(
                f"<comp:{kind}> is never closed", text, m.start(), f"the text may be cut off; </comp:{kind}> is missing"
            )
        name = re.match(r":([\w.-]+)", head)
        if name is not None and name.group(1) == BASE:
            told: list[Node] = [Do(Raw(text[m.end() : close.start()]))]
            blocks.append(MapBlock(BASE, "", told, pos=m.start()))
            at = close.end()
            continue
        attrs = dict(_ATTRIBUTE.findall(head))
        inner = Reader(text[m.end() : close.start()], strict, text, m.end())
        if kind == "map":
            entries = inner.rules()
            blocks.append(MapBlock(name.group(1) if name else "", attrs.get("uses", ""), entries, pos=m.start()))
        else:
            blocks.append(CodeBlock(attrs, inner.block(), pos=m.start()))
        inner.finish()
        at = close.end()
    if not blocks:
        p = Reader(text, strict)
        blocks.append(CodeBlock({}, p.block(), pos=0))
        p.finish()
    else:
        _only_blank(text, at, len(text), strict)
    return Document(blocks, pos=0)


def _closing(text: str, kind: str, start: int) -> re.Match[str] | None:
    """The tag that closes a block: on the line of its opening, else the first that has a line of its own (a string of
    the code may hold one), else any."""
    tag = rf"</comp:{kind}(?::[\w.-]+)?>"
    line_end = text.find("\n", start)
    same_line = re.compile(tag).search(text, start, len(text) if line_end < 0 else line_end)
    return (
        same_line or re.compile(rf"^{tag}(?=[ \t]*$)", re.M).search(text, start) or re.compile(tag).search(text, start)
    )


def _only_blank(text: str, lo: int, hi: int, strict: bool) -> None:
    if strict and text[lo:hi].strip():
        raise ParseError("text outside of a block", text, lo, "put it into <comp:code>, or take it out")

"""A squeezed text laid out again for people: lines, indentation by nesting, blanks around operators.

The result is read again; where it is not the same program, a plainer layout is tried, in the end the text as it is.
"""

from __future__ import annotations

from itertools import pairwise

from aiccl_converter.levels.exact.layouts import layout
from aiccl_converter.levels.exact.leaves import Leaf, Reading, read
from aiccl_converter.source.language import language

_AROUND = frozenset(
    "= == === != !== < > <= >= + - * / % // ** && || ?? += -= *= /= %= := => -> | & ^ << >> ? : |= &= ?: .. "
    "and or".split()
)
_BEHIND = frozenset(
    "if elif for foreach while switch catch return in not and or is match when until unless throw raise case "
    "else".split()
)
_BINARY = (
    "binary",
    "assign",
    "comparison",
    "boolean",
    "conditional",
    "ternary",
    "logical",
    "elvis",
    "match_arm",
    "when",
)
_BEFORE_BLOCK = frozenset("else try do finally loop unsafe async get set init".split())
_BLOCK_OWNERS = (
    "_declaration",
    "_statement",
    "_item",
    "_definition",
    "_clause",
    "_specifier",
    "if_expression",
    "match_expression",
    "for_expression",
    "while_expression",
    "when_expression",
    "func_literal",
    "arrow_function",
    "function_expression",
    "anonymous_function",
)
DEEPEST = 60
"""Levels of indentation that are shown."""
_DECLARATIONS = ("declarat", "spec", "element", "assign")


def restore(text: str, name: str) -> str:
    """The text laid out. A text with comments is a source, not a squeezed text, and comes back as it is."""
    return restore_and_read(text, name)[0]


def restore_and_read(text: str, name: str) -> tuple[str, Reading]:
    """The text laid out, and what reading that gives."""
    name = language(name).name
    reading = read(text, name, split=True)
    if not reading.comments and reading.leaves:
        for spaced in (True, False):
            laid_out = lay_out(reading, name, spaced)
            again = read(laid_out, name)
            if again.same(reading):
                return laid_out, again
    return text, read(text, name)


def lay_out(reading: Reading, name: str, spaced: bool) -> str:
    """Tokens with the layout that people expect."""
    rules = layout(name)
    significant = language(name).layout == "newline"
    # Where the layout is no meaning, thousands of nested brackets must not make lines of thousands of blanks.
    deepest = len(reading.leaves) if language(name).layout == "indent" else DEEPEST
    parts = [reading.leaves[0].text]
    directive = reading.leaves[0].text.startswith("#") and rules.directives
    for before, leaf in pairwise(reading.leaves):
        breaks = leaf.breaks
        if leaf.level >= 0 and not directive and before.kind not in rules.solid and leaf.kind not in rules.solid:
            quiet = leaf.body in rules.quiet and not breaks
            between = (leaf.gap or " ") if quiet else "\n" + rules.tab * min(leaf.level, deepest)
        elif leaf.gap.strip() or before.kind in rules.solid or leaf.kind in rules.solid:
            between = leaf.gap
        elif breaks and (directive or (leaf.text.startswith("#") and rules.directives)):
            between = "\n"
        elif breaks and significant and leaf.join not in rules.markup:
            deeper = leaf.text not in {"end", "}", ")", "]", "else", "elsif", "rescue", "ensure", "when"}
            between = "\n" + rules.tab * min(leaf.inside + deeper, deepest)
        elif leaf.join in rules.markup:
            between = leaf.gap
        elif leaf.gap:
            between = " "
        else:
            between = " " if spaced and not directive and not rules.shy and _wants_blank(before, leaf) else ""
        if rules.directives:
            directive = (directive and "\n" not in between) or leaf.text.startswith("#")
        parts += (between, leaf.text)
    return "".join(parts) + "\n"


def _wants_blank(before: Leaf, leaf: Leaf) -> bool:
    a, b, join = before.text, leaf.text, leaf.join
    if a in {",", ";"}:
        return b not in {")", "]", "}", ";", ","}
    if a in _BEHIND and b not in {")", ";", ",", ":", "."}:
        return True
    if b == "{":
        return a in _BEFORE_BLOCK or (join.endswith(_BLOCK_OWNERS) and (a == ")" or a[-1].isalnum()))
    if (a == "}" and b[0].isalpha() and "jsx" not in join) or (a == ")" and b[0].isalpha() and "cast" not in join):
        return True
    if a == "=" or b == "=":
        return any(word in join for word in (*_DECLARATIONS, *_BINARY)) and "parameter" not in join
    if a in _AROUND or b in _AROUND:
        return any(word in join for word in _BINARY) and "jsx" not in join
    return a == ":" and ("pair" in join or "annotation" in join or "typed" in join)

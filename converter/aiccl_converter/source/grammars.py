"""One parser per language and process, loaded when it is first asked for; no other grammar is imported.

Parsing ends: on some damaged texts tree-sitter's error recovery goes in circles, so it is stopped after a number of
looks that depends on the text alone, and ParserStuck is raised.

TypeScript's `x!` stands closer than any operator; its grammar has it the other way round, `a && b!.c` as `(a && b)!.c`.
Such a text is parsed without these marks, which mean nothing when it runs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from aiccl_converter.source.language import language

if TYPE_CHECKING:
    import tree_sitter


@cache
def grammar(name: str) -> tree_sitter.Language:
    """The tree-sitter language of a language of ours."""
    import tree_sitter

    module, function = language(name).grammar
    return tree_sitter.Language(getattr(import_module(module), function)())


@cache
def parser(name: str) -> tree_sitter.Parser:
    """The process's parser for a language."""
    import tree_sitter

    return tree_sitter.Parser(grammar(name))


def parse(data: bytes, name: str, marks: bool = False) -> tree_sitter.Tree:
    """Parse bytes; a tree comes back also where the text is not of the language, with ERROR nodes in it. `marks`: the
    tree has every mark of the text, at the price of what the grammar takes them for."""
    tree = parse_with(parser(name), data)
    return tree if marks or name not in _ASSERTING or not _ASSERTION.search(data) else _asserted(tree, data, name)


_ASSERTING = frozenset({"typescript", "tsx"})
_ASSERTION = re.compile(rb"[\w)\]]!(?!=)")
_TIGHT = frozenset(
    {
        "identifier",
        "this",
        "member_expression",
        "subscript_expression",
        "call_expression",
        "parenthesized_expression",
        "non_null_expression",
    }
)
"""What an assertion may stand behind as the grammar has it."""


def _asserted(tree: tree_sitter.Tree, data: bytes, name: str) -> tree_sitter.Tree:
    """The tree without assertions, where the grammar took one for that of a whole operation."""
    marks: list[int] = []
    loose = False
    stack = [tree.root_node]
    while stack:
        node = stack.pop()
        if node.type == "non_null_expression":
            marks.append(node.end_byte - 1)
            loose = loose or node.named_children[0].type not in _TIGHT
        stack.extend(
            child for child in node.named_children if _ASSERTION.search(data, child.start_byte, child.end_byte)
        )
    if not loose:
        return tree
    plain = bytearray(data)
    for at in marks:
        plain[at] = 0x20
    again = parse_with(parser(name), bytes(plain))
    if again.root_node.has_error:
        return tree
    # taken over as it is, but with the texts of its nodes from the data as given
    return parser(name).parse(data, again)


LEAST_LOOKS = 1000
BYTES_A_LOOK = 8
"""The parser reports some hundred steps at a time: sound code takes a report for 70 bytes or more, the worst of damaged
code one for 30."""


def parse_with(own: tree_sitter.Parser, data: bytes) -> tree_sitter.Tree:
    """The same with a parser of the caller's. Raises ParserStuck."""
    left = LEAST_LOOKS + len(data) // BYTES_A_LOOK

    def is_enough(_offset: int, _wrong: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    try:
        seen = own.parse(lambda offset, _point: data[offset:], progress_callback=is_enough)
    except ValueError:
        own.reset()
        from aiccl_converter.errors import ParserStuck

        raise ParserStuck from None
    # Only a tree of bytes gives the texts of its nodes quickly; a sound one is taken over as it is.
    return own.parse(data) if seen.root_node.has_error else own.parse(data, seen)

"""One parser per language and process, loaded when it is first asked for; no other grammar is imported.

Parsing ends: on some damaged texts tree-sitter's error recovery goes in circles, so it is stopped after a number of
looks that depends on the text alone, and ParserStuck is raised.
"""

from __future__ import annotations

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


def parse(data: bytes, name: str) -> tree_sitter.Tree:
    """Parse bytes; a tree comes back also where the text is not of the language, with ERROR nodes in it."""
    return parse_with(parser(name), data)


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

"""One parser per language and process, loaded when it is first asked for; no other grammar is imported."""

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
    """Parse bytes; a tree always comes back, with ERROR nodes where the text is not of the language."""
    return parser(name).parse(data)

"""Source files into chunks, by tree-sitter and one table per language.

`chunks(data, language)` and `language_of(path, head)` are what most callers need; `parse_fragment` parses what is no
file of its own. Importing this package imports no grammar.
"""

from __future__ import annotations

from aiccl_converter.source.chunk import Chunk
from aiccl_converter.source.chunks import Found, chunk_tree, chunks, find_units
from aiccl_converter.source.detect import language_of
from aiccl_converter.source.grammars import grammar, parse, parser
from aiccl_converter.source.language import Language, Unit, language
from aiccl_converter.source.languages import FILES
from aiccl_converter.source.wrap import Fragment, parse_fragment

#: The languages' names, in the order they are listed to users.
LANGUAGES: tuple[str, ...] = tuple(FILES)

__all__ = [
    "LANGUAGES",
    "Chunk",
    "Found",
    "Fragment",
    "Language",
    "Unit",
    "chunk_tree",
    "chunks",
    "find_units",
    "grammar",
    "language",
    "language_of",
    "parse",
    "parse_fragment",
    "parser",
]

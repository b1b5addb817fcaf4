"""One text to what the index holds of it. Whatever is wrong with a text is a line that says so, never an exception."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aiccl_converter.errors import AICCLError, UnknownLanguage
from aiccl_converter.files import deep
from aiccl_converter.files.read import Source, decode, read_source
from aiccl_converter.files.skip import by_content
from aiccl_converter.source.detect import language_of

from aiccl_server.index.added import Content, content_of

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.views import FileResult

#: The levels that are kept. The exact level is the text itself, squeezed in milliseconds when it is asked for.
LEVELS = ("flow", "outline")


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text in the form that is hashed and converted, or the reason why there is none."""

    text: str = ""
    hash: str = ""
    language: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """The content, with the result it comes from; or the reason why there is none."""

    content: Content | None = None
    flow: FileResult | None = None
    problem: str | None = None


def read(path: str, given: str | None, max_bytes: int) -> Text:
    """The text at a path, or the given one in its place. Raises FileNotFoundError where nothing is there."""
    import hashlib

    try:
        if given is None:
            os.stat(path)
            source: Source = read_source(path, max_bytes)
        else:
            source = decode(given.encode("utf-8", "replace"), max_bytes)
        language = language_of(path, source.text[:4096].encode())
        if language is None:
            raise UnknownLanguage(path)
    except FileNotFoundError:
        raise
    except (AICCLError, OSError) as error:
        return Text(problem=str(error))
    if given is None and (word := by_content(source.text)):
        return Text(problem=word)
    return Text(source.text, hashlib.sha256(source.text.encode()).hexdigest(), language)


def convert(text: Text, path: str, tokenizer: str) -> Conversion:
    """The chunks and views of a text."""
    try:
        return deep.call(_convert, text, os.path.basename(path), tokenizer)
    except AICCLError as error:
        return Conversion(problem=str(error))
    except RecursionError:
        return Conversion(problem="nested too deeply")
    except MemoryError:
        return Conversion(problem="needs more memory than the worker may use")
    except Exception as error:
        return Conversion(problem=f"internal error ({type(error).__name__}: {error})")


def _convert(text: Text, name: str, tokenizer: str) -> Conversion:
    converter = _converter(tokenizer)
    results = {level: converter.convert_to_aiccl(text.text, text.language, level, name) for level in LEVELS}
    for result in results.values():
        if result.error is not None:
            return Conversion(problem=result.error)
    return Conversion(content_of(results), results["flow"])


@cache
def _converter(tokenizer: str) -> AICCLConverter:
    from aiccl_converter.converter import AICCLConverter

    return AICCLConverter(tokenizer=tokenizer)

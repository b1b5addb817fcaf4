"""AICCL documents as the command reads them: the envelopes of a text, each with its map, language, path and level.

A text without an envelope is one document, of no language and of level flow. What is cut off or hostile raises
InvalidView with the line.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from ..errors import AICCLError, InvalidView
from ..files.names import shown
from ..files.read import decode, read_source
from .inputs import STANDARD_INPUT

_TAG = re.compile(r"^<(/?)comp:(map|code)\b([^>\n]*)>[ \t]*$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"\n]*)"')


@dataclass(frozen=True, slots=True)
class Document:
    """One code block, and the map in front of it."""

    text: str
    body: str
    language: str | None = None
    path: str | None = None
    level: str = "flow"
    #: The map's envelope, with what is in it.
    map: str = ""


def read(path: str) -> str:
    """The text of a file, or of standard input for "-". Raises an AICCLError that names it."""
    try:
        if path == STANDARD_INPUT:
            return decode(sys.stdin.buffer.read()).text
        return read_source(path).text
    except AICCLError as error:
        name = "<stdin>" if path == STANDARD_INPUT else shown(path)
        raise InvalidView(f"{name}: {error}") from None


def split(text: str) -> list[Document]:
    """The documents of a text. Raises InvalidView."""
    if not text.strip():
        raise InvalidView("the view is empty; give the output of `aiccl compress`")
    found: list[Document] = []
    begun: re.Match[str] | None = None
    maps = ""
    for tag in _TAG.finditer(text):
        closing, name = bool(tag[1]), tag[2]
        if begun is None and closing:
            raise _bad(text, tag.start(), f"</comp:{name}> closes nothing")
        if begun is None:
            begun = tag
        elif not closing or name != begun[2]:
            if begun[2] == "code":
                continue  # text of the source itself, which may hold such a line
            raise _bad(text, tag.start(), f"<comp:{begun[2]}> is not closed before this")
        else:
            if name == "map":
                maps += text[begun.start() : tag.end()] + "\n"
            else:
                attributes = dict(_ATTRIBUTE.findall(begun[3]))
                body = text[begun.end() + 1 : tag.start()].removesuffix("\n")
                whole = maps + text[begun.start() : tag.end()] + "\n"
                level = attributes.get("level", "flow")
                found.append(Document(whole, body, attributes.get("lang"), attributes.get("path"), level, maps))
                maps = ""
            begun = None
    if begun is not None:
        raise _bad(text, begun.start(), f"<comp:{begun[2]}> is never closed: the view is cut off")
    return found or [Document(text, text)]


def _bad(text: str, at: int, what: str) -> InvalidView:
    return InvalidView(f"line {text.count(chr(10), 0, at) + 1:,}: {what}; give the whole output of `aiccl compress`")

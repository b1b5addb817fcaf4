"""The expansion prompt: base map, view and target language put into the template."""

from __future__ import annotations

from aiccl_converter.expansion.template import SYSTEM, USER
from aiccl_converter.source.language import language as table_of

_BASE_MAP_TAG = "<comp:map:1>"


def prompt(view: str, language: str) -> str:
    """What a large model is asked to write `language` from a view, a document or its body.

    Raises UnknownLanguage. The base map is left out where the view brings its own.
    """
    table = table_of(language)
    parts = {
        "base_map": "" if _BASE_MAP_TAG in view else base_map(view, table.name),
        "language": table.title or table.name,
        "view": view.strip("\n"),
    }
    return USER.format_map(parts).lstrip("\n") + "\n"


def system() -> str:
    """The system prompt that goes with it."""
    return SYSTEM


def base_map(view: str, language: str) -> str:
    """The base map of AICCL-1, in its envelope, with what it says of the view's languages; of `language` where the view
    names none."""
    from aiccl_converter.language import basemap

    return basemap.text(languages=basemap.languages_of(view) or {language}).strip("\n")

"""Results as text, Markdown or JSON. The same results always give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..version import VERSION
from . import figures

if TYPE_CHECKING:
    from ..views import FileResult, View

#: What `schema` says in JSON: raised when a key is renamed or removed.
SCHEMA = 1

SUFFIXES = {"text": ".aiccl", "markdown": ".md", "json": ".json"}


def as_text(results: Sequence[FileResult], prologue: str = "") -> str:
    """The documents, one after another."""
    return "".join(_ended(text) for text in (prologue, *(result.text for result in results)) if text)


def as_markdown(results: Sequence[FileResult], prologue: str = "") -> str:
    """A heading, the figures and the document of each file."""
    parts = []
    if prologue:
        parts.append(f"# Base map\n\n{_fenced(prologue)}")
    for result in results:
        heading = str(result.path).replace("`", "'")
        parts.append(f"# `{heading}`\n\n{_markdown_figures(result)}\n\n{_fenced(result.text)}")
    return "\n".join(parts)


def as_json(
    results: Sequence[FileResult],
    skipped: Mapping[str, int],
    problems: Sequence[tuple[str, str]],
    prologue: str = "",
) -> str:
    """Everything, for programs: see docs/command.md for the keys."""
    source_tokens = sum(result.source_tokens for result in results)
    tokens = sum(result.tokens for result in results)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "aiccl": VERSION,
        "source_tokens": source_tokens,
        "tokens": tokens,
        "ratio": round(figures.times(source_tokens, tokens), 4),
        "score": round(figures.score(results), 4),
        "files": [file_record(result) for result in results],
        "skipped": dict(sorted(skipped.items())),
        "problems": [{"path": path, "problem": what} for path, what in problems],
    }
    if prologue:
        document["base_map"] = prologue
    return dumps(document)


def file_record(result: FileResult) -> dict[str, Any]:
    """One file as JSON has it."""
    return {
        "path": result.path,
        "language": result.language,
        "level": result.level,
        "tokenizer": result.tokenizer,
        "source_tokens": result.source_tokens,
        "tokens": result.tokens,
        "ratio": round(result.ratio, 4),
        "score": round(result.score, 4),
        "map": result.map,
        "text": result.text,
        "views": [view_record(view) for view in result.views],
    }


def view_record(view: View) -> dict[str, Any]:
    """One view as JSON has it: the place of its chunk in the file, then the view."""
    chunk = view.chunk
    return {
        "kind": chunk.kind,
        "name": chunk.qualified_name,
        "start_byte": chunk.start_byte,
        "end_byte": chunk.end_byte,
        "start": {"line": chunk.start_line, "character": chunk.start_utf16},
        "end": {"line": chunk.end_line, "character": chunk.end_utf16},
        "hash": chunk.hash,
        "level": view.level,
        "made_by": view.made_by,
        "score": round(view.score, 4),
        "invented": list(view.invented),
        "left_out": list(view.left_out),
        "rules": list(view.rules),
        "source_tokens": view.source_tokens,
        "tokens": view.tokens,
        "ratio": round(view.ratio, 4),
        "text": view.text,
    }


def dumps(document: Any) -> str:
    """JSON for people and programs."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _markdown_figures(result: FileResult) -> str:
    rows = [
        ("language", result.language),
        ("level", result.level),
        (f"tokens ({result.tokenizer})", f"{result.source_tokens:,} -> {result.tokens:,} ({result.ratio:.2f}x)"),
        ("fidelity", f"{result.score:.2f}"),
    ]
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)


def _fenced(text: str) -> str:
    """A code block whose fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}aiccl\n{_ended(text)}{fence}\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"

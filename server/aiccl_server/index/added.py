"""What a worker adds to the index: a text once converted, and what stands at a path. Rows in the tables' order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiccl_converter.views import FileResult, View

    from aiccl_server.index.records import StoredView


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at a path. Without a `hash`, `problem` says why it has no chunks."""

    path: str
    mtime_ns: int
    size: int
    hash: str = ""
    language: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A text's chunks, and their views at all levels that were made."""

    hash: str
    language: str
    source_tokens: int
    tokens: int
    score: float
    chunks: list[tuple[Any, ...]]
    views: list[tuple[Any, ...]]


def content_of(results: Mapping[str, FileResult]) -> Content:
    """The content of one text, from its results by level; `flow` gives the figures."""
    flow = results["flow"]
    chunks = [
        (
            chunk.kind,
            chunk.name,
            chunk.qualified_name,
            chunk.start_line,
            chunk.start_utf16,
            chunk.end_line,
            chunk.end_utf16,
            chunk.parent,
            bytes.fromhex(chunk.hash),
        )
        for chunk in (view.chunk for view in flow.views)
    ]
    views = [
        _row(view, result.map if view.chunk.kind == "module" else "")
        for result in results.values()
        for view in result.views
    ]
    module = flow.views[0].chunk
    return Content(module.hash, flow.language, flow.source_tokens, flow.tokens, flow.score, chunks, views)


def _row(view: View, shared: str) -> tuple[Any, ...]:
    chunk = view.chunk
    return (
        bytes.fromhex(chunk.hash),
        view.level,
        chunk.language,
        view.text.encode("utf-8", "replace").decode(),
        shared,
        view.made_by,
        view.score,
        json.dumps(view.left_out),
        json.dumps(view.rules),
        view.tokens,
        view.source_tokens,
    )


def view_row(view: StoredView) -> tuple[Any, ...]:
    """A view as a row for `Writer.add_view`."""
    return (
        bytes.fromhex(view.hash),
        view.level,
        view.language,
        view.text.encode("utf-8", "replace").decode(),
        view.map,
        view.made_by,
        view.score,
        json.dumps(view.left_out),
        json.dumps(view.rules),
        view.tokens,
        view.source_tokens,
    )

"""`aiccl explain FILE:NAME` or `FILE:LINE`:

how the view of one chunk came about: who made it, by which rules, what it left out.
"""

from __future__ import annotations

import argparse
import difflib
import os
from typing import TYPE_CHECKING

from ..bulk import Settings, Task, convert_task
from ..errors import ConversionFailed, NotFound
from ..files.names import shown, told
from . import batch, exits, figures, options, output, render

if TYPE_CHECKING:
    from ..views import FileResult, View


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    chunk = parser.add_argument(
        "chunk",
        metavar="CHUNK",
        help="FILE:NAME, such as app/auth.py:Users.login, or FILE:LINE for the innermost chunk at a line",
    )
    options.completes(chunk)
    options.level(parser)
    options.formats(parser, "text", "json")
    options.tokenizer(parser)
    options.language(parser, "the language of FILE (default: by its name)")


def run(arguments: argparse.Namespace) -> int:
    """Convert the file and tell of the one chunk."""
    path, wanted = _parts(arguments.chunk)
    settings = Settings((arguments.level,), arguments.tokenizer)
    task = Task(path, shown(path), language=batch.known_language(arguments.language), named=True, told=told(path))
    outcome = convert_task(settings, task)
    if outcome.problem is not None:
        raise ConversionFailed(f"{task.shown}: {outcome.problem}")
    if outcome.skipped is not None:
        raise ConversionFailed(f"{task.shown}: {outcome.skipped}; nothing to convert")
    result = outcome.results[arguments.level]
    view = _chosen(result, wanted, task.shown)
    if arguments.format == "json":
        record = {"path": result.path, "language": result.language, "tokenizer": result.tokenizer}
        output.write(render.dumps({**record, **render.view_record(view)}), None)
    else:
        output.write(_told(view, result), None)
    return exits.OK


def _parts(chunk: str) -> tuple[str, str]:
    """File and name:

    the longest existing file in front of a colon, since a name (`A::b`) and a path may hold colons.
    """
    places = [i for i, character in enumerate(chunk) if character == ":"]
    for place in reversed(places):
        if os.path.exists(chunk[:place]) and chunk[place + 1 :]:
            return chunk[:place], chunk[place + 1 :]
    if not places or places == [1]:
        raise NotFound(f"{shown(chunk)}: names no chunk; write FILE:NAME or FILE:LINE")
    raise NotFound(f"{shown(chunk[: places[0]])}: no such file; check the path")


def _chosen(result: FileResult, wanted: str, path: str) -> View:
    """The view of the chunk that a name or line means. Raises NotFound with the nearest names."""
    if wanted.isdecimal():
        line = int(wanted) - 1
        around = [view for view in result.views if view.chunk.start_line <= line <= view.chunk.end_line]
        if not around:
            raise NotFound(f"{path}:{wanted}: no chunk at this line; name one of the file's lines, counted from 1")
        return min(around, key=lambda view: view.chunk.end_byte - view.chunk.start_byte)
    name = wanted.replace("::", ".").replace("#", ".")
    full = [view for view in result.views if view.chunk.qualified_name == name]
    short = full or [view for view in result.views if view.chunk.name == name]
    if len(short) == 1 or full:
        return short[0]
    if short:
        names = ", ".join(dict.fromkeys(view.chunk.qualified_name for view in short))
        raise NotFound(f"{path}:{wanted}: several chunks have this name; choose of {names}, or give a line")
    known = [view.chunk.qualified_name for view in result.views if view.chunk.qualified_name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:3]
    hint = f"; there is {', '.join(near)}" if near else "; the file has no chunks"
    raise NotFound(f"{path}:{wanted}: no such chunk{hint}")


def _told(view: View, result: FileResult) -> str:
    chunk = view.chunk
    place = f"{result.path}:{chunk.start_line + 1}-{chunk.end_line + 1}"
    rows = [
        ("chunk", f"{chunk.kind} {chunk.qualified_name or chunk.name} ({place})"),
        ("tokens", figures.saving(view.source_tokens, view.tokens, result.tokenizer)),
        ("made by", view.made_by),
        ("fidelity", f"{view.score:.2f}"),
        ("rules", ", ".join(view.rules) or "none"),
        ("left out", "; ".join(view.left_out) or "nothing"),
        ("invented", ", ".join(view.invented) or "nothing"),
    ]
    return "".join(f"{name + ':':<10} {value}\n" for name, value in rows) + f"\n{view.text.rstrip()}\n"

"""What the editor may offer on a unit: code actions, code lenses (off by default), and in a view's document links to
the source of each unit. All of it from what is there already.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from aiccl_server import commands, uris, virtual
from aiccl_server import engine as engines
from aiccl_server.analysis import Analysis, Unit
from aiccl_server.documents import Snapshot
from aiccl_server.errors import ServerError

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer

KIND = "aiccl.view"
"""The kind of our code actions: they change nothing, so they are no refactorings."""


def actions(server: AicclServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Views of the unit around the cursor or of the selection, when asked for them."""
    wanted = params.context.only
    if wanted is not None and not any(kind == "" or KIND == kind or KIND.startswith(f"{kind}.") for kind in wanted):
        return []
    if params.context.trigger_kind == types.CodeActionTriggerKind.Automatic and wanted is None:
        return []
    document = server.documents.get(params.text_document.uri)
    analysis = server.desk.get(params.text_document.uri)
    if document is None or analysis is None or document.path is None or analysis.snapshot.text != document.text:
        return []
    unit = analysis.innermost(document.lines.offset(params.range.start))
    if unit is None:
        return []
    whole = unit.chunk.kind == "module"
    name = os.path.basename(document.path) if whole else unit.chunk.qualified_name
    place = None if whole else (unit.chunk.start_line, unit.chunk.end_line)
    span = None if whole else document.lines.range(unit.start, unit.end)
    out = [
        _action(f"AICCL: show {level} of {name}", commands.SHOW, [uris.virtual_uri(level, document.path, place)])
        for level in ("flow", "outline", "exact")
    ]
    out.append(
        _action(f"AICCL: copy {name} as prompt", commands.COPY_PROMPT, [document.uri, span, server.settings.level])
    )
    if not whole:
        at = document.lines.position(unit.start if unit.name_start is None else unit.name_start)
        out.append(_action(f"AICCL: what the view of {name} leaves out", commands.EXPLAIN, [document.uri, at]))
    return out


def _action(title: str, command: str, arguments: list[object]) -> types.CodeAction:
    return types.CodeAction(title=title, kind=KIND, command=types.Command(title, command, arguments=arguments))


def lenses(server: AicclServer, uri: str) -> list[types.CodeLens] | None:
    """Tokens and ratio above each function and class. While a text is being typed, those of the last one that was
    analysed stay, so that nothing jumps."""
    analysis = server.desk.get(uri)
    if not server.settings.code_lens_enable or analysis is None or analysis.snapshot.path is None:
        return None
    found = [(unit, _lens(analysis, unit, server.settings.level)) for unit in analysis.units]
    return [lens for _, lens in found if lens is not None]


def _lens(analysis: Analysis, unit: Unit, level: str) -> types.CodeLens | None:
    view = analysis.view(unit, level)
    path = analysis.snapshot.path
    if view is None or unit.chunk.kind == "module" or path is None or view.made_by == "source":
        return None
    start = unit.start if unit.name_start is None else unit.name_start
    title = f"AICCL {view.tokens:,} tokens · {view.ratio:.1f}×"
    target = uris.virtual_uri(level, path, (unit.chunk.start_line, unit.chunk.end_line))
    at = analysis.snapshot.lines.range(start, start + len(unit.chunk.name))
    return types.CodeLens(range=at, command=types.Command(title, commands.SHOW, arguments=[target]))


async def links(server: AicclServer, uri: str) -> list[types.DocumentLink] | None:
    """From each unit's name in a file's view to its place in the source."""
    wanted = uris.parse_virtual(uri)
    if wanted is None or os.path.isdir(wanted.path):
        return None
    opened = server.documents.get(uri)
    source = server.documents.by_path(wanted.path)

    def made() -> list[types.DocumentLink]:
        snapshot = source or virtual.on_disk(wanted.path)
        analysis = server.studio.analyse(snapshot)
        text = opened.text if opened is not None else server.studio.document(snapshot, wanted.level).text
        shown = Snapshot(uri, None, "aiccl", 0, text, server.documents.encoding)
        return [
            types.DocumentLink(
                range=shown.lines.range(
                    shown.lines.offset_in(line, start, "utf-32"), shown.lines.offset_in(line, end, "utf-32")
                ),
                target=f"{uris.uri_of(wanted.path)}#L{unit.chunk.start_line + 1},{unit.chunk.start_utf16 + 1}",
                tooltip=f"{unit.chunk.qualified_name}, line {unit.chunk.start_line + 1}",
            )
            for line, start, end, unit in virtual.links(text, analysis.units)
        ]

    try:
        return await server.engine.submit(made, engines.SOON)
    except ServerError:
        return None

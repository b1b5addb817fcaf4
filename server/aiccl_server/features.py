"""What is announced to the client, each a few lines: the work is in the module of its name."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from aiccl_server import answers, commands, hover, offers, params, uris
from aiccl_server.failures import asked
from aiccl_server.server import AicclServer, plain


def create() -> AicclServer:
    """The server with all its features."""
    server = AicclServer()
    _lifecycle(server)
    _features(server)
    _requests(server)
    commands.register(server)
    return server


def _lifecycle(server: AicclServer) -> None:
    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.started()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def settings(given: types.DidChangeConfigurationParams) -> None:
        raw = plain(given.settings)
        section = raw.get("aiccl", None) if isinstance(raw, dict) else None
        workspace = server.client_capabilities.workspace
        if section is None and workspace is not None and workspace.configuration:
            await server.pull_settings()
        elif section is not None:
            server.take_settings(section)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(given: types.DidChangeWatchedFilesParams) -> None:
        paths = [uris.path_of(change.uri) for change in given.changes]
        server.files_changed([path for path in paths if path])

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(given: types.DidChangeWorkspaceFoldersParams) -> None:
        server.folders_changed([f.uri for f in given.event.added], [f.uri for f in given.event.removed])


def _features(server: AicclServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def on_hover(given: types.HoverParams) -> types.Hover | None:
        document = server.documents.get(given.text_document.uri)
        if document is None or not server.settings.hover_enable:
            return None
        level = server.settings.level
        offset = document.lines.offset(given.position)
        found = server.finder.definition(document, offset, level) or server.finder.use(document, offset, level)
        if found is None:
            return None
        if found.path is not None:
            if found.shown is None:
                server.worker.want(found.path, level, 0)
            elif server.indexing.improves and found.shown.made_by in ("compiler", "outline"):
                server.worker.look(found.path, found.hash)
        return types.Hover(contents=hover.content(found, level, _markdown(server)), range=found.at)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[offers.KIND]))
    def on_actions(given: types.CodeActionParams) -> list[types.CodeAction]:
        return offers.actions(server, given)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def on_lenses(given: types.CodeLensParams) -> list[types.CodeLens] | None:
        return offers.lenses(server, given.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def on_links(given: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        return await offers.links(server, given.text_document.uri)

    @server.feature(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
    async def on_content(given: types.TextDocumentContentParams) -> types.TextDocumentContentResult:
        return types.TextDocumentContentResult(text=await asked(server.virtual.text(given.uri)))


def _requests(server: AicclServer) -> None:
    @server.feature(params.VIEW)
    async def on_view(given: params.ViewParams) -> dict[str, Any] | None:
        level = commands.checked(server, given.level)
        uri = given.text_document.uri
        return await asked(
            answers.view(server, uri, level, position=given.position, range=given.range, name=given.name)
        )

    @server.feature(params.VIEWS)
    async def on_views(given: params.ViewsParams) -> dict[str, Any]:
        return await asked(answers.views(server, given.uri, commands.checked(server, given.level)))

    @server.feature(params.FILES)
    async def on_files(given: params.FilesParams) -> dict[str, Any]:
        return await answers.files(server, given.uri, given.limit)

    @server.feature(params.STATUS)
    async def on_status(_: params.StatusParams) -> dict[str, Any]:
        return await answers.status(server)

    @server.feature(params.DOCUMENT)
    async def on_document(given: params.DocumentParams) -> dict[str, str]:
        return {"uri": given.uri, "text": await asked(server.virtual.text(given.uri))}


def _markdown(server: AicclServer) -> bool:
    text = server.client_capabilities.text_document
    wanted = text.hover.content_format if text is not None and text.hover is not None else None
    return wanted is None or types.MarkupKind.Markdown in wanted

"""LSP on top of pygls, with its gaps closed.

What differs from pygls: a request before `initialize` (-32002) or after `shutdown` (-32600) gets its error; bad
parameters get -32602 instead of silence; a command that is cancelled stops; documents are ours (`documents`); failures
of notifications are logged, not shown in a window; `exit` has the exit code that the specification asks for.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, get_type_hints

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

from aiccl_server import params as own
from aiccl_server.failures import asked
from aiccl_server.transport import Damaged

if TYPE_CHECKING:
    from aiccl_server.server import AicclServer

log = logging.getLogger(__name__)

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
NOT_INITIALIZED = -32002
CANCELLED = -32800


class Protocol(LanguageServerProtocol):
    """One connection."""

    def __init__(self, server: AicclServer, converter: Any) -> None:
        super().__init__(server, converter)
        self.ours = server
        self.initialized = False
        self.cancelled_early: set[int | str] = set()
        """Requests that were cancelled while they waited in the queue. Filled by the reader's thread."""

    def note(self, data: Any) -> None:
        """Called in the reader's thread for each message before it is queued."""
        if isinstance(data, dict) and data.get("method") == types.CANCEL_REQUEST:
            given = data.get("params")
            if isinstance(given, dict) and isinstance(given.get("id"), int | str):
                self.cancelled_early.add(given["id"])

    def receive(self, data: Any) -> int | None:
        """Handle one message. Returns the exit code if it was `exit`."""
        if isinstance(data, Damaged):
            self._refuse(None, PARSE_ERROR, "not JSON")
            return None
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._refuse(
                data.get("id") if isinstance(data, dict) else None, INVALID_REQUEST, "not a JSON-RPC 2.0 message"
            )
            return None
        method = data.get("method")
        if method is not None and not isinstance(method, str):
            self._refuse(data.get("id"), INVALID_REQUEST, "the method has to be a string")
        elif method is None:
            self._deliver(data)
        elif "id" in data:
            self._request(data, method)
        elif method == types.EXIT:
            return 0 if self._shutdown else 1
        elif self.initialized and not self._shutdown:
            if method == types.CANCEL_REQUEST:
                given = data.get("params")
                self.cancelled_early.discard(given.get("id") if isinstance(given, dict) else 0)
            self._deliver(data)
        return None

    def _request(self, data: dict[str, Any], method: str) -> None:
        number = data["id"]
        if not isinstance(number, int | str):
            self._refuse(None, INVALID_REQUEST, "the id has to be a number or a string")
        elif self._shutdown:
            self._refuse(number, INVALID_REQUEST, "the server is shutting down")
        elif not self.initialized and method != types.INITIALIZE:
            self._refuse(number, NOT_INITIALIZED, "not initialized yet")
        elif self.initialized and method == types.INITIALIZE:
            self._refuse(number, INVALID_REQUEST, "initialized already")
        elif number in self.cancelled_early:
            self._refuse(number, CANCELLED, "cancelled")
        else:
            if data.get("params") is None and method in own.WITHOUT_PARAMS:
                data["params"] = {}
            self._deliver(data)

    def _deliver(self, data: dict[str, Any]) -> None:
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            if "method" in data and "id" in data:
                answer = error.to_response_error() if isinstance(error, JsonRpcInvalidParams) else None
                wrong = answer or JsonRpcInvalidParams().to_response_error()
                self._send_response(data["id"], error=wrong)
            elif "id" in data:
                self._handle_response(data["id"], None, types.ResponseError(code=-32603, message="unreadable answer"))
            return
        try:
            self.handle_message(message)
        except Exception:
            log.exception("handling %s", data.get("method"))

    def _refuse(self, number: int | str | None, code: int, message: str) -> None:
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": {"code": code, "message": message}})

    def _handle_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        waiting = self._request_futures.get(msg_id)
        if waiting is None or waiting.done():
            # Nobody waits any more: pygls would raise InvalidStateError.
            self._request_futures.pop(msg_id, None)
            return
        super()._handle_response(msg_id, result, error)

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """The types of our own methods beside those of LSP."""
        return own.REQUESTS.get(method) or types.METHOD_TO_TYPES.get(method, (None,))[0]

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """pygls' own, with what it does not announce by itself."""
        self.ours.starting(params)
        result = yield from super().lsp_initialize(params)
        self.initialized = True
        self.ours.documents.encoding = result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        workspace = result.capabilities.workspace or types.WorkspaceOptions()
        workspace.text_document_content = types.TextDocumentContentOptions(schemes=["aiccl"])
        result.capabilities.workspace = workspace
        result.capabilities.text_document_sync = types.TextDocumentSyncOptions(
            open_close=True,
            change=types.TextDocumentSyncKind.Incremental,
            save=types.SaveOptions(include_text=False),
        )
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is the client's from here on."""
        self.ours.opened(self.ours.documents.open(params.text_document))

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Edits, in their order."""
        document = self.ours.documents.change(params)
        if document is not None:
            self.ours.changed(document)

    @lsp_method(types.TEXT_DOCUMENT_DID_SAVE)
    def lsp_text_document__did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        """The file now holds the buffer's text."""
        self.ours.saved(params.text_document.uri, self.ours.documents.saved(params.text_document.uri, params.text))

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """The file on disk counts again."""
        document = self.ours.documents.get(params.text_document.uri)
        self.ours.documents.close(params.text_document.uri)
        if document is not None:
            self.ours.closed(document)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Any:  # type: ignore[override]
        """Run a command with typed arguments. Being a coroutine, it ends when the request is cancelled."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"no command {params.command!r}")
        try:
            arguments = self._arguments(handler, list(params.arguments or []))
        except Exception as error:
            raise JsonRpcInvalidParams(f"{params.command}: {_first_line(error)}")
        result = handler(*arguments)
        return await asked(result) if inspect.isawaitable(result) else result

    def _arguments(self, handler: Any, given: list[Any]) -> list[Any]:
        """What a client sent as what the command declares. Raises where it does not fit."""
        inspect.signature(handler).bind(*given)
        types_of = [kind for name, kind in get_type_hints(handler).items() if name != "return"]
        return [self._converter.structure(value, kind) for value, kind in zip(given, types_of, strict=False)]


def _first_line(error: Exception) -> str:
    inner = getattr(error, "exceptions", None)
    return _first_line(inner[0]) if inner else (str(error).splitlines() or [type(error).__name__])[0]

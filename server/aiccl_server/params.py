"""Parameters of the requests beside LSP, as docs/protocol.md describes them: names in Python's manner here, in
JavaScript's on the wire. What does not fit is answered with -32602.
"""

from __future__ import annotations

from typing import Any

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, override
from lsprotocol import types
from pygls.protocol import default_converter

VIEW = "aiccl/view"
VIEWS = "aiccl/views"
FILES = "aiccl/files"
STATUS = "aiccl/status"
DOCUMENT = "aiccl/document"
STATUS_CHANGED = "aiccl/statusChanged"
DOCUMENT_CHANGED = "aiccl/documentChanged"

#: Requests whose parameters may be left out or null.
WITHOUT_PARAMS = frozenset({FILES, STATUS})


@attrs.define
class ViewParams:
    """One unit: by position, by range, or by name."""

    text_document: types.TextDocumentIdentifier
    position: types.Position | None = None
    range: types.Range | None = None
    name: str | None = None
    level: str | None = None


@attrs.define
class ViewsParams:
    """A file or folder."""

    uri: str
    level: str | None = None


@attrs.define
class FilesParams:
    """Indexed files below a folder, or of the workspace; how many of them at most."""

    uri: str | None = None
    limit: int | None = None


@attrs.define
class DocumentParams:
    """A virtual document."""

    uri: str


@attrs.define
class StatusParams:
    """Nothing."""


@attrs.define
class ViewRequest:
    id: int | str
    params: ViewParams
    method: str = VIEW
    jsonrpc: str = "2.0"


@attrs.define
class ViewsRequest:
    id: int | str
    params: ViewsParams
    method: str = VIEWS
    jsonrpc: str = "2.0"


@attrs.define
class FilesRequest:
    id: int | str
    params: FilesParams
    method: str = FILES
    jsonrpc: str = "2.0"


@attrs.define
class StatusRequest:
    id: int | str
    params: StatusParams
    method: str = STATUS
    jsonrpc: str = "2.0"


@attrs.define
class DocumentRequest:
    id: int | str
    params: DocumentParams
    method: str = DOCUMENT
    jsonrpc: str = "2.0"


REQUESTS: dict[str, type[Any]] = {
    VIEW: ViewRequest,
    VIEWS: ViewsRequest,
    FILES: FilesRequest,
    STATUS: StatusRequest,
    DOCUMENT: DocumentRequest,
}


def converter() -> cattrs.Converter:
    """pygls' converter, which also reads the classes above, and takes no number for a string."""
    made: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    made.register_structure_hook(int | str, lambda value, _: value)
    made.register_structure_hook(str, _text)
    made.register_structure_hook_func(lambda cls: cls == str | None, lambda v, _: None if v is None else _text(v, str))
    for cls in (ViewParams, ViewsParams, FilesParams, DocumentParams, StatusParams):
        renamed = {a.name: override(rename=_camel(a.name)) for a in attrs.fields(cls)}
        made.register_structure_hook(cls, make_dict_structure_fn(cls, made, **renamed))  # type: ignore[arg-type]
    return made


def _text(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string is needed, not {type(value).__name__}")
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)

"""URIs: of files, and of virtual documents.

A virtual document is `aiccl:///LEVEL/abs/path`, with `?range=LINE-LINE` (0-based, the last one included) for a part
and a `.aiccl` never added, so that the path is the source's own. Paths are as pygls reads them from `file:` URIs,
whichever URI they came in, so that they can be compared: on Windows with backslashes, the drive's letter small. A
share's `\\\\server\\share` is `file://server/share` and `aiccl:///LEVEL//server/share`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from aiccl_converter.views import LEVELS
from pygls.uris import to_fs_path

SCHEME = "aiccl"
_DRIVE = re.compile(r"^[a-zA-Z]:")


@dataclass(frozen=True, slots=True)
class Virtual:
    """What a virtual document shows."""

    level: str
    path: str
    lines: tuple[int, int] | None = None


def path_of(uri: str) -> str | None:
    """The path of a `file:` URI, else None."""
    return to_fs_path(uri) if uri.startswith("file:") else None


def uri_of(path: str) -> str:
    """The `file:` URI of an absolute path."""
    quoted = _quoted(path)
    return f"file:{quoted}" if quoted.startswith("//") else f"file://{quoted}"


def virtual_uri(level: str, path: str, lines: tuple[int, int] | None = None) -> str:
    """The URI of a file's or folder's virtual document."""
    part = f"?range={lines[0]}-{lines[1]}" if lines else ""
    return f"{SCHEME}:///{level}{_quoted(path)}{part}"


def parse_virtual(uri: str) -> Virtual | None:
    """What a URI's virtual document shows, or None where it is no such URI."""
    parts = urlsplit(uri)
    if parts.scheme != SCHEME:
        return None
    level, slash, rest = parts.path.lstrip("/").partition("/")
    if level not in LEVELS or not slash or not rest:
        return None
    path = to_fs_path("file://" + quote("/" + unquote(rest), errors="replace"))
    if not path:
        return None
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", parse_qs(unquote(parts.query)).get("range", [""])[0])
    return Virtual(level, path, (int(found[1]), int(found[2])) if found else None)


def home_of(path: str, roots: Iterable[str]) -> str | None:
    """The innermost of some folders that holds a path, or is it."""
    above = [root for root in roots if path == root or path.startswith(root.rstrip(os.sep) + os.sep)]
    return max(above, key=len, default=None)


def shown_path(path: str, roots: Iterable[str]) -> str:
    """A path as texts show it, which may leave the machine: relative to its workspace folder, with slashes; outside
    of all of them its last part alone."""
    root = home_of(path, roots)
    return os.path.basename(path) if root is None else os.path.relpath(path, root).replace(os.sep, "/")


def key(uri: str) -> str:
    """One spelling of a URI, since clients escape differently."""
    return unquote(uri)


def small_drive(path: str) -> str:
    """A path with its drive's letter small, as those from URIs have it."""
    return _DRIVE.sub(lambda drive: drive[0].lower(), path)


def _quoted(path: str) -> str:
    """The path of a URI: with slashes, a leading one, and two for a share."""
    drive = _DRIVE.match(path)
    if drive or path.startswith("\\\\"):
        path = path.replace("\\", "/")
    start, rest = (f"/{path[0].lower()}:", path[2:]) if drive else ("", path)
    return start + quote(rest if rest.startswith("/") else "/" + rest, errors="surrogateescape")

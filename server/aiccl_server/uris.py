"""URIs: of files, and of virtual documents.

A virtual document is `aiccl:///LEVEL/abs/path`, with `?range=LINE-LINE` (0-based, the last one included) for a part
and a `.aiccl` never added, so that the path is the source's own.
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
_DRIVE = re.compile(r"^/[a-zA-Z]:")


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
    return "file://" + _quoted(path)


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
    path = unquote(rest)
    path = path if re.match(r"^[a-zA-Z]:", path) else "/" + path
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


def _quoted(path: str) -> str:
    slashed = path.replace("\\", "/") if re.match(r"^[a-zA-Z]:", path) else path
    slashed = slashed if slashed.startswith("/") else "/" + slashed
    if _DRIVE.match(slashed):
        return slashed[:3] + quote(slashed[3:], errors="surrogateescape")
    return quote(slashed, errors="surrogateescape")

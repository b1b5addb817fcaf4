"""Which language a file is in: by its name, then by its first line; `.h` by what it holds."""

from __future__ import annotations

import os
import re

from aiccl_converter.source.languages import EXTENSIONS, FILENAMES, SHEBANGS

_INTERPRETER = re.compile(rb"^#!\s*(\S+)(?:\s+(.*))?")
#: What a C header never holds, at a line's start or as a keyword in use.
_CPP_ONLY = re.compile(
    rb"^\s*(?:class\s+\w|namespace\b|template\s*<|using\s+\w|public\s*:|private\s*:|protected\s*:)"
    rb"|\bstd::|\bconstexpr\b|\bnullptr\b|\boperator\s*[=<>+\-*/\[(]|\bvirtual\s+\w|\bnoexcept\b"
    rb"|^\s*#\s*include\s*<(?:string|vector|map|memory|iostream|utility|functional|cstdint|algorithm)>",
    re.MULTILINE,
)
_COMMENTS = re.compile(rb"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
#: What `extern "C"` guards hold is for C++ compilers of a C header.
_GUARDED = re.compile(
    rb"^\s*#\s*if(?:def\s+|\s+defined\s*\(?\s*)__cplusplus\b.*?^\s*#\s*(?:endif|else)", re.DOTALL | re.MULTILINE
)


def language_of(path: str | os.PathLike[str], head: bytes = b"") -> str | None:
    """The language's name, or None. `head` is the beginning of the file (a few kB are enough)."""
    name = os.path.basename(os.fspath(path)).lower()
    _, dot, extension = name.rpartition(".")
    if dot:
        if extension == "h":
            return _header(head)
        known = EXTENSIONS.get("." + extension)
        if known is not None:
            return known
    return FILENAMES.get(name) or _by_shebang(head)


def _by_shebang(head: bytes) -> str | None:
    match = _INTERPRETER.match(head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip())
    if match is None:
        return None
    program = match[1].rsplit(b"/", 1)[-1]
    if program == b"env":
        words = [word for word in (match[2] or b"").split() if not word.startswith(b"-") and b"=" not in word]
        program = words[0].rsplit(b"/", 1)[-1] if words else b""
    plain = program.decode("ascii", "replace").lower()
    return SHEBANGS.get(plain) or SHEBANGS.get(plain.rstrip("0123456789."))


def _header(head: bytes) -> str:
    plain = _GUARDED.sub(b"", _COMMENTS.sub(b"", head))
    return "cpp" if _CPP_ONLY.search(plain) else "c"

"""A decorator's text taken apart: its name and its arguments as texts. Pure functions; nothing here rewrites."""

from __future__ import annotations

import re

_HEAD = re.compile(r"@\s*([\w.\\]+)\s*(?:\((.*)\))?\s*\Z", re.S)
_KEYWORD = re.compile(r"([A-Za-z_]\w*)\s*(?:=|:)(?![=:])\s*(.+)\Z", re.S)
_LITERAL = re.compile(r"""[rR]?(["'])((?:[^\\{}\s]|\{[\w:.*<>?-]*\})*?)\1\Z""")
VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def parts(decorator: str) -> tuple[str, list[tuple[str, str]]] | None:
    """`@app.route("/x", methods=["GET"])` as ("app.route", [("", '"/x"'), ("methods", '["GET"]')])."""
    match = _HEAD.match(decorator)
    if match is None:
        return None
    out: list[tuple[str, str]] = []
    for text in split(match.group(2) or ""):
        keyword = _KEYWORD.match(text)
        out.append((keyword.group(1), keyword.group(2)) if keyword is not None else ("", text))
    return match.group(1), out


def split(text: str) -> list[str]:
    """Arguments apart at their commas: not those in brackets or strings."""
    out: list[str] = []
    depth = start = 0
    quote = ""
    skip = False
    for at, letter in enumerate(text):
        if skip:
            skip = False
        elif quote:
            if letter == "\\":
                skip = True
            elif letter == quote:
                quote = ""
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and not depth:
            out.append(text[start:at].strip())
            start = at + 1
    out.append(text[start:].strip())
    return [piece for piece in out if piece]


def path_of(text: str) -> str | None:
    """A route's path where a literal says it and a view can: no blanks, no braces but around names."""
    match = _LITERAL.match(text)
    return match.group(2) if match is not None else None


def verbs_of(text: str) -> str | None:
    """`["GET","POST"]` as `GET|POST`."""
    inside = text.strip()
    if inside[:1] in "[({" and inside[-1:] in "])}":
        inside = inside[1:-1]
    found: list[str] = []
    for piece in split(inside):
        word = piece.strip("\"'").upper().rsplit(".", 1)[-1].rsplit("_", 1)[-1]
        if word not in VERBS:
            return None
        found.append(word)
    return "|".join(found) or None

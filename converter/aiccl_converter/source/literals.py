"""Text literals taken apart and put together: what the lowerings need to make strings with values in them."""

from __future__ import annotations

from aiccl_converter.language.tree import Node, Str, Template

_ESCAPED_BY_PHP = frozenset('nrtvef01234567xu$"\\')


def double_quoted(literal: str, language: str) -> str | None:
    """The text of a plain literal as it stands between double quotes, None for any other literal (raw, bytes)."""
    if len(literal) < 2 or literal[0] not in "\"'" or literal[-1] != literal[0]:
        return None
    body = literal[1:-1]
    if literal[0] == '"':
        return body
    if language in ("php", "ruby") and "\\" in body:
        out: list[str] = []
        letters = iter(body)
        for letter in letters:
            if letter != "\\":
                out.append(letter)
                continue
            following = next(letters, "")
            if following == "'":
                out.append("'")
            elif following == "\\" or following in _ESCAPED_BY_PHP or language == "ruby":
                out.append("\\\\" + ("" if following == "\\" else following))
            else:
                out.append("\\" + following)
        body = "".join(out)
    else:
        body = body.replace("\\'", "'")
    return body.replace('"', '\\"')


def text_of(node: Node | None, language: str) -> str | None:
    """The text of a string node, between double quotes."""
    return double_quoted(node.text, language) if isinstance(node, Str) else None


def joined(parts: list[str | Node]) -> Node:
    """A template of texts and values in turn; texts alone are a string again."""
    merged: list[str | Node] = []
    for part in parts:
        if isinstance(part, Template):
            merged.extend(part.parts)
        elif isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return Template(merged)

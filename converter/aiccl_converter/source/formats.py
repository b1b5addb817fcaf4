"""A format and its values are one string with values in it: `sprintf("load %s: %s", id, err)` is `"load {id}: {err}"`.

PHP's and Ruby's `sprintf`, Python's `%` and `.format`, Ruby's `%`: another spelling of the same, so it is the
lowering's to fold it. Only where every place of the format meets exactly one value: plain places hold the value alone,
others keep their specification behind a colon (`{price:.2f}`). A format that is translated first (`_("..") % x`) is no
literal and stays as it is, and so do values that may be several (`*args`).
"""

from __future__ import annotations

import re

from aiccl_converter.language.tree import Arg, Call, Coll, Member, Name, Node, Pair, Raw, Spread, Str, Words, walk
from aiccl_converter.source.literals import joined, text_of

_PERCENT = re.compile(
    r"%(?:(?P<at>\d+)\$)?(?:\((?P<key>\w+)\))?(?P<spec>[-+ #0]*\d*(?:\.\d+)?[hlL]?)(?P<kind>[a-zA-Z%])"
)
_PLACE = re.compile(r"\{\{|\}\}|\{(?P<name>[\w.\[\]]*)(?P<conversion>![rsa])?(?::(?P<spec>[^{}]*))?\}|(?P<bad>[{}])")
_KINDS = frozenset("sdiufFgGeExXobcrp")
_PLAIN = frozenset("sd")
_MOST = 24
"""Nodes of a value that still reads well inside a string."""


def percent(form: Node, right: Node, language: str) -> Node | None:
    """`form % right`, None where it stays as it is."""
    if not isinstance(form, Str) or isinstance(right, (Words, Spread)):
        return None
    if isinstance(right, Coll) and right.open in "([{":
        if right.open == "{" and any(not isinstance(i, Pair) for i in right.items):
            return None
        return formatted(form, right.items, language)
    return formatted(form, [right], language)


def formatted(form: Node, values: list[Node], language: str) -> Node | None:
    """`sprintf(form, *values)`, None where it stays as it is."""
    text = text_of(form, language)
    if text is None or any(isinstance(v, (Spread, Arg)) for v in values):
        return None
    named: dict[str, Node] = {}
    for value in values:
        if isinstance(value, Pair):
            label = value.key
            literal = text_of(label, language) if isinstance(label, Str) else None
            if literal is None:
                return None
            named[literal] = value.value
    used = 0
    at = 0
    parts: list[str | Node] = []
    seen: set[str] = set()
    for match in _PERCENT.finditer(text):
        parts.append(text[at : match.start()].replace("\x00", "%"))
        at = match.end()
        kind, spec, key = match["kind"], match["spec"], match["key"]
        if kind == "%":
            parts.append("%")
            continue
        if kind not in _KINDS or "*" in spec:
            return None
        if key is not None:
            if key not in named:
                return None
            value = named[key]
            seen.add(key)
        else:
            place = int(match["at"]) - 1 if match["at"] else used
            if named or not 0 <= place < len(values):
                return None
            value = values[place]
            used = max(used, place + 1) if match["at"] else used + 1
            seen.add(str(place))
        shown = _shown(value, spec + (kind if kind not in _PLAIN or spec else ""))
        if shown is None:
            return None
        parts.append(shown)
    if len(seen) != (len(named) or len(values)) or not seen:
        return None
    rest = text[at:]
    if "%" in _PERCENT.sub("", text):
        return None
    parts.append(rest)
    return joined(parts)


def braces(form: Node, values: list[Node], language: str) -> Node | None:
    """Python's `form.format(*values)`, None where it stays as it is."""
    text = text_of(form, language)
    if text is None or any(isinstance(v, Spread) for v in values):
        return None
    plain = [v for v in values if not isinstance(v, Arg)]
    named = {v.name: v.value for v in values if isinstance(v, Arg)}
    parts: list[str | Node] = []
    seen: set[str] = set()
    at = used = 0
    for match in _PLACE.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
        if match["bad"]:
            return None
        if match["name"] is None:
            parts.append(match.group()[0])
            continue
        head, dot, rest = match["name"].partition(".")
        if "[" in match["name"]:
            return None
        if head == "" or head.isdigit():
            place = int(head) if head else used
            used += not head
            if place >= len(plain):
                return None
            value: Node = plain[place]
            seen.add(str(place))
        elif head in named:
            value = named[head]
            seen.add(head)
        else:
            return None
        for name in rest.split(".") if dot else ():
            value = Member(value, name)
        if match["conversion"]:
            value = Call(Name({"!r": "repr", "!s": "str", "!a": "ascii"}[match["conversion"]]), [value])
        shown = _shown(value, match["spec"] or "")
        if shown is None:
            return None
        parts.append(shown)
    if len(seen) != len(values) or not seen:
        return None
    parts.append(text[at:])
    return joined(parts)


def _shown(value: Node, spec: str) -> Node | None:
    if spec == "r":
        return Call(Name("repr"), [value])
    size = 0
    for item in walk(value):
        size += 1
        if size > _MOST or item.__class__.__name__ in ("Lambda", "Raw", "Template", "Cond", "OrElse", "Comp"):
            return None
        if isinstance(item, Str) and ("\\" in item.text or '"' in item.text[1:-1] or "'" in item.text[1:-1]):
            return None
    return Pair(value, Raw(spec)) if spec else value

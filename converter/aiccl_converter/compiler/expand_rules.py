"""A map's rules put back into the text that uses them: what `filerules` and `aliases` factored out, written in full.

Contract: `expand_rules(map, body)` is the body without uses, for the text between `<comp:map>` tags and the text
between `<comp:code>` tags; `expand_document` the same for whole documents, layers included. Text in, text out: a
parameter stands for its argument wherever the word stands, and `{p}` or `{P}` (capital first letter) within a name or a
string is replaced with its braces. Brackets are put round what would read differently where its use stands. A text
whose map has no rules comes back as it is; nothing raises but a text that is no AICCL (ParseError).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.lexer import END, NAME, NL, ROUTE, STR, Tokens, lex
from aiccl_converter.language.parser import parse_expr, parse_steps
from aiccl_converter.language.tree import (
    Block,
    Build,
    Call,
    Class,
    Coll,
    Do,
    Element,
    Func,
    If,
    Index,
    Member,
    Name,
    Num,
    Str,
    Template,
)

MOST_ROUNDS = 20
"""Rules that use rules that use rules: more than this is a circle."""
MOST_GROWTH = 20
SMALL_GROWTH = 50_000
"""How many times as long as the text an expansion may be, and how long in any case: rules that multiply each other
would fill the memory."""

_STRING = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`'
_WORD = r"[A-Za-z_]\w*"
_PIECE = re.compile(rf"(?P<string>{_STRING})|\{{(?P<hole>{_WORD})\}}|(?P<word>{_WORD})")
_HOLE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Macro:
    """One entry of a map that stands for text."""

    name: str
    params: tuple[str, ...] | None
    """None: used as a bare word, without brackets."""
    body: str


def substituted(body: str, params: tuple[str, ...] | list[str], arguments: list[str] | tuple[str, ...]) -> str:
    """A rule's body with the arguments put in."""
    values = dict(zip(params, arguments, strict=False))
    holes = dict(values)
    for name, value in values.items():
        holes.setdefault(name[:1].upper() + name[1:], value[:1].upper() + value[1:])
    if not values:
        return body

    def piece(m: re.Match[str]) -> str:
        word = m["word"]
        if word is not None:
            return values.get(word, word)
        hole = m["hole"]
        if hole is not None:
            return holes.get(hole, m[0])
        return _HOLE.sub(in_string, m[0])

    def in_string(m: re.Match[str]) -> str:
        inner = m[1]
        if inner in holes:
            return holes[inner]
        return "{" + _PIECE.sub(piece, inner) + "}" if inner else m[0]

    return _PIECE.sub(piece, body)


def macros(text: str) -> dict[str, Macro]:
    """The entries of a map's text, one a line (a line ends where its brackets are closed)."""
    tokens = lex(text)
    found: dict[str, Macro] = {}
    kinds, places = tokens.kind, tokens.pos
    i = 0
    while kinds[i] != END:
        if kinds[i] == NL:
            i += 1
            continue
        end = i
        while kinds[end] not in (NL, END):
            end = tokens.close.get(end, end) + 1
        macro = _macro(tokens, i, end, text[places[i] : places[end]].rstrip())
        if macro is not None:
            found.setdefault(macro.name, macro)
        i = end
    return found


def _macro(tokens: Tokens, start: int, end: int, text: str) -> Macro | None:
    word, place = tokens.word, tokens.pos
    if tokens.kind[start] != NAME:
        return None
    at = start + 1
    params: tuple[str, ...] | None = None
    if word[at] == "(" and not tokens.spaced[at]:
        close = tokens.close[at]
        params = tuple(w for w in word[at + 1 : close] if w != ",")
        at = close + 1
    if word[at] != "=" or at + 1 >= end:
        return None
    return Macro(word[start], params, text[place[at] + 1 - place[start] :])


def expand_rules(map_text: str, body: str) -> str:
    """The body with every use of the map's rules written in full."""
    known = macros(map_text) if map_text.strip() else {}
    if not known:
        return body
    most = MOST_GROWTH * len(body) + SMALL_GROWTH
    for _ in range(MOST_ROUNDS):
        again = _expanded(body, known)
        if again == body:
            return body
        if len(again) > most:
            raise ParseError("the map's rules grow without end", map_text, 0, "a rule must not use itself")
        body = again
    raise ParseError("the map's rules use each other in a circle", map_text, 0, "a rule must not use itself")


def _expanded(text: str, known: dict[str, Macro], where: str = "step") -> str:
    """One round: uses in `text` are replaced, those in what replaces them are left for the next round."""
    tokens = lex(text)
    word, kind, place = tokens.word, tokens.kind, tokens.pos
    out: list[str] = []
    done = 0
    i = 0
    while kind[i] != END:
        if kind[i] == STR and "{" in word[i]:
            new = _HOLE.sub(lambda m: "{" + _in_hole(m[1], known) + "}", word[i])
            if new != word[i]:
                out += (text[done : place[i]], new)
                done = place[i] + len(word[i])
        elif kind[i] == NAME and (macro := known.get(word[i])) is not None and not _is_other(tokens, i, macro):
            end = i
            rows: list[list[str]] = [[]]
            if macro.params is not None:
                end = tokens.close[i + 1]
                rows = _arguments(tokens, text, i + 1, end)
            if all(len(row) == len(macro.params or ()) for row in rows):
                parts = [substituted(macro.body, macro.params or (), row) for row in rows]
                fitted = _fitted(parts, tokens, i, end)
                if i and fitted[:1] in _MERGES and not tokens.spaced[i] and word[i - 1][-1:] in _MERGED:
                    fitted = " " + fitted
                out += (text[done : place[i]], fitted)
                done = place[end] + len(word[end])
                i = end
        i += 1
    out.append(text[done:])
    return "".join(out)


def _in_hole(text: str, known: dict[str, Macro]) -> str:
    if not any(m in known for m in re.findall(_WORD, text)):
        return text
    try:
        return _expanded(text, known, "value")
    except ParseError:
        return text


def _is_other(tokens: Tokens, i: int, macro: Macro) -> bool:
    """Whether the word is a member's name, or not used as the rule demands."""
    if macro.params is not None and (tokens.word[i + 1] != "(" or tokens.spaced[i + 1]):
        return True
    return i > 0 and tokens.word[i - 1] in (".", "?.", "::", "@") and not tokens.spaced[i]


def _arguments(tokens: Tokens, text: str, opening: int, closing: int) -> list[list[str]]:
    """`(a,b;c,d)` as rows of texts."""
    rows: list[list[str]] = [[]]
    if opening + 1 == closing:
        return rows
    start = tokens.pos[opening] + 1
    i = opening + 1
    while True:
        if i == closing or tokens.word[i] in (",", ";"):
            rows[-1].append(text[start : tokens.pos[i]].strip())
            if i == closing:
                return rows
            if tokens.word[i] == ";":
                rows.append([])
            start = tokens.pos[i] + 1
            i += 1
        else:
            i = tokens.close.get(i, i) + 1


_BEFORE_STEP = frozenset(("\n", ";", "{", "", "}"))
_AFTER_STEP = frozenset(("\n", ";", "}", ""))
_BRANCHES = frozenset(("?", ":", "|", ">", "else", "=>"))
"""Marks after which a step may stand as well as a value."""
_MERGES = frozenset(".!^-+*&|=<>([")
_MERGED = frozenset("?^<>=!-+*&|")
"""Marks that would be read as one with what a text begins with."""
_ATOMS = (Call, Name, Num, Str, Template, Member, Index, Element, Coll, Build)


def _fitted(parts: list[str], tokens: Tokens, start: int, end: int) -> str:
    """The texts that a use stands for, with the brackets that its place demands."""
    word = tokens.word
    before = word[start - 1] if start else ""
    after = word[end + 1]
    joined = "\n".join(parts)
    routed = start and tokens.kind[start - 1] == ROUTE  # what a path is given goes on to the end of its line
    if (before in _BEFORE_STEP and after in _AFTER_STEP) or before == "with" or routed:
        return joined
    try:
        if before in _BRANCHES:
            steps = parse_steps(joined)
            if len(steps) != 1 or isinstance(steps[0], (If, Func, Class)):
                return "{" + joined + "}"
            if not isinstance(steps[0], (Do, Block)):
                return joined
        value = parse_expr(joined)
    except ParseError:
        return joined
    return joined if isinstance(value, _ATOMS) else f"({joined})"


_BLOCK = re.compile(
    r"^<comp:(?P<kind>map|code)(?P<layer>:[\w.-]+)?(?P<attrs>[^<>\n]*)>\n(?P<body>.*?)\n?"
    r"^</comp:(?P=kind)(?::[\w.-]+)?>[ \t]*$\n?",
    re.M | re.S,
)


def expand_document(text: str) -> str:
    """A text of documents without maps: every code block with its own map's rules, and those of the named layers before
    it, written in full."""
    layers: dict[str, str] = {}
    own = ""
    out: list[str] = []
    at = 0
    for m in _BLOCK.finditer(text):
        out.append(text[at : m.start()])
        at = m.end()
        if m["kind"] == "map":
            if m["layer"]:
                layers[m["layer"][1:]] = m["body"]
            else:
                own = m["body"]
            continue
        uses = re.search(r'\buses="([^"]*)"', m["attrs"])
        body = m["body"]
        for layer in uses[1].split(",") if uses else ():
            # A layer's lines may use the file's own rules, so it goes first.
            body = expand_rules(layers.get(layer.strip(), ""), body)
        body = expand_rules(own, body)
        attrs = re.sub(r'\s*\buses="[^"]*"', "", m["attrs"])
        out.append(f"<comp:code{attrs}>\n{body}\n</comp:code>\n")
        own = ""
    out.append(text[at:])
    return "".join(out)

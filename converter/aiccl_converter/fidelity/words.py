"""Words: what a name or a literal says, apart from its spelling.

Contract: pure functions over strings, cached where names repeat. `parts` splits a name at its case and underscores and
stems each piece; `said` gives every key under which a word may be recognised (itself, its stem, its concepts);
`literal` and `number` bring literals to one spelling. No tree here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from aiccl_converter.fidelity.vocabulary import CONCEPTS, STOP

IDENT = re.compile(r"[^\W\d]\w*")
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\da-zA-Z_]+")
_HOLE = re.compile(
    r"\$?\{\{?[^{}]*\}?\}|#\{[^{}]*\}|%\([^()]*\)[a-zA-Z]|%[-+#0 ]*[\d*]*(?:\.[\d*]+)?(?:ll?|h|z)?[a-zA-Z%](?![a-zA-Z])"
    r"|%[sdvqwdTfi]|\$[A-Za-z_][\w>-]*(?:\[[^\]]*\])?"
)
_ESCAPE = re.compile(r"\\[nrt0\"'`\\/abfv]|\\u\{?[0-9a-fA-F]{4,6}\}?|\\x[0-9a-fA-F]{2}|\\")
_MARKS = re.compile(r"[\u2010-\u2027\u2030-\u205e\u00a0-\u00bf]")  # a view may write them escaped
_PREFIX = re.compile(r"^[A-Za-z@$]{0,3}#*(?=[\"'`/])")
_CHUNK = re.compile(r"\w+")
_SUFFIX = re.compile(
    r"(?<=[0-9a-fA-F.])(?:[uU]?[lL]{0,2}|[fFdDmMnjJ]|[iu](?:8|16|32|64|128|size)|f(?:32|64)|[lL]?[uU])$"
)

_ENDINGS = (
    ("ically", "ic"), ("ations", "at"), ("ation", "at"), ("nesses", ""), ("ness", ""), ("ibility", "ib"), ("ments", ""),
    ("ment", ""), ("ingly", ""), ("ables", ""), ("able", ""), ("ively", ""), ("ising", "is"), ("izing", "iz"),
    ("ied", "y"), ("ies", "y"), ("ings", ""), ("ing", ""), ("edly", ""), ("ers", ""), ("ors", ""), ("ion", ""),
    ("ions", ""), ("ed", ""), ("er", ""), ("or", ""), ("es", ""), ("ly", ""), ("s", ""), ("e", ""),
)  # fmt: skip


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its ending; rough on purpose (`escaped`, `escapes`, `escaping` and `escape` are one)."""
    w = word.lower()
    if len(w) <= 3:
        return w
    for end, instead in _ENDINGS:
        if w.endswith(end) and len(w) - len(end) + len(instead) >= 3:
            w = w[: len(w) - len(end)] + instead
            break
    if len(w) > 3 and w[-1] == w[-2] and w[-1] not in "aeiouls":
        w = w[:-1]
    return w


@lru_cache(maxsize=65536)
def pieces(name: str) -> tuple[str, ...]:
    """`findByEmail` -> find, by, email."""
    return tuple(p.lower() for p in _PIECE.findall(name))


@lru_cache(maxsize=65536)
def parts(name: str) -> frozenset[str]:
    """The stems of a name's pieces, without articles and the like."""
    got = frozenset(stem(p) for p in pieces(name) if p not in STOP)
    return got or frozenset(stem(p) for p in pieces(name))


def _concepts() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for i, line in enumerate(CONCEPTS.strip().replace("\n  ", " ").splitlines()):
        for word in line.split():
            for form in {word, stem(word)}:
                table.setdefault(form, []).append(f"~{i}")
    return {word: tuple(dict.fromkeys(ids)) for word, ids in table.items()}


@lru_cache(maxsize=1)
def concept_table() -> dict[str, tuple[str, ...]]:
    """Word or stem -> concept ids, built on first use."""
    return _concepts()


@lru_cache(maxsize=65536)
def said(name: str) -> frozenset[str]:
    """Every key a name may be recognised by: its stems and their concepts, and the concepts of the whole name."""
    table = concept_table()
    whole = name.replace("_", "").lower()
    keys = set(parts(name))
    keys.update(table.get(whole, ()))
    for piece in pieces(name):
        keys.update(table.get(piece) or table.get(stem(piece), ()))
    return frozenset(keys)


def bare(word: str) -> str:
    """A word without its mark."""
    return word[1:] if word[:1] in '."#' else word


def is_error(name: str) -> bool:
    """True for a local's name that says that it holds an error."""
    return name in ("err", "error") or name.endswith("Err") or (name[:3] == "err" and name[3:].isdigit())


@lru_cache(maxsize=65536)
def flat(name: str) -> str:
    """The name as the tables spell it: lower case, no `_`, no mark at the end."""
    return name.replace("_", "").rstrip("!?").lower()


@lru_cache(maxsize=65536)
def literal(text: str) -> str:
    """A literal without prefix, quotes and escapes, its holes (`%s`, `{0}`, `{name}`, `${x}`, `#{x}`) all `{}`."""
    body = _PREFIX.sub("", text)
    if len(body) >= 6 and body[:3] == body[-3:] and body[0] in "\"'`":
        body = body[3:-3]
    elif len(body) >= 2 and body[0] in "\"'`/" and body[-1] == body[0]:
        body = body[1:-1]
    elif body[:1] in ("'", '"', "`"):
        body = body[1:]
    return holed(body)


@lru_cache(maxsize=65536)
def holed(text: str) -> str:
    """A literal's text with its holes all `{}`."""
    return squeeze(_HOLE.sub("{}", text))


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Text without escapes, blanks joined: what two spellings of one literal share."""
    return " ".join(_MARKS.sub(" ", _ESCAPE.sub(" ", text)).split())


@lru_cache(maxsize=65536)
def chunks(text: str) -> tuple[str, ...]:
    """The words of a literal's text, holes left out."""
    return tuple(_CHUNK.findall(text.replace("{}", " ")))


@lru_cache(maxsize=65536)
def number(text: str) -> str:
    """A number in one spelling: no `_`, no type suffix, no sign of how it was written (`0x10` is 16, `1.50` is 1.5)."""
    t = text.replace("_", "").replace("'", "")
    try:
        low = t.lower()
        if low[:2] in ("0x", "0b", "0o"):
            digits = (
                re.sub(r"(?:[ul]+|[iu](?:8|16|32|64|128|size))$", "", low)
                if low[1] != "x"
                else re.sub(r"(?:u?l{0,2}|l{0,2}u?)$", "", low)
            )
            return str(int(digits, 0))
        t = _SUFFIX.sub("", t)
        value = float(t)
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    except (ValueError, OverflowError):
        return t

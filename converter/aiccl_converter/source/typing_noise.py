"""Which types a reader of a typed language would guess: they need not be written.

Contract: `written(name, type, usual)` is the type as the view writes it, None where the name says it. `usual` maps a
type's spelling to the kind of value it is in `GUESSES`; nothing here knows a language.
"""

from __future__ import annotations

import re

from .lowering import told_by_name

GUESSES: dict[str, frozenset[str]] = {
    "text": frozenset(
        "name key path dir url uri msg message text str string title label prefix suffix filename file line word"
        " id host addr address namespace pattern format fmt query sql body token user username password email"
        " description desc comment version branch target source src dst kind type typ mode method domain"
        " hostname dirname basename buf s".split()
    ),
    "count": frozenset(
        "i j k n m x y z w h idx index count cnt num len length size offset pos position start end first last from to"
        " lo hi low high width height depth level line row col column limit max min total step stride port timeout"
        " page flags bits status code rc ret fd argc".split()
    ),
    "flag": frozenset(
        "ok enabled disabled force recursive verbose debug flag strict required optional found done exists quiet"
        " dryrun".split()
    ),
}
"""Kind of value -> parameter names that say it (the last word of a name, in lower case)."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_YES_NO = frozenset({"is", "has", "should", "can", "allow", "enable", "use", "with", "no", "want", "need"})
_MARKS = re.compile(r"\b(?:const|struct|enum|union|class|mut|dyn|typename)\b|'\w+|[*&\[\]?\s]")


def written(name: str, type_: str, usual: dict[str, str]) -> str | None:
    """The type to write beside a parameter's name, None where it goes without saying."""
    if not type_:
        return None
    kind = usual.get(type_)
    if kind is not None:
        words = [w.lower() for w in _WORD.findall(name)]
        last = words[-1] if words else name
        if kind == "any" or last in GUESSES.get(kind, ()):
            return None
        return None if kind == "flag" and words and words[0] in _YES_NO else type_
    if type_.startswith("&mut "):
        return type_  # a caller sees that it is changed
    base = _MARKS.sub("", type_).split("<")[0].rsplit(".", 1)[-1].rsplit("::", 1)[-1]
    if told_by_name(name, type_) and len(_WORD.findall(base)) <= len(_WORD.findall(name)):
        return None  # `client` alone does not tell an APIClient
    if base.endswith("_t"):
        base = base[:-2]
    flat, short = base.replace("_", "").lower(), name.replace("_", "").lower()
    if len(flat) < 3 or type_ in usual or flat in _SCALARS:
        return type_
    part = len(short) > 2 and not base[:1].isupper() and (flat.endswith(short) or flat.startswith(short))
    if short == flat or part:
        return None
    return type_


_SCALARS = frozenset(
    "int uint long short char byte rune string str bool float double error any void size ssize uint8 uint16 uint32"
    " uint64 int8 int16 int32 int64 float32 float64 usize isize u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64 func"
    " uintptr complex64 complex128 unsigned signed self".split()
)

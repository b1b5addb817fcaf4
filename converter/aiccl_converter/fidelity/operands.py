"""Compares what is passed, looped over, written: do two operands mean the same thing?

Contract: `Operands.differ(source span, view span)` gives a tag and a reason, or None. Operands are compared by their
keys (locals expanded), so renaming and inlining change nothing; a single name that lives on both sides is compared by
itself; an operand with words that the source has not is English and is judged leniently.
"""

from __future__ import annotations

import re

from aiccl_converter.fidelity.keys import Keys
from aiccl_converter.fidelity.model import Span, Unit
from aiccl_converter.fidelity.vocabulary import CASTS, PLUMBING, STOP, VALUES
from aiccl_converter.fidelity.words import chunks, flat, said

Difference = tuple[str, str]


class Operands:
    """Comparison of operands of the two sides."""

    def __init__(self, source: Keys, view: Keys, known: set[str]) -> None:
        self.source = source
        self.view = view
        self.known = known

    def differ(self, a: Span, au: Unit, b: Span, bu: Unit) -> Difference | None:
        """Why the view's operand `b` cannot be the source's operand `a`."""
        if a[0] >= a[1] or b[0] >= b[1]:
            return None
        x = self.source.words[a[0]] if a[1] - a[0] == 1 else ""
        y = self.view.words[b[0]] if b[1] - b[0] == 1 else ""
        if x and x == y:
            return None
        mine = self.source.of(a, au)
        theirs = self.view.of(b, bu)
        if mine == theirs:
            if x and y and x[0] not in '."#' and y[0] not in '."#' and y in au.defs and x in bu.defs:
                return "name", f"{y}, not {x}"  # both live on both sides: no renaming
            return None
        if not mine or not theirs:
            if theirs and x and y and y[0] not in '."#' and y in self.known and (y in au.params or y in au.defs):
                return "name", f"{y}, not {x}"
            return None
        if y and y[0] not in '."#' and self.wraps(a, y):
            return None  # `uint(n)` for `n`
        lives = y and y[0] not in '."#' and (y in au.params or (y in au.defs and y in bu.defs))
        if lives and a[1] - a[0] <= _LONG:  # by its own name on both sides, so not the renamed operand
            if [k for k in theirs - mine if not self.covered(k, mine)]:
                return "name", f"{y}, not {show(mine)}"
            if [k for k in mine - theirs if not self.covered(k, theirs)]:
                return "name", f"{y}, not {show(mine)}"
        if mine.isdisjoint(theirs):
            return None if self.alike(mine, theirs) else ("other", f"{show(theirs)}, not {show(mine)}")
        if any(k not in self.known and k[0] not in '"#' and flat(k) not in PLUMBING for k in theirs):
            return None
        extra = [k for k in theirs - mine if not self.covered(k, mine)]
        less = [k for k in mine - theirs if not self.covered(k, theirs)]
        if extra:
            return ("both" if less else "more"), f"{show(frozenset(extra))} beside {show(mine)}"
        if less and b[1] - b[0] == 1 and a[1] - a[0] <= _LONG:
            return "less", f"without {show(frozenset(less))}"
        return None

    def wraps(self, span: Span, name: str) -> bool:
        """True where an operand of the source is a name in a conversion."""
        words = self.source.words[span[0] : span[1]]
        rest = [w for w in words if w != name]
        return 0 < len(rest) < len(words) and all(
            w[0] == "." and (flat(w[1:]) in PLUMBING or flat(w[1:]) in CASTS) for w in rest
        )

    def alike(self, ka: frozenset[str], kb: frozenset[str]) -> bool:
        """Words that only mean the same: none of the view's is the source's, or they share a stem or concept."""
        plain = {flat(k) for k in ka if k[0] not in '"#'}
        if any(flat(k) in plain for k in kb if k[0] not in '"#'):
            return True  # `port` for `Port`
        figures = {k for k in ka if k[0] == "#"}
        if any(k[0] == "#" and _UNIT.sub("", k) in figures for k in kb):
            return True  # `5s` for `5 * time.Second`
        if not any(k in self.known for k in kb):
            return not any(k[0] in '"#' for k in kb)
        texts = [k for k in ka if k[0] == '"']
        for k in kb:  # a text with holes that the source writes out
            if k[0] == '"' and any(len(c) > 3 and any(c in t for t in texts) for c in chunks(k)):
                return True
        stems: set[str] = set()
        for k in ka:
            if k[0] not in '"#':
                stems |= said(k)
        return any(k not in self.known and k[0] not in '"#' and not stems.isdisjoint(said(k)) for k in kb)

    def covered(self, key: str, others: frozenset[str]) -> bool:
        """True where a key is a way to say one of the others, or a mere helper."""
        if key[0] in '"#' or flat(key) in PLUMBING or flat(key) in VALUES or key in _PLAIN or key in STOP:
            return True
        if key in self.known:
            whole = flat(key)
            return any(k[0] not in '"#' and k not in self.known and whole in flat(k) for k in others)
        mine = said(key)
        return any(k[0] not in '"#' and not mine.isdisjoint(said(k)) for k in others)


def show(keys: frozenset[str]) -> str:
    """A few keys for a message."""
    return " ".join(sorted(k.lstrip('"#') for k in keys)[:4])


_UNIT = re.compile(r"(?<=\d)(?:ns|us|ms|s|m|h|d|kb|mb|gb|px)$")
_LONG = 25
_PLAIN = frozenset(("nil", "true", "false", "self", "this", "cls", "it"))

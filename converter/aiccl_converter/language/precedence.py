"""The one precedence table of AICCL: printer and parser read the same numbers, so that what one writes the other reads.

Contract: a higher number binds tighter. Operators whose rank differs between source languages (bit operators, shifts,
`not`, `??`, casts) are never left to a table: the printer writes parentheres around them, see `ISOLATED`.
"""

from __future__ import annotations

LAMBDA, COND, ORELSE, COALESCE, OR, AND, NOT, WORDS = 0, 1, 2, 3, 4, 5, 6, 7
COMPARE, RANGE, BITS, SHIFT, ADD, MUL, POWER, CAST, UNARY, POSTFIX, ATOM = 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18

BINARY: dict[str, int] = {
    "??": COALESCE,
    "?:": COALESCE,
    "rescue": COALESCE,
    "or": OR,
    "||": OR,
    "xor": OR,
    "and": AND,
    "&&": AND,
    "==": COMPARE,
    "!=": COMPARE,
    "===": COMPARE,
    "!==": COMPARE,
    "<": COMPARE,
    ">": COMPARE,
    "<=": COMPARE,
    ">=": COMPARE,
    "<=>": COMPARE,
    "<>": COMPARE,
    "=~": COMPARE,
    "!~": COMPARE,
    "in": COMPARE,
    "not in": COMPARE,
    "!in": COMPARE,
    "is": COMPARE,
    "is not": COMPARE,
    "!is": COMPARE,
    "instanceof": COMPARE,
    "matches": COMPARE,
    "to": RANGE,
    "until": RANGE,
    "downTo": RANGE,
    "step": RANGE,
    "|": BITS,
    "^": BITS,
    "&": BITS,
    "bor": BITS,
    "band": BITS,
    "bxor": BITS,
    "shl": SHIFT,
    "shr": SHIFT,
    "ushr": SHIFT,
    "<<": SHIFT,
    ">>": SHIFT,
    ">>>": SHIFT,
    "&^": SHIFT,
    "+": ADD,
    "-": ADD,
    ".": ADD,
    "&+": ADD,
    "*": MUL,
    "/": MUL,
    "%": MUL,
    "//": MUL,
    "@": MUL,
    "div": MUL,
    "mod": MUL,
    "**": POWER,
    "as": CAST,
    "as?": CAST,
    "as!": CAST,
    "satisfies": CAST,
}
"""Rank of every binary operator that is read as one. An operator not listed prints in parentheses."""

RELATIONAL = frozenset(("<", "<=", ">", ">="))
"""Comparisons that may stand in a chain, `a<b<=c`, read from the left."""

ISOLATED = frozenset((BITS, SHIFT, CAST))
"""Ranks that differ between languages: parentheses wherever one meets an operator other than `and` and `or`."""

PREFIX_WORDS = frozenset(
    (
        "not",
        "new",
        "typeof",
        "bnot",
        "void",
        "delete",
        "sizeof",
        "alignof",
        "defined",
        "ref",
        "out",
        "in",
        "is",
        "throw",
        "recv",
        "unsafe",
        "yield",
        "raise",
    )
)
PREFIX_SYMBOLS = frozenset(("!", "-", "+", "&", "*", "++", "--", "&mut", "@", "&&"))
ASSIGN_OPS = frozenset("= += -= *= /= %= //= **= @= &= |= ^= <<= >>= >>>= &&= ||= ??= := .= ?= &^=".split())

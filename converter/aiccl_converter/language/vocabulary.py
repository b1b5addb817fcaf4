"""Words that the language itself gives a meaning, as tables: what starts a step, what is markup, what joins operands.

Contract: data only. The printer never writes one of these where it would be read as something else.
"""

from __future__ import annotations

WORD_STEPS = frozenset(
    "del assert send global nonlocal import export from include include_once require require_once "
    "echo print lock use extend prepend extends implements log declare unset typedef using namespace "
    "package module static_assert fallthrough pass debugger alias undef super checkpoint retry redo "
    "volatile register signal release unreachable namespace attr_accessor attr_reader attr_writer "
    "private protected public checked unchecked fixed inject let const var val lateinit extern mod "
    "macro define undefine state pragma ifdef ifndef endif elif exit die".split()
)
"""A step that starts with one of these and a blank is `Word`."""

LONE_WORDS = frozenset("fallthrough pass debugger retry redo endif unreachable".split())
"""These are steps without an operand too."""

JUMPS = frozenset(("break", "continue", "goto"))
BLOCK_WORDS = frozenset(
    (
        "effect",
        "unsafe",
        "loop",
        "synchronized",
        "autoreleasepool",
        "comptime",
        "static",
        "init",
        "effect",
        "BEGIN",
        "END",
    )
)
"""Before `{` these make a block that keeps its word."""

GO_WORDS = frozenset(("go", "defer", "spawn", "launch"))
TEST_WORDS = frozenset(("null", "None", "nil", "undefined"))
"""`x null` says `x is null`."""

UNIT_MARKS = frozenset("FCIMEKT")
HTML_TAGS = frozenset(
    "a abbr address area article aside audio b base blockquote body br button canvas caption cite "
    "code col colgroup data datalist dd details dialog div dl dt em embed fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input kbd label legend li link "
    "main map mark menu meta meter nav noscript object ol optgroup option output p param picture pre "
    "progress q script section select small source span strong style sub summary sup svg path g "
    "circle rect line table tbody td template textarea tfoot th thead time title tr track u ul var "
    "video wbr".split()
)
MODIFIERS = frozenset(
    "static override abstract final inline const public private protected internal virtual sealed "
    "open suspend operator synchronized native async readonly export default partial unsafe extern "
    "data".split()
)
"""Before a unit in a literal (an anonymous class) these are its modifiers."""

PARAM_WORDS = frozenset(
    "public private protected readonly final const val var vararg crossinline noinline mut ref out "
    "params this scoped".split()
)
"""Before a parameter's name they say how it is passed or kept."""

INFIX_WORDS = frozenset(
    "and or xor rescue in is instanceof matches as satisfies to until downTo step div mod band bor "
    "bxor shl shr ushr".split()
)
"""Words that stand between two operands; `not in` and `is not` are made of two."""

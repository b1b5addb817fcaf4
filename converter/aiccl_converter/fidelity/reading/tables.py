"""The operators, callees and node kinds by which a tree is read: data only.

Contract: no logic; `vocabulary.py` has what concerns words.
"""

from __future__ import annotations

import re

from aiccl_converter.fidelity.model import Span
from aiccl_converter.language import tree as T

AND = frozenset(("&&", "and"))

OR = frozenset(("||", "or", "??", "?:"))

EQUAL = {
    "==": 1, "===": 1, "is": 1, "equals": 1, "eq": 1, "=": 1, "eql?": 1, "equal?": 1,
    "!=": -1, "!==": -1, "is not": -1, "isnt": -1, "<>": -1, "ne": -1, "not is": -1,
}  # fmt: skip

ORDER = {"<": (1, False), ">": (1, True), ">=": (-1, False), "<=": (-1, True)}

MEMBER = {"in": 1, "not in": -1, "!in": -1}

TYPE = {"instanceof": 1, "is": 1, "!is": -1, "isa": 1}

TESTS = frozenset(EQUAL) | frozenset(ORDER) | frozenset(MEMBER) | frozenset(TYPE) | AND | OR

NOT = frozenset(("not", "!"))

STRICT = frozenset(("&&", "and", "||", "or"))

COMPARES = TESTS - AND - OR

KEEPS = frozenset(("??=", "||=", "or=", "|="))
"""Assignments that write only where there is nothing."""

EXITS = frozenset(("exit", "die", "panic", "abort", "goto", "break", "continue", "os.exit", "unreachable", "todo"))
"""Calls and words that never come back."""

WRAPS = frozenset(("errorf", "wrap", "wrapf", "withmessage", "withmessagef", "withstack", "newerror"))
"""Calls that make an error of an error."""

EMPTY = ("", "0", "1")

EACH = frozenset(
    """
    map foreach each filter find findfirst findindex some every reduce flatmap any all sort sorted sortby orderby
    groupby select where reject collect anymatch allmatch nonematch eachwithindex first single count sum max min
    partition associate associateby associatewith eachwithobject tohash maptoobj toarray filtermap foldl fold inject
    retain sortbykey firstordefault selectmany iterate takewhile dropwhile then let also run apply with mapnotnull
    mapindexed foreachindexed filternot minby maxby sumof keyby usort arraymap arrayfilter
    """.split()
)
"""Callees that call their function once for each item."""

WHERE = frozenset(("if",))
"""Words after which a phrase says under which condition it holds; after others, such as `unless`, English follows more
often than a test."""

NOTHING: Span = (0, 0)

VERBS = {"s": ".save", "q": ".query", "d": ".delete", "v": ".validate", "t": ".transform", "f": ".filter"}
"""AICCL's verbs."""

ABSENT = frozenset((".nil", ".false", "#0", '"'))
"""Words that stand for nothing being there."""

TYPE_CALLS = frozenset(("isinstance", "isa", "kindof", "instanceof", "issubclass"))
"""Callees that test a type."""

HOLDS = frozenset(
    """
    contains include includes has containskey containsvalue haskey hasmember keyexists
    """.split()
)
"""Callees that ask whether what they are called on holds their argument."""

HOLDS_LAST = frozenset(("inarray", "arraykeyexists"))
"""Callees that ask whether their second argument holds their first."""

SIEVES = {
    "filter": 1, "where": 1, "filternot": -1, "reject": -1, "takewhile": 1, "removeif": -1, "removeall": -1,
    "deleteif": -1, "keepif": 1, "retain": 1, "arrayfilter": 1, "some": 1, "any": 1, "anymatch": 1,
    "find": 1, "findindex": 1, "firstornull": 1, "firstordefault": 1, "first": 1, "count": 1, "detect": 1,
    "singleordefault": 1, "single": 1, "findlast": 1,
}  # fmt: skip
"""Callees that take the items for which their function holds, or, at -1, the others."""

SCOPE_ENDS = (".Unlock", ".RUnlock", ".unlock", ".drop", ".synchronized")
"""What a scope and its end do."""

MARKS = frozenset((T.Func, T.Class, T.Const, T.Quirk, T.Block, T.Word))
"""Steps that may stand after an exit."""

LEAVING = frozenset((T.Return, T.Raise, T.Jump, T.Block))
"""Steps that leave where a value was expected."""

CALLS = frozenset((T.Call, T.Build))

FORMS = frozenset((T.Bin, T.Un))

DECORATED = re.compile(r"@\w+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?")

QUANTITY = {"one": "1", "two": "2", "three": "3"}
"""Numbers that English spells."""

EQUALS = frozenset(
    """
    equals equalsignorecase equalto isequal isequalto equalfold deepequal contentequals isidenticalto sameas isequalnode
    """.split()
)
"""Callees that ask whether two things are equal."""

COMPARERS = frozenset(
    """
    strcmp strncmp strcasecmp strncasecmp memcmp icompare compare compareto comparetoignorecase wcscmp strcoll cmp
    """.split()
)
"""Callees that answer 0 where two things are equal."""

SEEKERS = frozenset("indexof lastindexof find search rfind index strpos findindex".split())
"""Callees that answer with a position, or a negative number where there is none."""

ASKS = HOLDS | EQUALS | COMPARERS | SEEKERS
"""Callees that change nothing of what they are called on."""

LIBRARIES = frozenset(("_", "$", "lodash", "underscore", "Array", "Arrays", "Enumerable", "slices", "angular"))
"""What is no collection itself: the first argument of its `each` or `map` is."""

HELPER = re.compile(r"[a-z]\w*\((?:\w+(?:,\s*\w+)*)?\):")
"""The head of a step that a hand-written view names: `link(n):`."""

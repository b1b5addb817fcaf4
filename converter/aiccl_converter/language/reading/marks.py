"""Sets of marks that the parser looks for, and which method reads which word.

Contract: data only, compared with the text of a token.
"""

from __future__ import annotations

from ..lexer import ARROW, LINES, RETURNS, SEMI
from ..precedence import AND, BINARY, COMPARE, OR, PREFIX_WORDS
from ..tree import Await, Call, Coll, Index, Member, Name, Post, Raw
from ..vocabulary import BLOCK_WORDS, GO_WORDS, JUMPS, UNIT_MARKS, WORD_STEPS

QUESTION = frozenset("?")
BRACE = frozenset("{")
ELSE = frozenset(("else",))
COND_STOPS = frozenset(("\n", ";", "", "}", ")", "]", ",", "=>", "<-"))
PIPE_STOPS = COND_STOPS | {":"}
TEST_ENDS = frozenset(("\n", ";", "", "}", ")", "]", ":", "<-", "=", "{"))
WHILE_ENDS = frozenset(("\n", ";", "", "}", ")", "]", "?", "=", "+=", "-=", "=>", "<-", "^!", ":"))
SWITCH_STOPS = frozenset(("\n", ";", "", "}", ")", "]", "=", "?", ":"))
HANDLER_MARKS = frozenset("{:")
HANDLER_STOPS = frozenset(("\n", ";", "", "}", "]", "=", "?", "^", "^!", "<-"))
CLAUSE_STOPS = frozenset(("for", "if", "else", "async"))
HEADER_MARKS = frozenset((".", "::", "*", "&", "~", "#", "==", "+", "-", "!", "?", "->", "<<", "<=>"))
HEADER_STOPS = frozenset((",", "=", "|", "^", "{", "<-", "=>"))
AFTER_GENERIC = frozenset(("(", "{", "::", ")", ",", "]", "}", "\n", ";", ""))
AFTER_PARAM = frozenset((",", ":", "=", "?", "!", "#", "?:"))
TYPE_JOINS = frozenset(("|", "&", "+", ".", "::", "->", "=>", "&&", "..."))
TYPE_MARKS = frozenset(
    ("?", "!", "*", "**", "&", "&&", "[", "]", "<-", "<>", "|", ",", ".", "::", "->", "=>", "+", "=", ":", "...", "-")
)
TYPE_PREFIXES = frozenset(
    "const mut dyn impl unsigned signed long short struct enum typeof keyof readonly extends is chan "
    "func fn out in infer unique asserts final volatile ref suspend static".split()
)
TARGETS = (Name, Member, Index, Call, Coll)
GIVES = (Call, Await, Post, Index)
BUILDS = (Name, Member, Index, Raw)
OPERAND_WORDS = (PREFIX_WORDS | {"match", "in", "is"}) - {"throw"}
TESTS = frozenset((COMPARE, AND, OR))
TEST_ENDINGS = frozenset(
    "empty null None set missing absent present given blank true false truthy falsy exists nil zero "
    "negative positive".split()
)
ORM = frozenset("qsdvtf")
MAX_CHAIN = 250
"""How many operators, guards or members may follow each other: each is one level of the tree."""

AHEAD = 400
"""How many tokens a look ahead may take: more would make hostile text slow."""

SEPARATORS = frozenset(("\n", ";"))
ENDS = frozenset(("\n", ";", "", "}", ")", "]"))
VALUE_ENDS = ENDS | {":", ",", "|", "?"}
JUMP_ENDS = ENDS | {":", ","}
INFIX = {
    op: rank for op, rank in BINARY.items() if op not in ("|", ".", ">", "not in", "is not", "as?", "as!", "!in", "!is")
}
PREFIX = frozenset(("!", "-", "+", "&", "++", "--", "*", "&&"))
NO_SPACE = frozenset((".", "?.", "::"))
STEPS_INSIDE = SEMI | ARROW | LINES | RETURNS
STATES = frozenset(("else", "for", "if"))
RAISE_STATES = STATES | {"from"}
NEVER_MODIFIERS = frozenset(
    "not new typeof bnot void delete sizeof if else and or return del assert global echo print log throw".split()
)
"""Where one of these stands before a name, the name is called, not defined."""

TELLING = frozenset(("match", "try", "with", "for", "do", "fail", "quirk", "state", "go", "defer"))
"""Words that no modifier is: what they start among members is a step."""

STEP_WORDS: dict[str, str] = {
    **dict.fromkeys(WORD_STEPS, "word_step"),
    **dict.fromkeys(JUMPS, "jump_step"),
    **dict.fromkeys(GO_WORDS, "go_step"),
    **dict.fromkeys(BLOCK_WORDS, "block_step"),
    "do": "do_step",
    "for": "for_step",
    "try": "try_step",
    "with": "with_step",
    "match": "switch_step",
    "fail": "fail_step",
    "quirk": "quirk_step",
    "state": "state_step",
    **dict.fromkeys(UNIT_MARKS, "unit_step"),
}
"""The method that reads a step starting with this word; it returns None where the word is an ordinary name."""

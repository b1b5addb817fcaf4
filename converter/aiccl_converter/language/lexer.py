"""Text to tokens: marks, words, literals, and which bracket closes which.

Contract: `lex(text)` reads any text in linear time. It raises `ParseError` for what no view may hold, control
characters, brackets that do not pair and strings that do not end, so that a view that was cut off never passes; all
else is a token, and the parser decides what it means. A newline counts only where steps can end: not in `(` or `[`, not
after a comma or an operator that waits for its operand.
"""

from __future__ import annotations

import re

from .errors import ParseError

NAME, NUM, STR, OP, NL, ROUTE, END = 1, 2, 3, 4, 5, 6, 7

SEMI, ARROW, RETURNS, LINES, COMMA = 1, 2, 4, 8, 16
"""What stands directly in a pair of braces: `;`, `<-`, a step that starts with `^`, a newline, a comma."""

MAX_DEPTH = 90
MAX_CHARS = 8_000_000

_STRING = r"""
    (?:[rRbBuUfF]{1,2}|br|cr|c|u8|L)?(?:\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*''')
  | (?:b|c)?r(?P<hash>\#+)\".*?\"(?P=hash)
  | (?:\$@|@\$|@)\"(?:[^\"]|\"\")*\"
  | (?:[rRbBuUfF]{1,2}|br|cr|c|u8|L|\$)?\"(?:[^\"\\]|\\.)*\"
  | (?:(?<![\w)\]}])|(?<=\bin)|(?<=\bis)|(?<=\bor))(?:(?:[rRbBuUfF]{1,2}|br|c|u8|L))?'(?:[^'\\\n]|\\.)*'
  | `(?:[^`\\]|\\.)*`
  | (?:(?:(?<=[(\[,=:?&|;^{\n ~])|(?<=!)(?<![\w)\]}]!))/(?![ /*=\n])|(?<=[(,])/(?=[ ][^ ]))
    (?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,300}/[dgimsuvynx]*(?![\w/{-])
"""
_NAME = r"""
    (?:(?<!\w)[#@]{1,2}|\\(?=[A-Za-z_]))?(?:[^\W\d]|\$)[\w$]*(?:(?:::|\\)[A-Za-z_$][\w$]*)*
    (?:::\*(?=[\n;,}]|\Z)|(?:-\w+)+(?==(?![=~>]))|@(?<=this@|uper@|turn@|reak@|inue@)\w+|'(?:s|t|re|ll|ve|d)\b(?!'))?
"""
_NUMBER = r"""
    0[xXoObB][\da-fA-F_]+\w*
  | \d[\d_]*(?:\.\d[\d_]*|\.(?![\w.]))?(?:[eE][+-]?\d+)?(?:[A-Za-z_]\w*)?
  | (?<![\w)\]}\"'.])\.\d[\d_]*(?:[eE][+-]?\d+)?[A-Za-z]*
"""
_OPERATOR = r"""
    <=>|===|!==|\*\*=|//=|<<=|&&=|\|\|=|\?\?=|\.\.\.|\.\.=|\?->
  | =>|->|<-|==|!=|<=|&&
  | \|\||\?\?|\?\.(?!\d)|\?:|::|:=|\+=|-=|\*=|/=|%=|\|=|&=|\^=|(?<=[\w)\]])\.=(?!=)
  | \+\+|--|<<|\*\*|//|\.\.|(?<=[ ])[=!]~(?=[ ])
  | \^!|\^\^|<>|@=(?!=)|(?<=[\w)\]])&\.(?=[A-Za-z_])
"""
_HOLE = r"\{[\w.:*<>?+\\\[\]-]*\}"
_PATH = rf"(?:{_HOLE}(?=[^\s{{]|[ ][\w~(]))?[^\s{{]*(?:(?<=[/.:_-]){_HOLE}[^\s{{]*)*"
_SCAN = re.compile(
    rf"""(?P<blank>[ \t]+)
  | (?P<route>(?:(?<=[\n{{;])|\A)R:[A-Za-z|,*]+[ ]{_PATH}|(?:(?<=[\n{{;\[=])|\A)R:/[^\s]*(?=[ ][^\s]))
  | (?P<life>(?<=[&<])(?<!&&)'[A-Za-z_]\w*\b(?!')|(?<=[+:,\ ])'static\b(?!'))
  | (?P<string>{_STRING})
  | (?P<cut>(?:b|c)?r\#+\")
  | (?P<name>{_NAME})
  | (?P<number>{_NUMBER})
  | (?P<operator>{_OPERATOR})
  | (?P<newline>(?:\r?\n[ \t]*)+)
  | (?P<long>(?<![\w)\]}}])'(?:[^'\\]|\\.)*')
  | (?P<mark>.)""",
    re.X | re.S,
)
_GROUP = _SCAN.groupindex
_BLANK, _ROUTE, _STR, _NAME_G, _NUM = (_GROUP[k] for k in ("blank", "route", "string", "name", "number"))
_NEWLINE, _LONG, _CUT, _LIFE = (_GROUP[k] for k in ("newline", "long", "cut", "life"))

_WAITS = frozenset(", || | ?? => ( [ { and or not in".split())
"""After one of these a newline ends nothing."""
_GOES_ON = re.compile(r"(?:&&|\|\|?(?!\|)|\?\?|\)|\]|\}|,)")
_OPENS = {"(": ")", "[": "]", "{": "}"}
_CLOSES = frozenset(")]}")
_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]|\r(?!\n)")
_LITERALS = frozenset(("null", "None", "nil", "undefined", "true", "false", "True", "False", "NULL"))


class Tokens:
    """Parallel lists, one entry a token, an END last. `close[i]` is the index of the bracket that closes token i,
    `inside[i]` what stands directly in it. `spaced[i]` says that a blank or a newline stands before."""

    __slots__ = ("close", "inside", "kind", "pos", "spaced", "text", "word")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kind: list[int] = []
        self.word: list[str] = []
        self.pos: list[int] = []
        self.spaced: list[bool] = []
        self.close: dict[int, int] = {}
        self.inside: dict[int, int] = {}


def lex(text: str, depth: int = 0) -> Tokens:
    """The tokens of a text."""
    if len(text) > MAX_CHARS:
        raise ParseError("the text is too long for one view", text, MAX_CHARS, "split it into units")
    bad = _BAD.search(text)
    if bad is not None:
        raise ParseError(
            f"control character {text[bad.start()]!r}",
            text,
            bad.start(),
            "a view holds printable text and newlines only",
        )
    out = Tokens(text)
    kinds, words, places, spaced = out.kind, out.word, out.pos, out.spaced
    close, inside = out.close, out.inside
    stack: list[int] = []
    room = MAX_DEPTH - depth
    gap = False
    last = "\n"
    for m in _SCAN.finditer(text):
        group = m.lastindex
        if group == _BLANK:
            gap = True
            continue
        word = m.group()
        if group == _NAME_G or group == _LIFE:
            kinds.append(NAME)
        elif group == _STR or group == _LONG:
            kinds.append(STR)
        elif group == _NUM:
            kinds.append(NUM)
        elif group == _NEWLINE:
            gap = True
            if stack and words[stack[-1]] != "{" and not inside[stack[-1]] & LINES:
                continue
            if last in _WAITS and last != "\n":
                continue
            end = m.end()
            if end < len(text) and _GOES_ON.match(text, end) and last != "\n":
                continue
            if not words or last == "\n":
                continue
            kinds.append(NL)
            word = "\n"
            if stack:
                inside[stack[-1]] |= LINES
        elif group == _ROUTE:
            kinds.append(ROUTE)
            if stack and words[stack[-1]] == "[":
                inside[stack[-1]] |= LINES  # paths stand one a line, in a list too
        else:
            kinds.append(OP)
            if word in _OPENS:
                if len(stack) >= room:
                    raise ParseError(
                        f"more than {MAX_DEPTH} brackets inside each other", text, m.start(), "name the inner parts"
                    )
                stack.append(len(words))
                inside[len(words)] = 0
            elif word in _CLOSES:
                if not stack:
                    raise ParseError(f"`{word}` closes nothing", text, m.start(), "take it out, or open it before")
                top = stack.pop()
                if _OPENS[words[top]] != word:
                    raise ParseError(
                        f"`{word}` where `{_OPENS[words[top]]}` must close the `{words[top]}` of "
                        f"{_where(text, places[top])}",
                        text,
                        m.start(),
                        "pair the brackets",
                    )
                close[top] = len(words)
            elif stack:
                if word == ";":
                    inside[stack[-1]] |= SEMI
                elif word == ",":
                    inside[stack[-1]] |= COMMA
                elif word == "<-":
                    inside[stack[-1]] |= ARROW
                elif word[0] == "^" and last in _STARTS:
                    inside[stack[-1]] |= RETURNS
            if (
                group == _CUT
                or word == '"'
                or word == "`"
                or (word == "'" and not (last == "" or _after_word(text, m.start())))
            ):
                raise ParseError("a string that does not end", text, m.start(), f"close it with {word}")
            if word == "?.":
                if last in _LITERALS or last[:1] in "0123456789'\"":
                    words.append("?")
                    places.append(m.start())
                    spaced.append(gap)
                    kinds.append(OP)
                    gap = False
                    word = "."
            elif word == "?->" or word == "&.":
                word = "?."
        words.append(word)
        places.append(m.start())
        spaced.append(gap)
        last = word
        gap = False
    if stack:
        top = stack[-1]
        raise ParseError(
            f"`{words[top]}` is never closed",
            text,
            places[top],
            f"the text may be cut off; `{_OPENS[words[top]]}` is missing",
        )
    for _ in range(3):
        kinds.append(END)
        words.append("")
        places.append(len(text))
        spaced.append(True)
    return out


_STARTS = frozenset(("{", ";", "\n", "?", ":", "}"))


def _after_word(text: str, pos: int) -> bool:
    return pos > 0 and (text[pos - 1].isalnum() or text[pos - 1] in "_)]}")


def _where(text: str, pos: int) -> str:
    line = text.count("\n", 0, pos) + 1
    return f"line {line}, column {pos - text.rfind(chr(10), 0, pos)}"

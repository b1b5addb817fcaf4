"""AICCL text to a tree: everything the printer writes, and what a large model writes freely.

Contract: `parse_unit`, `parse_steps`, `parse_expr` and `parse_document` read in linear time and never crash or hang. By
default they are tolerant: what is no expression becomes `Words` (terse English), what is no operand `Raw`, and only
what the lexer refuses or brackets too deep are errors. `strict=True` raises where a mark stands that no form has.
One class, by precedence climbing over the token lists: steps are read in `_step`, operands in `_operand`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import ParseError
from .lexer import ARROW, END, LINES, MAX_DEPTH, NAME, NL, NUM, OP, RETURNS, ROUTE, SEMI, STR, lex
from .precedence import (
    AND,
    ASSIGN_OPS,
    BINARY,
    CAST,
    COALESCE,
    COMPARE,
    COND,
    NOT,
    OR,
    ORELSE,
    POSTFIX,
    POWER,
    PREFIX_WORDS,
    RANGE,
    UNARY,
    WORDS,
)
from .printer import ERROR_TYPE, TRAILING_MODIFIERS, print_expr
from .tree import (
    Arg,
    Assign,
    Await,
    Bin,
    Block,
    Build,
    Call,
    Case,
    Class,
    CodeBlock,
    Coll,
    Comp,
    Cond,
    Const,
    Do,
    Document,
    Each,
    Element,
    Fail,
    For,
    Func,
    Go,
    Handler,
    If,
    Index,
    Jump,
    Lambda,
    Loop,
    MapBlock,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Pair,
    Param,
    Pipe,
    Post,
    Quirk,
    Raise,
    Range,
    Raw,
    Return,
    Route,
    Rule,
    Slice,
    Spread,
    Str,
    Switch,
    Template,
    Try,
    Un,
    While,
    With,
    Word,
    Words,
    Yield,
)
from .vocabulary import (
    BLOCK_WORDS,
    GO_WORDS,
    HTML_TAGS,
    INFIX_WORDS,
    JUMPS,
    LONE_WORDS,
    MODIFIERS,
    PARAM_WORDS,
    TEST_WORDS,
    UNIT_MARKS,
    WORD_STEPS,
)

AHEAD = 400
"""How many tokens a look ahead may take: more would make hostile text slow."""

_SEPARATORS = frozenset(("\n", ";"))
_ENDS = frozenset(("\n", ";", "", "}", ")", "]"))
_VALUE_ENDS = _ENDS | {":", ",", "|", "?"}
_JUMP_ENDS = _ENDS | {":", ","}
_INFIX = {op: rank for op, rank in BINARY.items() if op not in ("|", ".", ">", "not in", "is not", "as?", "as!", "!in", "!is")}
_PREFIX = frozenset(("!", "-", "+", "&", "++", "--", "*", "&&"))
_NO_SPACE = frozenset((".", "?.", "::"))
_STEPS_INSIDE = SEMI | ARROW | LINES | RETURNS
_MATE = {"(": ")", "[": "]", "{": "}"}
_STATES = frozenset(("else", "for", "if", "from"))


# --- entry points ------------------------------------------------------------------------------------------------


def parse_unit(text: str, *, strict: bool = False) -> Node:
    """One unit: a function as header and steps, or a class, a route, a constant."""
    p = _Parser(text, strict)
    node = p.alone()
    p.finish()
    return node


def parse_steps(text: str, *, strict: bool = False) -> list[Node]:
    """Steps without a header."""
    p = _Parser(text, strict)
    steps = p.steps("")
    p.finish()
    return steps


def parse_expr(text: str, *, strict: bool = False) -> Node:
    """One expression, as it stands between parentheses."""
    p = _Parser(text, strict)
    p.pipe = False
    node = p.one_of_group()
    if p.word[p.i] == ",":
        node = Coll("", p.more(node), pos=node.pos)
    p.finish()
    return node


def parse_members(text: str, *, strict: bool = False, in_class: bool = False) -> list[Node]:
    """Units and steps of a file or a class, as they stand in a `<comp:code>` block."""
    p = _Parser(text, strict)
    nodes = p.members("", in_class)
    p.finish()
    return nodes


_BLOCK = re.compile(r"<comp:(map|code)([^<>\n]*)>")
_ATTRIBUTE = re.compile(r'\s*([\w-]+)\s*=\s*"([^"\n]*)"')


def parse_document(text: str, *, strict: bool = False) -> Document:
    """A whole document: maps and code blocks in order. A text without an envelope is one code block."""
    blocks: list[Node] = []
    at = 0
    for m in iter(lambda: _BLOCK.search(text, at), None):
        _only_blank(text, at, m.start(), strict)
        kind, head = m.group(1), m.group(2)
        end = text.find(f"</comp:{kind}>", m.end())
        if end < 0:
            raise ParseError(
                f"<comp:{kind}> is never closed", text, m.start(), f"the text may be cut off; </comp:{kind}> is missing"
            )
        name = re.match(r":([\w.-]+)", head)
        attrs = dict(_ATTRIBUTE.findall(head))
        inner = _Parser(text[m.end() : end], strict, text, m.end())
        if kind == "map":
            entries = inner.rules()
            blocks.append(MapBlock(name.group(1) if name else "", attrs.get("uses", ""), entries, pos=m.start()))
        else:
            blocks.append(CodeBlock(attrs, inner.block(), pos=m.start()))
        inner.finish()
        at = end + len(f"</comp:{kind}>")
    if not blocks:
        p = _Parser(text, strict)
        blocks.append(CodeBlock({}, p.block(), pos=0))
        p.finish()
    else:
        _only_blank(text, at, len(text), strict)
    return Document(blocks, pos=0)


def _only_blank(text: str, lo: int, hi: int, strict: bool) -> None:
    if strict and text[lo:hi].strip():
        raise ParseError("text outside of a block", text, lo, "put it into <comp:code>, or take it out")


def parse_string(text: str, pos: int = -1) -> Str | Template:
    """A string literal as the tree holds it: `Template` where `{expr}` stands in it, else `Str` as it is."""
    if "{" not in text:
        return Str(text, pos=pos)
    head = _QUOTED.match(text)
    if head is None:
        return Str(text, pos=pos)
    quote = head.group(2)
    inner = text[head.end() : -len(quote)]
    marked = "$" if quote == "`" else ""
    if head.group(1) not in ("", "f", "F", "$"):
        return Str(text, pos=pos)
    parts = _template_parts(inner, marked, head.group(1) in ("f", "F"))
    if parts is None:
        return Str(text, pos=pos)
    parts = [_requote(p, quote) if isinstance(p, str) else p for p in parts]
    return Template(parts, pos=pos)


_QUOTED = re.compile(r"(f|F|\$|)(\"\"\"|'''|\"|'|`)")
_PATH = re.compile(r"(\.?)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\Z")
_SPEC = re.compile(r"(.+?)(![rsa])?(?::([<>=^+\-#0,.\d]*[A-Za-z%?]?))?\Z", re.S)
_STARTS_EXPR = re.compile(r"[A-Za-z_.($!'\"\[-]")


def _requote(part: str, quote: str) -> str:
    """The text of another quote as it stands in double ones."""
    if len(quote) == 1:
        part = part.replace("\\" + quote, quote)
    return part.replace("\n", "\\n") if quote == "`" else part


def _template_parts(text: str, marked: str, doubled: bool) -> list[str | Node] | None:
    parts: list[str | Node] = []
    hold: list[str] = []
    i, size = 0, len(text)
    found = False
    while i < size:
        j = text.find("{", i)
        k = text.find("}}", i, j if j >= 0 else size)
        if 0 <= k and not marked:
            hold.append(text[i : k + 1])
            i = k + 2
            continue
        if j < 0:
            break
        if text[j + 1 : j + 2] == "{" and not marked:
            hold.append(text[i : j + 1])
            i = j + 2
            continue
        end = _brace_end(text, j)
        node = None
        if end > 0 and (not marked or text[j - 1 : j] == marked and j > i):
            node = _part(text[j + 1 : end])
        if node is None:
            hold.append(text[i : j + 1])
            i = j + 1
            continue
        found = True
        hold.append(text[i : j - 1] if marked else text[i:j])
        said = "".join(hold)
        if said:
            parts.append(said)
        hold = []
        parts.append(node)
        i = end + 1
    if not found:
        return None
    hold.append(text[i:])
    said = "".join(hold)
    if said:
        parts.append(said)
    return parts


def _brace_end(text: str, start: int) -> int:
    """Where the `{` at `start` closes, -1 if not near."""
    depth = 0
    for i in range(start, min(len(text), start + AHEAD)):
        c = text[i]
        if c == "{":
            depth += 1
        elif c == "}":
            depth -= 1
            if not depth:
                return i
    return -1


def _part(text: str) -> Node | None:
    """The expression of one `{..}` in a string, None if it is none."""
    m = _PATH.match(text)
    if m is not None:
        names = m.group(2).split(".")
        node: Node = Member(None, names[0]) if m.group(1) else Name(names[0])
        for name in names[1:]:
            node = Member(node, name)
        return node
    if not _STARTS_EXPR.match(text) or text[-1:].isspace():
        return None
    spec = _SPEC.match(text)
    if spec is not None and (spec.group(2) or spec.group(3)):
        inner = _part(spec.group(1))
        if inner is not None:
            if spec.group(2):
                inner = Post(inner, spec.group(2))
            return Pair(inner, Raw(spec.group(3))) if spec.group(3) else inner
    try:
        p = _Parser(text.replace('\\"', '"'), True, depth=MAX_DEPTH - 12)
        p.pipe = False
        node = p.expr(COND)
        p.finish()
    except (ParseError, RecursionError):
        return None
    return None if type(node) in (Words, Num, Raw) or type(node) is Coll else node


# --- the parser --------------------------------------------------------------------------------------------------


class _Parser:
    """One text being read. `i` is the token to read next."""

    def __init__(self, text: str, strict: bool, whole: str | None = None, offset: int = 0, depth: int = 0) -> None:
        self.text = text
        self.strict = strict
        self.whole = whole
        self.offset = offset
        try:
            tokens = lex(text, depth)
        except ParseError as e:
            if whole is None:
                raise
            raise ParseError(e.message, whole, e.pos + offset, e.hint) from None
        self.kind = tokens.kind
        self.word = tokens.word
        self.place = tokens.pos
        self.spaced = tokens.spaced
        self.close = tokens.close
        self.inside = tokens.inside
        self.i = 0
        self.depth = depth
        self.pipe = True
        self.body_next = False
        self.stops = _STATES
        self.first: dict[str, int] | None = None
        self.dotted = -1
        self.in_branch = False

    # --- helpers

    def fail(self, message: str, hint: str = "", at: int | None = None) -> ParseError:
        pos = self.place[self.i if at is None else at] + self.offset
        return ParseError(message, self.text if self.whole is None else self.whole, pos, hint)

    def finish(self) -> None:
        """Nothing but separators may be left."""
        while self.word[self.i] in _SEPARATORS:
            self.i += 1
        if self.kind[self.i] != END:
            raise self.fail(f"`{self.word[self.i]}` after the end", "one unit at a time")

    def pos(self) -> int:
        return self.place[self.i] + self.offset

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"more than {MAX_DEPTH} forms inside each other", "name the inner parts")

    def slice(self, lo: int, hi: int) -> str:
        """The text of tokens lo..hi-1."""
        if hi <= lo:
            return ""
        return self.text[self.place[lo] : self.place[hi - 1] + len(self.word[hi - 1])]

    def expect(self, mark: str, what: str) -> None:
        if self.word[self.i] != mark:
            raise self.fail(f"`{mark}` expected {what}, found {self.shown()}", f"write {mark}")
        self.i += 1

    def shown(self) -> str:
        word = self.word[self.i]
        return "the end of the line" if word == "\n" else f"`{word}`" if word else "the end"

    def ahead(self, start: int, marks: frozenset[str], stops: frozenset[str]) -> int:
        """The next of `marks` at this depth from `start` on, -1 if a stop or too much comes first."""
        word, close = self.word, self.close
        i = start
        for _ in range(AHEAD):
            w = word[i]
            if w in marks:
                return i
            if w in stops and not (w == "=" and word[i - 1] == ">" and not self.spaced[i]):
                return -1
            i = close[i] + 1 if i in close else i + 1
        return -1

    def new_name(self, i: int) -> bool:
        """Whether the name at i stands in the text for the first time."""
        if self.first is None:
            self.first = {}
            first = self.first
            for k, w in enumerate(self.word):
                if w not in first:
                    first[w] = k
        return self.first.get(self.word[i]) == i

    # --- steps

    def steps(self, close: str) -> list[Node]:
        """Steps up to the closing mark, which stays."""
        out: list[Node] = []
        word = self.word
        saved = self.pipe, self.body_next, self.stops, self.in_branch
        self.pipe, self.body_next, self.stops, self.in_branch = True, False, _STATES, False
        while True:
            w = word[self.i]
            if w == "\n" or w == ";":
                self.i += 1
                continue
            if w == close or not w:
                break
            at = self.i
            out.append(self.step())
            w = word[self.i]
            if w not in _ENDS:
                self.left_over(out, word[self.i - 1] == "}")
            if self.i == at:
                self.i += 1
        self.pipe, self.body_next, self.stops, self.in_branch = saved
        return out

    def braces(self) -> list[Node]:
        """`{steps}`."""
        self.expect("{", "before the steps")
        self.deeper()
        out = self.steps("}")
        self.depth -= 1
        self.expect("}", "after the steps")
        return out

    def left_over(self, out: list[Node], ended: bool) -> None:
        """What follows a step on its line: words that belong to it."""
        w = self.word[self.i]
        if ended and (self.kind[self.i] in (NAME, STR, NUM) or w in "^^!^.*~(["):
            return
        if w == "if" and self.kind[self.i] == NAME:
            at = self.pos()
            self.i += 1
            test = self.expr(ORELSE)
            out[-1] = If(test, [out[-1]], None, pos=at)
            if self.word[self.i] in _ENDS:
                return
        elif w == "for" and self.kind[self.i] == NAME and self.loop_after(out):
            return
        if self.strict:
            raise self.fail(f"{self.shown()} cannot follow here", "separate steps with a newline or ;")
        items = self.rest(_SEPARATORS)
        last = out[-1]
        holder: Any = last
        while type(holder) in (Do, Return, Raise, Assign, Yield) and type(holder.value) in (Assign,):
            holder = holder.value
        if type(holder) in (Do, Return, Raise, Assign) and holder.value is not None:
            holder.value = _words(holder.value, items)
        else:
            out.append(Do(Words(items, pos=items[0].pos), pos=items[0].pos))

    def loop_after(self, out: list[Node]) -> bool:
        """`step for x in xs if p` as a loop."""
        end = self.ahead(self.i, frozenset(("in",)), _ENDS)
        if end < 0 or type(out[-1]) is not Do:
            return False
        clauses = self.clauses(frozenset(("for", "if", "else", "from")))
        node: Node = out[-1]
        for c in reversed(clauses):
            for test in reversed(c.conds):
                node = If(test, [node], None, pos=c.pos)
            targets = c.target.items if type(c.target) is Coll and c.target.open == "" else [c.target]
            node = Each(targets, c.iter, [node], c.is_async, pos=c.pos)
        out[-1] = node
        return self.word[self.i] in _ENDS

    def rest(self, ends: frozenset[str]) -> list[Node]:
        """Atoms up to a separator or the closing bracket: never fails, always moves on."""
        items: list[Node] = []
        word, kind = self.word, self.kind
        while True:
            w = word[self.i]
            if not w or w in ends or w == ")" or w == "]" or w == "}":
                return items
            at = self.i
            if kind[self.i] == NAME and w in _STATES or not self.begins(self.i):
                items.append(Raw(w, pos=self.pos()))
                self.i += 1
                continue
            item = self.expr(COMPARE)
            if self.i == at:
                items.append(Raw(w, pos=self.pos()))
                self.i += 1
            else:
                _extend(items, item)

    def begins(self, i: int) -> bool:
        """Whether an operand can start at token i."""
        k = self.kind[i]
        if k == NAME or k == NUM or k == STR:
            return True
        w = self.word[i]
        if k != OP:
            return False
        if w in "([{~":
            return True
        if w == "." or w == "::":
            return not self.spaced[i + 1] and (self.kind[i + 1] == NAME or self.word[i + 1] == "{")
        if w == ":" or w == "&" and self.word[i + 1] == ":":
            return self.kind[i + (1 if w == ":" else 2)] in (NAME, STR) and not self.spaced[i + 1] and self.symbol_at(i)
        if w in _PREFIX or w == "<-" or w == "?.":
            return w != "?." and not self.spaced[i + 1] and self.begins(i + 1)
        return w == "<>" and self.word[i + 1] in "({" or w in ("..", "..=", "...", "**")

    def symbol_at(self, i: int) -> bool:
        """Whether the `:` (or `&:`) at i can start a symbol: where an operand is due."""
        return self.word[i] == "&" or i == 0 or self.kind[i - 1] in (OP, NL) and self.word[i - 1] not in (")", "]", "}")

    def step(self) -> Node:
        """One step."""
        at = self.pos()
        i = self.i
        kind, word = self.kind[i], self.word[i]
        if kind == NAME and i != self.dotted:
            handler = _STEP_WORDS.get(word)
            if handler is not None:
                node = handler(self, at)
                if node is not None:
                    return node
                self.i = i
            elif word[0] == "@" and len(word) > 1 and (self.word[i + 1] in "\n(" or self.kind[i + 1] == NAME):
                unit = self.decorated()
                if unit is not None:
                    return unit
                self.i = i
                head = self.decorators(1)
                if head and self.word[self.i] == "{" and not self.spaced[self.i]:
                    return Block(head[0], self.braces(), pos=at)
                self.i = i
            elif word[0] == "#":
                brace = self.ahead(i, _BRACE, _ENDS)
                if brace > 0:
                    self.i = brace
                    return Block(self.slice(i, brace), self.braces(), pos=at)
            elif self.word[i + 1] in UNIT_MARKS and self.word[i + 2] == ":" and self.spaced[i + 1]:
                unit = self.marked([], at, False)
                if unit is not None:
                    return unit
        elif kind == OP:
            if word == "^":
                self.i += 1
                return Return(self.value_or_none(), pos=at)
            if word == "^!":
                self.i += 1
                return self.raise_rest(at)
            if word == "^^":
                self.i += 1
                return self.yield_rest(at)
            if word == "*":
                node = self.while_step(at)
                if node is not None:
                    return node
            elif word == "{":
                end = self.close[i]
                if self.word[end + 1] not in ASSIGN_OPS or self.word[end + 1] != "=":
                    return Block("", self.braces(), pos=at)
                target = self.operand_group()
                return self.assign([target], at)
            elif word == "~" and self.word[i + 1] == "with":
                self.i += 1
                node = self.with_step(at)
                if node is not None:
                    node.is_async = True  # type: ignore[attr-defined]
                    return node
                self.i = i
            elif (word == ":" or word == "?") and not (word == ":" and self.begins(i)):
                if not self.strict:
                    items: list[Node] = [Raw(word, pos=at)]
                    self.i += 1
                    items += self.rest(_SEPARATORS)
                    return Do(Words(items, pos=at), pos=at)
                raise self.fail(f"a step cannot start with `{word}`", "`test?step:other` on one line")
        elif kind == ROUTE:
            return self.route(at)
        return self.expression_step(at)

    def expression_step(self, at: int) -> Node:
        """A step that starts with an expression: a call, an assignment, a guard, a loop, a declaration."""
        first = self.expr(ORELSE)
        word = self.word
        w = word[self.i]
        if w in _ENDS:
            return Do(first, pos=at) if type(first) is not Cond else _as_step(first)
        if w == "?":
            return self.guard(first, at)
        items = [first]
        if w == ",":
            items = self.more(first, stop=True)
            w = word[self.i]
            if w == "?":
                return self.guard(_or_words(items, at), at)
        if w == "<-":
            return self.each(items, at)
        if w == ">" and word[self.i + 1] == ">":
            end = self.i + 2
            while word[end] == ">":
                end += 1
            if word[end] == "=":
                op = ">" * (end - self.i) + "="
                self.i = end
                node = self.assign(items, at)
                node.op = op
                return node
        if w in ASSIGN_OPS:
            last = items[-1]
            if type(last) is OrElse and len(items) == 1 and type(last.other) in _TARGETS:
                step = self.assign([last.other], last.other.pos)
                return Do(OrElse(last.value, Block("", [step]), pos=at), pos=at)
            return self.assign(items, at)
        value: Node = items[0]
        if len(items) > 1:
            if type(first) is Pipe and type(first.to) is Name and all(type(n) is Name for n in items[1:]):
                value = Pipe(first.value, Coll("(", [first.to, *items[1:]]), pos=at)
            else:
                value = Coll("", items, pos=at)
        if w == ":" and not self.in_branch:
            return self.colon(value, at)
        return Do(value, pos=at)

    def more(self, first: Node, stop: bool = False) -> list[Node]:
        """The rest of a list between commas."""
        items = [first]
        word = self.word
        while word[self.i] == ",":
            self.i += 1
            w = word[self.i]
            if w in _ENDS or w in ASSIGN_OPS and w != "&=":
                break
            at = self.i
            item = self.expr(ORELSE if stop else COND)
            w = word[self.i]
            if w not in _VALUE_ENDS and w not in ASSIGN_OPS and w != "<-" and not stop and not self.strict:
                item = self.filled(item, frozenset((",", "\n", ";")))
            if self.i == at:
                break
            items.append(item)
        return items

    def filled(self, item: Node, ends: frozenset[str]) -> Node:
        """The item and whatever stands after it up to the next of `ends`, as words."""
        if self.kind[self.i] == NAME and self.word[self.i] in self.stops:
            return item
        left = self.rest(ends)
        return _words(item, left) if left else item

    def values(self, least: int = COND) -> Node:
        """An expression or a bare list after `=` or `^`."""
        at = self.pos()
        saved = self.pipe
        self.pipe = True
        node = self.expr(least)
        if self.word[self.i] == ",":
            items = self.more(node)
            if len(items) > 1:
                node = Coll("", items, pos=at)
            elif self.word[self.i - 1] == ",":
                node = Coll("(", items, pos=at)
        self.pipe = saved
        return node

    def value_or_none(self) -> Node | None:
        w = self.word[self.i]
        if w in _VALUE_ENDS and w != "|":
            return None
        return self.values()

    def raise_rest(self, at: int) -> Node:
        w = self.word[self.i]
        value = None if w in _VALUE_ENDS and w != "|" else self.values()
        cause = None
        if value is not None and self.word[self.i] == "from":
            self.i += 1
            cause = self.expr(COALESCE)
        return Raise(value, cause, pos=at)

    def yield_rest(self, at: int) -> Node:
        if self.word[self.i] == "*" and not self.spaced[self.i]:
            self.i += 1
            return Yield(self.expr(UNARY), True, pos=at)
        value = self.value_or_none()
        if self.word[self.i] == ":" and value is not None and not self.in_branch:
            self.i += 1
            value = Pair(value, self.expr(COND), pos=value.pos)
        return Yield(value, pos=at)

    def assign(self, targets: list[Node], at: int, typed: str | None = None) -> Assign:
        op = self.word[self.i]
        self.i += 1
        w = self.word[self.i]
        if w in _ENDS or w == ",":
            last = targets[-1]
            name = last.name if type(last) is Member else last.id if type(last) is Name else None
            value: Node | None = Name(name, pos=at) if name else None
            return Assign(targets, value, op, typed, pos=at)
        start = self.i
        value = self.values()
        if self.word[self.i] == "=" and type(value) in _TARGETS and self.word[start] != "(":
            self.deeper()
            value = self.assign([value], value.pos)
            self.depth -= 1
        return Assign(targets, value, op, typed, pos=at)

    def guard(self, test: Node, at: int) -> Node:
        """`test?then:other`, chains in a loop."""
        root = node = If(test, [], None, pos=at)
        word = self.word
        while True:
            self.i += 1
            node.then = self.branch()
            if word[self.i] == "\n" and (word[self.i + 1] == ":" or word[self.i + 1] == "else"):
                self.i += 1
            w = word[self.i]
            if w == "else" and self.kind[self.i] == NAME:
                self.i += 1
                if word[self.i] == ":":
                    self.i += 1
            elif w == ":":
                self.i += 1
            else:
                return root
            if word[self.i] == "\n":
                self.i += 1
            if word[self.i] == "{" and self.is_block(self.i):
                node.other = self.braces()
                return root
            if word[self.i] in _ENDS:
                node.other = []
                return root
            start = self.pos()
            step = self.branch_step(True)
            if type(step) is list:
                following = If(step[0], [], None, pos=start)
                node.other = [following]
                node = following
                continue
            node.other = [step]  # type: ignore[list-item]
            return root

    def is_block(self, i: int) -> bool:
        """Whether the `{` at i holds steps; after a guard it always does unless a value goes on after it."""
        return self.word[self.close[i] + 1] not in (".", "[") or self.spaced[self.close[i] + 1]

    def branch(self) -> list[Node]:
        if self.word[self.i] == "{" and self.is_block(self.i):
            return self.braces()
        if self.word[self.i] in _ENDS or self.word[self.i] == ":":
            if self.strict:
                raise self.fail(f"a step expected after `?`, found {self.shown()}", "write what happens if the test holds")
            return []
        self.deeper()
        step = self.branch_step(False)
        self.depth -= 1
        return [step]  # type: ignore[list-item]

    def branch_step(self, want_test: bool) -> Node | list[Node]:
        """A single step in a branch; with `want_test` the test of a chained guard comes back in a list."""
        w, kind = self.word[self.i], self.kind[self.i]
        if want_test and (kind != OP or w in "(.![~-") and not (kind == NAME and (w in _STEP_WORDS or w[0] == "@")):
            mark = self.ahead(self.i, _QUESTION, _TEST_ENDS)
            if mark >= 0:
                at = self.i
                test = self.expr(ORELSE)
                if self.word[self.i] == "?":
                    return [test]
                self.i = at
        saved, self.in_branch = self.in_branch, True
        step = self.step()
        self.in_branch = saved
        return step

    def each(self, targets: list[Node], at: int) -> Node:
        is_async = False
        first = targets[0]
        if type(first) is Pipe and type(first.to) is Name:
            inner = self.each([first.to, *targets[1:]], first.to.pos)
            return Do(_markup(Pipe(first.value, inner, pos=at)), pos=at)
        if type(first) is Await:
            is_async = True
            targets = [first.value, *targets[1:]]
        self.i += 1
        saved = self.body_next, self.pipe
        self.body_next, self.pipe = True, False
        source = self.expr(COND) if self.word[self.i] not in _ENDS and self.word[self.i] != "{" else Name("")
        if self.word[self.i] == ",":
            source = Coll("", self.more(source, stop=True), pos=source.pos)
        if self.word[self.i] not in _ENDS and self.word[self.i] not in "{:?" and not self.strict:
            source = _words(source, self.rest(frozenset(("{", "\n", ";", ":"))))
        self.body_next, self.pipe = saved
        if self.word[self.i] == "{":
            body = self.braces()
        elif self.word[self.i] == ":":
            self.i += 1
            body = self.branch()
        elif self.word[self.i] == "?":
            self.i += 1
            body = [If(source, self.branch(), None, pos=at)]
            return Each(targets, Name(""), body, is_async, pos=at)
        else:
            left = targets[0] if len(targets) == 1 else Coll("", targets, pos=at)
            return Do(Bin("<-", left, source, pos=at), pos=at)
        return Each(targets, source, body, is_async, self.else_block(), pos=at)

    def else_block(self) -> list[Node] | None:
        if self.word[self.i] == "else" and self.word[self.i + 1] == "{":
            self.i += 1
            return self.braces()
        return None

    def head(self) -> Node:
        """An expression right before a `{body}`."""
        saved = self.body_next, self.pipe
        self.body_next, self.pipe = True, False
        node = self.expr(ORELSE)
        if self.word[self.i] != "{" and self.word[self.i] not in _ENDS and self.word[self.i] != "," and not self.strict:
            node = _words(node, self.rest(frozenset(("{", "\n", ";", ","))))
        self.body_next, self.pipe = saved
        return node

    def while_step(self, at: int) -> Node | None:
        i = self.i
        body = self.ahead(i + 1, _BRACE, _WHILE_ENDS)
        if body < 0:
            return None
        self.i += 1
        test = None if body == i + 1 else self.head()
        if self.word[self.i] != "{":
            self.i = i
            return None
        steps = self.braces()
        return While(test, steps, False, self.else_block(), pos=at)

    # --- steps that start with a word

    def do_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != "{":
            return None
        self.i += 1
        body = self.braces()
        if self.word[self.i] == "*":
            self.i += 1
            test = None if self.word[self.i] in _ENDS else self.expr(ORELSE)
            return While(test, body, True, pos=at)
        return Block("do", body, pos=at)

    def for_step(self, at: int) -> Node | None:
        i = self.i + 1
        if self.word[i] != "(" or not self.inside[i] & SEMI:
            return None
        end = self.close[i]
        if self.word[end + 1] != "{":
            return None
        self.i = i + 1
        self.deeper()
        saved = self.pipe
        self.pipe = False
        parts: list[list[Node]] = [[]]
        while self.i < end:
            w = self.word[self.i]
            if w == ";":
                parts.append([])
                self.i += 1
            elif w == ",":
                self.i += 1
            else:
                start = self.i
                parts[-1].append(self.loop_part(len(parts) == 2))
                if self.i == start:
                    self.i += 1
                elif self.word[self.i] not in ",;)":
                    if self.strict:
                        raise self.fail(f"{self.shown()} cannot stand in the head of a loop", "for(init;test;step){..}")
                    parts[-1][-1] = Do(Words([Raw(self.slice(start, self.i)), *self.rest(frozenset(",;"))]))
        self.depth -= 1
        self.pipe = saved
        self.i = end + 1
        while len(parts) < 3:
            parts.append([])
        test: Node | None = None
        if parts[1]:
            tests = [s.value if type(s) is Do else s for s in parts[1]]
            test = tests[0] if len(tests) == 1 else Coll("(", tests)
        return Loop(parts[0], test, parts[2], self.braces(), pos=at)

    def loop_part(self, is_test: bool) -> Node:
        at = self.pos()
        node = self.expr(COND if is_test else ORELSE)
        w = self.word[self.i]
        if w in ASSIGN_OPS and not is_test or w == ":" and not is_test:
            typed = None
            if w == ":":
                end = self.type_end(self.i + 1, True)
                typed = self.slice(self.i + 1, end)
                self.i = end
                if self.word[self.i] != "=":
                    return Assign([node], None, "=", typed, pos=at)
            op = self.word[self.i]
            self.i += 1
            return Assign([node], self.expr(COND), op, typed, pos=at)
        return Do(node, pos=at)

    def try_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != "{":
            return None
        self.i += 1
        node = Try(self.braces(), [], pos=at)
        while True:
            i = self.i
            w = self.word[i]
            if w == "\n" and self.kind[i + 1] == NAME and (self.handler_ahead(i + 1) or self.word[i + 1] in ("fin", "finally")):
                i += 1
                w = self.word[i]
            if w in ("fin", "finally") and self.word[i + 1] == "{":
                self.i = i + 1
                node.final = self.braces()
            elif w == "else" and self.word[i + 1] == "{":
                self.i = i + 1
                node.other = self.braces()
            elif i == self.i and self.word[i] not in _ENDS and self.handler_end(i) > 0 or i != self.i:
                self.i = i
                node.handlers.append(self.handler())
            else:
                return node

    def handler_ahead(self, i: int) -> bool:
        """Whether a handler starts a new line at i: an error type or `err`, perhaps a name, and a body."""
        w = self.word[i]
        if w != "err" and w != "catch" and not ERROR_TYPE.match(w):
            return False
        return self.handler_end(i) > 0

    def handler_end(self, i: int) -> int:
        """The `{` or `:` of a handler that starts at i, -1 if none does."""
        end = self.ahead(i, _HANDLER_MARKS, _HANDLER_STOPS)
        return end if end > i or self.word[i] == "{" else -1

    def handler(self) -> Handler:
        at = self.pos()
        lo, hi = self.i, self.handler_end(self.i)
        if self.word[lo] in ("catch", "except") and lo < hi:
            lo += 1
        if self.word[lo] == "(" and self.close[lo] == hi - 1:
            lo, hi = lo + 1, hi - 1
        end = hi
        name = None
        if hi - lo > 1 and self.kind[hi - 1] == NAME and (
            self.kind[hi - 2] == NAME or self.word[hi - 2] in (">", "&", "*", ")", "]")
        ):
            name = self.word[hi - 1]
            hi -= 1
            if self.word[hi - 1] == "as" and hi - 1 > lo:
                hi -= 1
        types: list[Node] = []
        start = lo
        for k in range(lo, hi + 1):
            if k == hi or self.word[k] == "|" or self.word[k] == ",":
                if k > start:
                    types.append(self.plain(start, k))
                start = k + 1
        if len(types) == 1 and type(types[0]) is Name and types[0].id == "err":
            types = []
        self.i = self.ahead(end, _HANDLER_MARKS, _HANDLER_STOPS)
        if self.word[self.i] == ":":
            self.i += 1
            return Handler(types, name, self.branch(), pos=at)
        return Handler(types, name, self.braces(), pos=at)

    def plain(self, lo: int, hi: int) -> Node:
        """Tokens lo..hi-1 as a name, a member, or text."""
        node: Node | None = None
        if self.kind[lo] == NAME:
            node = Name(self.word[lo], pos=self.place[lo] + self.offset)
            k = lo + 1
            while k + 1 < hi and self.word[k] in _NO_SPACE and self.kind[k + 1] == NAME:
                node = Member(node, self.word[k + 1], self.word[k], pos=node.pos)
                k += 2
            if k == hi:
                return node
        return Raw(self.slice(lo, hi), pos=self.place[lo] + self.offset)

    def with_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] in "=.,(" and not self.spaced[self.i + 1] or self.ahead(self.i, _BRACE, _SEPARATORS) < 0:
            return None
        self.i += 1
        items: list[Node] = []
        while True:
            start = self.pos()
            node = self.head()
            if self.word[self.i] == "=":
                self.i += 1
                value = self.head()
                if type(node) is Coll and node.open == "(" :
                    items.append(Assign([node], value, pos=start))
                else:
                    items.append(Assign([node], value, pos=start))
            elif type(node) is Bin and node.op == "as":
                items.append(Assign([node.right], node.left, pos=start))
            else:
                items.append(node)
            if self.word[self.i] != ",":
                break
            self.i += 1
        if self.word[self.i] != "{":
            return None
        return With(items, self.braces(), pos=at)

    def switch_step(self, at: int) -> Node | None:
        node = self.switch(at)
        if node is None:
            return None
        return node if self.word[self.i] in _ENDS or self.word[self.i] in ":," else None

    def switch(self, at: int) -> Node | None:
        i = self.i
        nxt = self.word[i + 1]
        if nxt == "{":
            self.i += 1
            return Switch(None, self.cases(), pos=at)
        if not self.spaced[i + 1] or self.kind[i + 1] == NAME and nxt in INFIX_WORDS:
            return None
        if not self.begins(i + 1) or self.ahead(i + 1, _BRACE, _SWITCH_STOPS) < 0:
            return None
        self.i += 1
        subject = self.head()
        if self.word[self.i] == "," :
            subject = Coll("", [subject, *[self.after_comma() for _ in range(9) if self.word[self.i] == ","]], pos=at)
        if self.word[self.i] != "{":
            self.i = i
            return None
        return Switch(subject, self.cases(), pos=at)

    def after_comma(self) -> Node:
        self.i += 1
        return self.head()

    def cases(self) -> list[Case]:
        """`{A,B:step;C if g:{..};else:step}`."""
        self.deeper()
        close = self.close[self.i]
        self.i += 1
        saved = self.pipe, self.body_next, self.stops, self.in_branch
        self.in_branch = False
        out: list[Case] = []
        while self.i < close:
            if self.word[self.i] in "\n;,":
                self.i += 1
                continue
            at = self.pos()
            start = self.i
            self.pipe, self.body_next, self.stops = False, False, _STATES
            labels: list[Node] = []
            guard = None
            if self.word[self.i] == "else":
                self.i += 1
            elif self.word[self.i] in ("_", "default") and self.word[self.i + 1] in ":i":
                self.i += 1
            else:
                labels = self.more(self.expr(ORELSE), stop=True)
            if self.word[self.i] == "if":
                self.i += 1
                guard = self.expr(ORELSE)
            self.pipe = True
            if self.word[self.i] not in (":", "=>", "->"):
                if self.strict:
                    raise self.fail(f"`:` expected after the labels of an arm, found {self.shown()}", "A,B:step")
                if self.word[self.i] == "?":
                    self.i = start
                    step = self.step()
                    out.append(Case([], None, [step], pos=at))
                else:
                    self.rest(frozenset(("\n", ";", ":")))
            body: list[Node] = []
            if self.word[self.i] in (":", "=>", "->"):
                self.i += 1
                if self.word[self.i] == "\n" and self.i + 1 < close:
                    self.i += 1
                if self.word[self.i] == "{" and self.is_block(self.i):
                    body = self.braces()
                elif self.word[self.i] not in _ENDS:
                    body = [self.step()]
                    if self.word[self.i] not in _ENDS and self.word[self.i] != ",":
                        self.left_over(body, False)
                out.append(Case(labels, guard, body, pos=at))
            elif not out or out[-1].pos != at:
                out.append(Case(labels, guard, [], pos=at))
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops, self.in_branch = saved
        self.depth -= 1
        self.i = close + 1
        return out

    def fail_step(self, at: int) -> Node | None:
        i = self.i + 1
        if not self.spaced[i] or self.kind[i] != NAME and self.word[i][:1] != "^":
            return None
        self.i = i
        error: Node | None = None
        if self.kind[i] == NAME:
            end = self.ahead(i, frozenset(":"), _ENDS)
            if end < 0:
                return None
            error = self.plain(i, end)
            self.i = end + 1
        return Fail(error, self.step(), pos=at)

    def jump_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] in _JUMP_ENDS:
            self.i = i
            return Jump(word, pos=at)
        if self.kind[i] in (NAME, NUM, STR) and self.word[i + 1] in _JUMP_ENDS:
            self.i = i + 1
            return Jump(word, self.word[i], pos=at)
        return None

    def go_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] == "{":
            self.i = i
            return Go(word, self.braces(), pos=at)
        if not self.spaced[i] or not self.begins(i) or self.kind[i] == NAME and self.word[i] in INFIX_WORDS:
            return None
        self.i = i
        return Go(word, [Do(self.expr(COALESCE), pos=self.place[i] + self.offset)], pos=at)

    def word_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] in _ENDS:
            if word not in LONE_WORDS:
                return None
            self.i = i
            return Word(word, [], pos=at)
        if not self.spaced[i] or not self.begins(i) or self.kind[i] == NAME and self.word[i] in INFIX_WORDS:
            return None
        if self.word[i] in "-*&+" and self.spaced[i + 1]:
            return None
        self.i = i
        args: list[Node] = []
        while True:
            start = self.pos()
            node = self.expr(COND)
            if self.word[self.i] in ASSIGN_OPS and self.begins(self.i + 1):
                op = self.word[self.i]
                self.i += 1
                node = Assign([node], self.expr(COND), op, pos=start)
            args.append(node)
            if self.word[self.i] != "," or not self.begins(self.i + 1):
                return Word(word, args, pos=at)
            self.i += 1

    def state_step(self, at: int) -> Node | None:
        """`state x=0,y`: what a component keeps."""
        i = self.i + 1
        if not self.spaced[i] or self.kind[i] != NAME:
            return None
        self.i = i
        args: list[Node] = []
        while True:
            start, name = self.pos(), self.word[self.i]
            if self.kind[self.i] != NAME:
                return None
            self.i += 1
            value = None
            if self.word[self.i] == "=":
                self.i += 1
                value = self.expr(COND)
            args.append(Assign([Name(name)], value, pos=start))
            if self.word[self.i] != ",":
                break
            self.i += 1
        return Word("state", args, pos=at) if self.word[self.i] in _ENDS else None

    def block_step(self, at: int) -> Node | None:
        word, i = self.word[self.i], self.i + 1
        if self.word[i] == "{":
            self.i = i
            return Block(word, self.braces(), pos=at)
        if word == "synchronized" and self.spaced[i] and self.ahead(i, _BRACE, _ENDS) > 0:
            self.i = i
            lock = self.head()
            if self.word[self.i] == "{":
                return With([lock], self.braces(), pos=at)
        return None

    def quirk_step(self, at: int) -> Node | None:
        if self.word[self.i + 1] != ":":
            return None
        lo = self.i + 2
        i = lo
        while self.word[i] != "\n" and self.word[i] not in ("", ")", "]", "}"):
            i = self.close[i] + 1 if i in self.close else i + 1
        self.i = i
        return Quirk(self.slice(lo, i), pos=at)

    # --- a colon after an expression

    def colon(self, node: Node, at: int) -> Node:
        """`x:T`, `x:T=v`, `label:{..}`, `step Err:other`, `words: step`."""
        i = self.i
        if self.word[i + 1] == "{" and type(node) in (Name, Member) and not self.spaced[i]:
            self.i += 1
            return Block(self.headline(node) + ":", self.braces(), pos=at)
        caught = self.caught(node, at)
        if caught is not None:
            return caught
        simple = type(node) is Name or type(node) is Member
        if simple and not self.spaced[i + 1] or simple and self.strict:
            end = self.type_end(i + 1, True)
            if end > i + 1 and (self.word[end] in _ENDS or self.word[end] == "=" or self.word[end] == ","):
                typed = self.slice(i + 1, end)
                self.i = end
                if self.word[end] == "=":
                    return self.assign([node], at, typed)
                return Assign([node], None, "=", typed, pos=at)
        if type(node) is Pipe and self.kind[i + 1] == NAME and self.word[i + 2] in _ENDS:
            self.i += 2
            to = Pair(node.to, Name(self.word[i + 1]), pos=node.to.pos)
            return Do(Pipe(node.value, to, pos=at), pos=at)
        if self.strict:
            raise self.fail("`:` after an expression", "`name:type`, or `test?step:other`")
        self.i += 1
        if self.word[self.i] == "\n" or self.word[self.i] in _ENDS:
            return Block(self.headline(node) + ":", [], pos=at)
        self.deeper()
        body = self.braces() if self.word[self.i] == "{" else [self.step()]
        if self.word[self.i] not in _ENDS and self.word[self.i] not in ":,":
            self.left_over(body, self.word[self.i - 1] == "}")
        self.depth -= 1
        if _is_test(node):
            return If(node, body, None, pos=at)
        return Block(self.headline(node) + ":", body, pos=at)

    def headline(self, node: Node) -> str:
        return print_expr(node).replace("\n", " ")

    def caught(self, node: Node, at: int) -> Node | None:
        """`step Err e:other`: the step tried, its error handled."""
        outer = node
        lists: list[Node] | None = None
        if type(node) is Coll and node.open == "":
            lists = node.items
            node = lists[-1]
        items = node.items if type(node) is Words else [node]
        name = None
        error = items[-1]
        rest = items[:-1]
        if len(items) > 1 and type(error) is Name and _is_error(items[-2]) and not _is_error(error):
            name = error.id
            error = items[-2]
            rest = items[:-2]
        if not _is_error(error):
            return None
        while rest and type(rest[-1]) is Name and rest[-1].id in ("on", "On", "catch", "if"):
            rest = rest[:-1]
        self.i += 1
        body = self.branch()
        handler = Handler([error], name, body, pos=error.pos)
        kept: Node | None = None
        if rest:
            kept = rest[0] if len(rest) == 1 else Words(rest, pos=node.pos)
        if lists is not None:
            lists = lists[:-1] + ([kept] if kept is not None else [])
            kept = lists[0] if len(lists) == 1 else Coll("", lists, pos=outer.pos)
        if kept is None:
            if name is None and len(body) == 1:
                return Fail(error, body[0], pos=at)
            return Fail(error, Block(name or "", body), pos=at)
        return Try([Do(kept, pos=at)], [handler], pos=at)

    # --- expressions

    def expr(self, least: int, left: Node | None = None) -> Node:
        """An expression whose operators bind at least as tight as `least`; `left` is its first operand if read already."""
        self.deeper()
        if left is None:
            at = self.pos()
            left = self.operand()
        else:
            at = left.pos
        word, kind = self.word, self.kind
        while True:
            i = self.i
            w = word[i]
            k = kind[i]
            if k == OP:
                rank = _INFIX.get(w)
                if rank is not None:
                    if rank < least:
                        break
                    if self.word[i + 1] in _ENDS and word[i + 1] != "\n":
                        break
                    self.i += 1
                    if rank == POWER:
                        right = self.expr(POWER)
                    else:
                        right = self.expr(rank + 1)
                    left = Bin(w, left, right, pos=at)
                    continue
                if w == ">":
                    if COMPARE < least:
                        break
                    compared = self.greater(left, at, least)
                    if compared is None:
                        break
                    left = compared
                    continue
                if w == "|":
                    if self.spaced[i] and self.spaced[i + 1] and word[i + 1] != "\n":
                        if BINARY["|"] < least:
                            break
                        self.i += 1
                        left = Bin("|", left, self.expr(BINARY["|"] + 1), pos=at)
                        continue
                    if ORELSE < least:
                        break
                    self.i += 1
                    left = self.or_else(left, at)
                    continue
                if w == "?":
                    if COND < least:
                        break
                    left = self.conditional(left, at)
                    continue
                if w == ".." or w == "..=":
                    if RANGE < least:
                        break
                    self.i += 1
                    hi = self.expr(RANGE + 1) if self.begins(self.i) and not self.spaced[self.i] else None
                    left = Range(left, hi, w == "..=", pos=at)
                    continue
                if w == "." and self.spaced[i] and self.spaced[i + 1]:
                    if BINARY["."] < least:
                        break
                    self.i += 1
                    left = Bin(".", left, self.expr(BINARY["."] + 1), pos=at)
                    continue
                if w == "^!" or w == "^^":
                    if self.spaced[i] or BINARY["^"] < least or word[i - 1] == "}":
                        break
                    self.i += 1
                    right = self.expr(BINARY["^"] + 1)
                    left = Bin("^", left, Un("!", right) if w == "^!" else right, pos=at)
                    continue
                if w == "!" and word[i + 1] in ("in", "is") and not self.spaced[i + 1]:
                    if COMPARE < least:
                        break
                    self.i += 2
                    left = Bin("!" + word[i + 1], left, self.expr(COMPARE + 1), pos=at)
                    continue
            elif k == NAME:
                if w in INFIX_WORDS:
                    got = self.infix_word(left, at, w, least)
                    if got is not None:
                        left = got
                        continue
                    if self.i != i:
                        break
                    if BINARY.get(w, 99) < least:
                        break
                elif w == "not" and least <= WORDS:
                    nxt = word[i + 1]
                    if nxt == "in" and least <= COMPARE:
                        self.i += 2
                        left = Bin("not in", left, self.expr(COMPARE + 1), pos=at)
                        continue
                    if nxt in TEST_WORDS:
                        self.i += 2
                        left = Bin("is not", left, Name(nxt, pos=self.place[i + 1] + self.offset), pos=at)
                        continue
                elif w == "if" and least <= COND and self.else_ahead(i):
                    self.i += 1
                    test = self.expr(ORELSE)
                    if word[self.i] == "else":
                        self.i += 1
                        left = Cond(test, left, self.expr(COND), pos=at)
                        continue
                    left = _words(left, [Raw("if"), test])
                    continue
                elif w in TEST_WORDS and least <= WORDS and self.spaced[i]:
                    self.i += 1
                    left = Bin("is", left, Name(w, pos=self.place[i] + self.offset), pos=at)
                    continue
                if w in self.stops:
                    break
            if least > WORDS or not self.goes_on(i):
                break
            right = self.expr(COMPARE)
            left = _words(left, [right])
            if self.i == i:
                break
        self.depth -= 1
        return left

    def goes_on(self, i: int) -> bool:
        """Whether another operand follows side by side."""
        k = self.kind[i]
        if k == NAME or k == NUM:
            return True
        if k == STR:
            return True
        if k != OP:
            return False
        w = self.word[i]
        if w == "(" or w == "[":
            return True
        if w == "{":
            return not self.body_next and (self.spaced[i] or self.word[i - 1] in "}")
        if w == ".":
            return self.spaced[i] and not self.spaced[i + 1] and self.kind[i + 1] == NAME
        if w == "~" or w == "...":
            return self.spaced[i] and self.begins(i + 1)
        if w == "!":
            return self.spaced[i] and not self.spaced[i + 1] and self.begins(i + 1)
        return False

    def else_ahead(self, i: int) -> bool:
        return self.ahead(i + 1, _ELSE, _COND_STOPS) >= 0

    def infix_word(self, left: Node, at: int, w: str, least: int) -> Node | None:
        i = self.i
        rank = BINARY[w]
        if rank < least:
            return None
        if not self.begins(i + 1) and not (w == "as" and self.word[i + 1] in "?!" and self.begins(i + 2)):
            return None
        if w == "is":
            if self.word[i + 1] == "not" and self.begins(i + 2):
                self.i = i + 2
                return Bin("is not", left, self.expr(COMPARE + 1), pos=at)
        elif w == "as" or w == "satisfies":
            start = i + 1
            op = w
            if w == "as" and self.word[start] in ("?", "!") and not self.spaced[start]:
                op += self.word[start]
                start += 1
            end = self.cast_end(start)
            if end == start:
                return None
            self.i = end
            return Bin(op, left, self.plain(start, end), pos=at)
        self.i = i + 1
        if (w == "is" or w == "instanceof") and self.kind[i + 1] == NAME:
            end = self.cast_end(i + 1)
            if ">" in self.word[i + 1 : end] and self.word[end] != "(":
                self.i = end
                return Bin(w, left, self.plain(i + 1, end), pos=at)
        return Bin(w, left, self.expr(rank + 1), pos=at)

    def cast_end(self, i: int) -> int:
        """The end of the type after `as`: one name, with its prefix, arguments and brackets."""
        word = self.word
        while word[i] in ("&", "*", "[") and not (word[i] == "[" and self.close[i] > i + 2):
            i = self.close[i] + 1 if word[i] == "[" else i + 1
        while self.kind[i] == NAME and word[i] in ("const", "mut", "unsigned", "signed", "long", "short", "struct", "typeof", "keyof") and (
            self.kind[i + 1] == NAME
        ):
            i += 1
        if self.kind[i] != NAME:
            return self.close[i] + 1 if word[i] in "([{" and i in self.close and word[i] else i
        if word[i] == "map" and word[i + 1] == "[":
            return self.cast_end(self.close[i + 1] + 1)
        if word[i] in ("struct", "interface") and word[i + 1] == "{" and self.close[i + 1] == i + 2:
            return i + 3
        i += 1
        while True:
            if word[i] == "." and not self.spaced[i] and self.kind[i + 1] == NAME:
                i += 2
            elif word[i] == "<" and not self.spaced[i]:
                end = self.angles(i)
                if end < 0:
                    return i
                i = end
            elif word[i] == "[" and not self.spaced[i]:
                i = self.close[i] + 1
            elif word[i] == "*" and not self.spaced[i] and not self.begins(i + 1):
                i += 1
            else:
                return i

    def greater(self, left: Node, at: int, least: int) -> Node | None:
        """`>`: compares, pipes, or is the start of `>=`, `>>`, `>>>`."""
        word, spaced = self.word, self.spaced
        i = self.i
        j = i + 1
        op = ">"
        while word[j] == ">" and not spaced[j] and len(op) < 3:
            op += ">"
            j += 1
        if word[j] in ("=", "==") and not spaced[j]:
            if word[j] == "=" and op == ">":
                op = ">="
                j += 1
            else:
                return None
        if op == ">":
            if self.pipes(left, i):
                if RANGE - 1 < least:
                    return None
                self.i = j
                return _markup(Pipe(left, self.expr(RANGE), pos=at))
        elif op != ">=":
            if BINARY[op] < least:
                return None
        if not self.begins(j):
            return None
        self.i = j
        return Bin(op, left, self.expr(BINARY[op] + 1), pos=at)

    def pipes(self, left: Node, i: int) -> bool:
        """Whether the `>` at i hands on or names a value."""
        spaced, word = self.spaced, self.word
        if spaced[i] and spaced[i + 1]:
            return False
        if self.pipe and not self.body_next and self.ahead(i + 1, _QUESTION, _COND_STOPS) < 0:
            return True
        if type(left) not in _GIVES or self.kind[i + 1] != NAME or not self.new_name(i + 1):
            return False
        w = word[i + 2]
        name = word[i + 1]
        if not name[0].islower() or spaced[i + 1]:
            return False
        return w in ("?", "|", ",", "&&", "||", ")", "{") or w == "(" and spaced[i + 2] or self.kind[i + 2] == NAME

    def or_else(self, left: Node, at: int) -> Node:
        """What follows `value|`."""
        w = self.word[self.i]
        start = self.pos()
        if w == "^":
            self.i += 1
            nxt = self.word[self.i]
            value = None if nxt in _VALUE_ENDS else self.expr(COALESCE)
            if self.word[self.i] == "?" and value is not None and self.pipe:
                value = self.conditional(value, start)
            return OrElse(left, Return(value, pos=start), pos=at)
        if w == "^!":
            self.i += 1
            nxt = self.word[self.i]
            value = None if nxt in _VALUE_ENDS else self.expr(COALESCE)
            cause = None
            if self.word[self.i] == "from":
                self.i += 1
                cause = self.expr(COALESCE)
            return OrElse(left, Raise(value, cause, pos=start), pos=at)
        if w in JUMPS and self.kind[self.i] == NAME:
            jump = self.jump_step(start)
            if jump is not None:
                return OrElse(left, jump, pos=at)
        if w == "{" and not self.body_next:
            if self.close[self.i] > self.i + 1 and not self.looks_like_pairs(self.i):
                return OrElse(left, Block("", self.braces(), pos=start), pos=at)
        if not self.begins(self.i) and w not in ("^^", ":"):
            if self.strict:
                raise self.fail(f"a value or a step expected after `|`, found {self.shown()}", "x|other")
            return OrElse(left, Name(""), pos=at)
        return OrElse(left, self.expr(COALESCE), pos=at)

    def looks_like_pairs(self, i: int) -> bool:
        """Whether the `{` at i opens a literal with keys: `{a:..`, `{"a":..`, `{...x`, `{a,b}`."""
        if self.inside[i] & (SEMI | ARROW | RETURNS):
            return False
        k, w = self.kind[i + 1], self.word[i + 1]
        if w in UNIT_MARKS and self.word[i + 2] == ":" and self.kind[i + 3] == NAME and self.word[i + 4] in ("(", "<", "{"):
            return False
        if w in ("...", "**", "}") or (w == "[" and self.word[self.close[i + 1] + 1] == ":"):
            return True
        if (k == NAME or k == STR or k == NUM) and self.word[i + 2] in (":", ",", "}"):
            return self.word[i + 2] != "}" or k != NAME
        return False

    def conditional(self, test: Node, at: int) -> Node:
        """`test?then:other` as a value."""
        self.i += 1
        self.deeper()
        saved = self.pipe, self.body_next
        self.pipe, self.body_next = False, False
        then = self.expr(COND) if self.begins_value() else None
        self.pipe, self.body_next = saved
        if then is None:
            if self.strict:
                raise self.fail(f"a value expected after `?`, found {self.shown()}", "test?then:other")
            self.depth -= 1
            return _words(test, [Raw("?")])
        if self.word[self.i] == "\n" and self.word[self.i + 1] == ":":
            self.i += 1
        if self.word[self.i] == ":":
            self.i += 1
            if self.begins_value():
                saved_pipe, self.pipe = self.pipe, False
                other = self.expr(COND)
                self.pipe = saved_pipe
                self.depth -= 1
                return Cond(test, then, other, pos=at)
        elif self.strict:
            raise self.fail(f"`:` expected after the first value, found {self.shown()}", "test?then:other")
        self.depth -= 1
        return Cond(test, then, Name(""), pos=at)

    def begins_value(self) -> bool:
        return self.begins(self.i) or self.word[self.i] in ("^", "^!", "^^")

    def operand(self) -> Node:
        """A prefix, a literal, a name or a group, with what is attached to it."""
        i = self.i
        kind, w = self.kind[i], self.word[i]
        at = self.place[i] + self.offset
        if kind == NAME:
            if i == self.dotted:
                self.i += 1
                return self.postfix(Member(None, w, pos=at), at)
            if w[0] == "@" and w[1] != "@":
                self.i += 1
                return Un("@", self.postfix(Name(w[1:], pos=at + 1), at), pos=at)
            nxt = self.word[i + 1]
            if nxt == "=>":
                self.i += 2
                return self.lambda_body([Param(w, pos=at)], at)
            if w in ("struct", "interface") and nxt == "{" and self.close[i + 1] == i + 2:
                self.i += 3
                return self.postfix(Raw(w + "{}", pos=at), at)
            if w in _OPERAND_WORDS:
                node = self.word_operand(i, w, at)
                if node is not None:
                    return node
            self.i += 1
            return self.postfix(Name(w, pos=at), at)
        if kind == NUM:
            self.i += 1
            if w[0] == "." and w[1:].isdigit() and self.word[i + 1] in (".", "[", "(") and not self.spaced[i + 1]:
                return self.postfix(Member(None, w[1:], pos=at), at)
            return self.postfix(Num(w, pos=at), at)
        if kind == STR:
            self.i += 1
            return self.postfix(parse_string(w, at), at)
        if w == "(":
            close = self.close[i]
            if self.word[close + 1] == "=>":
                return self.lambda_at(i, at)
            node = self.group()
            if self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next:
                if type(node) is Call or self.word[self.i + 1] in MODIFIERS | UNIT_MARKS:
                    return self.postfix(self.brace_after(node, at), at)
                if type(node) in (Name, Coll) and self.inside[self.i] & _STEPS_INSIDE:
                    return Lambda(self.params(i + 1, close), self.braces(), pos=at)
            return self.postfix(node, at)
        if w == ".":
            if self.kind[i + 1] == NAME and not self.spaced[i + 1]:
                self.i += 2
                return self.postfix(Member(None, self.word[i + 1], pos=at), at)
            self.i += 1
            if self.word[i + 1] == "{" and not self.spaced[i + 1] and not self.body_next:
                return self.brace_after(Member(None, "", pos=at), at)
            return Raw(".", pos=at)
        if w == "[":
            return self.postfix(self.operand_group(), at)
        if w == "{":
            return self.postfix(self.operand_group(), at)
        if w == "~":
            self.i += 1
            nxt = self.word[self.i]
            if nxt == "(" and self.word[self.close[self.i] + 1] == "=>" or self.word[self.i + 1] == "=>":
                node = self.operand()
                if type(node) is Lambda:
                    node.is_async = True
                    return node
                return Await(node, pos=at)
            return Await(self.expr(UNARY), pos=at)
        if w in _PREFIX and not (w == "*" and self.word[i + 1] == "{"):
            self.i += 1
            op = w
            if w == "-" and self.kind[i + 1] == NUM and not self.spaced[i + 1] and self.word[i + 2] not in ("**", ".", "["):
                self.i += 1
                return Num("-" + self.word[i + 1], pos=at)
            if w == "&&" and self.begins(self.i):
                return Un("&", Un("&", self.expr(UNARY), pos=at), pos=at)
            if w == "&" and self.word[self.i] == "mut" and self.begins(self.i + 1):
                self.i += 1
                op = "&mut"
            if not self.begins(self.i):
                if self.strict:
                    raise self.fail(f"an operand expected after `{w}`, found {self.shown()}")
                return Raw(w, pos=at)
            return Un(op, self.expr(UNARY), pos=at)
        if w == "..." or w == "**":
            self.i += 1
            if self.begins(self.i):
                return Spread(w, self.expr(UNARY), pos=at)
            return Raw(w, pos=at)
        if w == ".." or w == "..=":
            self.i += 1
            return Range(None, self.expr(RANGE + 1) if self.begins(self.i) else None, w == "..=", pos=at)
        if w == "^":
            self.i += 1
            return Return(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == "^!":
            self.i += 1
            return Raise(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == "^^":
            self.i += 1
            if self.word[self.i] == "*" and not self.spaced[self.i]:
                self.i += 1
                return Yield(self.expr(UNARY), True, pos=at)
            return Yield(self.expr(COALESCE) if self.begins(self.i) else None, pos=at)
        if w == ":" and self.kind[i + 1] in (NAME, STR) and not self.spaced[i + 1]:
            self.i += 2
            text = ":" + self.word[i + 1]
            if self.word[i + 2] in ("?", "!", "=") and not self.spaced[i + 2] and self.word[i + 3] in (")", ",", "]"):
                text += self.word[i + 2]
                self.i += 1
            return self.postfix(Str(text, pos=at), at)
        if w == "::" and self.kind[i + 1] == NAME and not self.spaced[i + 1]:
            self.i += 2
            return self.postfix(Name("::" + self.word[i + 1], pos=at), at)
        if w == "<-" and self.begins(i + 1):
            self.i += 1
            return Un("<-", self.expr(UNARY), pos=at)
        if w == "<" and self.angles(i) > 0 and self.word[self.angles(i)] == "::":
            end = self.angles(i)
            while self.word[end] == "::" and self.kind[end + 1] == NAME:
                end += 2
            self.i = end
            return self.postfix(Raw(self.slice(i, end), pos=at), at)
        if w == "*" and self.word[i + 1] == "{":
            self.i += 1
            return While(None, self.braces(), pos=at)
        if w == "<>" and self.word[i + 1] in "({":
            self.i += 1
            return self.element(Name("", pos=at), [], at) if self.word[self.i] == "{" else self.fragment(at)
        if (w == "|" or w == "||") and not self.spaced[i + 1]:
            node = self.closure(i, at)
            if node is not None:
                return node
        if self.strict:
            raise self.fail(f"an expression expected, found {self.shown()}", "see docs/language.md for the forms")
        if w in _ENDS:
            return Name("", pos=at)
        self.i += 1
        return Raw(w, pos=at)

    def fragment(self, at: int) -> Node:
        args = self.args()
        if self.word[self.i] == "{":
            return self.element(Name("", pos=at), args, at)
        return Element("", args, [], pos=at)

    def closure(self, i: int, at: int) -> Node | None:
        """Rust's `|a,b| expr`."""
        params: list[Param] = []
        if self.word[i] == "|":
            end = self.ahead(i + 1, frozenset("|"), _ENDS)
            if end < 0:
                return None
            params = self.params(i + 1, end)
            self.i = end + 1
        else:
            self.i += 1
        return self.lambda_body(params, at)

    def word_operand(self, i: int, w: str, at: int) -> Node | None:
        """An operand that starts with a word of the language."""
        spaced = self.spaced[i + 1]
        if w == "match":
            node = self.switch(at)
            return node if node is None else self.postfix(node, at)
        if w == "not":
            if not self.begins(i + 1) or self.kind[i + 1] == NAME and self.word[i + 1] in ("in", "is", "and", "or"):
                return None
            self.i += 1
            return Un("not", self.expr(COMPARE), pos=at)
        if not spaced or not self.begins(i + 1) or self.kind[i + 1] == OP and self.word[i + 1] not in "([.~{*&":
            return None
        if self.kind[i + 1] == OP and self.word[i + 1] in "*&" and self.spaced[i + 2]:
            return None
        if self.kind[i + 1] == NAME and (self.word[i + 1] in INFIX_WORDS or self.word[i + 1] in self.stops):
            return None
        self.i += 1
        if w == "new":
            if self.kind[i + 1] != NAME:
                return Un("new", self.expr(UNARY), pos=at)
            start = self.pos()
            node: Node = Name(self.word[i + 1], pos=start)
            self.i += 1
            while self.word[self.i] == "." and self.kind[self.i + 1] == NAME and not self.spaced[self.i]:
                node = Member(node, self.word[self.i + 1], pos=start)
                self.i += 2
            generic = self.generic(node)
            if generic is not None:
                node = generic
            if self.word[self.i] == "(" and not self.spaced[self.i]:
                node = Call(node, self.args(), pos=start)
            elif self.word[self.i] == "[" and not self.spaced[self.i]:
                node = self.index(node, start)
            elif self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next:
                return Un("new", self.brace_after(node, start), pos=at)
            return self.postfix(Un("new", node, pos=at), at)
        if w == "in" or w == "is":
            return Un(w, self.expr(COMPARE + 1), pos=at)
        return Un(w, self.expr(UNARY), pos=at)

    def lambda_at(self, i: int, at: int) -> Node:
        close = self.close[i]
        params = self.params(i + 1, close)
        self.i = close + 2
        return self.lambda_body(params, at)

    def lambda_body(self, params: list[Param], at: int) -> Node:
        self.deeper()
        w = self.word[self.i]
        if w == "{" and not (self.looks_like_pairs(self.i) and self.word[self.i + 2] == ":"):
            body: Any = self.braces()
        else:
            body = self.expr(COND)
            w = self.word[self.i]
            if w in ASSIGN_OPS and type(body) in _TARGETS:
                body = [self.assign([body], body.pos)]
        self.depth -= 1
        return Lambda(params, body, pos=at)

    def postfix(self, node: Node, at: int) -> Node:
        """Members, calls, indexes and braces attached to an operand."""
        word, kind, spaced = self.word, self.kind, self.spaced
        turns = 0
        while True:
            i = self.i
            if spaced[i]:
                return node
            w = word[i]
            if w == ".":
                if spaced[i + 1]:
                    return node
                k = kind[i + 1]
                if k == NAME:
                    name = word[i + 1]
                    if "::" in name:
                        head, _, tail = name.partition("::")
                        node = Member(Member(node, head, pos=at), tail, "::", pos=at)
                    else:
                        node = Member(node, name, pos=at)
                    self.i += 2
                elif k == NUM and word[i + 1].isdigit():
                    node = Member(node, word[i + 1], pos=at)
                    self.i += 2
                elif word[i + 1] == "[" or word[i + 1] == "(":
                    self.i += 1
                else:
                    return node
            elif w == "(":
                node = self.call(node, at)
            elif w == "?.":
                if kind[i + 1] == NAME:
                    if self.guards(node, i):
                        return node
                    node = Member(node, word[i + 1], "?.", pos=at)
                    self.i += 2
                elif word[i + 1] == "(":
                    self.i += 1
                    node = Call(Member(node, "", "?.", pos=at), self.args(), pos=at)
                elif word[i + 1] == "[":
                    self.i += 1
                    node = self.index(Member(node, "", "?.", pos=at), at)
                else:
                    return node
            elif w == "[":
                node = self.index(node, at)
            elif w == "{":
                if self.body_next or type(node) not in _BUILDS:
                    return node
                node = self.brace_after(node, at)
            elif w == "!":
                nxt = word[i + 1]
                if nxt == "!" and not spaced[i + 1]:
                    node = Post(node, "!!", pos=at)
                    self.i += 2
                elif nxt in "([" and not spaced[i + 1] and nxt and type(node) in (Name, Member):
                    if type(node) is Name:
                        node.id += "!"
                    else:
                        node.name += "!"
                    self.i += 1
                elif nxt in ("in", "is") and not spaced[i + 1] and kind[i + 1] == NAME:
                    return node
                else:
                    node = Post(node, "!", pos=at)
                    self.i += 1
            elif w == "++" or w == "--":
                node = Post(node, w, pos=at)
                self.i += 1
            elif w == "::" or w == "->":
                if kind[i + 1] == NAME and not spaced[i + 1]:
                    node = Member(node, word[i + 1], "::" if w == "::" else ".", pos=at)
                    self.i += 2
                elif w == "::" and word[i + 1] == "<":
                    end = self.angles(i + 1)
                    if end < 0:
                        return node
                    node = self.with_text(node, self.slice(i, end))
                    self.i = end
                else:
                    return node
            elif w == "?":
                if type(node) not in (Name, Member) or not self.predicate(i):
                    return node
                if type(node) is Name:
                    node.id += "?"
                else:
                    node.name += "?"
                self.i += 1
            elif w == "<":
                generic = self.generic(node)
                if generic is None:
                    return node
                node = generic
            elif w == "#" and kind[i + 1] == NAME and type(node) is Name:
                node = Name(node.id + "#" + word[i + 1], pos=at)
                self.i += 2
            else:
                return node
            turns += 1
            if turns > 400:
                raise self.fail("more than 400 members or calls in one chain", "name a part of it")

    def with_text(self, node: Node, text: str) -> Node:
        if type(node) is Name:
            return Name(node.id + text, pos=node.pos)
        if type(node) is Member:
            return Member(node.obj, node.name + text, node.op, pos=node.pos)
        return node

    def guards(self, node: Node, i: int) -> bool:
        """Whether the `?.` at i is a guard before a receiver's member, written without its blank."""
        if self.strict:
            return False
        end = self.ahead(i + 1, frozenset(":?"), _COND_STOPS)
        if end < 0 or self.word[end] != ":" or self.word[end + 1] in _ENDS:
            return False
        if not self.pipe or self.body_next:
            return False
        self.word[i] = "?"
        self.dotted = i + 1
        return True

    def predicate(self, i: int) -> bool:
        """Whether the `?` at i belongs to the name before it, as Ruby's `empty?`."""
        nxt = self.word[i + 1]
        if self.spaced[i + 1]:
            return nxt in ("?", "&&", "||", "==", "!=", "and", "or", "if", "unless")
        if nxt == "(":
            close = self.close[i + 1]
            after = self.word[close + 1]
            return after != ":"
        return nxt in (")", ",", "]", "}", "&&", "||", "==", "\n", ";", "")

    def generic(self, node: Node) -> Node | None:
        """`Name<T>` before a call or a build."""
        i = self.i
        if self.word[i] != "<" or self.spaced[i] or self.spaced[i + 1] or type(node) not in (Name, Member):
            return None
        end = self.angles(i)
        if end < 0 or self.spaced[end]:
            return None
        w = self.word[end]
        if w not in ("(", "{", "::") or w == "{" and self.body_next:
            return None
        self.i = end
        return self.with_text(node, self.slice(i, end))

    def angles(self, i: int) -> int:
        """The token after the `>` that closes the `<` at i, if only a type stands between, else -1."""
        depth = 0
        word, kind = self.word, self.kind
        for _ in range(60):
            w = word[i]
            k = kind[i]
            if w == "<":
                depth += 1
            elif w == "<>":
                pass
            elif w == ">":
                depth -= 1
                if not depth:
                    return i + 1
            elif w == "[" or w == "(" or w == "{":
                i = self.close[i]
            elif k == NAME or k == STR:
                pass
            elif w not in _TYPE_MARKS:
                return -1
            i += 1
        return -1

    def call(self, node: Node, at: int) -> Node:
        args = self.args()
        if self.word[self.i] == "{" and not self.spaced[self.i] and not self.body_next and type(node) in (Name, Member):
            return self.element(node, args, at)
        return Call(node, args, pos=at)

    def element(self, tag: Node, attrs: list[Node], at: int) -> Node:
        """`tag(attrs){child;child}`."""
        name = print_expr(tag)
        if not attrs and type(tag) is Index:
            return Block(name, self.braces(), pos=at)
        children = [_child(s) for s in self.braces()]
        node = Element(name, attrs, children, pos=at)
        if self.word[self.i] == "(" and not self.spaced[self.i] and not attrs:
            node.attrs = self.args()
        return node

    def brace_after(self, node: Node, at: int) -> Node:
        """`Type{a,b=x}`, or `tag{child;child}`."""
        i = self.i
        if self.inside[i] & _STEPS_INSIDE and not self.multiline_build(i):
            return self.element(node, [], at)
        self.deeper()
        close = self.close[i]
        self.i += 1
        items = self.items(close, True)
        self.depth -= 1
        return Build(node, items, pos=at)

    def multiline_build(self, i: int) -> bool:
        """Whether only layout breaks the lines of a build."""
        if self.inside[i] & (SEMI | ARROW | RETURNS):
            return False
        return self.kind[i + 1] == NAME and self.word[i + 2] in (":", "=") and self.word[self.close[i] - 1] == ","

    def index(self, node: Node, at: int) -> Node:
        i = self.i
        close = self.close[i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, _STATES
        args: list[Node] = []
        while self.i < close:
            if self.word[self.i] == ",":
                self.i += 1
                continue
            start = self.i
            args.append(self.slice_or_item(close))
            if self.i < close and self.word[self.i] != ",":
                args[-1] = self.stuck(args[-1], frozenset(","))
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        if type(node) is Name and node.id == "map" and not self.spaced[self.i]:
            end = self.cast_end(self.i)
            if end > self.i and not self.spaced[end - 1]:
                self.i = end
                return Raw("map" + self.slice(i, end), pos=at)
        return Index(node, args, pos=at)

    def slice_or_item(self, close: int) -> Node:
        at = self.pos()
        parts: list[Node | None] = [None, None, None]
        colons = 0
        while self.i < close:
            w = self.word[self.i]
            if w == ":" and (colons < 2):
                colons += 1
                self.i += 1
            elif w == "::" and colons < 1:
                colons += 2
                self.i += 1
            elif w == "," or parts[min(colons, 2)] is not None:
                break
            else:
                start = self.i
                parts[min(colons, 2)] = self.expr(ORELSE if colons else COND) if w != "*" else self.item(close, False)
                if self.i == start:
                    break
        if colons:
            return Slice(parts[0], parts[1], parts[2], pos=at)
        return parts[0] if parts[0] is not None else Name("", pos=at)

    def stuck(self, node: Node, ends: frozenset[str], start: int = -1) -> Node:
        """Inside brackets, what cannot follow: a type, an error, or words."""
        if start >= 0 and (self.word[self.i] in _TYPE_MARKS or self.word[self.i] == ">"):
            end = self.type_end(start, True)
            if end > self.i and self.word[end] in (",", ")", "]"):
                self.i = end
                return Raw(self.slice(start, end), pos=node.pos)
        if self.strict:
            raise self.fail(f"{self.shown()} cannot stand here", "separate with a comma")
        left = self.rest(ends)
        return _words(node, left) if left else node

    def args(self) -> list[Node]:
        """`(a,b=x,*c)`."""
        close = self.close[self.i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, _STATES
        if self.i < close and self.inside[self.i - 1] & SEMI and not self.strict:
            steps = self.steps(")")
            out = [Lambda([], steps)] if len(steps) != 1 else steps
        else:
            out = self.items(close, False)
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        return out

    def items(self, close: int, build: bool) -> list[Node]:
        """Items between commas up to the token `close`, and past it for a build."""
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, _STATES
        out: list[Node] = []
        word = self.word
        while self.i < close:
            if word[self.i] == "," or word[self.i] == "\n" or word[self.i] == ";":
                self.i += 1
                continue
            start = self.i
            node = self.item(close, build)
            if self.i < close and word[self.i] == "for" and not out:
                node = Comp("(", node, self.clauses(_CLAUSE_STOPS), pos=node.pos)
            if self.i < close and word[self.i] not in (",", "\n"):
                node = self.stuck(node, frozenset((",", "\n")), start)
            out.append(node)
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        if build:
            self.i = close + 1
        return out

    def item(self, close: int, build: bool) -> Node:
        """One argument, field or element."""
        i = self.i
        at = self.pos()
        w = self.word[i]
        kind = self.kind[i]
        if kind == NAME:
            nxt = self.word[i + 1]
            if nxt == "=" :
                self.i += 2
                if self.i >= close or self.word[self.i] == ",":
                    return Arg(w, Name(w, pos=at), pos=at)
                return Arg(w, self.keyed(), pos=at)
            if build and (i + 1 == close or nxt == ",") :
                self.i += 1
                return Arg(w, Name(w, pos=at), pos=at)
        elif kind == OP:
            if w == "*" and self.begins(i + 1) and not self.spaced[i + 1]:
                self.i += 1
                value = self.expr(UNARY)
                if self.i >= close or self.word[self.i] in (",", "for"):
                    return Spread("*", value, pos=at)
                return self.expr(COND, Un("*", value, pos=at))
            if w == "*" and self.begins(i + 1):
                self.i += 1
                return self.expr(COND, Un("*", self.expr(UNARY), pos=at))
        if w in UNIT_MARKS and self.word[i + 1] == ":" and not self.spaced[i + 1] or w in MODIFIERS and kind == NAME:
            unit = self.marked([], at, False)
            if unit is not None:
                return unit
        node = self.expr(COND)
        w = self.word[self.i]
        if w == ":" and self.i < close:
            self.i += 1
            if self.i >= close or self.word[self.i] == ",":
                key = Name(node.id) if type(node) is Name else Name("")
                return Pair(node, key, pos=at)
            return Pair(node, self.keyed(), pos=at)
        if w == "=>" and self.i < close:
            self.i += 1
            return Pair(node, self.keyed(), pos=at)
        if w == "=" and self.i + 1 < close and type(node) in (Member, Index, Name) and self.begins(self.i + 1):
            self.i += 1
            return Bin("=", node, self.keyed(), pos=at)
        if w == "<-" and not self.strict:
            return self.each([node], at)
        return node

    def keyed(self) -> Node:
        """A value after `=` or `:` in a list."""
        if self.word[self.i] == "*" and self.begins(self.i + 1):
            at = self.pos()
            self.i += 1
            return self.expr(COND, Un("*", self.expr(UNARY), pos=at))
        if self.kind[self.i] == NAME and self.word[self.i + 1] == "=" and self.begins(self.i + 2):
            name, at = self.word[self.i], self.pos()
            self.i += 2
            return Arg(name, self.keyed(), pos=at)
        return self.expr(COND)

    def clauses(self, stops: frozenset[str]) -> list[For]:
        """`for t in xs if p` once or more."""
        out: list[For] = []
        word = self.word
        saved = self.stops
        self.stops = stops
        while True:
            is_async = word[self.i] == "async" and word[self.i + 1] == "for"
            if is_async:
                self.i += 1
            if word[self.i] != "for":
                break
            at = self.pos()
            self.i += 1
            target = self.expr(RANGE) if word[self.i] != "*" else self.item(self.i + 2, False)
            if word[self.i] == ",":
                items = [target]
                while word[self.i] == ",":
                    self.i += 1
                    items.append(self.expr(RANGE) if word[self.i] != "*" else self.item(self.i + 2, False))
                target = Coll("", items, pos=target.pos)
            if word[self.i] != "in":
                if self.strict:
                    raise self.fail(f"`in` expected after the target, found {self.shown()}", "for x in xs")
                out.append(For(Name(""), target, [], is_async, pos=at))
            else:
                self.i += 1
                out.append(For(target, self.expr(ORELSE), [], is_async, pos=at))
            if word[self.i] not in ("if", "for", "async") and self.kind[self.i] != END and not self.strict:
                extra = self.rest_of_clause()
                if extra:
                    out[-1].iter = _words(out[-1].iter, extra)
            while word[self.i] == "if":
                self.i += 1
                out[-1].conds.append(self.expr(ORELSE))
        self.stops = saved
        return out

    def rest_of_clause(self) -> list[Node]:
        if self.word[self.i] in _ENDS or self.word[self.i] in (",", ":", "?", "|"):
            return []
        return self.rest(frozenset((",", "\n", ";", "if", "for", ":")))

    def group(self) -> Node:
        """`(..)`: an expression, a tuple, a comprehension, an assignment or a loop as a value."""
        i = self.i
        at = self.pos()
        close = self.close[i]
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, _STATES
        if self.inside[i] & SEMI and not self.strict:
            node: Node = Block("", self.steps(")"), pos=at)
        else:
            items: list[Node] = []
            comma = False
            while self.i < close:
                if self.word[self.i] == ",":
                    comma = True
                    self.i += 1
                    continue
                start = self.i
                item = self.one_of_group()
                if self.word[self.i] == "for" and not items:
                    item = Comp("(", item, self.clauses(_CLAUSE_STOPS), pos=at)
                if self.i < close and self.word[self.i] != ",":
                    item = self.stuck(item, frozenset(","))
                items.append(item)
                if self.i == start:
                    self.i += 1
            if len(items) == 1 and not comma:
                node = items[0]
            else:
                node = Coll("(", items, pos=at)
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        return node

    def one_of_group(self) -> Node:
        at = self.pos()
        if self.word[self.i] == "*" and self.begins(self.i + 1) and not self.spaced[self.i + 1]:
            self.i += 1
            value = self.expr(UNARY)
            if self.word[self.i] in (",", ")") and self.word[self.i] == ",":
                return Spread("*", value, pos=at)
            node = self.expr(COND, Un("*", value, pos=at))
            if self.word[self.i] in ASSIGN_OPS and self.begins(self.i + 1):
                op = self.word[self.i]
                self.i += 1
                return Bin(op, node, self.expr(COND), pos=at)
            return node
        if self.word[self.i] in ("^", "^!"):
            return self.step()
        node = self.expr(COND)
        w = self.word[self.i]
        if w in ASSIGN_OPS and self.begins(self.i + 1):
            self.i += 1
            return Bin(w, node, self.expr(COND), pos=at)
        if w == "<-":
            return self.each([node], at)
        if w == ":" and self.begins(self.i + 1):
            self.i += 1
            return Pair(node, self.expr(COND), pos=at)
        return node

    def operand_group(self) -> Node:
        """`[..]` or `{..}` as a literal, a comprehension, or a block where steps stand in it."""
        i = self.i
        at = self.pos()
        opener = self.word[i]
        close = self.close[i]
        if opener == "{" and self.inside[i] & (SEMI | ARROW | RETURNS) and not self.strict:
            return Block("", self.braces(), pos=at)
        self.deeper()
        self.i += 1
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = False, False, _STATES
        items: list[Node] = []
        word = self.word
        node: Node | None = None
        while self.i < close:
            if word[self.i] == "," or word[self.i] == "\n" or word[self.i] == ";":
                self.i += 1
                continue
            start = self.i
            item = self.item(close, False)
            if self.i < close and word[self.i] in ("for", "async") and not items:
                node = Comp(opener, item, self.clauses(_CLAUSE_STOPS), pos=at)
                if self.i < close:
                    node = self.stuck(node, frozenset())
                break
            if self.i < close and word[self.i] not in (",", "\n", ";"):
                item = self.stuck(item, frozenset((",", "\n", ";")))
            items.append(item)
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        self.depth -= 1
        self.i = close + 1
        if node is not None:
            return node
        if opener == "[" and not self.spaced[self.i] and (
            self.kind[self.i] == NAME or not items and word[self.i] in ("*", "[")
        ):
            end = self.cast_end(self.i)
            if end > self.i and not self.spaced[end - 1]:
                self.i = end
                return Raw(self.slice(i, end), pos=at)
        return Coll(opener, items, pos=at)

    # --- units

    def alone(self) -> Node:
        """A unit that stands alone: header, then steps without braces."""
        while self.word[self.i] == "\n":
            self.i += 1
        at = self.pos()
        start = self.i
        decorators = self.decorators()
        while self.word[self.i] in _SEPARATORS:
            self.i += 1
        if self.kind[self.i] == ROUTE:
            return self.route(at, decorators, alone=True)
        unit = self.marked(decorators, at, True)
        if unit is not None:
            return unit
        func = self.header(decorators, at) or self.bare_header(decorators, at) or self.operator_header(decorators, at)
        if func is None:
            if self.strict:
                raise self.fail("a unit starts with its header", "name(params)->T, then its steps on the lines below", start)
            self.i = start
            return Func("", [], self.steps(""), pos=at)
        self.header_rest(func)
        if self.word[self.i] == "{" and self.braces_end_unit():
            func.body = self.braces()
            return func
        body = self.steps("")
        func.body = body or None
        return func

    def bare_header(self, decorators: list[str], at: int) -> Func | None:
        """`name` alone on the first line, perhaps with modifiers before and decorators after it."""
        i = self.i
        while self.kind[i] == NAME and self.kind[i + 1] == NAME and self.word[i + 1][0] != "@" and i < self.i + 6:
            i += 1
        after = self.word[i + 1]
        if self.kind[i] != NAME or after != "\n" and after[:1] != "@" or self.word[i] in _STEP_WORDS:
            return None
        func = Func(self.word[i], [], None, None, False, None, decorators, self.modifier_texts(self.i, i), pos=at)
        self.i = i + 1
        return func

    def operator_header(self, decorators: list[str], at: int) -> Func | None:
        """`==(other)`, `[](i)`: an operator that is defined."""
        i = self.i
        start = i
        i = self.close[i] + 1 if self.word[i] == "[" and self.close[i] == i + 1 else i
        while self.kind[i] == OP and self.word[i] != "(" and self.word[i] not in _ENDS and i < start + 4:
            i += 1
        if i == start or self.word[i] != "(" or self.word[self.close[i] + 1] not in _ENDS | {"->", "{"}:
            return None
        func = Func(self.slice(start, i), self.params(i + 1, self.close[i]), None, None, False, None, decorators, pos=at)
        self.i = self.close[i] + 1
        return func

    def braces_end_unit(self) -> bool:
        i = self.close[self.i] + 1
        while self.word[i] in _SEPARATORS:
            i += 1
        return self.kind[i] == END

    def header_rest(self, func: Func) -> None:
        """What stands on the header line after parameters and type: modifiers, decorators, the intent."""
        while self.kind[self.i] == NAME and self.word[self.i][0] == "@":
            func.decorators.extend(self.decorators(1))
        if self.kind[self.i] == STR and func.intent is None and self.word[self.i + 1] in _ENDS | {"{"}:
            func.intent = _unquoted(self.word[self.i])
            self.i += 1
        if self.word[self.i] in _ENDS or self.word[self.i] == "{":
            return
        if self.word[self.i] == ":" and self.word[self.i + 1] in _ENDS:
            self.i += 1
            return
        if self.strict:
            raise self.fail(f"{self.shown()} cannot stand on the header line", "steps start on the next line")
        if self.word[self.i] in ("!", "=", ":"):
            self.i += 1

    def decorators(self, most: int = 99) -> list[str]:
        """Lines of `@name(args)`."""
        out: list[str] = []
        word, kind, spaced = self.word, self.kind, self.spaced
        while len(out) < most:
            i = self.i
            while word[i] == "\n":
                i += 1
            if kind[i] == NAME and word[i][0] == "@" and len(word[i]) > 1:
                start = i
                i += 1
            elif word[i] == "#" and word[i + 1] == "[" and not spaced[i + 1]:
                start = i
                i = self.close[i + 1] + 1
            else:
                return out
            while not spaced[i]:
                if word[i] in ("(", "["):
                    i = self.close[i] + 1
                elif word[i] in (".", ":") and kind[i + 1] == NAME and not spaced[i + 1]:
                    i += 2
                elif word[i] == "<" and self.angles(i) > 0:
                    i = self.angles(i)
                else:
                    break
            out.append(self.slice(start, i))
            self.i = i
            while word[self.i] == "\n" and word[self.i + 1][:1] == "@":
                self.i += 1
        return out

    def decorated(self) -> Node | None:
        """A unit with its decorators among steps."""
        at = self.pos()
        decorators = self.decorators()
        while self.word[self.i] == "\n":
            self.i += 1
        unit = self.marked(decorators, at, False)
        if unit is not None or self.kind[self.i] == ROUTE:
            return unit or self.route(at, decorators)
        func = self.header(decorators, at)
        if func is None or self.word[self.i] != "{":
            return None
        func.body = self.braces()
        return func

    def marked(self, decorators: list[str], at: int, in_class: bool) -> Node | None:
        """A unit that starts with its mark, modifiers before it: `F:`, `C:`, `K:` and so on; None if there is none."""
        i = self.i
        word, kind = self.word, self.kind
        k = i
        modifiers: list[str] = []
        while kind[k] == NAME and kind[k + 1] == NAME and self.spaced[k + 1] and k - i < 8:
            modifiers.append(word[k])
            k += 1
        mark = word[k]
        if mark not in UNIT_MARKS or kind[k] != NAME or word[k + 1] != ":" or self.spaced[k + 1]:
            return None
        if kind[k + 2] != NAME and word[k + 2] not in "~(" or self.spaced[k + 2]:
            return None
        self.i = k + 2
        if mark == "F":
            func = self.header(decorators, at)
            if func is None:
                self.i = i
                return None
            func.modifiers[:0] = modifiers
            self.header_rest(func)
            if word[self.i] == "{":
                func.body = self.braces()
            return func
        name = word[self.i]
        if mark in "KT":
            self.i += 1
            tparams = ""
            if word[self.i] == "<" and self.angles(self.i) > 0:
                end = self.angles(self.i)
                tparams = self.slice(self.i, end)
                self.i = end
            if word[self.i] != "=":
                self.i = i
                return None
            self.i += 1
            if mark == "T":
                end = self.i
                while word[end] not in _ENDS:
                    end = self.close[end] + 1 if end in self.close else end + 1
                value: Node = Raw(self.slice(self.i, end), pos=self.pos())
                self.i = end
            else:
                value = self.values() if word[self.i] not in _ENDS else Name("")
            return Const(mark, name + tparams, value, pos=at)
        self.i += 1
        return self.class_rest(mark, name, modifiers, decorators, at, i)

    def class_rest(self, mark: str, name: str, modifiers: list[str], decorators: list[str], at: int, back: int) -> Node | None:
        word = self.word
        node = Class(mark, name, [], [], None, decorators, modifiers, pos=at)
        if word[self.i] == "<" and self.angles(self.i) > 0:
            end = self.angles(self.i)
            node.tparams = self.slice(self.i, end)
            self.i = end
        groups = 0
        while word[self.i] == "(" and groups < 2:
            close = self.close[self.i]
            if groups == 0:
                node.bases = self.type_list(self.i + 1, close)
            else:
                node.params = self.params(self.i + 1, close)
            groups += 1
            self.i = close + 1
        if not self.strict:
            while word[self.i] not in _ENDS and word[self.i] != "{" and self.kind[self.i] != STR:
                self.i = self.close[self.i] + 1 if self.i in self.close else self.i + 1
        if self.kind[self.i] == STR:
            node.intent = _unquoted(word[self.i])
            self.i += 1
        if word[self.i] != "{":
            if self.strict:
                raise self.fail(f"`{{` expected before the members, found {self.shown()}", "C:Name(Base){members}")
            if word[self.i] not in _ENDS:
                self.i = back
                return None
            return node
        self.deeper()
        self.i += 1
        node.members = self.members("}", True)
        self.depth -= 1
        self.expect("}", "after the members")
        return node

    def type_list(self, lo: int, hi: int) -> list[str]:
        out: list[str] = []
        start = lo
        depth = 0
        i = lo
        while i <= hi:
            w = self.word[i]
            if i == hi or w == "," and depth <= 0:
                if i > start:
                    out.append(self.slice(start, i))
                start = i + 1
            elif w == "<":
                depth += 1
            elif w == ">":
                depth -= 1
            i = self.close[i] + 1 if i in self.close and i < hi else i + 1
        return out

    def members(self, close: str, in_class: bool) -> list[Node]:
        """Units and fields up to the closing mark."""
        out: list[Node] = []
        word = self.word
        saved = self.pipe, self.body_next, self.stops
        self.pipe, self.body_next, self.stops = True, False, _STATES
        while True:
            w = word[self.i]
            if w == "\n" or w == ";" or w == "," and in_class:
                self.i += 1
                continue
            if w == close or not w:
                break
            start = self.i
            out.append(self.member(in_class))
            if word[self.i] not in _ENDS and not (in_class and word[self.i] == ","):
                self.left_over(out, word[self.i - 1] == "}" or word[self.i - 1] == ")")
            if self.i == start:
                self.i += 1
        self.pipe, self.body_next, self.stops = saved
        return out

    def member(self, in_class: bool) -> Node:
        at = self.pos()
        start = self.i
        decorators = self.decorators()
        while self.word[self.i] == "\n" and decorators:
            self.i += 1
        if self.kind[self.i] == ROUTE:
            return self.route(at, decorators)
        unit = self.marked(decorators, at, in_class)
        if unit is not None:
            return unit
        here = self.i
        if self.kind[here] != OP or self.word[here] in "~(":
            func = self.header(decorators, at)
            if func is not None:
                self.member_header_rest(func)
                if self.word[self.i] == "{":
                    func.body = self.braces()
                    return func
                ends = self.word[self.i] in _ENDS or in_class and self.word[self.i] == ","
                if ends and (in_class or func.returns or func.modifiers or decorators):
                    return func
        if decorators and not self.strict:
            self.i = here
        else:
            self.i = start
        if in_class:
            return self.field(at)
        return self.step()

    def member_header_rest(self, func: Func) -> None:
        while self.kind[self.i] == NAME and self.word[self.i][0] == "@":
            func.decorators.extend(self.decorators(1))
        if self.kind[self.i] == STR and self.word[self.i + 1] in _ENDS | {"{", ","}:
            func.intent = _unquoted(self.word[self.i])
            self.i += 1

    def field(self, at: int) -> Node:
        """`x`, `x:T`, `x=1`, `x:T=1` in a class; commas separate fields."""
        i = self.i
        w = self.word[i]
        if self.kind[i] == NAME and w not in _STEP_WORDS or self.kind[i] == NUM:
            nxt = self.word[i + 1]
            name = Name(w, pos=at)
            if nxt in _ENDS or nxt == ",":
                self.i += 1
                return Assign([name], None, pos=at)
            typed = None
            if nxt == ":" and not self.spaced[i + 1]:
                end = self.type_end(i + 2, True)
                if end > i + 2:
                    typed = self.slice(i + 2, end)
                    self.i = end
                    if self.word[end] != "=":
                        return Assign([name], None, "=", typed, pos=at)
                    nxt = "="
                    i = end - 1
            if nxt == "=":
                self.i = i + 2
                if self.word[self.i] in _ENDS or self.word[self.i] == ",":
                    return Assign([name], name, "=", typed, pos=at)
                value = self.expr(COND)
                if self.word[self.i] == "=" and type(value) in _TARGETS:
                    self.i += 1
                    value = Assign([value], self.expr(COND), pos=value.pos)
                return Assign([name], value, "=", typed, pos=at)
            self.i = self.index_of(i, at)
        if self.word[self.i] == "(" and self.word[self.close[self.i] + 1] in ASSIGN_OPS:
            target = self.group()
            op = self.word[self.i]
            self.i += 1
            return Assign([target], self.expr(COND), op, pos=at)
        return self.member_step(at)

    def index_of(self, i: int, at: int) -> int:
        for k in range(self.i, -1, -1):
            if self.place[k] + self.offset <= at:
                return k
        return i

    def member_step(self, at: int) -> Node:
        """A step of a class body: as any, but a comma ends it."""
        w = self.word[self.i]
        if self.kind[self.i] == NAME and w in _STEP_WORDS or self.kind[self.i] == OP and w not in "(.[~":
            return self.step()
        node = self.expr(ORELSE)
        w = self.word[self.i]
        if w in ASSIGN_OPS:
            self.i += 1
            if self.word[self.i] in _ENDS or self.word[self.i] == ",":
                return Assign([node], node, w, pos=at)
            return Assign([node], self.expr(COND), w, pos=at)
        if w == "?":
            return self.guard(node, at)
        if w == "<-":
            return self.each([node], at)
        if w == ":":
            return self.colon(node, at)
        return Do(node, pos=at)

    def header(self, decorators: list[str], at: int) -> Func | None:
        """`mod ~recv.name<T>(params)->T throws X`; None (and the place restored) if no header stands here."""
        back = self.i
        word, kind, spaced = self.word, self.kind, self.spaced
        i = self.i
        lead: list[int] = []
        is_async = False
        opening = -1
        for _ in range(40):
            w = word[i]
            if w == "(":
                if word[self.close[i] + 1] != "(" and not (kind[self.close[i] + 1] == NAME and i == back):
                    opening = i
                    break
                i = self.close[i] + 1
                continue
            if w in _ENDS or w in _HEADER_STOPS or kind[i] == STR:
                break
            if w == "<":
                end = self.angles(i)
                if end < 0:
                    break
                i = end
                continue
            if w == "[":
                i = self.close[i] + 1
                continue
            if w == "~" and kind[i + 1] != OP:
                is_async = True
            elif kind[i] != NAME and w not in _HEADER_MARKS:
                break
            elif w == "operator" and kind[i] == NAME:
                k = i + 3 if word[i + 1] == "(" and self.close[i + 1] == i + 2 else i + 1
                while k < i + 6 and word[k] != "(" and word[k] not in _ENDS:
                    k = self.close[k] + 1 if k in self.close else k + 1
                if word[k] == "(":
                    opening = k
                    break
            lead.append(i)
            i += 1
        if opening < 0:
            self.i = back
            return None
        close = self.close[opening]
        # the name: the last run of tokens without a blank between
        tparams = ""
        name_end = opening
        if opening > back and word[opening - 1] == ">":
            depth = 0
            for k in range(opening - 1, back, -1):
                depth += {">": 1, "<": -1}.get(word[k], 0)
                if not depth:
                    tparams = self.slice(k, opening)
                    name_end = k
                    break
        if opening > back and word[opening - 1] == "]" and not tparams:
            k = next((k for k in range(opening - 2, back, -1) if self.close.get(k) == opening - 1), back)
            if k > back and kind[k - 1] == NAME and not spaced[k]:
                tparams = self.slice(k, opening)
                name_end = k
        first = name_end
        depth = 0
        while first > back and (not spaced[first] or depth):
            first -= 1
            depth += {">": 1, "<": -1}.get(word[first], 0)
        if word[first] == "~":
            first += 1
        if "operator" in word[back:name_end] and opening - back < 40:
            first = back + word[back:name_end].index("operator")
            while first > back and not spaced[first]:
                first -= 1
            if tparams and word[opening - 2] not in (">",) :
                tparams = ""
            name_end = opening if not tparams else name_end
        name = self.slice(first, name_end)
        receiver = ""
        if "." in name and name[0] != ".":
            receiver, _, name = name.rpartition(".")
        elif name[:1] == "." or any(c in name for c in "()[]{}\"'`;,"):
            if "operator" not in name:
                self.i = back
                return None
        modifiers = self.modifier_texts(back, first)
        try:
            params = self.params(opening + 1, close)
        except ParseError:
            if decorators or modifiers or word[close + 1] in ("{", "->"):
                raise
            self.i = back
            return None
        func = Func(name, params, None, None, is_async, None, decorators, modifiers, pos=at)
        func.tparams, func.receiver = tparams, receiver
        if modifiers and modifiers[-1] in ("get", "set"):
            func.kind = modifiers.pop()
        if name == "constructor":
            func.kind = "constructor"
        self.i = close + 1
        while kind[self.i] == NAME and word[self.i] in ("const", "noexcept", "override", "final") and word[self.i]:
            if word[self.i] in ("const", "noexcept"):
                func.modifiers.append(word[self.i])
            else:
                func.modifiers.insert(0, word[self.i])
            self.i += 1
        if word[self.i] == "->" or word[self.i] == ":" and word[self.i + 1] not in _ENDS and not self.strict and (
            kind[self.i + 1] == NAME and not spaced[self.i + 1] and word[self.type_end(self.i + 1, False)] in _ENDS | {"{"}
        ):
            end = self.type_end(self.i + 1, False)
            func.returns = self.slice(self.i + 1, end) or None
            self.i = end
        while kind[self.i] == NAME and word[self.i] in ("throws", "const", "noexcept", "where"):
            start = self.i
            if word[start] in ("const", "noexcept"):
                self.i += 1
            else:
                self.i = self.type_end(start + 1, False, commas=True)
            func.modifiers.append(self.slice(start, self.i))
        return func

    def modifier_texts(self, lo: int, hi: int) -> list[str]:
        out: list[str] = []
        i = lo
        while i < hi:
            j = i + 1
            while j < hi and not self.spaced[j]:
                j += 1
            text = self.slice(i, j)
            if text != "~":
                out.append(text.lstrip("~") if text[0] == "~" else text)
            i = j
        return out

    def params(self, lo: int, hi: int) -> list[Param]:
        """Parameters between tokens lo and hi."""
        out: list[Param] = []
        i = lo
        word = self.word
        while i < hi:
            if word[i] == ",":
                i += 1
                continue
            i = self.param(i, hi, out)
        return out

    def param(self, i: int, hi: int, out: list[Param]) -> int:
        word, kind = self.word, self.kind
        at = self.place[i] + self.offset
        start = i
        star = ""
        if word[i] in ("*", "**", "...", "/"):
            star = word[i]
            i += 1
        while i + 1 < hi and word[i] in PARAM_WORDS and kind[i + 1] == NAME and (
            i + 2 >= hi or word[i + 2] in _AFTER_PARAM or word[i + 1] in PARAM_WORDS
        ):
            star += word[i] + " "
            i += 1
        name = ""
        if i < hi and word[i] in ("{", "[", "("):
            end = self.close[i] + 1
            name = self.slice(i, end)
            i = end
        elif i + 1 < hi and word[i] == "&" and kind[i + 1] == NAME and (i + 2 >= hi or word[i + 2] in _AFTER_PARAM):
            name = self.slice(i, i + 2)
            i += 2
        elif i < hi and kind[i] == NAME and (i + 1 >= hi or word[i + 1] in _AFTER_PARAM):
            name = word[i]
            i += 1
        elif star and (i >= hi or word[i] == ","):
            pass
        else:
            return self.foreign_param(start, hi, out)
        mark = ""
        if i < hi and word[i] in ("?", "!", "#"):
            mark = word[i]
            i += 1
        elif i < hi and word[i] == "?:":
            mark = "?"
            end = self.type_end(i + 1, True, hi)
            out.append(Param(name, self.slice(i + 1, end), self.default(end, hi), star, mark, pos=at))
            return self.next_param(self.i if word[end] == "=" else end, hi)
        typed = None
        if i < hi and word[i] == ":":
            end = self.type_end(i + 1, True, hi)
            typed = self.slice(i + 1, end)
            i = end
        default = self.default(i, hi)
        out.append(Param(name, typed, default, star, mark, pos=at))
        return self.next_param(self.i if default is not None else i, hi)

    def default(self, i: int, hi: int) -> Node | None:
        if i >= hi or self.word[i] != "=":
            return None
        back = self.i
        saved = self.pipe, self.body_next
        self.pipe, self.body_next = False, False
        self.i = i + 1
        node = self.keyed() if self.i < hi else Name("")
        self.pipe, self.body_next = saved
        if self.i > hi:
            self.i = back
            return Raw(self.slice(i + 1, hi))
        return node

    def next_param(self, i: int, hi: int) -> int:
        """To the comma: what else stands there is dropped with a word of warning in strict mode."""
        if i < hi and self.word[i] != "," and self.strict:
            raise self.fail(f"`{self.word[i]}` cannot stand in a parameter", "name:type=default", i)
        depth = 0
        while i < hi:
            w = self.word[i]
            if w == "," and depth <= 0:
                return i + 1
            depth += {"<": 1, ">": -1}.get(w, 0)
            i = self.close[i] + 1 if i in self.close else i + 1
        return i

    def foreign_param(self, i: int, hi: int, out: list[Param]) -> int:
        """`Type name`, `Type... name`, `&$data`, a literal: the last word before `=` is the name."""
        word, kind = self.word, self.kind
        start = i
        depth = 0
        end = hi
        equals = -1
        while i < hi:
            w = word[i]
            if w == "," and depth <= 0:
                end = i
                break
            if w == "=" and depth <= 0 and equals < 0:
                equals = i
            depth += {"<": 1, ">": -1}.get(w, 0)
            i = self.close[i] + 1 if i in self.close else i + 1
        stop = equals if equals >= 0 else end
        name_at = stop - 1
        star = ""
        if stop <= start or kind[name_at] != NAME:
            text = self.slice(start, end)
            if text:
                out.append(Param(text, pos=self.place[start] + self.offset))
            return min(hi, end + 1) if end < hi else hi
        name = word[name_at]
        if name_at > start and word[name_at - 1] in (".", "::") and not self.spaced[name_at]:
            out.append(Param(self.slice(start, stop), pos=self.place[start] + self.offset))
            return end + 1 if end < hi else hi
        typed = self.slice(start, name_at).rstrip()
        if typed in ("&", "...", "&...", "mut", "&mut", "final", "const", "var", "val", "@"):
            star, typed = ("..." if "..." in typed else ""), ""
        elif typed[:1] == "@":
            star, typed = typed + " ", ""
        elif typed.endswith("..."):
            star = "..."
            typed = typed[:-3].rstrip()
        default = self.default(equals, end) if equals >= 0 else None
        out.append(Param(name, typed or None, default, star, pos=self.place[start] + self.offset))
        return end + 1 if end < hi else hi

    def type_end(self, i: int, in_list: bool, hi: int | None = None, commas: bool = False) -> int:
        """The token after the type that starts at i."""
        word, kind, spaced = self.word, self.kind, self.spaced
        depth = 0
        operand = True
        limit = hi if hi is not None else len(word)
        while i < limit:
            w = word[i]
            k = kind[i]
            if k == NAME:
                if w in ("throws", "where") and not operand and depth <= 0:
                    return i
                if w[0] == "@" and not operand and depth <= 0:
                    if not in_list:
                        return i
                    i += 1
                    if word[i] == "(":
                        i = self.close[i] + 1
                    continue
                if w in ("const", "noexcept") and not operand and depth <= 0 and not in_list:
                    if word[i + 1] in _ENDS or word[i + 1] == "{" or kind[i + 1] in (NAME, STR):
                        return i
                operand = w in _TYPE_PREFIXES
                i += 1
            elif k == STR or k == NUM:
                if not operand and depth <= 0:
                    return i
                operand = False
                i += 1
            elif w == "(" or w == "[":
                if w == "(" and not operand and spaced[i] and depth <= 0 and not in_list:
                    return i
                closed_square = w == "["
                empty = self.close[i] == i + 1
                before = operand
                i = self.close[i] + 1
                operand = before and closed_square and (empty or kind[i] == NUM) and kind[i] in (NAME, OP) and (
                    kind[i] == NAME or word[i] in "*[("
                ) and not spaced[i]
            elif w == "{":
                if not operand and depth <= 0 and word[i - 1] not in ("struct", "interface"):
                    return i
                i = self.close[i] + 1
                operand = False
            elif w == "<":
                depth += 1
                operand = True
                i += 1
            elif w == "<<":
                depth += 2
                i += 1
            elif w == ">":
                if depth <= 0:
                    return i
                depth -= 1
                operand = False
                i += 1
            elif w == "@" and in_list and kind[i + 1] == NAME:
                i += 2
                if word[i] == "(":
                    i = self.close[i] + 1
            elif w == "," :
                if depth <= 0 and not commas:
                    return i
                operand = True
                i += 1
            elif w == "=":
                if depth <= 0:
                    return i
                operand = True
                i += 1
            elif w == ":":
                if depth <= 0 and not commas:
                    return i
                operand = True
                i += 1
            elif w in _TYPE_JOINS:
                operand = True
                i += 1
            elif w in _TYPE_MARKS:
                i += 1
                if w in "*&" and operand:
                    continue
            else:
                return i
        return i

    def route(self, at: int, decorators: list[str] | None = None, alone: bool = False) -> Node:
        """`R:GET /path name(params) {flow}`."""
        method, _, path = self.word[self.i][2:].partition(" ")
        self.i += 1
        func = Func("", [], None, None, False, None, decorators or [], pos=at)
        if self.word[self.i] not in _ENDS and self.word[self.i] != "{":
            head = self.header(decorators or [], at)
            if head is not None:
                func = head
                self.header_rest(func) if alone else self.member_header_rest(func)
        if self.kind[self.i] == STR and self.word[self.i + 1] in _ENDS | {"{"}:
            func.intent = _unquoted(self.word[self.i])
            self.i += 1
        if self.word[self.i] == "{":
            func.body = self.braces()
        elif alone:
            func.body = self.steps("") or None
        return Route(method, path, func, pos=at)

    # --- documents

    def block(self) -> list[Node]:
        """The body of a code block: one unit that stands alone, or members."""
        nodes = self.members("", False)
        if len(nodes) > 1:
            alone = self.joined(nodes)
            if alone is not None:
                return [alone]
        return nodes

    def joined(self, nodes: list[Node]) -> Node | None:
        """A header and the steps below it that were read as members, as the one unit they are."""
        func = nodes[0]
        target: Any = func.func if type(func) is Route else func
        call = None
        if type(func) is Do and type(func.value) is Call:
            call = func.value
        if type(target) is Func and target.body is None or call is not None:
            if any(type(n) in (Func, Class, Route, Const) for n in nodes[1:]):
                return None
            p = _Parser(self.text, self.strict, self.whole, self.offset)
            node = p.alone()
            p.finish()
            return node if type(node) in (Func, Route) else None
        return None

    def rules(self) -> list[Node]:
        """Map entries, one a line (or after a comma)."""
        out: list[Node] = []
        word = self.word
        while self.kind[self.i] != END:
            if word[self.i] in "\n;,":
                self.i += 1
                continue
            start = self.i
            out.append(self.rule())
            if self.i == start:
                self.i += 1
        return out

    def rule(self) -> Node:
        at = self.pos()
        i = self.i
        word = self.word
        params: list[Param] | None = None
        k = i
        while word[k] not in ("=", "(", "\n", "") and k - i < 12:
            k += 1
        if word[k] == "(":
            close = self.close[k]
            if word[close + 1] == "=":
                params = self.params(k + 1, close)
                name = self.slice(i, k)
                self.i = close + 2
                return Rule(name, params, self.rule_body(), pos=at)
        elif word[k] == "=" and k > i:
            name = self.slice(i, k)
            self.i = k + 1
            return Rule(name, None, self.rule_body(), pos=at)
        member = self.member(False)
        if type(member) is Do and self.word[self.i] not in _ENDS:
            out = [member]
            if self.word[self.i] != ",":
                self.left_over(out, False)
            return out[0]
        return member

    def rule_body(self) -> list[Node]:
        out: list[Node] = []
        word = self.word
        if word[self.i] == "/" or word[self.i] == "*":
            end = self.i
            while word[end] not in ("\n", ""):
                end = self.close[end] + 1 if end in self.close else end + 1
            raw = Raw(self.slice(self.i, end), pos=self.pos())
            self.i = end
            return [Do(raw, pos=raw.pos)]
        while word[self.i] not in ("\n", ""):
            if word[self.i] == ";":
                self.i += 1
                continue
            if word[self.i] == "," and self.rule_next(self.i + 1):
                break
            start = self.i
            unit = self.member(False)
            out.append(unit)
            if word[self.i] not in _ENDS:
                self.left_over(out, word[self.i - 1] == "}")
            if self.i == start:
                self.i += 1
        return out

    def rule_next(self, i: int) -> bool:
        return self.kind[i] == NAME and self.word[i + 1] == "="


# --- small things ------------------------------------------------------------------------------------------------

_QUESTION = frozenset("?")
_BRACE = frozenset("{")
_ELSE = frozenset(("else",))
_COND_STOPS = frozenset(("\n", ";", "", "}", ")", "]", ",", "=>", "<-"))
_TEST_ENDS = frozenset(("\n", ";", "", "}", ")", "]", ":", "<-", "=", "{"))
_WHILE_ENDS = frozenset(("\n", ";", "", "}", ")", "]", "?", "=", "+=", "-=", "=>", "<-", "^", "^!", ":"))
_SWITCH_STOPS = frozenset(("\n", ";", "", "}", ")", "]", "=", "?", "^", ":"))
_HANDLER_MARKS = frozenset("{:")
_HANDLER_STOPS = frozenset(("\n", ";", "", "}", "]", "=", "?", "^", "^!", "<-"))
_CLAUSE_STOPS = frozenset(("for", "if", "else", "async"))
_HEADER_MARKS = frozenset((".", "::", "*", "&", "~", "#", "==", "+", "-", "!", ":", "?", "->", "<<", "<=>"))
_HEADER_STOPS = frozenset((",", "=", "|", "^", "{", "<-", "=>"))
_AFTER_PARAM = frozenset((",", ":", "=", "?", "!", "#", "?:"))
_TYPE_JOINS = frozenset(("|", "&", "+", ".", "::", "->", "=>", "&&", "..."))
_TYPE_MARKS = frozenset(("?", "!", "*", "**", "&", "&&", "[", "]", "<-", "<>", "|", ",", ".", "::", "->", "=>", "+", "=", ":", "...", "-"))
_TYPE_PREFIXES = frozenset(
    "const mut dyn impl unsigned signed long short struct enum typeof keyof readonly extends is chan func fn out in infer "
    "unique asserts final volatile ref suspend static".split()
)
_TARGETS = (Name, Member, Index, Call, Coll)
_GIVES = (Call, Await, Post, Index)
_BUILDS = (Name, Member, Index, Raw)
_OPERAND_WORDS = (PREFIX_WORDS | {"match", "in", "is"}) - {"throw"}
_Step = Callable[[_Parser, int], "Node | None"]
_STEP_WORDS: dict[str, _Step] = {
    **{w: _Parser.word_step for w in WORD_STEPS},
    "state": _Parser.state_step,
    **{w: _Parser.jump_step for w in JUMPS},
    **{w: _Parser.go_step for w in GO_WORDS},
    **{w: _Parser.block_step for w in BLOCK_WORDS},
    "do": _Parser.do_step,
    "for": _Parser.for_step,
    "try": _Parser.try_step,
    "with": _Parser.with_step,
    "match": _Parser.switch_step,
    "fail": _Parser.fail_step,
    "quirk": _Parser.quirk_step,
    **{w: (lambda p, at: p.marked([], at, False)) for w in UNIT_MARKS},
}


def _extend(items: list[Node], item: Node) -> None:
    if type(item) is Words:
        items.extend(item.items)
    elif type(item) is Coll and item.open == "":
        items.append(Coll("(", item.items, pos=item.pos))
    else:
        items.append(item)


def _words(left: Node, right: list[Node]) -> Node:
    """Operands side by side, flat."""
    items: list[Node] = []
    _extend(items, left)
    for r in right:
        _extend(items, r)
    return Words(items, pos=left.pos)


def _or_words(items: list[Node], at: int) -> Node:
    return items[0] if len(items) == 1 else Coll("(", items, pos=at)


def _is_error(node: Node) -> bool:
    if type(node) is Name:
        return bool(ERROR_TYPE.match(node.id)) and node.id.rpartition("::")[2].rpartition("\\")[2][:1].isupper()
    if type(node) is Member:
        return bool(ERROR_TYPE.match(node.name)) and node.obj is not None and node.name[0].isupper()
    return False


_TESTS = frozenset((COMPARE, AND, OR))
_TEST_ENDINGS = frozenset(
    "empty null None set missing absent present given blank true false truthy falsy exists nil zero negative positive".split()
)


def _is_test(node: Node) -> bool:
    """Whether words before a colon state a condition."""
    kind = type(node)
    if kind is Bin:
        return BINARY.get(node.op) in _TESTS
    if kind is Un:
        return node.op in ("not", "!")
    if kind is Words:
        last, first = node.items[-1], node.items[0]
        if type(last) is Name and last.id in _TEST_ENDINGS or type(first) is Name and first.id in ("if", "when", "has", "no"):
            return True
        return any(_is_test(i) for i in node.items)
    return False


def _child(step: Node) -> Node:
    """A step between the braces of markup as the child it is."""
    if type(step) is Do:
        return step.value
    if type(step) is If and step.other is not None:
        value = _as_value(step)
        return value if value is not None else step
    return step


def _as_step(node: Cond) -> If:
    """A value chosen for its effect is a guard."""
    other: Node = node.other
    rest = _as_step(other) if type(other) is Cond else Do(other, pos=other.pos)
    return If(node.test, [Do(node.then, pos=node.then.pos)], [rest], pos=node.pos)


def _as_value(step: If) -> Node | None:
    if len(step.then) != 1 or step.other is None or len(step.other) != 1:
        return None
    then, other = step.then[0], step.other[0]
    if type(then) is not Do:
        return None
    if type(other) is Do:
        return Cond(step.test, then.value, other.value, pos=step.pos)
    if type(other) is If:
        rest = _as_value(other)
        return None if rest is None else Cond(step.test, then.value, rest, pos=step.pos)
    return None


def _tag(node: Node) -> str | None:
    """The tag, if this is what markup starts with."""
    if type(node) is Call:
        node = node.fn
    if type(node) is Member and node.obj is not None:
        head = print_expr(node)
        return head if head[0].isupper() or head.split(".")[0] in HTML_TAGS else None
    if type(node) is Name and node.id and (node.id[0].isupper() or node.id.split("#")[0] in HTML_TAGS):
        return node.id
    return None


_ORM = frozenset("qsdvtf")


def _markup(pipe: Pipe) -> Node:
    """Emmet's `tag(attrs)>child` as an element; any other pipe as it is."""
    value, to = pipe.value, pipe.to
    if type(value) is Element and not value.children or type(value) is Call or type(value) is Name:
        tag = value.tag if type(value) is Element else _tag(value)
    else:
        return pipe
    if tag is None or tag in _ORM and type(value) is Name:
        return pipe
    kind = type(to)
    if kind is Str or kind is Template or kind is Element or kind is Each or kind is Bin and to.op == "+":
        pass
    elif _tag(to) is None or kind is Name and not to.id[0].isupper():
        return pipe
    attrs = value.attrs if type(value) is Element else value.args if type(value) is Call else []
    children: list[Node] = []
    _siblings(to, children)
    return Element(tag, attrs, children, pos=pipe.pos)


def _siblings(node: Node, out: list[Node]) -> None:
    chain: list[Node] = []
    while type(node) is Bin and node.op == "+":
        chain.append(node.right)
        node = node.left
    out.append(node)
    out.extend(reversed(chain))


def _unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 else text
    return inner.replace('\\"', '"').replace("\\\\", "\\")

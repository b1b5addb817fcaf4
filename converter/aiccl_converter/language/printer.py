"""Write a tree as AICCL text, in the one spelling that costs the fewest tokens and reads back to the same tree.

Contract: every node prints, none raises; `parse(print(x)) == x` for trees in normal form (`docs/language.md` lists what
that is). Parentheses stand where the precedence table asks for them or where languages disagree; blanks only
where two marks would run together. This is on the way of every view, so it is one dispatch by type and plain strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from .precedence import (
    ADD,
    AND,
    ASSIGN_OPS,
    ATOM,
    BINARY,
    COALESCE,
    COMPARE,
    COND,
    ISOLATED,
    LAMBDA,
    NOT,
    OR,
    ORELSE,
    POSTFIX,
    POWER,
    RANGE,
    RELATIONAL,
    UNARY,
    WORDS,
)
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
    Path,
    Pipe,
    Post,
    Quirk,
    Raise,
    Range,
    Raw,
    Return,
    Route,
    Routed,
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

TRAILING_MODIFIERS = ("throws ", "const", "noexcept", "where ")
"""Modifiers that stand after the parameters, as their languages write them."""

ERROR_TYPE = re.compile(
    r"[\w.:\\]*(?:Error|Exception|Err|Failure|Exit|Interrupt|NotFound|DoesNotExist|Warning|Throwable|Iteration)\Z"
)
"""A name that can only be an error's type: with it, `try` of one step is written `step Err:step`."""


# --- entry points ------------------------------------------------------------------------------------------------


def print_unit(node: Node) -> str:
    """A unit that stands alone: a function as its header line and its steps below, anything else as in a file."""
    if type(node) is Func:
        return _alone(node)
    if type(node) is Route:
        return _alone_route(node)
    return _members([node], False)


def print_steps(steps: list[Node]) -> str:
    """Steps one after the other, as they stand in braces."""
    return _steps(steps)


def print_members(nodes: list[Node]) -> str:
    """A file's units and steps, one below the other: functions in braces, without their `F:`."""
    return _members(nodes, False)


def print_expr(node: Node) -> str:
    """One expression (or one step), as it stands between parentheses."""
    return _E[type(node)](node)


def print_document(doc: Node) -> str:
    """A document, or one block of it."""
    if type(doc) is Document:
        return "\n".join([_E[type(block)](block) for block in doc.blocks])
    return _E[type(doc)](doc)


# --- separators --------------------------------------------------------------------------------------------------


def _join(texts: list[str], after_word: str) -> str:
    """Texts with the cheaper separator each: a newline is part of the token of a mark before it, `;` is not; after a
    word `after_word` melts into the next word more often."""
    if len(texts) < 2:
        return texts[0] if texts else ""
    out: list[str] = []
    last = texts[-1]
    for text in texts[:-1]:
        out.append(text)
        end = text[-1:]
        out.append(after_word if (end.isalnum() or end == "_") and not text.startswith(_LINES) else "\n")
    out.append(last)
    return "".join(out)


_LINES = ("quirk:", "@", "R:", "C:", "I:", "M:", "E:", "T:", "K:")


def _steps(steps: list[Node]) -> str:
    if len(steps) == 1:
        return _S[type(steps[0])](steps[0])
    return _join([_S[type(s)](s) for s in steps], ";")


def _body(steps: list[Node]) -> str:
    return "{" + _steps(steps) + "}"


# --- operands ----------------------------------------------------------------------------------------------------

_RANK: dict[type, int] = {
    Lambda: LAMBDA,
    Cond: COND,
    If: COND,
    OrElse: ORELSE,
    Words: WORDS,
    Pipe: COMPARE,
    Range: RANGE,
    Await: UNARY,
    Post: POSTFIX,
    Member: POSTFIX,
    Index: POSTFIX,
    Call: POSTFIX,
    Build: POSTFIX,
    Element: POSTFIX,
    Routed: POSTFIX,
    Yield: LAMBDA,
    Return: LAMBDA,
    Raise: LAMBDA,
    Assign: LAMBDA,
    Raw: WORDS,
    Switch: POSTFIX,
}


def _rank(node: Any) -> int:
    kind = type(node)
    if kind is Bin:
        op = node.op
        return ATOM if op in _CLOSED else BINARY.get(op, ATOM)
    if kind is Un:
        return NOT if node.op == "not" else UNARY
    if kind is Coll and node.open == "":
        return LAMBDA
    if kind is Num:
        return UNARY if node.text[:1] == "-" else ATOM
    if kind is OrElse:
        return LAMBDA if type(node.other) in _LOOSE else ORELSE
    if kind is Raw:
        return ATOM if _SIMPLE(node.text) else WORDS
    return _RANK.get(kind, ATOM)


_LOOSE = frozenset((Return, Raise, Yield, Jump, Block, Do, Assign))
"""Steps that `|` can lead to: as an operand, such an or-else stands in parentheses."""

_SIMPLE = re.compile(r"[\w.:$]+\Z").match
_TYPE_TEXT = re.compile(r"\[[\w.]*\][\w.*\[\]]+\Z|map\[[\w.*]+\][\w.*\[\]]+\Z|(?:struct|interface)\{\}\Z").match
_CLOSED = ASSIGN_OPS | {"|", ","}
"""Operators that print their own parentheses."""


def _at(node: Node, least: int) -> str:
    text = _E[type(node)](node)
    if (_rank(node) < least and text[:1] != "(") or (_rank(node) < least and not _wrapped(text)):
        return "(" + text + ")"
    return text


def _wrapped(text: str) -> bool:
    """Whether the first `(` closes at the very end (only asked where a text starts with one)."""
    depth = 0
    for i, c in enumerate(text):
        if c in "\"'`":
            return False
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if not depth:
                return i == len(text) - 1
    return False


def _operand(node: Node, least: int) -> str:
    """An operand of an operator other than and, or: what languages rank differently is put in parentheses."""
    rank = _rank(node)
    text = _E[type(node)](node)
    return "(" + text + ")" if rank < least or rank in ISOLATED else text


def _compares(node: Any) -> bool:
    """Whether a bare `>` of this expression would stand between steps, where it pipes."""
    kind = type(node)
    if kind is Bin:
        op = node.op
        if op == ">":
            return True
        if op in _CLOSED:
            return False
        rank = BINARY.get(op, ATOM)
        if rank <= AND or rank == COMPARE:
            return _compares(node.left) or _compares(node.right)
        return False
    if kind is Lambda:
        return isinstance(node.body, Node) and _compares(node.body)
    if kind is OrElse:
        other = node.other.value if type(node.other) is Return else node.other
        return _compares(node.value) or _compares(other)
    if kind is Words:
        return any(_compares(i) for i in node.items)
    if kind is Coll and node.open == "":
        return any(_compares(i) for i in node.items)
    return False


def _value(node: Any) -> str:
    """An expression between steps: after `=`, `^`, or for its effect."""
    kind = type(node)
    if kind is Name or kind is Call or kind is Member or kind is Str:
        return _E[kind](node)
    if kind is OrElse:
        return _or_else(node, True)
    text = _E[kind](node)
    if kind is Coll:
        if node.open == "":
            return _bare(node)
        return text
    if ">" in text and _compares(node):
        return "(" + text + ")"
    return text


def _bare(node: Coll) -> str:
    items = node.items
    if len(items) == 1:
        return "(" + _item(items[0]) + ",)"
    if not items:
        return "()"
    return ",".join(["(" + _item(i) + ")" if _compares(i) else _item(i) for i in items])


def _closed_brace(text: str) -> bool:
    """Whether a `{` stands bare in the text: before a body it would be taken for that body."""
    if "{" not in text:
        return False
    depth = 0
    for m in _MARKS.finditer(text):
        c = m.group()
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "{":
            if not depth:
                return True
            depth += 1
        elif c == "}":
            depth -= 1
    return False


_MARKS = re.compile(r"(?<=[\n{;\[])R:/\S*|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[][(){}]", re.S)


def _head(node: Node | None) -> str:
    """An expression right before a `{body}`."""
    if node is None:
        return ""
    text = _value(node) if type(node) is Coll and node.open == "" else _at(node, ORELSE)
    return "(" + text + ")" if _closed_brace(text) else text


# --- expressions -------------------------------------------------------------------------------------------------


def _name(node: Name) -> str:
    return node.id


def _text(node: Any) -> str:
    return cast(str, node.text)


def _literal(node: Str) -> str:
    """A literal; braces between double quotes would be read as values, so such a text stands between single ones."""
    text = node.text
    if text[:1] == '"' and "{" in text and _HOLE.search(text):
        body = text[1:-1].replace('\\"', '"')
        return "'" + _SINGLE.sub(r"\1\\'", body) + "'"
    return text


_HOLE = re.compile(r"(?<!\{)\{[A-Za-z_.$(][^{}\"\\]*\}")
_SINGLE = re.compile(r"(?<!\\)((?:\\\\)*)'")


def _template(node: Template) -> str:
    out = ['"']
    for part in node.parts:
        if isinstance(part, str):
            if '"' in part:
                part = _QUOTE.sub(r'\1\\"', part)
            if "{" in part or "}" in part:
                part = part.replace("{", "{{").replace("}", "}}")
            out.append(part)
        else:
            text = _E[type(part)](part)
            if text[:1] == "{" or text[:1] == "\\":  # PHP's `\Foo::X` after a brace would be an escape
                text = "(" + text + ")"
            if '"' in text:
                text = _single_quoted(text)
            out.append("{" + text + "}")
    out.append('"')
    return "".join(out)


_QUOTE = re.compile(r'((?:^|[^\\])(?:\\\\)*)"')


_ESCAPE = re.compile(r"""\\[^\\']""")


def _single_quoted(text: str) -> str:
    """An expression that holds strings, as it stands in a string itself.

    Escapes keep the double quotes: between single ones a backslash stands for itself in PHP and Ruby.
    """
    if "'" not in text and not _ESCAPE.search(text):
        return text.replace('"', "'")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _member(node: Member) -> str:
    obj = node.obj
    if obj is None:
        return "." + node.name
    return _base(obj) + node.op + node.name


def _base(obj: Any) -> str:
    """What a member, an index or a call is taken of."""
    kind = type(obj)
    if kind is Name or kind is Member or kind is Call or kind is Index:
        return _E[kind](obj)
    if kind is Un and obj.op == "new" and type(obj.value) is Call:
        return _un(obj)
    if kind is Raw and _TYPE_TEXT(obj.text):
        return _text(obj)
    if kind is Num or kind is Switch or kind is Raw:
        return "(" + _E[kind](obj) + ")"
    return _at(obj, POSTFIX)


def _index(node: Index) -> str:
    return _base(node.obj) + "[" + ",".join([_item(a) for a in node.args]) + "]"


def _slice(node: Slice) -> str:
    lo = _at(node.lo, ORELSE) if node.lo is not None else ""
    hi = _at(node.hi, ORELSE) if node.hi is not None else ""
    if hi[:1] == ":":
        hi = " " + hi
    if node.step is None:
        return lo + ":" + hi
    return lo + ":" + (hi or " ") + ":" + _at(node.step, ORELSE)


def _call(node: Call) -> str:
    args = node.args
    fn = _base(node.fn) if type(node.fn) is not Post else "(" + _post(node.fn) + ")"
    if len(args) == 1:
        arg = args[0]
        if type(arg) is Comp and arg.open == "(":
            return fn + _comp(arg)
        return fn + "(" + _item(arg) + ")"
    return fn + "(" + ",".join([_item(a) for a in args]) + ")"


def _item(node: Node) -> str:
    """One of several between commas."""
    if type(node) is Coll and node.open == "":
        return "(" + _bare(node) + ")" if len(node.items) != 1 else _bare(node)
    return _E[type(node)](node)


def _arg(node: Arg) -> str:
    value = node.value
    if type(value) is Name and value.id == node.name:
        return node.name + "="
    return node.name + "=" + _item(value)


def _spread(node: Spread) -> str:
    value = _at(node.value, UNARY)
    return node.op + (" " if node.op == "..." and value[:1] == "." else "") + value


def _bin(node: Bin) -> str:
    op = node.op
    if op in _CLOSED:
        if op == "|":
            left, right = _operand(node.left, UNARY), _operand(node.right, UNARY)
            if type(node.left) is Bin and node.left.op == "|":
                left = left[1:-1]
            return "(" + left + " | " + right + ")"
        return "(" + _item(node.left) + op + _item(node.right) + ")"
    rank = BINARY.get(op)
    if rank is None:
        return "(" + _operand(node.left, UNARY) + " " + op + " " + _operand(node.right, UNARY) + ")"
    if rank == AND or rank == OR:
        left, right = _at(node.left, rank), _at(node.right, rank)
    elif rank == COMPARE:
        left_node = node.left
        if type(left_node) is Bin and op in RELATIONAL and left_node.op in RELATIONAL:
            left = _bin(left_node)
        else:
            left = _operand(left_node, RANGE)
        right = _type_operand(node.right) if op == "is" or op == "instanceof" else _operand(node.right, RANGE)
        if op == ">":
            if type(node.right) is Name and type(node.left) in _NAMABLE:
                return left + " > " + right
            if right[:1] == "(":
                right = " " + right
        elif op[0] == "=" and type(node.left) is Post and node.left.op != "++":
            left = "(" + left + ")"
    elif rank in ISOLATED:
        same = type(node.left) is Bin and node.left.op == op
        left = _bin(cast(Bin, node.left)) if same else _operand(node.left, UNARY)
        right = _type_operand(node.right) if op[0] in "as" and op != "shl" else _operand(node.right, UNARY)
    elif rank == POWER:
        left, right = _operand(node.left, POSTFIX), _operand(node.right, POWER)
    elif rank == COALESCE:
        left, right = _coalesced(node.left, COALESCE), _coalesced(node.right, COALESCE + 1)
    else:
        left, right = _operand(node.left, rank), _operand(node.right, rank + 1)
        if left == "[]":  # `[]*x` is a type of Go
            left = "([])"
    if op == "^" and left[-1:] == "}":  # behind a block it returns
        left = "(" + left + ")"
    if op[0].isalpha() or op in _SPACED:
        return left + " " + op + " " + right
    first = right[:1]
    if first in "+-&*<>=|?.:/" and (op[-1] + first) in _RUN:
        return left + op + " " + right
    return left + op + right


_SPACED = frozenset((".", "!in", "!is", "=~", "!~"))
_NAMABLE = (Call, Await)
_RUN = frozenset(("--", "++", "&&", "**", "<-", "<<", ">>", ">=", "//", "&.", "/*", "?.", "?:", ":-"))


def _coalesced(node: Node, least: int) -> str:
    rank = _rank(node)
    text = _E[type(node)](node)
    return "(" + text + ")" if rank < least or rank in (OR, AND, NOT) else text


def _type_operand(node: Node) -> str:
    """The type after `as` and `is`: as it stands."""
    if type(node) is Raw:
        return node.text
    return _operand(node, RANGE if type(node) is not Bin else UNARY)


def _un(node: Un) -> str:
    op = node.op
    if op == "not":
        return "not " + _operand(node.value, UNARY)
    if op[0].isalpha():
        if op == "new":
            return "new " + (_base(node.value) if type(node.value) is not Build else _build(node.value))
        return op + " " + _at(node.value, UNARY)
    value = _operand(node.value, UNARY)
    if op in ("--", "++", "&") and value[:1] == op[0]:
        return f"{op}({value})"  # `-- x` would step what stands before it, `& x` join it
    if (op[-1] == value[:1] and op != "!") or op == "&mut" or (op == "*" and value[:1] == "*"):
        return op + " " + value
    return op + value


def _post(node: Post) -> str:
    return _at(node.value, POSTFIX) + node.op


def _cond(node: Cond) -> str:
    test = _at(node.test, ORELSE)
    then, other = _branch_value(node.then), node.other
    rest = _cond(other) if type(other) is Cond else _branch_value(other)
    return _ask(test, then) + _else(then, rest)


def _branch_value(node: Node) -> str:
    kind = type(node)
    if kind is Name or kind is Str or kind is Num or kind is Call:
        return _E[kind](node)
    text = _at(node, ORELSE)
    if text[:1] == "{" or _compares(node):
        return "(" + text + ")"
    return text


def _ask(test: str, then: str) -> str:
    """`test?then`, with the blank that keeps `?.`, `??`, `?:` and names such as `empty?` apart."""
    if test[-1:] == "?" or _ends_in_symbol(test):
        test += " "
    first = then[:1]
    if (first and first in ".?:") or (first == "(" and (test[-1:].isalnum() or test[-1:] == "_")):
        return test + "? " + then
    return test + "?" + then


def _else(then: str, rest: str) -> str:
    """`:other`, with the blanks that keep the colon apart from those of Ruby's symbols: `c? :a : :b`."""
    if _ends_in_symbol(then):
        return " : " + rest
    return (": " if rest[:1] == ":" else ":") + rest


def _ends_in_symbol(text: str) -> bool:
    return ":" in text and _SYMBOL_LAST(text) is not None


_SYMBOL_LAST = re.compile(r"(?:^|[^\w:)\]}\"'`?]):[A-Za-z_]\w*[?!=]?\Z").search


def _or_else(node: OrElse, between_steps: bool = False) -> str:
    value = node.value
    if type(value) is OrElse:
        left = _or_else(value, between_steps)
    else:
        left = _at(value, COALESCE)
        if between_steps and _compares(value):
            left = "(" + left + ")"
    other: Any = node.other
    kind = type(other)
    if kind is Return:
        if other.value is None:
            return left + "|^"
        gives = _returned(other.value, COALESCE)
        return left + "|" + ("^(" + gives[1:] + ")" if between_steps and _compares(other.value) else gives)
    if kind is Raise:
        return left + "|" + _raise(other)
    if kind is Do:
        other = other.value
        kind = type(other)
    if kind is Jump or kind is Block:
        return left + "|" + _S[kind](other)
    if kind in _STEPS:
        return left + "|{" + _S[kind](other) + "}"
    right = _at(other, ORELSE)
    if (right[:1] == "{" and right != "{}") or (between_steps and _compares(other)):
        right = "(" + right + ")"
    return left + "|" + right


def _lambda(node: Lambda) -> str:
    params = node.params
    if len(params) == 1 and _plain(params[0]):
        head = params[0].name
    else:
        head = "(" + ",".join([_param(p) for p in params]) + ")"
    if node.is_async:
        head = "~" + head
    body = node.body
    if isinstance(body, list):
        return head + "=>" + _body(body)
    text = _E[type(body)](body) if type(body) not in _BRACED else _body([body])
    if type(body) is Coll and body.open in "{":
        text = "(" + text + ")"
    elif text[:1] == "{" and type(body) not in _BRACED:
        text = "(" + text + ")"
    return head + "=>" + text


def _plain(param: Param) -> bool:
    return not (param.type or param.default or param.star or param.mark) and param.name.isidentifier()


def _coll(node: Coll) -> str:
    items = node.items
    opener = node.open
    if opener == "":
        return _bare(node)
    if opener == "(" and len(items) == 1:
        return "(" + _item(items[0]) + ",)"
    if opener == "[" and any(type(i) is Path for i in items):
        return "[" + _lines(items) + "]"
    return opener + ",".join([_item(i) for i in items]) + _CLOSE[opener]


_CLOSE = {"[": "]", "(": ")", "{": "}"}


def _lines(items: list[Node]) -> str:
    """The items of a list with paths, one a line. Before the first path the lexer needs the comma."""
    out = ""
    told = False
    for item in items:
        out += ("\n" if told else ",\n") if out else ""
        told = told or type(item) is Path
        out += _item(item)
    return out


def _pair(node: Pair) -> str:
    value = _item(node.value)
    key = _at(node.key, ORELSE)
    return key + (": " if value[:1] == ":" or (key == "R" and value[:1] == "/") else ":") + value


def _build(node: Build) -> str:
    items = []
    for i in node.items:
        if type(i) is Arg and type(i.value) is Name and i.value.id == i.name:
            items.append(i.name)
        else:
            items.append(_item(i))
    kind = node.type
    head = kind.text if type(kind) is Raw else _base(kind) if type(kind) is not Call else "(" + _call(kind) + ")"
    return head + "{" + ",".join(items) + "}"


def _comp(node: Comp) -> str:
    elt = node.elt
    text = _item(elt) if type(elt) is not Lambda else "(" + _lambda(elt) + ")"
    return node.open + text + "".join([_for(c) for c in node.clauses]) + _CLOSE[node.open]


def _for(node: For) -> str:
    target = _bare(node.target) if type(node.target) is Coll and node.target.open == "" else _at(node.target, POSTFIX)
    head = (" async for " if node.is_async else " for ") + (target + " in " if target else "") + _at(node.iter, ORELSE)
    return head + "".join([" if " + _at(c, ORELSE) for c in node.conds])


def _pipe(node: Pipe) -> str:
    value = node.value
    left = _pipe(value) if type(value) is Pipe else _operand(value, RANGE)
    right = _operand(node.to, RANGE)
    if left[:1] == "{":
        left = "(" + left + ")"
    return left + (">" if right[:1] not in ">=-" else "> ") + right


def _range(node: Range) -> str:
    lo = _operand(node.lo, ADD) if node.lo is not None else ""
    hi = _operand(node.hi, ADD) if node.hi is not None else ""
    if lo[-1:] == ".":
        lo = "(" + lo + ")"
    if hi[:1] == "." or hi[:1] == "=":
        hi = " " + hi
    return lo + ("..=" if node.inclusive else "..") + hi


def _await(node: Await) -> str:
    return "~" + _operand(node.value, UNARY)


def _words(node: Words) -> str:
    out: list[str] = []
    glue = True
    item: Any
    for item in node.items:
        kind = type(item)
        if kind is Raw:
            text = item.text
        elif kind is Words or kind in _STEPS:
            text = "(" + _E[kind](item) + ")"
        else:
            text = _at(item, COMPARE)
        if text in _TIGHT_BEFORE:
            out.append(text)
            glue = text == "'s"
            glue = False
            continue
        if not glue:
            out.append(" ")
        out.append(text)
        glue = False
    return "".join(out)


_TIGHT_BEFORE = frozenset((",", ";", "."))


def _element(node: Element) -> str:
    attrs = ",".join([_item(a) for a in node.attrs])
    tag = node.tag or "<>"
    if not node.children:
        return f"{tag}({attrs})"
    return f"{tag}({attrs})" + "{" + ";".join([_child(c) for c in node.children]) + "}"


def _child(node: Node) -> str:
    text = _S[type(node)](node)
    return "(" + text + ")" if text[:1] == "{" else text


# --- steps -------------------------------------------------------------------------------------------------------


def _assign(node: Assign) -> str:
    targets = node.targets
    left = _E[type(targets[0])](targets[0]) if len(targets) == 1 else ",".join([_item(t) for t in targets])
    if node.type:
        left += ":" + node.type
    value = node.value
    if value is None:
        return left
    right = _assign(value) if type(value) is Assign else _value(value)
    if right[:1] == ">" or right[:1] == "=":
        right = " " + right
    if node.type and node.type[-1] in _RUNS_ON:
        left += " "
    return left + node.op + right


_RUNS_ON = "*&>?!|"
"""After a type that ends so, `=` would be taken for the end of another mark."""


def _do(node: Do) -> str:
    value = node.value
    text = _value(value)
    if text[:1] in _NO_START and text and text[:2] != "::":
        return "(" + text + ")"
    return text


_NO_START = ("{", ":", "?")


def _return(node: Return) -> str:
    return "^" if node.value is None else _returned(node.value, LAMBDA)


def _returned(value: Node, least: int) -> str:
    text = _value(value) if least == LAMBDA else _at(value, least)
    first = text[:1]
    if first == "!":
        turned = _worded_not(value)
        if turned is not None:
            text = _value(turned)
            first = text[:1]
    if (first and first in "^!=:") or (first == "{" and type(value) is not Coll and type(value) is not Comp):
        return "^(" + text + ")"
    return "^" + text


def _worded_not(node: Any) -> Node | None:
    """The same with its leading `!` as `not`, so that `^!` stays what raises."""
    kind = type(node)
    if kind is Un and node.op == "!":
        return Un("not", node.value)
    if kind is Bin and BINARY.get(node.op) in (OR, AND):
        left = _worded_not(node.left)
        return None if left is None else Bin(node.op, left, node.right)
    if kind is Cond:
        test = _worded_not(node.test)
        return None if test is None else Cond(test, node.then, node.other)
    if kind is OrElse:
        value = _worded_not(node.value)
        return None if value is None else OrElse(value, node.other)
    return None


def _raise(node: Raise) -> str:
    if node.value is None:
        return "^!"
    text = _value(node.value)
    if text[:1] == "=":
        text = "(" + text + ")"
    return "^!" + text + (" from " + _at(node.cause, COALESCE) if node.cause is not None else "")


def _yield(node: Yield) -> str:
    if node.value is None:
        return "^^"
    text = _value(node.value)
    if node.many:
        return "^^*" + _at(node.value, UNARY)
    return "^^" + ("(" + text + ")" if text[:1] in ("*", "^", "=") else text)


def _yield_value(node: Yield) -> str:
    return "(" + _yield(node) + ")"


def _if(node: If) -> str:
    test = _at(node.test, ORELSE)
    if test[:1] == "{":
        test = "(" + test + ")"
    then = _branch(node.then)
    text = _ask(test, then)
    other = node.other
    if other is None:
        return text
    return text + _else(then, _if(other[0]) if len(other) == 1 and type(other[0]) is If else _branch(other))


def _branch(steps: list[Node]) -> str:
    if len(steps) == 1:
        step = steps[0]
        if type(step) in _SIMPLE_STEPS and not _asks(step):
            text = _S[type(step)](step)
            if text[:1] != "{" and not text.startswith("match"):
                return text
            return "{" + text + "}"
    return _body(steps)


_SIMPLE_STEPS = frozenset((Do, Assign, Return, Raise, Yield, Jump))


def _asks(node: Any) -> bool:
    """Whether a bare `?` or `:` shows in the text of this: as a branch it could take the `:` of its guard."""
    while True:
        kind = type(node)
        if kind is Do or kind is Await or kind is Un or kind is Spread:
            node = node.value
        elif kind is Return or kind is Raise or kind is Yield:
            node = node.value
        elif kind is Assign:
            assign = cast(Assign, node)
            if assign.type:
                return True
            node = assign.value
        elif kind is Cond or kind is If or kind is Words or kind is Switch or kind is Pair:
            return True
        elif kind is Raw:
            text = cast(Raw, node).text
            return "?" in text or ":" in text
        elif kind is Lambda:
            body = cast(Lambda, node).body
            if isinstance(body, list):
                return False
            node = body
        elif kind is OrElse:
            or_else = cast(OrElse, node)
            if _asks(or_else.value):
                return True
            node = or_else.other
        elif kind is Bin:
            two = cast(Bin, node)
            if _asks(two.left):
                return True
            node = two.right
        elif kind is Pipe:
            node = cast(Pipe, node).to
        elif kind is Coll and cast(Coll, node).open == "":
            return any(_asks(i) for i in cast(Coll, node).items)
        elif kind is Block:
            return cast(Block, node).head.endswith(":")
        elif kind is Member or kind is Name:
            return (cast(Member, node).name if kind is Member else cast(Name, node).id).endswith("?")
        else:
            return False


def _each(node: Each) -> str:
    targets = ",".join([_at(t, UNARY) for t in node.targets])
    if node.is_async:
        targets = "~" + targets
    text = targets + "<-" + _head(node.iter) + _body(node.body)
    return text if node.other is None else text + "else" + _body(node.other)


def _while(node: While) -> str:
    if node.post:
        test = _at(node.test, ORELSE) if node.test is not None else ""
        if "?" in test and node.test is not None and _asks(node.test):
            test = "(" + test + ")"
        return "do" + _body(node.body) + "*" + test
    head = _head(node.test)
    text = ("* " if head[:1] == "*" else "*") + head + _body(node.body)
    return text if node.other is None else text + "else" + _body(node.other)


def _loop(node: Loop) -> str:
    init = ",".join([_S[type(s)](s) for s in node.init])
    test = _at(node.test, ORELSE) if node.test is not None else ""
    step = ",".join([_S[type(s)](s) for s in node.step])
    return f"for({init};{test};{step})" + _body(node.body)


def _try(node: Try) -> str:
    text = "try" + _body(node.body) + "".join([_handler(h) for h in node.handlers])
    if node.other is not None:
        text += "else" + _body(node.other)
    if node.final is not None:
        text += "fin" + _body(node.final)
    return text


def _handler(node: Handler) -> str:
    head = "|".join([_at(t, UNARY) for t in node.types]) if node.types else "err"
    if node.name:
        head += " " + node.name
    return head + _body(node.body)


def _with(node: With) -> str:
    items = []
    for i in node.items:
        if type(i) is Assign:
            left = ",".join([_item(t) for t in i.targets])
            items.append(left + "=" + (_head(i.value) if i.value is not None else ""))
        else:
            items.append(_head(i))
    return ("~with " if node.is_async else "with ") + ",".join(items) + _body(node.body)


def _switch(node: Switch) -> str:
    head = "match" if node.subject is None else "match " + _head(node.subject)
    return head + "{" + _join([_case(c) for c in node.cases], ";") + "}"


def _case(node: Case) -> str:
    if not node.labels and node.guard is None:
        head = "else"
    else:
        head = ",".join([_at(v, ORELSE) for v in node.labels]) or "_"
        if node.guard is not None:
            head += " if " + _at(node.guard, ORELSE)
    body = node.body
    if len(body) == 1 and type(body[0]) not in _BLOCKS:
        text = _S[type(body[0])](body[0])
        return head + (": " if text[:1] == ":" else ":") + text
    return head + ":" + _body(body)


def _fail(node: Fail) -> str:
    action = _S[type(node.action)](node.action)
    return "fail " + (_at(node.error, UNARY) + ":" if node.error is not None else "") + action


def _jump(node: Jump) -> str:
    return node.word + " " + node.label if node.label else node.word


def _go(node: Go) -> str:
    body = node.body
    if len(body) == 1 and type(body[0]) is Do and type(body[0].value) is Call:
        text = _do(body[0])
        if text[:1] != "(":
            return node.word + " " + text
    return node.word + _body(body)


def _word(node: Word) -> str:
    if not node.args:
        return node.word
    text = ",".join([_item(a) for a in node.args])
    return node.word + " " + text


def _block(node: Block) -> str:
    return node.head + _body(node.body)


def _quirk(node: Quirk) -> str:
    return "quirk: " + node.text


# --- units -------------------------------------------------------------------------------------------------------


def _param(node: Param) -> str:
    text = node.star + node.name + node.mark
    if node.type:
        text += ":" + node.type
    if node.default is not None:
        text += (" =" if text[-1] in _RUNS_ON else "=") + _item(node.default)
    return text


def _header(node: Func, mark: str = "") -> str:
    before, after = "", ""
    for m in node.modifiers:
        if m.startswith(TRAILING_MODIFIERS) and m not in _NOT_TRAILING:
            after += " " + m
        else:
            before += m + " "
    name = node.receiver + "." + node.name if node.receiver else node.name
    if node.kind == "constructor":
        name = name or "constructor"
    elif node.kind != "F":
        before += node.kind + " "
    text = before + mark + ("~" if node.is_async else "") + name + node.tparams
    text += "(" + ",".join([_param(p) for p in node.params]) + ")"
    if node.returns:
        text += "->" + node.returns
    text += after
    if node.intent:
        text += " " + _quoted(node.intent)
    return text


_NOT_TRAILING = frozenset(("consteval", "constexpr", "constinit"))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _above(decorators: list[str]) -> str:
    return "".join([d + "\n" for d in decorators])


def _alone(node: Func) -> str:
    head = _above(node.decorators) + _header(node)
    if node.body is None:
        return head
    if not node.body:
        return head + "{}"
    return head + "\n" + _steps(node.body)


def _unit(node: Func, mark: str) -> str:
    head = _above(node.decorators) + _header(node, mark)
    return head if node.body is None else head + _body(node.body)


def _func(node: Func) -> str:
    """A function among steps, where `name(x){..}` alone would be markup."""
    return _unit(node, "F:")


def _class(node: Class) -> str:
    text = _above(node.decorators) + "".join([m + " " for m in node.modifiers])
    text += node.mark + ":" + node.name + node.tparams
    if node.bases or node.params is not None:
        text += "(" + ",".join(node.bases) + ")"
    if node.params is not None:
        text += "(" + ",".join([_param(p) for p in node.params]) + ")"
    if node.intent:
        text += " " + _quoted(node.intent)
    return text + "{" + _members(node.members, True) + "}"


def _members(nodes: list[Node], in_class: bool) -> str:
    texts = []
    n: Any
    for n in nodes:
        kind = type(n)
        if kind is Func:
            texts.append(_unit(n, "" if n.body is not None or in_class else "F:"))
        elif kind is Do and type(n.value) is Element:
            texts.append("(" + _element(n.value) + ")")
        elif kind is Do and _routed_call(n.value):
            texts.append("(" + _value(n.value) + ")")
        elif kind is Assign and in_class:
            texts.append(_field(n))
        else:
            texts.append(_S[kind](n))
    return _join(texts, "," if in_class and all(type(n) is Assign for n in nodes) else "\n")


def _routed_call(node: Any) -> bool:
    """Whether this starts with a call that is given paths: in a file a function looks so."""
    while True:
        kind = type(node)
        if kind is Routed:
            if type(node.router) is Call:
                return True
            node = node.router
        elif kind is Call:
            node = node.fn
        elif kind is Member or kind is Index:
            node = node.obj
        else:
            return False


def _field(node: Assign) -> str:
    if len(node.targets) > 1:
        node = Assign([Coll("(", node.targets)], node.value, node.op, node.type)
    value = node.value
    if type(value) is Coll and value.open == "":
        node = Assign(node.targets, Coll("(", value.items), node.op, node.type)
    return _assign(node)


def _route_head(node: Route) -> str:
    func = node.func
    text = f"R:{node.method} {node.path}"
    if func.name or func.params or func.returns or func.intent or func.modifiers or func.is_async:
        text += " " + _header(func)
    return text


def _route(node: Route) -> str:
    path = f"R:{node.method} {node.path}"
    head = _route_head(node)
    text = _above(node.func.decorators) + head
    return text if node.func.body is None else text + (" " if head == path else "") + _body(node.func.body)


def _path(node: Path) -> str:
    to = node.to
    return f"R:{node.path} " + (_bare(to) if type(to) is Coll and to.open == "" else _item(to))


def _routed(node: Routed) -> str:
    return _base(node.router) + "{" + "\n".join([_S[type(p)](p) for p in node.paths]) + "}"


def _alone_route(node: Route) -> str:
    if not node.func.body:
        return _route(node)
    return _above(node.func.decorators) + _route_head(node) + "\n" + _steps(node.func.body)


def _const(node: Const) -> str:
    return f"{node.mark}:{node.name}={_value(node.value)}"


# --- documents ---------------------------------------------------------------------------------------------------


def _rule(node: Rule) -> str:
    head = node.name
    if node.params is not None:
        head += "(" + ",".join([_param(p) for p in node.params]) + ")"
    body = node.body
    if len(body) == 1 and type(body[0]) is Do and type(body[0].value) is Coll:
        return head + "=" + _value(body[0].value)
    if len(body) == 1 and type(body[0]) is Func:
        return head + "=" + _unit(body[0], "")
    if len(body) == 1 and type(body[0]) is Do and type(body[0].value) is Element:
        return head + "=(" + _element(body[0].value) + ")"
    if len(body) == 1 and type(body[0]) is Do and _routed_call(body[0].value):
        return head + "=(" + _value(body[0].value) + ")"
    return head + "=" + ";".join([_S[type(s)](s) for s in body])


def _map_block(node: MapBlock) -> str:
    tag = "comp:map" + (":" + node.name if node.name else "")
    head = f"<{tag}" + (f' uses="{node.uses}"' if node.uses else "") + ">"
    if len(node.entries) == 1 and type(node.entries[0]) is Do and type(node.entries[0].value) is Raw:
        return f"{head}{node.entries[0].value.text}</{tag}>"
    return (
        head
        + "\n"
        + "\n".join([_unit(e, "") if type(e) is Func else _S[type(e)](e) for e in node.entries])
        + f"\n</{tag}>"
    )


def _code_block(node: CodeBlock) -> str:
    head = "<comp:code" + "".join([f' {k}="{v}"' for k, v in node.attrs.items()]) + ">"
    body = node.body
    text = print_unit(body[0]) if len(body) == 1 else _members(body, False)
    return f"{head}\n{text}\n</comp:code>"


def _document(node: Document) -> str:
    return print_document(node)


_EXPRESSIONS: dict[type, Callable[[Any], str]] = {
    Name: _name,
    Num: _text,
    Str: _literal,
    Raw: _text,
    Template: _template,
    Member: _member,
    Index: _index,
    Slice: _slice,
    Call: _call,
    Arg: _arg,
    Spread: _spread,
    Bin: _bin,
    Un: _un,
    Post: _post,
    Cond: _cond,
    OrElse: _or_else,
    Lambda: _lambda,
    Coll: _coll,
    Pair: _pair,
    Build: _build,
    For: _for,
    Comp: _comp,
    Pipe: _pipe,
    Range: _range,
    Await: _await,
    Words: _words,
    Element: _element,
    Routed: _routed,
}

_STEP_FORMS: dict[type, Callable[[Any], str]] = {
    Assign: _assign,
    Do: _do,
    Return: _return,
    Raise: _raise,
    Yield: _yield,
    If: _if,
    Each: _each,
    While: _while,
    Loop: _loop,
    Handler: _handler,
    Try: _try,
    With: _with,
    Case: _case,
    Switch: _switch,
    Fail: _fail,
    Jump: _jump,
    Go: _go,
    Word: _word,
    Block: _block,
    Quirk: _quirk,
    Param: _param,
    Func: _func,
    Class: _class,
    Route: _route,
    Path: _path,
    Const: _const,
    Rule: _rule,
    MapBlock: _map_block,
    CodeBlock: _code_block,
    Document: _document,
}

_E: dict[type, Callable[[Any], str]] = {**_STEP_FORMS, **_EXPRESSIONS, Yield: _yield_value}
_S: dict[type, Callable[[Any], str]] = {
    **{kind: (lambda n: _do(Do(n))) for kind in _EXPRESSIONS},
    **_STEP_FORMS,
}
_STEPS = frozenset(_STEP_FORMS) - {Return, Raise, Yield, Switch}
_BRACED = _STEPS
_BLOCKS = frozenset((Each, While, Loop, Try, With, Func, Class, Block, Quirk, Path))

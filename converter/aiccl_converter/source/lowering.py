"""Lowering: a tree-sitter node becomes AICCL tree, by a language's table.

Contract: `Lowering.expr`, `.step` and `.steps` look a node's kind up in the table and call what they find; an entry is
a
function `(lowering, node) -> tree`, mostly made by one of the combinators below, so that a language reads as a table.
A kind that no entry knows becomes `Raw` source text, never an error: the check decides later whether that is good
enough. Nothing is restated here; that is the rules' business, and the check compares against exactly this tree.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..language.tree import (
    Arg,
    Await,
    Bin,
    Call,
    Coll,
    Cond,
    Do,
    If,
    Index,
    Jump,
    Lambda,
    Member,
    Name,
    Node,
    Num,
    Pair,
    Param,
    Post,
    Raise,
    Raw,
    Return,
    Spread,
    Str,
    Template,
    Un,
    While,
    Word,
)

Syntax = Any  # a tree_sitter.Node; its wheel's types are too loose to help here
ExprFn = Callable[["Lowering", Syntax], Node]
StepFn = Callable[["Lowering", Syntax], "list[Node]"]

MAX_DEPTH = 180
"""Nesting (of expressions and steps together) below which source is taken over as text: Python's own stack is
finite."""
DEEP = 40
"""Nesting above which a view may be too deep to be read back, and is looked at again."""
DAMAGED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What a table's function meets in a node with a syntax error, where a part that the grammar promises is missing: the
node is then taken over as text. In a sound node they are bugs: taken over as text too, or raised with AICCL_DEBUG=1."""


@dataclass
class LowerTable:
    """What a language's node kinds mean. `exprs` and `steps` map a kind to its entry; `skip` are kinds that say nothing
    (comments, empty statements); `receiver` is the name of the object a method works on, where it is a fixed word;
    `drop_calls` and the like belong to rules, not here."""

    exprs: dict[str, ExprFn]
    steps: dict[str, StepFn]
    skip: frozenset[str] = frozenset({"comment"})
    receiver: str | None = None
    block_kinds: frozenset[str] = frozenset()
    """Kinds that only hold steps (`block`, `statement_block`, `compound_statement`)."""
    type_codes: dict[str, str] = field(default_factory=dict)
    """Types that AICCL writes shorter (`String` -> `s`)."""
    sequence: Callable[[Lowering, list[Syntax]], list[Node]] | None = None
    """Steps of sibling nodes, for languages where one sibling belongs to the next (attributes before an item). None:
    each by itself."""


class Lowering:
    """One source text on its way into the tree."""

    __slots__ = ("_entries", "_forms", "_skip", "data", "deep", "depth", "raw", "receiver", "source", "state", "table")

    def __init__(self, table: LowerTable, data: bytes) -> None:
        self.table = table
        self._entries, self._forms, self._skip = table.exprs, table.steps, table.skip
        self.data = data
        self.source = data.decode("ascii") if data.isascii() else None
        self.receiver = table.receiver
        self.depth = 0
        self.deep = False
        """Whether something is nested so deeply that its view may be too deep to read back."""
        self.raw = 0
        """How many nodes were taken over as text."""
        self.state: dict[str, Any] = {}
        """A language's own notes (e.g. the receiver's type)."""

    def text(self, node: Syntax) -> str:
        """The node's source text."""
        if self.source is not None:
            return self.source[node.start_byte : node.end_byte]
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def expr(self, node: Syntax) -> Node:
        """The node as an expression."""
        entry = self._entries.get(node.type)
        if entry is None:
            return self.fallback(node)
        if self.depth > DEEP:
            self.deep = True
            if self.depth > MAX_DEPTH:
                return self.raw_text(node)
        if entry is name:  # half of all nodes, and nothing can go wrong in them
            source = self.source
            return Name(source[node.start_byte : node.end_byte] if source is not None else self.text(node))
        self.depth += 1
        try:
            return entry(self, node)
        except DAMAGED:
            if not node.has_error and os.environ.get("AICCL_DEBUG"):
                raise
            return self.raw_text(node)
        finally:
            self.depth -= 1

    def step(self, node: Syntax) -> list[Node]:
        """The node as steps: none where it says nothing."""
        kind = node.type
        entry = self._forms.get(kind)
        if entry is not None:
            if self.depth > DEEP:
                self.deep = True
                if self.depth > MAX_DEPTH:
                    return [self.raw_text(node)]
            self.depth += 1
            try:
                return entry(self, node)
            except DAMAGED:
                if not node.has_error:
                    raise
                return [self.raw_text(node)]
            finally:
                self.depth -= 1
        if kind in self.table.skip:
            return []
        if kind in self.table.block_kinds:
            if self.depth > MAX_DEPTH:
                self.deep = True
                return [self.raw_text(node)]
            self.depth += 1
            try:
                return self.steps(node)
            finally:
                self.depth -= 1
        value = self.expr(node)
        return [value if isinstance(value, Raw) else Do(value)]

    def steps(self, node: Syntax | None) -> list[Node]:
        """The steps of a block (or of a single statement that stands where a block could)."""
        if node is None:
            return []
        if node.type not in self.table.block_kinds:
            return self.step(node)
        return self.sequence(node.named_children)

    def sequence(self, nodes: list[Syntax]) -> list[Node]:
        """The steps of sibling nodes."""
        if self.table.sequence is not None:
            return self.table.sequence(self, nodes)
        out: list[Node] = []
        skip = self.table.skip
        for child in nodes:
            if child.type not in skip:
                out.extend(self.step(child))
        return out

    def exprs(self, nodes: Iterable[Syntax]) -> list[Node]:
        """Several expressions, comments left out."""
        skip, expr = self._skip, self.expr
        return [expr(n) for n in nodes if n.type not in skip]

    def field(self, node: Syntax, name: str) -> Node | None:
        """The expression in a field, None where the field is empty."""
        child = node.child_by_field_name(name)
        return None if child is None else self.expr(child)

    def named(self, node: Syntax) -> list[Syntax]:
        """Named children without comments."""
        skip = self._skip
        return [c for c in node.named_children if c.type not in skip]

    def fallback(self, node: Syntax) -> Node:
        """A kind without an entry: see through a wrapper of one child, else the text."""
        if node.child_count == 1 and node.named_child_count == 1:
            return self.expr(node.named_children[0])
        return self.raw_text(node)

    def raw_text(self, node: Syntax) -> Node:
        """The node's text on one line, comments gone."""
        self.raw += 1
        return Raw(squeeze(self.without_comments(node)))

    def without_comments(self, node: Syntax) -> str:
        """The node's text with its comments cut out."""
        skip = self.table.skip
        cuts: list[tuple[int, int]] = []
        stack = [node]
        while stack:
            top = stack.pop()
            if top.type in skip and top.named_child_count == 0:
                cuts.append((top.start_byte, top.end_byte))
            else:
                stack.extend(top.named_children)
        if not cuts:
            return self.text(node)
        at, parts = node.start_byte, []
        for start, end in sorted(cuts):
            parts.append(self.data[at:start])
            at = end
        parts.append(self.data[at : node.end_byte])
        return b" ".join(parts).decode("utf-8", "replace")


_BLANKS = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\s+""")
_TIGHT = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\s*([,;(){}\[\]])\s*""")


def squeeze(text: str) -> str:
    """Source text on one line: blanks folded and taken away beside brackets and commas, strings left as they are."""
    text = _BLANKS.sub(lambda m: m.group(1) or " ", text)
    return _TIGHT.sub(lambda m: m.group(1) or m.group(2), text).strip()


def operator(node: Syntax) -> Any:
    """The operator between (or before) the operands: the field, else the first anonymous child."""
    op = node.child_by_field_name("operator")
    if op is not None:
        return op.type if not op.is_named else op.text.decode()
    for child in node.children:
        if not child.is_named:
            return child.type
    return ""


# --- combinators: expressions ----------------------------------------------------------------------------------


def name(lw: Lowering, node: Syntax) -> Node:
    """An identifier or a word such as `true`."""
    return Name(lw.text(node))


def number(lw: Lowering, node: Syntax) -> Node:
    """A number, as it stands."""
    return Num(lw.text(node))


def string(lw: Lowering, node: Syntax) -> Node:
    """A literal string without values in it."""
    return Str(one_line(lw.text(node)))


def raw(lw: Lowering, node: Syntax) -> Node:
    """Text that is right as it stands (a type, a regular expression)."""
    return Raw(squeeze(lw.text(node)))


def text_as(make: Callable[[str], Node]) -> ExprFn:
    """A node made from its text."""
    return lambda lw, node: make(lw.text(node))


def inner(lw: Lowering, node: Syntax) -> Node:
    """A wrapper (parentheses, expression statement): what is in it."""
    kids = lw.named(node)
    return lw.expr(kids[0]) if len(kids) == 1 else lw.raw_text(node)


def last(lw: Lowering, node: Syntax) -> Node:
    """A wrapper whose last named child is what counts."""
    kids = lw.named(node)
    return lw.expr(kids[-1]) if kids else lw.raw_text(node)


def binary(left: str = "left", right: str = "right", ops: dict[str, str] | None = None) -> ExprFn:
    """`left op right`; `ops` respells operators."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        # A long chain (a + b + c ...) leans left: walk it, so that its length costs no stack.
        chain: list[tuple[str, Syntax]] = []
        while True:
            a, b = node.child_by_field_name(left), node.child_by_field_name(right)
            if a is None or b is None:
                if not chain:
                    return lw.raw_text(node)
                out: Node = lw.raw_text(node)
                break
            op = operator(node)
            chain.append((ops.get(op, op) if ops else op, b))
            if a.type != node.type:
                out = lw.expr(a)
                break
            node = a
        for op, b in reversed(chain):
            out = Bin(op, out, lw.expr(b))
        return out

    return entry


def unary(operand: str | None = None, ops: dict[str, str] | None = None) -> ExprFn:
    """A prefix operator; `~` becomes `bnot`."""
    respell = {"~": "bnot", **(ops or {})}

    def entry(lw: Lowering, node: Syntax) -> Node:
        value = node.child_by_field_name(operand) if operand else lw.named(node)[-1]
        op = operator(node)
        inside = lw.expr(value)
        if op == "-" and isinstance(inside, Num):
            return Num("-" + inside.text)
        return Un(respell.get(op, op), inside)

    return entry


def update(operand: str | None = None) -> ExprFn:
    """`x++` and `++x`."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        value = node.child_by_field_name(operand) if operand else lw.named(node)[0]
        op = operator(node)
        if node.children[0].id == value.id:
            return Post(lw.expr(value), op)
        return Un(op, lw.expr(value))

    return entry


def member(obj: str, attr: str, op: str | None = None) -> ExprFn:
    """`obj.attr`; the receiver goes. `op` None looks for `?.` among the tokens."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        left = node.child_by_field_name(obj)
        right = lw.text(node.child_by_field_name(attr))
        sign = op or ("?." if any(c.type in ("?.", "optional_chain", "?->") for c in node.children) else ".")
        if left is None or (sign == "." and lw.receiver is not None and lw.text(left) == lw.receiver):
            return Member(None, right)
        return Member(lw.expr(left), right, sign)

    return entry


def call(fn: str, args: str) -> ExprFn:
    """`fn(args)`."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        arguments = node.child_by_field_name(args)
        return Call(lw.expr(node.child_by_field_name(fn)), lw.exprs(arguments.named_children) if arguments else [])

    return entry


def index(obj: str, *keys: str) -> ExprFn:
    """`obj[keys]`; no key fields: all named children after the first."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        target = node.child_by_field_name(obj)
        if keys:
            found = [c for key in keys for c in node.children_by_field_name(key)]
        else:
            found = [c for c in lw.named(node) if c.id != target.id]
        return Index(lw.expr(target), lw.exprs(found))

    return entry


def conditional(test: str, then: str, other: str) -> ExprFn:
    """`test ? then : other`."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        parts = [lw.field(node, f) for f in (test, then, other)]
        if parts[0] is None or parts[1] is None or parts[2] is None:
            return lw.raw_text(node)
        return Cond(parts[0], parts[1], parts[2])

    return entry


def collection(opening: str) -> ExprFn:
    """A literal list, tuple, set or map (with `pair` entries)."""
    return lambda lw, node: Coll(opening, lw.exprs(node.named_children))


def pair(key: str, value: str) -> ExprFn:
    """`key: value`."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        k, v = lw.field(node, key), lw.field(node, value)
        return Pair(k, v) if k is not None and v is not None else lw.raw_text(node)

    return entry


def keyword(key: str, value: str) -> ExprFn:
    """An argument by name."""

    def entry(lw: Lowering, node: Syntax) -> Node:
        v = lw.field(node, value)
        return Arg(lw.text(node.child_by_field_name(key)), v if v is not None else Raw(""))

    return entry


def spread(op: str) -> ExprFn:
    """`*x`, `**x`, `...x`."""
    return lambda lw, node: Spread(op, last(lw, node))


def awaited(lw: Lowering, node: Syntax) -> Node:
    """`await x`."""
    return Await(last(lw, node))


# --- combinators: steps ----------------------------------------------------------------------------------------


def expression_step(lw: Lowering, node: Syntax) -> list[Node]:
    """An expression statement: its expression may itself be a step (an assignment)."""
    kids = lw.named(node)
    if len(kids) != 1:
        return [lw.raw_text(node)] if kids else []
    return lw.step(kids[0])


def returning(lw: Lowering, node: Syntax) -> list[Node]:
    """`return x`."""
    kids = lw.named(node)
    return [Return(lw.expr(kids[0]) if kids else None)]


def raising(lw: Lowering, node: Syntax) -> list[Node]:
    """`throw x`."""
    kids = lw.named(node)
    return [Raise(lw.expr(kids[0]) if kids else None)]


def jump(word: str) -> StepFn:
    """`break` and `continue`, with a label."""

    def entry(lw: Lowering, node: Syntax) -> list[Node]:
        kids = lw.named(node)
        return [Jump(word, lw.text(kids[0]) if kids else None)]

    return entry


def word(spelling: str) -> StepFn:
    """A statement that is a word and its operands."""
    return lambda lw, node: [Word(spelling, lw.exprs(node.named_children))]


def branch(test: str, then: str, other: str | None = None) -> StepFn:
    """`if`; a chain of else-ifs is walked, not recursed into, so that a long one costs no stack."""

    def entry(lw: Lowering, node: Syntax) -> list[Node]:
        arms: list[tuple[Node, list[Node]]] = []
        tail: list[Node] | None = None
        kind = node.type
        while True:
            condition = lw.field(node, test)
            if condition is None:
                return [lw.raw_text(node)]
            arms.append((condition, lw.steps(node.child_by_field_name(then))))
            following = node.child_by_field_name(other) if other else None
            if following is not None and following.type == "else_clause":
                kids = lw.named(following)
                following = kids[0] if len(kids) == 1 else following
            if following is None:
                break
            if following.type == kind:
                node = following
                continue
            tail = lw.steps(following)
            break
        for condition, body in reversed(arms):
            tail = [If(condition, body, tail)]
        return tail or []

    return entry


def while_loop(test: str, body: str, post: bool = False) -> StepFn:
    """`while` and `do while`."""

    def entry(lw: Lowering, node: Syntax) -> list[Node]:
        return [While(lw.field(node, test), lw.steps(node.child_by_field_name(body)), post)]

    return entry


def nothing(lw: Lowering, node: Syntax) -> list[Node]:
    """A statement that says nothing here (import, empty statement)."""
    return []


# --- what several languages share ------------------------------------------------------------------------------


def one_line(text: str) -> str:
    """A string literal whose text may span lines, on one line (line breaks escaped)."""
    if "\n" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def template(lw: Lowering, parts: list[str | Node], quote: str = '"') -> Node:
    """A string with values; plain text alone makes a Str. Texts are escaped as the source has them."""
    merged: list[str | Node] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(p, str) for p in merged):
        return Str(quote + one_line("".join(p for p in merged if isinstance(p, str))) + quote)
    return Template([one_line(p) if isinstance(p, str) else p for p in merged])


def arrow(params: list[Param], body: Node | list[Node], is_async: bool = False) -> Lambda:
    """A function value; a body that only returns a value is that value."""
    if isinstance(body, list) and len(body) == 1 and isinstance(body[0], Return) and body[0].value is not None:
        body = body[0].value
    return Lambda(params, body, is_async)


def type_text(lw: Lowering, node: Syntax | None) -> str | None:
    """A type as AICCL writes it: the table's short code, else the source's text on one line, without a leading
    colon."""
    if node is None:
        return None
    text = squeeze(lw.text(node)).lstrip(":").strip()
    return lw.table.type_codes.get(text, text) or None


_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def told_by_name(name: str, type_: str) -> bool:
    """Whether a parameter's name says its type (`userService: UserService`, `ctx: Context`): its type may go then."""
    words = [w.lower() for w in _WORD.findall(name)]
    base = type_.split("<")[0].rsplit(".", 1)[-1].rsplit("::", 1)[-1].strip("*&?[] ")
    kinds = [w.lower() for w in _WORD.findall(base)]
    if not words or not kinds or not base[:1].isupper():
        return False
    if "".join(words) == "".join(kinds):
        return True
    tail = kinds[-1]
    return len(words) == 1 and len(words[0]) > 2 and (words[0] == tail or _shortens(words[0], tail))


def _shortens(short: str, long: str) -> bool:
    """`ctx` for `context`, `req` for `request`: the same first letter, the rest in order, at least 3 letters."""
    if len(short) < 3 or short[0] != long[0] or len(short) >= len(long):
        return False
    at = 0
    for letter in short:
        at = long.find(letter, at) + 1
        if at == 0:
            return False
    return True


__all__ = [name for name in dir() if not name.startswith("__")]

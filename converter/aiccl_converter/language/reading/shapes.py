"""Small questions about nodes that are read already, and turns from one shape to another.

Contract: no tokens here; nothing is changed in place.
"""

from __future__ import annotations

from typing import Any

from ..precedence import BINARY
from ..printer import ERROR_TYPE, print_expr
from ..tree import Bin, Call, Coll, Cond, Do, Each, Element, If, Member, Name, Node, Pipe, Str, Template, Un, Words
from ..vocabulary import HTML_TAGS
from .marks import ORM, TEST_ENDINGS, TESTS


def extend(items: list[Node], item: Node) -> None:
    if type(item) is Words:
        items.extend(item.items)
    elif type(item) is Coll and item.open == "":
        items.append(Coll("(", item.items, pos=item.pos))
    else:
        items.append(item)


def words(left: Node, right: list[Node]) -> Words:
    """Operands side by side, flat."""
    items: list[Node] = []
    extend(items, left)
    for r in right:
        extend(items, r)
    return Words(items, pos=left.pos)


def or_words(items: list[Node], at: int) -> Node:
    return items[0] if len(items) == 1 else Coll("(", items, pos=at)


def is_error(node: Node) -> bool:
    if type(node) is Name:
        return bool(ERROR_TYPE.match(node.id)) and node.id.rpartition("::")[2].rpartition("\\")[2][:1].isupper()
    if type(node) is Member:
        return bool(ERROR_TYPE.match(node.name)) and node.obj is not None and node.name[0].isupper()
    return False


def is_test(node: Any) -> bool:
    """Whether words before a colon state a condition."""
    kind = type(node)
    if kind is Bin:
        return BINARY.get(node.op) in TESTS
    if kind is Un:
        return node.op in ("not", "!")
    if kind is Words:
        last, first = node.items[-1], node.items[0]
        if (type(last) is Name and last.id in TEST_ENDINGS) or (
            type(first) is Name and first.id in ("if", "when", "has", "no")
        ):
            return True
        return any(is_test(i) for i in node.items)
    return False


def child(step: Node) -> Node:
    """A step between the braces of markup as the child it is."""
    if type(step) is Do:
        return step.value
    if type(step) is If and step.other is not None:
        value = as_value(step)
        return value if value is not None else step
    return step


def as_step(node: Cond) -> If:
    """A value chosen for its effect is a guard."""
    other: Node = node.other
    rest = as_step(other) if type(other) is Cond else Do(other, pos=other.pos)
    return If(node.test, [Do(node.then, pos=node.then.pos)], [rest], pos=node.pos)


def as_value(step: If) -> Node | None:
    if len(step.then) != 1 or step.other is None or len(step.other) != 1:
        return None
    then, other = step.then[0], step.other[0]
    if type(then) is not Do:
        return None
    if type(other) is Do:
        return Cond(step.test, then.value, other.value, pos=step.pos)
    if type(other) is If:
        rest = as_value(other)
        return None if rest is None else Cond(step.test, then.value, rest, pos=step.pos)
    return None


def tag_of(node: Any) -> str | None:
    """The tag, if this is what markup starts with."""
    if type(node) is Call:
        node = node.fn
    if type(node) is Member and node.obj is not None:
        head = print_expr(node)
        return head if head[0].isupper() or head.split(".")[0] in HTML_TAGS else None
    if type(node) is Name and node.id and (node.id[0].isupper() or node.id.split("#")[0] in HTML_TAGS):
        return node.id
    return None


def markup(pipe: Pipe) -> Node:
    """Emmet's `tag(attrs)>child` as an element; any other pipe as it is."""
    value: Any = pipe.value
    to: Any = pipe.to
    if (type(value) is Element and not value.children) or type(value) is Call or type(value) is Name:
        tag = value.tag if type(value) is Element else tag_of(value)
    else:
        return pipe
    if tag is None or (tag in ORM and type(value) is Name):
        return pipe
    kind = type(to)
    if kind is Str or kind is Template or kind is Element or kind is Each or (kind is Bin and to.op == "+"):
        pass
    elif tag_of(to) is None or (kind is Name and not to.id[0].isupper()):
        return pipe
    attrs = value.attrs if type(value) is Element else value.args if type(value) is Call else []
    children: list[Node] = []
    siblings(to, children)
    return Element(tag, attrs, children, pos=pipe.pos)


def siblings(node: Any, out: list[Node]) -> None:
    chain: list[Node] = []
    while type(node) is Bin and node.op == "+":
        chain.append(node.right)
        node = node.left
    out.append(node)
    out.extend(reversed(chain))


def unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 else text
    return inner.replace('\\"', '"').replace("\\\\", "\\")

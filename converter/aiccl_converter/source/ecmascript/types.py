"""Types of TypeScript as a flow needs them: which are worth writing, and how short.

Contract: types change nothing at run time, so one is kept only where neither the name nor the value tells it: words
such as `any` and `void` go, a wrapper that the body shows (`Promise` of an async function) goes, long ones lose their
type arguments or go. Nothing here fails; None means that nothing is written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiccl_converter.language.tree import Assign, Class, Const, Name, Node, Raw
from aiccl_converter.source.lowering import Lowering, Syntax, squeeze, told_by_name

if TYPE_CHECKING:
    from aiccl_converter.language.tree import Param

CODES = {"string": "s", "number": "f", "boolean": "b", "String": "s", "Number": "f", "Boolean": "b"}
EMPTY = frozenset({"any", "unknown", "object", "Object", "{}", "void", "never", "undefined", "null", "Function", "T"})
"""Types that tell a reader nothing."""
PLAIN_RESULTS = frozenset(
    {"JSX.Element", "React.JSX.Element", "ReactElement", "React.ReactElement", "ReactNode", "React.ReactNode",
     "Promise", "Element", "this"}
)  # fmt: skip
"""Results that the body shows."""
LONGEST = 30

_OPEN = re.compile(r"<.*>")
_IDENT = re.compile(r"[A-Za-z_$][\w$.]*(\[\])?$")
_QUALIFIED = re.compile(r"\b(?:React|Express|express)\.")
_BAR = re.compile(r"\s*(\||&(?!&))\s*")
_ABSENT = re.compile(r"\|(?:undefined|void)\b|\b(?:undefined|void)\|")
_MADE = re.compile(
    r"\b(?:Partial|Readonly|Required|NonNullable|DeepPartial|DeepReadonly|Awaited|Omit|Pick|Exclude|Extract|NoInfer"
    r"|ReturnType|Parameters|InstanceType|ConstructorParameters|Uppercase|Lowercase|Capitalize|Uncapitalize)<(.*)>"
)
"""A type that is made of another: a false one without its arguments, and without itself."""
_ARGUMENTS = re.compile(r"([\w$.]+)<[^<>()]*>")
CONTAINERS = frozenset({"Array", "ReadonlyArray", "Map", "Set", "Record", "Promise", "Observable", "Signal", "Class"})
"""Types whose arguments say more than they do."""


class TypeText:
    """Ways to spell a type."""

    @staticmethod
    def full(lw: Lowering, node: Syntax | None) -> str:
        """The type on one line, without the colon before it."""
        if node is None:
            return ""
        text = squeeze(lw.without_comments(node)).removeprefix(":").strip()
        return _BAR.sub(r"\1", text).removeprefix("|")

    @staticmethod
    def base(lw: Lowering, node: Syntax) -> str:
        """The type without its arguments."""
        return _OPEN.sub("", TypeText.full(lw, node))


def shortened(text: str) -> str | None:
    """A type as it is written, None where it is not worth it."""
    text = _ABSENT.sub("", _QUALIFIED.sub("", text))
    text = CODES.get(text, text)
    if text in EMPTY:
        return None
    made = _MADE.search(text) if "<" in text else None
    if made and (made.group(1) in EMPTY or "{" in text):
        return None
    if made:  # what it is made of is cut nowhere
        return text if len(text) <= LONGEST else None
    if "<" in text:
        for _ in range(3):  # nested arguments, the inner ones first
            text = _ARGUMENTS.sub(_without_arguments, text)
    if len(text) > LONGEST:
        text = _OPEN.sub("", text)
    text = text.strip()
    if (len(text) > LONGEST and not _IDENT.match(text)) or text in EMPTY:
        return None
    return text


def _without_arguments(found: re.Match[str]) -> str:
    return found.group() if found.group(1) in CONTAINERS or _MADE.match(found.group()) else found.group(1)


def told(name: str, text: str) -> bool:
    """Whether a name says the type: `options: RequestOptions`, `createUser(): User`, `user: Partial<User>`."""
    made = _MADE.fullmatch(text)
    if made:
        text = made.group(1)
    if told_by_name(name, text):
        return True
    word, kind = name.strip("_$").lower(), _OPEN.sub("", text).strip("[]").rsplit(".", 1)[-1].lower()
    return (len(word) > 3 and word in kind) or (len(kind) > 3 and kind in word)


def param_type(lw: Lowering, name: str, node: Syntax | None, value: Syntax | None) -> str | None:
    """A parameter's type; a default value tells it, and so may its name."""
    if node is None or value is not None:
        return None
    text = shortened(TypeText.full(lw, node))
    if text is None or "=>" in text or text[:1] == "{" or (text not in ("s", "f", "b") and told(name, text)):
        return None
    return text


def return_type(lw: Lowering, name: str, node: Syntax | None, is_async: bool) -> str | None:
    """What a function gives back; an async one's promise is told by its mark."""
    if node is None:
        return None
    text = TypeText.full(lw, node)
    if node.type != "type_annotation":  # `x is T`, `asserts x`
        return text
    if is_async and text.startswith("Promise<") and text.endswith(">"):
        text = text[8:-1]
    if text in PLAIN_RESULTS or text in ("Promise<void>", "Promise<any>", "Promise<unknown>"):
        return None
    short = shortened(text)
    return None if short is None or (len(short) > 1 and told(name, short)) else short


def value_type(lw: Lowering, node: Syntax | None) -> str | None:
    """A field's or variable's type where no value tells it."""
    if node is None:
        return None
    text = CODES.get(TypeText.full(lw, node), TypeText.full(lw, node))
    return None if text in EMPTY else text


def optional(text: str) -> str:
    """The type of what may be left out."""
    return f"({text})?" if "|" in text or "&" in text or "=>" in text else text + "?"


def kept_type_params(lw: Lowering, node: Syntax | None, params: list[Param], returns: str | None) -> str:
    """The type parameters that what is kept mentions, without their bounds."""
    if node is None:
        return ""
    kept = " ".join([returns or "", *(p.type or "" for p in params)])
    if not kept.strip():
        return ""
    names = [lw.text(c.child_by_field_name("name")) for c in lw.named(node) if c.type == "type_parameter"]
    names = [n for n in names if re.search(rf"\b{re.escape(n)}\b", kept)]
    return "<" + ",".join(names) + ">" if names else ""


# --- declarations that hold only types --------------------------------------------------------------------------


def interface(lw: Lowering, node: Syntax) -> list[Node]:
    """An interface: a data model where it holds nothing but fields."""
    name = lw.text(node.child_by_field_name("name"))
    bases: list[str] = []
    for child in node.named_children:
        if child.type in ("extends_type_clause", "extends_clause"):
            bases = [TypeText.base(lw, c) for c in lw.named(child)]
    return [_shape(lw, node, name, node.child_by_field_name("body"), bases)]


def _shape(lw: Lowering, node: Syntax, name: str, body: Syntax, bases: list[str]) -> Class:
    members = lw.sequence(body.named_children)
    fields = bool(members) and all(m.__class__ is Assign for m in members)
    return Class("M" if fields else "I", name, bases, members, pos=node.start_byte)


def type_alias(lw: Lowering, node: Syntax) -> list[Node]:
    """`type A = ..`: an object type is a data model."""
    name, value = lw.text(node.child_by_field_name("name")), node.child_by_field_name("value")
    if value.type == "object_type":
        return [_shape(lw, node, name, value, [])]
    return [Const("T", name, Raw(TypeText.full(lw, value)), pos=node.start_byte)]


def property_signature(lw: Lowering, node: Syntax) -> list[Node]:
    """A field of an interface."""
    key = node.child_by_field_name("name")
    kind = value_type(lw, node.child_by_field_name("type"))
    if any(c.type == "?" for c in node.children):
        kind = optional(kind or "")
    return [Assign([Name(squeeze(lw.text(key)))], None, "=", kind)]


def index_signature(lw: Lowering, node: Syntax) -> list[Node]:
    """`[key: string]: T`."""
    return [Raw(squeeze(lw.without_comments(node)))]


def enumeration(lw: Lowering, node: Syntax) -> list[Node]:
    """An enum and its members."""
    members: list[Node] = []
    for child in lw.named(node.child_by_field_name("body")):
        if child.type == "enum_assignment":
            value = child.child_by_field_name("value")
            members.append(Assign([_key(lw, child.child_by_field_name("name"))], lw.expr(value)))
        else:
            members.append(Assign([_key(lw, child)], None))
    return [Class("E", lw.text(node.child_by_field_name("name")), [], members, pos=node.start_byte)]


def _key(lw: Lowering, node: Syntax) -> Node:
    return lw.expr(node)


def namespace(lw: Lowering, node: Syntax) -> list[Node]:
    """`namespace N {}`, `declare module "m" {}`."""
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    text = lw.text(name).strip("\"'") if name is not None else "global"
    members = lw.sequence(body.named_children) if body is not None else []
    return [Class("C", text, [], members, modifiers=["namespace"], pos=node.start_byte)]


def ambient(lw: Lowering, node: Syntax) -> list[Node]:
    """`declare ..`: what is declared."""
    return lw.sequence(lw.named(node))

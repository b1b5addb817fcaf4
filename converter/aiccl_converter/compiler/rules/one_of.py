"""One value compared with several is one of them: `x==A||x==B||x==C` is `x in (A,B,C)`, and so is `A.equals(x)||..`.

At least three plain values, tested one after the other for the same name or field; the opposite is `not in`.
"""

from __future__ import annotations

from ...language.tree import Bin, Call, Coll, Member, Name, Node, Num, Str, Un
from ..restate import Context, Example, Rule

_EVERY = {"||": ("==", "in"), "&&": ("!=", "not in")}


def _plain(node: Node | None) -> bool:
    while isinstance(node, Member):
        node = node.obj
        if node is None:
            return True
    return isinstance(node, (Name, Num, Str))


def _constant(node: Node) -> bool:
    """A literal, or a name that is written as a constant."""
    if isinstance(node, (Num, Str)):
        return True
    last = node.name if isinstance(node, Member) else node.id if isinstance(node, Name) else ""
    return last[:1].isupper() and last not in ("True", "False")


def _pair(node: Node, op: str) -> tuple[Node, Node] | None:
    """(what is tested, the value it is tested for)."""
    if op == "!=" and isinstance(node, Un) and node.op == "!":
        got = _pair(node.value, "==")
        return got if isinstance(node.value, Call) else None
    if isinstance(node, Bin) and node.op == op:
        return (node.left, node.right) if _plain(node.left) and _constant(node.right) else None
    if op == "==" and isinstance(node, Call) and isinstance(node.fn, Member) and len(node.args) == 1:
        if node.fn.name in ("equals", "Equals") and node.fn.obj is not None:
            value, tested = node.fn.obj, node.args[0]
            if _constant(value) and _plain(tested):
                return tested, value
            return (value, tested) if _plain(value) and _constant(tested) else None
    return None


def rewrite(node: Bin, ctx: Context) -> Node | None:
    if node.op not in _EVERY:
        return None
    op, word = _EVERY[node.op]
    values: list[Node] = []
    tested: Node | None = None
    at: Node = node
    while True:
        last = at.right if isinstance(at, Bin) and at.op == node.op else at
        got = _pair(last, op)
        if got is None or (tested is not None and got[0] != tested):
            break
        tested = got[0]
        values.append(got[1])
        if last is at:
            at = node
            break
        assert isinstance(at, Bin)
        at = at.left
    if len(values) < 3 or tested is None:
        return None
    values.reverse()
    found = Bin(word, tested, Coll("(", values))
    return found if at is node else Bin(node.op, at, found)


RULE = Rule(
    name="one_of",
    says="one value compared with several is one of them",
    nodes={Bin: rewrite},
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=10,
    normal=True,
    examples=(
        Example(
            "java",
            "boolean warm(Lamp lamp, char mark) {\n    lamp.check(3);\n"
            "    return lamp.on() && (mark == 'r' || mark == 'y' || mark == 'o');\n}\n",
            "warm(lamp,mark:char)\nlamp.check(3)\n^lamp.on()&&mark in ('r','y','o')",
        ),
    ),
)

"""Rust: an assertion is `assert a==b`, whichever macro states it: `assert_eq!(a, b)`, `assert_ne!`, `assert!`;
what they differ in is the operator. `debug_assert!` keeps its name."""

from __future__ import annotations

from ...language.tree import Arg, Bin, Call, Do, Name, Node, Word
from ..restate import Context, Example, Rule

_OPERATORS = {"assert_eq!": "==", "assert_ne!": "!="}


def rewrite(node: Do, ctx: Context) -> Node | None:
    call = node.value
    if not isinstance(call, Call) or not isinstance(call.fn, Name) or any(isinstance(a, Arg) for a in call.args):
        return None
    op = _OPERATORS.get(call.fn.id)
    if op is not None and len(call.args) >= 2:
        return Word("assert", [Bin(op, call.args[0], call.args[1]), *call.args[2:]])
    if call.fn.id == "assert!" and call.args:
        return Word("assert", list(call.args))
    return None


RULE = Rule(
    name="rust_assert",
    says="`assert_eq!(a, b)` is `assert a==b`",
    nodes={Do: rewrite},
    languages=frozenset({"rust"}),
    normal=True,
    order=18,
    examples=(
        Example(
            "rust",
            "fn halves() {\n    let mut cake = Cake::new(4);\n    assert!(cake.whole());\n    cake.cut();\n"
            '    assert_eq!(cake.pieces(), 2);\n    assert_ne!(cake.left(), cake.right(), "not fair");\n}',
            "halves()\ncake=Cake::new(4)\nassert cake.whole()\ncake.cut()\n"
            'assert cake.pieces()==2;assert cake.left()!=cake.right(),"not fair"',
        ),
    ),
)

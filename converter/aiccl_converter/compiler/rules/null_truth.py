"""A test for null is a test for being there: `x!=null?{..}` is `x?{..}`, in languages where a test is a boolean or a
pointer, so that `x` alone can mean nothing else; not for a boolean that may be null.

Only where it is a test: the condition of a branch, loop, choice or guard, and the parts of its `and`, `or` and `not`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Bin, Call, Cond, If, Index, Member, Name, Node, Un, While
from ..restate import Context, Example, Rule
from ._common import none_test, three_way

LANGUAGES = frozenset({"java", "csharp", "kotlin", "go", "c", "cpp"})


def truth(test: Node, ctx: Context) -> Node:
    """The test without its comparisons with null."""
    if isinstance(test, Bin):
        if test.op in ("&&", "||", "and", "or"):
            left, right = truth(test.left, ctx), truth(test.right, ctx)
            return test if left is test.left and right is test.right else replace(test, left=left, right=right)
        compared = none_test(test)
        if (
            compared is not None
            and isinstance(compared[0], (Name, Member, Call, Index))
            and not three_way(compared[0], ctx)
        ):
            return Un("!", compared[0]) if compared[1] else compared[0]
    elif isinstance(test, Un) and test.op in ("!", "not"):
        inside = truth(test.value, ctx)
        return test if inside is test.value else replace(test, value=inside)
    return test


def rewrite(node: If | While | Cond, ctx: Context) -> Node | None:
    if node.test is None:
        return None
    got = truth(node.test, ctx)
    return None if got is node.test else replace(node, test=got)


RULE = Rule(
    name="null_truth",
    says="a comparison with null is a test for being there, where tests can mean nothing else",
    nodes={If: rewrite, While: rewrite, Cond: rewrite},
    languages=LANGUAGES,
    order=45,
    examples=(
        Example(
            "java",
            "void close(Door door, Lock lock) {\n    if (door != null && lock == null) {\n        door.close();\n"
            "        door.sound(3);\n    }\n    this.doors.remove(door);\n}\n",
            "close(door,lock)\ndoor&&!lock?{door.close()\ndoor.sound(3)}\n.doors.remove(door)",
        ),
    ),
)

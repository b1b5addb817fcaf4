"""An assignment inside a test is a step before it: `if ((p = find(k)) == NULL) return e` is `p=find(k)|^e`.

Only where the assignment is what the test asks first, so that it always happens, and never in a loop's test; there
only a comparison with null goes, `*(p=next(l)){..}`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Bin, If, Index, Member, Name, Node, Un, While
from ..restate import Context, Example, Rule
from ._common import none_test
from .null_truth import LANGUAGES


def _taken_out(test: Node, ctx: Context) -> tuple[Assign, Node] | None:
    """The assignment that a test begins with, and the test without it."""
    if isinstance(test, Bin):
        if test.op == "=" and isinstance(test.left, (Name, Member, Index)):
            return Assign([test.left], test.right), test.left
        if test.op in ("=", ":=", ",") or (test.op[-1:] == "=" and test.op not in _COMPARES):
            return None
        got = _taken_out(test.left, ctx)
        if got is None:
            return None
        rest = replace(test, left=got[1])
        compared = none_test(rest) if ctx.language in LANGUAGES else None
        if compared is not None and compared[0] is got[1]:
            return got[0], Un("!", got[1]) if compared[1] else got[1]
        return got[0], rest
    if isinstance(test, Un) and test.op in ("!", "not"):
        got = _taken_out(test.value, ctx)
        return None if got is None else (got[0], replace(test, value=got[1]))
    return None


_COMPARES = frozenset({"==", "!=", "===", "!==", "<=", ">="})


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    for step in steps:
        got = _taken_out(step.test, ctx) if isinstance(step, If) else None
        if got is not None and isinstance(step, If):
            out.extend((got[0], replace(step, test=got[1])))
        else:
            out.append(step)
    return out if len(out) > len(steps) else None


def _while(node: While, ctx: Context) -> Node | None:
    compared = none_test(node.test) if node.test is not None and ctx.language in LANGUAGES else None
    if compared is None or compared[1] or not isinstance(compared[0], Bin) or compared[0].op != "=":
        return None
    return replace(node, test=compared[0])


RULE = Rule(
    name="assigned_test",
    says="an assignment inside a test is a step before it",
    nodes={While: _while},
    blocks=rewrite,
    among=frozenset({If}),
    languages=frozenset({"c", "cpp", "java", "csharp", "php", "javascript", "typescript", "tsx"}),
    order=17,
    examples=(
        Example(
            "c",
            "int put(table *t, char *key, int n)\n{\n    entry *e;\n    if ((e = table_find(t, key)) == NULL)\n"
            "        return -2;\n"
            "    while ((e = e->next) != NULL)\n        e->count += n;\n    return 7;\n}",
            "put(t:table*,key,n)->i\ne=table_find(t,key)|^-2;*(e=e.next){e.count+=n}\n^7",
        ),
    ),
)

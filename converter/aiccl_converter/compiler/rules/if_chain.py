"""A chain of ifs that compare one thing with constants is a table: `match x{A:..;B:..;else:..}`.

At least three arms; the thing compared is a plain value, so that asking once is the same as asking again.
"""

from __future__ import annotations

from ...language.tree import Bin, Case, Coll, If, Member, Name, Node, Num, Str, Switch
from ..restate import Context, Example, Rule
from ._common import simple


def _constant(node: Node) -> bool:
    if isinstance(node, (Num, Str)):
        return True
    if isinstance(node, Member):
        return node.name[:1].isupper() and simple(node)
    return isinstance(node, Name) and (node.id.isupper() or "::" in node.id)


def _labels(test: Node, language: str) -> tuple[Node, list[Node]] | None:
    if isinstance(test, Bin):
        if test.op in ("==", "===") and simple(test.left) and _constant(test.right) and not _constant(test.left):
            return test.left, [test.right]
        if test.op in ("==", "===") and simple(test.right) and _constant(test.left) and not _constant(test.right):
            return test.right, [test.left]
        if test.op in ("or", "||"):
            a, b = _labels(test.left, language), _labels(test.right, language)
            if a is not None and b is not None and a[0] == b[0]:
                return a[0], [*a[1], *b[1]]
        if test.op == "in" and language == "python" and simple(test.left) and isinstance(test.right, Coll):
            if test.right.open in "([{" and test.right.items and all(_constant(i) for i in test.right.items):
                return test.left, test.right.items
    return None


def rewrite(node: If, ctx: Context) -> Node | None:
    cases: list[Case] = []
    subject: Node | None = None
    current: If = node
    while True:
        got = _labels(current.test, ctx.language)
        if got is None or (subject is not None and got[0] != subject):
            return None
        subject = got[0]
        cases.append(Case(got[1], None, current.then))
        other = current.other
        if other is None:
            break
        if len(other) == 1 and isinstance(other[0], If):
            current = other[0]
            continue
        if len(other) == 1 and isinstance(other[0], Switch) and other[0].subject == subject:
            cases.extend(other[0].cases)
            break
        cases.append(Case([], None, other))
        break
    if len(cases) < 3:
        return None
    return Switch(subject, cases)


RULE = Rule(
    name="if_chain",
    says="a chain of ifs that compare one thing with constants is a table",
    nodes={If: rewrite},
    order=40,
    examples=(
        Example(
            "python",
            'def unit(self, kind):\n    if kind == "kg":\n        self.weigh()\n'
            '    elif kind in ("cm", "mm"):\n        self.measure()\n'
            "    elif kind == MIX:\n        self.mix()\n    else:\n        self.skip(kind)\n    self.done()\n",
            'unit(kind)\nmatch kind{"kg":.weigh()\n"cm","mm":.measure()\nMIX:.mix()\nelse:.skip(kind)}\n.done()',
        ),
    ),
)

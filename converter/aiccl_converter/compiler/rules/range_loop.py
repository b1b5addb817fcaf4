"""Counting loops are ranges: `for(i=0;i<n;i++){..}` is `i<-0..n{..}`, and so is Python's `range(n)`.

A three-part loop is a range only where its body leaves the counter alone and the bound is a plain value (a call in the
bound is asked again on each turn, a range would ask once; `x.length` and `len(x)` count as plain).
"""

from __future__ import annotations

from ...language.tree import (
    Assign,
    Bin,
    Call,
    Do,
    Each,
    For,
    Index,
    Lambda,
    Loop,
    Member,
    Name,
    Node,
    Num,
    Param,
    Post,
    Range,
    Un,
    children,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import is_name, pure

_SIZES = frozenset({"len", "size", "length", "count", "Count", "sizeof", "strlen", "Len"})


def _bound(node: Node) -> bool:
    if isinstance(node, Call) and len(node.args) <= 1 and all(pure(a) for a in node.args):
        fn = node.fn
        name = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
        return name in _SIZES
    if isinstance(node, Bin):
        return _bound(node.left) and _bound(node.right)
    return pure(node)


def _written(body: list[Node], name: str) -> bool:
    for node in walk(body):
        if isinstance(node, Assign) and any(is_name(t, name) for t in node.targets):
            return True
        if isinstance(node, (Post, Un)) and node.op in ("++", "--", "&") and is_name(node.value, name):
            return True
    return False


def _grown(body: list[Node], bound: Node) -> bool:
    """Whether the body changes what the bound is made of."""
    parts = [n for n in walk(bound) if isinstance(n, (Name, Member))]
    for node in walk(body):
        if isinstance(node, Assign) and any(t in parts for t in node.targets):
            return True
        if isinstance(node, (Post, Un)) and node.op in ("++", "--") and node.value in parts:
            return True
        if isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.obj in parts:
            if node.fn.name in _RESIZING:
                return True
    return False


_RESIZING = frozenset(
    "push append add pop remove splice shift unshift push_back pop_back emplace_back erase insert resize clear offer"
    " poll addAll removeAt removeIf Add Remove RemoveAt Insert Clear AddRange enqueue dequeue Enqueue Dequeue".split()
)


def _extended(body: list[Node], bound: Node, counter: str) -> bool:
    """Whether an item is put behind the last one of what the bound counts (`queue[queue.length]=x`)."""
    parts = [n for n in walk(bound) if isinstance(n, (Name, Member))]
    return any(
        isinstance(t, Index) and t.obj in parts and not (len(t.args) == 1 and is_name(t.args[0], counter))
        for node in walk(body)
        if isinstance(node, Assign)
        for t in node.targets
    )


_EXTENDS = frozenset(("javascript", "typescript", "tsx", "php"))
"""Languages in which an assignment to an index may make an array longer."""


def _read_outside(unit: Node, counter: str) -> bool:
    """Whether the counter is read where no loop counts with it: its value after the loop is asked for."""
    stack: list[Node] = [unit]
    while stack:
        node = stack.pop()
        if isinstance(node, Loop) and any(isinstance(s, Assign) and is_name(s.targets[0], counter) for s in node.init):
            continue
        if isinstance(node, (Each, Lambda)) and any(_named(t, counter) for t in _counted(node)):
            continue
        if is_name(node, counter):
            return True
        kids = list(children(node))
        if isinstance(node, Assign) and node.op == "=":
            kids = [k for k in kids if not (is_name(k, counter) and any(k is t for t in node.targets))]
        stack.extend(kids)
    return False


def _counted(node: Each | Lambda) -> list[Node]:
    return node.targets if isinstance(node, Each) else list(node.params)


def _named(node: Node, name: str) -> bool:
    return is_name(node, name) or (isinstance(node, Param) and node.name == name)


def _three_part(node: Loop, ctx: Context) -> Node | None:
    if len(node.init) != 1 or len(node.step) != 1 or not isinstance(node.test, Bin):
        return None
    start, test = node.init[0], node.test
    if not (isinstance(start, Assign) and start.op == "=" and len(start.targets) == 1 and start.value is not None):
        return None
    counter = start.targets[0]
    if not isinstance(counter, Name) or not is_name(test.left, counter.id) or test.op not in ("<", "<="):
        return None
    step = node.step[0]
    by_one = isinstance(step, Do) and isinstance(step.value, (Post, Un)) and step.value.op == "++"
    by_one = by_one and is_name(step.value.value, counter.id)  # type: ignore[attr-defined]
    if not by_one:
        by_one = (
            isinstance(step, Assign)
            and step.op == "+="
            and is_name(step.targets[0], counter.id)
            and isinstance(step.value, Num)
            and step.value.text == "1"
        )
    if not by_one or not _bound(test.right) or _written(node.body, counter.id) or _grown(node.body, test.right):
        return None
    if ctx.units and _read_outside(ctx.units[-1], counter.id):
        return None
    if ctx.language in _EXTENDS and _extended(node.body, test.right, counter.id):
        return None
    return Each([counter], Range(start.value, test.right, test.op == "<="), node.body)


def _python(node: Each, ctx: Context) -> Node | None:
    got = _range_call(node.iter, ctx)
    return None if got is None else Each(node.targets, got, node.body, node.is_async, node.other)


def _clause(node: For, ctx: Context) -> Node | None:
    got = _range_call(node.iter, ctx)
    return None if got is None else For(node.target, got, node.conds, node.is_async)


def _range_call(node: Node, ctx: Context) -> Range | None:
    if ctx.language != "python" or not isinstance(node, Call) or not is_name(node.fn, "range"):
        return None
    if len(node.args) == 1:
        return Range(Num("0"), node.args[0])
    if len(node.args) == 2 and not any(a.__class__.__name__ in ("Spread", "Arg") for a in node.args):
        return Range(node.args[0], node.args[1])
    return None


RULE = Rule(
    name="range_loop",
    says="a counting loop is a range: `i<-0..n`",
    nodes={Loop: _three_part, Each: _python, For: _clause},
    order=20,
    normal=frozenset({"c", "cpp", "java", "csharp", "go", "javascript", "typescript", "tsx", "php"}),
    examples=(
        Example(
            "python",
            "def fill(self, n):\n    for i in range(n):\n        self.cells[i] = self.start(i)\n",
            "fill(n)\ni<-0..n{.cells[i]=.start(i)}",
        ),
    ),
)

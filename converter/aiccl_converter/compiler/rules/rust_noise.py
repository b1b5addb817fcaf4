"""Rust: what only satisfies the type and borrow checker is not written.

`x.unwrap()` is `x!!`, `x.unwrap_or(y)` is `x|y`. `.clone()`, `.iter()` before what works on each, `.as_ref()` and
their like give the same value in the types that a view leaves open; the types of a `collect` go where they are only
`Vec<_>`; an index is a usize anyway. `x.is_some()` as a condition is `x`, `x.is_none()` is `!x`. A copy that is bound
to be changed (`let mut x = y.clone()`), or as what an original was that is changed, or to take its name, keeps its
call; what binds a name to itself goes.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Assign,
    Bin,
    Call,
    Cond,
    Each,
    If,
    Index,
    Lambda,
    Member,
    Name,
    Node,
    OrElse,
    Post,
    Range,
    Raw,
    Un,
    While,
)
from ..restate import Context, Example, Rule

SAME = frozenset(
    {
        "clone",
        "to_owned",
        "as_str",
        "cloned",
        "copied",
        "as_slice",
        "borrow",
        "as_deref",
        "as_deref_mut",
        "into_boxed_slice",
        "into_boxed_str",
        "by_ref",
        "as_os_str",
        "as_path",
        "to_path_buf",
        "to_os_string",
        "into_owned",
    }
)
"""Methods that give the value itself, owned or lent."""

LENT = frozenset({"as_ref", "as_mut"})
"""The same before another method; handed on as they are, they may convert (`AsRef<str>`)."""

EACH = frozenset({"iter", "iter_mut", "into_iter"})
ON_EACH = frozenset(
    {
        "map",
        "filter",
        "filter_map",
        "for_each",
        "any",
        "all",
        "fold",
        "find",
        "position",
        "enumerate",
        "zip",
        "sum",
        "count",
        "flat_map",
        "collect",
        "rev",
        "skip",
        "take",
        "chain",
        "max",
        "min",
        "max_by_key",
        "min_by_key",
        "find_map",
        "cloned",
        "copied",
        "skip_while",
        "take_while",
        "partition",
        "product",
        "last",
    }
)
PRESENT = {"is_some": True, "is_none": False}


def _call(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    if not isinstance(fn, Member) or fn.obj is None:
        return None
    name, obj = fn.name, fn.obj
    if not node.args:
        if name == "unwrap":
            return Post(obj, "!!")
        if name in SAME and node.pos < 0:  # a copy that matters has a place
            return obj
        if name in ("collect::<Vec<_>>", "collect::<Vec<()>>"):
            return Call(Member(_bare(obj), "collect"), [])
    elif len(node.args) == 1 and isinstance(node.args[0], Node):
        if name == "unwrap_or":
            return OrElse(obj, node.args[0])
        arg = node.args[0]
        if name == "unwrap_or_else" and isinstance(arg, Lambda) and not arg.params and not isinstance(arg.body, list):
            return OrElse(obj, arg.body)
    if name in ON_EACH:
        bare = _bare(obj)
        if bare is not obj:
            return replace(node, fn=Member(bare, name, fn.op))
    return None


def _member(node: Member, ctx: Context) -> Node | None:
    """`x.as_ref().map(..)` is `x.map(..)`."""
    obj = node.obj
    if not isinstance(obj, Call) or obj.args or not isinstance(obj.fn, Member) or obj.fn.name not in LENT:
        return None
    return replace(node, obj=obj.fn.obj)


def _lambda(node: Lambda, ctx: Context) -> Node | None:
    """`|x| f(x)` is `f`, where `f` is a path."""
    body = node.body
    if not isinstance(body, Call) or not isinstance(body.fn, Name) or body.fn.id.endswith("!") or len(node.params) != 1:
        return None
    param = node.params[0]
    if param.type or len(body.args) != 1 or not isinstance(body.args[0], Name) or body.args[0].id != param.name:
        return None
    return body.fn if "::" in body.fn.id else None


def _bare(obj: Node) -> Node:
    if isinstance(obj, Call) and isinstance(obj.fn, Member) and obj.fn.name in EACH and not obj.args and obj.fn.obj:
        return obj.fn.obj
    return obj


def _each(node: Each, ctx: Context) -> Node | None:
    bare = _bare(node.iter)
    if bare is node.iter and isinstance(bare, Un) and bare.op in ("&", "&mut") and not isinstance(bare.value, Range):
        bare = bare.value
    return None if bare is node.iter else replace(node, iter=bare)


def _index(node: Index, ctx: Context) -> Node | None:
    args = [_uncast(a) for a in node.args]
    return replace(node, args=args) if any(a is not b for a, b in zip(args, node.args, strict=True)) else None


def _uncast(node: Node) -> Node:
    if isinstance(node, Bin):
        if node.op == "as" and isinstance(node.right, Raw) and node.right.text == "usize":
            return node.left
        if node.op in ("+", "-"):
            left, right = _uncast(node.left), _uncast(node.right)
            return node if left is node.left and right is node.right else replace(node, left=left, right=right)
    if isinstance(node, Range):
        lo = _uncast(node.lo) if node.lo is not None else None
        hi = _uncast(node.hi) if node.hi is not None else None
        return node if lo is node.lo and hi is node.hi else replace(node, lo=lo, hi=hi)
    return node


def _truth(test: Node) -> Node:
    if isinstance(test, Bin) and test.op in ("&&", "||"):
        left, right = _truth(test.left), _truth(test.right)
        return test if left is test.left and right is test.right else replace(test, left=left, right=right)
    if isinstance(test, Un) and test.op == "!":
        inside = _truth(test.value)
        if inside is test.value:
            return test
        return inside.value if isinstance(inside, Un) and inside.op == "!" else Un("!", inside)
    if isinstance(test, Call) and isinstance(test.fn, Member) and not test.args and test.fn.obj is not None:
        present = PRESENT.get(test.fn.name)
        if present is not None:
            return test.fn.obj if present else Un("!", test.fn.obj)
    return test


def _test(node: If | While | Cond, ctx: Context) -> Node | None:
    if node.test is None:
        return None
    test = _truth(node.test)
    return None if test is node.test else replace(node, test=test)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    """`let mut x = x` and `let x = x.as_str()` bind a name to itself; at the end of an arm it is what the arm gives."""
    out = [step for step in steps[:-1] if not _to_itself(step)] + steps[-1:]
    return out if len(out) < len(steps) else None


def _to_itself(step: Node) -> bool:
    return (
        isinstance(step, Assign)
        and step.op == "="
        and step.type is None
        and isinstance(step.value, Name)
        and step.targets == [step.value]
    )


RULE = Rule(
    name="rust_noise",
    says="what only satisfies the type and borrow checker is not written; `x.unwrap()` is `x!!`",
    nodes={
        Call: _call,
        Member: _member,
        Lambda: _lambda,
        Each: _each,
        Index: _index,
        If: _test,
        While: _test,
        Cond: _test,
    },
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    languages=frozenset({"rust"}),
    normal=True,
    order=16,
    examples=(
        Example(
            "rust",
            "fn shown(&self, at: u8) -> Vec<u32> {\n    if self.rows.first().is_none() {\n        self.fill();\n    }\n"
            "    let start = self.marks[at as usize].clone();\n"
            "    self.rows.iter().skip(start).map(|r| r.size()).collect::<Vec<_>>()\n}",
            "shown(at:u8)->Vec<u32>\n!.rows.first()? .fill()\n^.rows.skip(.marks[at]).map(r=>r.size()).collect()",
        ),
        Example(
            "rust",
            "fn sorted(&self, tx: Sender<Row>, mut n: u8) -> Vec<Row> {\n    let mut n = n;\n    n += 1;\n"
            "    let mut rows = self.rows.clone();\n    rows.sort();\n"
            "    if self.load(n).is_err() {\n        spawn(move || {\n            let tx = tx.clone();\n"
            "            tx.close(n.clone())\n        });\n    }\n    rows\n}",
            "sorted(tx:Sender<Row>,n:u8)->Vec<Row>\nn+=1;rows=.rows.clone()\nrows.sort()\n.load(n).is_err()?spawn(()=>{tx=tx.clone()\n"
            "^tx.close(n)})\n^rows",
        ),
    ),
)

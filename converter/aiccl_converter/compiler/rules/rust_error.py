"""Rust: `return Err(e)` raises, and a value that must be there is written with what happens where it is not.

Matches `Err(e)` as a returned value (`^!e`); `Ok(())` as a function's last value (it goes); `x.ok_or(e)?` and
`x.map_err(|e| f(e))?` (`x|^!e`, where the error at hand is called `err`); a `let .. else` and a match that takes the
value out of `Some` or `Ok` and leaves in its other arm (`v=x|^e`).
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Assign,
    Bin,
    Block,
    Call,
    Case,
    Coll,
    Do,
    Func,
    If,
    Jump,
    Lambda,
    Member,
    Name,
    Node,
    OrElse,
    Post,
    Raise,
    Return,
    Switch,
    Un,
)
from ..restate import Context, Example, Rule
from ._common import leaves, mentions, replace_name

HOLDERS = frozenset({"Some", "Ok"})


def _sole_argument(node: Node | None, name: str) -> Node | None:
    if isinstance(node, Call) and isinstance(node.fn, Name) and node.fn.id == name and len(node.args) == 1:
        return node.args[0]
    return None


def _return(node: Return, ctx: Context) -> Node | None:
    error = _sole_argument(node.value, "Err")
    return Raise(error) if error is not None else None


def _post(node: Post, ctx: Context) -> Node | None:
    """`x.ok_or(e)?` and `x.map_err(f)?`."""
    call = node.value
    if node.op != "!" or not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    value, arg = call.fn.obj, call.args[0]
    if value is None:
        return None
    if call.fn.name == "ok_or":
        return OrElse(value, Raise(arg))
    if not isinstance(arg, Lambda) or isinstance(arg.body, list):
        return None
    if call.fn.name == "ok_or_else" and not arg.params:
        return OrElse(value, Raise(arg.body))
    if call.fn.name == "map_err" and len(arg.params) == 1:
        name = arg.params[0].name
        if name == "_":
            return OrElse(value, Raise(arg.body))
        if name.isidentifier() and (name == "err" or not mentions(arg.body, "err")):
            return OrElse(value, Raise(replace_name(arg.body, name, Name("err"))))
    return None


def _taken(pattern: Node) -> str | None:
    """The name that `Some(name)` or `Ok(name)` takes out."""
    if (
        isinstance(pattern, Call)
        and isinstance(pattern.fn, Name)
        and pattern.fn.id in HOLDERS
        and len(pattern.args) == 1
    ):
        inside = pattern.args[0]
        if isinstance(inside, Name) and inside.id != "_" and inside.id.islower():
            return inside.id
    return None


def _action(steps: list[Node]) -> Node | None:
    """Steps that leave, as they stand behind a bar."""
    if not leaves(steps):
        return None
    only = steps[0] if len(steps) == 1 else None
    return only if isinstance(only, (Return, Raise, Jump)) else Block("", steps)


def _arms(switch: Node | None) -> tuple[Case, Case] | None:
    """The arm of a match that only gives what it takes out, and the other one."""
    if not isinstance(switch, Switch) or switch.subject is None or len(switch.cases) != 2:
        return None
    for first, second in (switch.cases, switch.cases[::-1]):
        only = first.body[0] if len(first.body) == 1 else None
        if len(first.labels) != 1 or first.guard is not None or second.guard is not None or not isinstance(only, Do):
            continue
        name = _taken(first.labels[0])
        if name is not None and only.value == Name(name):
            return first, second
    return None


def _missed(case: Case) -> list[Node] | None:
    """The steps of the arm for what is missing, its error called err; None where it asks for more."""
    caught: Node | None = None
    if len(case.labels) > 1:
        return None
    if case.labels:
        label = case.labels[0]
        caught = _sole_argument(label, "Err")
        if caught is None and not (isinstance(label, Name) and label.id in ("None", "_")):
            return None
    if caught is None or (isinstance(caught, Name) and caught.id == "_"):
        return list(case.body)
    if not isinstance(caught, Name) or (caught.id != "err" and mentions(case.body, "err")):
        return None
    return [replace_name(step, caught.id, Name("err")) for step in case.body]


def _matched(node: Assign, ctx: Context) -> Node | None:
    """`let v = match x {Some(v) => v, None => return e}`."""
    arms = _arms(node.value)
    body = _missed(arms[1]) if arms is not None else None
    action = _action(body) if body else None
    if action is None or not isinstance(node.value, Switch) or node.value.subject is None:
        return None
    return replace(node, value=OrElse(node.value.subject, action))


def _chosen(node: Switch, ctx: Context) -> Node | None:
    """`match x {Some(v) => v, None => d}`."""
    arms = _arms(node)
    body = _missed(arms[1]) if arms is not None else None
    only = body[0] if body and len(body) == 1 else None
    if node.subject is None or not isinstance(only, Do) or isinstance(only.value, Switch):
        return None
    return OrElse(node.subject, only.value)


def _let_else(node: If, ctx: Context) -> Node | None:
    """`let Some(v) = x else {return e}`."""
    test = node.test
    if not (isinstance(test, Un) and test.op == "!" and isinstance(test.value, Bin) and test.value.op == "is"):
        return None
    name = _taken(test.value.right)
    action = _action(node.then)
    if node.other is not None or name is None or action is None:
        return None
    return Assign([Name(name)], OrElse(test.value.left, action))


def _func(node: Func, ctx: Context) -> Node | None:
    """The last `Ok(())` of a function goes."""
    if (
        not node.body
        or len(node.body) < 2
        or not (node.returns or "")
        .replace("std::", "")
        .startswith(("Result<()", "io::Result<()", "fmt::Result", "anyhow::Result<()"))
    ):
        return None
    last = node.body[-1]
    inside = _sole_argument(last.value, "Ok") if isinstance(last, Return) else None
    if isinstance(inside, Coll) and not inside.items:
        return replace(node, body=node.body[:-1])
    return None


RULE = Rule(
    name="rust_error",
    says="`Err(e)` returned raises, and a value that must be there is written with what happens where it is not",
    nodes={Return: _return, Post: _post, Switch: _chosen, Assign: _matched, If: _let_else, Func: _func},
    languages=frozenset({"rust"}),
    normal=True,
    order=13,
    examples=(
        Example(
            "rust",
            "fn load(db: &Db, id: u32) -> Result<(), Failure> {\n    let row = match db.find(id) {\n"
            "        Some(row) => row,\n"
            '        None => return Err(Failure::Missing("row")),\n    };\n    let Some(key) = row.key else {\n'
            "        return Err(Failure::Bare);\n    };\n"
            "    let body = key.open().map_err(|e| Failure::Broken(e, 7))?;\n    db.store(&row, body);\n"
            "    db.flush(&row)?;\n    Ok(())\n}",
            'load(db,id:u32)->Result<(),Failure>\nrow=db.find(id)|^!Failure::Missing("row")\nkey=row.key|^!Failure::Bare;'
            "body=key.open()|^!Failure::Broken(err,7)\ndb.store(&row,body)\ndb.flush(&row)!",
        ),
    ),
)

"""C and C++: a status that is only handed on where it says failure is `f()!`: `err = f(); if (err) return err;`.

A number that is not zero, or an object that is not `ok()`. The status must not be read again before it is set anew: it
would say success there.
"""

from __future__ import annotations

from ...language.tree import (
    Assign,
    Bin,
    Call,
    Do,
    Func,
    If,
    Member,
    Name,
    Node,
    Num,
    Post,
    Return,
    Un,
    children,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import mentions


def _tested(step: Node) -> str | None:
    """The status that a step returns where it says failure."""
    if not isinstance(step, If) or step.other is not None or len(step.then) != 1:
        return None
    only, test = step.then[0], step.test
    if not isinstance(only, Return) or not isinstance(only.value, Name):
        return None
    if isinstance(test, Bin) and test.op == "!=" and isinstance(test.right, Num) and test.right.text == "0":
        test = test.left
    elif isinstance(test, Un) and test.op == "!" and isinstance(test.value, Call) and not test.value.args:
        fn = test.value.fn
        if isinstance(fn, Member) and fn.name == "ok" and fn.obj is not None:
            test = fn.obj
    return test.id if isinstance(test, Name) and test == only.value else None


def _read_next(steps: list[Node], name: str) -> bool:
    """Whether the steps may read a name before they set it."""
    for step in steps:
        if not mentions(step, name):
            continue
        if isinstance(step, Assign) and step.op == "=" and step.targets == [Name(name)] and step.value is not None:
            return mentions(step.value, name) > 0
        lists = [getattr(step, field) for field in _LISTS if getattr(step, field, None)]
        heads = [c for c in children(step) if not any(c is inner for inside in lists for inner in inside)]
        if not lists or any(mentions(head, name) for head in heads):
            return True
        if any(_read_next(inside, name) for inside in lists):
            return True  # what sets it on one way leaves it as it was on the other: go on
    return False


_LISTS = ("then", "other", "body")


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] = []
    changed = False
    for at, step in enumerate(steps):
        name = _tested(step)
        before = out[-1] if out else None
        if (
            name is not None
            and isinstance(before, Assign)
            and before.op == "="
            and before.type is None
            and before.targets == [Name(name)]
            and isinstance(before.value, Call)
            and not _read_next(steps[at + 1 :], name)
            and not _outside(name, ctx)
        ):
            out[-1] = Do(Post(before.value, "!"))
            ctx.uses[name] -= 3
            changed = True
            continue
        out.append(step)
    return out if changed else None


def _outside(name: str, ctx: Context) -> bool:
    """Whether the name is not the unit's own, or something points at it."""
    unit = ctx.units[-1]
    if not isinstance(unit, Func) or name in unit.outer or any(p.name == name for p in unit.params):
        return True
    return any(isinstance(n, Un) and n.op == "&" and n.value == Name(name) for n in walk(unit))


RULE = Rule(
    name="status_error",
    says="a status that is only handed on where it says failure is `f()!`",
    blocks=rewrite,
    languages=frozenset({"c", "cpp"}),
    normal=True,
    order=19,
    examples=(
        Example(
            "c",
            "int start(loop *loop, int fd)\n{\n    int err;\n    err = open_pipe(loop, fd);\n    if (err)\n"
            "        return err;\n"
            "    err = listen_on(fd, 128);\n    if (err != 0)\n        return err;\n    loop->fd = fd;\n"
            "    return 0;\n}",
            "start(loop,fd)->i\nopen_pipe(loop,fd)!\nlisten_on(fd,128)!\nloop.fd=fd;^0",
        ),
        Example(
            "cpp",
            "Status Table::Open(const Options& options)\n{\n    Status s = ReadFooter(options);\n"
            "    if (!s.ok()) return s;\n"
            "    open_ = true;\n    return Status::OK();\n}",
            "Open(options)->Status\nReadFooter(options)!\nopen_=true;^Status::OK()",
        ),
    ),
)

"""C++: an object that only lives to its block's end is `with lock_guard(mu){..}`.

Matches a lock, guard or scope object by its type's name, and any other object of a type that is never read again: what
its constructor and destructor do around the rest of the block is all it is for. One that is read keeps its name: `with
lock=unique_lock(mu){..}`.
"""

from __future__ import annotations

import re

from ...language.tree import Assign, Block, Call, Func, Name, Node, With
from ..restate import Context, Example, Rule

_GUARD = re.compile(
    r"(?:lock_guard|unique_lock|scoped_lock|shared_lock|Lock|Locker|Guard|Scope|ScopedLock\w*|Scoped\w+|Sentry)\Z"
)


def _type(value: Node | None) -> str:
    """The type that a value constructs, without its namespace and arguments."""
    if isinstance(value, Call) and isinstance(value.fn, Name):
        return value.fn.id.split("<")[0].rsplit("::", 1)[-1]
    return ""


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    for at, step in enumerate(steps):
        if not isinstance(step, Assign) or step.op != "=" or len(step.targets) != 1 or at == len(steps) - 1:
            continue
        target, kind = step.targets[0], _type(step.value)
        if (
            not isinstance(target, Name)
            or not kind
            or any(isinstance(u, Func) and target.id in u.outer for u in ctx.units)
        ):
            continue
        unread = ctx.uses[target.id] == 1
        if not (_GUARD.search(kind) or (unread and kind[:1].isupper())):
            continue
        assert step.value is not None
        rest = steps[at + 1 :]
        return [*steps[:at], With([step.value if unread else step], rewrite(rest, ctx) or rest)]
    return None


def _block(node: Block, ctx: Context) -> Node | None:
    """A block of its own that is all `with` ends where that does."""
    only = node.body[0] if not node.head and len(node.body) == 1 else None
    return only if isinstance(only, With) else None


RULE = Rule(
    name="cpp_guard",
    says="an object that only lives to its block's end is `with lock_guard(mu){..}`",
    nodes={Block: _block},
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    languages=frozenset({"cpp"}),
    order=27,
    examples=(
        Example(
            "cpp",
            "void Pool::put(Job job)\n{\n    std::lock_guard<std::mutex> lock(mutex_);\n"
            "    jobs_.push_back(job);\n    ready_.notify_one();\n}",
            "put(job)\nwith lock_guard<mutex>(mutex_){jobs_.push_back(job)\nready_.notify_one()}",
        ),
        Example(
            "cpp",
            "Job Pool::take()\n{\n    std::unique_lock<std::mutex> lock(mutex_);\n    ready_.wait(lock);\n"
            "    return next(7);\n}",
            "take()->Job\nwith lock=unique_lock<mutex>(mutex_){ready_.wait(lock)\n^next(7)}",
        ),
    ),
)

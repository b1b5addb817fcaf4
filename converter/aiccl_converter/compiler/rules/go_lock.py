"""Go: a lock that is held to the end of its steps is `with mu.Lock(){..}`.

Matches `mu.Lock()` with `defer mu.Unlock()` right behind it (and the same for `RLock`), and a lock that the same steps
release again, where nothing between them can leave.
"""

from __future__ import annotations

from ...language.tree import Call, Do, Func, Go, Jump, Lambda, Member, Node, Post, Raise, Return, With, Word, children
from ..restate import Context, Example, Rule

_PAIRS = {"Lock": "Unlock", "RLock": "RUnlock"}


def _locks(step: Node) -> tuple[Node | None, str] | None:
    """The object that a step locks, and the method that releases it."""
    if isinstance(step, Do) and isinstance(step.value, Call) and not step.value.args:
        fn = step.value.fn
        if isinstance(fn, Member) and fn.name in _PAIRS:
            return fn.obj, _PAIRS[fn.name]
    return None


def _releases(step: Node, held: tuple[Node | None, str]) -> bool:
    if isinstance(step, Do) and isinstance(step.value, Call) and not step.value.args:
        fn = step.value.fn
        return isinstance(fn, Member) and fn.name == held[1] and fn.obj == held[0]
    return False


def _may_leave(steps: list[Node]) -> bool:
    stack: list[Node] = list(steps)
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind in (Return, Raise, Jump, Word) or (kind is Post and node.op == "!"):  # type: ignore[attr-defined]
            return True
        if kind is not Lambda and kind is not Func:
            stack.extend(children(node))
    return False


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    for at, step in enumerate(steps):
        held = _locks(step)
        if held is None:
            continue
        assert isinstance(step, Do)
        rest = steps[at + 1 :]
        first = rest[0] if rest else None
        if isinstance(first, Go) and first.word == "defer" and len(first.body) == 1 and _releases(first.body[0], held):
            if len(rest) == 1:
                continue
            return [*steps[:at], With([step.value], rewrite(rest[1:], ctx) or rest[1:])]
        for end, other in enumerate(rest):
            if _releases(other, held):
                inside = rest[:end]
                if not inside or _may_leave(inside):
                    break
                after = rest[end + 1 :]
                return [*steps[:at], With([step.value], inside), *(rewrite(after, ctx) or after)]
    return None


RULE = Rule(
    name="go_lock",
    says="a lock held to the end of its steps is `with mu.Lock(){..}`",
    blocks=rewrite,
    among=frozenset({Do}),
    languages=frozenset({"go"}),
    normal=True,
    order=28,
    examples=(
        Example(
            "go",
            "func (c *Cache) Put(key string, v Value) {\n\tc.mu.Lock()\n\tdefer c.mu.Unlock()\n"
            "\tc.items[key] = v\n\tc.size++\n}",
            "Put(key,v:Value)\nwith .mu.Lock(){.items[key]=v;.size++}",
        ),
        Example(
            "go",
            "func (c *Cache) Len() int {\n\tc.mu.RLock()\n\tn := c.count()\n\tc.mu.RUnlock()\n\treturn n * c.scale\n}",
            "Len()->i\nwith .mu.RLock(){n=.count()}\n^n*.scale",
        ),
    ),
)

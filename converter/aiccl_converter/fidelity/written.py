"""What a hand-written view means where the grammar reads its text another way.

Contract: `meant(view, ruby, raises)` gives the same tree with such places as their author, and any reader, mean
them; a tree without any is given back as it is, and the given tree is never changed. A place is taken up only where
the grammar's reading is no sensible step or value at all: an error that is a test, a comparison that stands alone as a
step, a binary `^`, a default inside the condition of a comprehension.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiccl_converter.fidelity.reading.idioms import says_less
from aiccl_converter.fidelity.reading.tables import AND, COMPARES, LEAVING, OR
from aiccl_converter.fidelity.words import is_error
from aiccl_converter.language import tree as T


def meant(view: Any, ruby: bool = False, raises: bool = True) -> Any:
    """The view as it is meant. `ruby`: names end in `?`; `raises`: the source raises somewhere."""
    return _Mend(ruby, raises).node(view)


class _Mend:
    def __init__(self, ruby: bool, raises: bool) -> None:
        self.ruby = ruby
        self.raises = raises
        self.depth = 0

    def node(self, n: Any) -> Any:
        """A node, or a list of steps, mended from the inside out."""
        if self.depth > _DEEP or not isinstance(n, (T.Node, list)):
            return n
        self.depth += 1
        made = self.inside(n)
        self.depth -= 1
        return made

    def inside(self, n: Any) -> Any:
        """As `node`, with a bound on how deep it goes."""
        if isinstance(n, list):
            out: list[Any] = []
            changed = False
            for item in n:
                made = self.node(item)
                steps = self.steps(made)
                if steps is None:
                    changed = changed or made is not item
                    out.append(made)
                else:
                    changed = True
                    out.extend(steps)
            return out if changed else n
        changes: dict[str, Any] = {}
        for field in T.names_of(type(n)):
            value = getattr(n, field)
            if isinstance(value, T.Node) or (type(value) is list and value):
                made = self.node(value)
                if made is not value:
                    changes[field] = made
        if changes:
            n = replace(n, **changes)
        return self.value(n)

    def value(self, n: Any) -> Any:
        """One node whose parts are mended."""
        kind = type(n)
        if kind is T.Raise and n.cause is None:
            return self.denied(n)
        if kind is T.Comp and n.clauses and n.clauses[-1].conds:
            last = n.clauses[-1]
            told: Any = last.conds[-1]
            if type(told) is T.OrElse:  # `[x for x in xs if p|y]`: y where there is none
                asked = replace(last, conds=[*last.conds[:-1], told.value])
                return T.OrElse(replace(n, clauses=[*n.clauses[:-1], asked]), told.other)
        if kind is T.OrElse and type(n.other) is T.Words and n.other.items and type(n.other.items[0]) is T.Str:
            if len(n.other.items) > 1 and type(n.other.items[1]) is T.Name:  # `x|"" without blanks`: of either
                return T.Words([T.OrElse(n.value, n.other.items[0]), *n.other.items[1:]])
        return n

    def denied(self, n: T.Raise) -> T.Node:
        """`^!a and b`, `^!!a`: no test can be raised, so the test is given back. `^!ok(x)`, where the source raises
        nothing, gives back that it is not so."""
        value: Any = n.value
        spine = value
        while type(spine) is T.Bin and spine.op in _JOINS:
            spine = spine.left
        if value is not spine and spine.pos - n.pos > 2 and n.pos >= 0:  # `^!(a or b)`
            if value.op in AND and type(value.left) is T.Bin and value.left.op in OR:  # `^!(a or b) and c`
                return T.Return(replace(value, left=T.Un("!", value.left)), pos=n.pos)
            return T.Return(T.Un("!", value), pos=n.pos)
        if value is not spine or (type(spine) is T.Un and spine.op in ("!", "not")):
            return T.Return(_left_denied(value), pos=n.pos)
        if not self.raises and type(spine) in (T.Call, T.Member, T.Name) and not _names_error(spine):
            return T.Return(T.Un("!", spine), pos=n.pos)
        return n

    def steps(self, n: Any) -> list[Any] | None:
        """The steps that one step stands for, where it is more or another than it is read as."""
        kind = type(n)
        if kind is T.Do:
            value: Any = n.value
            if type(value) is T.Bin and value.op in _JOINS | COMPARES:
                guard = _safe_call(value)
                if guard is not None:
                    return [T.If(guard[0], [T.Do(guard[1])], pos=n.pos)]
            if self.ruby and type(value) is T.Bin and value.op == "??" and type(value.right) in (T.Coll, T.Block):
                told: Any = value.right
                body = told.body if type(told) is T.Block else [_step(i) for i in told.items]
                if type(told) is T.Block or told.open == "{":  # `x.ready??{..}` asks `x.ready?`
                    return [T.If(value.left, body, pos=n.pos)]
            if type(value) is T.Coll and value.open == "" and len(value.items) > 1:
                return self.listed(value.items, n.pos)
            return None
        if kind is T.If and n.other and len(n.then) == 1:
            tried = _tried(n.then[0], n.other)
            if tried is not None:
                return [T.If(n.test, [tried], pos=n.pos)]
        if kind is T.If and not n.other and len(n.then) == 1:
            only = n.then[0]
            if self.ruby and type(only) is T.Do and type(only.value) is T.Bin and only.value.op == "^":
                if type(only.value.left) is T.Raw and only.value.left.text == "|":  # `x.ready?|^!E`
                    return [T.Do(T.OrElse(n.test, _left(only.value.right)), pos=n.pos)]
        if kind is T.If and not n.other and len(n.then) == 1 and type(n.test) is T.OrElse:
            only = n.then[0]
            if type(only) is T.Return and type(only.value) is T.Words and type(n.test.other) not in LEAVING:
                return [replace(n, test=n.test.value), T.Return(n.test.other)]  # `^first x in xs if p|y`
        if kind is T.If and type(n.test) is T.Coll and len(n.test.items) > 1 and type(n.test.items[0]) is T.Pipe:
            first = n.test.items[0]  # `f(x)>n, err?{..}`
            if type(first.to) is T.Name:
                asked = self.asked(first.to, n.test.items[1:])
                bound = _bound(first.to, n.test.items[1:])
                return [T.Do(T.Pipe(first.value, bound), pos=n.pos), replace(n, test=asked)]
        if kind is T.Assign and len(n.targets) == 1 and type(n.targets[0]) is T.Bin:  # `a==b?.x=1`
            test = n.targets[0]
            parted = _parted(test.right)
            if parted is not None and test.op in _JOINS | COMPARES:
                asked = replace(test, right=parted[0])
                return [T.If(asked, [replace(n, targets=[parted[1]])], pos=n.pos)]
        if kind is T.Assign and len(n.targets) == 1 and type(n.targets[0]) is T.Un and n.targets[0].op == "!":
            parted = _parted(n.targets[0].value)  # `!a?.x=1`
            if parted is not None:
                return [T.If(T.Un("!", parted[0]), [replace(n, targets=[parted[1]])], pos=n.pos)]
        if kind is T.Assign and n.op == "=" and type(n.value) is T.Coll and n.value.open == "" and len(n.targets) == 1:
            items = n.value.items
            if len(items) == 2 and type(n.targets[0]) is T.Name:
                told = items[1]
                guards = type(told) is T.Cond and type(told.then) in LEAVING
                if guards and (_word(told.test) or _nothing(told.other)):  # `n=f(x), err?{..}`, `n=f(x), not list?^`
                    to, then = n.targets[0], told.then
                    body = then.body if type(then) is T.Block else [then]
                    rest = [told.test]
                    bound = _bound(to, rest)
                    other = told.other if type(told.other) in LEAVING else None
                    return [
                        T.Do(T.Pipe(items[0], bound), pos=n.pos),
                        T.If(self.asked(to, rest), body, None if other is None else [other], pos=n.pos),
                    ]
                if type(told) is T.Bin and told.op == "^" and _word(told.left):  # `n=f(x), None ^[]`
                    to = n.targets[0]
                    return [
                        T.Do(T.Pipe(items[0], _bound(to, [told.left])), pos=n.pos),
                        T.If(self.asked(to, [told.left]), [T.Return(told.right)], pos=n.pos),
                    ]
        return None

    def listed(self, items: list[T.Node], pos: int) -> list[T.Node] | None:
        """`f(x)>n, err ^-1,err` and `f(x)>u, active|^!E`."""
        first, second = items[0], items[1]
        if type(first) is not T.Pipe or type(first.to) is not T.Name:
            return None
        if type(second) is T.Bin and second.op == "^" and _word(second.left):
            given = [second.right, *items[2:]]
            value = given[0] if len(given) == 1 else T.Coll("", given)
            return [
                T.Do(T.Pipe(first.value, _bound(first.to, [second.left])), pos=pos),
                T.If(self.asked(first.to, [second.left]), [T.Return(value)], pos=pos),
            ]
        if type(second) is T.OrElse and type(second.value) is T.Name and len(items) == 2:
            if type(second.other) in LEAVING and not says_less(second.value) and not is_error(second.value.id):
                both = T.Bin("and", first.to, T.Member(first.to, second.value.id))
                return [T.Do(T.Pipe(first.value, first.to), pos=pos), T.Do(T.OrElse(both, second.other), pos=pos)]
        return None

    def asked(self, to: T.Name, rest: list[T.Node]) -> T.Node:
        """The test of what has just got a name: an error, or that it is not there."""
        if len(rest) == 1 and type(rest[0]) is T.Name:
            if is_error(rest[0].id):
                return rest[0]
            if says_less(rest[0]):
                return T.Un("not", to)
        if len(rest) == 1 and type(rest[0]) is T.Bin and rest[0].op in _JOINS:
            return replace(rest[0], left=self.asked(to, [rest[0].left]))
        if len(rest) == 1 and type(rest[0]) is T.Bin:
            return rest[0]
        return T.Words([to, *rest])


def _bound(to: T.Name, rest: list[T.Node]) -> T.Node:
    if len(rest) == 1 and type(rest[0]) is T.Name and is_error(rest[0].id):
        return T.Coll("", [to, rest[0]])
    return to


def _word(n: T.Node) -> bool:
    return type(n) is T.Name and (says_less(n) or is_error(n.id))


def _nothing(n: T.Node) -> bool:
    """True for the other branch of what has none."""
    return type(n) is T.Name and not n.id


def _step(n: T.Node) -> T.Node:
    return n if type(n) in (*LEAVING, T.Assign, T.If, T.Each, T.Do, T.While) else T.Do(n)


def _left(n: T.Node) -> T.Node:
    """What `^x` after a bar leaves with."""
    if type(n) is T.Un and n.op == "!":
        return T.Raise(n.value)
    return T.Return(n)


def _left_denied(n: Any) -> Any:
    """The test with its first operand denied."""
    if type(n) is T.Bin and n.op in _JOINS:
        return replace(n, left=_left_denied(n.left))
    return T.Un("!", n)


def _names_error(n: Any) -> bool:
    """True for what may be an error: a name with a capital, or one that says so."""
    if type(n) is T.Call:
        n = n.fn
    if type(n) is T.Member and n.obj is None:
        return False
    name = n.name if type(n) is T.Member else n.id if type(n) is T.Name else "E"
    low = name.lower()
    return name[:1].isupper() or "::" in name or low.startswith("e") or "err" in low or "exception" in low


def _tried(n: Any, instead: list[Any]) -> T.Node | None:
    """`c?^f(x) SomeError:g()`: what is read as the other branch handles the error."""
    value = n.value if type(n) in (T.Return, T.Do, T.Assign) else None
    if type(value) is not T.Words or len(value.items) != 2:
        return None
    told, error = value.items
    name = error.name if type(error) is T.Member else error.id if type(error) is T.Name else ""
    if not is_error(name) and not name.endswith(_ERRORS):
        return None
    return T.Try([replace(n, value=told)], [T.Handler([error], None, instead)])


def _safe_call(n: Any) -> tuple[T.Node, T.Node] | None:
    """`a==b?.f(x)` as a step: the test, and the call of the unit's own object."""
    if type(n) is not T.Bin or n.op not in _JOINS | COMPARES:
        return None
    if type(n.right) is T.Bin:
        inner = _safe_call(n.right)
        return None if inner is None else (replace(n, right=inner[0]), inner[1])
    parted = None if n.op in _JOINS else _parted(n.right)
    return None if parted is None else (replace(n, right=parted[0]), parted[1])


def _parted(n: Any) -> tuple[T.Node, T.Node] | None:
    """`b?.x.f(1)` as b and `.x.f(1)`."""
    if type(n) is T.Member and n.obj is not None:
        if n.op == "?.":
            return n.obj, T.Member(None, n.name)
        inner = _parted(n.obj)
        return None if inner is None else (inner[0], replace(n, obj=inner[1]))
    if type(n) is T.Call:
        inner = _parted(n.fn)
        return None if inner is None else (inner[0], replace(n, fn=inner[1]))
    if type(n) is T.Index:
        inner = _parted(n.obj)
        return None if inner is None else (inner[0], replace(n, obj=inner[1]))
    return None


_JOINS = AND | OR - {"??", "?:"}
_DEEP = 150
_ERRORS = ("Error", "Exception", "DoesNotExist", "NotFound", "Invalid")

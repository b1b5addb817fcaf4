"""Is a view the source in AICCL's own forms, and nothing else? A proof, and cheaper than the check.

Contract: `Proof(source, language, names).holds(view)` is True only where the view is its source but for the names of
locals and for forms that say the same by the definition of the language: an else after a branch that leaves, a choice
for two branches, a guard or a default behind its value, fields in one build, one value for several names, a temporary
written where it is read. Each word of the source is met once in the view, at its place. False proves nothing: the
check then compares the facts. No rule of the compiler has a part in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

from aiccl_converter.compiler.rules._common import (
    FALSE,
    OPPOSITE,
    TRUE,
    first_evaluated,
    leaves,
    negated,
    none_test,
)
from aiccl_converter.language.tree import (
    Arg,
    Assign,
    Bin,
    Block,
    Build,
    Cond,
    Do,
    Handler,
    If,
    Member,
    Name,
    Node,
    OrElse,
    Param,
    Return,
    Un,
    names_of,
    walk,
)

_NULL_IS_FALSY = frozenset({"java", "csharp", "kotlin", "go", "c", "cpp"})
_AND = frozenset({"and", "&&"})
_OR = frozenset({"or", "||"})
_TESTS = frozenset({"==", "!=", "<", ">", "<=", ">=", "===", "!==", "is", "is not", "in", "not in", "instanceof"})
_STEPS = frozenset({"body", "then", "other", "final", "init", "step", "members"})
_PLANS: dict[type, tuple[tuple[str, bool, bool], ...]] = {}


def _plan(kind: type) -> tuple[tuple[str, bool, bool], ...]:
    """The fields of a kind of node that take part in comparison; whether each may hold nodes, and steps (cached)."""
    got = _PLANS.get(kind)
    if got is None:
        nodes = frozenset(names_of(kind))
        got = _PLANS[kind] = tuple(
            sorted(
                ((f.name, f.name in nodes, f.name in _STEPS) for f in fields(kind) if f.compare and f.name != "pos"),
                key=lambda field: field[1],  # what is cheap to compare first; nodes in written order
            )
        )
    return got


class Proof:
    """One unit of the source, to be met in its view."""

    def __init__(self, source: Node, language: str, names: dict[str, str] | None = None) -> None:
        self.source = source
        self.falsy = language in _NULL_IS_FALSY
        self.names = names or {}
        self.met: list[str] = []
        """Renamed locals, each time one is met."""
        self.pending: dict[str, Node] = {}
        """Temporaries that the next step reads."""
        self._uses: Counter[str] | None = None
        self._others: set[str] = set()

    @property
    def uses(self) -> Counter[str]:
        """How often each plain name stands in the source."""
        if self._uses is None:
            self._uses = Counter()
            for node in walk(self.source):
                kind = node.__class__
                if kind is Name:
                    self._uses[node.id] += 1  # type: ignore[attr-defined]
                elif kind is Param or kind is Handler:
                    self._others.add(node.name or "")  # type: ignore[attr-defined]
        return self._uses

    def holds(self, view: Node) -> bool:
        """Whether the view is proved to say what the source says."""
        names = self.names
        if names:
            # A new name must be new, and no old one be left.
            new = set(names.values())
            if len(new) < len(names) or not new.isdisjoint(self.uses) or not new.isdisjoint(self._others):
                return False
        if not self.node(self.source, view) or self.pending:
            return False
        if names:
            met = Counter(self.met)
            return all(met[old] == self.uses[old] for old in names)
        return True

    # --- nodes ---------------------------------------------------------------------------------------------------

    def node(self, s: Any, v: Any) -> bool:
        """Whether a node of the view is one of the source."""
        kind = s.__class__
        if kind is Name:
            known = s.id
            if self.pending and known in self.pending:
                return self.node(self.pending.pop(known), v)
            if v.__class__ is not Name:
                return False
            new = self.names.get(known)
            if new is None:
                return bool(known == v.id)
            self.met.append(known)
            return bool(new == v.id)
        if s is v and not self.pending:
            return True
        if kind is not v.__class__:
            return kind is Cond and self.choice(s, v)
        for name, nodes, steps in _plan(kind):
            ours, theirs = getattr(s, name), getattr(v, name)
            if not nodes:
                if ours != theirs:
                    return False
            elif ours.__class__ is list:
                if theirs.__class__ is not list:
                    return not ours and theirs is None and kind is If  # an empty else
                if steps:
                    if not self.steps(ours, theirs):
                        return False
                elif not self.items(ours, theirs):
                    return False
            elif ours is None or theirs is None or theirs.__class__ is list:
                if ours is not theirs:
                    return False
            elif not self.node(ours, theirs):
                return False
        return True

    def items(self, ours: list[Any], theirs: list[Any]) -> bool:
        """Two lists of operands, one by one."""
        if len(ours) != len(theirs):
            return False
        for s, v in zip(ours, theirs, strict=True):
            if s.__class__ is str or v.__class__ is str:
                if s != v:
                    return False
            elif not self.node(s, v):
                return False
        return True

    def choice(self, s: Cond, v: Any) -> bool:
        """`a if a is not None else b` as `a ?? b`, `a if a else b` as `a|b`."""
        if v.__class__ is OrElse:
            return self.node(s.test, v.value) and self.node(s.then, v.value) and self.node(s.other, v.other)
        if v.__class__ is Bin and v.op == "??":
            compared = none_test(s.test)
            if compared is not None:
                there, other = (s.other, s.then) if compared[1] else (s.then, s.other)
                return self.node(compared[0], v.left) and self.node(there, v.left) and self.node(other, v.right)
        return False

    # --- steps ---------------------------------------------------------------------------------------------------

    def steps(self, ours: list[Node], theirs: list[Node]) -> bool:
        """Two blocks, step by step; one step of the view may stand for several."""
        if ours is theirs and not self.pending:
            return True
        at = to = 0
        while at < len(ours) and to < len(theirs):
            s, v = ours[at], theirs[to]
            if s is v and not self.pending and s.__class__ is not Name:
                at += 1
                to += 1
                continue
            if s.__class__ is If and s.other and v.__class__ is If and v.other is None and leaves(s.then):
                mark = self.mark()
                if self.node(s.test, v.test) and not self.pending and self.steps(s.then, v.then):
                    ours = [*s.other, *ours[at + 1 :]]
                    at = 0
                    to += 1
                    continue
                self.back(mark)
            count = self.step(ours, at, v)
            if count:
                if self.pending:
                    return False
                at += count
                to += 1
            elif self.held(ours, at):
                at += 1
            else:
                return False
        return at == len(ours) and to == len(theirs)

    def mark(self) -> tuple[int, dict[str, Node]]:
        return len(self.met), dict(self.pending) if self.pending else {}

    def back(self, mark: tuple[int, dict[str, Node]]) -> None:
        """What was met since the mark was not met."""
        del self.met[mark[0] :]
        self.pending = dict(mark[1])

    def step(self, ours: list[Node], at: int, v: Any) -> int:
        """How many steps of the source, from `at` on, the view's step is; 0 for none."""
        s: Any = ours[at]
        mark = self.mark()
        if s.__class__ is v.__class__:
            if self.node(s, v):
                return 1
            self.back(mark)
        found = 0
        kind = v.__class__
        if kind is Return:
            found = len(ours) - at if v.value is not None and self.given(ours, at, v.value) else 0
        elif kind is Assign:
            found = self.assigned(ours, at, s, v)
        elif kind is Do:
            found = self.done(ours, at, s, v.value)
        elif kind is If and s.__class__ is If and v.other is None and v.test.__class__ is Bin:
            found = self.joined(ours, at, s, v)
        if not found:
            self.back(mark)
        return found

    def held(self, ours: list[Node], at: int) -> bool:
        """A temporary that the next step reads first: kept until it is met."""
        s: Any = ours[at]
        if s.__class__ is not Assign or s.op != "=" or s.type is not None or s.value is None or len(s.targets) != 1:
            return False
        target = s.targets[0]
        if target.__class__ is not Name or target.id in self.names or at + 1 == len(ours):
            return False
        if self.uses[target.id] != 2 or target.id in self._others or not first_evaluated(ours[at + 1], target.id):
            return False
        self.pending[target.id] = s.value
        return True

    def given(self, ours: list[Node], at: int, value: Any) -> bool:
        """Whether the steps from `at` to the end give back just this value."""
        s: Any = ours[at]
        if s.__class__ is Return:
            return at + 1 == len(ours) and s.value is not None and self.node(s.value, value)
        if s.__class__ is not If or (s.other and at + 1 < len(ours)):
            return False
        rest, start = (s.other, 0) if s.other else (ours, at + 1)
        if start == len(rest):
            return False
        if value.__class__ is Cond:
            return (
                self.node(s.test, value.test)
                and self.given(s.then, 0, value.then)
                and self.given(rest, start, value.other)
            )
        return len(s.then) == 1 and start + 1 == len(rest) and self.truth(s.test, s.then[0], rest[start], value)

    def truth(self, test: Node, then: Any, other: Any, value: Any) -> bool:
        """`return True` under a test and `return False` else: the test."""
        if then.__class__ is not Return or other.__class__ is not Return or not _is_test(test):
            return False
        yes, no = then.value, other.value
        if yes.__class__ is not Name or no.__class__ is not Name:
            return False
        if yes.id in TRUE and no.id in FALSE:
            return self.node(test, value)
        if yes.id not in FALSE or no.id not in TRUE:
            return False
        inside = negated(test)
        if inside is not None:
            return self.node(inside, value)
        if value.__class__ is Un and value.op in ("not", "!"):
            return self.node(test, value.value)
        return (
            test.__class__ is Bin
            and value.__class__ is Bin
            and OPPOSITE.get(test.op) == value.op
            and self.node(test.left, value.left)
            and self.node(test.right, value.right)
        )

    def assigned(self, ours: list[Node], at: int, s: Any, v: Assign) -> int:
        """`x=c?a:b`, `x=f()|^!E`, `x??=d`, `x||=d`, `a=b=0`."""
        value = v.value
        if s.__class__ is If:
            if v.op == "=":
                return int(value.__class__ is Cond and self.chosen(s, v, value))
            return int(v.op in ("??=", "||=") and self.default(s, v))
        if s.__class__ is not Assign or s.op != "=" or v.op != "=" or s.type != v.type or s.value is None:
            return 0
        if value.__class__ is Assign:
            return self.shared(ours, at, v)
        following: Any = ours[at + 1] if at + 1 < len(ours) else None
        if value.__class__ is OrElse and following.__class__ is If and len(s.targets) == 1:
            tested = self.missing(following)
            if tested.__class__ is not Name or s.targets[0].__class__ is not Name or tested.id != s.targets[0].id:
                return 0
            met = self.node(s.value, value.value) and not self.pending and self.items(s.targets, v.targets)
            return 2 * int(met and self.node(tested, v.targets[0]) and self.guard(following, value.other))
        return 0

    def chosen(self, s: If, v: Assign, value: Any) -> bool:
        """Both branches do nothing but set the view's target."""
        if not s.other or not self.node(s.test, value.test):
            return False
        for steps, one in ((s.then, value.then), (s.other, value.other)):
            step: Any = steps[0]
            if len(steps) != 1:
                return False
            if step.__class__ is If and one.__class__ is Cond:
                if not self.chosen(step, v, one):
                    return False
            elif step.__class__ is not Assign or step.op != "=" or step.type != v.type or step.value is None:
                return False
            elif not self.items(step.targets, v.targets) or not self.node(step.value, one):
                return False
        return True

    def default(self, s: If, v: Assign) -> bool:
        """A target is set where it is missing."""
        step: Any = s.then[0] if len(s.then) == 1 and not s.other else None
        if step.__class__ is not Assign or step.op != "=" or step.value is None or len(step.targets) != 1:
            return False
        if v.op == "??=":
            compared = none_test(s.test)
            tested = compared[0] if compared is not None and compared[1] else None
        else:
            tested = negated(s.test)
        target = v.targets[0]
        if tested is None or len(v.targets) != 1 or v.value is None or not _steady(tested):
            return False
        return self.node(tested, target) and self.node(step.targets[0], target) and self.node(step.value, v.value)

    def shared(self, ours: list[Node], at: int, v: Assign) -> int:
        """One value for several targets, one after another."""
        count = 0
        each: Any = v
        end: Any = v
        while end.__class__ is Assign:
            end = end.value
        if end is None or not _steady(end):
            return 0
        while each.__class__ is Assign:
            s: Any = ours[at + count] if at + count < len(ours) else None
            if s.__class__ is not Assign or s.op != "=" or each.op != "=" or s.type is not None or s.value is None:
                return 0
            if each.type is not None or not self.items(s.targets, each.targets) or not self.node(s.value, end):
                return 0
            count += 1
            each = each.value
        return count

    def done(self, ours: list[Node], at: int, s: Any, value: Any) -> int:
        """`x|^!E` and `o{a=1,b=2}` as steps."""
        if value.__class__ is OrElse and s.__class__ is If:
            tested = self.missing(s)
            return int(tested is not None and self.node(tested, value.value) and self.guard(s, value.other))
        if value.__class__ is not Build or len(value.items) > len(ours) - at:
            return 0
        owner = value.type
        for index, item in enumerate(value.items):
            s = ours[at + index]
            if item.__class__ is not Arg or s.__class__ is not Assign or s.op != "=" or s.type is not None:
                return 0
            target = s.targets[0]
            if target.__class__ is not Member or len(s.targets) != 1 or target.op != "." or target.name != item.name:
                return 0
            if target.obj is None:
                if owner.__class__ is not Name or owner.id != ".":
                    return 0
            elif not self.node(target.obj, owner):
                return 0
            if s.value is None or not self.node(s.value, item.value) or self.pending:
                return 0
        return len(value.items)

    def missing(self, s: If) -> Node | None:
        """What a guard finds missing."""
        if s.other or not leaves(s.then):
            return None
        inside = negated(s.test)
        if inside is None and self.falsy:
            compared = none_test(s.test)
            inside = compared[0] if compared is not None and compared[1] else None
        return None if inside.__class__ in (Bin, Cond, OrElse) else inside

    def guard(self, s: If, action: Any) -> bool:
        """What a guard does, behind the bar."""
        if action.__class__ is Block:
            return action.head == "" and self.steps(s.then, action.body)
        return len(s.then) == 1 and self.node(s.then[0], action)

    def joined(self, ours: list[Node], at: int, s: If, v: If) -> int:
        """A branch that holds one branch; guards in a row that do the same."""
        test: Any = v.test
        if test.op in _AND:
            return int(self.nested(s, test, v.then))
        if test.op not in _OR:
            return 0
        guards = [s]
        tests = [test.right]
        left = test.left
        mark = self.mark()
        while at + len(guards) < len(ours):
            following = ours[at + len(guards)]
            if following.__class__ is not If or following.other or not leaves(s.then):
                return 0
            guards.append(following)
            met = self.node(s.test, left) and all(
                self.node(guard.test, one) for guard, one in zip(guards[1:], reversed(tests), strict=True)
            )
            if met and not self.pending and all(self.steps(guard.then, v.then) for guard in guards):
                return len(guards)
            self.back(mark)
            if left.__class__ is not Bin or left.op not in _OR:
                return 0
            tests.append(left.right)
            left = left.left
        return 0

    def nested(self, s: If, test: Any, then: list[Node]) -> bool:
        inner: Any = s.then[0] if len(s.then) == 1 else None
        if s.other or inner.__class__ is not If or inner.other or not self.node(s.test, test.left):
            return False
        mark = self.mark()
        if self.node(inner.test, test.right) and not self.pending and self.steps(inner.then, then):
            return True
        self.back(mark)
        return test.right.__class__ is Bin and test.right.op in _AND and self.nested(inner, test.right, then)


def _is_test(node: Any) -> bool:
    """A test by itself, true or false and nothing else."""
    if node.__class__ is Bin:
        return node.op in _TESTS or (node.op in _AND | _OR and _is_test(node.left) and _is_test(node.right))
    return node.__class__ is Un and node.op in ("not", "!")


def _steady(node: Any) -> bool:
    """Says the same however often it is read: a literal, a name, a field."""
    while node.__class__ is Member:
        node = node.obj
    return node is None or node.__class__.__name__ in ("Name", "Num", "Str")


__all__ = ["Proof"]

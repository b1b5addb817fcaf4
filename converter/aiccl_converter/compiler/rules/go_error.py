"""Go: an error that is only handed on is `f()!`; one that is wrapped is `f()|^!"load {id}: {err}"`.

Matches a call whose last result is tested for nil at once, where the body of the test returns zero values and that
error, or an error made of it. A test of an error that was bound earlier is `err!`. What a function returns beside its
error is left out only where it is a zero value, which no caller uses. An error that is made on the spot, returned
beside zero values, is raised: `^!"not found"`, whether by `errors.New` or by `fmt.Errorf`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...language.tree import (
    Assign,
    Bin,
    Block,
    Call,
    Do,
    If,
    Jump,
    Member,
    Name,
    Node,
    OrElse,
    Pipe,
    Post,
    Raise,
    Return,
    Str,
    Template,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import is_nothing, leaves, mentions
from ._go import carries, dotted, makes_error, values, zero

_VALUES = (Call, Member, Pipe)


def message(error: Node) -> Node:
    """An error as a view raises it: the text of a plain one, else the error itself."""
    if not isinstance(error, Call):
        return error
    title, args = dotted(error.fn), error.args
    if title in ("errors.New", "fmt.Errorf", "errors.Errorf", "xerrors.Errorf", "xerrors.New") and len(args) == 1:
        return args[0] if isinstance(args[0], (Str, Template)) else _joined(args[0]) or error
    wraps = title in ("errors.Wrap", "errors.WithMessage", "errors.Wrapf", "errors.WithMessagef") and len(args) == 2
    if wraps and isinstance(args[0], Name) and _ERROR.search(args[0].id):
        text = args[1]
        if isinstance(text, Template):
            return Template([*text.parts, ": ", args[0]])
        if isinstance(text, Str) and text.text[:1] == '"':
            return Template([text.text[1:-1] + ": ", args[0]])
    return error


def _joined(node: Node) -> Template | None:
    """Texts put together with `+` as one: with one text among them, all are texts in Go."""
    parts: list[str | Node] = []
    while isinstance(node, Bin) and node.op == "+":
        parts.append(node.right)
        node = node.left
    parts.append(node)
    if len(parts) < 2 or not any(isinstance(p, Str) for p in parts):
        return None
    parts.reverse()
    if not all(isinstance(p, (Name, Member, Call)) or (isinstance(p, Str) and p.text[:1] == '"') for p in parts):
        return None
    if any(n.__class__ is Str for p in parts if isinstance(p, Call) for n in walk(p)):
        return None
    return Template([p.text[1:-1] if isinstance(p, Str) else p for p in parts])


def _tested(step: Node) -> tuple[Node, Node] | None:
    """What a step tests for an error, and the error that it then returns beside zero values."""
    if not isinstance(step, If) or len(step.then) != 1:
        return None
    only = step.then[0]
    test = _subject(step.test)
    if test is None:
        return None
    if isinstance(only, Raise) and only.value is not None:
        return test, only.value
    if not isinstance(only, Return):
        return None
    given = values(only.value)
    if not given or not all(zero(v) for v in given[:-1]):
        return None
    return test, given[-1]


def _subject(test: Node) -> Node | None:
    """What a test asks not to be nil; `err` alone is one, once tests for nil are tests for being there."""
    if isinstance(test, Bin):
        return test.left if test.op == "!=" and is_nothing(test.right) else None
    return test if isinstance(test, (Name, Member)) and _ERROR.search(last_word(test)) else None


_ERROR = re.compile(r"(?:^e|[eE]rr(?:or)?\d?)$")


def last_word(node: Name | Member) -> str:
    return node.id if isinstance(node, Name) else node.name


def _failing(value: Node, tested: Node, error: Node) -> Node | None:
    """The value with what happens where it fails."""
    if error == tested:
        return Post(value, "!")
    if not isinstance(tested, Name):
        return None
    of_it = carries(error, tested.id) or (isinstance(error, Template) and mentions(error, tested.id))
    made = isinstance(error, (Str, Template)) or makes_error(error)
    if of_it or (made and _ERROR.search(tested.id)):
        return OrElse(value, Raise(message(error)))
    return None


def _left(step: Node, out: list[Node], ctx: Context) -> bool:
    """A call whose error makes the steps leave in some other way: `x=f()|continue`. Adds the step to `out`."""
    before = out[-1] if out else None
    if isinstance(step, If) and step.other is None and leaves(step.then):
        tested = _subject(step.test)
        if (
            isinstance(tested, Name)
            and _ERROR.search(tested.id)
            and isinstance(before, Assign)
            and before.op == "="
            and before.targets[-1] == tested
            and isinstance(before.value, _VALUES)
            and (tested.id == "err" or not mentions(step.then, tested.id))
        ):
            only = step.then[0] if len(step.then) == 1 else None
            action = only if isinstance(only, (Return, Raise, Jump)) else Block("", step.then)
            value = OrElse(before.value, action)
            left = before.targets[:-1]
            bound = any(not (isinstance(t, Name) and t.id == "_") for t in left)
            ctx.uses[tested.id] -= 2
            out[-1] = replace(before, targets=left, value=value) if bound else Do(value)
            return True
    out.append(step)
    return False


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        got = _tested(step)
        if got is None:
            changed = _left(step, out, ctx) or changed
            continue
        tested, error = got
        before = out[-1] if out else None
        if (
            isinstance(tested, Name)
            and isinstance(before, Assign)
            and before.op == "="
            and before.targets[-1] == tested
            and isinstance(before.value, _VALUES)
        ):
            value = _failing(before.value, tested, error)
            if value is not None:
                left = before.targets[:-1]
                ctx.uses[tested.id] -= 2
                bound = any(not (isinstance(t, Name) and t.id == "_") for t in left)
                out[-1] = replace(before, targets=left, value=value) if bound else Do(value)
                out.extend(step.other or [])  # type: ignore[attr-defined]
                changed = True
                continue
        if isinstance(tested, (Name, Member)):
            value = _failing(tested, tested, error)
            if isinstance(value, Post):
                out.append(Do(value))
                out.extend(step.other or [])  # type: ignore[attr-defined]
                changed = True
                continue
        changed = _left(step, out, ctx) or changed
    return out if changed else None


def _raised(node: Return, ctx: Context) -> Node | None:
    """`return nil, errors.New(..)` raises."""
    given = values(node.value)
    if given and makes_error(given[-1]) and all(zero(v) for v in given[:-1]):
        if len(given) == 1 and not isinstance(given[0], Call):
            return Raise(given[0])
        return Raise(message(given[-1]))
    return None


def _guarded(node: If, ctx: Context) -> Node | None:
    """The return of an error that is known to be there raises it."""
    subject = _subject(node.test)
    if not isinstance(subject, Name):
        return None
    last = node.then[-1] if len(node.then) > 1 else None
    if not isinstance(last, Return):
        return None
    given = values(last.value)
    if len(given) < 2 or not carries(given[-1], subject.id) or not all(zero(v) for v in given[:-1]):
        return None
    error = given[-1]
    return replace(node, then=[*node.then[:-1], Return(error) if isinstance(error, Name) else Raise(message(error))])


RULE = Rule(
    name="go_error",
    says='an error that is handed on is `f()!`, a wrapped one `f()|^!"text: {err}"`, a new one `^!"text"`',
    nodes={Return: _raised, If: _guarded},
    blocks=rewrite,
    languages=frozenset({"go"}),
    normal=True,
    order=13,
    examples=(
        Example(
            "go",
            "func (s *Store) Read(id string) (*Item, error) {\n\trow, err := s.db.Find(id)\n\tif err != nil {\n"
            '\t\treturn nil, fmt.Errorf("read %s: %w", id, err)\n\t}\n\tif row.Gone {\n'
            '\t\treturn nil, errors.New("gone")\n\t}\n'
            "\tif err := s.check(row); err != nil {\n\t\treturn nil, err\n\t}\n\treturn row.Item(), nil\n}",
            'Read(id)->*Item\nrow=.db.Find(id)|^!"read {id}: {err}"\nrow.Gone?^!"gone"\n.check(row)!\n^row.Item()',
        ),
    ),
)

"""A name bound and then read once, at once, is not written: `user=find(id);^user.name` is `^find(id).name`.

Only inside functions, where the next step reads the name before anything else happens in it, and nothing else in the
unit mentions the name. A chain of such temporaries folds from its end. Expressions that would grow past reading (more
than 12 nodes into more than 12 nodes) stay apart, and so does what a string could only hold with escaped quotes, or a
string with values of its own. So does a function that is fetched from an object and then called, where a call on the
object would be another one: with a receiver (JavaScript), of a method (PHP, Rust). So does a value that is lent, to be
changed, what the next step hands over before it, and a local whose address is taken.
"""

from __future__ import annotations

from ...language.printer import print_expr
from ...language.tree import (
    Assign,
    Await,
    Block,
    Build,
    Call,
    Coll,
    Do,
    Func,
    Index,
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
    Template,
    Try,
    Un,
    With,
    walk,
)
from ..restate import Context, Example, Rule
from ._common import first_evaluated, mentions, replace_name, stands_alone

MOST = 40
"""Nodes of a value that may be moved into another step."""

UNBOUND = frozenset({"javascript", "typescript", "tsx", "php", "rust"})
"""Languages in which `f=o.f;f()` is not `o.f()`."""


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] | None = None
    at = 0
    current = steps
    while at < len(current) - 1:
        step = current[at]
        if isinstance(step, Assign) and step.value is not None and _temporary(step, ctx):
            name = step.targets[0].id  # type: ignore[attr-defined]
            following = current[at + 1]
            fits = ctx.uses[name] == 2 and first_evaluated(following, name) and _fits(step, following, ctx)
            if fits and not _escapes(step.value, following, name):
                if (
                    (ctx.language in UNBOUND and _fetched(step.value) and _called(following, name))
                    or (ctx.language != "rust" and not isinstance(step.value, Build) and _lent(following, name))
                    or _changed_before(step.value, following, name, ctx.language)
                ):
                    at += 1
                    continue
                if out is None:
                    current = out = list(current)
                out[at : at + 2] = [replace_name(following, name, step.value)]
                ctx.uses[name] = 0
                at = max(at - 1, 0)
                continue
        at += 1
    return out


def _temporary(step: Assign, ctx: Context) -> bool:
    if step.op != "=" or step.value is None or step.type is not None or len(step.targets) != 1:
        return False
    target = step.targets[0]
    if target.__class__ is not Name or isinstance(step.value, (Lambda, Switch, Try)) or stands_alone(step.value):
        return False
    return not any(isinstance(unit, Func) and target.id in unit.outer for unit in ctx.units)


def _shared(name: str, ctx: Context) -> bool:
    """Whether others may see what a name is set to: of the module, or a parameter, which may be a reference."""
    functions = [unit for unit in ctx.units if isinstance(unit, Func)]
    return any(name in unit.outer or any(p.name == name for p in unit.params) for unit in functions)


def _fetched(value: Node) -> bool:
    return isinstance(value.value if isinstance(value, Post) else value, (Member, Index))


def _called(step: Node, name: str) -> bool:
    """Whether a step calls the name, `name()` or `name?.()`."""
    for node in walk(step):
        if isinstance(node, Call):
            fn = node.fn.obj if isinstance(node.fn, Member) and not node.fn.name else node.fn
            if isinstance(fn, Name) and fn.id == name:
                return True
    return False


def _lent(step: Node, name: str) -> bool:
    """Whether a step takes the name's address or lets a callee set it: the value has none, except in Rust."""
    return any(isinstance(n, Un) and n.op in ("&", "ref", "out") and n.value == Name(name) for n in walk(step))


def _changed_before(value: Node, step: Node, name: str, language: str) -> bool:
    """Whether a step hands over, before it comes to the name, what the value is lent for change: `f(x,g(&mut x))`."""
    lent = {_root(n.value) for n in walk(value) if isinstance(n, Un) and n.op == _LENDS.get(language)}
    if not lent:
        return False
    read = walk(step.value if isinstance(step, Assign) and step.value is not None else step)
    before = [n.id for n in read if isinstance(n, Name)]
    return name in before and not lent.isdisjoint(before[: before.index(name)])


_LENDS = {"rust": "&mut", "go": "&", "c": "&", "cpp": "&"}


def _root(node: Node | None) -> str:
    while isinstance(node, (Member, Index)):
        node = node.obj
    return node.id if isinstance(node, Name) else ""


def _escapes(value: Node, following: Node, name: str) -> bool:
    """Whether a string of the following step would hold the value, and its quotes not stand there as they are."""
    texts = [node for node in walk(following) if isinstance(node, Template)]
    if not texts:
        return False
    for part in [p for text in texts for p in text.parts if isinstance(p, Node) and mentions(p, name)]:
        if any(isinstance(node, Template) for node in walk(value)):
            return True
        shown = print_expr(replace_name(part, name, value))
        if '"' in shown and ("'" in shown or "\\" in shown):
            return True
    return False


def _fits(step: Assign, following: Node, ctx: Context) -> bool:
    value = step.value
    if isinstance(value, Coll) and value.open == "":
        return False
    if isinstance(value, (Await, Template)) and isinstance(following, With):
        return False
    if isinstance(value, OrElse) and isinstance(value.other, (Return, Raise, Jump, Block)):
        # what leaves the unit is read where a line begins with it, not in the middle of another call
        whole = following.value if isinstance(following, (Return, Assign, Do)) else None
        if isinstance(following, Assign):
            # what is set only where the value is there keeps what it was: seen from outside, or where the guard leads
            if not isinstance(value.other, (Return, Raise)):
                return False
            if not all(isinstance(target, Name) and not _shared(target.id, ctx) for target in following.targets):
                return False
        return whole.__class__ is Name
    return value is not None and len(walk(value)) <= MOST


RULE = Rule(
    name="inline_temp",
    says="a temporary that is read once, at once, is written where it is read",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    order=60,
    examples=(
        Example(
            "python",
            "def title_of(self, key):\n    page = self.pages.find(key)\n"
            "    text = page.title.strip()\n    return text\n",
            "title_of(key)\n^.pages.find(key).title.strip()",
        ),
        Example(
            "python",
            "def title_of(page):\n    name = page.name.replace('\"', \"'\")\n    text = f'<{name}>'\n    return text\n",
            'title_of(page)\nname=page.name.replace(\'"\',"\'")\n^"<{name}>"',
        ),
    ),
)

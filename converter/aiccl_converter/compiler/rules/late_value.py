"""A local that is declared and then set is one step: `n:long;xs=rows();n=len(xs)` is `xs=rows();n:long=len(xs)`.

Only where the next mention of it is that assignment, among the same steps. In Go the type goes too where the local is
set once, to a value that tells it; several values at once (`a,err=f()`) always do.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Build, Cond, Name, Node, Num, OrElse, Str, Un, walk
from ..restate import Context, Example, Rule, names_among
from ._common import is_nothing, mentions

_OPEN = frozenset({"any", "error", "interface{}", "a", "o"})
"""Types whose values may be of any other."""
_CLOSED = frozenset({"s", "b", "i"})


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out = list(steps)
    for step in steps:
        name = _declared(step)
        if not name:
            continue
        at = next(i for i, other in enumerate(out) if other is step)
        after = next((i for i in range(at + 1, len(out)) if name in names_among(walk(out[i]))), 0)
        made = _set(step, out[after], out[at + 1 :], ctx) if after else None  # type: ignore[arg-type]
        if made is not None:
            out[after] = made
            del out[at]
            ctx.uses[name] -= 1
    return out if len(out) < len(steps) else None


def _declared(step: Node) -> str:
    """The local that a step does nothing but declare."""
    if not isinstance(step, Assign) or step.value is not None or step.op != "=" or len(step.targets) != 1:
        return ""
    target = step.targets[0]
    return target.id if isinstance(target, Name) and step.type and "static" not in step.type else ""


def _set(declared: Assign, step: Node, rest: list[Node], ctx: Context) -> Assign | None:
    """The assignment with the type where that is needed; None where it is no plain one."""
    target = declared.targets[0]
    assert isinstance(target, Name)
    if not isinstance(step, Assign) or step.op != "=" or step.type is not None or step.value is None:
        return None
    if target not in step.targets or isinstance(step.value, Assign) or mentions(step.value, target.id):
        return None
    shown = declared.type or ""
    told = ctx.language == "go" and (shown in _CLOSED or _once(target, rest)) and _tells(step.value, shown)
    if len(step.targets) > 1:
        return step if told and all(isinstance(t, Name) for t in step.targets) else None
    return step if told else replace(step, type=declared.type)


def _once(target: Name, steps: list[Node]) -> bool:
    nodes = walk(steps)
    if any(isinstance(n, Un) and n.op == "&" and n.value == target for n in nodes):
        return False
    return sum(1 for n in nodes if isinstance(n, Assign) and target in n.targets) == 1


def _tells(value: Node, shown: str) -> bool:
    """Whether a value is seen to be of a type."""
    if shown in _OPEN or is_nothing(value):
        return False
    if isinstance(value, Cond):
        return _tells(value.then, shown) and _tells(value.other, shown)
    if isinstance(value, OrElse):
        return _tells(value.value, shown)
    if isinstance(value, Num):
        return shown == "i"
    if isinstance(value, Str):
        return shown == "s"
    if isinstance(value, Un) and value.op == "&" and isinstance(value.value, Build):
        return shown[:1] == "*" and _tells(value.value, shown[1:])
    if isinstance(value, Build):
        return getattr(value.type, "text", getattr(value.type, "id", "")) == shown
    return True


RULE = Rule(
    name="late_value",
    says="a local that is declared and then set is one step",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    languages=frozenset({"go", "java", "csharp", "rust"}),
    order=58,
    examples=(
        Example(
            "go",
            "func (s *Shop) find(all bool, key string) []Row {\n\tvar q *Query\n\tvar path string\n"
            "\tvar size int64\n\tvar r io.Reader\n\tif all {\n\t\tpath = s.root()\n\t} else {\n"
            "\t\tpath = s.home(key)\n\t}\n\tsize = 3\n\tq = &Query{}\n\tq.Prefix = path\n\tr = q.open(path, size)\n"
            "\tr = gzip(r)\n\treturn s.rows(q, r, size)\n}",
            "find(all:b,key)->[]Row\npath=all? .root():.home(key)\nsize:int64=3;q=&Query{Prefix=path}\n"
            "r:io.Reader=q.open(path,size)\nr=gzip(r)\n^.rows(q,r,size)",
        ),
        Example(
            "java",
            "int span(Book book) {\n    long size;\n    List<Page> pages = book.pages();\n    size = pages.size();\n"
            "    size += book.extra(size);\n    return fit(size, pages, pages);\n}",
            "span(book)->i\npages=book.pages()\nsize:long=pages.size()\nsize+=book.extra(size)\n^fit(size,pages,pages)",
        ),
    ),
)

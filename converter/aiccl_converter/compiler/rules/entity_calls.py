"""Calls of an entity manager or context say what they do: `em.persist(x)` is `s>x`, `em.find(Lamp.class, id)` is
`q>Lamp{id}[0]`.

JPA's `EntityManager`, Hibernate's `Session` and EF's `DbContext` sets. Only the plain forms: one object saved or
deleted, one read by its key. Repositories keep their calls, for their own name is what the code around knows.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Await, Build, Call, Do, Index, Member, Name, Node, Num, OrElse, Pipe, Return
from ..restate import Context, Example, Rule

_MANAGERS = frozenset({"em", "entityManager", "manager", "session", "_em", "_session"})
_CONTEXTS = frozenset({"context", "_context", "db", "_db", "dbContext", "_dbContext", "ctx"})
_WRITES = {"persist": "s", "merge": "s", "save": "s", "saveOrUpdate": "s", "remove": "d", "delete": "d"}
_READS = frozenset({"find", "get", "getReference"})
_SET_WRITES = {"Add": "s", "AddAsync": "s", "Update": "s", "Remove": "d"}
_SET_READS = frozenset({"Find", "FindAsync"})


def _last(node: Node | None) -> str:
    return node.id if isinstance(node, Name) else node.name if isinstance(node, Member) else ""


def _set(node: Node | None) -> str:
    """The set of a context: `Lamps` of `_context.Lamps`."""
    if isinstance(node, Member) and node.name[:1].isupper() and _last(node.obj) in _CONTEXTS:
        return node.name
    return ""


def _unwaited(node: Node | None) -> Node | None:
    return node.value if isinstance(node, Await) else node


def _do(node: Do, ctx: Context) -> Node | None:
    call = _unwaited(node.value)
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    fn, value = call.fn, call.args[0]
    if not isinstance(value, (Name, Member, Call)):
        return None
    if ctx.language == "csharp":
        verb = _SET_WRITES.get(fn.name) if _set(fn.obj) else None
    else:
        verb = _WRITES.get(fn.name) if _last(fn.obj) in _MANAGERS else None
    if verb is None:
        return None
    ctx.stated.add(f"call {fn.name}")
    return Do(Pipe(Name(verb), value))


def _read(value: Node | None, ctx: Context) -> Node | None:
    call = _unwaited(value)
    if not isinstance(call, Call) or not isinstance(call.fn, Member):
        return None
    fn, args = call.fn, call.args
    if ctx.language == "csharp":
        if fn.name not in _SET_READS or len(args) != 1 or not (model := _set(fn.obj)):
            return None
        key = args[0]
    else:
        if fn.name not in _READS or len(args) != 2 or _last(fn.obj) not in _MANAGERS or not isinstance(args[0], Name):
            return None
        model, key = args[0].id, args[1]
    ctx.stated.add(f"call {fn.name}")
    item = Arg(key.id, key) if isinstance(key, Name) else Arg("id", key)
    return Pipe(Name("q"), Index(Build(Name(model), [item]), [Num("0")]))


def _value(node: Assign | Return, ctx: Context) -> Node | None:
    value = node.value
    if isinstance(value, OrElse):
        got = _read(value.value, ctx)
        return None if got is None else replace(node, value=replace(value, value=got))
    got = _read(value, ctx)
    return None if got is None else replace(node, value=got)


RULE = Rule(
    name="entity_calls",
    says="calls of an entity manager say what they read, save and delete",
    nodes={Do: _do, Assign: _value, Return: _value},
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=54,
    examples=(
        Example(
            "java",
            "void drop(long id, int by) {\n    Lamp lamp = em.find(Lamp.class, id);\n    lamp.dim(by);\n"
            "    em.remove(lamp);\n"
            "    em.persist(lamp.trace(3));\n}\n",
            "drop(id:long,by:i)\nlamp=q>Lamp{id}[0]\nlamp.dim(by)\nd>lamp;s>lamp.trace(3)",
        ),
    ),
)

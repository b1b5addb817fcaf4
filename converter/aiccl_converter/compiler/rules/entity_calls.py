"""Calls of an entity manager or context say what they do: `em.persist(x)` is `s>x`, `em.find(Lamp.class, id)` is
`q>Lamp{id}[0]`.

JPA's `EntityManager`, Hibernate's `Session` and EF's `DbContext` sets. Only the plain forms: one object saved or
deleted, one read by its key. Repositories keep their calls, for their own name is what the code around knows.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Build, Call, Do, Index, Member, Name, Node, Num, OrElse, Pipe, Return
from ..restate import Context, Example, Rule
from ._stores import handed_over, last_name, unwaited

_MANAGERS = frozenset({"em", "entityManager", "manager", "session", "_em", "_session"})
_CONTEXTS = frozenset({"context", "_context", "db", "_db", "dbContext", "_dbContext", "ctx"})
_WRITES = {"persist": "s", "merge": "s", "save": "s", "saveOrUpdate": "s", "remove": "d", "delete": "d"}
_READS = frozenset({"find", "get", "getReference"})
_SET_WRITES = {"Add": "s", "AddAsync": "s", "Update": "s", "Remove": "d"}
_SET_READS = frozenset({"Find", "FindAsync"})


def _set(node: Node | None) -> str:
    """The set of a context: `Lamps` of `_context.Lamps`."""
    if isinstance(node, Member) and node.name[:1].isupper() and last_name(node.obj) in _CONTEXTS:
        return node.name
    return ""


def _do(node: Do, ctx: Context) -> Node | None:
    if ctx.language == "csharp":
        return handed_over(node, ctx, _SET_WRITES, lambda owner, _: bool(_set(owner)))
    return handed_over(node, ctx, _WRITES, lambda owner, _: last_name(owner) in _MANAGERS)


def _read(value: Node | None, ctx: Context) -> Node | None:
    call = unwaited(value)
    if not isinstance(call, Call) or not isinstance(call.fn, Member):
        return None
    fn, args = call.fn, call.args
    if ctx.language == "csharp":
        if fn.name not in _SET_READS or len(args) != 1 or not (model := _set(fn.obj)):
            return None
        key = args[0]
    else:
        if (
            fn.name not in _READS
            or len(args) != 2
            or last_name(fn.obj) not in _MANAGERS
            or not isinstance(args[0], Name)
        ):
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

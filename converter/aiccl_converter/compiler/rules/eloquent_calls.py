"""A row that Eloquent or Doctrine is told to make, save or delete: `User::create(['name' => $n])` is `s>User{name=n}`,
`$em->persist($user)` is `s>user`, `$em->remove($user)` is `d>user`.

`create` only with its fields in place; `find`, `where` and what follows them keep their names, which cost no more and
tell one row from many.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Build, Call, Coll, Do, Member, Name, Node, Pair, Pipe, Return, Str
from ..restate import Context, Example, Rule
from ._stores import handed_over, last_name

_MANAGERS = frozenset({"em", "entityManager", "manager", "_em", "objectManager"})
_WRITES = {"persist": "s", "remove": "d"}


def _create(node: Assign | Return | Do, ctx: Context) -> Node | None:
    call = node.value
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    fn, fields = call.fn, call.args[0]
    if fn.op != "::" or fn.name != "create" or not isinstance(fn.obj, Name) or not fn.obj.id[:1].isupper():
        return None
    if not isinstance(fields, Coll) or not fields.items:
        return None
    items: list[Node] = []
    for item in fields.items:
        if not isinstance(item, Pair) or not isinstance(item.key, Str):
            return None
        name = item.key.text.strip("'\"")
        if not name.isidentifier():
            return None
        items.append(Arg(name, item.value))
    ctx.stated.add("call create")
    return replace(node, value=Pipe(Name("s"), Build(fn.obj, items)))


def _write(node: Do, ctx: Context) -> Node | None:
    return handed_over(node, ctx, _WRITES, lambda owner, _: last_name(owner) in _MANAGERS) or _create(node, ctx)


RULE = Rule(
    name="eloquent_calls",
    says="what Eloquent makes and Doctrine's manager saves and deletes is `s>` and `d>`",
    nodes={Do: _write, Assign: _create, Return: _create},
    languages=frozenset({"php"}),
    order=62,
    normal=True,
    examples=(
        Example(
            "php",
            "<?php\nfunction add($name, $team) {\n"
            "    $lamp = Lamp::create(['name' => $name, 'team_id' => $team->id]);\n"
            "    $lamp->light();\n    return $lamp->refresh();\n}",
            "add(name,team)\nlamp=s>Lamp{name,team_id=team.id}\nlamp.light()\n^lamp.refresh()",
        ),
        Example(
            "php",
            "<?php\nfunction swap($em, $old, $new) {\n"
            "    $em->remove($old);\n    $em->persist($new);\n    $em->flush();\n}",
            "swap(em,old,new)\nd>old;s>new;em.flush()",
        ),
    ),
)

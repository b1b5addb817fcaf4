"""Go: what GORM reads and writes is said as such: `db.Create(&u).Error` is `s>u`, and
`db.Where("mail = ?", m).First(&u).Error` is `q>u{"mail = ?",m}`.

Only calls whose `Error` is taken, on something called like a database, with the object that they fill or store by its
address; reads with nothing but conditions. Anything else (orders, joins, scopes) keeps its calls.
"""

from __future__ import annotations

from ...language.tree import Build, Call, Member, Name, Node, Pipe, Un
from ..restate import Context, Example, Rule

_WRITES = {"Create": "s", "Save": "s", "Delete": "d"}
_READS = frozenset({"First", "Take", "Last", "Find"})
_DATABASES = frozenset({"db", "DB", "tx", "gdb", "gormDB", "database", "conn"})


def _is_database(node: Node | None) -> bool:
    return isinstance(node, (Name, Member)) and (node.id if isinstance(node, Name) else node.name) in _DATABASES


def rewrite(node: Member, ctx: Context) -> Node | None:
    call = node.obj
    if node.name != "Error" or not isinstance(call, Call) or not isinstance(call.fn, Member) or not call.args:
        return None
    first, method = call.args[0], call.fn.name
    if not isinstance(first, Un) or first.op != "&" or not isinstance(first.value, (Name, Member)):
        return None
    verb = _WRITES.get(method)
    if verb is not None:
        return Pipe(Name(verb), first.value) if _is_database(call.fn.obj) and len(call.args) == 1 else None
    if method not in _READS:
        return None
    conditions: list[Node] = list(call.args[1:])
    source = call.fn.obj
    while isinstance(source, Call) and isinstance(source.fn, Member) and source.fn.name == "Where":
        conditions = [*source.args, *conditions]
        source = source.fn.obj
    if not _is_database(source):
        return None
    return Pipe(Name("q"), Build(first.value, conditions) if conditions else first.value)


RULE = Rule(
    name="gorm_calls",
    says="what GORM reads and writes is `q>`, `s>` and `d>`",
    nodes={Member: rewrite},
    languages=frozenset({"go"}),
    normal=True,
    order=10,
    examples=(
        Example(
            "go",
            "func (r *Repo) Rename(mail string, name string) (*User, error) {\n\tvar user User\n"
            '\tif err := r.db.Where("mail = ?", mail).First(&user).Error; err != nil {\n\t\treturn nil, err\n\t}\n'
            "\tuser.Name = name\n\tif err := r.db.Save(&user).Error; err != nil {\n\t\treturn nil, err\n\t}\n"
            "\treturn &user, nil\n}",
            'Rename(mail:s,name)->*User\nuser:User;(q>user{"mail = ?",mail})!\nuser.Name=name;(s>user)!\n^&user',
        ),
    ),
)

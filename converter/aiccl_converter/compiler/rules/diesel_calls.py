"""Rust: what Diesel reads and writes is said as such: `diesel::insert_into(users).values(&new).execute(conn)` is
`s>users{new}`, `users.filter(mail.eq(m)).first::<User>(conn)` is `q>User{mail.eq(m)}[0]`.

Reads whose row type is written, with nothing but filters; inserts and deletes that are executed at once. The connection
that is handed on is not said.
"""

from __future__ import annotations

from ...language.tree import Build, Call, Index, Member, Name, Node, Num, Pipe, Un
from ..restate import Context, Example, Rule

_READS = ("first::<", "load::<", "get_result::<", "get_results::<")


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    if not isinstance(fn, Member) or len(node.args) != 1 or fn.obj is None:
        return None
    if fn.name == "execute":
        return _written(fn.obj)
    if not fn.name.startswith(_READS):
        return None
    model = fn.name[fn.name.index("<") + 1 : -1]
    conditions: list[Node] = []
    source: Node | None = fn.obj
    while isinstance(source, Call) and isinstance(source.fn, Member) and source.fn.name in ("filter", "find"):
        conditions = [*source.args, *conditions]
        source = source.fn.obj
    if not model.isidentifier() or not conditions or not isinstance(source, Name):
        return None
    found: Node = Pipe(Name("q"), Build(Name(model), conditions))
    return Index(found, [Num("0")]) if fn.name.startswith(("first", "get_result::")) else found


def _written(node: Node) -> Node | None:
    if not isinstance(node, Call):
        return None
    fn = node.fn
    if isinstance(fn, Name) and fn.id == "diesel::delete" and len(node.args) == 1:
        return Pipe(Name("d"), node.args[0])
    if not (isinstance(fn, Member) and fn.name == "values" and isinstance(fn.obj, Call) and len(node.args) == 1):
        return None
    into = fn.obj
    if not isinstance(into.fn, Name) or into.fn.id not in ("diesel::insert_into", "insert_into") or len(into.args) != 1:
        return None
    given = node.args[0]
    given = given.value if isinstance(given, Un) and given.op == "&" else given
    return Pipe(Name("s"), Build(into.args[0], [given]))


RULE = Rule(
    name="diesel_calls",
    says="what Diesel reads and writes is `q>`, `s>` and `d>`",
    nodes={Call: rewrite},
    languages=frozenset({"rust"}),
    normal=True,
    order=10,
    examples=(
        Example(
            "rust",
            "fn add(conn: &PgConnection, new: NewUser) -> QueryResult<User> {\n"
            "    diesel::insert_into(users::table).values(&new).execute(conn)?;\n    notify(7);\n"
            "    users::table.filter(users::mail.eq(new.mail)).first::<User>(conn)\n}",
            "add(conn:&PgConnection,new:NewUser)->QueryResult<User>\n(s>users::table{new})!\nnotify(7)\n^(q>User{users::mail.eq(new.mail)})[0]",
        ),
    ),
)

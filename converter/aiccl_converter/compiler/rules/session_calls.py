"""What a SQLAlchemy session is given to save or delete: `session.add(user)` is `s>user`, `db.session.delete(user)` is
`d>user`.

A session that stands alone may be one of HTTP requests, which deletes addresses: there only `add` is told so.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Call, Do, Member, Name, Node, Pipe
from ..restate import Context, Example, Rule

_WRITES = {"add": "s", "delete": "d"}


def rewrite(node: Do, ctx: Context) -> Node | None:
    call = node.value
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    owner, value = call.fn.obj, call.args[0]
    verb = _WRITES.get(call.fn.name)
    if verb is None or not isinstance(value, (Name, Member, Call)):
        return None
    alone = isinstance(owner, Name) and owner.id == "session"
    of_db = (
        isinstance(owner, Member) and owner.name == "session" and isinstance(owner.obj, Name) and owner.obj.id == "db"
    )
    if not of_db and not (alone and verb == "s"):
        return None
    ctx.stated.add(f"call {call.fn.name}")
    return replace(node, value=Pipe(Name(verb), value))


RULE = Rule(
    name="session_calls",
    says="a SQLAlchemy session's `add` and `delete` say what they save and delete",
    nodes={Do: rewrite},
    languages=frozenset({"python"}),
    order=54,
    examples=(
        Example(
            "python",
            "def join(session, team, user):\n    session.add(Membership(team, user))\n    session.add(user)\n"
            "    session.commit()\n",
            "join(session,team,user)\ns>Membership(team,user)\ns>user;session.commit()",
        ),
        Example(
            "python",
            "def drop(user):\n    db.session.delete(user)\n    db.session.commit()\n    return user.id\n",
            "drop(user)\nd>user;db.session.commit()\n^user.id",
        ),
    ),
)

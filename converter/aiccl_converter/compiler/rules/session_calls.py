"""What a SQLAlchemy session is given to save or delete: `session.add(user)` is `s>user`, `db.session.delete(user)` is
`d>user`.

A session that stands alone may be one of HTTP requests, which deletes addresses: there only `add` is told so.
"""

from __future__ import annotations

from ...language.tree import Do, Member, Name, Node
from ..restate import Context, Example, Rule
from ._stores import handed_over

_WRITES = {"add": "s", "delete": "d"}


def _is_session(owner: Node | None, method: str) -> bool:
    if isinstance(owner, Name):
        return owner.id == "session" and method == "add"
    return (
        isinstance(owner, Member) and owner.name == "session" and isinstance(owner.obj, Name) and owner.obj.id == "db"
    )


def rewrite(node: Do, ctx: Context) -> Node | None:
    return handed_over(node, ctx, _WRITES, _is_session)


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

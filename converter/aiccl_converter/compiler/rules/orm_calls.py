"""A plain query through a model is written as one: `User.findOne({where:{email}})` is `q>User{email}[0]`.

Sequelize, Mongoose, TypeORM and Prisma: awaited calls on a model (a capitalised name, a repository, a client's model)
whose one argument is a plain object of conditions or fields; anything with more options keeps its call.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import (
    Arg,
    Assign,
    Await,
    Build,
    Call,
    Coll,
    Do,
    Index,
    Member,
    Name,
    Node,
    Num,
    OrElse,
    Pair,
    Pipe,
    Return,
    Str,
)
from ..restate import Context, Example, Rule
from ._ecmascript import LANGUAGES

_WHERE = "where"
_DATA = "data"
CALLS: dict[str, tuple[str, str, bool]] = {
    # method: verb, the option that holds the fields ("" where the argument itself does), one row only
    "findAll": ("q", _WHERE, False),
    "findMany": ("q", _WHERE, False),
    "findOne": ("q", _WHERE, True),
    "findUnique": ("q", _WHERE, True),
    "findFirst": ("q", _WHERE, True),
    "create": ("s", _DATA, False),
    "insertOne": ("s", _DATA, False),
    "destroy": ("d", _WHERE, False),
    "deleteOne": ("d", _WHERE, False),
    "deleteMany": ("d", _WHERE, False),
}
CLIENTS = frozenset({"prisma", "db", "prismaClient", "prismaService"})


def _model(node: Node | None) -> Node | None:
    """What is asked, where it can only be a model."""
    if isinstance(node, Name):
        return node if node.id[:1].isupper() or node.id.endswith(("Repository", "Repo", "Model")) else None
    if isinstance(node, Member) and node.op == ".":
        if node.name.endswith(("Repository", "Repo", "Model")) and node.obj is None:
            return node
        owner = node.obj
        client = owner.id if isinstance(owner, Name) else owner.name if isinstance(owner, Member) else ""
        if client in CLIENTS:
            return Name(node.name)
        if client in ("models", "db") and node.name[:1].isupper():
            return Name(node.name)
    return None


def _fields(arg: Node, option: str, model: Node, whole: bool) -> list[Node] | None:
    if not isinstance(arg, Coll) or arg.open != "{" or not arg.items:
        return None
    labels = [i.key.text for i in arg.items if isinstance(i, Pair) and isinstance(i.key, Str)]
    if labels == [option] and isinstance(arg.items[0], Pair):
        inner = arg.items[0].value
        if not isinstance(inner, Coll) or inner.open != "{":
            return None
        arg = inner
    elif not whole or {"where", "data", "include", "select", "order", "transaction"} & set(labels):
        return None
    out: list[Node] = []
    for item in arg.items:
        if not isinstance(item, Pair) or not isinstance(item.key, Str) or not item.key.text.isidentifier():
            return None
        out.append(Arg(item.key.text, item.value))
    return out


def query(node: Node | None) -> Node | None:
    """The query that an awaited call makes."""
    call = node.value if isinstance(node, Await) else None
    if not isinstance(call, Call) or not isinstance(call.fn, Member) or len(call.args) != 1:
        return None
    got, model = CALLS.get(call.fn.name), _model(call.fn.obj)
    if got is None or model is None:
        return None
    verb, option, one = got
    prisma = isinstance(call.fn.obj, Member) and isinstance(model, Name) and not model.id[:1].isupper()
    items = _fields(call.args[0], option, model, whole=not prisma)
    if items is None:
        return None
    build: Node = Build(model, items)
    return Pipe(Name(verb), Index(build, [Num("0")]) if one else build)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] | None = None
    for at, step in enumerate(steps):
        new: Node | None = None
        if isinstance(step, (Assign, Return, Do)) and step.value is not None:
            value = step.value
            if isinstance(value, OrElse):
                inner = query(value.value)
                asked: Node | None = replace(value, value=inner) if inner is not None else None
            else:
                inner = asked = query(value)
            if asked is not None:
                new = replace(step, value=asked)
                call = (value.value if isinstance(value, OrElse) else value).value  # type: ignore[attr-defined]
                ctx.stated.add(f"call {call.fn.name}")
        if new is not None:
            if out is None:
                out = list(steps)
            out[at] = new
    return out


RULE = Rule(
    name="orm_calls",
    says="a plain query through a model is `q>`, `s>` or `d>`",
    blocks=rewrite,
    among=frozenset({Assign, Do, Return}),
    languages=LANGUAGES,
    order=62,
    normal=True,
    examples=(
        Example(
            "javascript",
            "async function register(email, name) {\n  const taken = await User.findOne({ where: { email } });\n"
            "  if (taken) throw new Conflict('email taken');\n"
            "  const user = await User.create({ email, name, role: 'guest' });\n"
            "  await Invite.destroy({ where: { email } });\n  return user;\n}\n",
            "~register(email,name)\n~User.findOne({where:{email}})?^!Conflict('email taken')\n"
            "user=s>User{email,name,role='guest'}\nd>Invite{email}\n^user",
        ),
        Example(
            "typescript",
            "async list(authorId: string) {\n"
            "  const posts = await this.prisma.post.findMany({ where: { authorId } });\n"
            "  audit(posts.length);\n  return posts;\n}\n",
            "~list(authorId:s)\nposts=q>post{authorId}\naudit(posts.length)\n^posts",
        ),
    ),
)

"""Keys that are set just after their map is made are its items: `d={};d["a"]=a;d["b"]=f(b)` is `d={"a":a,"b":f(b)}`.

Plain assignments to word keys; a value that reads the map, or a key that is set twice, ends the run. Order stays: the
values are taken as they stand. Keys of any other map stay assignments, which are as short and cannot be taken for a new
object.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Coll, Index, Member, Name, Node, Pair, Str, walk
from ..restate import Context, Example, Rule
from ._common import mentions

_EMPTY = frozenset({"dict"})


def _set(step: Node, ctx: Context) -> tuple[Node, Str, Node] | None:
    """The map, key and value of `m["key"]=value`."""
    if not (isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1 and step.value is not None):
        return None
    target = step.targets[0]
    if not isinstance(target, Index) or len(target.args) != 1 or not isinstance(target.args[0], Str):
        return None
    owner = target.obj
    if not isinstance(owner, (Name, Member)) or (
        isinstance(owner, Member) and owner.obj is not None and not isinstance(owner.obj, Name)
    ):
        return None
    key = _label(target.args[0], ctx)
    if key is None or (isinstance(step.value, (Assign, Coll)) and getattr(step.value, "open", "x") == ""):
        return None
    return owner, key, step.value


def _label(key: Str, ctx: Context) -> Str | None:
    """A key that is a word, without its quotes; Ruby's are its symbols, since its strings are other keys."""
    text = key.text
    if ctx.language == "ruby":
        return Str(text[1:]) if text[:1] == ":" and text[1:].isidentifier() else None
    if text[:1] in "\"'" and text[1:-1].isidentifier():
        return Str(text[1:-1])
    return None


def _reads(value: Node, owner: Node) -> bool:
    if isinstance(owner, Name):
        return mentions(value, owner.id) > 0
    return any(
        node == owner or (isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.obj is None)
        for node in walk(value)
    )


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    if not ctx.inside:
        return None
    out: list[Node] = []
    changed = False
    at = 0
    while at < len(steps):
        got = _set(steps[at], ctx)
        if got is None:
            out.append(steps[at])
            at += 1
            continue
        owner, items, seen, end = got[0], [], set[str](), at
        while end < len(steps):
            following = _set(steps[end], ctx)
            if following is None or following[0] != owner or following[1].text in seen:
                break
            if _reads(following[2], owner):
                break
            seen.add(following[1].text)
            items.append(Pair(following[1], following[2]))
            end += 1
        before = out[-1] if out else None
        if (
            items
            and isinstance(before, Assign)
            and before.op == "="
            and before.targets == [owner]
            and isinstance(owner, Name)
            and _fresh(before.value, ctx)
        ):
            literal = before.value
            first = list(literal.items) if isinstance(literal, Coll) else []
            out[-1] = Assign([owner], Coll("{", [*first, *(_literal(i, ctx) for i in items)]), pos=before.pos)
            changed = True
            at = end
        else:
            out.append(steps[at])
            at += 1
    return out if changed else None


def _fresh(value: Node | None, ctx: Context) -> bool:
    if isinstance(value, Call):
        return isinstance(value.fn, Name) and value.fn.id in _EMPTY and not value.args and ctx.language == "python"
    if not isinstance(value, Coll) or not all(isinstance(i, Pair) for i in value.items):
        return False
    return value.open == "{" or (value.open == "[" and not value.items and ctx.language == "php")


def _literal(item: Pair, ctx: Context) -> Pair:
    """The item as the language's own literal has it: in Python a bare word would be a variable."""
    if ctx.language != "python" or not isinstance(item.key, Str):
        return item
    return Pair(Str(f'"{item.key.text}"'), item.value)


RULE = Rule(
    name="dict_fold",
    says="keys that are set just after their map is made are its items",
    blocks=rewrite,
    among=frozenset({Assign}),
    least=2,
    languages=frozenset({"python", "php", "ruby", "javascript", "typescript", "tsx", "java", "kotlin", "csharp"}),
    order=75,
    normal=True,
    examples=(
        Example(
            "python",
            "def context(self, **kwargs):\n    ctx = super().context(**kwargs)\n    ctx['form'] = self.form()\n"
            "    ctx['lamps'] = self.lamps\n    out = {}\n    out['ctx'] = ctx\n    out['n'] = len(ctx)\n"
            "    self.keep(out)\n"
            "    return out\n",
            "context(**kwargs)\nctx=super.context(**kwargs)\nctx['form']=.form()\nctx['lamps']=.lamps;"
            'out={"ctx":ctx,"n":len(ctx)}\n'
            ".keep(out)\n^out",
        ),
    ),
)

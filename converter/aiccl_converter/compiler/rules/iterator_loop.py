"""A loop that drives an iterator by hand is a loop over what it iterates:
`it=xs.iterator();*it.hasNext(){x=it.next();..}`.

Iterators and enumerations, in a `for` or behind an assignment, read once in each turn and used for nothing else (no
`remove`). A loop over a map's entries that only takes key and value apart has both as its variables: `k,v<-m`.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Bin, Call, Each, Lambda, Loop, Member, Name, Node, While, walk
from ..restate import Context, Example, Rule
from ._common import mentions
from ._rebuild import rebuild

_MORE = {"hasNext": "next", "hasMoreElements": "nextElement", "MoveNext": "Current", "hasPrevious": "previous"}
_SOURCES = frozenset({"iterator", "listIterator", "GetEnumerator", "elements"})


def _asked(test: Node | None) -> tuple[str, str] | None:
    """The iterator of `it.hasNext()` and the name of its next."""
    if isinstance(test, Call) and not test.args and isinstance(test.fn, Member) and isinstance(test.fn.obj, Name):
        following = _MORE.get(test.fn.name)
        return (test.fn.obj.id, following) if following and following not in ("previous", "Current") else None
    return None


def _is_next(node: Node, name: str, following: str) -> bool:
    return (
        isinstance(node, Call)
        and not node.args
        and isinstance(node.fn, Member)
        and node.fn.name == following
        and isinstance(node.fn.obj, Name)
        and node.fn.obj.id == name
    )


def _over(first: Node, name: str) -> Node | None:
    """What an iterator is made of."""
    if not isinstance(first, Assign) or first.op != "=" or first.targets != [Name(name)] or first.value is None:
        return None
    value = first.value
    if isinstance(value, Call) and not value.args and isinstance(value.fn, Member) and value.fn.name in _SOURCES:
        return value.fn.obj
    return value if isinstance(value, (Call, Member)) else None


def _body(steps: list[Node], name: str, following: str, ctx: Context) -> tuple[Node, list[Node]] | None:
    """The loop's variable and its body, the iterator gone."""
    if mentions(steps, name) != 1:
        return None
    first = steps[0] if steps else None
    if isinstance(first, Assign) and first.op == "=" and len(first.targets) == 1 and isinstance(first.targets[0], Name):
        value = first.value
        if isinstance(value, Bin) and value.op == "as":
            value = value.left
        if value is not None and _is_next(value, name, following):
            return first.targets[0], steps[1:]
    for node in walk(steps):
        if isinstance(node, (Each, While, Loop, Lambda)) and mentions(node, name):
            return None
    var = Name(ctx.fresh("x", "item"))
    return var, rebuild(steps, lambda n: var if _is_next(n, name, following) else n)


def _loop(step: Node, before: Node | None, ctx: Context) -> tuple[Each, bool] | None:
    """The loop over what is iterated, and whether the step before belongs to it."""
    if isinstance(step, Loop):
        asked = _asked(step.test)
        if asked is None or step.step or len(step.init) != 1:
            return None
        first, body, outer = step.init[0], step.body, False
    elif isinstance(step, While) and not step.post and step.other is None:
        asked = _asked(step.test)
        if asked is None or before is None or ctx.uses[asked[0]] > 3:
            return None
        first, body, outer = before, step.body, True
    else:
        return None
    over = _over(first, asked[0])
    if over is None:
        return None
    got = _body(body, asked[0], asked[1], ctx)
    return None if got is None else (Each([got[0]], over, got[1]), outer)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    changed = False
    for step in steps:
        got = _loop(step, out[-1] if out else None, ctx)
        if got is not None:
            if got[1]:
                out.pop()
            step, changed = got[0], True
        if isinstance(step, Each):
            parted = _entries(step, ctx)
            if parted is not None:
                step, changed = parted, True
        out.append(step)
    return out if changed else None


_KEYS = frozenset({"getKey", "Key", "key"})
_VALUES = frozenset({"getValue", "Value", "value"})


def _entries(loop: Each, ctx: Context) -> Each | None:
    """`e<-m.entrySet(){k=e.getKey();..}` as `k,v<-m{..}`."""
    over = loop.iter
    if isinstance(over, Call) and isinstance(over.fn, Member) and over.fn.name == "entrySet" and not over.args:
        source = over.fn.obj
    elif isinstance(over, Member) and over.name == "entries" and ctx.language == "kotlin":
        source = over.obj
    else:
        return None
    if source is None or len(loop.targets) != 1 or not isinstance(loop.targets[0], Name):
        return None
    name = loop.targets[0].id
    parts = [n for n in walk(loop.body) if _part(n, name)]
    if len(parts) != mentions(loop.body, name):
        return None
    names: dict[str, str] = {}
    body = loop.body
    for step in loop.body[:2]:
        part = _part(step.value, name) if isinstance(step, Assign) and step.value is not None else None
        if (
            part
            and isinstance(step, Assign)
            and isinstance(step.targets[0], Name)
            and step.op == "="
            and part not in names
        ):
            if len(step.targets) > 1 or step is not body[0]:
                break
            names[part] = step.targets[0].id
            body = body[1:]
        else:
            break
    if not any(_part(n, name) == "k" for n in parts) and "k" not in names:
        names["k"] = "_"
    if not any(_part(n, name) == "v" for n in parts) and "v" not in names:
        names["v"] = "_"
    key = names.get("k") or ctx.fresh("k", "key")
    value = names.get("v") or ctx.fresh("v", "value")

    def one(node: Node) -> Node:
        part = _part(node, name)
        return Name(key if part == "k" else value) if part else node

    return replace(loop, targets=[Name(key), Name(value)], iter=source, body=rebuild(body, one))


def _part(node: Node | None, name: str) -> str:
    """`k` or `v` where a node takes an entry's key or value."""
    if isinstance(node, Call):
        if node.args or not isinstance(node.fn, Member) or not node.fn.name.startswith("get"):
            return ""
        node = node.fn
    elif isinstance(node, Member) and node.name.startswith("get"):
        return ""
    if isinstance(node, Member) and isinstance(node.obj, Name) and node.obj.id == name:
        return "k" if node.name in _KEYS else "v" if node.name in _VALUES else ""
    return ""


RULE = Rule(
    name="iterator_loop",
    says="a loop that drives an iterator by hand is a loop over what it iterates; a map's entries are `k,v`",
    blocks=rewrite,
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=15,
    normal=True,
    examples=(
        Example(
            "java",
            "void dim(Set<Lamp> lamps, Log log) {\n    Iterator<Lamp> it = lamps.iterator();\n"
            "    while (it.hasNext()) {\n"
            "        Lamp lamp = it.next();\n        lamp.dim(3);\n        log.note(lamp);\n    }\n"
            "    log.close();\n}\n",
            "dim(lamps,log)\nlamp<-lamps{lamp.dim(3)\nlog.note(lamp)}\nlog.close()",
        ),
        Example(
            "java",
            "void merge(Map<String, Lamp> more) {\n    for (Map.Entry<String, Lamp> entry : more.entrySet()) {\n"
            "        String key = entry.getKey();\n        if (!lamps.has(key)) {\n"
            "            lamps.set(key, entry.getValue(), 3);\n"
            "        }\n    }\n    lamps.sort();\n}\n",
            "merge(more:Map<String,Lamp>)\nkey,v<-more{!lamps.has(key)?lamps.set(key,v,3)}\nlamps.sort()",
        ),
    ),
)

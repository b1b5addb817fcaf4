"""`m.put(k,v)` on a map that the function made is `m[k]=v`: what the rules for maps and loops know.

The map is bound in the function, to a map that is made there, by its type's own name or as a literal.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Coll, Do, Func, Index, Member, Name, Node, walk
from ..restate import Context, Example, Rule

MAKERS = frozenset(
    "HashMap LinkedHashMap TreeMap EnumMap ConcurrentHashMap Hashtable IdentityHashMap WeakHashMap mutableMapOf"
    " hashMapOf linkedMapOf Dictionary SortedDictionary".split()
)
PUTS = {"java": "put", "kotlin": "put", "csharp": "Add"}


def _makes_map(value: Node | None) -> bool:
    if isinstance(value, Coll):
        return value.open == "{" and not value.items
    if isinstance(value, Call) and isinstance(value.fn, Name):
        return value.fn.id.split("<")[0] in MAKERS
    return False


def _put(step: Node, put: str) -> tuple[Name, list[Node]] | None:
    """The name and the arguments of `m.put(k,v)`."""
    if not isinstance(step, Do) or not isinstance(step.value, Call) or len(step.value.args) != 2:
        return None
    fn = step.value.fn
    if isinstance(fn, Member) and fn.name == put and isinstance(fn.obj, Name):
        return fn.obj, step.value.args
    return None


def _is_own_map(name: str, ctx: Context) -> bool:
    unit = next((u for u in ctx.units if isinstance(u, Func)), None)
    return unit is not None and any(
        isinstance(step, Assign)
        and step.op == "="
        and len(step.targets) == 1
        and step.targets[0] == Name(name)
        and _makes_map(step.value)
        for step in walk(unit.body or [])
    )


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    put = PUTS[ctx.language]
    out: list[Node] = []
    known: dict[str, bool] = {}
    for step in steps:
        got = _put(step, put)
        if got is not None:
            held, args = got
            if held.id not in known:
                known[held.id] = _is_own_map(held.id, ctx)
            if known[held.id]:
                step = Assign([Index(held, [args[0]])], args[1])
        out.append(step)
    return out if any(known.values()) else None


RULE = Rule(
    name="map_puts",
    says="a put into a map that the function made is an assignment to its key",
    blocks=rewrite,
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=7,
    normal=True,
    examples=(
        Example(
            "java",
            "Map<String, Object> facts(Lamp lamp) {\n    Map<String, Object> out = new LinkedHashMap<>();\n"
            '    out.put("room", lamp.getRoom());\n    out.put("watts", lamp.getWatts());\n'
            "    for (Part part : lamp.getParts()) {\n        out.put(part.getName(), part.check(3));\n    }\n"
            "    return out;\n}\n",
            "facts(lamp)->Map<String,Object>\nout=LinkedHashMap()\n"
            'out["room"]=lamp.getRoom()\nout["watts"]=lamp.getWatts()\n'
            "part<-lamp.getParts(){out[part.getName()]=part.check(3)}\n^out",
        ),
    ),
)

"""A stream or LINQ chain is a comprehension: `xs.stream().filter(x -> p).map(x -> f).toList()` is `[f for x in xs if
p]`.

Filters and maps, one into the other, up to a list, set, map, a test of any, all or none, or a loop for its effect. In
C# only a chain that ends in a list or array: other chains are lazy, or no collections at all. A function that is named
may be a method of the element or one that takes it; where its name does not tell, the chain stays.
"""

from __future__ import annotations

import re

from ...language.tree import Bin, Call, Comp, Do, Each, For, Lambda, Member, Name, Node, Num, Pair, Str, Un, walk
from ..restate import Context, Example, Rule
from ._common import mentions, pure, replace_name

_OWN = re.compile(
    r"(?:(?:get|is|has|to|as)[A-Z]\w*|name|id|trim|strip|length|size|intValue|longValue|doubleValue|value|key|stream"
    r"|isEmpty|isBlank|toString|hashCode|close|ordinal|lower|upper|getKey|getValue|copy|clone|type|code|text|title)\Z"
)
_HELPERS = frozenset({"Objects", "Arrays", "Collections", "Strings", "Files", "Paths", "Math", "Lists", "Sets", "Maps"})
"""Classes of functions that take the element: `Objects::toString` gives a text for null, `x.toString()` fails."""
_TAKES = frozenset({"parseInt", "parseLong", "valueOf", "parseDouble", "requireNonNull", "of", "from", "parse"})


def _applied(fn: Node, value: Node) -> Node | None:
    """What a function gives for a value; None where that is not sure."""
    if isinstance(fn, Lambda):
        if len(fn.params) != 1 or not fn.params[0].name.isidentifier() or not isinstance(fn.body, Node):
            return None
        name = fn.params[0].name
        if isinstance(value, Name) and value.id == name:
            return fn.body
        if mentions(fn.body, name) > 1 and not (pure(value) and sum(1 for _ in walk(value)) <= 3):
            return None
        if any(isinstance(n, (Lambda, Comp)) and mentions(n, name) for n in walk(fn.body)):
            return None
        return replace_name(fn.body, name, value)
    if not isinstance(fn, Member) or fn.op != "::":
        return None
    owner = fn.obj
    if owner is None or (isinstance(owner, Name) and owner.id == "this"):
        return Call(Member(None, fn.name), [value])
    if not isinstance(owner, Name):
        return None
    if fn.name == "new":
        return Call(owner, [value])
    if not owner.id[:1].isupper():
        return Call(Member(owner, fn.name), [value])
    if owner.id == "Objects" and fn.name in ("nonNull", "isNull"):
        return Bin("!=" if fn.name == "nonNull" else "==", value, Name("null"))
    if fn.name in _TAKES or owner.id in _HELPERS or owner.id.endswith(("Utils", "Util")):
        return Call(Member(owner, fn.name), [value])
    return Call(Member(value, fn.name), []) if _OWN.match(fn.name) else None


_FILTER = {"java": frozenset({"filter"}), "csharp": frozenset({"Where"})}
_MAP = {"java": frozenset({"map", "mapToInt", "mapToLong", "mapToDouble", "mapToObj"}), "csharp": frozenset({"Select"})}
_NOTHING = frozenset({"sequential", "boxed", "AsEnumerable"})


def _links(node: Node) -> tuple[Node, list[tuple[str, list[Node]]]]:
    """A chain as what it begins with and its calls in order."""
    out: list[tuple[str, list[Node]]] = []
    while isinstance(node, Call) and isinstance(node.fn, Member) and node.fn.obj is not None and node.fn.op == ".":
        out.append((node.fn.name, node.args))
        node = node.fn.obj
    out.reverse()
    return node, out


def _source(node: Call, ctx: Context) -> tuple[Node, list[tuple[str, list[Node]]]] | None:
    """What a chain streams and its stages."""
    base, links = _links(node)
    stages = _FILTER[ctx.language] | _MAP[ctx.language] | _NOTHING
    if ctx.language == "java":
        at = next((i for i, (name, args) in enumerate(links) if name == "stream" and len(args) < 2), -1)
        if at < 0:
            return None
        value = base
        for name, args in links[:at]:
            value = Call(Member(value, name), args)
        if links[at][1]:
            value = links[at][1][0] if base == Name("Arrays") and at == 0 else value
            if base != Name("Arrays"):
                return None
        return value, links[at + 1 :]
    at = next((i for i, (name, args) in enumerate(links) if name in stages and args), -1)
    if at < 0:
        return None
    value = base
    for name, args in links[:at]:
        value = Call(Member(value, name), args)
    return value, links[at:]


def _comp(node: Call, ctx: Context) -> tuple[str, list[Node], Node, list[For]] | None:
    """The last call of a chain with its arguments, the element and the clauses before it."""
    got = _source(node, ctx)
    if got is None or not got[1]:
        return None
    source, links = got
    (last, last_args), stages = links[-1], links[:-1]
    var: str | None = None
    for _, args in links:
        for arg in args:
            if isinstance(arg, Lambda) and var is None and len(arg.params) == 1:
                var = arg.params[0].name
    if var is None or not var.isidentifier():
        var = ctx.fresh("x", "item")
    elt: Node = Name(var)
    clause = For(Name(var), source, [])
    for name, args in stages:
        if name in _NOTHING and not args:
            continue
        if len(args) != 1:
            return None
        given = _applied(args[0], elt)
        if given is None:
            return None
        if name in _FILTER[ctx.language]:
            clause.conds.append(given)
        elif name in _MAP[ctx.language]:
            elt = given
        else:
            return None
    if not stages and last in ("collect", "toList", "ToList", "ToArray", "toArray", "count", "sum"):
        return None
    return last, last_args, elt, [clause]


_LISTS = frozenset({"toList", "toUnmodifiableList"})
_SETS = frozenset({"toSet", "toUnmodifiableSet"})


def _collected(kind: str, args: list[Node], elt: Node, clauses: list[For]) -> Node | None:
    if kind in _LISTS and not args:
        return Comp("[", elt, clauses)
    if kind in _SETS and not args:
        return Comp("{", elt, clauses)
    if kind == "toMap" and len(args) == 2:
        key, value = _applied(_identity(args[0]), elt), _applied(_identity(args[1]), elt)
        return Comp("{", Pair(key, value), clauses) if key is not None and value is not None else None
    if kind == "joining" and len(args) == 1 and isinstance(args[0], Str):
        return Call(Name("join"), [args[0], Comp("[", elt, clauses)])
    return None


def _identity(fn: Node) -> Node:
    """`Function.identity()` as a function."""
    if isinstance(fn, Call) and isinstance(fn.fn, Member) and fn.fn.name == "identity":
        from ...language.tree import Param

        return Lambda([Param("x")], Name("x"))
    return fn


def rewrite(node: Call, ctx: Context) -> Node | None:
    if not isinstance(node.fn, Member) or node.fn.obj is None:
        return None
    name = node.fn.name
    if name not in _ENDS[ctx.language]:
        return None
    got = _comp(node, ctx)
    if got is None:
        return None
    _, args, elt, clauses = got
    if name in ("ToList", "ToArray") and not args:
        return Comp("[", elt, clauses)
    if name == "toList" and not args:
        return Comp("[", elt, clauses)
    if name == "collect" and len(args) == 1 and isinstance(args[0], Call):
        fn = args[0].fn
        if isinstance(fn, Member) and fn.obj != Name("Collectors"):
            return None
        kind = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
        return _collected(kind, args[0].args, elt, clauses)
    if name in ("anyMatch", "allMatch", "noneMatch") and len(args) == 1:
        test = _applied(args[0], elt)
        if test is None:
            return None
        word = "all" if name == "allMatch" else "any"
        found = Call(Name(word), [Comp("(", test, clauses)])
        return Un("!", found) if name == "noneMatch" else found
    if name == "sum" and not args:
        return Call(Name("sum"), [Comp("(", elt, clauses)])
    if name == "count" and not args and clauses[0].conds and isinstance(elt, Name):
        return Call(Name("sum"), [Comp("(", Num("1"), clauses)])
    return None


_ENDS = {
    "java": frozenset({"toList", "collect", "anyMatch", "allMatch", "noneMatch", "sum", "count"}),
    "csharp": frozenset({"ToList", "ToArray"}),
}


def steps_rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    """`xs.stream().filter(p).forEach(f)` and `xs.forEach(x -> ..)` are loops."""
    out: list[Node] = []
    changed = False
    for step in steps:
        got = _loop(step, ctx)
        changed = changed or got is not None
        out.append(got or step)
    return out if changed else None


def _loop(step: Node, ctx: Context) -> Node | None:
    if not isinstance(step, Do) or not isinstance(step.value, Call) or not isinstance(step.value.fn, Member):
        return None
    call = step.value
    fn = call.fn
    assert isinstance(fn, Member)
    if fn.name not in ("forEach", "ForEach") or len(call.args) != 1 or fn.obj is None:
        return None
    given = call.args[0]
    if isinstance(given, Lambda) and isinstance(given.body, list):
        if len(given.params) != 1 or not given.params[0].name.isidentifier() or _returns(given.body):
            return None
        _, links = _links(call)
        if len(links) == 1 or all(name not in ("stream", "Where", "Select") for name, _ in links):
            return Each([Name(given.params[0].name)], fn.obj, given.body)
        return None
    if isinstance(given, Lambda) and len(given.params) == 2 and isinstance(given.body, Node) and ctx.language == "java":
        return Each([Name(p.name) for p in given.params], fn.obj, [Do(given.body)])
    _, links = _links(call)
    if ctx.language == "java" and any(name == "stream" for name, _ in links):
        got = _comp(call, ctx)
        if got is None:
            return None
        _, args, elt, clauses = got
        done = _applied(args[0], elt)
        if done is None or clauses[0].conds:
            return None
        return Each([clauses[0].target], clauses[0].iter, [Do(done)])
    if isinstance(given, Lambda) and isinstance(given.body, Node) and len(given.params) == 1:
        return Each([Name(given.params[0].name)], fn.obj, [Do(given.body)])
    var = Name(ctx.fresh("x", "item"))
    done = _applied(given, var)
    return None if done is None else Each([var], fn.obj, [Do(done)])


def _returns(steps: list[Node]) -> bool:
    return any(n.__class__.__name__ == "Return" for n in walk(steps))


RULE = Rule(
    name="stream_chains",
    says="a stream or LINQ chain is a comprehension or a loop",
    nodes={Call: rewrite},
    blocks=steps_rewrite,
    languages=frozenset({"java", "csharp"}),
    order=19,
    normal=True,
    examples=(
        Example(
            "java",
            "List<String> rooms(List<Lamp> lamps) {\n    lamps.forEach(lamp -> lamp.dim(3));\n"
            "    return lamps.stream().filter(lamp -> lamp.watts() > 40).map(Lamp::getRoom)\n"
            "        .collect(Collectors.toList());\n}\n",
            "rooms(lamps)->List<String>\nlamp<-lamps{lamp.dim(3)}\n"
            "^[lamp.getRoom() for lamp in lamps if lamp.watts()>40]",
        ),
        Example(
            "java",
            "String all(List<Lamp> lamps) {\n    show(lamps, 3);\n"
            '    return lamps.stream().map(Objects::toString).collect(Collectors.joining("|"));\n}\n',
            'all(lamps)->s\nshow(lamps,3)\n^join("|",[Objects.toString(x) for x in lamps])',
        ),
        Example(
            "csharp",
            "string[] Rooms(List<Lamp> lamps)\n{\n    Count(lamps, 3);\n"
            "    return lamps.Where(l => l.On).Select(l => l.Room.Name).ToArray();\n}\n",
            "Rooms(lamps)->string[]\nCount(lamps,3)\n^[l.Room.Name for l in lamps if l.On]",
        ),
    ),
)

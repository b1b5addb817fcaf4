"""A collection of the everyday kind is a literal: `new ArrayList<>()` is `[]`, `List.of(a,b)` is `[a,b]`.

Lists, arrays from values, hash maps (with their pairs in Kotlin). A kind that sorts, links or locks keeps its name, as
does a copy of another collection; a set keeps its name where it is empty, for `{}` is a map.
"""

from __future__ import annotations

from ...language.tree import Arg, Bin, Call, Coll, Member, Name, Node, Num, Pair, Spread
from ..restate import Context, Example, Rule

EMPTY = {
    "java": {"ArrayList": "[", "HashMap": "{"},
    "csharp": {"List": "[", "Dictionary": "{"},
    "kotlin": {"ArrayList": "[", "HashMap": "{", "mutableListOf": "[", "arrayListOf": "[", "mutableMapOf": "{",
               "hashMapOf": "{", "emptyList": "[", "emptyMap": "{"},
}  # fmt: skip
"""Names that make an empty collection (a size they start with says nothing)."""

FILLED = {
    "kotlin": {
        "listOf": "[",
        "mutableListOf": "[",
        "arrayListOf": "[",
        "arrayOf": "[",
        "intArrayOf": "[",
        "setOf": "{",
        "mutableSetOf": "{",
        "hashSetOf": "{",
        "mapOf": "{",
        "mutableMapOf": "{",
        "hashMapOf": "{",
    },
}
"""Functions that make a collection of their arguments."""

_METHODS = {
    ("Arrays", "asList"): "[",
    ("List", "of"): "[",
    ("Set", "of"): "{",
    ("Collections", "emptyList"): "[",
    ("Collections", "emptyMap"): "{",
    ("Collections", "singletonList"): "[",
    ("Collections", "singleton"): "{",
    ("ImmutableList", "of"): "[",
    ("Lists", "newArrayList"): "[",
    ("Maps", "newHashMap"): "{",
}


def _base(name: str) -> str:
    return name.split("<")[0]


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn, args = node.fn, node.args
    if isinstance(fn, Name):
        name = _base(fn.id)
        opening = EMPTY[ctx.language].get(name)
        if opening and (not args or (len(args) == 1 and isinstance(args[0], Num) and name[0].isupper())):
            return Coll(opening, [])
        opening = FILLED.get(ctx.language, {}).get(name)
        if not opening or not args:
            return None
        if "ap" in name and name.endswith("Of") and "rr" not in name:
            pairs = [Pair(a.left, a.right) for a in args if isinstance(a, Bin) and a.op == "to"]
            return Coll("{", list(pairs)) if len(pairs) == len(args) else None
        return None if any(isinstance(a, Arg) for a in args) else Coll(opening, args)
    if isinstance(fn, Member) and isinstance(fn.obj, Name) and ctx.language == "java":
        opening = _METHODS.get((fn.obj.id, fn.name))
        if not opening or any(isinstance(a, (Arg, Spread)) for a in args):
            return None
        if not args:
            return Coll(opening, []) if opening == "[" or fn.obj.id in ("Collections", "Maps") else None
        if len(args) == 1 and fn.name in ("asList", "of", "newArrayList") and not _single(args[0]):
            return None  # an array spreads
        return Coll(opening, args)
    return None


def _single(node: Node) -> bool:
    return node.__class__.__name__ in ("Str", "Num", "Template")


RULE = Rule(
    name="plain_collections",
    says="an everyday list or map is a literal",
    nodes={Call: rewrite},
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=14,
    normal=True,
    examples=(
        Example(
            "java",
            "void reset(Lamp first, Lamp last) {\n    this.byName = new HashMap<>(16);\n"
            "    this.order = new LinkedHashMap<>();\n"
            "    show(Arrays.asList(first, last), 3);\n}\n",
            "reset(first:Lamp,last:Lamp)\n.{byName={},order=LinkedHashMap()}\nshow([first,last],3)",
        ),
        Example(
            "kotlin",
            'fun reset() {\n    lamps = mutableListOf("hall", "door")\n'
            '    watts = mapOf("hall" to 40, "door" to 25)\n    sort()\n}\n',
            'reset()\n.{lamps=["hall","door"],watts={"hall":40,"door":25}}\nsort()',
        ),
    ),
)

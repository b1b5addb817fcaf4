"""A format call whose text says where each value goes is a template: `String.format("no %s in %d", a, n)`.

Java and Kotlin `String.format`, `"..".format(..)`, `"..".formatted(..)` with `%s` and `%d`; C# `string.Format` and
`"{0}".FormatWith(culture, ..)` with bare numbers. Widths, precision, another locale and values that carry strings stay
calls.
"""

from __future__ import annotations

import re

from ...language.tree import Arg, Call, Cond, Index, Lambda, Member, Name, Node, Num, Spread, Str, Template, walk
from ..restate import Context, Example, Rule

_PERCENT = re.compile(r"%(?:(\d+)\$)?([a-zA-Z%])")
_BRACES = re.compile(r"\{(\d+)(:[^{}]*)?\}")


def brief(node: Node) -> bool:
    """A value that reads well inside a string."""
    if not isinstance(node, (Name, Num, Member, Call, Index)):
        return False
    size = 0
    for item in walk(node):
        size += 1
        if size > 14 or isinstance(item, (Str, Template, Cond, Lambda, Spread, Arg)):
            return False
    return True


def _filled(text: str, values: list[Node], holes: re.Pattern[str]) -> Template | None:
    """The text with its values in their places."""
    if holes is _PERCENT and ("{" in text or "}" in text):
        return None
    parts: list[str | Node] = []
    used: set[int] = set()
    at = turn = 0
    for found in holes.finditer(text):
        plain = text[at : found.start()]
        if holes is _BRACES and ("{" in plain or "}" in plain):
            return None
        at = found.end()
        if holes is _PERCENT:
            kind = found.group(2)
            if kind == "%":
                parts += [plain, "%"]
                continue
            if kind == "n":
                parts += [plain, "\\n"]
                continue
            if kind not in ("s", "d"):
                return None
            place = int(found.group(1)) - 1 if found.group(1) else turn
            turn += 0 if found.group(1) else 1
        else:
            if found.group(2):
                return None
            place = int(found.group(1))
        if not 0 <= place < len(values) or not brief(values[place]):
            return None
        used.add(place)
        parts += [plain, values[place]]
    rest = text[at:]
    if not used or len(used) != len(values) or (holes is _PERCENT and "%" in rest):
        return None
    if holes is _BRACES and ("{" in rest or "}" in rest):
        return None
    parts.append(rest)
    merged: list[str | Node] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return Template(merged)


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    if not isinstance(fn, Member):
        return None
    args = node.args
    text: Node | None = None
    owner = fn.obj.id if isinstance(fn.obj, Name) else ""
    holes = _BRACES if ctx.language == "csharp" else _PERCENT
    if fn.name in ("format", "Format") and owner in ("String", "string"):
        if args and isinstance(args[0], Member) and args[0].name in ("InvariantCulture", "CurrentCulture", "ROOT"):
            args = args[1:]
        text, args = (args[0], args[1:]) if args else (None, args)
    elif isinstance(fn.obj, Str) and fn.name in ("format", "formatted") and ctx.language != "csharp":
        text = fn.obj
    elif isinstance(fn.obj, Str) and fn.name == "FormatWith" and ctx.language == "csharp":
        text = fn.obj
        if args and isinstance(args[0], Member) and args[0].name in ("InvariantCulture", "CurrentCulture"):
            args = args[1:]
    if not isinstance(text, Str) or text.text[:1] != '"' or not args:
        return None
    return _filled(text.text[1:-1], args, holes)


RULE = Rule(
    name="format_calls",
    says="a format call with plain holes is a template",
    nodes={Call: rewrite},
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=18,
    normal=True,
    examples=(
        Example(
            "java",
            "void check(Lamp lamp, int watts) {\n    if (watts > lamp.limit()) {\n"
            '        throw new TooBright(String.format("%s takes %d at most", lamp.name(), lamp.limit()));\n    }\n'
            "    lamp.set(watts, 3);\n}\n",
            'check(lamp,watts:i)\nwatts>lamp.limit()?^!TooBright("{lamp.name()} takes {lamp.limit()} at most")\n'
            "lamp.set(watts,3)",
        ),
        Example(
            "csharp",
            "void Check(Lamp lamp, int watts)\n{\n    if (watts > lamp.Limit)\n"
            '        throw new TooBright(string.Format("{0} of {1}", watts, lamp.Limit));\n'
            "    lamp.Set(watts, 3);\n}\n",
            'Check(lamp,watts:i)\nwatts>lamp.Limit?^!TooBright("{watts} of {lamp.Limit}")\nlamp.Set(watts,3)',
        ),
    ),
)

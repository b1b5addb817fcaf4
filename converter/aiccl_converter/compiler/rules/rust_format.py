"""Rust: a format with its arguments is a text with values in it: `format!("{} of {n}", x)` is `"{x} of {n}"`.

Matches a macro call with a literal format in which each `{}` has its argument; what a brace says after its colon stays
there (`{x:?}`). `format!` itself goes; any other macro (`write!`, `panic!`, `assert!`) keeps its name. A text that is
only made an owned one (`"a".to_string()`, `String::from("a")`) is the text.
"""

from __future__ import annotations

import re

from ...language.tree import Arg, Call, Lambda, Member, Name, Node, Pair, Raw, Str, Template, walk
from ..restate import Context, Example, Rule

_HOLE = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*|\d*)(?::([^{}]*))?\}")
_OWNED = frozenset({"to_string", "to_owned", "into"})


def template(text: str, args: list[Node]) -> Template | None:
    """A format's body and its arguments as one text; None where they do not fit."""
    named = {a.name: a.value for a in args if isinstance(a, Arg)}
    plain = [a for a in args if not isinstance(a, Arg)]
    parts: list[str | Node] = []
    used: set[int] = set()
    at = following = 0
    for found in _HOLE.finditer(text):
        before = text[at : found.start()]
        if "{" in before or "}" in before:
            return None
        at = found.end()
        shown = found.group()
        if shown in ("{{", "}}"):
            before += shown[0]
        if before:
            if parts and isinstance(parts[-1], str):
                parts[-1] += before
            else:
                parts.append(before)
        if shown in ("{{", "}}"):
            continue
        which, spec = found.group(1), found.group(2)
        if which and not which.isdigit():
            value: Node = named.get(which) or Name(which)
        else:
            place = int(which) if which else following
            following += 0 if which else 1
            if place >= len(plain):
                return None
            used.add(place)
            value = plain[place]
        if spec and "$" in spec:
            return None
        parts.append(Pair(value, Raw(spec)) if spec else value)
    rest = text[at:]
    if "{" in rest or "}" in rest or len(used) != len(plain):
        return None
    if rest:
        if parts and isinstance(parts[-1], str):
            parts[-1] += rest
        else:
            parts.append(rest)
    return Template(parts) if any(not isinstance(p, str) for p in parts) else None


def _quotable(args: list[Node]) -> bool:
    return not any(n.__class__ in (Str, Template, Lambda, Raw) for a in args for n in walk(a))


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn, args = node.fn, node.args
    if isinstance(fn, Member):
        if fn.name in _OWNED and not args and isinstance(fn.obj, (Str, Template)):
            return fn.obj
        return None
    if not isinstance(fn, Name):
        return None
    if fn.id == "String::from" and len(args) == 1 and isinstance(args[0], Str):
        return args[0]
    if not fn.id.endswith("!"):
        return None
    at = next((i for i, a in enumerate(args) if isinstance(a, Str)), -1)
    arg = args[at] if at >= 0 else None
    if not isinstance(arg, Str):
        return None
    if arg.text[:1] != '"' or "{" not in arg.text or not _quotable(args[at + 1 :]):
        return None
    made = template(arg.text[1:-1], args[at + 1 :])
    if made is None:
        return None
    return made if fn.id == "format!" else Call(fn, [*args[:at], made])


RULE = Rule(
    name="rust_format",
    says="a format with its arguments is a text with values in it",
    nodes={Call: rewrite},
    languages=frozenset({"rust"}),
    normal=True,
    order=8,
    examples=(
        Example(
            "rust",
            'fn label(user: &User, n: usize) -> String {\n    eprintln!("{} seen {:>4} times", user.name, n);\n'
            '    format!("{}: {n:?}", user.id)\n}',
            'label(user,n)->String\neprintln!("{user.name} seen {n:>4} times")\n^"{user.id}: {n:?}"',
        ),
    ),
)

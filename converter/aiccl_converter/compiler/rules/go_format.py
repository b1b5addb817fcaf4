"""Go: a text put together by a format is a template: `fmt.Sprintf("item %s", id)` is `"item {id}"`.

Matches a call of a function whose name ends in `f`, with a literal format in which each verb has its argument. Verbs
that only print (`%s %v %d %w %t`) leave no trace; others stay behind a colon: `{x:+v}`. `Sprintf` itself goes; any
other function keeps its name. An error is wrapped by `{err}`; `Errorf` without `%w` only prints it: `{err:v}`,
`{err:+v}`.
"""

from __future__ import annotations

import re

from ...language.tree import Call, Lambda, Member, Name, Node, Pair, Raw, Str, Template, walk
from ..restate import Context, Example, Rule
from ._go import dotted

_VERB = re.compile(r"%(?:%|([-+# 0]*(?:\d+)?(?:\.\d+)?)([a-zA-Z]))")
_PLAIN = frozenset("svdwt")
_ERROR = re.compile(r"^(?:e|\w*[eE]rr(?:or)?\d?)$")
"""Names of errors: printed by `Errorf` without `%w`, one is told apart from one that is wrapped."""


def template(text: str, args: list[Node]) -> Template | Str | None:
    """A format's body and its arguments as one text; None where they do not fit."""
    parts: list[str | Node] = []
    at = used = 0
    for found in _VERB.finditer(text):
        before = text[at : found.start()]
        if "%" in before:
            return None
        at = found.end()
        if found.group() == "%%":
            before += "%"
        if before:
            if parts and isinstance(parts[-1], str):
                parts[-1] += before
            else:
                parts.append(before)
        if found.group() == "%%":
            continue
        if used >= len(args):
            return None
        value = args[used]
        used += 1
        flags, verb = found.group(1), found.group(2)
        if flags or verb not in _PLAIN:
            value = Pair(value.key if isinstance(value, Pair) else value, Raw(flags + verb))
        parts.append(value)
    rest = text[at:]
    if "%" in rest or used != len(args):
        return None
    if rest:
        if parts and isinstance(parts[-1], str):
            parts[-1] += rest
        else:
            parts.append(rest)
    if not used:
        return Str('"' + "".join(p for p in parts if isinstance(p, str)) + '"') if text else None
    return Template(parts)


def quotable(args: list[Node]) -> bool:
    """Whether the values can stand in a text: none holds a text or a function of its own."""
    return not any(n.__class__ in (Str, Template, Lambda, Raw) for a in args for n in walk(a))


def rewrite(node: Call, ctx: Context) -> Node | None:
    fn = node.fn
    title = fn.name if isinstance(fn, Member) else fn.id if isinstance(fn, Name) else ""
    if not title.endswith("f"):
        return None
    at = next((i for i, a in enumerate(node.args) if isinstance(a, Str)), -1)
    arg = node.args[at] if at >= 0 else None
    if not isinstance(arg, Str):
        return None
    if at > 2 or arg.text[:1] != '"' or "{" in arg.text:
        return None
    args = node.args[at + 1 :]
    if not args or not quotable(args):
        return None
    body = arg.text[1:-1]
    if title == "Errorf" and "%w" not in body:
        args = [Pair(a, Raw("v")) if isinstance(a, Name) and _ERROR.search(a.id) else a for a in args]
    made = template(body, args)
    if made is None:
        return None
    if dotted(fn) == "fmt.Sprintf":
        return made
    return Call(fn, [*node.args[:at], made])


RULE = Rule(
    name="go_format",
    says="a format with its arguments is a text with values in it",
    nodes={Call: rewrite},
    languages=frozenset({"go"}),
    normal=True,
    order=8,
    examples=(
        Example(
            "go",
            'func label(u User, n int) string {\n\tt.Logf("user %s", u.ID)\n'
            '\treturn fmt.Sprintf("%s (%5.2f) x%d", u.Name, u.Rate, n)\n}',
            'label(u:User,n)->s\nt.Logf("user {u.ID}")\n^"{u.Name} ({u.Rate:5.2f}) x{n}"',
        ),
        Example(
            "go",
            "func check(p string, n int) error {\n\tif err := open(p, n); err != nil {\n"
            '\t\treturn fmt.Errorf("open %s: %+v", p, err)\n\t}\n\tif err := read(p, n); err != nil {\n'
            '\t\treturn fmt.Errorf("read %s: %s", p, err)\n\t}\n\treturn nil\n}',
            'check(p:s,n)\nopen(p,n)|^!"open {p}: {err:+v}"\nread(p,n)|^!"read {p}: {err:v}"',
        ),
    ),
)

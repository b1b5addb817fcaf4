"""Fields copied one by one from one object to another are one step: `copy name street zip from form to customer`.

At least three setters in a row on one object, each given the same field of one other object, by its getter, and
nothing else.
"""

from __future__ import annotations

from ...language.tree import Assign, Call, Do, Member, Name, Node, Words
from ..restate import Context, Example, Rule


def _copied(step: Node) -> tuple[Node, Node, str] | None:
    """(to, from, field) of `to.setName(from.getName())` and `to.name=from.name`."""
    if isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1:
        target, value = step.targets[0], step.value
        if isinstance(target, Member) and isinstance(value, Member) and target.name == value.name:
            to, source = target.obj, value.obj
            return (to, source, target.name) if _plain(to) and _plain(source) and to != source else None  # type: ignore[return-value]
        return None
    if not isinstance(step, Do) or not isinstance(step.value, Call) or not isinstance(step.value.fn, Member):
        return None
    fn, args = step.value.fn, step.value.args
    if len(args) != 1 or not fn.name.startswith("set") or not fn.name[3:4].isupper():
        return None
    got = args[0]
    if not isinstance(got, Call) or got.args or not isinstance(got.fn, Member):
        return None
    field = fn.name[3:]
    if got.fn.name not in ("get" + field, "is" + field) or not _plain(fn.obj) or not _plain(got.fn.obj):
        return None
    assert fn.obj is not None and got.fn.obj is not None
    return (fn.obj, got.fn.obj, field[0].lower() + field[1:]) if fn.obj != got.fn.obj else None


def _plain(node: Node | None) -> bool:
    return isinstance(node, Name) or (isinstance(node, Member) and node.obj is None)


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    at = 0
    changed = False
    while at < len(steps):
        first = _copied(steps[at])
        end = at
        fields: list[Node] = []
        while first is not None and end < len(steps):
            got = _copied(steps[end])
            if got is None or got[:2] != first[:2]:
                break
            fields.append(Name(got[2]))
            end += 1
        if first is not None and len(fields) >= 3:
            out.append(Do(Words([Name("copy"), *fields, Name("from"), first[1], Name("to"), first[0]])))
            changed = True
            at = end
        else:
            out.append(steps[at])
            at += 1
    return out if changed else None


RULE = Rule(
    name="field_copies",
    says="fields copied one by one between two objects are one step",
    blocks=rewrite,
    languages=frozenset({"java", "kotlin", "csharp"}),
    order=6,
    normal=True,
    examples=(
        Example(
            "java",
            "void update(Lamp lamp, LampForm form) {\n    lamp.check(3);\n    lamp.setRoom(form.getRoom());\n"
            "    lamp.setWatts(form.getWatts());\n    lamp.setShade(form.getShade());\n"
            "    store.save(lamp, form);\n}\n",
            "update(lamp,form)\nlamp.check(3)\ncopy room watts shade from form to lamp;store.save(lamp,form)",
        ),
    ),
)

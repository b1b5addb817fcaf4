"""A new object that is filled by its setters is built with its fields: `u=User();u.setName(n);u.setAge(3)` is
`u=User{name=n,age=3}`.

The object is made without arguments, right before; each setter has one argument that does not look at the object.
Setters that take no value of their own kind (`setUp`, several arguments) end the run.
"""

from __future__ import annotations

from ...language.tree import Arg, Assign, Build, Call, Do, Lambda, Member, Name, Node
from ..restate import Context, Example, Rule
from ._common import mentions


def _made(step: Node) -> tuple[str, Name] | None:
    """The name and the type of `x=T()`."""
    if (
        not isinstance(step, Assign)
        or step.op != "="
        or len(step.targets) != 1
        or not isinstance(step.targets[0], Name)
    ):
        return None
    value = step.value
    if isinstance(value, Call) and not value.args and isinstance(value.fn, Name) and value.fn.id[:1].isupper():
        return step.targets[0].id, value.fn
    return None


def _field(step: Node, name: str) -> Arg | None:
    """The field that `x.setA(v)` fills."""
    if not isinstance(step, Do) or not isinstance(step.value, Call) or not isinstance(step.value.fn, Member):
        return None
    fn, args = step.value.fn, step.value.args
    if not isinstance(fn.obj, Name) or fn.obj.id != name or fn.op != "." or len(args) != 1:
        return None
    if not fn.name.startswith("set") or not fn.name[3:4].isupper() or isinstance(args[0], (Arg, Lambda)):
        return None
    return None if mentions(args[0], name) else Arg(fn.name[3].lower() + fn.name[4:], args[0])


def rewrite(steps: list[Node], ctx: Context) -> list[Node] | None:
    out: list[Node] = []
    at = 0
    changed = False
    while at < len(steps):
        made = _made(steps[at])
        fields: list[Node] = []
        end = at + 1
        while made is not None and end < len(steps):
            field = _field(steps[end], made[0])
            if field is None or any(isinstance(f, Arg) and f.name == field.name for f in fields):
                break
            fields.append(field)
            end += 1
        if made is not None and fields:
            out.append(Assign([Name(made[0])], Build(made[1], fields)))
            ctx.uses[made[0]] -= len(fields)
            changed = True
        else:
            out.append(steps[at])
            end = at + 1
        at = end
    return out if changed else None


RULE = Rule(
    name="bean_build",
    says="a new object that is filled by its setters is built with its fields",
    blocks=rewrite,
    languages=frozenset({"java", "kotlin"}),
    order=7,
    normal=True,
    examples=(
        Example(
            "java",
            "Lamp make(Room room, int watts) {\n    Lamp lamp = new Lamp();\n    lamp.setRoom(room);\n"
            "    lamp.setWatts(watts);\n    return lamp;\n}\n",
            "make(room,watts:i)->Lamp\n^Lamp{room,watts}",
        ),
    ),
)

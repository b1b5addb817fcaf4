"""What a class is given is told once, in its head: a constructor that only stores its parameters under their own
names, and fields that the framework fills in, are the parameters of the class: `C:Orders()(store,mailer){..}`.

For a class with one constructor. Fields that the constructor stores go with it; a field of another type than its
parameter, a constructor that does more, and a field with a value of its own stay.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Arg, Assign, Build, Class, Do, Func, Member, Name, Node, Param
from ..restate import Context, Example, Rule

_INJECTED = ("@Autowired", "@Inject")


def _stored(func: Func) -> set[str] | None:
    """The fields that a constructor stores, if it does nothing else."""
    out: set[str] = set()
    for step in func.body or ():
        if isinstance(step, Do) and isinstance(step.value, Build) and step.value.type == Name("."):
            for item in step.value.items:
                if not isinstance(item, Arg) or item.value != Name(item.name):
                    return None
                out.add(item.name)
        elif isinstance(step, Assign) and step.op == "=" and len(step.targets) == 1:
            target = step.targets[0]
            if not isinstance(target, Member) or target.obj is not None or step.value != Name(target.name):
                return None
            out.add(target.name)
        else:
            return None
    return out


def _plain_field(member: Node) -> tuple[str, str | None] | None:
    """A field without a value: its name and its type as far as it is told."""
    if isinstance(member, Assign) and member.value is None and len(member.targets) == 1:
        target = member.targets[0]
        return (target.id, member.type) if isinstance(target, Name) else None
    return None


def rewrite(node: Class, ctx: Context) -> Node | None:
    if node.mark not in ("C", "M") or node.params is not None:
        return None
    makers = [m for m in node.members if isinstance(m, Func) and m.kind == "constructor"]
    params: list[Param] = []
    gone: set[int] = set()
    if len(makers) == 1 and makers[0].params:
        maker = makers[0]
        stored = _stored(maker)
        if stored is None or stored != {p.name for p in maker.params} or set(maker.decorators) - set(_INJECTED):
            return None
        types = {p.name: p.type for p in maker.params}
        for member in node.members:
            field = _plain_field(member)
            if field is not None and field[0] in types and field[1] in (None, types[field[0]]):
                gone.add(id(member))
        gone.add(id(maker))
        params = maker.params
    elif not makers:
        for member in node.members:
            field = _plain_field(member)
            if field is None or not field[1]:
                continue
            mark = next((m for m in _INJECTED if field[1].endswith(m)), None)
            if mark is not None:
                kind = field[1][: -len(mark)]
                params.append(Param(field[0], kept_field(field[0], kind)))
                gone.add(id(member))
    if not params:
        return None
    members = [m for m in node.members if id(m) not in gone]
    return replace(node, params=params, members=members)


def kept_field(name: str, kind: str) -> str | None:
    """The type of a field that its name does not tell."""
    from ...source.typed import kept_param

    return kept_param(name, kind or None)


RULE = Rule(
    name="injected_fields",
    says="a constructor that only stores its parameters, and injected fields, are the parameters of the class",
    nodes={Class: rewrite},
    languages=frozenset({"java", "csharp", "kotlin"}),
    order=78,
    examples=(
        Example(
            "java",
            "@Service\npublic class Lamps {\n    private final LampStore lampStore;\n    private final Panel panel;\n"
            "    public Lamps(LampStore lampStore, Panel panel) {\n        this.lampStore = lampStore;\n"
            "        this.panel = panel;\n    }\n"
            "    public void light(long id) { panel.show(lampStore.get(id), 3); }\n}\n",
            "@Service\nC:Lamps()(lampStore,panel){light(id:long){panel.show(lampStore.get(id),3)}}",
        ),
        Example(
            "java",
            "class Lamps {\n    @Autowired\n    private Panel panel;\n    void dim(int by) { panel.dim(by, 3); }\n}\n",
            "C:Lamps()(panel){dim(by:i){panel.dim(by,3)}}",
        ),
    ),
)

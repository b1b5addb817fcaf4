"""A class whose fields are read and written by plain accessors is a model: `M:Lamp{room:s,watts:i}`.

A getter returns its field, a setter stores its parameter, and nothing else. Where every field has both, the mark says
so; where every field has a getter only, the word `getters` stands behind the fields. A field whose accessor does more
keeps it, and the class then says what it has itself. Lombok's `@Data`, `@Getter` and `@Setter` on a class are the
same.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Class, Do, Func, Member, Name, Node, Return
from ..restate import Context, Example, Rule

_LOMBOK = {"@Data": "both", "@Getter": "get", "@Setter": "set", "@Value": "get"}
_SILENT = frozenset({"override", "open", "virtual", "final"})


def _field(node: Node) -> str | None:
    """The field that a class member declares."""
    if isinstance(node, Assign) and len(node.targets) == 1 and isinstance(node.targets[0], Name):
        return node.targets[0].id
    return None


def _of(value: Node | None) -> str | None:
    if isinstance(value, Name):
        return value.id
    return value.name if isinstance(value, Member) and value.obj is None else None


def _getter(func: Func, fields: set[str]) -> str | None:
    """The field that a getter gives."""
    if func.params or not func.body or len(func.body) != 1 or not _bare(func):
        return None
    step = func.body[0]
    held = _of(step.value) if isinstance(step, Return) else None
    return held if held in fields and _named(func.name, ("get", "is"), held) else None


def _setter(func: Func, fields: set[str]) -> str | None:
    """The field that a setter stores."""
    if len(func.params) != 1 or not func.body or len(func.body) != 1 or not _bare(func):
        return None
    step = func.body[0]
    if not isinstance(step, Assign) or step.op != "=" or len(step.targets) != 1:
        return None
    held = _of(step.targets[0])
    same = isinstance(step.value, Name) and step.value.id == func.params[0].name
    return held if same and held in fields and _named(func.name, ("set",), held) else None


def _bare(func: Func) -> bool:
    return not func.decorators and not func.is_async and func.kind == "F" and set(func.modifiers) <= _SILENT


def _named(name: str, verbs: tuple[str, ...], held: str) -> bool:
    """`getRoom`, `isOpen` and `setRoom` for `room`, `open` (or `isOpen`) and `room`."""
    plain = held.lstrip("_")
    if name == plain and "is" in verbs:
        return True
    rest = next((name[len(v) :] for v in verbs if name.startswith(v) and name[len(v) :][:1].isupper()), None)
    if rest is None:
        return False
    return rest[:1].lower() + rest[1:] in (plain, plain.lower()) or (plain.startswith("is") and rest == plain[2:])


def rewrite(node: Class, ctx: Context) -> Node | None:
    if node.mark != "C":
        return None
    fields = {f for f in map(_field, node.members) if f}
    if not fields:
        return None
    lombok = {_LOMBOK[d] for d in node.decorators if d in _LOMBOK}
    getters: dict[str, Func] = {}
    setters: dict[str, Func] = {}
    for member in node.members:
        if isinstance(member, Func):
            read, written = _getter(member, fields), _setter(member, fields)
            if read:
                getters.setdefault(read, member)
            elif written:
                setters.setdefault(written, member)
    reads = "both" in lombok or "get" in lombok or set(getters) == fields
    writes = "both" in lombok or "set" in lombok or set(setters) == fields
    if not reads or (len(fields) < 2 and not lombok):
        return None
    gone = {id(f) for f in getters.values()}
    if writes:
        gone |= {id(f) for f in setters.values()}
    kept = [m for m in node.members if id(m) not in gone]
    decorators = [d for d in node.decorators if d not in _LOMBOK]
    if not writes:
        last = max(i for i, m in enumerate(kept) if _field(m))
        kept.insert(last + 1, Do(Name("getters")))
    return replace(node, mark="M", members=kept, decorators=decorators)


RULE = Rule(
    name="bean_classes",
    says="a class with plain accessors for all its fields is a model",
    nodes={Class: rewrite},
    languages=frozenset({"java"}),
    order=56,
    examples=(
        Example(
            "java",
            "@Entity\npublic class Lamp extends Part {\n    @Id private Long id;\n    private String room;\n"
            "    public Long getId() { return id; }\n    public void setId(Long id) { this.id = id; }\n"
            "    public String getRoom() { return this.room; }\n"
            "    public void setRoom(String room) { this.room = room; }\n"
            "    public void dim(int by) { room.dim(by, 3); }\n}\n",
            "@Entity\nM:Lamp(Part){id:Long@Id\nroom:s\ndim(by:i){room.dim(by,3)}}",
        ),
        Example(
            "java",
            "@Data\n@Builder\nclass Lamp {\n    private String room;\n    private int watts = 40;\n}\n",
            "@Builder\nM:Lamp{room:s,watts=40}",
        ),
    ),
)

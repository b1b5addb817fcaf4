"""A class that declares data is a model: `@dataclass class Lamp` with fields is `M:Lamp{..}`.

Dataclasses, attrs, pydantic, Django and SQLAlchemy models, serializers, schemas and forms. The mark says what a plain
`@dataclass` says; decorators with arguments, and the base that tells the framework, stay.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Class, Node
from ..restate import Context, Example, Rule

_BASES = (
    "Model",
    "BaseModel",
    "SQLModel",
    "Schema",
    "Serializer",
    "Form",
    "TypedDict",
    "NamedTuple",
    "DeclarativeBase",
)
_PLAIN = frozenset({"@dataclass", "@dataclass()", "@dataclasses.dataclass", "@attr.s", "@attrs.define", "@define"})


def rewrite(node: Class, ctx: Context) -> Node | None:
    if node.mark != "C":
        return None
    fields = [m for m in node.members if isinstance(m, Assign)]
    plain = [d for d in node.decorators if d in _PLAIN or d.startswith(("@dataclass(", "@attr.s(", "@define("))]
    base = any(b.rsplit(".", 1)[-1].endswith(_BASES) for b in node.bases)
    if not fields or (not plain and not base):
        return None
    kept = [d for d in node.decorators if d not in ("@dataclass", "@dataclass()", "@dataclasses.dataclass")]
    return replace(node, mark="M", decorators=kept)


RULE = Rule(
    name="data_models",
    says="a class that declares data is a model",
    nodes={Class: rewrite},
    languages=frozenset({"python"}),
    order=56,
    examples=(
        Example(
            "python",
            "@dataclass\nclass Lamp:\n    room: str\n    shade: str = 'red'\n    lit: bool | None = None\n",
            "M:Lamp{room:str,shade='red'\nlit:bool|None=None}",
        ),
    ),
)

"""Fields that only hold what is injected are a list: `router=inject(Router)` is `inject router`.

Where the field's name says the type; others keep their call. Fields that follow each other share the word.
"""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Assign, Class, Name, Node, Word
from ...source.lowering import told_by_name
from ..restate import Context, Example, Rule
from ._ecmascript import IDENTIFIER, LANGUAGES, called


def _injected(member: Node) -> str | None:
    if not isinstance(member, Assign) or len(member.targets) != 1 or not isinstance(member.targets[0], Name):
        return None
    call, name = called(member.value, "inject"), member.targets[0].id
    if call is None or len(call.args) != 1 or not isinstance(call.args[0], Name) or not IDENTIFIER.fullmatch(name):
        return None
    return name if told_by_name(name, call.args[0].id) else None


def rewrite(unit: Class, ctx: Context) -> Node | None:
    out: list[Node] = []
    for member in unit.members:
        name = _injected(member)
        if name is None:
            out.append(member)
        elif out and isinstance(out[-1], Word) and out[-1].word == "inject":
            out[-1] = Word("inject", [*out[-1].args, Name(name)])
        else:
            out.append(Word("inject", [Name(name)]))
    return replace(unit, members=out) if any(isinstance(m, Word) and m.word == "inject" for m in out) else None


RULE = Rule(
    name="angular_inject",
    says="fields that hold what is injected are a list of names",
    nodes={Class: rewrite},
    languages=LANGUAGES,
    order=52,
    examples=(
        Example(
            "typescript",
            "@Component({ selector: 'app-bar' })\nexport class BarComponent {\n"
            "  private readonly router = inject(Router);\n  private readonly barService = inject(BarService);\n"
            "  modals = inject(NgbModal);\n\n  open(): void {\n    this.router.navigate(['/bar']);\n  }\n}\n",
            "@Component({selector:'app-bar'})\nC:BarComponent{inject router,barService\n"
            "modals=inject(NgbModal)\nopen(){.router.navigate(['/bar'])}}",
        ),
    ),
)

"""Modules that only hold one another are one path: `module A{module B{C:D{}}}` is `module A::B{C:D{}}`."""

from __future__ import annotations

from dataclasses import replace

from ...language.tree import Class, Node
from ..restate import Context, Example, Rule


def rewrite(node: Class, ctx: Context) -> Node | None:
    if node.modifiers != ["module"] or len(node.members) != 1:
        return None
    inside = node.members[0]
    if not isinstance(inside, Class) or inside.modifiers != ["module"]:
        return None
    return replace(inside, name=f"{node.name}::{inside.name}", pos=node.pos)


RULE = Rule(
    name="nested_modules",
    says="modules that only hold one another are one path",
    nodes={Class: rewrite},
    languages=frozenset({"ruby"}),
    order=56,
    examples=(
        Example(
            "ruby",
            "module House\n  module Lights\n    class Lamp\n      def on; true; end\n    end\n  end\nend",
            "module C:House::Lights{C:Lamp{on(){true}}}",
        ),
    ),
)

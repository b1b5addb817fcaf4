"""Ruby. `def self.x` and `class << self` give methods of the class itself; both are named like its other methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiccl_converter.source.language import Language, NamePath, Unit, part, text

if TYPE_CHECKING:
    from tree_sitter import Node


def constant_path(node: Node) -> NamePath | None:
    """("A", "B") for `class A::B`."""
    name = node.child_by_field_name("name")
    return tuple(piece for piece in text(name).split("::") if piece) if name is not None else None


def defined_name(node: Node) -> NamePath | None:
    """The name given to `define_method`."""
    arguments = node.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    return (text(first).strip(":\"'"),) if first is not None else None


LANGUAGES = {
    "ruby": Language(
        name="ruby",
        title="Ruby",
        grammar=("tree_sitter_ruby", "language"),
        extensions=(".rb", ".rake", ".gemspec", ".ru"),
        filenames=("rakefile", "gemfile", "guardfile", "vagrantfile"),
        aliases=("rb",),
        shebangs=("ruby", "jruby"),
        units=(
            Unit("namespace", "module", constant_path),
            Unit("class", "class", constant_path, params="superclass"),
            Unit("function", "method"),
            Unit("function", "singleton_method"),
            Unit(
                "function",
                "call",
                defined_name,
                lambda node: part(node, "block.body"),
                lambda node: part(node, "block.parameters"),
                'method: (identifier) @called block: (_); (#eq? @called "define_method")',
            ),
            Unit("function", "assignment", "left", "right.body", "right.parameters", "left: (constant) right: (lambda)"),
        ),
        layout="newline",
        fragments=(("class X\n", "\nend"),),
    ),
}

"""What the converter must know of a programming language to find its units: the type of the tables in `languages/`.

A table is data. Node kinds and fields are the grammar's own (`tree-sitter parse` or `docs/add-a-language.md` show
them); the few places where a field is not enough take a small function of the node.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

#: How to reach a part of a node: a dotted path of field names (or of child kinds, where a grammar names no field).
Part = str
#: A unit's name as the parts of a path: ("Store", "Load") for a Go method, ("f",) for a function. None: not a unit.
NamePath = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """One kind of node that is a unit (see `chunk.KINDS`) of its own."""

    kind: str
    node: str
    """The grammar's node kind."""
    name: Part | Callable[[Node], NamePath | None] = "name"
    body: Part | Callable[[Node], Node | None] = "body"
    params: Part | Callable[[Node], Node | None] = "parameters"
    when: str = ""
    """Further conditions, in tree-sitter query syntax, on the node's children; predicates come after a `;`-line."""

    def name_of(self, node: Node) -> NamePath | None:
        """The unit's name as a path, None where it has none."""
        if callable(self.name):
            return self.name(node)
        named = part(node, self.name)
        return (text(named),) if named is not None else None

    def body_of(self, node: Node) -> Node | None:
        """The node that holds the unit's statements or members."""
        return self.body(node) if callable(self.body) else part(node, self.body)

    def params_of(self, node: Node) -> Node | None:
        """The node that holds the unit's parameters."""
        return self.params(node) if callable(self.params) else part(node, self.params)


@dataclass(frozen=True)
class Language:
    """One language's table. Everything but `name`, `grammar` and `units` may be left out."""

    name: str
    grammar: tuple[str, str]
    """Python module of the grammar wheel and the function in it that returns the language."""
    units: tuple[Unit, ...]
    title: str = ""
    """The name as people write it."""
    extensions: tuple[str, ...] = ()
    filenames: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    shebangs: tuple[str, ...] = ()
    comments: frozenset[str] = frozenset({"comment"})
    prefaces: frozenset[str] = frozenset()
    """Siblings in front of a unit that belong to it: Rust attributes, TypeScript decorators of methods."""
    wrappers: frozenset[str] = frozenset()
    """Parents that belong to the unit they hold: `export`, `template<...>`, a decorated definition."""
    sole_wrappers: frozenset[str] = frozenset()
    """The same, as long as the unit is the only one they hold: `const f = ...`."""
    semicolon_after: bool = False
    """A `;` right behind a unit is part of it (C and C++ types)."""
    docstring: bool = False
    """The unit's doc is the first string of its body (Python)."""
    inner_doc: tuple[str, ...] = ()
    """Marks of comments that describe what encloses them, not what follows: Rust's `//!`."""
    fragments: tuple[tuple[str, str], ...] = ()
    """Texts to put around a fragment that does not stand alone, so that it parses; see `wrap.py`."""
    member_first: bool = False
    """Try the fragments before the bare text: the bare text may parse as something else (C# methods as local ones)."""
    bare_needs: str = ""
    """What a text must contain to be tried bare: PHP's opening tag."""
    layout: str = "free"
    """What a line's end means: "free" nothing, "newline" the end of a statement (or it may), "indent" as in Python."""

    @property
    def lower(self) -> Any:
        """The compiler's table for this language (`LOWER` in the same file), None where there is none yet."""
        return getattr(import_module(f"{__package__}.languages.{module_of(self.name)}"), "LOWER", None)


def text(node: Node) -> str:
    """The node's source text."""
    raw = node.text
    return raw.decode("utf-8", "replace") if raw is not None else ""


def part(node: Node, path: Part) -> Node | None:
    """Follow a dotted path of fields, or of child kinds where no field has that name."""
    current: Node | None = node
    for step in path.split("."):
        if current is None:
            return None
        found = current.child_by_field_name(step)
        if found is None:
            found = next((child for child in current.named_children if child.type == step), None)
        current = found
    return current


def module_of(name: str) -> str:
    """The file in `languages/` that holds a language's table."""
    from aiccl_converter.source.languages import FILES

    return FILES[name]


@cache
def language(name: str) -> Language:
    """The table of a language, by its own name or an alias; only that language's file is imported."""
    from aiccl_converter.errors import UnknownLanguage
    from aiccl_converter.source.languages import ALIASES, FILES

    own = ALIASES.get(name.lower(), name.lower())
    if own not in FILES:
        raise UnknownLanguage(name)
    tables: dict[str, Language] = import_module(f"{__package__}.languages.{FILES[own]}").LANGUAGES
    return tables[own]

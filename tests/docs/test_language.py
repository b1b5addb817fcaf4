"""docs/language.md explains every word and operator that the printer writes: of the rules' examples and of one file a language."""

from __future__ import annotations

import re

import pytest
from aiccl_converter import AICCLConverter
from aiccl_converter.compiler.rules import rules
from aiccl_converter.language.parser import parse_members
from aiccl_converter.language.tree import Assign, Bin, Class, Func, Node, Post, Un, Word, walk

from ..fuzz.snippets import SNIPPETS
from .pages import page

PAGE = page("docs/language.md")


def is_explained(form: str) -> bool:
    """Whether the form stands in the page, in code, not as a part of another word or mark."""
    code = " ".join(re.findall(r"`((?:\\.|[^`\n])+)`", PAGE)).replace("\\|", "|") + " ".join(
        re.findall(r"^```aiccl.*?\n(.*?)^```", PAGE, re.M | re.S)
    )
    edge = r"(?<!\w)%s(?!\w)" if form[0].isalpha() else r"%s"
    return re.search(edge % re.escape(form), code) is not None


def forms(node: Node) -> set[str]:
    """The words and operators of a tree."""
    found: set[str] = set()
    for item in walk(node):
        if isinstance(item, Word):
            found.add(item.word)
        elif isinstance(item, Bin | Un | Post):
            found.add(item.op)
        elif isinstance(item, Assign):
            found.add(item.op if item.op in ("=", "??=", "||=", "&&=") else "+=")
        elif isinstance(item, Func | Class):
            found.update(word.split(" ")[0].split("(")[0] for word in item.modifiers)
    return {form for form in found if form and not form.startswith("#")}


@pytest.mark.parametrize("language", SNIPPETS)
def test_forms_of_a_file(language: str) -> None:
    text = AICCLConverter(workspace_rules=False).convert_to_aiccl(SNIPPETS[language], language).text
    missing = {form for node in parse_members(text) for form in forms(node) if not is_explained(form)}
    assert not missing, f"docs/language.md does not explain {sorted(missing)}"


def test_forms_of_the_rules_examples() -> None:
    missing: dict[str, str] = {}
    for rule in rules():
        for example in rule.examples:
            for node in parse_members(example.view):
                missing |= {form: rule.name for form in forms(node) if not is_explained(form)}
    assert not missing, f"docs/language.md does not explain {missing}"


def test_what_is_not_there_is_missed() -> None:
    assert not is_explained("frobnicate") and not is_explained("<~>") and is_explained("fallthrough")

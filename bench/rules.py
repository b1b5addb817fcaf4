"""The restatement rules as a page: what each says, where it applies, and one example with the view that is made of it.

    python bench/rules.py            writes docs/rules.md
    python bench/rules.py --check    says whether it is current

The page is made of `compiler/rules/` alone; each example is one that the tests convert.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from aiccl_converter.compiler.restate import Rule
from aiccl_converter.compiler.rules import rules
from aiccl_converter.source import language

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
HEAD = """# Restatement rules

What makes `flow` out of code, one rule a file in `converter/aiccl_converter/compiler/rules/`. They run in the order
of this page, children before parents; each sees what those before it made. Under each stand one of its examples and the
view that the whole compiler makes of it: other rules take part as well. Which rules made a view is told by
`aiccl explain FILE:NAME`, what may be dropped at all by [language.md](language.md#levels).

Beyond these, what repeats in a file or a folder is factored into the entries of its map where that saves tokens
(`compiler/filerules.py`, `compiler/workspacerules.py`).

This page is made by `python bench/rules.py`.
"""
#: The first order of a group, and what the rules from there on do.
GROUPS = (
    (0, "Put into one form"),
    (30, "Loops, guards and choices"),
    (50, "Frameworks"),
    (70, "Fold and tidy up"),
)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    found = sorted(rules(), key=lambda rule: (rule.order, rule.name))
    for at, (start, title) in enumerate(GROUPS):
        end = GROUPS[at + 1][0] if at + 1 < len(GROUPS) else sys.maxsize
        group = [rule for rule in found if start <= rule.order < end]
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in group]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    says = rule.says[0].upper() + rule.says[1:] if rule.says[:1].islower() else rule.says
    shown = rule.examples[0]
    where = "every language" if rule.languages is None else ", ".join(sorted(map(_title, rule.languages)))
    return (
        f"### {rule.name}\n\n{says}. *({where})*\n\n"
        f"{_fenced(shown.language, shown.source)}\n{_fenced('aiccl', shown.view)}"
    )


def _title(name: str) -> str:
    return language(name).title or name


def _fenced(mark: str, text: str) -> str:
    fence = "```" if "```" not in text else "````"
    return f"{fence}{mark}\n{text.strip(chr(10))}\n{fence}\n"


def main() -> int:
    """Write the page, or compare it with what it should be."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing, exit with 1 if the page is not current")
    if options.parse_args().check:
        current = PAGE.read_text(encoding="utf-8") == page()
        print("docs/rules.md is current" if current else "docs/rules.md is not current; run `python bench/rules.py`")
        return 0 if current else 1
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

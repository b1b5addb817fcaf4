"""docs/rules.md says what the rules are now."""

from __future__ import annotations

import subprocess
import sys

from aiccl_converter.compiler.rules import rules

from ..command.conftest import environment
from .pages import ROOT, blocks, page


def test_the_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "bench/rules.py", "--check"], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, (
        "docs/rules.md does not say what the rules are now; run: python bench/rules.py\n" + done.stderr
    )


def test_every_rule_stands_there_with_an_example() -> None:
    text = page("docs/rules.md")
    assert all(f"### {rule.name}\n" in text for rule in rules())
    assert sum(block.mark == "aiccl" for block in blocks(text)) == len(rules())

"""What is loaded when: a language's grammar only when that language is parsed."""

from __future__ import annotations

import subprocess
import sys


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_no_grammar() -> None:
    loaded = modules_after("import aiccl_converter.source as s; s.language_of('a.py')")
    assert not {name for name in loaded if name.startswith("tree_sitter")}


def test_parsing_loads_one_grammar() -> None:
    loaded = modules_after("import aiccl_converter.source as s; s.chunks(b'package p', 'go')")
    assert {name for name in loaded if name.startswith("tree_sitter_") and "." not in name} == {"tree_sitter_go"}

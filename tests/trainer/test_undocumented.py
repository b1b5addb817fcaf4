"""Functions without their own doc comments."""

from __future__ import annotations

import pytest
from aiccl_trainer.undocumented import undocumented


@pytest.mark.parametrize(
    ("language", "code", "rest"),
    [
        ("python", 'def f(a):\n    """Add\n    one."""\n    return a + 1\n', "def f(a):\n    return a + 1\n"),
        ("python", 'def f(a):\n    # why\n    "Add."; return a + 1\n', "def f(a):\n    # why\n    return a + 1\n"),
        (
            "python",
            'class A:\n    """Say."""\n\n    def f(self):\n        """Kept."""\n',
            'class A:\n\n    def f(self):\n        """Kept."""\n',
        ),
        ("python", 'def f(a):\n    text = """no doc"""\n    return text', None),
        ("java", "/**\n * Adds.\n */\n@Nullable\nint f(int a) { return a + 1; }", "@Nullable\nint f(int a) { return a + 1; }"),
        ("go", "// F adds.\n// One.\nfunc F(a int) int {\n\t// why\n\treturn a + 1\n}", "func F(a int) int {\n\t// why\n\treturn a + 1\n}"),
        ("rust", "/// Adds.\nfn f(a: u8) -> u8 {\n    a + 1\n}", "fn f(a: u8) -> u8 {\n    a + 1\n}"),
        ("php", "/** Zählt. */\nfunction f($a) { return 'ä'; }", "function f($a) { return 'ä'; }"),
        ("python", 'def f(a):\n    """Only that."""', ""),
        ("python", "def (", ""),
    ],
)  # fmt: skip
def test_the_doc_goes_and_all_else_stays(language: str, code: str, rest: str | None) -> None:
    assert undocumented(language, code) == (code if rest is None else rest)

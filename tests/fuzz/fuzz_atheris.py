"""Fuzzes the converter or the parser with coverage as its guide, outside the tests: `pip install atheris`, then

    python -m tests.fuzz.fuzz_atheris converter -max_total_time=600 [CORPUS_FOLDER]
    python -m tests.fuzz.fuzz_atheris parser -max_total_time=600 [CORPUS_FOLDER]

Without a corpus folder it starts from `snippets.py`, or from the reference's examples. What it finds becomes a case of
test_found.py, which asks the same of every text (`properties.py`).
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["aiccl_converter"]):
    from tests.fuzz import properties
    from tests.fuzz.snippets import SNIPPETS

LANGUAGES = sorted(SNIPPETS)
REFERENCE = Path(__file__).parents[2] / "docs" / "language.md"


def converter(data: bytes) -> None:
    """The first byte chooses the language."""
    if data:
        properties.converts(LANGUAGES[data[0] % len(LANGUAGES)], data[1:])


def parser(data: bytes) -> None:
    """The whole input is a view."""
    properties.reads(data.decode("utf-8", "replace"))


def seeds(name: str) -> list[bytes]:
    """What to start from."""
    if name == "converter":
        return [bytes([at]) + SNIPPETS[language].encode() for at, language in enumerate(LANGUAGES)]
    return [
        text.encode() for text in re.findall(r"^```aiccl ?\w*\n(.*?)\n```$", REFERENCE.read_text("utf-8"), re.S | re.M)
    ]


if __name__ == "__main__":
    targets = {"converter": converter, "parser": parser}
    if len(sys.argv) < 2 or sys.argv[1] not in targets:
        sys.exit("say what to fuzz: converter or parser")
    name = sys.argv.pop(1)
    if all(word.startswith("-") for word in sys.argv[1:]):
        folder = tempfile.mkdtemp(prefix="aiccl-fuzz-")
        for at, seed in enumerate(seeds(name)):
            Path(folder, f"seed{at}").write_bytes(seed)
        sys.argv.append(folder)
    atheris.Setup(sys.argv, targets[name])
    atheris.Fuzz()

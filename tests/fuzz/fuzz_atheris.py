"""Fuzzes the converter with coverage as its guide, outside the tests: `pip install atheris`, then

    python -m tests.fuzz.fuzz_atheris -max_total_time=600 [CORPUS_FOLDER]

What it finds becomes a case of test_fuzz.py.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["aiccl_converter"]):
    from aiccl_converter.bulk import Settings, Task, convert_task
    from aiccl_converter.source import LANGUAGES


def one_input(data: bytes) -> None:
    """The first byte chooses the language."""
    if not data:
        return
    task = Task("-", "fuzz", language=LANGUAGES[data[0] % len(LANGUAGES)], data=data[1:])
    outcome = convert_task(Settings(("flow", "outline", "exact")), task)
    if outcome.problem and "internal error" in outcome.problem:
        raise RuntimeError(outcome.problem)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()

"""Every language's chunks of a small file, beside it in `examples/`.

After a change that is meant: `python tests/source/test_snapshots.py` writes them anew; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from aiccl_converter.source import LANGUAGES, chunks, language_of

EXAMPLES = Path(__file__).parent / "examples"
SOURCES = sorted(path for path in EXAMPLES.iterdir() if path.suffix != ".chunks")


def snapshot(path: Path) -> str:
    """One line a chunk: indented by nesting, with its place, name, ends of its text, and doc."""
    found = chunks(path.read_bytes(), language_of(path.name) or "")
    depths: list[int] = []
    lines = []
    for chunk in found:
        depths.append(0 if chunk.parent is None else depths[chunk.parent] + 1)
        place = f"{chunk.start_line + 1}:{chunk.start_utf16}-{chunk.end_line + 1}:{chunk.end_utf16}"
        flat = " ".join(chunk.code.split())
        ends = flat if len(flat) < 50 else f"{flat[:30]} ... {flat[-15:]}"
        doc = f"  doc={chunk.doc!r}" if chunk.doc else ""
        lines.append(f"{'  ' * depths[-1]}{chunk.kind} {chunk.qualified_name or '-'}  {place}  [{ends}]{doc}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_chunks_are_as_recorded(path: Path) -> None:
    assert snapshot(path) == path.with_suffix(".chunks").read_text(encoding="utf-8")


def test_every_language_has_an_example() -> None:
    assert {path.stem for path in SOURCES} == set(LANGUAGES)


if __name__ == "__main__":
    for source in SOURCES:
        source.with_suffix(".chunks").write_text(snapshot(source), encoding="utf-8")

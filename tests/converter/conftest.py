"""Bugs are raised here, not worked around (see AICCL_DEBUG in docs/library.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiccl_converter import AICCLConverter

from .samples import SAMPLES


@pytest.fixture(autouse=True)
def raise_bugs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICCL_DEBUG", "1")


@pytest.fixture
def converter() -> AICCLConverter:
    return AICCLConverter()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one file a language, one of them in a folder of its own."""
    for language, (name, text) in SAMPLES.items():
        where = tmp_path / "src" / ("web" if language == "tsx" else "")
        where.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text, encoding="utf-8", newline="")
    return tmp_path / "src"

"""`bench/engine.py` asks the engine and llama.cpp for the same work."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from aiccl_converter.converter import AICCLConverter

HERE = Path(__file__).parent
TINY, TINY_GGUF = HERE / "tiny", HERE / "tiny.q4_1.gguf"
needs_both = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("llama_cpp", "onnxruntime", "tokenizers", "numpy")),
    reason="needs aiccl[gguf] and aiccl[model]",
)


def _loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


snippets = _loaded("model_snippets", HERE / "snippets.py")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = HERE.parent.parent / "bench"
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    return _loaded("bench_engine", folder / "engine.py")


@needs_both
def test_llama_cpp_stops_where_a_model_of_intents_does(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiccl_converter.model import llamafile

    brief = Path(shutil.copytree(TINY, tmp_path / "model"))
    told = json.loads((brief / "model.json").read_text())
    (brief / "model.json").write_text(json.dumps({**told, "writes": "intent"}))
    known = llamafile.open_file
    monkeypatch.setattr(llamafile, "open_file", lambda path: dataclasses.replace(known(path), writes="intent"))
    language, code, intent, _ = snippets.KNOWN[0]
    item = bench.Function(language, code, AICCLConverter().convert_to_aiccl(code, language).text)
    theirs = bench._loaded(bench.Line("", bench.BARE, str(TINY_GGUF), 1, 1))(item)
    for path in (brief, TINY_GGUF):
        mine = bench._loaded(bench.Line("", bench.ENGINE, str(path), 1, 1))(item)
        assert (mine.read, mine.written) == (theirs.read, theirs.written)
    assert 1 < theirs.written <= len(intent)
    assert theirs.reading > 0 and theirs.writing > 0


def test_what_is_read_and_what_is_written_have_rates_of_their_own(bench: ModuleType) -> None:
    line = bench.Line("engine", bench.ENGINE, "", 2, 1, wall=2.0)
    line.done = [bench.Done(read=100, written=11, reading=0.5, writing=1.5) for _ in range(2)]
    assert (line.read, line.rate, line.functions) == (400, 20 / 1.5, 1)
    table = bench.table([line], [bench.Function("go", "", "")], "idle").splitlines()
    assert "| engine | 2 x 1 | 200 | 400.0 | 22 | 13.3 | 1.00 |" in table[2]
    assert [row.count("|") for row in table[:3]] == [10, 10, 10]

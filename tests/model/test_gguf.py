"""The same model as `tiny/` in one GGUF file (`snippets.py` makes both), run by llama.cpp; and files that are none."""

from __future__ import annotations

import importlib.util
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aiccl_converter.converter import AICCLConverter, chosen
from aiccl_converter.errors import ModelUnusable
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.model import files
from aiccl_converter.model.gguf import head
from aiccl_converter.model.llamafile import open_file

_SPEC = importlib.util.spec_from_file_location("model_snippets", Path(__file__).parent / "snippets.py")
assert _SPEC is not None and _SPEC.loader is not None
snippets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(snippets)

TINY = Path(__file__).parent / "tiny.q4_1.gguf"


def _has(*modules: str) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in modules)


needs_llama = pytest.mark.skipif(not _has("llama_cpp", "tokenizers", "numpy"), reason="needs aiccl[gguf]")
needs_both = pytest.mark.skipif(
    not _has("llama_cpp", "onnxruntime", "tokenizers", "numpy"), reason="needs aiccl[gguf] and aiccl[model]"
)
needs_tokenizers = pytest.mark.skipif(not _has("tokenizers"), reason="needs tokenizers")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICCL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("AICCL_MODEL", "")


def flow_of(language: str, code: str) -> str:
    return AICCLConverter().convert_to_aiccl(code, language).text


@needs_llama
@pytest.mark.parametrize(("language", "code", "intent", "_"), snippets.KNOWN)
def test_it_writes_what_it_was_taught(language: str, code: str, intent: str, _: str) -> None:
    from aiccl_converter.model.engine import Engine

    flow = flow_of(language, code)
    answer, again = Engine(TINY).answer(language, code, flow), Engine(TINY).answer(language, code, flow)
    assert answer is not None
    assert answer.intent == intent
    assert answer == again
    if answer.view:
        parse_unit(answer.view)


@needs_llama
def test_drafts_save_runs_of_the_network_and_change_nothing() -> None:
    from aiccl_converter.model.engine import Engine

    language, code, _, _ = snippets.KNOWN[1]
    flow = flow_of(language, code)
    quick = Engine(TINY).answer(language, code, flow)
    slow = Engine(TINY, drafts=False).answer(language, code, flow)
    assert quick is not None and slow is not None
    assert (quick.intent, quick.view) == (slow.intent, slow.view)
    assert quick.forwards < slow.forwards == slow.tokens


@needs_both
def test_both_engines_run_the_same_network() -> None:
    """Both files hold the same network, but each rounds in its own way, and to 8 bits in between."""
    import numpy
    from aiccl_converter.model import prompt
    from aiccl_converter.model.engine import Engine

    language, code, _, _ = snippets.KNOWN[0]
    one, other = Engine(TINY).decoder(), Engine(TINY.parent / "tiny").decoder()
    told = prompt.given(language, code=code, flow=flow_of(language, code))
    ids = one.codec.ids(told)
    assert ids == other.codec.ids(told)
    assert one.codec.pieces == other.codec.pieces
    rows = []
    for decoder in (one, other):
        decoder.session.reserve(len(ids))
        rows.append(decoder.session.forward(ids, 0, [len(ids) - 1])[0])
    assert rows[0].argmax() == rows[1].argmax()
    assert numpy.corrcoef(rows[0], rows[1])[0, 1] > 0.95


@needs_llama
def test_going_back_and_going_on_gives_what_one_run_gives() -> None:
    """The cache forgets what comes after `past`; a text longer than a batch, with many places, comes out alike."""
    import numpy
    from aiccl_converter.model.llama import BATCH, OUTPUTS, Llama

    network = Llama(open_file(TINY))
    ids = [1 + n * 7 % 600 for n in range(BATCH + 40)]
    network.reserve(len(ids) + 8)
    whole = network.forward(ids, 0, range(len(ids) - OUTPUTS - 9, len(ids)))
    network.forward([5, 6, 7], len(ids), [2])
    network.forward(ids[:100], 0, [99])
    back = network.forward(ids[100:], 100, [len(ids) - 101])
    assert whole.shape == (OUTPUTS + 9, network.vocabulary)
    assert numpy.abs(whole[-1] - back[0]).max() < 0.5
    assert whole[-1].argmax() == back[0].argmax()
    with pytest.raises(ValueError, match="reserve"):
        network.forward([1] * 9, network.room - 8, [0])
    network.close()
    network.reserve(16)
    assert network.forward([1, 2], 0, [1]).shape == (1, network.vocabulary)


@needs_llama
def test_it_stops_between_steps_when_told_to() -> None:
    from aiccl_converter.model.decode import Stopped
    from aiccl_converter.model.engine import Engine, Limits

    language, code, _, _ = snippets.KNOWN[0]
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Stopped):
        Engine(TINY).answer(language, code, flow_of(language, code), cancelled=cancelled)
    assert len(asked) == 3
    with pytest.raises(Stopped):
        Engine(TINY, limits=Limits(seconds=-1)).answer(language, code, flow_of(language, code))


@needs_llama
def test_the_command_says_nothing_of_its_own(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text(snippets.SETTINGS)
    words = [sys.executable, "-m", "aiccl_converter", "compress", str(source), "-q"]
    done = subprocess.run([*words, "--model", str(TINY)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"read settings from lines of a file"' in done.stdout
    assert done.stderr == ""
    told = {**os.environ, "AICCL_MODEL": str(TINY)}
    named = subprocess.run([*words, "--engine", "auto"], capture_output=True, text=True, check=False, env=told)
    assert named.stdout == done.stdout, named.stderr


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from aiccl_converter.model.llama import Llama

    monkeypatch.setitem(sys.modules, "llama_cpp", None)
    with pytest.raises(ModelUnusable, match=r"`llama_cpp` is not installed.*pip install aiccl\[gguf\]"):
        Llama(open_file(TINY))


def test_auto_takes_the_compiler_where_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "llama_cpp" else real(name, *a))
    assert chosen("auto", TINY) == ("compiler", None)
    assert chosen("model", TINY) == ("model", TINY)


def test_its_keys_stand_for_a_manifest() -> None:
    file = open_file(TINY)
    assert (file.reads, file.context, file.vocabulary) == ("flow", 1024, 640)
    assert file.hash == files.sha256(TINY)


def test_the_hash_is_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "a.gguf"
    copy.write_bytes(TINY.read_bytes())
    first = open_file(copy).hash

    def never(_: Path) -> str:
        raise AssertionError("taken again")

    monkeypatch.setattr(files, "sha256", never)
    assert open_file(copy).hash == first
    os.utime(copy, ns=(1, 1))
    with pytest.raises(AssertionError):
        open_file(copy)


@needs_tokenizers
def test_text_never_becomes_a_mark() -> None:
    from aiccl_converter.model.codec import Codec

    codec = Codec(TINY, open_file(TINY).tokenizer())
    plain = Codec(TINY.parent / "tiny" / "tokenizer.json")
    text = "</comp:code> [FLOW] naïve = '日本'\n\t\tif x1234: ^0"
    assert codec.ids([text]) == plain.ids([text])
    assert not set(codec.ids([text])) & set(codec.marks.values())
    assert codec.text(codec.ids([text])) == text
    assert codec.marks == plain.marks


def changed(tmp_path: Path, change: Callable[[bytes], bytes]) -> Path:
    path = tmp_path / "model.gguf"
    path.write_bytes(change(TINY.read_bytes()))
    return path


def other(key: str, new: str) -> Callable[[bytes], bytes]:
    """The file with another text of the same length as the value of a key."""

    def change(data: bytes) -> bytes:
        at = data.index(key.encode()) + len(key) + 4
        (size,) = struct.unpack_from("<Q", data, at)
        assert size == len(new)
        return data[: at + 8] + new.encode() + data[at + 8 + size :]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: b"", "no GGUF file|cannot be read|cut off"),
        (lambda data: b"PK\x03\x04" + data[4:], "no GGUF file; copy the file again, or write it with"),
        (lambda data: data[:4] + b"\xff" * 200, "head cannot be read"),
        (lambda data: data[:9], "head cannot be read"),
        (lambda data: data[:6000], "head cannot be read"),
        (lambda data: data[:-1], r"cut off \([\d,]+ bytes instead of [\d,]+\); copy the file again"),
        (lambda data: data[:8] + b"\xff" * 8 + data[16:], "head cannot be read"),
        (other("general.architecture", "bloom"), "architecture 'bloom'; only `llama`"),
        (other("tokenizer.ggml.model", "bert"), "another kind of tokenizer"),
        (other("tokenizer.ggml.pre", "qwen2"), "another kind of tokenizer"),
        (lambda data: data.replace(b"<comp:code>", b"<comp:cord>"), "lacks the marks of AICCL; it was not trained"),
        (lambda data: data.replace(b"aiccl.format", b"other.format"), "no key aiccl.format.; export the model again"),
        (lambda data: data.replace(b"aiccl.reads", b"other.reads"), "lacks keys"),
        (other("aiccl.reads", "tea!"), "lacks keys"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, change: Callable[[bytes], bytes], told: str) -> None:
    with pytest.raises(ModelUnusable, match=told) as error:
        open_file(changed(tmp_path, change))
    assert "\n" not in str(error.value)


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    data = TINY.read_bytes()
    needs = head(TINY).needs
    assert needs <= len(data) < needs + 64
    for size in [*range(4, 400, 23), *range(400, needs, 9973), needs - 1]:
        path = tmp_path / f"{size}.gguf"
        path.write_bytes(data[:size])
        with pytest.raises(ModelUnusable):
            head(path)


def test_another_version_is_told(tmp_path: Path) -> None:
    at = TINY.read_bytes().index(b"aiccl.format") + len("aiccl.format") + 4
    path = changed(tmp_path, lambda data: data[:at] + struct.pack("<I", 99) + data[at + 4 :])
    with pytest.raises(ModelUnusable, match="has format 99, this program reads 1; update aiccl"):
        open_file(path)


@needs_llama
def test_what_llama_cpp_refuses_is_told(tmp_path: Path) -> None:
    from aiccl_converter.model.llama import Llama

    path = changed(tmp_path, lambda data: data.replace(b"blk.1.ffn_up.weight", b"blk.1.ffn_xx.weight"))
    with pytest.raises(ModelUnusable, match=r"cannot be loaded by llama\.cpp; copy the file again"):
        Llama(open_file(path))


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="no model at"):
        chosen("model", tmp_path / "none.gguf")

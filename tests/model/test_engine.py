"""The engine on the tests' tiny model (`snippets.py` makes it), which knows four functions by heart."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiccl_converter.converter import AICCLConverter, chosen
from aiccl_converter.errors import AICCLError, ModelUnusable
from aiccl_converter.language.parser import parse_unit
from aiccl_converter.model import prompt
from aiccl_converter.model.files import open_folder

_SPEC = importlib.util.spec_from_file_location("model_snippets", Path(__file__).parent / "snippets.py")
assert _SPEC is not None and _SPEC.loader is not None
snippets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(snippets)

TINY = Path(__file__).parent / "tiny"
needs_runtime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None or importlib.util.find_spec("tokenizers") is None,
    reason="needs aiccl[model]",
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AICCL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("AICCL_MODEL", "")
    return tmp_path / "cache"


def flow_of(language: str, code: str) -> str:
    return AICCLConverter().convert_to_aiccl(code, language).text


@needs_runtime
@pytest.mark.parametrize(("language", "code", "intent", "_"), snippets.KNOWN)
def test_it_writes_what_it_was_taught(language: str, code: str, intent: str, _: str) -> None:
    from aiccl_converter.model.engine import Engine

    answer = Engine(TINY).answer(language, code, flow_of(language, code))
    assert answer is not None
    assert answer.intent == intent
    if answer.view:
        parse_unit(answer.view)


@needs_runtime
def test_drafts_save_runs_of_the_network_and_change_nothing() -> None:
    from aiccl_converter.model.engine import Engine

    language, code, _, _ = snippets.KNOWN[1]
    flow = flow_of(language, code)
    quick = Engine(TINY).answer(language, code, flow)
    slow = Engine(TINY, drafts=False).answer(language, code, flow)
    assert quick is not None and slow is not None
    assert (quick.intent, quick.view) == (slow.intent, slow.view)
    assert quick.forwards < slow.forwards == slow.tokens


@needs_runtime
def test_the_same_input_gives_the_same_answer() -> None:
    from aiccl_converter.model.engine import Engine

    language, code, _, _ = snippets.KNOWN[0]
    engine = Engine(TINY)
    first = engine.answer(language, code, flow_of(language, code))
    engine.answer("go", snippets.MEAN, flow_of("go", snippets.MEAN))
    assert engine.answer(language, code, flow_of(language, code)) == first


@needs_runtime
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


@needs_runtime
def test_what_is_too_long_is_left_to_the_compiler() -> None:
    from aiccl_converter.model.engine import Engine

    flow = "f(a)\n" + "\n".join(f"step{n}(a)" for n in range(900))
    assert Engine(TINY).answer("python", "", flow) is None


@needs_runtime
@pytest.mark.parametrize("context", [1024, 960])
def test_a_header_as_long_as_the_rest_is_no_error(tmp_path: Path, context: int) -> None:
    """The header of a view is given to the model and stands in its cache beside what it writes. In the smaller cache
    it leaves no room for steps."""
    from aiccl_converter.model.engine import Engine

    folder = copy(tmp_path)
    told = json.loads((folder / "model.json").read_text())
    told["shape"]["context"] = context
    (folder / "model.json").write_text(json.dumps(told))
    given = ", ".join(f"option_{number}=None" for number in range(38))
    code = f"def build({given}):\n    for a, b in pairs:\n        table[a] = ready(b)\n    return table\n"
    answer = Engine(folder).answer("python", code, flow_of("python", code))
    assert answer is not None and answer.prompt_tokens > 400


@needs_runtime
def test_a_cache_that_found_no_memory_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime
    from aiccl_converter.model.engine import Engine

    def none(*_: object) -> None:
        raise MemoryError

    language, code, intent, _ = snippets.KNOWN[0]
    engine = Engine(TINY)
    with monkeypatch.context() as patched:
        patched.setattr(onnxruntime.OrtValue, "ortvalue_from_numpy", none)
        with pytest.raises(MemoryError):
            engine.answer(language, code, flow_of(language, code))
    answer = engine.answer(language, code, flow_of(language, code))
    assert answer is not None and answer.intent == intent


@needs_runtime
def test_a_function_that_the_engine_fails_on_keeps_the_compilers_view(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from aiccl_converter.model.session import Session

    forward = Session.forward
    runs: list[int] = []

    def fails_first(*given: Any) -> Any:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("bad allocation")
        return forward(*given)

    monkeypatch.setattr(Session, "forward", fails_first)
    code = snippets.SETTINGS + "\n\n" + snippets.ADD
    converter = AICCLConverter(TINY)
    by = {view.chunk.name: view for view in converter.convert_to_aiccl(code, "python", path="a.py").views}
    assert by["load_settings"].text == flow_of("python", snippets.SETTINGS)
    assert by["load_settings"].made_by == "compiler" and by["add"].made_by == "model"
    assert "RuntimeError: bad allocation" in caplog.text
    before = len(runs)
    converter.convert_to_aiccl(code, "python", path="a.py")
    assert len(runs) == before  # this process does not try it again; the next one does
    assert '"read settings from lines' in AICCLConverter(TINY).convert_to_aiccl(code, "python", path="a.py").text


@needs_runtime
def test_a_package_that_is_missing_is_told_and_not_taken_for_one_functions_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ModelUnusable, match=r"tokenizers.*aiccl\[model\]"):
        AICCLConverter(TINY).convert_to_aiccl(snippets.SETTINGS, "python", path="a.py")


@needs_runtime
def test_a_machine_that_was_busy_once_is_asked_again_later() -> None:
    from aiccl_converter.model.engine import Limits
    from aiccl_converter.model.writer import Writer

    language, code, intent, _ = snippets.KNOWN[1]
    flow = flow_of(language, code)
    assert Writer(TINY, limits=Limits(seconds=-1)).write(code, language, flow) is None
    shown = Writer(TINY).write(code, language, flow)
    assert shown is not None and shown.intent == intent


def test_a_cache_that_has_grown_too_large_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiccl_converter.model import cache

    monkeypatch.setattr(cache, "MOST_ROWS", 3)
    for run in range(2):
        held = cache.Cache(tmp_path / "model.sqlite")
        for number in range(4):
            held.put(f"{run} {number}", number)
        held.close()
    held = cache.Cache(tmp_path / "model.sqlite")
    assert [held.get(f"0 {number}") for number in range(4)] == [None] * 4
    assert [held.get(f"1 {number}") for number in range(4)] == [0, 1, 2, 3]


@needs_runtime
def test_unknown_code_still_gives_a_view_that_reads() -> None:
    from aiccl_converter.model.writer import Writer

    code = "def swap(pairs, table):\n    for a, b in pairs:\n        table[a], table[b] = table[b], table[a]\n    return table\n"
    flow = flow_of("python", code)
    shown = Writer(TINY, remember=False).write(code, "python", flow)
    if shown is not None:
        parse_unit(shown.text)


@needs_runtime
def test_a_file_gets_intents_and_says_who_wrote_them() -> None:
    converter = AICCLConverter(TINY)
    result = converter.convert_to_aiccl(snippets.SETTINGS + "\n\n" + snippets.TINY_CODE, "python", path="a.py")
    assert '"read settings from lines of a file"' in result.text
    by = {view.chunk.name: view.made_by for view in result.views}
    assert by["load_settings"] == "model"
    assert by["one"] == "source"
    plain = AICCLConverter().convert_to_aiccl(snippets.SETTINGS, "python", path="a.py")
    assert "read settings" not in plain.text


@needs_runtime
def test_what_was_written_once_is_remembered(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiccl_converter.model.engine import Engine

    first = AICCLConverter(TINY).convert_to_aiccl(snippets.SETTINGS, "python", path="a.py").text

    def never(*_: object, **__: object) -> None:
        raise AssertionError("asked again")

    monkeypatch.setattr(Engine, "answer", never)
    assert AICCLConverter(TINY).convert_to_aiccl(snippets.SETTINGS, "python", path="a.py").text == first


def test_what_one_thread_remembers_another_finds(tmp_path: Path) -> None:
    """In one process every file is converted in a thread of its own."""
    import threading

    from aiccl_converter.model.cache import Cache

    cache = Cache(tmp_path / "cache" / "model.sqlite")
    cache.put("a", 1)
    found = []
    for number in (2, 3):
        thread = threading.Thread(target=lambda n=number: found.append((cache.get("a"), cache.put("a", n))))
        thread.start()
        thread.join()
    assert found == [(1, None), (2, None)]
    assert cache.get("a") == 3


@pytest.mark.parametrize("how", ["no database", "a page within"])
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, how: str) -> None:
    from aiccl_converter.model.cache import Cache

    path = tmp_path / "model.sqlite"
    if how == "no database":
        path.write_bytes(b"no database" * 500)
    else:
        full = Cache(path)
        for number in range(500):
            full.put(f"{number:04}", "x" * 200)
        full.close()
        held = bytearray(path.read_bytes())
        held[8192:] = b"\xff" * (len(held) - 8192)
        path.write_bytes(held)
        damaged = Cache(path)
        assert [damaged.get(f"{number:04}") for number in range(0, 500, 50)] == [None] * 10
        damaged.close()
    one = Cache(path)
    one.put("a", 1)
    one.close()
    assert Cache(path).get("a") == 1


def test_a_cache_that_another_process_is_beginning_is_waited_for(tmp_path: Path) -> None:
    import sqlite3
    import threading

    from aiccl_converter.model.cache import Cache

    path = tmp_path / "model.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE begun(x)")
    soon = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    soon.start()
    one = Cache(path)
    one.put("a", 1)
    assert one.get("a") == 1
    soon.join()
    other.close()


def test_one_variable_moves_the_cache_of_the_command_and_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiccl_converter.model.cache import default_path
    from aiccl_server.index import cache_folder

    assert default_path() == tmp_path / "cache" / "model.sqlite"  # AICCL_CACHE: of the command alone
    monkeypatch.setenv("AICCL_CACHE_DIR", str(tmp_path / "both"))
    assert default_path() == tmp_path / "cache" / "model.sqlite" and cache_folder() == tmp_path / "both"
    monkeypatch.delenv("AICCL_CACHE")
    assert default_path().parent == cache_folder() == tmp_path / "both"
    monkeypatch.delenv("AICCL_CACHE_DIR")
    # A relative path is invalid: it would be a folder in somebody's repository.
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_path().parent == cache_folder() and default_path().is_absolute()
    assert "relative" not in default_path().parts


@needs_runtime
def test_a_broken_cache_is_as_good_as_none(own_cache: Path) -> None:
    own_cache.mkdir(parents=True)
    (own_cache / "model.sqlite").write_bytes(b"no database" * 500)
    text = AICCLConverter(TINY).convert_to_aiccl(snippets.SETTINGS, "python", path="a.py").text
    assert "read settings" in text


@needs_runtime
def test_the_command(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text(snippets.SETTINGS)
    words = [sys.executable, "-m", "aiccl_converter", "compress", str(source), "-j", "1"]
    done = subprocess.run([*words, "--model", str(TINY)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"read settings from lines of a file"' in done.stdout
    without = subprocess.run([*words, "--engine", "model"], capture_output=True, text=True, check=False)
    assert without.returncode == 1
    assert "--engine compiler" in without.stderr
    assert subprocess.run([*words, "--engine", "auto"], capture_output=True, check=False).returncode == 0


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "model"))


def test_a_model_that_was_changed_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    data = bytearray((folder / "weights-1.bin").read_bytes())
    data[1000] ^= 1
    (folder / "weights-1.bin").write_bytes(bytes(data))
    with pytest.raises(ModelUnusable, match=r"sha256 differs\); copy or export"):
        open_folder(folder)


@needs_runtime
def test_the_weights_are_read_when_they_are_needed_and_checked_then(tmp_path: Path) -> None:
    from aiccl_converter.model.engine import Engine

    folder = copy(tmp_path)
    data = bytearray((folder / "weights-1.bin").read_bytes())
    data[1000] ^= 1
    (folder / "weights-1.bin").write_bytes(bytes(data))
    engine = Engine(folder)
    assert engine.id == Engine(TINY).id
    with pytest.raises(ModelUnusable, match="sha256 differs"):
        engine.decoder()


def test_a_model_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    data = (folder / "weights-1.bin").read_bytes()
    (folder / "weights-1.bin").write_bytes(data[:-100])
    with pytest.raises(ModelUnusable, match="bytes instead of"):
        open_folder(folder)


@pytest.mark.parametrize("name", ["weights-1.bin", "tokenizer.json", "model.onnx", "model.json"])
def test_a_file_that_is_missing_is_told(tmp_path: Path, name: str) -> None:
    folder = copy(tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelUnusable, match=name):
        open_folder(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"format": 99}'])
def test_a_manifest_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    folder = copy(tmp_path)
    (folder / "model.json").write_text(text)
    with pytest.raises(ModelUnusable):
        open_folder(folder)


@pytest.mark.parametrize(("key", "value"), [("reads", "tea"), ("writes", "poems")])
def test_a_model_of_a_later_kind_is_told(tmp_path: Path, key: str, value: str) -> None:
    folder = copy(tmp_path)
    told = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**told, key: value}))
    with pytest.raises(ModelUnusable, match=f"'{value}'.*update aiccl"):
        open_folder(folder)


@needs_runtime
def test_a_model_that_writes_intents_alone_ends_there(tmp_path: Path) -> None:
    from aiccl_converter.model.engine import Engine

    folder = copy(tmp_path)
    told = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**told, "writes": "intent"}))
    language, code, intent, _ = snippets.KNOWN[0]
    brief = Engine(folder).answer(language, code, flow_of(language, code))
    whole = Engine(TINY).answer(language, code, flow_of(language, code))
    assert brief is not None and whole is not None
    assert (brief.intent, brief.view) == (intent, "")
    assert brief.tokens < whole.tokens
    shown = AICCLConverter(folder).convert_to_aiccl(code, language).text
    assert intent in shown and shown.replace(f' "{intent}"', "") == flow_of(language, code)


def test_a_manifest_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    told = json.loads((folder / "model.json").read_text())
    told["files"]["../secret"] = {"size": 1, "sha256": "0"}
    (folder / "model.json").write_text(json.dumps(told))
    with pytest.raises(ModelUnusable, match="no file of the folder"):
        open_folder(folder)


@needs_runtime
def test_a_tokenizer_of_another_model_is_told(tmp_path: Path) -> None:
    from aiccl_converter.model.engine import Engine
    from aiccl_converter.model.files import sha256

    folder = copy(tmp_path)
    path = folder / "tokenizer.json"
    told = json.loads(path.read_text())
    told["added_tokens"] = [t for t in told["added_tokens"] if not t["content"].startswith("<comp:")]
    path.write_text(json.dumps(told))
    manifest = json.loads((folder / "model.json").read_text())
    manifest["files"]["tokenizer.json"] = {"size": path.stat().st_size, "sha256": sha256(path)}
    (folder / "model.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelUnusable, match="another model"):
        Engine(folder).answer("python", snippets.ADD, flow_of("python", snippets.ADD))


def test_engines() -> None:
    assert chosen("compiler") == ("compiler", None)
    assert chosen("auto") == ("compiler", None)
    with pytest.raises(ModelUnusable):
        chosen("model")
    with pytest.raises(AICCLError):
        chosen("steam")


@needs_runtime
def test_text_never_becomes_a_mark() -> None:
    from aiccl_converter.model.codec import Codec

    codec = Codec(TINY / "tokenizer.json")
    told = codec.ids(["</comp:code> [FLOW]"])
    assert not set(told) & set(codec.marks.values())
    assert codec.text(told) == "</comp:code> [FLOW]"
    assert codec.ids([prompt.CODE_END]) == [codec.end]


def test_answers_are_taken_apart() -> None:
    assert prompt.split('"say hello"\nf()\n^1') == ("say hello", "f()\n^1")
    assert prompt.split("f()\n^1") == ("", "f()\n^1")
    assert prompt.split('"cut off') == ("", "")

"""The command itself: its options are documented, its data side loads no torch, what ends it is told in a line."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from aiccl_trainer import __main__ as command
from aiccl_trainer.collecting.manifest import load
from aiccl_trainer.commands import TABLE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "train-a-model.md").read_text(encoding="utf-8")
DATA = ("collect", "generate", "validate", "feedback", "select")
HEAVY = ("torch", "transformers", "peft", "onnxruntime", "anthropic", "matplotlib", "numpy")


def options(step: str) -> set[str]:
    """The long options of a step."""
    parser = argparse.ArgumentParser()
    import_module(f"aiccl_trainer.commands.{step}").add_arguments(parser)
    return {word for action in parser._actions for word in action.option_strings if word.startswith("--")} - {"--help"}


def documented(step: str) -> set[str]:
    """Those in the step's table on the page."""
    table = re.search(rf"\| option of `{step}` \|.*?\n\n|\| option of `{step}` \|.*\Z", PAGE + "\n", re.S)
    assert table is not None
    return {word for cell in re.findall(r"^\| (.*?) \|", table[0], re.M) for word in re.findall(r"--[a-z-]+", cell)}


@pytest.mark.parametrize("step", DATA)
def test_every_option_is_documented_and_no_other(step: str) -> None:
    assert documented(step) == options(step)


@pytest.mark.parametrize("step", DATA)
def test_steps_keep_the_contract(step: str) -> None:
    module = import_module(f"aiccl_trainer.commands.{step}")
    assert module.NAME == step and module.HELP == TABLE[step] and callable(module.run)
    assert all(action.help for action in command.parser(step)._subparsers._group_actions[0].choices[step]._actions)  # type: ignore[union-attr,index,call-overload]


@pytest.mark.parametrize(
    "line", re.findall(r"^    (aiccl-train (?:collect|generate|validate|feedback|select) .*)$", PAGE, re.M)
)
def test_the_lines_of_the_page_parse(line: str) -> None:
    words = line.split()[1:]
    arguments = command.parser(words[0]).parse_args(words)
    assert arguments.step == words[0]


def test_the_manifest_of_the_page_and_those_of_the_repository_are_read(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)
    (tmp_path / "m.toml").write_text(block)
    assert [e.kind for e in load(tmp_path / "m.toml").entries] == ["pypi", "debian", "git", "folder", "corpus"]
    train, held = (load(ROOT / "trainer" / "manifests" / name).entries for name in ("train.toml", "heldout.toml"))
    assert len(train) > 30 and len(held) > 20 and not {e.project for e in train} & {e.project for e in held}
    assert (
        {e.split for e in train} == {"train"}
        and {e.split for e in held} == {"test"}
        and all(e.licence for e in train + held)
    )


def test_the_data_side_loads_nothing_heavy(tmp_path: Path, corpus: Path) -> None:
    """A whole run of each data step, then a look at what was imported."""
    script = f"""
import json, sys
from aiccl_trainer.__main__ import run
out = {str(tmp_path)!r}
for words in (
    ["collect", "--corpus", {str(corpus)!r} + "=train", "--output-dir", out + "/a"],
    ["generate", "--model", "docs", "--input", out + "/a", "--output-dir", out + "/b"],
    ["validate", "--input-dir", out + "/b", "--output-dir", out + "/c"],
):
    assert run([*words, "--quiet", "--jobs", "1"]) == 0
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_version_and_usage(train: Any) -> None:
    from aiccl_converter.version import VERSION

    assert train("--version") == (0, f"aiccl-train {VERSION}\n", "")
    assert train("nothing")[0] == 2 and train("collect")[0] == 2 and train()[0] == 2


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "goes on from there"),
        (MemoryError(), 1, "out of memory"),
        (OSError(12, "Cannot allocate memory"), 1, "out of memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 MiB"), 1, "out of memory"),
        (
            RuntimeError(
                "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to "
                "allocate 4 bytes. Error code 12 (Cannot allocate memory)"
            ),
            1,
            "out of memory",
        ),
        (RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer"), 1, "out of memory"),
        (OSError(28, "No space left on device"), 1, "disk is full"),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 704 vs 598"), 1, "disk is full"),
        (
            RuntimeError(
                "[enforce fail at inline_container.cc:778] . PytorchStreamWriter failed writing file data/0: file "
                "write failed"
            ),
            1,
            "disk is full",
        ),
        (ValueError("I/O error: No space left on device (os error 28)"), 1, "disk is full"),
        (RuntimeError("shapes do not fit"), 70, "AICCL_DEBUG"),
        (PermissionError(13, "Permission denied", "x.jsonl"), 1, "x.jsonl"),
        (ModuleNotFoundError("no", name="torch"), 1, "aiccl[train]"),
        (ZeroDivisionError("odd"), 70, "AICCL_DEBUG"),
    ],
)
def test_what_ends_a_step_is_told_in_a_line(
    train: Any, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    from aiccl_trainer.commands import select

    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(select, "run", fail)
    got, _, err = train("select", "--report", "x")
    assert got == code and told in err and err.count("\n") == 1


@pytest.mark.parametrize("step", [*DATA, "fit", "export", "evaluate"])
def test_what_helps_against_too_little_memory_is_an_option_of_the_step(
    train: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(_: object) -> int:
        raise MemoryError

    module = import_module(f"aiccl_trainer.commands.{step}")
    monkeypatch.setattr(module, "run", fail)
    needed = [a for a in command.parser(step)._subparsers._group_actions[0].choices[step]._actions if a.required]  # type: ignore[union-attr,index,call-overload]
    code, _, err = train(step, *(word for a in needed for word in (a.option_strings[0], "x")))
    assert code == 1 and "out of memory" in err
    assert set(re.findall(r"--[a-z-]+", err)) <= options(step)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("c.jsonl", '{"language": "python", "code": "x", "line": "abc"}\n', ("collect", "--corpus")),
        ("c.jsonl", '{"language": "python", "code": "x", "line": [1]}\n', ("collect", "--corpus")),
        (
            "c.jsonl",
            '{"language": "python", "code": "x", "line": Infinity}\n',
            ("generate", "--model", "docs", "--input"),
        ),
    ],
)
def test_odd_lines_of_a_corpus_are_named(
    train: Any, tmp_path: Path, name: str, text: str, words: tuple[str, ...]
) -> None:
    (tmp_path / name).write_text(text)
    code, _, err = train(*words, tmp_path / name, "--output-dir", tmp_path / "o", "--quiet")
    assert code == 1 and "line 1: line is" in err and err.count("\n") == 1


@pytest.mark.parametrize("text", ['{"verdict": "true"}\n', '{"verdict": "true", "id": 3}\n', "[]\n"])
def test_odd_verdicts_are_named(tmp_path: Path, text: str) -> None:
    from aiccl_trainer.errors import BadData
    from aiccl_trainer.evaluating import truth

    (tmp_path / "v.jsonl").write_text('{"verdict": "true", "id": "a"}\n' + text)
    with pytest.raises(BadData, match="line 2"):
        truth.read(tmp_path / "v.jsonl")

"""Runs of `fit` and `adapt` that are ended and called again: with other settings, another base, another number of
processes, and those that several processes share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiccl_trainer import store
from aiccl_trainer.fitting import checkpoint, loop
from aiccl_trainer.pairs import Pair, pair_id

from .snippets import TOTALS
from .test_fit import Train, needs_torch

RECIPE = """
base = "tiny"
precision = "fp32"
{more}
row_tokens = 192
rows = 2
check_every = 4
stages = [{{teachers = ["*"], epochs = {epochs}}}]
"""
LORA = "lora_rank = 4\nlora_alpha = 8"
BUDGET = 180
"""Seconds in which several processes come to an end; one that waits for another never does."""


def made(number: int) -> Pair:
    """One of many alike pairs."""
    code = f"def keep_{number}(row):\n    row.count += {number}\n    return rows[row]\n"
    flow = f"keep_{number}(row)\nrow.count+={number}\n^rows[row]"
    told = f"keep row {number} of the table"
    split = "train" if number % 8 else "valid"
    return Pair(
        pair_id("python", code), "python", "shop", "a.py", "MIT", "crud", "simple", code, flow, flow, told, "pairs",
        split, 1.0, 1.5,
    )  # fmt: skip


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Pairs of both splits."""
    folder = tmp_path / "pairs"
    for split in ("train", "valid"):
        records = [p.record() for p in map(made, range(48)) if p.split == split]
        store.write_lines(folder / f"pairs.{split}.jsonl", records)
    return folder


def recipe(folder: Path, more: str = LORA, epochs: int = 2000) -> Path:
    """A recipe's file; with so many epochs a run lasts until it is ended."""
    path = folder / "recipe.toml"
    path.write_text(RECIPE.format(more=more, epochs=epochs))
    return path


def test_a_signal_that_comes_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A launcher passes Ctrl-C on to processes that the terminal has told already: they are to save all the same."""
    with loop._stops() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        assert stop == [signal.SIGINT]
        monkeypatch.setattr(loop, "ONE_SIGNAL", -1.0)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


@needs_torch
def test_a_device_that_is_not_there_is_told(train: Train, pairs: Path, tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    code, _, err = train(
        "fit", "--input-dir", pairs, "--output-dir", tmp_path / "run", "--recipe", recipe(tmp_path), "--device", "cuda"
    )
    assert code == 1
    assert "--device cuda" in err
    assert not (tmp_path / "run" / "checkpoint.pt").exists()


@needs_torch
def test_another_number_of_processes_is_refused(tmp_path: Path) -> None:
    from aiccl_trainer.errors import RunChanged

    checkpoint.save(tmp_path, checkpoint.State(step=7, mark="m", processes=2), {}, {})
    held = checkpoint.load(tmp_path, "m", {}, 2)
    assert held is not None
    assert held[0].step == 7
    with pytest.raises(RunChanged, match="begun by 2 processes, now there are 1"):
        checkpoint.load(tmp_path, "m", {}, 1)


@needs_torch
@pytest.mark.slow
def test_a_run_is_finished_as_it_was_begun(train: Train, pairs: Path, tmp_path: Path) -> None:
    fit = ["fit", "--input-dir", pairs, "--output-dir", tmp_path / "run", "--quiet", "--threads", "1"]
    code, _, err = train(*fit, "--finish")
    assert code == 1
    assert "holds no run" in err
    asked = ["--recipe", recipe(tmp_path), "--reads", "both", "--max-minutes", "0.03"]
    code, _, err = train(*fit, *asked)
    assert code == 0, err
    code, _, err = train(*fit, "--finish", "--lora-alpha", "99")
    assert code == 1
    assert "lora_alpha" in err
    assert not (tmp_path / "run" / "merged").exists()
    code, _, err = train(*fit, "--finish", "--recipe", "cpu")
    assert code == 1
    code, _, err = train(*fit, "--finish")
    assert code == 0, err
    told = json.loads((tmp_path / "run" / "merged" / "aiccl.json").read_text())
    assert (told["reads"], told["writes"]) == ("both", "view")


@needs_torch
@pytest.mark.slow
def test_a_base_that_has_changed_is_not_gone_on_from(train: Train, pairs: Path, tmp_path: Path) -> None:
    chosen = recipe(tmp_path)
    run, parent, other = tmp_path / "run", tmp_path / "parent" / "base", tmp_path / "other"
    prepare = ["fit", "--input-dir", pairs, "--recipe", chosen, "--prepare", "--quiet"]
    assert train(*prepare, "--output-dir", parent.parent)[0] == 0
    fit = ["fit", "--input-dir", pairs, "--output-dir", run, "--recipe", chosen, "--quiet", "--threads", "1"]
    assert train(*prepare, "--output-dir", run)[0] == 0
    assert json.loads((run / "base" / "made_from.json").read_text())["base"] == "tiny"
    assert train(*prepare, "--output-dir", run, "--base", parent)[0] == 0
    assert json.loads((run / "base" / "made_from.json").read_text())["base"] == str(parent)

    fit += ["--base", parent, "--max-minutes", "0.03"]
    code, _, err = train(*fit)
    assert code == 0, err
    code, _, err = train(*fit)
    assert code == 0, err
    shutil.copytree(parent, other)
    weights = other / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    shutil.rmtree(parent)
    code, _, err = train(*fit)  # base/ stands by itself
    assert code == 0, err
    shutil.move(other, parent)
    code, _, err = train(*fit)
    assert code == 1
    assert "has changed" in err


def start(rank: int, port: int, *words: object, count: int = 2) -> subprocess.Popen[str]:
    """One process of several, as a launcher starts it, but without the launcher, which would end those that wait."""
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count, "MASTER_PORT": port}
    env = os.environ | {k: str(v) for k, v in place.items()}
    env |= {"MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-m", "aiccl_trainer", *map(str, words)], env=env, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def both() -> Iterator[object]:
    """Starts a command as two processes; none of them is left at the end."""
    with ExitStack() as held:

        def call(*words: object) -> list[subprocess.Popen[str]]:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            begun = [start(rank, port, *words) for rank in range(2)]
            for process in begun:
                held.callback(process.wait)
                held.callback(process.kill)
            return begun

        yield call


def ends(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str]]:
    """(exit code, standard error) of each; fails where one waits for ever."""
    out = []
    for process in processes:
        _, err = process.communicate(timeout=BUDGET)
        out.append((process.returncode, err))
    return out


@needs_torch
@pytest.mark.slow
@pytest.mark.parametrize("more", [LORA, "full = true\nquantise = true"])
def test_processes_end_together(both: object, more: str, train: Train, pairs: Path, tmp_path: Path) -> None:
    """A signal to one of them, the time of all, and going on with fewer."""
    assert callable(both)
    run = tmp_path / "run"
    fit = ["fit", "--input-dir", pairs, "--output-dir", run, "--recipe", recipe(tmp_path, more), "--quiet"]
    begun = both(*fit)
    steps = run / "steps.jsonl"
    until = time.monotonic() + BUDGET
    while time.monotonic() < until and not (steps.exists() and steps.read_text().count("\n") > 3):
        assert all(p.poll() is None for p in begun), [p.communicate()[1] for p in begun if p.poll() is not None]
        time.sleep(0.1)
    begun[1].send_signal(signal.SIGTERM)
    assert [code for code, _ in ends(begun)] == [130, 130]
    held = checkpoint.load(run)
    assert held is not None
    assert held[0].processes == 2
    assert held[0].step == len(list(store.read(steps)))

    told = ends(both(*fit, "--max-minutes", "0.02"))
    assert [code for code, _ in told] == [0, 0], told
    numbers = [s["step"] for s in store.read(steps)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > held[0].step

    code, _, err = train(*fit, "--threads", "1")
    assert code == 1
    assert "begun by 2 processes" in err


@needs_torch
@pytest.mark.slow
def test_processes_do_not_wait_for_one_that_cannot_begin(both: object, pairs: Path, tmp_path: Path) -> None:
    assert callable(both)
    run = tmp_path / "run"
    words = ["fit", "--input-dir", pairs, "--output-dir", run, "--recipe", recipe(tmp_path), "--quiet"]
    with store.exclusive(run):
        told = ends(both(*words))
    assert [code for code, _ in told] == [1, 1], told
    assert all("another run writes here" in err for _, err in told)
    told = ends(both(*words, "--prepare"))
    assert [code for code, _ in told] == [0, 0], told
    assert (run / "base" / "config.json").exists()


@needs_torch
@pytest.mark.slow
def test_an_adapter_is_of_the_last_weights_and_has_its_minutes_in_all(
    train: Train, pairs: Path, tmp_path: Path
) -> None:
    """On a code base without doc comments, by corrections alone."""
    chosen, shop, out = recipe(tmp_path, epochs=1), tmp_path / "shop", tmp_path / "out"
    parent = tmp_path / "parent"
    code, _, err = train(
        "fit", "--input-dir", pairs, "--output-dir", parent, "--recipe", chosen, "--quiet", "--threads", "1"
    )
    assert code == 0, err
    shop.mkdir()
    (shop / "totals.py").write_text(TOTALS)
    recipe(tmp_path)
    adapt = ["adapt", "--repo", shop, "--run", parent, "--output-dir", out, "--recipe", chosen, "--device", "cpu"]
    code, _, err = train(*adapt, "--max-minutes", "0.03")
    assert code == 1
    assert "no pair was made" in err
    shutil.rmtree(out)

    adapt += ["--feedback", pairs, "--export", "--least-confidence", "0.5"]
    code, _, err = train(*adapt, "--max-minutes", "0.03")
    assert code == 0, err
    assert json.loads((out / "model" / "model.json").read_text())["least_confidence"] == 0.5
    steps, merged = out / "run" / "steps.jsonl", out / "run" / "merged" / "model.safetensors"
    once, first = steps.read_text(), merged.read_bytes()
    code, _, err = train(*adapt, "--max-minutes", "0.03")
    assert code == 0, err
    assert steps.read_text() == once
    code, _, err = train(*adapt, "--max-minutes", "0.15")
    assert code == 0, err
    assert steps.read_text().startswith(once)
    assert len(steps.read_text()) > len(once)
    assert merged.read_bytes() != first

    weights = parent / "merged" / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    code, _, err = train(*adapt, "--max-minutes", "0.3")
    assert code == 1
    assert "has changed" in err

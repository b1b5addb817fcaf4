"""The training loop: CPU, one GPU, or several by `accelerate launch -m aiccl_trainer fit ...`.

Contract: `fit(..)` leaves in its folder `checkpoint.pt` (to go on from), `best.pt` (the lowest loss on the valid
pairs), `steps.jsonl`, `curves.csv`, `curves.png`, `recipe.json`, and at the end `merged/`, a plain model. A run that
was ended goes on from its last checkpoint, which is at most `save_minutes` old; Ctrl-C and SIGTERM save one first.
Several processes end together: time or a signal of one ends all after the same step.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from aiccl_converter.model.codec import Codec

from aiccl_trainer import store
from aiccl_trainer.errors import NoData
from aiccl_trainer.fitting import base, checkpoint, curves, network, together
from aiccl_trainer.fitting.examples import Examples
from aiccl_trainer.fitting.packing import Row, pack
from aiccl_trainer.fitting.recipe import Recipe, record
from aiccl_trainer.fitting.schedule import Schedule, plan
from aiccl_trainer.progress import Progress

BEST = "best.pt"
LOOK_AT = 24
"""Rows of valid pairs that a look takes."""
GO_ON, TIME_OVER, STOPPED = 0, 1, 2
"""What a process says before a step; the largest counts."""
ONE_SIGNAL = 1.0
"""Seconds in which a second signal is the same one: on a terminal Ctrl-C comes from there and from the launcher."""


def rate(step: int, total: int, recipe: Recipe) -> float:
    """The learning rate of a step: up, then down as a cosine."""
    warm = max(1, round(total * recipe.warmup))
    if step < warm:
        return recipe.learning_rate * (step + 1) / warm
    part = (step - warm) / max(1, total - warm)
    low = recipe.decay
    return recipe.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * min(1.0, part))))


class Run:
    """One run of `fit` in its folder."""

    def __init__(self, folder: Path, recipe: Recipe, codec: Codec, ready: Path, *, device: str | None = None) -> None:
        import torch
        from accelerate import Accelerator
        from accelerate.utils import set_seed

        self.folder, self.recipe = folder, recipe
        together.start(device)
        self.accelerator = Accelerator(cpu=together.on_cpu(device))
        set_seed(recipe.seed)
        self.device = self.accelerator.device
        keep = "fp32" if recipe.full else recipe.precision
        attention = network.attention_for(self.device.type)
        self.model = network.trainable(base.load(ready, keep, attention), recipe, codec)
        self.model.train()
        self.trained = [p for p in self.model.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(
            self.trained, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, betas=(0.9, 0.98)
        )
        self.net, self.optimiser = self.accelerator.prepare(network.network(self.model), optimiser)
        self.state = checkpoint.State(recipe=record(recipe), processes=self.accelerator.num_processes)

    @property
    def leads(self) -> bool:
        """Whether this process writes."""
        return bool(self.accelerator.is_main_process)

    def careful(self) -> Any:
        """The precision of forward passes."""
        import torch

        if self.recipe.precision != "bf16":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def resume(self, schedule: Schedule) -> bool:
        """Go on from a checkpoint; False where there is none."""
        self.state.mark = schedule.mark
        held = checkpoint.load(self.folder, schedule.mark, record(self.recipe), self.accelerator.num_processes)
        if held is None:
            if self.leads:
                (self.folder / BEST).unlink(missing_ok=True)  # of a run whose checkpoint was taken away
            return False
        self.state, weights, optimiser = held
        network.put(self.model, weights)
        self.optimiser.load_state_dict(optimiser)
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        if self.leads:
            checkpoint.save(self.folder, self.state, network.changing(self.model), self.optimiser.state_dict())

    def step(self, rows: Sequence[Row], total: int) -> float:
        """One change of the weights; the mean loss of the rows."""
        recipe, size = self.recipe, self.recipe.rows
        for group in self.optimiser.param_groups:
            group["lr"] = rate(self.state.step, total, recipe)
        mine = rows[self.accelerator.process_index :: self.accelerator.num_processes]
        parts = [list(mine[i : i + size]) for i in range(0, len(mine), size)]
        loss_sum = 0.0
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            with nullcontext() if last else self.accelerator.no_sync(self.net):
                with self.careful():
                    loss = self.net(network.batch(part, self.device))
                self.accelerator.backward(loss / len(parts))
            loss_sum += float(loss.detach())
        if recipe.clip:
            self.accelerator.clip_grad_norm_(self.trained, recipe.clip)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return loss_sum / max(1, len(parts))

    def look(self, rows: Sequence[Row]) -> float | None:
        """The mean loss on rows of valid pairs, by learnt token."""
        import torch

        if not rows:
            return None
        self.model.eval()
        lost, count = 0.0, 0
        with torch.no_grad(), self.careful():
            for i in range(0, len(rows), self.recipe.rows):
                given = network.batch(list(rows[i : i + self.recipe.rows]), self.device)
                number = len(given["wanted"])
                if number:
                    lost += float(self.accelerator.unwrap_model(self.net)(given)) * number
                    count += number
        self.model.train()
        return lost / count if count else None


def fit(
    folder: Path,
    recipe: Recipe,
    codec: Codec,
    ready: Path,
    train: Examples,
    valid: Examples,
    *,
    device: str | None = None,
    max_minutes: float = 0,
    quiet: bool = False,
) -> Path | None:
    """Train to the end of the schedule, or for some minutes. The merged model's folder, or None where there is more to
    do."""
    if not train.items:
        raise NoData(
            f"no pair can be trained on: {train.too_long} are longer than a row, {train.without_flow} have no flow, "
            f"{train.without_intent} have no intent or are nothing but a doc comment"
        )
    schedule = plan(train.items, recipe)
    looks = pack([e for e in valid.items if e.teacher != "compiler"] or valid.items, recipe.row_tokens)[:LOOK_AT]
    run = Run(folder, recipe, codec, ready, device=device)
    per_step = recipe.rows * recipe.accumulate * run.accelerator.num_processes
    total = math.ceil(len(schedule.rows) / per_step)
    resumed = run.resume(schedule)
    if run.leads:
        store.write_json(folder / "recipe.json", record(recipe))
    logs = folder if run.leads else folder / f"process-{run.accelerator.process_index}"
    with Progress(logs, "fit", total, quiet=quiet or not run.leads) as progress, _stops() as stop:
        progress.done = run.state.step
        progress.note(
            "note",
            resumed=resumed,
            at_step=run.state.step,
            rows=len(schedule.rows),
            tokens=schedule.tokens,
            learnt=schedule.learnt,
            trained=sum(p.numel() for p in run.trained),
            too_long=train.too_long,
            without_flow=train.without_flow,
            device=str(run.device),
            mark=schedule.mark,
        )
        why = _go(run, schedule, looks, total, per_step, max_minutes, stop, progress)
        ended = run.state.step >= total or _waited(run)
        if stop or why == STOPPED:
            raise KeyboardInterrupt
    if not ended or not run.leads:
        return None
    return finish(folder, recipe, codec, ready)


def finish(folder: Path, recipe: Recipe, codec: Codec, ready: Path, *, best: bool = True) -> Path:
    """The plain model of a run's best weights (or its last), whole or not at all. Raises RunChanged where the recipe is
    not the run's."""
    import os
    import shutil

    name = BEST if best and (folder / BEST).exists() else checkpoint.NAME
    held = checkpoint.load(folder, "", record(recipe), name=name)
    if held is None:
        raise NoData(f"{folder}: holds no checkpoint; run `aiccl-train fit` first")
    model = network.trainable(base.load(ready), recipe, codec)
    network.put(model, held[1])
    plain = network.merged(model, recipe)
    target, part = folder / "merged", folder / "merged.part"
    shutil.rmtree(part, ignore_errors=True)
    plain.save_pretrained(part)
    shutil.copyfile(ready / base.TOKENIZER, part / base.TOKENIZER)
    store.write_json(
        part / "aiccl.json",
        {"reads": recipe.reads, "writes": recipe.writes, "step": held[0].step, "tokens": held[0].tokens},
    )
    shutil.rmtree(target, ignore_errors=True)
    os.replace(part, target)
    return target


def _waited(run: Run) -> bool:
    return bool(run.recipe.patience) and run.state.waited >= run.recipe.patience


def _go(
    run: Run,
    schedule: Schedule,
    looks: list[Row],
    total: int,
    per_step: int,
    max_minutes: float,
    stop: list[int],
    progress: Progress,
) -> int:
    """Step by step, until there is no more to do or a process says why not to."""
    recipe, state = run.recipe, run.state
    log = store.Lines(run.folder / "steps.jsonl") if run.leads else None
    saved = clock = time.monotonic()
    begun, before = clock, state.seconds
    deadline = begun + max_minutes * 60 if max_minutes else math.inf
    since, why = 0, GO_ON
    while state.step < total and not _waited(run):
        why = together.largest(STOPPED if stop else TIME_OVER if time.monotonic() >= deadline else GO_ON)
        if why != GO_ON:
            break
        rows = schedule.rows[state.step * per_step : (state.step + 1) * per_step]
        if len(rows) < run.accelerator.num_processes:
            rows = rows + rows * run.accelerator.num_processes
        loss = run.step(rows, total)
        learning_rate = rate(state.step, total, recipe)
        count = sum(1 for row in rows for s in row.segments if s)
        state.step += 1
        state.tokens += count
        state.seconds = before + time.monotonic() - begun
        since += count
        seen = None
        if state.step % recipe.check_every == 0 or state.step == total:
            seen = together.of_lead(run.look(looks))  # the same for all, to the last bit: it can end the run
            if seen is not None:
                state.waited = 0 if seen < state.best else state.waited + 1
                if seen < state.best:
                    state.best = seen
                    if run.leads:
                        checkpoint.save(run.folder, state, network.changing(run.model), {}, BEST)
        now = time.monotonic()
        speed = round(since / max(1e-9, now - clock), 1)
        told: dict[str, Any] = {
            "step": state.step,
            "tokens": state.tokens,
            "loss": round(loss, 4),
            "learning_rate": round(learning_rate, 8),
            "tokens_per_second": speed,
        }
        if seen is not None:
            told["valid_loss"] = round(seen, 4)
        if log is not None:
            log.append(told)
        progress.advance(1, loss=told["loss"], best=round(state.best, 4), tokens_per_second=speed)
        if now - saved > recipe.save_minutes * 60:
            run.save()
            if run.leads:
                _draw(run.folder)
            saved = now
        if now - clock > 120:
            clock, since = now, 0
    if log is not None:
        log.close()
    state.seconds = before + time.monotonic() - begun
    run.save()
    if run.leads:
        _draw(run.folder)
    return why


def _draw(folder: Path) -> None:
    """The curves of all parts of the run: a step that was done twice counts as it was done last."""
    by_step = {s["step"]: s for s in store.read(folder / "steps.jsonl")}
    curves.draw(folder, [by_step[n] for n in sorted(by_step)])


@contextmanager
def _stops() -> Iterator[list[int]]:
    """A list that is no longer empty when the run is to end: the step under way is finished, and saved."""
    caught: list[int] = []
    since = math.inf

    def note(number: int, frame: Any) -> None:
        nonlocal since
        if time.monotonic() - since > ONE_SIGNAL:
            raise KeyboardInterrupt
        if not caught:
            since = time.monotonic()
            caught.append(number)

    kept = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            kept[number] = signal.signal(number, note)
    except ValueError:  # not in the main thread
        pass
    try:
        yield caught
    finally:
        for number, old in kept.items():
            signal.signal(number, old)

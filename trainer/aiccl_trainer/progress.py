"""What a step is doing: a bar for a person on a terminal, `log.jsonl` in the output folder for a program.

Contract: every line of the log is an object with `time` (seconds since 1970), `step` (the subcommand) and `event`
(`start`, `note`, `done` or `failed`), and the figures that go with it. Where standard error is no terminal, a plain
line is printed when the step starts, every half minute, and at its end.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from aiccl_trainer.store import Lines

LOG = "log.jsonl"
EVERY = 30.0
"""Seconds between plain lines, and between `note`s of how far the step is."""


class Progress:
    """One run of a step; a context manager. `total`: how many items, 0 where that is not known."""

    def __init__(self, folder: str | os.PathLike[str], step: str, total: int = 0, *, quiet: bool = False) -> None:
        self.step = step
        self.total = total
        self.done = 0
        self.figures: dict[str, Any] = {}
        self.quiet = quiet
        self._log = Lines(Path(folder) / LOG)
        self._bar: Any = None
        self._task: Any = None
        self._told = self._started = time.monotonic()

    def __enter__(self) -> Progress:
        self.note("start", total=self.total)
        if not self.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn(self.step),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[told]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self.step, total=self.total or None, told="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
        seconds = round(time.monotonic() - self._started, 1)
        if error is None:
            self.note("done", done=self.done, seconds=seconds, **self.figures)
            self._say(f"done: {self._told_figures()} in {seconds:g} s")
        else:
            why = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
            try:
                self.note("failed", done=self.done, seconds=seconds, why=why, **self.figures)
            except OSError:
                pass  # the disk is full: the error that is under way says so
        self._log.close()

    def advance(self, count: int = 1, **figures: Any) -> None:
        """So many items more; `figures` replace those of the same name."""
        self.done += count
        self.figures.update(figures)
        if self._bar is not None:
            self._bar.update(self._task, advance=count, told=self._told_figures(short=True))
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._told = now
            self.note("note", done=self.done, total=self.total, **self.figures)
            if self._bar is None:
                self._say(self._told_figures())

    def note(self, event: str, **figures: Any) -> None:
        """A line of the log."""
        self._log.append({"time": round(time.time(), 3), "step": self.step, "event": event, **figures})

    def say(self, text: str) -> None:
        """A line for the person, above the bar; into the log as well."""
        self.note("note", text=text)
        self._say(text)

    def _say(self, text: str) -> None:
        if self.quiet:
            return
        if self._bar is not None and self._bar.live.is_started:
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            print(f"{self.step}: {text}", file=sys.stderr, flush=True)

    def _told_figures(self, short: bool = False) -> str:
        parts = [] if short else [f"{self.done} of {self.total}" if self.total else str(self.done)]
        parts += [f"{name.replace('_', ' ')} {value}" for name, value in self.figures.items()]
        return ", ".join(parts)

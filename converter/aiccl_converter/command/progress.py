"""A progress bar on standard error while many files are converted: on a terminal only, gone when done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

#: With fewer files it would only flicker.
WORTH_A_BAR = 20


def bar(items: Iterable[Item], total: int, quiet: bool) -> Iterator[Item]:
    """The items, shown as they pass."""
    if quiet or total < WORTH_A_BAR or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("converting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("converting", total=total)
        for item in items:
            yield item
            progress.advance(task)

"""What the user names, as tasks: a file is a task, a folder its source files, a pattern the files it matches, `-`
standard input.

The order is that of the arguments, and within a folder that of the names; a file named twice is one task. What is
not there is a problem line, and the rest goes on.
"""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..bulk import Task
from ..files.names import shown, told, told_apart
from ..files.patterns import Patterns
from ..files.pool import WORTH_A_POOL
from ..files.walk import Walk

STANDARD_INPUT = "-"
_WILDCARDS = frozenset("*?[")


@dataclass
class Inputs:
    """All tasks of a command line, what was passed over, and what is wrong with it."""

    tasks: list[Task] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)


def collect(
    arguments: Sequence[str], language: str | None, max_bytes: int, many: Callable[[], object] | None = None
) -> Inputs:
    """The tasks of PATH... arguments. `many` is called as soon as there are enough of them for worker processes."""
    inputs = Inputs()
    seen: set[tuple[int, int] | str] = set()
    for argument in arguments:
        for task in _tasks(argument, language, max_bytes, inputs):
            identity = _identity(task)
            if identity not in seen:
                seen.add(identity)
                inputs.tasks.append(task)
                if many is not None and len(inputs.tasks) == WORTH_A_POOL:
                    many()
    names = told_apart([task.path for task in inputs.tasks], [task.name for task in inputs.tasks])
    inputs.tasks = [
        task if task.name == name else replace(task, told=name) for task, name in zip(inputs.tasks, names, strict=True)
    ]
    return inputs


def _tasks(argument: str, language: str | None, max_bytes: int, inputs: Inputs) -> Iterator[Task]:
    if argument == STANDARD_INPUT:
        # One byte more than allowed, so that the reader sees that it is too much.
        data = sys.stdin.buffer.read(max_bytes + 1)
        yield Task(argument, "<stdin>", "stdin", language, named=True, data=data)
        return
    try:
        mode = os.stat(argument).st_mode
    except ValueError as error:
        inputs.problems.append((shown(argument), f"{error}; check the path"))
    except FileNotFoundError:
        if _WILDCARDS.isdisjoint(argument):
            what = "no such file" if not os.path.islink(argument) else "a link to nothing"
            inputs.problems.append((shown(argument), f"{what}; check the path"))
        else:
            yield from _matches(argument, language, inputs)
    except OSError as error:
        inputs.problems.append((shown(argument), f"{(error.strerror or str(error)).lower()}; check the path"))
    else:
        if stat.S_ISDIR(mode):
            yield from _walk(argument, language, inputs)
        else:
            yield Task(argument, shown(argument), os.path.basename(argument), language, named=True, told=told(argument))


def _walk(root: str, language: str | None, inputs: Inputs) -> Iterator[Task]:
    walk = Walk(root, _is_source)
    for path in walk.files():
        yield Task(path, shown(path), os.path.relpath(path, root), language, told=told(path, root))
    inputs.skipped.update(walk.skipped)
    inputs.problems.extend((shown(path), what) for path, what in walk.problems)


def _matches(pattern: str, language: str | None, inputs: Inputs) -> Iterator[Task]:
    """The source files below the pattern's fixed part that match it, or lie in a folder that does."""
    parts = pattern.replace(os.sep, "/").split("/")
    fixed = next(i for i, part in enumerate(parts) if not _WILDCARDS.isdisjoint(part))
    base = "/".join(parts[:fixed]) or (os.curdir if fixed == 0 else "/")
    patterns = Patterns(["/" + "/".join(parts[fixed:])])
    found = False
    if os.path.isdir(base):
        walk = Walk(base, _is_source)
        for path in walk.files():
            relative = os.path.relpath(path, base).replace(os.sep, "/")
            if _is_matched(relative, patterns):
                found = True
                yield Task(path, shown(path), relative, language, told=told(path, base))
        # What the walk passed over need not have matched, so it is not counted.
        for path, what in walk.problems:
            if _is_matched(os.path.relpath(path, base).replace(os.sep, "/"), patterns):
                inputs.problems.append((shown(path), what))
    if not found:
        inputs.problems.append((shown(pattern), "matches no source file; check the pattern, or quote it"))


def _is_matched(path: str, patterns: Patterns) -> bool:
    parts = path.split("/")
    return any(patterns.ignores("/".join(parts[:end]), end < len(parts)) for end in range(1, len(parts) + 1))


def _is_source(name: str) -> bool:
    from ..source import language_of

    return language_of(name) is not None


def _identity(task: Task) -> tuple[int, int] | str:
    if task.data is not None:
        return STANDARD_INPUT
    try:
        status = os.stat(task.path)
    except (OSError, ValueError):
        return task.path
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(task.path)

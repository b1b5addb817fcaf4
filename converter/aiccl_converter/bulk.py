"""Many files to results: in order, in parallel, each guarded so that one bad file costs nothing but itself.

`convert_task` never raises: whatever is wrong with a file is its outcome's `problem`, one line that says what to
do. AICCL_DEBUG=1 prints the traceback of an internal error. Results do not depend on the number of jobs.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from aiccl_converter.errors import AICCLError, UnknownLanguage, WorkerDied
from aiccl_converter.files import deep, pool
from aiccl_converter.files.names import shown
from aiccl_converter.files.read import MAX_BYTES, decode, read_source
from aiccl_converter.files.skip import by_content

if TYPE_CHECKING:
    from aiccl_converter.converter import AICCLConverter
    from aiccl_converter.views import FileResult


@dataclass(frozen=True, slots=True)
class Task:
    """One file to convert. Small and picklable: a worker reads the file itself."""

    path: str
    #: The path as the user knows it, for messages.
    shown: str
    #: Where it goes below a folder of outputs.
    relative: str = ""
    #: The user's word for the language, or None to find out.
    language: str | None = None
    #: Named by the user, not met on a walk: then nothing is passed over silently.
    named: bool = False
    #: The text, for standard input.
    data: bytes | None = None
    #: The path that goes into the document, where it is another: see `files.names.told`.
    told: str = ""

    @property
    def name(self) -> str:
        """The path that goes into the document."""
        return self.told or self.shown


@dataclass(frozen=True, slots=True)
class Settings:
    """How to convert; the same for every task of a run."""

    levels: tuple[str, ...]
    tokenizer: str = "o200k_base"
    max_bytes: int = MAX_BYTES
    #: Whether the views of single chunks are wanted, or only the document.
    views: bool = True
    #: Whether what repeats in a file is factored into its map.
    file_rules: bool = True
    #: The folder or GGUF file of the local model, or None for the compiler alone.
    model: str | None = None


@dataclass(slots=True)
class Outcome:
    """What became of a task: results by level, or a problem, or the word it is passed over under."""

    task: Task
    results: dict[str, FileResult] = field(default_factory=dict)
    problem: str | None = None
    skipped: str | None = None


MOST_MODELS = 8
"""Processes with a model of their own, where nobody says how many."""
WARM = "aiccl_converter.warm"
"""What every worker needs, imported once for all of them."""


def convert_tasks(
    tasks: Sequence[Task],
    settings: Settings,
    jobs: int | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Outcome]:
    """The outcomes, in the order of the tasks. `meanwhile` is called while workers, if any, start."""
    if jobs is None and settings.model is not None:
        # A model's work is worth a process for two files already; but each holds the model.
        jobs = min(pool.default_jobs(), MOST_MODELS)
    return pool.run(partial(convert_task, settings), tasks, jobs, _died, WARM, meanwhile)


def convert_paths(
    paths: Iterable[str],
    level: str = "flow",
    *,
    jobs: int | None = None,
    tokenizer: str = "o200k_base",
    root: str | None = None,
    file_rules: bool = True,
    model: str | None = None,
) -> Iterator[FileResult]:
    """The results of files, for the library: a file that fails has `error` set, one that is passed over is left out.
    With `root`, paths are told relative to it."""
    from aiccl_converter.views import FileResult

    tasks = [Task(path, shown(path if root is None else os.path.relpath(path, root))) for path in paths]
    for outcome in convert_tasks(tasks, Settings((level,), tokenizer, file_rules=file_rules, model=model), jobs):
        if outcome.problem is not None:
            yield FileResult(outcome.task.shown, "", level, "", "", [], 0, 0, 0.0, tokenizer, outcome.problem)
        elif outcome.skipped is None:
            yield outcome.results[level]


def convert_task(settings: Settings, task: Task) -> Outcome:
    """Convert one file at each level."""
    try:
        return deep.call(_convert, settings, task)
    except AICCLError as error:
        return Outcome(task, problem=str(error))
    except RecursionError:
        return Outcome(task, problem="nested too deeply; leave it out or split it")
    except MemoryError:
        return Outcome(task, problem="needs more memory than there is; leave it out or split it")
    except Exception as error:
        if os.environ.get("AICCL_DEBUG"):
            traceback.print_exc()
        message = f"internal error ({type(error).__name__}: {error})"
        return Outcome(task, problem=f"{message}; report it, with AICCL_DEBUG=1 for where it happened")


def _died(task: Task, error: WorkerDied) -> Outcome:
    return Outcome(task, problem=str(error))


def _convert(settings: Settings, task: Task) -> Outcome:
    if task.data is None:
        source = read_source(task.path, settings.max_bytes)
    else:
        source = decode(task.data, settings.max_bytes)
    language = task.language or _language_of(task, source.text)
    if not source.text.strip():
        return Outcome(task, skipped="empty")
    if not task.named and (word := by_content(source.text)):
        return Outcome(task, skipped=word)
    converter = _converter(settings.tokenizer, settings.file_rules, settings.model)
    outcome = Outcome(task)
    for level in settings.levels:
        if task.data is None:
            result = converter.convert_to_aiccl(source.text, language, level, task.name, views=settings.views)
        else:
            # Without a path: then it may be a fragment, such as one method of a class.
            result = converter.convert_to_aiccl(source.text, language, level, views=settings.views)
            _enclose(result, task.shown)
        if result.error is not None:
            return Outcome(task, problem=result.error)
        result.views = source.in_file(result.views)
        outcome.results[level] = result
    return outcome


def _enclose(result: FileResult, name: str) -> None:
    """Give a fragment the envelope that a file's document has."""
    from aiccl_converter import tokens
    from aiccl_converter.conversion import document

    result.text = document(result.text, result.language, None, result.level, result.map)
    result.tokens = tokens.count(result.text, result.tokenizer)
    result.path = name


def _language_of(task: Task, text: str) -> str:
    from aiccl_converter.source.detect import language_of

    name = task.path if task.data is None else ""
    language = language_of(name, text[:4096].encode("utf-8", "replace"))
    if language is None:
        raise UnknownLanguage(os.path.splitext(task.shown)[1] or task.shown)
    return language


_converters: dict[tuple[str, bool, str | None], AICCLConverter] = {}


def _converter(tokenizer: str, file_rules: bool, model: str | None = None) -> AICCLConverter:
    found = _converters.get((tokenizer, file_rules, model))
    if found is None:
        from aiccl_converter.converter import AICCLConverter

        found = AICCLConverter(model, tokenizer=tokenizer, workspace_rules=file_rules)
        _converters[tokenizer, file_rules, model] = found
    return found

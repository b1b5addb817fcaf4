"""All tasks of a command:

in order, in parallel, with progress; problems and what was passed over go to standard error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from ..bulk import WARM, Outcome, Settings, convert_tasks
from ..errors import UnknownLanguage
from ..files import pool
from . import exits, inputs, progress, say

if TYPE_CHECKING:
    from ..views import FileResult


@dataclass
class Batch:
    """What came of a command line: the outcomes that have results, in order, and the rest."""

    outcomes: list[Outcome] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def results(self, level: str) -> list[FileResult]:
        """The files' results at a level."""
        return [outcome.results[level] for outcome in self.outcomes]

    @property
    def exit_code(self) -> int:
        return exits.FAILED if self.problems else exits.OK


def run(arguments: Any, levels: Sequence[str], views: bool, meanwhile: Callable[[int], object] | None = None) -> Batch:
    """Convert what `arguments.paths` names, saying on standard error what failed and what was passed over. `meanwhile`
    is called with the number of files while worker processes start, if any do."""
    pool.relax_collector()
    language = known_language(arguments.language)
    many = partial(pool.prepare, arguments.jobs, WARM)
    found = inputs.collect(arguments.paths, language, arguments.max_bytes, many)
    batch = Batch(skipped=found.skipped, problems=list(found.problems))
    settings = Settings(tuple(levels), arguments.tokenizer, arguments.max_bytes, views, model=model(arguments))
    waiting = None if meanwhile is None else partial(meanwhile, len(found.tasks))
    outcomes = convert_tasks(found.tasks, settings, arguments.jobs, waiting)
    for outcome in progress.bar(outcomes, len(found.tasks), arguments.quiet):
        if outcome.problem is not None:
            batch.problems.append((outcome.task.shown, outcome.problem))
        elif outcome.skipped is None:
            batch.outcomes.append(outcome)
        elif outcome.task.named:
            say.note(f"{outcome.task.shown}: {outcome.skipped}; nothing to convert")
        else:
            batch.skipped[outcome.skipped] += 1
    for path, what in batch.problems:
        say.problem(what, path)
    if not arguments.quiet and batch.skipped:
        parts = [f"{count:,} {word}" for word, count in sorted(batch.skipped.items())]
        say.note("passed over: " + ", ".join(parts))
    if not found.tasks and not found.problems:
        batch.problems.append((" ".join(arguments.paths), ""))
        say.problem("no source files found; `aiccl languages` lists what is known, --language names one for a file")
    return batch


def model(arguments: Any) -> str | None:
    """The model's folder or file, where a command has --engine and a model is to be used. Raises ModelUnusable before
    any file is read."""
    named, engine = getattr(arguments, "model", None), getattr(arguments, "engine", None)
    if engine is None:
        engine = "compiler" if named is None else "model"
    if engine == "compiler":
        return None
    from ..converter import chosen

    _, found = chosen(engine, named)
    if found is None:
        return None
    from ..model.opened import open_model

    return str(open_model(found).path)


def known_language(name: str | None) -> str | None:
    """The language's own name for --language. Raises UnknownLanguage."""
    if name is None:
        return None
    from ..source import language

    try:
        return language(name).name
    except KeyError:
        raise UnknownLanguage(name) from None

"""The errors that the trainer raises on purpose, each saying what to do next. All are `AICCLError`s: the command shows
their one line and ends with 1."""

from __future__ import annotations

import re

from aiccl_converter.errors import AICCLError

_NO_MEMORY = re.compile(r"out ?of ?memory|can(?:'t|not) allocate memory|fail(?:ed|ure) to allocate|bad[ _]alloc", re.I)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a library says in words that memory is used up: torch and onnxruntime raise errors of their own."""
    return bool(_NO_MEMORY.search(f"{type(error).__name__}: {error}"))


class TrainerError(AICCLError):
    """The base of all of them."""


class BadData(TrainerError):
    """A file of data that is not what a step expects."""


class NoData(TrainerError):
    """Nothing to work on."""


class Busy(TrainerError):
    """Another run writes to the same folder."""


class BadManifest(TrainerError):
    """A manifest that makes no sense."""


class CannotFetch(TrainerError):
    """A package or checkout that cannot be had."""


class TeacherFailed(TrainerError):
    """A teacher that cannot be asked any more; what it has answered is kept."""


class NoSandbox(TrainerError):
    """Code was to be run, and there is no way to run it safely."""


class BadRecipe(TrainerError):
    """A recipe of `fit` that makes no sense."""


class BadBase(TrainerError):
    """A base model that cannot be had or read."""


class RunChanged(TrainerError):
    """A run that was begun with other data or settings."""


class NotBetter(TrainerError):
    """A model that is worse than the one it is to replace."""

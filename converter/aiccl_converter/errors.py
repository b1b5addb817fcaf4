"""Every error that AICCL raises on purpose, each saying what is wrong and what to do next.

`str(error)` is one line that can be shown to a user as it stands. A caller catches `AICCLError`; anything else that
escapes is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable


class AICCLError(Exception):
    """The base of all of them."""


class UnknownTokenizer(AICCLError):
    """A tokenizer that AICCL has no ranks for."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown tokenizer {name!r}; choose one of {', '.join(known)}")


class UnknownLanguage(AICCLError):
    """A language, or a file name, that no language table answers to."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown language {name!r}; `aiccl languages` lists the known ones, --language names one")


class UnknownLevel(AICCLError):
    """A level other than exact, flow and outline."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown level {name!r}; choose exact, flow or outline")


class UnreadableSource(AICCLError):
    """A file that cannot be read, or that is not source text. The message says why and what to do, without the
    path."""

    def __init__(self, reason: str, advice: str) -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(f"{reason}; {advice}")


class SkippedSource(UnreadableSource):
    """A file that a walk passes over silently, such as generated code. `kind` is the word it is counted under."""

    def __init__(self, kind: str, reason: str, advice: str) -> None:
        self.kind = kind
        super().__init__(reason, advice)


class ConversionFailed(AICCLError):
    """The converter could not make a view of a source."""


class ParserStuck(ConversionFailed):
    """A text whose syntax errors the grammar's parser would look through without end."""

    def __init__(self) -> None:
        super().__init__("its syntax errors lead the parser in circles; mend them, or leave it out")


class InvalidView(AICCLError):
    """A text that is not AICCL, or not a whole document."""


class WorkerDied(AICCLError):
    """The process that converted a file ended without an answer."""

    def __init__(self, exit_code: int | None) -> None:
        if exit_code is not None and exit_code < 0:
            how = f"was ended by signal {-exit_code}"
        else:
            how = f"ended with code {exit_code}"
        super().__init__(f"the process converting it {how}; try this file alone, or report it")


class CannotExpand(AICCLError):
    """A view that cannot be expanded as asked."""


class NotFound(AICCLError):
    """A path, pattern or chunk that is not there."""


class ModelUnusable(AICCLError):
    """A local model that cannot be run: files missing, changed or of another model, packages not installed."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}; {advice}")

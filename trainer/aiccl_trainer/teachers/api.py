"""Claude through the `anthropic` package, with its failures sorted: what passes is tried again, what does not ends the
run with one line that says what to do.

Contract: `Api` raises TeacherFailed only. `Unsure` is the one exception to that, which `send` alone raises: a batch may
or may not have been made.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from aiccl_trainer.errors import TeacherFailed
from aiccl_trainer.teachers.prices import Used
from aiccl_trainer.teachers.refusals import BY_STATUS

Answer = TypeVar("Answer")

KEPT = "what was answered is kept, the same command goes on from there"
_LONGEST_PAUSE = 60.0


class Unsure(Exception):
    """The answer to a request got lost: what it asked for may have been done."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a batch is."""

    name: str
    size: int
    processing: int
    ended: bool


class Api:
    """A client. `retries`: how often what may pass is tried again; `pause`: seconds before the first time."""

    def __init__(self, retries: int = 5, pause: float = 1.0, timeout: float = 600.0) -> None:
        try:
            self._package: Any = import_module("anthropic")
        except ImportError:
            raise TeacherFailed("the package `anthropic` is not installed; run `pip install aiccl[train]`") from None
        if not os.environ.get("ANTHROPIC_API_KEY"):
            raise TeacherFailed("ANTHROPIC_API_KEY is not set; set it to a key that has credit")
        self.retries = retries
        self.pause = pause
        self._client: Any = self._package.Anthropic(max_retries=0, timeout=timeout)

    def message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """One answer: `text`, `stop` and `used`."""
        return self._patient(lambda: taken(self._client.messages.create(**parameters)))

    def send(self, requests: list[dict[str, Any]]) -> str:
        """Make a batch; its name. Raises Unsure where it may have been made and its name is not known."""
        return self._patient(lambda: _state(self._client.messages.batches.create(requests=requests)).name, sure=True)

    def ended(self, name: str) -> tuple[bool, str]:
        """(whether a batch is done, how far it is)."""
        found = self._patient(lambda: _state(self._client.messages.batches.retrieve(name)))
        return found.ended, f"{found.processing} of {found.size} under way"

    def results(self, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(custom id, `succeeded`, `errored`, `canceled` or `expired`, the answer or `{type, why}`) of a batch that is
        done. Where the stream breaks off, it is read once more from its beginning."""
        seen: set[str] = set()

        def rest() -> list[tuple[str, str, dict[str, Any]]]:
            return [row for row in self._rows(name) if row[0] not in seen]

        for row in self._patient(rest):
            if row[0] not in seen:
                seen.add(row[0])
                yield row

    def recent(self, since: float, until: float) -> list[State]:
        """The batches that were made between two times and whose answers can be had, or will be."""

        def listed() -> list[State]:
            found = []
            page = self._client.messages.batches.list(limit=100)
            if not isinstance(page.data, list):
                raise ValueError("the answer is no list of batches")
            for batch in page:
                state, made = _state(batch), batch.created_at.timestamp()
                if made < since:
                    break  # the newest come first
                if made <= until and getattr(batch, "archived_at", None) is None:
                    found.append(state)
            return found

        return self._patient(listed)

    def _rows(self, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for row in self._client.messages.batches.results(name):
            kind = row.result.type
            if kind == "succeeded":
                yield row.custom_id, kind, taken(row.result.message)
            elif kind == "errored":
                error = row.result.error.error
                yield row.custom_id, kind, {"type": str(error.type), "why": f"{error.type}: {error.message}"}
            else:
                yield row.custom_id, kind, {"type": kind, "why": kind}

    def _patient(self, ask: Callable[[], Answer], sure: bool = False) -> Answer:
        """Ask until there is an answer. `sure`: raise Unsure rather than ask again where the first may have counted."""
        package = self._package
        why = ""
        for attempt in range(self.retries + 1):
            wait = min(_LONGEST_PAUSE, self.pause * 2**attempt)
            try:
                return ask()
            except package.APIStatusError as error:
                status = error.status_code
                told = _told(error)
                if "credit" in told.lower() and status in (400, 402, 403):
                    raise TeacherFailed(f"Claude answered {status}: {BY_STATUS[402]}: {KEPT}") from None
                if status not in (408, 409, 429, 529) and status < 500:
                    what = BY_STATUS.get(status, "the request was refused; report it")
                    raise TeacherFailed(f"Claude answered {status}: {what} ({told}); {KEPT}") from None
                if sure and status not in (429, 529):
                    raise Unsure(str(status)) from None
                why = f"Claude answered {status}: {BY_STATUS.get(status, 'try again later')}"
                wait = _asked_to_wait(error, wait)
            except package.APITimeoutError:
                if sure:
                    raise Unsure("no answer in time") from None
                why = "Claude did not answer in time; try again later"
            except package.APIConnectionError as error:
                if sure and not _never_left(error):
                    raise Unsure("the connection broke off") from None
                why = f"Claude cannot be reached ({_reason(error)}); check the network and try again"
            except package.AnthropicError as error:
                raise TeacherFailed(f"asking Claude failed: {_reason(error)}; {KEPT}") from None
            except (TeacherFailed, Unsure):
                raise
            except OSError:
                raise
            except Exception as error:  # an answer that breaks off or is none ends in whatever the package runs into
                if sure:
                    raise Unsure(_reason(error)) from None
                why = f"Claude's answer broke off or was no answer ({_reason(error)}); try again"
            if attempt < self.retries:
                time.sleep(wait)
        raise TeacherFailed(f"{why}; {KEPT}")


def taken(message: Any) -> dict[str, Any]:
    """What counts of a message. Raises ValueError for what is none."""
    usage = getattr(message, "usage", None)
    content = getattr(message, "content", None)
    if usage is None or not isinstance(content, list):
        raise ValueError("the answer is no message")
    text = "".join(getattr(block, "text", "") or "" for block in content if block.type == "text")
    used = Used(
        int(usage.input_tokens or 0),
        int(usage.output_tokens or 0),
        int(getattr(usage, "cache_creation_input_tokens", None) or 0),
        int(getattr(usage, "cache_read_input_tokens", None) or 0),
    )
    return {
        "text": text.encode("utf-8", "replace").decode(),  # half a surrogate pair cannot be written down
        "stop": str(message.stop_reason or ""),
        "used": [used.input, used.output, used.cache_write, used.cache_read],
    }


def _state(batch: Any) -> State:
    """What counts of a batch. Raises AttributeError, TypeError or ValueError for what is none."""
    if not isinstance(batch.id, str):
        raise ValueError("the answer is no batch")
    counts = batch.request_counts
    size = int(counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired)
    return State(batch.id, size, int(counts.processing), batch.processing_status == "ended")


def _told(error: Any) -> str:
    """What the server said, in one line."""
    body = error.body
    inner = body.get("error") if isinstance(body, dict) else None
    text = inner.get("message") if isinstance(inner, dict) else None
    return " ".join(str(text or error.message).split())[:200]


def _asked_to_wait(error: Any, usual: float) -> float:
    try:
        return min(_LONGEST_PAUSE, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError, AttributeError):
        return usual


def _never_left(error: BaseException) -> bool:
    """Whether no connection was made, so that nothing can have been asked."""
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__name__ in ("ConnectError", "ConnectTimeout", "ConnectionRefusedError", "gaierror"):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    return (" ".join(str(cause).split()) or type(cause).__name__)[:200]

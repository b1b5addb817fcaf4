"""The model at work on units: asked, checked, remembered.

Contract: `Writer(folder).write(code, language, flow)` gives what is to be shown of a unit (`acceptance.Accepted`),
or None where the compiler's flow stands as it is. `improve` does that for every function of a converted file. An
answer that does not come in time, or that the engine fails on, is no error: that unit keeps the compiler's view, and
only the next process asks for it again. A `strict` writer raises what the engine fails on, for a caller that counts
failures. A model that cannot be loaded raises ModelUnusable.
"""

from __future__ import annotations

import dataclasses
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aiccl_converter.language.parser import parse_unit
from aiccl_converter.language.printer import print_unit
from aiccl_converter.language.tree import Class, Func, Node
from aiccl_converter.model.acceptance import Accepted, accept, sure_intent
from aiccl_converter.model.cache import Cache, default_path, key
from aiccl_converter.model.engine import Engine, Limits
from aiccl_converter.version import VERSION

if TYPE_CHECKING:
    from aiccl_converter.compiler.compile import Compiled
    from aiccl_converter.source.chunk import Chunk

SMALL = 50
"""Tokens of source below which the source is shown: nothing to write there."""
RULES = "2"
"""Names how answers are judged; a change that changes what is shown changes it."""


_log = logging.getLogger(__name__)


class Writer:
    """Views of units by a local model."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        tokenizer: str = "o200k_base",
        threads: int = 1,
        cache: str | os.PathLike[str] | None = None,
        remember: bool = True,
        limits: Limits | None = None,
        strict: bool = False,
    ) -> None:
        from aiccl_converter import tokens

        self.engine = Engine(path, threads=threads, limits=limits)
        self._count = tokens.counter(tokenizer).count
        self._tokenizer = tokenizer
        self._cache = Cache(Path(cache) if cache is not None else default_path()) if remember else None
        self._without: set[str] = set()
        """Units without an answer, by key. Not for the cache: the machine was busy, or short of memory."""
        self._told = False
        self._strict = strict

    @property
    def id(self) -> str:
        """Hash of the model's files and of how it is used: part of the key of its views."""
        return f"{self.engine.id}-{RULES}"

    def write(
        self,
        code: str,
        language: str,
        flow: str,
        *,
        score: float = 1.0,
        left_out: tuple[str, ...] = (),
        cancelled: Callable[[], bool] | None = None,
    ) -> Accepted | None:
        """What is to be shown of a unit instead of its flow. Raises `decode.Stopped` only when `cancelled`,
        ModelUnusable, and, where it is strict, what the engine raises."""
        from aiccl_converter.model.decode import Stopped

        known = key(self.id, VERSION, self._tokenizer, language, code, flow)
        held = self._cache.get(known) if self._cache is not None else None
        if held is not None or known in self._without:
            return _held(held)
        self.engine.decoder()  # where the model cannot be loaded, no unit of it can be written
        shown = None
        try:
            answer = self.engine.answer(language, code, flow, cancelled=cancelled)
            if answer is not None:
                model = self.engine.folder
                intent = sure_intent(answer.said, code, flow, model.least_confidence, model.trust)
                shown = accept(
                    code, flow, intent, answer.view, language, self._count, flow_score=score, flow_left_out=left_out
                )
        except Stopped:
            if cancelled is not None and cancelled():
                raise
            self._without.add(known)
            return None
        except Exception as error:  # onnxruntime's share no class, and out of memory is one of them
            self._failed(error)
            self._without.add(known)
            if self._strict:
                raise
            return None
        if shown is not None and shown.text == flow:
            shown = None
        if self._cache is not None:
            self._cache.put(known, {} if shown is None else dataclasses.asdict(shown))
        return shown

    def _failed(self, error: Exception) -> None:
        """Tell the first of them, so that a model that fails throughout does not pass for one that had nothing to
        say."""
        debug = bool(os.environ.get("AICCL_DEBUG"))
        if debug or not self._told:
            reason = (str(error).strip() or "no reason given").split("\n")[0][:200]
            _log.warning(
                "the model failed on a function, which keeps the compiler's view (%s: %s)",
                type(error).__name__,
                reason,
                exc_info=error if debug else None,
            )
        self._told = True

    def improve(self, compiled: Compiled, chunks: list[Chunk], language: str) -> None:
        """Puts the model's views into a converted file, function by function."""
        code_at = {c.node_start: c.code for c in chunks if c.kind != "module" and not c.broken}
        compiled.steps = [self._improved(step, compiled, code_at, language) for step in compiled.steps]

    def close(self) -> None:
        """Unload the model, close the cache."""
        self.engine.close()
        if self._cache is not None:
            self._cache.close()

    def _improved(self, step: Node, compiled: Compiled, code_at: dict[int, str], language: str) -> Node:
        if isinstance(step, Class):
            return replace(step, members=[self._improved(m, compiled, code_at, language) for m in step.members])
        if not isinstance(step, Func) or not step.body or step.pos not in code_at:
            return step
        code, outcome = code_at[step.pos], compiled.outcomes.get(step.pos)
        if outcome is None or outcome.made_by != "compiler" or self._count(code) < SMALL:
            return step
        shown = self.write(code, language, print_unit(step), score=outcome.score, left_out=outcome.left_out)
        if shown is None:
            return step
        unit = parse_unit(shown.text)
        assert isinstance(unit, Func)
        if shown.steps_by == "compiler":
            unit = replace(step, intent=shown.intent)
        else:
            unit = replace(step, body=unit.body, intent=shown.intent or step.intent)
        compiled.outcomes[step.pos] = replace(
            outcome, made_by="model", score=shown.score, left_out=shown.left_out or outcome.left_out
        )
        return unit


def _held(value: dict[str, object] | None) -> Accepted | None:
    if not value:
        return None
    try:
        plain = dict(value)
        for name in ("left_out", "refused"):
            plain[name] = tuple(plain[name])  # type: ignore[arg-type]
        return Accepted(**plain)  # type: ignore[arg-type]
    except (KeyError, TypeError):
        return None

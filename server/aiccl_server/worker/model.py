"""The local model as the worker's slow converter: it restates functions whose flow can be read by itself.

Contract: `installed(folder)` looks at files only: nothing is imported, hashed or loaded before the first chunk.
What the model is known by comes from its manifest; that its files are those that were exported is checked when it is
loaded, and a model that is not what it was raises ModelUnusable then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aiccl_converter.errors import ModelUnusable

from aiccl_server.index.records import StoredView
from aiccl_server.worker.slow import SlowConverter, SlowJob

if TYPE_CHECKING:
    from aiccl_converter.model.writer import Writer

PATIENCE_S = 240.0
"""Seconds by the clock for one function: this process gives way to all others, and what takes too long is never tried
again. It can be stopped at any time."""
HEAD = 1 << 16
"""Bytes of a GGUF file that name it, with its size and time: it has no manifest."""


def installed(folder: Path | None = None) -> LocalModel | None:
    """The model that AICCL_MODEL names, or that came with the package; None where there is none, or nothing to run it.
    `folder`: where answers are remembered. Raises ModelUnusable where one is named that cannot be used."""
    path, _ = _found()
    return None if path is None else LocalModel(path, None if folder is None else folder / "model.sqlite")


def missing() -> str:
    """Why `installed` gives None, in words for a status."""
    return _found()[1]


def _found() -> tuple[Path | None, str]:
    from aiccl_converter.model.find import VARIABLE, find
    from aiccl_converter.model.opened import is_file, lacking

    path = find()
    if path is None:
        return None, f"no model is installed; {VARIABLE} in the environment names one"
    if missed := lacking(path):
        extra = "gguf" if is_file(path) else "model"
        return None, f"the package {missed[0]} is not installed; run `pip install aiccl[{extra}]`"
    return path, ""


def known_as(path: Path) -> str:
    """What views by a model are known by. Raises ModelUnusable."""
    from aiccl_converter.model.engine import SETTINGS
    from aiccl_converter.model.files import peek
    from aiccl_converter.model.opened import is_file
    from aiccl_converter.model.writer import RULES

    if not path.is_absolute():
        # The worker's working folder is nobody's; a repository's own would be worse.
        raise ModelUnusable(f"{path}: is no absolute path", "name the model from the root of the file system")
    return f"{(_head(path) if is_file(path) else peek(path).hash)[:16]}-{SETTINGS}-{RULES}"


def _head(path: Path) -> str:
    try:
        stat = path.stat()
        with open(path, "rb") as file:
            return hashlib.sha256(b"%d %d " % (stat.st_size, stat.st_mtime_ns) + file.read(HEAD)).hexdigest()
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read ({error.strerror})", "name a model's file or folder") from None


class LocalModel(SlowConverter):
    """See the module. Not for two threads at once."""

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        self.model = known_as(path)
        self._path, self._cache = path, cache
        self._writer: Writer | None = None
        self._tokenizer = ""

    def takes(self, job: SlowJob) -> bool:
        """Functions and methods; a class's come as chunks of their own, and a route is restated by its path."""
        from aiccl_converter.language.errors import ParseError
        from aiccl_converter.language.parser import parse_unit
        from aiccl_converter.language.tree import Func

        if job.kind == "module" or job.compiled.made_by != "compiler":
            return False
        try:
            unit = parse_unit(job.compiled.text)
        except (ParseError, RecursionError):
            return False
        return isinstance(unit, Func) and bool(unit.body)

    def convert(self, job: SlowJob, stop: Callable[[], bool]) -> StoredView | None:
        """As the protocol says. Raises ModelUnusable where the model cannot be loaded, and what it fails on."""
        from dataclasses import replace

        from aiccl_converter.conversion import printable
        from aiccl_converter.model.decode import Stopped

        old = job.compiled
        try:
            shown = self._loaded(job.tokenizer).write(
                job.code, old.language, old.text, score=old.score, left_out=old.left_out, cancelled=stop
            )
        except (Stopped, RecursionError):
            return None
        if shown is None or shown.tokens >= old.source_tokens or printable(shown.text) != shown.text:
            return None
        return replace(
            old,
            text=shown.text,
            made_by="model",
            score=shown.score,
            left_out=shown.left_out or old.left_out,
            tokens=shown.tokens,
        )

    def close(self) -> None:
        """Unload the model."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.close()
        if self._cache is not None:
            from aiccl_converter.model.cache import Cache

            cache = Cache(self._cache)
            cache.trim()
            cache.close()

    def _loaded(self, tokenizer: str) -> Writer:
        from aiccl_converter.model.engine import Limits
        from aiccl_converter.model.writer import Writer

        if self._writer is None or self._tokenizer != tokenizer:
            self.close()
            if known_as(self._path) != self.model:
                raise ModelUnusable(f"{self._path}: was replaced", "restart the worker to use the new one")
            limits = Limits(seconds=PATIENCE_S)
            self._writer = Writer(self._path, tokenizer=tokenizer, cache=self._cache, limits=limits, strict=True)
            self._tokenizer = tokenizer
        return self._writer

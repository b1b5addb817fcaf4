"""The library: `AICCLConverter` turns code into AICCL views, checked against the source.

One conversion reads a file's text once, parses it once, lowers it once; levels differ in what is printed of the
tree. A view never belongs to other text than its chunk's (`chunk.hash`). Nothing is written; nothing leaves the
machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from aiccl_converter import tokens as token_counts
from aiccl_converter.errors import AICCLError, ConversionFailed, NotFound, UnknownLanguage, UnknownLevel
from aiccl_converter.source.chunk import Chunk
from aiccl_converter.views import LEVELS, DirectoryResult, FileResult, View

if TYPE_CHECKING:
    from aiccl_converter.model.writer import Writer

SMALL = 50
"""Tokens of source below which a chunk that stands alone is shown as it is: there is nothing to gain."""

Change = "str | os.PathLike[str] | tuple[str | os.PathLike[str], str | bytes | None]"


class AICCLConverter:
    """Code to AICCL.

    `engine`: `compiler` (rules alone), `model` (a local model gives functions their intent, and a shorter flow where
    the check accepts it) or `auto` (the model where there is one). `model_path`: the model's folder or GGUF file (see
    `aiccl-train export`), which says `engine="model"` by itself; None: the one that AICCL_MODEL names, or that came
    with the package. `tokenizer` names the encoding that figures are counted in. `workspace_rules`: whether what
    repeats in a file or folder is factored into the map.
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str] | None = None,
        *,
        engine: str | None = None,
        tokenizer: str = "o200k_base",
        workspace_rules: bool = True,
    ) -> None:
        self.engine, self._model = chosen(engine or ("compiler" if model_path is None else "model"), model_path)
        self._writer: Writer | None = None
        self.tokenizer = tokenizer
        self.workspace_rules = workspace_rules
        self._count = token_counts.counter(tokenizer).count
        self._index: dict[str, tuple[str, FileResult]] = {}
        """Path -> digest of the text it was made from, and what was made."""

    def convert_to_aiccl(
        self, code: str | bytes, language: str, level: str = "flow", path: str | None = None, *, views: bool = True
    ) -> FileResult:
        """A file's text, or a fragment such as one method, as AICCL at a level. Raises AICCLError for an unknown
        language or level; odd code is no error, it falls back to what is safer."""
        from aiccl_converter.conversion import convert
        from aiccl_converter.files import deep
        from aiccl_converter.files.read import plain

        if level not in LEVELS:
            raise UnknownLevel(level)
        given = code.encode("utf-8", "surrogatepass") if isinstance(code, str) else bytes(code)
        data, source = plain(given)
        writer = self._loaded() if level == "flow" else None
        arguments = (data, language, level, path, self._count, self.tokenizer, self.workspace_rules, views)
        try:
            result = convert(*arguments, writer=writer)
        except RecursionError:
            try:
                result = deep.call(convert, *arguments, True)  # without the model: nothing of this can be short
            except RecursionError:
                raise ConversionFailed("nested too deeply; leave it out or split it") from None
        result.views = source.in_file(result.views)
        return result

    def _loaded(self) -> Writer | None:
        """The model's writer, loaded when it is first needed."""
        if self._writer is None and self._model is not None:
            from aiccl_converter.model.writer import Writer

            self._writer = Writer(self._model, tokenizer=self.tokenizer)
        return self._writer

    def process_file(self, path: str | os.PathLike[str], level: str = "flow", *, views: bool = True) -> FileResult:
        """A file as AICCL. Raises UnreadableSource where the file is no text, UnknownLanguage where no table fits.
        The document names the file as `files.names.told` says, without the folders above the current one."""
        from aiccl_converter.files import read_source
        from aiccl_converter.files.names import told
        from aiccl_converter.source.detect import language_of

        source = read_source(path)
        name = os.fspath(path)
        language = language_of(name, source.text[:4096].encode())
        if language is None:
            raise UnknownLanguage(name)
        result = self.convert_to_aiccl(source.text, language, level, told(name), views=views)
        result.path = name
        result.views = source.in_file(result.views)
        return result

    def convert_directory(
        self, path: str | os.PathLike[str], level: str = "flow", jobs: int | None = None
    ) -> DirectoryResult:
        """All source files below a folder that .gitignore lets through, in the order of their paths. A file that
        fails has `error` set; the others are still converted. `jobs`: processes, default one a core."""
        from aiccl_converter.bulk import convert_paths
        from aiccl_converter.files import walk_sources

        if level not in LEVELS:
            raise UnknownLevel(level)
        if not os.path.isdir(path):
            raise NotFound(f"{os.fspath(path)}: no such folder; process_file converts a file")
        found, skipped = walk_sources(path)
        files = convert_paths(
            found,
            level,
            jobs=jobs,
            tokenizer=self.tokenizer,
            root=os.fspath(path),
            file_rules=self.workspace_rules,
            model=None if self._model is None else os.fspath(self._model),
        )
        results, layer = list(files), ""
        if level == "flow" and self.workspace_rules:
            from aiccl_converter.compiler.workspacerules import share

            layer, results = share(results, self._count)
        return DirectoryResult(os.fspath(path), level, results, layer, dict(skipped))

    def update_index(
        self,
        changes: Iterable[str | os.PathLike[str] | tuple[str | os.PathLike[str], str | bytes | None]],
        level: str = "flow",
    ) -> list[FileResult]:
        """Convert what changed. A change is a path (read from disk; gone means removed), or a path with its new text
        (None: removed). Returns the results of the changed files; removed ones are left out. Unchanged text (by its
        bytes) is answered from memory."""
        out = []
        for change in changes:
            path, given = change if isinstance(change, tuple) else (change, ON_DISK)
            key = os.fspath(path)
            if given is None or (given is ON_DISK and not os.path.lexists(key)):
                self._index.pop(key, None)
                continue
            try:
                result = self._changed(key, given, level)
            except AICCLError as error:
                self._index.pop(key, None)
                result = FileResult(key, "", level, "", "", [], 0, 0, 0.0, self.tokenizer, str(error))
            out.append(result)
        return out

    def _changed(self, path: str, given: object, level: str) -> FileResult:
        import hashlib

        from aiccl_converter.files.names import told
        from aiccl_converter.files.read import decode, read_source
        from aiccl_converter.source.detect import language_of

        if given is ON_DISK:
            source = read_source(path)
        else:
            assert isinstance(given, str | bytes)
            source = decode(given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given)
        data = source.text.encode()
        place = repr((source.lead, source.shortened)).encode()
        digest = hashlib.sha256(data).hexdigest() + hashlib.sha256(place).hexdigest()
        known = self._index.get(path)
        if known is not None and known[0] == digest and known[1].level == level:
            return known[1]
        language = language_of(path, data[:4096])
        if language is None:
            raise UnknownLanguage(path)
        result = self.convert_to_aiccl(data, language, level, told(path))
        result.path = path
        result.views = source.in_file(result.views)
        self._index[path] = digest, result
        return result


ENGINES = ("compiler", "model", "auto")


def chosen(engine: str, model_path: str | os.PathLike[str] | None = None) -> tuple[str, str | os.PathLike[str] | None]:
    """(engine, where the model is) that are used for what was asked. Raises ModelUnusable where a model is asked for
    and there is none."""
    from aiccl_converter.errors import ModelUnusable

    if engine not in ENGINES:
        raise AICCLError(f"unknown engine {engine!r}; choose one of {', '.join(ENGINES)}")
    if engine == "compiler":
        return engine, None
    from aiccl_converter.model.find import find

    found = find(model_path)
    if found is None and engine == "model":
        raise ModelUnusable(
            "there is no model",
            "name its folder or GGUF file with --model or AICCL_MODEL, or use the compiler: --engine compiler",
        )
    if found is not None and not os.path.exists(found):
        raise ModelUnusable(
            f"there is no model at {str(found)!r}", "name the model's folder or GGUF file, or use --engine compiler"
        )
    if engine == "auto" and found is not None:
        from aiccl_converter.model.opened import lacking

        if lacking(found):
            found = None
    return ("compiler", None) if found is None else ("model", found)


ON_DISK = object()
"""Stands for a change's text where only its path is given."""

__all__ = ["AICCLConverter", "Chunk", "DirectoryResult", "FileResult", "View"]

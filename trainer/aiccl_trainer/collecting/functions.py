"""The functions of a source file, as samples.

Contract: `of_file(path, shown, ...)` gives functions and methods of 4 to 120 lines that parse, with the doc comment
above apart from the code; of code that nests, the outer function only. Tests, generated, minified and declaration
files give none. It never fails on odd code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiccl_converter.errors import AICCLError

from aiccl_trainer.kinds import complexity_of, kind_of
from aiccl_trainer.pairs import pair_id
from aiccl_trainer.samples import Sample

LEAST_LINES, MOST_LINES = 4, 120
MOST_BYTES = 400_000
_NO_SOURCE = re.compile(
    r"(?:^|/)(?:tests?|testing|specs?|__tests__|__mocks__|mocks?|fixtures?|testdata|test_?utils?|"
    r"src/(?:test|testFixtures|it)|"
    r"vendor|third_?party|external|node_modules|dist|examples?/generated|benchmarks?)/|"
    r"(?:^|/)(?:test_[^/]*|conftest|[^/]*(?:_test|_spec|\.test|\.spec|\.stories|[a-z]Tests?|[a-z]TestCase|"
    r"[a-z]Spec))\.\w+$|"
    r"\.d\.[cm]?ts$|(?:^|/)[^/]*\.min\.\w+$",
)


@dataclass(frozen=True, slots=True)
class File:
    """A file to cut up, and what all of its functions have in common."""

    path: str
    shown: str
    """Its path within the project, with slashes."""
    project: str
    licence: str
    split: str = ""


def is_own_source(shown: str) -> bool:
    """Whether a path is that of code that somebody wrote to be used, not to test or to be generated again."""
    return _NO_SOURCE.search(shown) is None


def of_file(file: File) -> list[Sample]:
    """The functions of a file."""
    from aiccl_converter.files import deep
    from aiccl_converter.files.read import read_source
    from aiccl_converter.files.skip import by_content
    from aiccl_converter.source.detect import language_of

    try:
        source = read_source(file.path, MOST_BYTES)
        language = language_of(file.shown, source.text[:4096].encode("utf-8", "replace"))
        if language is None or by_content(source.text):
            return []
        found: list[Sample] = deep.call(_of_text, source.text, language, file)
        return found
    except (AICCLError, OSError, RecursionError):
        return []


def _of_text(text: str, language: str, file: File) -> list[Sample]:
    from aiccl_converter.source import chunks

    data = text.encode("utf-8", "surrogatepass")
    found: list[Sample] = []
    end = -1
    for chunk in chunks(data, language):
        if chunk.kind not in ("function", "method") or chunk.broken or chunk.start_byte < end:
            continue
        code, doc = code_and_doc(data, chunk.start_byte, chunk.end_byte, chunk.node_start, chunk.code, language)
        lines = code.count("\n") + 1
        if not LEAST_LINES <= lines <= MOST_LINES:
            continue
        end = chunk.end_byte
        if sample := sample_of(code, doc, language, file, chunk.end_line - lines + 2):
            found.append(sample)
    return found


def sample_of(code: str, doc: str, language: str, file: File, line: int) -> Sample | None:
    """A function as a sample; None for one that has no name, no tree, or no code."""
    from aiccl_converter.compiler import lower_unit
    from aiccl_converter.language.tree import Class, Func, Route

    try:
        steps = lower_unit(code, language)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    if not steps or not isinstance(steps[0], (Func, Route, Class)):
        return None
    kind, complexity = kind_of(code, file.shown, language), complexity_of(steps)
    return Sample(
        pair_id(language, code),
        language,
        file.project,
        file.licence,
        file.shown,
        line,
        code,
        doc,
        kind,
        complexity,
        file.split,
    )


def code_and_doc(data: bytes, start: int, end: int, node: int, code: str, language: str) -> tuple[str, str]:
    """A chunk's own code, its lines moved to the left, and the comments above it. What stands between the
    comments and the code (decorators, attributes) is code."""
    head = data[start:node].decode("utf-8", "replace")
    above = re.match(r"(?:\s*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*|#(?!\[|\w*\()[^\n]*)[ \t]*(?:\n|$))*\s*", head)
    taken = above[0] if above else ""
    line_start = data.rfind(b"\n", 0, start + len(taken.encode("utf-8", "replace"))) + 1
    first = start + len(taken.encode("utf-8", "replace"))
    indent = re.match(rb"[ \t]*", data[line_start:first])
    rest = data[first:end].decode("utf-8", "replace").rstrip()
    width = indent[0].decode() if indent is not None and line_start + len(indent[0]) == first else ""
    if width:
        rest = "\n".join(line.removeprefix(width) for line in rest.split("\n"))
    doc = "\n".join(line.strip() for line in taken.strip().split("\n"))
    return rest, doc

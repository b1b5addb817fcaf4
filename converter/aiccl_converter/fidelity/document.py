"""The check of a whole file's document against the file: unit by unit, found by name.

Contract: `check_document(source, document, language)` reads a document as the converter writes it (maps, layers, uses
of rules) or a bare text of several units. Uses are written in full first, so that a rule hides nothing. Every function
of the source is compared with the view's function of the same name in the same class; what is no function, and
functions that a class folds into its fields, are compared together. The report is the sum, each line with the unit that
it is of. It never raises on odd input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiccl_converter.fidelity.check import compare
from aiccl_converter.fidelity.report import Finding, Report
from aiccl_converter.language.errors import ParseError
from aiccl_converter.language.tree import Assign, Class, CodeBlock, Func, Node, Route

Key = tuple[str, ...]


def check_document(source: str, document: str, language: str) -> Report:
    """Checks the document of a whole file against the file's text."""
    from aiccl_converter.compiler.expand_rules import expand_document
    from aiccl_converter.compiler.rules import normal_engine
    from aiccl_converter.language.parser import parse_document
    from aiccl_converter.source.grammars import parse
    from aiccl_converter.source.lower import lower_tree, lower_unit

    try:
        blocks = parse_document(expand_document(document)).blocks
    except (ParseError, RecursionError) as error:
        return Report(0.0, error=f"the view could not be read: {error}")
    try:
        data = source.encode("utf-8", "replace")
        if any(isinstance(block, CodeBlock) and "path" in block.attrs for block in blocks):
            steps = lower_tree(parse(data, language), data, language)
        else:
            steps = lower_unit(source, language)  # it may be a fragment, such as one method
    except Exception as error:  # the source is not at fault for what a table does not know
        return Report(0.0, error=f"the source could not be read: {error}")
    shown = [node for block in blocks if isinstance(block, CodeBlock) for node in block.body]
    normal = normal_engine(language)
    mine, theirs = _Units(steps), _Units(shown)
    parts: list[tuple[str, Report]] = []
    for key, funcs in mine.functions.items():
        views = theirs.functions.get(key, [])
        if len(views) != len(funcs):
            continue  # folded, or left out: the rest's business
        for func, view in zip(funcs, views, strict=True):
            base = func if normal is None else normal.run(func)[0]
            parts.append((".".join(key), compare(base, view, language, free=True)))
    done = {key for key, funcs in mine.functions.items() if len(theirs.functions.get(key, ())) == len(funcs)}
    left, right = _without(steps, done, True), _without(shown, done, False)
    if left or right:
        if normal is not None:
            left = normal.run_steps(left)[0]
        parts.append(("", compare(left, right, language, free=True, source_text=source)))
    return _sum(parts)


def is_document(view: str) -> bool:
    """Whether a text is a document, or holds more than the one unit that is compared as it stands."""
    from aiccl_converter.language.parser import parse_unit

    if "<comp:code" in view:
        return True
    try:
        parse_unit(view)
    except (ParseError, RecursionError):
        return True
    return False


@dataclass(slots=True)
class _Units:
    """The functions of a file by their names' path, in the order of the text."""

    functions: dict[Key, list[Node]]

    def __init__(self, steps: list[Node]) -> None:
        self.functions = defaultdict(list)
        for key, node in _functions(steps, ()):
            self.functions[key].append(node)


def _functions(steps: list[Node], path: Key) -> Iterator[tuple[Key, Node]]:
    for step in steps:
        key = _key(step, path)
        if isinstance(step, Class):
            yield from _functions(step.members, (*path, step.name))
        elif key is not None:
            yield key, step


def _key(step: Node, path: Key) -> Key | None:
    """What a function is found by; None for what is no function with a body."""
    func = step.func if isinstance(step, Route) else step
    if not isinstance(func, Func) or not func.name:
        return None
    kind = func.kind if func.kind in ("get", "set") else ""
    return (*path, *((func.receiver,) if func.receiver else ()), func.name, *((kind,) if kind else ()))


def _without(steps: list[Node], done: set[Key], source: bool, path: Key = ()) -> list[Node]:
    """The steps without the functions that are compared already. What a source only declares says nothing: its name
    and its type show where it is used."""
    out: list[Node] = []
    for step in steps:
        if isinstance(step, Class):
            out.append(replace(step, members=_without(step.members, done, source, (*path, step.name))))
        elif source and isinstance(step, Assign) and step.value is None:
            continue
        elif _key(step, path) not in done:
            out.append(step)
    return out


def _sum(parts: list[tuple[str, Report]]) -> Report:
    """One report of many. A part without facts counts nothing."""
    total = sum(report.weight for _, report in parts)
    score = sum(report.score * report.weight for _, report in parts) / total if total else 1.0

    def told(name: str, line: str) -> str:
        return f"{name}: {line}" if name else line

    return Report(
        score=score,
        invented=tuple(dict.fromkeys(line for _, report in parts for line in report.invented)),
        missing=tuple(told(name, line) for name, report in parts for line in report.missing),
        contradictions=tuple(told(name, line) for name, report in parts for line in report.contradictions),
        findings=tuple(Finding(f.kind, told(name, f.text), f.fatal) for name, report in parts for f in report.findings),
        facts=sum(report.facts for _, report in parts),
        weight=total,
        error="; ".join(told(name, report.error) for name, report in parts if report.error),
    )
